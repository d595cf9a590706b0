/**
 * Who is admitted on which connection. Until a connection's peer has proved its membership, every protocol
 * but the greeting is closed to it: docs/protocols.md section 2, limits of the design in section 5.
 *
 * The registrar's `handle` is wrapped, because js-libp2p's middleware is no place for a gate: `getMiddleware`
 * hands out its own array and each stream pushes its handler into it.
 */

import type {
  ComponentLogger,
  Connection,
  ConnectionGater,
  Libp2pEvents,
  Logger,
  PeerId,
  PeerStore,
  Stream,
  StreamHandler,
  TypedEventTarget
} from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { TypedEventEmitter } from 'main-event'
import { RefusedError } from '../base/errors.ts'
import type { Member } from '../model/peer.ts'
import { isRelaying } from '../model/peer.ts'
import { guardFirstFrame } from './guard.ts'

export interface AdmissionEvents {
  /** A connection that is not admitted yet; whoever dialed greets. */
  'connection:new': CustomEvent<Connection>
  'member:connected': CustomEvent<MemberConnection>
  /** The connection of a member is gone; `remaining` are the member's others. */
  'member:disconnected': CustomEvent<MemberConnection & { readonly remaining: number }>
  /** The membership of those that the detail names has ended; they may have no connection now. */
  'member:expelled': CustomEvent<(member: Member) => boolean>
}

export interface MemberConnection {
  readonly member: Member
  readonly connection: Connection
}

/** What was turned away since the start. */
export interface Refused {
  readonly streams: number
  readonly connections: number
  readonly dials: number
}

export interface AdmissionComponents {
  readonly registrar: Registrar
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly peerStore: PeerStore
  readonly logger: ComponentLogger
}

/** A connection that is not admitted by then is closed, milliseconds. */
export const ADMIT_TIMEOUT_MS = 5_000
/** Connections that wait for admission; further inbound ones are denied. Above a site that comes back at once. */
const PENDING_MAX = 256
/** Streams that may wait on a connection that we dialed, until our own greeting has ended. */
const WAITING_STREAMS_MAX = 8
/** Refused streams after which an inbound connection is closed before its time. */
const REFUSED_STREAMS_MAX = 4
/** Direct, relayed, and the same once more while an old one dies; one above that is closed. */
const CONNECTIONS_PER_MEMBER_MAX = 4
/** So many refused greetings within the time, and the peer is denied before it reaches a stream. */
const REFUSALS_MAX = 3
const REFUSAL_MS = 60_000
const REFUSED_PEERS_MAX = 4_096

interface State {
  readonly connection: Connection
  /** Requests of these protocols that the peer may still make before it is admitted. */
  readonly permits: Map<string, number>
  timer: NodeJS.Timeout | undefined
  member: Member | undefined
  /** Resolves with true once admitted, with false once gone. */
  readonly decided: PromiseWithResolvers<boolean>
  waiting: number
  refused: number
}

export class Admission extends TypedEventEmitter<AdmissionEvents> {
  readonly #greeting: string
  readonly #states = new Map<string, State>()
  /** By peer, oldest first: a bounded memory of refused greetings. */
  readonly #refusals = new Map<string, { count: number; until: number }>()
  readonly #now: () => number
  #log: Logger | undefined
  #counts = { streams: 0, connections: 0, dials: 0 }

  /** `greeting` is the protocol of which an inbound connection may make one request. */
  constructor(greeting: string, now: () => number) {
    super()
    this.#greeting = greeting
    this.#now = now
  }

  get refused(): Refused {
    return { ...this.#counts }
  }

  /** Wraps the registrar and follows connections: before anything registers a handler. */
  attach(components: AdmissionComponents): void {
    this.#log = components.logger.forComponent('shoal:admission')
    const registrar = components.registrar
    const handle = registrar.handle.bind(registrar)
    registrar.handle = async (protocol, handler, options) => {
      await handle(protocol, this.#gated(protocol, handler), options)
    }
    components.events.addEventListener('connection:open', (event) => {
      this.#opened(event.detail)
    })
    components.events.addEventListener('connection:close', (event) => {
      this.#closed(event.detail, components.peerStore)
    })
  }

  /** The connection's peer is this member: from now on every protocol is open to it. */
  admit(connection: Connection, member: Member): void {
    const state = this.#states.get(connection.id)
    if (state == null || connection.status !== 'open') {
      throw new RefusedError('connection_gone', 'the connection closed before it was admitted', {
        retryable: true
      })
    }
    if (state.member != null) return
    state.member = member
    clearTimeout(state.timer)
    this.#refusals.delete(member.peer)
    const own = this.connections(member.peer)
    if (own.length > CONNECTIONS_PER_MEMBER_MAX) {
      surplusOf(own)?.abort(new RefusedError('connection_surplus', 'too many connections of one member'))
    }
    state.decided.resolve(true)
    this.safeDispatchEvent('member:connected', { detail: { member, connection } })
  }

  /**
   * Admits the peer of a direct connection as the member that it is admitted as on a relayed one now: the handshakes of both
   * proved the same key, and membership is of that key (docs/protocols.md, dcutr). Gives whether it did.
   */
  succeed(connection: Connection): boolean {
    if (!connection.direct || this.#states.get(connection.id)?.member != null) return false
    const peer = connection.remotePeer.toString()
    const relayed = this.connections(peer).find((each) => !each.direct && each.status === 'open')
    const member = relayed == null ? undefined : this.member(relayed)
    if (member == null || connection.status !== 'open') return false
    this.admit(connection, member)
    return true
  }

  /** One request of `protocol`, to be made within `ms`, before the peer is admitted. */
  permit(connection: Connection, protocol: string, ms: number): void {
    const state = this.#states.get(connection.id)
    if (state == null || state.member != null) return
    state.permits.set(protocol, 1)
    this.#expireIn(state, ms)
  }

  /** Remembers that the peer's greeting was refused; several in a minute and it is denied at the door. */
  refuse(connection: Connection): void {
    const peer = connection.remotePeer.toString()
    const now = this.#now()
    const last = this.#refusals.get(peer)
    this.#refusals.delete(peer)
    const oldest = this.#refusals.keys().next().value
    if (this.#refusals.size >= REFUSED_PEERS_MAX && oldest != null) this.#refusals.delete(oldest)
    const count = last != null && last.until > now ? last.count + 1 : 1
    this.#refusals.set(peer, { count, until: now + REFUSAL_MS })
  }

  /** The member that was admitted on a connection, or on any connection of a peer ID. */
  member(of: Connection | string): Member | undefined {
    if (typeof of !== 'string') return this.#states.get(of.id)?.member
    for (const { member } of this.#states.values()) if (member?.peer === of) return member
    return undefined
  }

  /** Members that are admitted now, each once. */
  members(): Member[] {
    const admitted = [...this.#states.values()].flatMap(({ member }) => (member == null ? [] : [member]))
    return [...new Map(admitted.map((member) => [member.peer, member])).values()]
  }

  /** Admitted connections, of one peer ID or of all, oldest first. */
  connections(peer?: string): Connection[] {
    return [...this.#states.values()]
      .filter(({ member }) => member != null && (peer == null || member.peer === peer))
      .map(({ connection }) => connection)
  }

  /** Closes every connection of the members that `which` names. Gives how many. */
  expel(which: (member: Member) => boolean): number {
    const out = [...this.#states.values()].filter(({ member }) => member != null && which(member))
    for (const { connection } of out) {
      connection.abort(new RefusedError('member_expelled', 'the membership has ended'))
    }
    this.safeDispatchEvent('member:expelled', { detail: which })
    return out.length
  }

  /** What the node asks before it goes on with a connection: only Ed25519 peers, no known strangers. */
  readonly gater: ConnectionGater = {
    denyInboundConnection: () => this.#deny(this.#pending() >= PENDING_MAX),
    denyInboundEncryptedConnection: (peer) => this.#deny(!isEd25519(peer) || this.#isRefused(peer)),
    denyOutboundEncryptedConnection: (peer) => this.#deny(!isEd25519(peer)),
    denyInboundRelayReservation: (source) => this.#deny(this.member(source.toString()) == null),
    denyOutboundRelayedConnection: (source, destination) =>
      this.#deny(this.member(source.toString()) == null || this.member(destination.toString()) == null),
    denyInboundRelayedConnection: (relay, remote) =>
      this.#deny(!isRelaying(this.member(relay.toString())?.role) || this.#isRefused(remote))
  }

  #opened(connection: Connection): void {
    const state: State = {
      connection,
      permits: new Map(connection.direction === 'inbound' ? [[this.#greeting, 1]] : []),
      timer: undefined,
      member: undefined,
      decided: Promise.withResolvers(),
      waiting: 0,
      refused: 0
    }
    this.#states.set(connection.id, state)
    this.#expireIn(state, ADMIT_TIMEOUT_MS)
    this.safeDispatchEvent('connection:new', { detail: connection })
  }

  #closed(connection: Connection, peerStore: PeerStore): void {
    const state = this.#states.get(connection.id)
    if (state == null) return
    this.#states.delete(connection.id)
    clearTimeout(state.timer)
    state.decided.resolve(false)
    if (state.member == null) {
      // libp2p notes the peer of every stream; strangers must not push members out of the store.
      if (connection.direction === 'inbound' && this.member(connection.remotePeer.toString()) == null) {
        peerStore.delete(connection.remotePeer).catch((error: unknown) => {
          this.#log?.error('could not forget %p - %e', connection.remotePeer, error)
        })
      }
      return
    }
    const { member } = state
    const remaining = this.connections(member.peer).length
    this.safeDispatchEvent('member:disconnected', { detail: { member, connection, remaining } })
  }

  #expireIn(state: State, ms: number): void {
    clearTimeout(state.timer)
    state.timer = setTimeout(() => {
      this.#counts.connections++
      this.#log?.('%p was not admitted in time', state.connection.remotePeer)
      state.connection.abort(new RefusedError('not_admitted', 'the peer was not admitted in time'))
    }, ms)
    state.timer.unref()
  }

  #gated(protocol: string, handler: StreamHandler): StreamHandler {
    return async (stream, connection) => {
      const state = this.#states.get(connection.id)
      if (state != null && !(await this.#mayEnter(state, protocol))) {
        this.#refuseStream(state, stream, protocol)
        return
      }
      if (state == null || stream.status !== 'open') {
        stream.abort(new RefusedError('connection_gone', 'the connection is gone'))
        return
      }
      guardFirstFrame(protocol, stream)
      await handler(stream, connection)
    }
  }

  async #mayEnter(state: State, protocol: string): Promise<boolean> {
    if (state.member != null) return true
    const left = state.permits.get(protocol) ?? 0
    if (left > 0) {
      state.permits.set(protocol, left - 1)
      return true
    }
    // Who answered our greeting has admitted us and may be quicker than our own check of the answer.
    if (state.connection.direction === 'inbound' || state.waiting >= WAITING_STREAMS_MAX) return false
    state.waiting++
    try {
      return await state.decided.promise
    } finally {
      state.waiting--
    }
  }

  #refuseStream(state: State, stream: Stream, protocol: string): void {
    this.#counts.streams++
    state.refused++
    this.#log?.('refused %s to %p, who is not admitted', protocol, state.connection.remotePeer)
    const error = new RefusedError('not_admitted', 'the peer is not admitted')
    stream.abort(error)
    if (state.connection.direction === 'inbound' && state.refused >= REFUSED_STREAMS_MAX) {
      this.#counts.connections++
      state.connection.abort(error)
    }
  }

  #pending(): number {
    let count = 0
    for (const { member } of this.#states.values()) if (member == null) count++
    return count
  }

  #isRefused(peer: PeerId): boolean {
    const entry = this.#refusals.get(peer.toString())
    return entry != null && entry.count >= REFUSALS_MAX && entry.until > this.#now()
  }

  #deny(denied: boolean): boolean {
    if (denied) this.#counts.dials++
    return denied
  }
}

/**
 * The oldest of those that there are more of, direct or relayed: direct ones pile up on a machine that roams, and the one
 * relayed connection beside them may be all that works.
 */
export function surplusOf<T extends Pick<Connection, 'direct'>>(own: readonly T[]): T | undefined {
  const direct = own.filter((each) => each.direct)
  const relayed = own.filter((each) => !each.direct)
  return (direct.length > relayed.length ? direct : relayed)[0]
}

function isEd25519(peer: PeerId): boolean {
  return peer.type === 'Ed25519'
}
