/** How a direct path came about, for people. */

import type { Connection } from '@libp2p/interface'
import type { PathView } from './paths.ts'
import type { PunchState } from './punch/service.ts'

/** Of a direct connection that came without a relayed one. */
export interface Dialed {
  readonly ms: number
  readonly isLan: boolean
}

/** What is told of the best connection of a peer, by what the hole punch says and how it was dialed. */
export function directView(
  best: Connection,
  state: PunchState | undefined,
  dialed: Dialed | undefined
): Pick<PathView, 'directMs' | 'method' | 'attempts' | 'reason'> {
  const attempts = state?.attempts ?? 0
  if (!best.direct) return { directMs: null, method: null, attempts, reason: state?.reason ?? null }
  if (state?.method != null) return { directMs: state.directMs, method: state.method, attempts, reason: null }
  return {
    directMs: dialed?.ms ?? null,
    method: dialed?.isLan === true ? 'lan' : 'dial',
    attempts,
    reason: null
  }
}
