/**
 * `/shoal/observe/1.0.0`: own addresses as others see them, the NAT's class, keep-alive and wake by raw datagrams.
 * Spec: docs/mesh.md, Observed addresses. Messages: proto/observe.proto.
 */

import type {
  ComponentLogger,
  Connection,
  Libp2pEvents,
  Logger,
  Stream,
  TypedEventTarget
} from '@libp2p/interface'
import type { AddressManager, Registrar, TransportManager } from '@libp2p/interface-internal'
import { isLoopback } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { errorMessage, UnreachableError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'
import { isRelaying } from '../model/peer.ts'
import { call, serve } from '../wire/unary.ts'
import type { Admission } from './admission.ts'
import { Datagrams } from './datagrams.ts'
import type { Observation, Observer, ObserverEvents } from './observation.ts'
import { Answerer, OBSERVE_PROTOCOL, ObserveRequestCodec } from './observe-answerer.ts'
import type { Target } from './observe-asker.ts'
import { Asker } from './observe-asker.ts'
import { BARE_BYTES, FULL_BYTES, OBSERVE } from './observe-datagrams.ts'
import { Epoch, hearsTest } from './observe-epoch.ts'
import { MappedAddresses } from './observe-mapped.ts'
import type { SocketAddress } from './quic-address.ts'
import { isQuic, quicAddress, socketOf, udpAddress } from './quic-address.ts'
import type { Datagram, MeshTransport } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

export interface ObserverInit {
  /** Secret of this node that outlives it. */
  readonly secret: Uint8Array
  readonly admission: Admission
  transport(): MeshTransport
  /** Milliseconds since the epoch of time. */
  now(): number
}

export interface ObserverComponents {
  readonly registrar: Registrar
  readonly addressManager: AddressManager
  readonly transportManager: TransportManager
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly logger: ComponentLogger
}

/** The factory that libp2p calls. */
export function observer(init: ObserverInit): (components: ObserverComponents) => Observer {
  return (components) => new ObserverService(components, init)
}

/** One at each network change, one for each test, and one more. */
const STREAMS_MAX = 4
/** A site behind one address that comes back at once, five datagrams each; later one a device in some seconds. */
const QUESTIONS = { burst: 2_000, perSecond: 200 }
/** What we asked for ourselves. */
const ANSWERS = { burst: 256, perSecond: 32 }
const WAKES = { burst: 4, perSecond: 1 }
/** All that one answerer is asked takes some round trips; a silent one is given up. */
const SAMPLE_MS = 15_000
/** Peers whose word by identify is kept. */
const WEAK_MAX = 8

class ObserverService extends TypedEventEmitter<ObserverEvents> implements Observer {
  readonly datagrams = new Datagrams(() => performance.now())
  readonly #components: ObserverComponents
  readonly #init: ObserverInit
  readonly #log: Logger
  readonly #tasks: Tasks
  readonly #asker = new Asker(() => performance.now())
  readonly #answerer: Answerer
  readonly #onTest = new Set<(datagram: Datagram) => void>()
  readonly #weak = new Map<string, Multiaddr>()
  readonly #unfollow: (() => void)[] = []
  #shutdown = new AbortController()
  #over = new AbortController()
  #epoch: Epoch
  /** Samples are taken one after another: ports in order say how a NAT chooses them. */
  #line: Promise<void> = Promise.resolve()
  #lifetimeMs: number | null = null
  #mapped: readonly Multiaddr[] = []
  readonly #announcer: MappedAddresses
  #last: { readonly text: string; readonly view: Observation }

  constructor(components: ObserverComponents, init: ObserverInit) {
    super()
    this.#components = components
    this.#init = init
    this.#log = components.logger.forComponent('shoal:observe')
    this.#tasks = new Tasks((name, error) => this.#log('%s: %s', name, errorMessage(error)))
    this.#answerer = new Answerer({
      secret: init.secret,
      transport: () => init.transport(),
      addresses: () => [
        ...components.addressManager.getAnnounceAddrs(),
        ...components.transportManager.getAddrs()
      ],
      datagrams: this.datagrams,
      now: () => init.now(),
      onHeard: (peer, address) => {
        this.safeDispatchEvent('heard', { detail: { peer, address: udpAddress(address) } })
      }
    })
    this.#announcer = new MappedAddresses({
      addresses: components.addressManager,
      lan: () => this.#lan(),
      answerers: () => init.admission.connections().filter((each) => this.#isAnswerer(each)),
      hears: async (answerer, port) => await this.#hears(answerer, port),
      run: (name, work) => this.#tasks.run(name, work)
    })
    this.#epoch = this.#newEpoch(1)
    this.#last = { text: '', view: this.#look() }
  }

  async start(): Promise<void> {
    this.#shutdown = new AbortController()
    const { registrar, events } = this.#components
    const { signal } = this.#shutdown
    this.#unfollow.push(this.datagrams.follow(this.#init.transport()), ...this.#handlers())
    this.#init.admission.addEventListener(
      'member:connected',
      ({ detail: { member, connection } }) => {
        this.#answerer.meet(member)
        this.#onMember(connection)
      },
      { signal }
    )
    this.#init.admission.addEventListener('member:expelled', ({ detail }) => this.#answerer.forget(detail), {
      signal
    })
    events.addEventListener(
      'peer:identify',
      ({ detail: { connection, observedAddr } }) => {
        if (observedAddr != null) this.#onIdentify(connection, observedAddr)
      },
      { signal }
    )
    await registrar.handle(OBSERVE_PROTOCOL.id, this.#onStream, {
      maxInboundStreams: STREAMS_MAX,
      maxOutboundStreams: STREAMS_MAX,
      runOnLimitedConnection: false
    })
  }

  async beforeStop(): Promise<void> {
    await this.#components.registrar.unhandle(OBSERVE_PROTOCOL.id)
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    for (const end of this.#unfollow.splice(0)) end()
    await this.#tasks.idle()
    await this.#answerer.close()
  }

  view(): Observation {
    return this.#last.view
  }

  async refresh(signal: AbortSignal): Promise<Observation> {
    await this.#inLine(async (epoch, scoped) => await epoch.refresh(scoped), signal)
    return this.view()
  }

  async probe(peer: string, signal: AbortSignal): Promise<{ address: Multiaddr; rttMs: number }> {
    const scoped = AbortSignal.any([signal, this.#shutdown.signal])
    const target = this.#asker.target(peer) ?? (await this.#learn(this.#connectionTo(peer), scoped))
    const to = target.endpoints[0]?.main
    const socket = to == null ? UNSUPPORTED : this.#init.transport().socketTo(to)
    if (to == null || socket === UNSUPPORTED) {
      throw new UnreachableError('observe_unsupported', 'no datagrams to that peer from this node')
    }
    const believed = this.#epoch.external.find(({ family }) => family === to.family)
    const question = { socket, to, kind: 'question', believed, once: true } as const
    const { address, rttMs } = await this.#asker.ask(target, question, scoped)
    const before = this.#epoch.saw(to, address)
    this.#changed()
    if (before != null) this.#moved(before, address)
    return { address: quicAddress(address), rttMs }
  }

  wake(peer: string, address: Multiaddr): void {
    this.#answerer.wake(peer, socketOf(address))
  }

  know(peers: Iterable<string>): void {
    this.#answerer.know(peers)
  }

  networkChanged(): void {
    this.#over.abort(new UnreachableError('network_changed', 'the network has changed', { retryable: true }))
    this.#lifetimeMs = null
    this.#weak.clear()
    this.#epoch = this.#newEpoch(this.#epoch.number + 1)
    this.#init.transport().networkChanged()
    this.#changed()
    for (const connection of this.#init.admission.connections()) this.#onMember(connection)
  }

  setLifetime(ms: number | null): void {
    this.#lifetimeMs = ms
    this.#changed()
  }

  setMapped(addresses: readonly Multiaddr[]): void {
    this.#mapped = addresses
    this.#announcer.tryAgain()
    this.#changed()
    this.#announcer.update(this.view().mapped)
  }

  /**
   * The router has another address, or has given the flow another port: connections send to the old one until they hear
   * from the new one, and that is up to us. What was observed from an old address means nothing any more.
   */
  #moved(before: SocketAddress, now: SocketAddress): void {
    if (before.ip === now.ip) this.#init.transport().networkChanged()
    else this.networkChanged()
  }

  #newEpoch(number: number): Epoch {
    this.#over = new AbortController()
    return new Epoch(number, {
      asker: this.#asker,
      datagrams: this.datagrams,
      transport: () => this.#init.transport(),
      localIps: () => this.#lan().map((address) => socketOf(address).ip),
      onNoted: () => {
        if (this.#epoch.number === number) this.#changed()
      },
      onTest: (listener) => this.#listen(listener),
      test: async (target, testPort, signal) => {
        const connection = this.#connectionTo(target.peer)
        const response = await call(
          OBSERVE_PROTOCOL,
          connection,
          signal,
          ObserveRequestCodec.create({ testPort })
        )
        return response.tested
      }
    })
  }

  #handlers(): (() => void)[] {
    const { datagrams } = this
    const answer = (datagram: Datagram, from: Parameters<Answerer['take']>[1]): void =>
      this.#answerer.take(datagram, from)
    const full = [FULL_BYTES[4], FULL_BYTES[6]]
    const bare = [BARE_BYTES]
    return [
      datagrams.handle(OBSERVE.question, { lengths: full, ...QUESTIONS }, answer),
      datagrams.handle(OBSERVE.sample, { lengths: full, ...QUESTIONS }, answer),
      datagrams.handle(OBSERVE.answer, { lengths: [...bare, ...full], ...ANSWERS }, (datagram) =>
        this.#asker.take(datagram)
      ),
      datagrams.handle(OBSERVE.wake, { lengths: bare, ...WAKES }, (datagram) => {
        const peer = this.#asker.takeWake(datagram)
        if (peer != null) this.safeDispatchEvent('wake', { detail: { peer } })
      }),
      datagrams.handle(OBSERVE.test, { lengths: bare, ...WAKES }, (datagram) => {
        if (this.#asker.isTest(datagram)) for (const listener of this.#onTest) listener(datagram)
      })
    ]
  }

  // Must not throw: libp2p would abort the stream and say nothing.
  readonly #onStream = (stream: Stream, connection: Connection): void => {
    this.#tasks.run('answer', async () => {
      await serve(OBSERVE_PROTOCOL, stream, connection, this.#shutdown.signal, async (request) => {
        return await this.#answerer.answer(request, connection, this.#init.admission.member(connection))
      })
    })
  }

  /** Coordinators and relays tell what they see; each at most once an epoch, unless they see another address. */
  #onMember(connection: Connection): void {
    if (!this.#isAnswerer(connection)) return
    this.#tasks.run('sample', async () => {
      await this.#inLine(async (epoch, signal) => {
        const peer = connection.remotePeer.toString()
        if (connection.status !== 'open' || (epoch.isFull && !epoch.hasSampled(peer))) return
        const target = await this.#learn(connection, signal)
        const isKnown =
          target.seen == null ||
          epoch.external.some(({ ip, port }) => ip === target.seen?.ip && port === target.seen.port)
        if (epoch.hasSampled(peer) && isKnown) return
        await epoch.sample(target, signal)
      }, AbortSignal.timeout(SAMPLE_MS))
      this.#announcer.update(this.view().mapped)
    })
  }

  #onIdentify(connection: Connection, observed: Multiaddr): void {
    if (!connection.direct || !isQuic(connection.remoteAddr) || !isQuic(observed)) return
    const oldest = this.#weak.keys().next().value
    if (this.#weak.size >= WEAK_MAX && oldest != null) this.#weak.delete(oldest)
    this.#weak.set(connection.remotePeer.toString(), quicAddress(socketOf(observed)))
    this.#changed()
  }

  async #learn(connection: Connection, signal: AbortSignal): Promise<Target> {
    const response = await call(OBSERVE_PROTOCOL, connection, signal, ObserveRequestCodec.create())
    return this.#asker.learn(connection, response)
  }

  /** Whether a stranger's packet to one of our outside ports comes to the socket that listens. */
  async #hears(answerer: Connection, testPort: number): Promise<boolean | undefined> {
    let heard: boolean | undefined
    await this.#inLine(async (_, signal) => {
      const { endpoints } = await this.#learn(answerer, signal)
      const to = endpoints[0]?.main
      const socket = to == null ? UNSUPPORTED : this.#init.transport().socketTo(to)
      if (socket === UNSUPPORTED) return
      const request = ObserveRequestCodec.create({ testPort, testAsStranger: true })
      const ask = async (): Promise<boolean> =>
        (await call(OBSERVE_PROTOCOL, answerer, signal, request)).tested
      heard = await hearsTest({ onTest: (listener) => this.#listen(listener) }, socket, ask, 0)
    }, AbortSignal.timeout(SAMPLE_MS))
    return heard
  }

  #isAnswerer(connection: Connection): boolean {
    return connection.direct && isRelaying(this.#init.admission.member(connection)?.role)
  }

  #listen(listener: (datagram: Datagram) => void): () => void {
    this.#onTest.add(listener)
    return () => this.#onTest.delete(listener)
  }

  #connectionTo(peer: string): Connection {
    const open = this.#init.admission
      .connections(peer)
      .findLast(({ direct, status }) => direct && status === 'open')
    if (open == null) throw new UnreachableError('observe_unknown', 'no direct connection to ask on')
    return open
  }

  /** Runs after what is in line; ends with the epoch. Throws what `work` throws, or a signal's reason. */
  async #inLine(
    work: (epoch: Epoch, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal
  ): Promise<void> {
    const epoch = this.#epoch
    const scoped = AbortSignal.any([signal, this.#over.signal, this.#shutdown.signal])
    const turn = this.#line.then(async () => {
      scoped.throwIfAborted()
      await work(epoch, scoped)
    })
    this.#line = turn.catch(() => undefined)
    try {
      await turn
    } finally {
      if (!this.#shutdown.signal.aborted) this.#changed()
    }
  }

  #changed(): void {
    const view = this.#look()
    const { at: _, ...said } = view
    const text = JSON.stringify(said, (_key, value: unknown) => value)
    if (text === this.#last.text) return
    this.#last = { text, view }
    this.#announcer.update(view.mapped)
    this.safeDispatchEvent('change', { detail: view })
  }

  #look(): Observation {
    const seen = this.#epoch.external
    const families = new Set(seen.map(({ family }) => family))
    const weak = [...this.#weak.values()].filter((address) => !families.has(socketOf(address).family))
    const observed = [...seen.map((socket) => quicAddress(socket)), ...weak]
    const ips = new Set(observed.map((address) => socketOf(address).ip))
    const mapped = this.#mapped.filter((address) => ips.has(socketOf(address).ip))
    const external = new Map([...observed, ...mapped].map((address) => [address.toString(), address]))
    return {
      epoch: this.#epoch.number,
      at: this.#init.now(),
      external: [...external.values()],
      mapped,
      lan: this.#lan(),
      nat: { ...this.#epoch.nat, lifetimeMs: this.#lifetimeMs, isMapped: mapped.length > 0 }
    }
  }

  /** Loopback ones only where nothing else is listened on. */
  #lan(): Multiaddr[] {
    const own = this.#components.transportManager.getAddrs().filter(isQuic)
    const outward = own.filter((address) => !isLoopback(address))
    return outward.length > 0 ? outward : own
  }
}
