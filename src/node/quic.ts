/**
 * The QUIC transport: one UDP socket per address family dials, listens and carries raw datagrams.
 * The addon in `native/quic` does the packets; `docs/quic.md` tells how, and what was measured.
 */

import { privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type {
  ComponentLogger,
  Connection,
  CounterGroup,
  CreateListenerOptions,
  DialTransportOptions,
  Libp2pEvents,
  Listener,
  Logger,
  Metrics,
  PrivateKey,
  Startable,
  Upgrader
} from '@libp2p/interface'
import { serviceCapabilities, transportSymbol } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { TypedEventTarget } from 'main-event'
import { InvalidError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'
import {
  type Family,
  isAnyPort,
  isQuic,
  parseSocket,
  peerIdOf,
  peerOf,
  quicAddress,
  resolve,
  type SocketAddress
} from './quic-address.ts'
import { QuicConnection } from './quic-connection.ts'
import type { ConnectionSink } from './quic-engine.ts'
import { QuicEngine } from './quic-engine.ts'
import { handshake, IGNORE } from './quic-handshake.ts'
import { QuicListener } from './quic-listener.ts'
import type { ConnectionFigures, EngineTotals, Settings } from './quic-native.ts'
import { QuicSocket, type SocketInit } from './quic-socket.ts'
import {
  type Datagram,
  type MeshTransport,
  type PathChange,
  UNSUPPORTED,
  type Unsupported
} from './transport.ts'

/**
 * What a stranger gets: 64 streams, and 1 MiB that it may send before we read; members get more by `setWindows`. A stream's own
 * window cannot change later and is therefore wide from the start; the connection's bounds all streams together.
 */
const DEFAULTS = {
  connectionsMax: 1_024,
  handshakesMax: 64,
  handshakeTimeoutMs: 5_000,
  idleMaxMs: 600_000,
  idleMs: 30_000,
  keepAliveMs: 10_000,
  streamsMax: 64,
  streamWindow: 4_194_304,
  receiveWindow: 1_048_576,
  sendWindow: 4_194_304,
  congestion: 'cubic',
  socketBuffer: 4_194_304
} as const satisfies Omit<Settings, 'privateKey' | 'gate'>

/** Of each socket of `openSocket`: some hundred raw datagrams; 256 of them cannot fill the kernel's memory. Others get `socketBuffer`. */
const EXTRA_BUFFER_BYTES = 65_536
/** What a member may have open at once. */
const MEMBER_STREAMS_MAX = 256
const ANY = { 4: '0.0.0.0', 6: '::' } as const

export interface QuicInit extends Partial<Omit<Settings, 'privateKey' | 'gate'>> {
  /** Asked for each inbound handshake with the address it comes from, before memory is spent on it. */
  admit?(from: SocketAddress): boolean
}

export interface QuicComponents {
  privateKey: PrivateKey
  logger: ComponentLogger
  upgrader: Upgrader
  metrics?: Metrics
  events?: TypedEventTarget<Libp2pEvents>
}

/** The factory that libp2p calls. Nothing is opened before the first dial or listen. */
export function quic(init: QuicInit = {}): (components: QuicComponents) => QuicTransport {
  return (components) => new QuicTransport(components, init)
}

export class QuicTransport implements MeshTransport, Startable {
  readonly [transportSymbol] = true
  readonly [Symbol.toStringTag] = '@shoal/quic'
  readonly [serviceCapabilities]: string[] = ['@libp2p/transport']
  readonly #components: QuicComponents
  readonly #init: QuicInit
  readonly #log: Logger
  readonly #metrics: CounterGroup | undefined
  readonly #tasks: Tasks
  #engine: QuicEngine | undefined
  /** Listening and adopted sockets first, as they are opened; then those that only dial. */
  #sockets: QuicSocket[] = []
  readonly #dialing: { [F in Family]?: QuicSocket | undefined } = {}
  readonly #byStreams = new WeakMap<object, QuicConnection>()
  readonly #onDatagram = new Set<(datagram: Datagram) => void>()
  readonly #onPathChange = new Set<(change: PathChange) => void>()

  constructor(components: QuicComponents, init: QuicInit) {
    this.#components = components
    this.#init = init
    this.#log = components.logger.forComponent('shoal:quic')
    this.#tasks = new Tasks((name, error) => this.#log('%s - %e', name, error))
    this.#metrics = components.metrics?.registerCounterGroup('shoal_quic_events_total', {
      label: 'event',
      help: 'QUIC connections and streams by what happened to them'
    })
    components.events?.addEventListener('connection:open', ({ detail }) => {
      const ours = this.#byStreams.get(detail.streams)
      if (ours != null) ours.connection = detail
    })
  }

  start(): void {}

  /** Closes every socket with its connections and ends the native thread. */
  async stop(): Promise<void> {
    const engine = this.#engine
    if (engine == null) return
    await Promise.all(this.#sockets.map((socket) => socket.close()))
    await this.#tasks.idle()
    if (this.#engine === engine) this.#engine = undefined
    engine.stop()
  }

  readonly listenFilter = (addresses: Multiaddr[]): Multiaddr[] => addresses.filter(isQuic)
  readonly dialFilter = (addresses: Multiaddr[]): Multiaddr[] => addresses.filter(isQuic)

  createListener(options: CreateListenerOptions): Listener {
    return new QuicListener(options, (address) => {
      // Something was dialed before we listened: one socket for both, else others see us where we take nothing.
      const early = isAnyPort(address) ? this.#dialing[address.family] : undefined
      if (early != null) this.#dialing[address.family] = undefined
      early?.adopt()
      return early ?? this.#tell(this.#open(address.ip, address.port, options.upgrader, { accept: true }))
    })
  }

  /**
   * Dials from a listening socket of the address's family, or from one that only dials where none listens.
   * Throws UnreachableError (`quic_<reason>`), RefusedError (`quic_wrong_peer`) and what the upgrader throws.
   */
  async dial(address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    const target = await this.#target(address, options.signal)
    return await this.#dialFrom(this.socketTo(target), address, target, options)
  }

  /** Dials from a given socket: an AutoNAT dial-back, or the socket of a port probe. */
  async dialFrom(socket: QuicSocket, address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    return await this.#dialFrom(socket, address, await this.#target(address, options.signal), options)
  }

  /**
   * Another socket beside those that listen: for AutoNAT dial-backs, or a port probe. It accepts nothing until
   * `adopt`; from then on `dial` may use it too. The caller closes it.
   */
  openSocket(family: Family, port = 0): QuicSocket {
    return this.#open(ANY[family], port, this.#components.upgrader, { bufferBytes: EXTRA_BUFFER_BYTES })
  }

  /** Sends one raw datagram from the socket that dials `address`; `ttl` is its IP hop limit. */
  async sendDatagram(
    address: Multiaddr,
    bytes: Uint8Array,
    options: { readonly ttl: number }
  ): Promise<void> {
    await this.socketTo(await resolve(address)).send(address, bytes, options.ttl)
  }

  /** The socket that dials `target`: one that listens, else one that only dials, opened if need be. */
  socketTo(target: SocketAddress): QuicSocket {
    const listening = this.#sockets.find((socket) => socket.accepts && socket.reaches(target))
    return listening ?? this.#dialingSocket(target.family)
  }

  /** Calls back with each raw datagram on sockets that dial or listen, not on those of `openSocket`; the answer ends it. */
  onDatagram(listener: (datagram: Datagram) => void): () => void {
    this.#onDatagram.add(listener)
    return () => this.#onDatagram.delete(listener)
  }

  /** QUIC does not tell; identify does. */
  observedAddress(): Unsupported {
    return UNSUPPORTED
  }

  /** Calls back when a connection has moved to another path; the answer ends it. */
  onPathChange(listener: (change: PathChange) => void): () => void {
    this.#onPathChange.add(listener)
    return () => this.#onPathChange.delete(listener)
  }

  /** Call after the machine's addresses have changed: dialed connections probe their new path at once. */
  networkChanged(): undefined {
    this.#engine?.native.networkChanged()
  }

  /** Interval of keep-alive packets, milliseconds; 0 sends none. */
  setKeepAlive(connection: Connection, intervalMs: number): undefined {
    this.#with(connection, (engine, conn) => engine.native.setKeepAlive(conn, intervalMs))
  }

  /** Milliseconds without a packet after which the connection ends, at most the `idleMaxMs` of both sides. */
  setIdle(connection: Connection, idleMs: number): undefined {
    this.#with(connection, (engine, conn) => engine.native.setIdle(conn, idleMs))
  }

  /** The windows of a member: `connectionBytes` each way, and room for its streams. */
  setWindows(connection: Connection, windows: { readonly connectionBytes: number }): undefined {
    const { connectionBytes } = windows
    this.#with(connection, (engine, conn) =>
      engine.native.setWindows(conn, connectionBytes, connectionBytes, MEMBER_STREAMS_MAX)
    )
  }

  /** Bytes a second that a connection sends at most, packets counted whole; 0 lifts the limit. */
  setRate(connection: Connection, bytesPerSecond: number): undefined {
    this.#with(connection, (engine, conn) => engine.native.setRate(conn, bytesPerSecond))
  }

  /** Figures of one connection; UNSUPPORTED when it is not of this transport or is over. */
  figures(connection: Connection): ConnectionFigures | Unsupported {
    const found = this.#with(connection, (engine, conn) => engine.native.figures(conn))
    return found ?? UNSUPPORTED
  }

  /** Figures of the whole transport; undefined before anything was opened. */
  totals(): EngineTotals | undefined {
    return this.#engine?.native.totals()
  }

  /** What the kernel granted each open socket: for `doctor`. */
  sockets(): readonly QuicSocket[] {
    return this.#sockets
  }

  #with<T>(connection: Connection, use: (engine: QuicEngine, conn: number) => T): T | undefined {
    const ours = this.#byStreams.get(connection.streams)
    return ours == null ? undefined : use(ours.engine, ours.conn)
  }

  #live(): QuicEngine {
    if (this.#engine != null) return this.#engine
    const { admit, ...limits } = this.#init
    const settings: Settings = {
      ...DEFAULTS,
      ...limits,
      privateKey: Buffer.from(privateKeyToProtobuf(this.#components.privateKey)),
      gate: admit != null
    }
    this.#engine = new QuicEngine(settings, (message) => {
      this.#log.error('the native thread failed - %s', message)
      this.#engine = undefined
    })
    return this.#engine
  }

  #open(ip: string, port: number, upgrader: Upgrader, options: Partial<SocketInit> = {}): QuicSocket {
    const socket = new QuicSocket({
      engine: this.#live(),
      ip,
      port,
      accept: false,
      ...options,
      onInbound: (_, conn) => this.#inbound(conn, upgrader),
      onIncoming: (from) => this.#init.admit?.(parseSocket(from)) ?? true,
      onUnbound: (closed) => {
        this.#sockets = this.#sockets.filter((open) => open !== closed)
        if (this.#dialing[closed.local.family] === closed) delete this.#dialing[closed.local.family]
      }
    })
    this.#sockets.push(socket)
    return socket
  }

  #dialingSocket(family: Family): QuicSocket {
    return (this.#dialing[family] ??= this.#tell(this.#open(ANY[family], 0, this.#components.upgrader)))
  }

  /** Its raw datagrams go to the listeners of the transport. */
  #tell(socket: QuicSocket): QuicSocket {
    socket.onDatagram((datagram) => {
      for (const listener of this.#onDatagram) listener(datagram)
    })
    return socket
  }

  async #target(address: Multiaddr, signal: AbortSignal): Promise<SocketAddress> {
    signal.throwIfAborted()
    if (!isQuic(address)) throw new InvalidError('quic_address', `not QUIC: ${address.toString()}`)
    const target = await resolve(address)
    signal.throwIfAborted()
    return target
  }

  async #dialFrom(
    socket: QuicSocket,
    address: Multiaddr,
    target: SocketAddress,
    options: DialTransportOptions
  ): Promise<Connection> {
    const engine = this.#live()
    const conn = engine.native.dial(socket.bound.id, target.ip, target.port, peerOf(address))
    const { connection, peer } = await handshake(engine, conn, options.signal, (found, remote) =>
      this.#adopt(engine, conn, 'outbound', found, remote)
    ).catch((error: unknown) => {
      this.#metrics?.increment({ outbound_error: true })
      throw error
    })
    try {
      return await options.upgrader.upgradeOutbound(connection, {
        skipEncryption: true,
        skipProtection: true,
        remotePeer: peerIdOf(peer),
        muxerFactory: connection.muxerFactory,
        signal: options.signal,
        ...(options.onProgress == null ? {} : { onProgress: options.onProgress })
      })
    } catch (error) {
      connection.abort(error as Error)
      throw error
    }
  }

  /** The first sink of an inbound connection: it is told of the peer at once, and then replaced. */
  #inbound(conn: number, upgrader: Upgrader): ConnectionSink {
    const engine = this.#live()
    return {
      ...IGNORE,
      onConnected: (remotePeer, remote) => {
        const connection = this.#adopt(engine, conn, 'inbound', remotePeer, remote)
        engine.addConnection(conn, connection)
        this.#tasks.run('inbound connection refused', async () => {
          const shutdown = new AbortController()
          connection.addEventListener('close', () => shutdown.abort(), { once: true })
          try {
            await upgrader.upgradeInbound(connection, {
              skipEncryption: true,
              skipProtection: true,
              remotePeer: peerIdOf(remotePeer),
              muxerFactory: connection.muxerFactory,
              signal: shutdown.signal
            })
          } catch (error) {
            this.#metrics?.increment({ inbound_refused: true })
            connection.abort(error as Error)
            throw error
          }
        })
      }
    }
  }

  #adopt(
    engine: QuicEngine,
    conn: number,
    direction: 'inbound' | 'outbound',
    peer: string,
    remote: string
  ): QuicConnection {
    const connection = new QuicConnection({
      engine,
      conn,
      remoteAddr: quicAddress(parseSocket(remote), peer),
      direction,
      log: this.#log,
      metrics: this.#metrics,
      metricPrefix: `${direction}_`,
      streamsMax: this.#init.streamsMax ?? DEFAULTS.streamsMax,
      onPath: (moved, to) => this.#moved(moved, quicAddress(parseSocket(to), peer))
    })
    this.#metrics?.increment({ [direction]: true })
    this.#byStreams.set(connection.streams, connection)
    return connection
  }

  #moved(moved: QuicConnection, remote: Multiaddr): void {
    moved.remoteAddr = remote
    this.#metrics?.increment({ path_change: true })
    const { connection } = moved
    if (connection == null) return
    connection.remoteAddr = remote
    const local = this.#sockets.find((socket) => socket.accepts)?.addresses()[0] ?? remote
    for (const listener of this.#onPathChange) listener({ connection, local, remote })
  }
}
