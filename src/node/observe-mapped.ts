/**
 * Ports that a router leads here. What a router says is tried: an answerer sends a packet from a socket that nobody knows,
 * and once it has come in by the port others are told of the address (identify, and so the DHT). docs/mesh.md, Port mapping.
 */

import type { Connection } from '@libp2p/interface'
import type { AddressManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { SocketAddress } from './quic-address.ts'
import { socketOf } from './quic-address.ts'

export interface MappedInit {
  readonly addresses: Pick<
    AddressManager,
    'addPublicAddressMapping' | 'confirmObservedAddr' | 'removePublicAddressMapping'
  >
  /** The machine's own addresses with the port that it listens on. */
  lan(): readonly Multiaddr[]
  /** Whom to ask for a packet. */
  answerers(): readonly Connection[]
  /** Whether a stranger's packet to that outside port comes in; undefined where none was sent. Throws what asking throws. */
  hears(answerer: Connection, port: number): Promise<boolean | undefined>
  run(name: string, work: () => Promise<void>): void
}

/** Of each address: one that is lost is no proof, and a third does not know more than two. */
const ANSWERERS_MAX = 3

interface Announced {
  readonly internal: SocketAddress
  readonly external: SocketAddress
}

export class MappedAddresses {
  readonly #init: MappedInit
  readonly #announced = new Map<string, Announced>()
  /** Who has been asked about each address that counts now. */
  readonly #asked = new Map<string, Set<string>>()

  constructor(init: MappedInit) {
    this.#init = init
  }

  /** These are the addresses that count now: others are withdrawn, new ones are tried. */
  update(mapped: readonly Multiaddr[]): void {
    const names = new Set(mapped.map(String))
    for (const name of this.#asked.keys()) if (!names.has(name)) this.#withdraw(name)
    for (const address of mapped) this.#try(address)
  }

  /** The router has said it again: what did not come in before may come in now. */
  tryAgain(): void {
    for (const [name, asked] of this.#asked) if (!this.#announced.has(name)) asked.clear()
  }

  #try(address: Multiaddr): void {
    const name = address.toString()
    const asked = this.#asked.get(name) ?? new Set()
    this.#asked.set(name, asked)
    for (const answerer of this.#init.answerers()) {
      const peer = answerer.remotePeer.toString()
      if (this.#announced.has(name) || asked.size >= ANSWERERS_MAX || asked.has(peer)) continue
      asked.add(peer)
      this.#init.run(`mapped port, by ${peer}`, async () => {
        if (this.#announced.has(name)) return
        const hasCome = await this.#init.hears(answerer, socketOf(address).port)
        if (hasCome === true && this.#asked.get(name) === asked) this.#announce(address)
      })
    }
  }

  #announce(address: Multiaddr): void {
    const external = socketOf(address)
    const internal = this.#init
      .lan()
      .map((own) => socketOf(own))
      .find(({ family }) => family === external.family)
    if (internal == null || this.#announced.has(address.toString())) return
    const { addresses } = this.#init
    this.#announced.set(address.toString(), { internal, external })
    addresses.addPublicAddressMapping(internal.ip, internal.port, external.ip, external.port, 'udp')
    addresses.confirmObservedAddr(address, { type: 'ip-mapping' })
  }

  #withdraw(name: string): void {
    this.#asked.delete(name)
    const announced = this.#announced.get(name)
    if (announced == null) return
    this.#announced.delete(name)
    const { internal, external } = announced
    this.#init.addresses.removePublicAddressMapping(
      internal.ip,
      internal.port,
      external.ip,
      external.port,
      'udp'
    )
  }
}
