/** Tests that need the addon say so where it has not been built; in CI that is a failure. */

import { describe } from 'vitest'
import { quicIsBuilt } from '../../src/node/quic-native.ts'

/** As vitest's `describe`; skipped without the addon unless this is CI. */
export const describeWithAddon =
  quicIsBuilt() || process.env['CI'] === 'true'
    ? describe
    : (name: string, body: () => void): void => {
        describe.skip(`${name} (needs npm run build:native)`, body)
      }
