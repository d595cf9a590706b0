/** The links that a daemon holds into its fleet, on its ground: docs/mesh.md, Links. */

import type { Connection } from '@libp2p/interface'
import { Tasks } from '../base/tasks.ts'
import { pingConnection } from '../node/ping.ts'
import { isQuic } from '../node/quic-address.ts'
import type { Fleet } from '../protocols/status.ts'
import type { CoordinatorLink } from '../services/device/link.ts'
import { openHome, storeFleetNews } from '../services/home.ts'
import { lookMs } from '../services/keep-alive.ts'
import { candidatesOf, SecondLink } from '../services/second-link.ts'
import { UdpReturn } from '../services/udp-return.ts'
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
    keep: async (connection, signal) => {
      log.info('second link', whereTo(connection))
      await ground.keeper.keepOpen(connection, signal)
      log.info('second link lost', whereTo(connection))
    },
    onLog: (what, error) => log.info(what, { error: error instanceof Error ? error.message : String(error) })
  })
}

/**
 * Until the ground goes: each of two links is looked at when the other is lost, both when the network has changed, and those
 * over TCP are left when UDP passes. `ground.lookAtLinks` looks at both.
 */
export function watchLinks(ground: Ground, first: CoordinatorLink, second: SecondLink): void {
  const { clock, log, node } = ground
  const { observer } = node.services
  const over = new AbortController()
  const tasks = new Tasks((name, error) => log.warn(name, error))
  const udp = new UdpReturn({
    clock,
    links: () =>
      [first.connection, second.connection]
        .filter((each) => each != null)
        .filter((each) => !isOverQuic(each)),
    probe: async (peer, signal) => await observer.probe(peer, signal),
    leave: (connection) => {
      log.info('udp passes again', whereTo(connection))
      first.leave(connection)
      second.leave(connection)
    }
  })
  const prove = async (): Promise<void> => {
    const { connection } = second
    if (connection == null) return
    const limit = AbortSignal.any([over.signal, AbortSignal.timeout(lookMs(node.transport, connection))])
    await pingConnection(connection, limit).catch((error: unknown) => {
      if (!over.signal.aborted) connection.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }
  const look = (): void => {
    first.look()
    second.look()
    tasks.run('second link', prove)
  }
  ground.lookAtLinks = look
  const unfollow = [ground.onNetworkChange(look), ground.onCoordinatorMove(look)]
  const { signal } = over
  observer.addEventListener('wake', ({ detail: { peer } }) => second.woken(peer), { signal })
  const told = (what: string) => (event: CustomEvent<string>) => log.info(what, { relay: event.detail })
  node.reservations.addEventListener('reserved', told('reserved'), { signal })
  node.reservations.addEventListener('lost', told('reservation lost'), { signal })
  tasks.run('links', async () => {
    let last: Connection | undefined
    let wasQuic: boolean | undefined
    for await (const _ of first.follow(signal)) {
      second.look()
      udp.look()
      const { connection } = first
      if (connection === last) continue
      last = connection
      log.info(connection == null ? 'first link lost' : 'first link', connection && whereTo(connection))
      if (connection == null) {
        // What took one of them may have taken the other.
        tasks.run('second link', prove)
        continue
      }
      const isQuicNow = isOverQuic(connection)
      // UDP has begun to pass or has ceased to: what was observed before holds no more.
      if (wasQuic != null && wasQuic !== isQuicNow) observer.networkChanged()
      wasQuic = isQuicNow
    }
  })
  udp.start()
  ground.stack.defer(async () => {
    for (const end of unfollow) end()
    over.abort()
    await udp.stop()
    await tasks.idle()
  })
}

const isOverQuic = ({ remoteAddr }: Connection): boolean => isQuic(remoteAddr)

const whereTo = ({ remotePeer, remoteAddr }: Connection): Record<string, unknown> => ({
  peer: remotePeer.toString(),
  address: remoteAddr.toString()
})
