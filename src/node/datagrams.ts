/**
 * Raw datagrams of the QUIC sockets by their first byte: who asked for a kind gets it, within a rate for each source;
 * all else is dropped and counted. docs/mesh.md, Raw datagrams.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SocketAddress } from './quic-address.ts'
import { socketOf } from './quic-address.ts'
import type { Datagram, MeshTransport, RawSocket } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

/** Bytes of the HMAC-SHA256 that end a datagram: a guess is right once in 2^64. */
export const MAC_BYTES = 8
/** Sources whose rate is followed; the one that was silent longest is forgotten first. */
const SOURCES_MAX = 4_096

/** `body` followed by its MAC. */
export function seal(key: Uint8Array, body: Uint8Array): Uint8Array {
  return Buffer.concat([body, macOf(key, body)])
}

/** True when the last bytes are the MAC of what is before them. Takes the same time for each wrong one. */
export function isSealed(key: Uint8Array, bytes: Uint8Array): boolean {
  if (bytes.byteLength <= MAC_BYTES) return false
  const end = bytes.byteLength - MAC_BYTES
  return timingSafeEqual(bytes.subarray(end), macOf(key, bytes.subarray(0, end)))
}

function macOf(key: Uint8Array, body: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES)
}

export interface KindOptions {
  /** Lengths that this kind may have, kind and MAC included. */
  readonly lengths: readonly number[]
  /** Datagrams of one source address (IPv6: of one /64) that are taken at once, and a second later on. */
  readonly burst: number
  readonly perSecond: number
}

/** What came in since the start. */
export interface DatagramCounts {
  taken: number
  /** Of a kind that nobody asked for. */
  unknown: number
  /** Of a length that its kind does not have. */
  malformed: number
  /** Above the rate of their source. */
  limited: number
}

interface Kind extends KindOptions {
  readonly take: (datagram: Datagram, from: SocketAddress) => void
  readonly sources: Map<string, { tokens: number; atMs: number }>
}

export class Datagrams {
  readonly #kinds = new Map<number, Kind>()
  readonly #now: () => number
  readonly counts: DatagramCounts = { taken: 0, unknown: 0, malformed: 0, limited: 0 }

  /** `now` in milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** `take` gets each datagram of a kind and must not throw; what is returned ends it. */
  handle(kind: number, options: KindOptions, take: Kind['take']): () => void {
    const entry = { ...options, take, sources: new Map() }
    this.#kinds.set(kind, entry)
    return () => {
      if (this.#kinds.get(kind) === entry) this.#kinds.delete(kind)
    }
  }

  /** Takes what comes in on sockets that listen or dial, or on one socket. What is returned ends it. */
  follow(source: Pick<MeshTransport, 'onDatagram'> | Pick<RawSocket, 'onDatagram'>): () => void {
    const end = source.onDatagram((datagram) => this.#take(datagram))
    return end === UNSUPPORTED ? () => undefined : end
  }

  #take(datagram: Datagram): void {
    const kind = this.#kinds.get(datagram.bytes[0] ?? -1)
    if (kind == null) {
      this.counts.unknown++
      return
    }
    if (!kind.lengths.includes(datagram.bytes.byteLength)) {
      this.counts.malformed++
      return
    }
    const from = socketOf(datagram.from)
    if (!this.#mayPass(kind, from)) {
      this.counts.limited++
      return
    }
    this.counts.taken++
    kind.take(datagram, from)
  }

  #mayPass(kind: Kind, from: SocketAddress): boolean {
    const { burst, perSecond, sources } = kind
    const key = networkOf(from)
    const now = this.#now()
    const last = sources.get(key) ?? { tokens: burst, atMs: now }
    const tokens = Math.min(burst, last.tokens + ((now - last.atMs) / 1000) * perSecond)
    sources.delete(key)
    const oldest = sources.keys().next().value
    if (sources.size >= SOURCES_MAX && oldest != null) sources.delete(oldest)
    sources.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: now })
    return tokens >= 1
  }
}

/** Whoever has one IPv6 address has its /64. */
function networkOf({ family, ip }: SocketAddress): string {
  if (family === 4) return ip
  const [head = '', tail] = ip.split('::')
  const groups = head.split(':')
  const missing = tail == null ? 0 : 8 - groups.length - tail.split(':').length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail?.split(':') ?? [])]
    .slice(0, 4)
    .join(':')
}
