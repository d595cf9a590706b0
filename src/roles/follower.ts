/** What relays and admins' daemons hold: a link to a coordinator, on which they listen, and an admin a second one. Wiring, no policy. */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import type { Fleet, StatusProtocol } from '../protocols/status.ts'
import { CoordinatorLink } from '../services/device/link.ts'
import { followerReporter } from '../services/follower.ts'
import type { LinkKeeper } from '../services/keep-alive.ts'

export interface FollowerInit {
  readonly clock: Clock
  readonly keeper: LinkKeeper
  readonly status: Pick<StatusProtocol, 'open'>
  connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }>
  onFleet(fleet: Fleet): void
  onLog(what: string, error?: unknown): void
}

/** A link that is not started yet. */
export function createFollower(init: FollowerInit): CoordinatorLink {
  const { clock, keeper } = init
  return new CoordinatorLink({
    ...init,
    random: Math.random,
    reporter: (link) => followerReporter(link, () => keeper.intervalMs, clock)
  })
}
