/** Bulk over a relay: within what the relay said that its quota allows. Control needs no leave. docs/mesh.md, Relays. */

import type { Connection } from '@libp2p/interface'
import { RefusedError } from '../base/errors.ts'

/** Bytes of bulk that a connection may still carry, both directions together; undefined: as many as one likes. */
export function bulkLeft(connection: Pick<Connection, 'direct' | 'limits'>): number | undefined {
  if (connection.direct) return undefined
  const { bytes } = connection.limits ?? {}
  return bytes == null ? undefined : Number(bytes)
}

/**
 * To be asked before bulk begins and after each piece of it. Throws RefusedError (`relay_quota`) when the connection is
 * relayed and the quota is used up: the same may go on when a direct path is found, or later.
 */
export function requireBulk(connection: Pick<Connection, 'direct' | 'limits'>): void {
  const left = bulkLeft(connection)
  if (left == null || left > 1) return
  throw new RefusedError('relay_quota', 'the quota of the relay is used up', {
    retryable: true,
    hint: 'it fills up again within the hour; a direct path has none: shoal ping NAME tells why there is none'
  })
}
