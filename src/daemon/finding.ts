/** How a node finds the coordinators of its fleet: docs/mesh.md, Links. */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import { UnreachableError } from '../base/errors.ts'
import { lanInterfaces } from '../host/interfaces.ts'
import { Lan } from '../node/lan.ts'
import { createLookup } from '../node/lookup.ts'
import type { MeshNode } from '../node/node.ts'
import { Discovery } from '../services/discovery.ts'
import type { Home } from '../services/home.ts'
import { openHome, peerIn } from '../services/home.ts'
import type { Membership } from '../services/membership.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'

/** Known addresses have so long before it is asked around. */
const KNOWN_TIMEOUT_MS = 12_000
/** Neighbours are greeted at most so often for it. */
const GREET_PAUSE_MS = 300_000
/** Coordinators that are looked for elsewhere, of those that were known. */
const LOOKED_FOR_MAX = 4

export interface FinderPorts {
  readonly dir: string
  readonly clock: Clock
  readonly node: Pick<MeshNode<Record<string, unknown>>, 'admission'>
  readonly membership: Pick<Membership, 'connect'>
  readonly discovery: Pick<Discovery, 'addresses' | 'greet' | 'neighbours'>
}

/** Dials coordinators where they are known to be, and asks around when they are not there. */
export class CoordinatorFinder {
  readonly #ports: FinderPorts
  #greetedMs = Number.NEGATIVE_INFINITY

  constructor(ports: FinderPorts) {
    this.#ports = ports
  }

  /** An admitted connection that is open. */
  open(): Connection | undefined {
    const { admission } = this.#ports.node
    return admission
      .connections()
      .find((each) => admission.member(each)?.role === 'coordinator' && each.status === 'open')
  }

  /**
   * A connection to a coordinator. Throws UnreachableError (`no_coordinator`, `unreachable`), what the most telling attempt
   * threw, or the signal's reason.
   */
  async connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }> {
    const { dir, membership } = this.#ports
    // Read anew each time: a ticket, a record or a coordinator itself may have named another address.
    const { coordinators } = await openHome(dir)
    if (coordinators.length === 0) {
      throw new UnreachableError('no_coordinator', 'no coordinator of this fleet is known here', {
        hint: "make one: 'shoal ticket --role coordinator --announce MULTIADDR', then join and up on that machine"
      })
    }
    const limit = AbortSignal.timeout(KNOWN_TIMEOUT_MS)
    try {
      return await membership.connect(coordinators, AbortSignal.any([signal, limit]))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UnreachableError || error === limit.reason)) throw error
      const elsewhere = await this.#elsewhere(coordinators, signal)
      if (elsewhere.length > 0) return await membership.connect(elsewhere, signal)
      if (error instanceof UnreachableError) throw error
      throw new UnreachableError('unreachable', 'no address answered in time', {
        cause: error,
        retryable: true
      })
    }
  }

  /** Addresses that were not known: from a record that neighbours have, from the local network, from the DHT. */
  async #elsewhere(known: readonly string[], signal: AbortSignal): Promise<string[]> {
    const { dir, clock, discovery } = this.#ports
    if (clock.now() - this.#greetedMs >= GREET_PAUSE_MS) {
      this.#greetedMs = clock.now()
      await discovery.greet(await discovery.neighbours(signal), signal)
    }
    const found = [...(await openHome(dir)).coordinators]
    const peers = new Set(known.map(peerIn).filter((peer) => peer != null))
    for (const peer of [...peers].slice(0, LOOKED_FOR_MAX)) {
      for (const address of await discovery.addresses(peer, signal)) {
        found.push(`${address.toString().replace(/\/p2p\/[^/]+$/, '')}/p2p/${peer}`)
      }
    }
    return [...new Set(found)].filter((address) => !known.includes(address))
  }
}

/** Where members are looked for: the local network, unless configuration says no, and the DHT. */
export function createDiscovery(parts: {
  readonly home: Home
  readonly config: Config
  readonly node: MeshNode<Record<string, unknown>>
  readonly membership: Membership
  readonly clock: Clock
  readonly log: Log
}): Discovery {
  const { home, config, node, membership, clock, log } = parts
  const lan = new Lan({
    fleet: home.fleet,
    peer: node.peer,
    addresses: () => node.libp2p.getMultiaddrs(),
    interfaces: lanInterfaces,
    now: () => clock.now(),
    log: log.libp2p.forComponent('shoal:lan')
  })
  return new Discovery({
    usesLan: config.lanDiscovery,
    lan,
    lookup: createLookup(node.libp2p),
    clock,
    connect: async (addresses, signal) => await membership.connect(addresses, signal),
    known: () => node.admission.members(),
    onLog: (what, error) => {
      log.debug(what, error)
    }
  })
}
