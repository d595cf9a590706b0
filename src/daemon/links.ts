/** The links that a daemon holds into its fleet, on its ground: docs/mesh.md, Links. */

import { Tasks } from '../base/tasks.ts'
import type { Fleet } from '../protocols/status.ts'
import type { CoordinatorLink } from '../services/device/link.ts'
import { openHome, storeFleetNews } from '../services/home.ts'
import { candidatesOf, SecondLink } from '../services/second-link.ts'
import type { Ground } from './runtime.ts'

/** Takes revocations and addresses; `changed` is called when they are stored. */
export function takeFleetNews(ground: Ground, changed: () => void): (fleet: Fleet) => void {
  const { home, log, membership } = ground
  let taking = Promise.resolve()
  const take = async ({ revocationList, coordinators, relays }: Fleet): Promise<void> => {
    if (revocationList.byteLength > 0) await membership.putRevocations(revocationList)
    if (coordinators.length > 0 || relays.length > 0) await storeFleetNews(home.dir, { coordinators, relays })
    changed()
  }
  return (fleet) => {
    // One after another: two would write the same file.
    taking = taking
      .then(async () => await take(fleet))
      .catch((error: unknown) => log.warn('fleet news', error))
  }
}

/** A second link beside the first, which holds the way in when one of them is lost. */
export function createSecondLink(ground: Ground, first: Pick<CoordinatorLink, 'connection'>): SecondLink {
  const { home, clock, log, node, membership } = ground
  return new SecondLink({
    clock,
    reservations: node.reservations,
    random: Math.random,
    candidates: async () => {
      const { coordinators, relays } = await openHome(home.dir)
      return candidatesOf([...relays, ...coordinators])
    },
    first: () => first.connection?.remotePeer.toString(),
    connect: async (addresses, signal) => await membership.connect(addresses, signal),
    keep: async (connection, signal) => await ground.keeper.keepOpen(connection, signal),
    onLog: (what, error) => log.info(what, { error: error instanceof Error ? error.message : String(error) })
  })
}

/** Each of two links is looked at when the other is lost, and both when the network has changed; until the ground goes. */
export function watchLinks(ground: Ground, first: CoordinatorLink, second: SecondLink): void {
  const over = new AbortController()
  const tasks = new Tasks((name, error) => ground.log.warn(name, error))
  const look = (): void => {
    first.look()
    second.look()
  }
  const unfollow = [ground.onNetworkChange(look), ground.onCoordinatorMove(look)]
  tasks.run('links', async () => {
    for await (const _ of first.follow(over.signal)) second.look()
  })
  ground.stack.defer(async () => {
    for (const end of unfollow) end()
    over.abort()
    await tasks.idle()
  })
}
