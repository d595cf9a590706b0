/**
 * Members on the same local network, by multicast DNS (RFC 6762, RFC 6763; the records of libp2p's mDNS under a service name of
 * the fleet's own). What is heard is a hint: whoever dials sees by the peer key whether it was true.
 *
 * Nothing is sent while nothing happens, so that it costs a metered link nothing: a node asks and announces itself when it
 * comes, when the network has changed, and when somebody looks for a peer. A query makes everyone else announce too.
 */

import { createHash } from 'node:crypto'
import type { Logger } from '@libp2p/interface'
import { isLoopback, isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import type { MulticastDNS, ResponsePacket } from 'multicast-dns'
import multicastDns from 'multicast-dns'
import { errorMessage } from '../base/errors.ts'

export interface LanPeer {
  /** libp2p peer ID, as announced. */
  readonly peer: string
  /** Private addresses, each with the peer ID at its end. */
  readonly addresses: readonly Multiaddr[]
  /** Milliseconds since the epoch at which it was last heard. */
  readonly heardMs: number
}

export interface LanInit {
  readonly fleet: string
  readonly peer: string
  /** Addresses at which this node listens. */
  addresses(): readonly Multiaddr[]
  /** Own IPv4 addresses, one of each interface on which to speak. */
  interfaces(): readonly string[]
  /** Milliseconds since the epoch. */
  now(): number
  readonly log: Logger
}

export interface LanEvents {
  'lan:peer': CustomEvent<LanPeer>
}

/** Neighbours remembered; the one that was heard longest ago goes first. */
const PEERS_MAX = 256
/** A neighbour that has not been heard for this long is not named any more. */
const PEER_MS = 3_600_000
const ADDRESSES_MAX = 16
/** Interfaces on which is spoken at once. */
const INTERFACES_MAX = 8
/** Answers on one interface are at least this far apart, so that nobody can make us shout; milliseconds. */
const ANSWER_PAUSE_MS = 1_000
const TTL_SECONDS = 120
/** A string of a TXT record (RFC 6763 section 6.1). */
const TEXT_BYTES_MAX = 255
const PREFIX = 'dnsaddr='

/** DNS-SD service name of a fleet: at most 15 characters behind the underscore (RFC 6763 section 7). */
export function lanService(fleet: string): string {
  return `_shoal-${createHash('sha256').update(fleet).digest('hex').slice(0, 9)}._udp.local`
}

interface Voice {
  readonly dns: MulticastDNS
  answeredMs: number
  /** An answer that waits for the pause to be over: one for all who asked meanwhile. */
  late: NodeJS.Timeout | undefined
}

export class Lan extends TypedEventEmitter<LanEvents> {
  readonly #init: LanInit
  readonly #service: string
  readonly #voices = new Map<string, Voice>()
  /** By peer ID, the one that was heard longest ago first. */
  readonly #peers = new Map<string, LanPeer>()
  #isOpen = false

  constructor(init: LanInit) {
    super()
    this.#init = init
    this.#service = lanService(init.fleet)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Neighbours, the one heard last first. */
  peers(): LanPeer[] {
    const oldest = this.#init.now() - PEER_MS
    return [...this.#peers.values()].filter(({ heardMs }) => heardMs >= oldest).toReversed()
  }

  /** Begins to speak on the interfaces that there are now: announces this node and asks who is there. */
  async open(): Promise<void> {
    this.#isOpen = true
    const wanted = new Set(this.#init.interfaces().slice(0, INTERFACES_MAX))
    for (const [ip, voice] of this.#voices) if (!wanted.has(ip)) await this.#drop(ip, voice)
    for (const ip of wanted) if (!this.#voices.has(ip)) this.#add(ip)
    this.search()
  }

  /** After a change of the network: what was heard before it means nothing any more. */
  async networkChanged(): Promise<void> {
    this.#peers.clear()
    if (this.#isOpen) await this.open()
  }

  /** Asks once on each interface, and announces this node with it. */
  search(): void {
    for (const voice of this.#voices.values()) {
      voice.dns.query({ questions: [{ name: this.#service, type: 'PTR' }] })
      this.#answer(voice, TTL_SECONDS)
    }
  }

  /** Takes the announcement back and closes the sockets. */
  async close(): Promise<void> {
    this.#isOpen = false
    for (const [ip, voice] of this.#voices) {
      await new Promise<void>((resolve) => {
        this.#answer(voice, 0, resolve)
      })
      await this.#drop(ip, voice)
    }
    this.#peers.clear()
  }

  #add(ip: string): void {
    const dns = multicastDns({ interface: ip, bind: '0.0.0.0', reuseAddr: true })
    const voice: Voice = { dns, answeredMs: Number.NEGATIVE_INFINITY, late: undefined }
    this.#voices.set(ip, voice)
    const onFault = (error: Error): void => {
      this.#init.log('on %s: %s', ip, errorMessage(error))
    }
    dns.on('warning', onFault)
    dns.on('error', onFault)
    dns.on('query', ({ questions }) => {
      if (questions?.some(({ name }) => name === this.#service) !== true) return
      const waitMs = voice.answeredMs + ANSWER_PAUSE_MS - this.#init.now()
      voice.late ??= setTimeout(
        () => {
          this.#answer(voice, TTL_SECONDS)
        },
        Math.max(0, waitMs)
      )
    })
    dns.on('response', (packet) => {
      this.#heard(packet)
    })
  }

  async #drop(ip: string, { dns, late }: Voice): Promise<void> {
    this.#voices.delete(ip)
    clearTimeout(late)
    await new Promise<void>((resolve) => {
      dns.destroy(resolve)
    })
  }

  #answer(voice: Voice, ttl: number, sent: () => void = () => undefined): void {
    clearTimeout(voice.late)
    voice.late = undefined
    const texts = this.#init
      .addresses()
      .filter(isOnLan)
      .slice(0, ADDRESSES_MAX)
      .map((address) => PREFIX + withPeer(address, this.#init.peer).toString())
      .filter((text) => text.length <= TEXT_BYTES_MAX)
    if (texts.length === 0) {
      sent()
      return
    }
    voice.answeredMs = this.#init.now()
    const name = `${this.#init.peer}.${this.#service}`
    const records = {
      answers: [{ name: this.#service, type: 'PTR' as const, class: 'IN' as const, ttl, data: name }],
      additionals: [{ name, type: 'TXT' as const, class: 'IN' as const, ttl, data: texts }]
    }
    voice.dns.respond(records, sent)
  }

  #heard(packet: ResponsePacket): void {
    const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])]
    for (const record of records) {
      if (record.type !== 'TXT' || !record.name.endsWith(`.${this.#service}`)) continue
      const peer = record.name.slice(0, -this.#service.length - 1)
      if (peer === this.#init.peer) continue
      const addresses = [record.data]
        .flat()
        .slice(0, ADDRESSES_MAX)
        .flatMap((text) => announced(text, peer))
      this.#peers.delete(peer)
      if (record.ttl === 0 || addresses.length === 0) continue
      const oldest = this.#peers.keys().next().value
      if (this.#peers.size >= PEERS_MAX && oldest != null) this.#peers.delete(oldest)
      const heard = { peer, addresses, heardMs: this.#init.now() }
      this.#peers.set(peer, heard)
      this.safeDispatchEvent('lan:peer', { detail: heard })
    }
  }
}

/** Addresses that mean something to a neighbour, and nothing to others. */
function isOnLan(address: Multiaddr): boolean {
  const isCircuit = address.getComponents().some(({ name }) => name === 'p2p-circuit')
  return !isCircuit && isPrivate(address) && !isLoopback(address)
}

function withPeer(address: Multiaddr, peer: string): Multiaddr {
  return address.toString().includes('/p2p/') ? address : address.encapsulate(`/p2p/${peer}`)
}

/** The address in a TXT string, if it is one of `peer` on a local network. */
function announced(text: string | Buffer, peer: string): Multiaddr[] {
  const value = text.toString()
  if (!value.startsWith(PREFIX)) return []
  try {
    const address = multiaddr(value.slice(PREFIX.length))
    return isOnLan(address) && address.toString().endsWith(`/p2p/${peer}`) ? [address] : []
  } catch {
    // Anybody may send anything here.
    return []
  }
}
