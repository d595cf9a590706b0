/**
 * `/libp2p/dcutr`: makes a direct connection beside a relayed one. Speaks plain DCUtR with go- and rust-libp2p in both
 * roles, and more among members. Specs: libp2p/specs relay/DCUtR.md; docs/protocols.md#dcutr. Messages: proto/dcutr.proto.
 */

import type { ComponentLogger, Connection, Logger, Startable, Stream, Upgrader } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { TypedEventEmitter } from 'main-event'
import type { Clock } from '../../base/clock.ts'
import { errorCode, errorMessage, UnreachableError } from '../../base/errors.ts'
import { Tasks } from '../../base/tasks.ts'
import type { Method, Nat } from '../../model/nat.ts'
import { UNKNOWN_NAT } from '../../model/nat.ts'
import type { Reason } from '../../model/punch.ts'
import { Flow } from '../../wire/flow.ts'
import type { Direct } from './attempt.ts'
import type { ExchangePorts, PunchFlow } from './exchange.ts'
import { answerPunch, initiatePunch } from './exchange.ts'
import type { HolePunch } from './messages.ts'
import { CODEC, DCUTR } from './messages.ts'
import { SearchSlot } from './slot.ts'
import type { Local, PunchTransport } from './transport.ts'

/** Who is let in; on a node of the fleet, the admission. */
export interface PunchGate {
  /** Calls back with each connection, relayed or direct, as it opens. */
  onOpened(listener: (connection: Connection) => void): void
  /** Calls back with each connection once its peer is admitted on it. */
  onAdmitted(listener: (connection: Connection) => void): void
  isAdmitted(connection: Connection): boolean
  /** Admits the peer of a direct connection that is admitted on a relayed one now. Gives whether it did. */
  succeed(connection: Connection): boolean
}

export interface PunchInit {
  readonly gate: PunchGate
  /** Undefined where the machine's QUIC cannot punch. */
  transport(): PunchTransport | undefined
  local(): Local
  /** The same with the newest ports, and once a class that is being found out is known. Throws the signal's reason. */
  fresh?(signal: AbortSignal): Promise<unknown>
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
  /** Lets loopback addresses be candidates: for nodes of one machine. */
  readonly mayLoop?: boolean
  /** Allows searches between two NATs with port blocks. */
  readonly mayPairBlocks?: boolean
}

export interface PunchComponents {
  readonly registrar: Registrar
  readonly upgrader: Upgrader
  readonly logger: ComponentLogger
  readonly peerId: { toString(): string }
}

/** What has been tried with a peer. */
export interface PunchState {
  readonly theirNat: Nat
  readonly attempts: number
  /** Milliseconds from the relayed connection to the direct one. */
  readonly directMs: number | null
  readonly method: Method | null
  /** Why there is none; null while it is sought or there is one. */
  readonly reason: Reason | null
  readonly isRunning: boolean
}

export interface PunchEvents {
  /** The state of a peer has changed. */
  'punch:change': CustomEvent<string>
}

export interface Punch extends Startable, TypedEventEmitter<PunchEvents> {
  state(peer: string): PunchState | undefined
  /** Seeks a direct connection beside an admitted relayed one, unless that is under way. Never throws. */
  seek(relayed: Connection): void
  /** Forgets what was tried with a peer. */
  forget(peer: string): void
}

/** Streams of one connection each way: one exchange, and one more while the last one dies. */
const STREAMS_MAX = 2
/** An exchange message and the wait for SYNC; a round trip over a bad relay path is some seconds. */
const EXCHANGE_TIMEOUT_MS = 10_000
/** What the own class and ports are waited for, from the opening of a relayed connection on. */
const FRESH_TIMEOUT_MS = 1_000
/** Peers whose last outcome is remembered. */
const STATES_MAX = 1_024

interface Running {
  readonly relayed: Connection
  readonly abort: AbortController
  readonly isInitiator: boolean
  taken: ((connection: Connection) => void) | undefined
}

/** The factory that libp2p calls. */
export function punch(init: PunchInit): (components: PunchComponents) => Punch {
  return (components) => new PunchService(components, init)
}

class PunchService extends TypedEventEmitter<PunchEvents> implements Punch {
  readonly #components: PunchComponents
  readonly #init: PunchInit
  readonly #log: Logger
  readonly #tasks: Tasks
  readonly #states = new Map<string, PunchState>()
  readonly #running = new Map<string, Running>()
  readonly #admittedMs = new WeakMap<Connection, number>()
  /** Streams that were opened before their connection was admitted. */
  readonly #early = new WeakMap<Connection, Promise<Stream>>()
  /** Own ports that are being asked for, by relayed connection. */
  readonly #fresh = new WeakMap<Connection, Promise<void>>()
  readonly #slot: SearchSlot
  #shutdown = new AbortController()

  constructor(components: PunchComponents, init: PunchInit) {
    super()
    this.#components = components
    this.#init = init
    this.#log = components.logger.forComponent('shoal:punch')
    this.#tasks = new Tasks((name, error) => {
      this.#log('%s: %s (%s)', name, errorMessage(error), errorCode(error))
    })
    this.#slot = new SearchSlot(init.clock)
    init.gate.onOpened(this.#onOpened)
    init.gate.onAdmitted(this.#onAdmitted)
  }

  async start(): Promise<void> {
    this.#shutdown = new AbortController()
    await this.#components.registrar.handle(DCUTR.id, this.#onStream, {
      maxInboundStreams: STREAMS_MAX,
      maxOutboundStreams: STREAMS_MAX,
      runOnLimitedConnection: true
    })
  }

  async beforeStop(): Promise<void> {
    await this.#components.registrar.unhandle(DCUTR.id)
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#tasks.idle()
  }

  state(peer: string): PunchState | undefined {
    return this.#states.get(peer)
  }

  seek(relayed: Connection): void {
    const peer = relayed.remotePeer.toString()
    if (this.#shutdown.signal.aborted || this.#running.has(peer) || relayed.direct) return
    if (!this.#admittedMs.has(relayed)) this.#admittedMs.set(relayed, this.#init.clock.now())
    this.#tasks.run(`initiate with ${peer}`, async () => {
      await this.#run(relayed, true, async (ports, running) => {
        return await initiatePunch(ports, () => this.#openFlow(relayed, running.abort.signal))
      })
    })
  }

  forget(peer: string): void {
    this.#states.delete(peer)
  }

  readonly #onOpened = (connection: Connection): void => {
    const peer = connection.remotePeer.toString()
    if (!connection.direct) {
      this.#fresh.set(connection, this.#freshen())
      if (connection.direction === 'inbound') this.#openEarly(connection)
      return
    }
    // Whoever dials us directly may just as well come by hello; a punch saves it that round trip.
    const running = this.#running.get(peer)
    if (connection.direction === 'outbound' && running == null) return
    if (this.#init.gate.succeed(connection) && connection.direction === 'inbound')
      running?.taken?.(connection)
  }

  readonly #onAdmitted = (connection: Connection): void => {
    if (connection.direct) return
    this.#admittedMs.set(connection, this.#init.clock.now())
    // The side that was dialed over the relay initiates.
    if (connection.direction === 'inbound') this.seek(connection)
  }

  /** Where each flow has another port, or nothing is known yet, an older view would lead nowhere. */
  async #freshen(): Promise<void> {
    const { fresh, local } = this.#init
    const { name, mapping } = local.call(this.#init).nat
    if (fresh == null || name === 'udp-blocked' || mapping === 'none' || mapping === 'eim') return
    const timeout = AbortSignal.timeout(FRESH_TIMEOUT_MS)
    const signal = AbortSignal.any([this.#shutdown.signal, timeout])
    await fresh.call(this.#init, signal).catch(() => undefined)
  }

  /** Negotiates the stream while the peer is being admitted, so that CONNECT can leave at once. */
  #openEarly(connection: Connection): void {
    const opening = this.#openStream(connection, this.#shutdown.signal)
    opening.catch(() => undefined)
    this.#early.set(connection, opening)
  }

  async #openStream(connection: Connection, signal: AbortSignal): Promise<Stream> {
    return await connection.newStream(DCUTR.id, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(EXCHANGE_TIMEOUT_MS)]),
      runOnLimitedConnection: true
    })
  }

  async #openFlow(connection: Connection, signal: AbortSignal): Promise<PunchFlow> {
    const early = this.#early.get(connection)
    this.#early.delete(connection)
    const opened = await early?.catch(() => undefined)
    const stream = opened?.status === 'open' ? opened : await this.#openStream(connection, signal)
    return flowOn(stream, connection)
  }

  readonly #onStream = (stream: Stream, connection: Connection): void => {
    const peer = connection.remotePeer.toString()
    const running = this.#running.get(peer)
    const isOurs = running?.isInitiator === true && this.#components.peerId.toString() < peer
    if (connection.direct || isOurs || !this.#init.gate.isAdmitted(connection)) {
      stream.abort(new UnreachableError('dcutr_not_now', 'no hole punch on this connection now'))
      return
    }
    running?.abort.abort()
    this.#tasks.run(`answer ${peer}`, async () => {
      await this.#run(connection, false, async (ports) => {
        return await answerPunch(ports, flowOn(stream, connection))
      })
    })
  }

  async #run(
    relayed: Connection,
    isInitiator: boolean,
    work: (ports: ExchangePorts, running: Running) => Promise<Direct | Reason | undefined>
  ): Promise<void> {
    const peer = relayed.remotePeer.toString()
    const transport = this.#init.transport()
    if (transport == null) {
      this.#change(peer, { reason: 'quic_missing', isRunning: false })
      return
    }
    const abort = new AbortController()
    const running: Running = { relayed, abort, isInitiator, taken: undefined }
    this.#running.set(peer, running)
    const onClose = (): void => abort.abort(new UnreachableError('connection_lost', 'the relay path is gone'))
    relayed.addEventListener('close', onClose)
    this.#change(peer, { isRunning: true, reason: null })
    await (this.#fresh.get(relayed) ?? this.#freshen())
    this.#fresh.delete(relayed)
    const ports = this.#portsFor(peer, relayed, running, transport)
    const outcome = await work(ports, running).catch((error: unknown): Reason => {
      this.#log('with %s: %s (%s)', peer, errorMessage(error), errorCode(error))
      return 'exchange_failed'
    })
    relayed.removeEventListener('close', onClose)
    // A newer exchange has taken the place of this one.
    if (this.#running.get(peer) !== running) return
    this.#running.delete(peer)
    this.#conclude(peer, relayed, outcome)
  }

  #conclude(peer: string, relayed: Connection, outcome: Direct | Reason | undefined): void {
    if (outcome == null || typeof outcome === 'string') {
      this.#change(peer, { isRunning: false, reason: outcome ?? null })
      return
    }
    const since = this.#admittedMs.get(relayed)
    this.#admittedMs.delete(relayed)
    const directMs = since == null ? null : this.#init.clock.now() - since
    this.#log('direct to %s by %s after %d ms', peer, outcome.method, directMs ?? -1)
    this.#change(peer, { isRunning: false, reason: null, method: outcome.method, directMs })
  }

  #portsFor(peer: string, relayed: Connection, running: Running, transport: PunchTransport): ExchangePorts {
    const { clock, random, mayLoop = false, mayPairBlocks = false } = this.#init
    const signal = AbortSignal.any([this.#shutdown.signal, running.abort.signal])
    return {
      peer,
      relayed,
      local: this.#init.local(),
      options: { mayPairBlocks },
      mayLoop,
      slot: this.#slot,
      transport,
      upgrader: this.#components.upgrader,
      clock,
      random,
      tasks: this.#tasks,
      signal,
      began: (attempt, theirNat, attempts) => {
        running.taken = (connection) => attempt.taken(connection)
        this.#change(peer, { theirNat, attempts })
      }
    }
  }

  #change(peer: string, change: Partial<PunchState>): void {
    const before = this.#states.get(peer) ?? FRESH
    this.#states.delete(peer)
    const oldest = this.#states.keys().next().value
    if (this.#states.size >= STATES_MAX && oldest != null) this.#states.delete(oldest)
    this.#states.set(peer, { ...before, ...change })
    this.safeDispatchEvent('punch:change', { detail: peer })
  }
}

const FRESH: PunchState = {
  theirNat: UNKNOWN_NAT,
  attempts: 0,
  directMs: null,
  method: null,
  reason: null,
  isRunning: false
}

const flowOn = (stream: Stream, connection: Connection): PunchFlow =>
  new Flow<HolePunch, HolePunch>(stream, connection, {
    read: CODEC,
    write: CODEC,
    readBytesMax: DCUTR.messageBytesMax,
    writeBytesMax: DCUTR.messageBytesMax,
    stallMs: EXCHANGE_TIMEOUT_MS
  })
