/** The side that asks: what each answerer told in its unary answer, and questions by datagram. docs/mesh.md, Observed addresses. */

import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { ProtocolError, UnreachableError } from '../base/errors.ts'
import type { ObserveResponse } from './observe-answerer.ts'
import { HOP_LIMIT } from './observe-answerer.ts'
import {
  decodeObserve,
  encodeQuestion,
  ipText,
  KEY_BYTES,
  OBSERVE,
  SESSION_BYTES,
  sessionOf
} from './observe-datagrams.ts'
import type { Family, SocketAddress } from './quic-address.ts'
import { isQuic, udpAddress } from './quic-address.ts'
import type { Datagram, RawSocket } from './transport.ts'

/** Answerers whose sessions are kept; the one that was learned first goes first. */
const TARGETS_MAX = 16
const ENDPOINTS_MAX = 4
/** An answer that has not come by then: the question is sent once more; after the last the address does not answer. Milliseconds. */
const TRY_MS = [300, 600, 1_100] as const
/** A wake makes us look at our link; more often than this it is noise. */
const WAKE_MS = 2_000

export interface Endpoint {
  readonly main: SocketAddress
  /** The answerer's socket beside the main one. */
  readonly other: SocketAddress | undefined
}

export interface Target {
  readonly peer: string
  readonly session: number
  readonly key: Uint8Array
  /** At the address of the connection first. */
  readonly endpoints: readonly Endpoint[]
  /** As the answerer sees the connection, where that is QUIC on our shared socket. */
  readonly seen: SocketAddress | undefined
  count: number
  wokenMs: number
  /** Highest count of a wake. */
  wakes: number
}

export interface Seen {
  readonly address: SocketAddress
  readonly rttMs: number
}

interface Pending {
  readonly target: Target
  readonly believed: SocketAddress | undefined
  readonly sentMs: number
  readonly resolve: (seen: Seen) => void
}

export class Asker {
  readonly #targets = new Map<string, Target>()
  readonly #pending = new Map<string, Pending>()
  readonly #now: () => number

  /** `now` in milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  target(peer: string): Target | undefined {
    return this.#targets.get(peer)
  }

  /** Keeps what an answerer told on a connection. Throws ProtocolError (`observe_answer`). */
  learn(connection: Connection, response: ObserveResponse): Target {
    const { session, key, endpoints, address } = response
    if (session.byteLength !== SESSION_BYTES || key.byteLength !== KEY_BYTES)
      throw new ProtocolError('observe_answer', 'an observe session of another length')
    const peer = connection.remotePeer.toString()
    const known = this.#targets.get(peer)
    const target: Target = {
      peer,
      session: Buffer.from(session).readUInt32BE(),
      key,
      endpoints: endpoints
        .slice(0, ENDPOINTS_MAX)
        .flatMap(({ ip, port, otherPort }) => endpointOf(connection, ip ?? NONE, port ?? 0, otherPort ?? 0)),
      seen: isQuic(connection.remoteAddr) ? quicSocket(address) : undefined,
      count: Math.max(response.count, known?.count ?? 0),
      wokenMs: known?.wokenMs ?? Number.NEGATIVE_INFINITY,
      wakes: known?.wakes ?? 0
    }
    this.#targets.delete(peer)
    const oldest = this.#targets.keys().next().value
    if (this.#targets.size >= TARGETS_MAX && oldest != null) this.#targets.delete(oldest)
    this.#targets.set(peer, target)
    return target
  }

  /**
   * One question, sent once or until it is answered. Throws UnreachableError (`observe_silent`) or the signal's reason.
   */
  async ask(
    target: Target,
    question: {
      readonly socket: RawSocket
      readonly to: SocketAddress
      readonly kind: 'question' | 'sample'
      readonly believed?: SocketAddress | undefined
      readonly once?: boolean
    },
    signal: AbortSignal
  ): Promise<Seen> {
    signal.throwIfAborted()
    const answered = Promise.withResolvers<Seen>()
    const onAbort = (): void => answered.reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    const counts: string[] = []
    let timer: NodeJS.Timeout | undefined
    const send = (attempt: number): void => {
      const waitMs = question.once === true && attempt > 0 ? undefined : TRY_MS[attempt]
      if (waitMs == null) {
        answered.reject(new UnreachableError('observe_silent', 'no answer by datagram', { retryable: true }))
        return
      }
      counts.push(this.#send(target, question, answered.resolve))
      // A single question waits as long as its signal.
      if (question.once !== true) timer = setTimeout(() => send(attempt + 1), waitMs)
    }
    try {
      send(0)
      return await answered.promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      for (const count of counts) this.#pending.delete(count)
    }
  }

  #send(
    target: Target,
    { socket, to, kind, believed }: Parameters<Asker['ask']>[1],
    resolve: (seen: Seen) => void
  ): string {
    const count = ++target.count
    const name = pendingName(target.session, count)
    this.#pending.set(name, { target, believed, sentMs: this.#now(), resolve })
    const bytes = encodeQuestion(kind, { ...target, count }, to.family, believed)
    // What the kernel does not take (no route) is as good as lost on the way.
    socket.send(udpAddress(to), bytes, HOP_LIMIT).catch(() => undefined)
    return name
  }

  /** An answer that came in. */
  take({ bytes }: Datagram): void {
    const name = pendingName(sessionOf(bytes), Buffer.from(bytes).readUInt32BE(1 + SESSION_BYTES))
    const pending = this.#pending.get(name)
    if (pending == null) return
    const answer = decodeObserve(bytes, pending.target.key)
    if (answer == null) return
    const address = answer.address ?? pending.believed
    if (address != null) pending.resolve({ address, rttMs: this.#now() - pending.sentMs })
  }

  /** The peer that asks us to look at our link, when a wake is its own, new, and not too soon after the last. */
  takeWake({ bytes }: Datagram): string | undefined {
    const target = this.#of(bytes)
    const wake = target == null ? undefined : decodeObserve(bytes, target.key)
    if (target == null || wake == null || wake.count <= target.wakes) return undefined
    target.wakes = wake.count
    const now = this.#now()
    if (now - target.wokenMs < WAKE_MS) return undefined
    target.wokenMs = now
    return target.peer
  }

  /** Whether it is a test datagram of one of our answerers. */
  isTest({ bytes }: Datagram): boolean {
    const target = this.#of(bytes)
    return target != null && bytes[0] === OBSERVE.test && decodeObserve(bytes, target.key) != null
  }

  #of(bytes: Uint8Array): Target | undefined {
    const session = sessionOf(bytes)
    return [...this.#targets.values()].find((target) => target.session === session)
  }
}

const NONE = new Uint8Array(0)
const pendingName = (session: number, count: number): string => `${session}/${count}`

function endpointOf(connection: Connection, ip: Uint8Array, port: number, otherPort: number): Endpoint[] {
  const remote = connection.remoteAddr.getComponents()
  let family: Family | undefined = ip.byteLength === 4 ? 4 : ip.byteLength === 16 ? 6 : undefined
  let text = family == null ? undefined : ipText(ip)
  let mainPort = port
  if (ip.byteLength === 0 && connection.direct && /^ip[46]$/.test(remote[0]?.name ?? '')) {
    family = remote[0]?.name === 'ip4' ? 4 : 6
    text = remote[0]?.value
    // The port that a QUIC connection goes to is right even behind a port forwarding.
    if (isQuic(connection.remoteAddr)) mainPort = Number(remote[1]?.value)
  }
  if (family == null || text == null || !isPort(mainPort)) return []
  const at = { family, ip: text }
  return [
    { main: { ...at, port: mainPort }, other: isPort(otherPort) ? { ...at, port: otherPort } : undefined }
  ]
}

const isPort = (port: number): boolean => port > 0 && port <= 65_535

/** The socket of `/ip/udp/quic-v1` in an answer. Throws ProtocolError (`observe_answer`) for what is no multiaddr. */
function quicSocket(bytes: Uint8Array): SocketAddress | undefined {
  if (bytes.byteLength === 0) return undefined
  let address: Multiaddr
  try {
    address = multiaddr(bytes)
  } catch (cause) {
    throw new ProtocolError('observe_answer', 'an observed address that is none', { cause })
  }
  const [host, udp] = address.getComponents()
  if (!isQuic(address) || host?.value == null || !/^ip[46]$/.test(host.name)) return undefined
  return { family: host.name === 'ip4' ? 4 : 6, ip: host.value, port: Number(udp?.value) }
}
