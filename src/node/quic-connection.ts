/** A QUIC connection and its streams, as libp2p wants them: one object for the connection, one as its muxer. */

import type {
  AbortOptions,
  Connection,
  CounterGroup,
  CreateStreamOptions,
  Logger,
  StreamMuxerFactory
} from '@libp2p/interface'
import { AbstractMultiaddrConnection, AbstractStreamMuxer } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { ProtocolError, RefusedError, UnreachableError } from '../base/errors.ts'
import { proposeAtOnce } from './optimistic.ts'
import type { ConnectionSink, QuicEngine } from './quic-engine.ts'
import { QuicStream } from './quic-stream.ts'

const PROTOCOL = '/quic-v1'
/** QUIC application code of a connection that was aborted; 0 is a close in peace. */
export const ABORTED = 1
/** Time for finished streams to reach the peer before a connection closes. */
const CLOSE_PATIENCE_MS = 5_000
/** Streams that wait for the peer's credit; more are refused. */
const WAITING_OPENS_MAX = 1_024

export interface QuicConnectionInit {
  engine: QuicEngine
  conn: number
  remoteAddr: Multiaddr
  direction: 'inbound' | 'outbound'
  log: Logger
  metrics: CounterGroup | undefined
  metricPrefix: string
  /** Streams that the peer may open before the upgrade is done. */
  streamsMax: number
  onPath(connection: QuicConnection, remote: string): void
}

interface WaitingOpen {
  resolve(stream: number): void
  reject(error: unknown): void
}

export class QuicConnection extends AbstractMultiaddrConnection implements ConnectionSink {
  readonly engine: QuicEngine
  readonly conn: number
  /** The libp2p connection above, once the upgrader has made it. */
  connection: Connection | undefined
  readonly #init: QuicConnectionInit
  readonly #opens: WaitingOpen[] = []
  readonly #muxer: QuicMuxer
  readonly muxerFactory: StreamMuxerFactory
  #ended = false

  constructor(init: QuicConnectionInit) {
    super({
      remoteAddr: init.remoteAddr,
      direction: init.direction,
      log: init.log,
      metricPrefix: init.metricPrefix,
      ...(init.metrics == null ? {} : { metrics: init.metrics })
    })
    this.#init = init
    this.engine = init.engine
    this.conn = init.conn
    // Made at once: streams and their data may come before the upgrader asks for it.
    const muxer = new QuicMuxer(this, init.streamsMax)
    this.#muxer = muxer
    this.muxerFactory = { protocol: PROTOCOL, createStreamMuxer: () => muxer }
  }

  /** What the libp2p connection holds as its list of streams, and so tells which of ours it is. */
  get streams(): readonly QuicStream[] {
    return this.#muxer.streams
  }

  // The connection carries no bytes of its own.
  sendData(): never {
    throw new ProtocolError('quic_no_stream', 'a QUIC connection sends on streams only')
  }

  sendReset(): void {
    if (!this.#ended) this.engine.native.close(this.conn, ABORTED, 0)
  }

  sendPause(): void {}

  sendResume(): void {}

  /** Finished streams still reach the peer, for a few seconds at most; nobody waits for that. */
  async sendClose(options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    if (!this.#ended) this.engine.native.close(this.conn, 0, CLOSE_PATIENCE_MS)
  }

  /** A new stream; waits for the peer's credit where it allows no more now. */
  async open(signal: AbortSignal | undefined): Promise<number> {
    signal?.throwIfAborted()
    const stream = this.#ended ? -1 : this.engine.native.open(this.conn)
    if (stream >= 0) return stream
    if (this.#ended) throw new UnreachableError('quic_connection_closed', 'the connection is closed')
    if (this.#opens.length >= WAITING_OPENS_MAX) {
      throw new RefusedError('quic_streams', 'the peer allows no more streams', { retryable: true })
    }
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#opens.splice(this.#opens.indexOf(waiting), 1)
        reject(signal?.reason as Error)
      }
      const end = (): void => signal?.removeEventListener('abort', onAbort)
      const waiting: WaitingOpen = {
        resolve: (opened) => {
          end()
          resolve(opened)
        },
        reject: (error) => {
          end()
          reject(error)
        }
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#opens.push(waiting)
    })
  }

  // Who dialed or listens hears of it before this object exists.
  onConnected(): void {}

  onAvailable(): void {
    while (this.#opens.length > 0) {
      const stream = this.engine.native.open(this.conn)
      if (stream < 0) return
      this.#opens.shift()?.resolve(stream)
    }
  }

  onEnded(reason: string, code: number): void {
    this.#ended = true
    const peace = reason === 'closed' || (reason === 'remote_closed' && code === 0)
    if (peace && this.#opens.length === 0) {
      this.onTransportClosed()
      return
    }
    const error = new UnreachableError(`quic_${reason}`, `connection ended: ${reason} ${code}`)
    for (const waiting of this.#opens.splice(0)) waiting.reject(error)
    if (peace) this.onTransportClosed()
    else this.abort(error)
  }

  onStream(stream: number): void {
    // Closed, and what we finished is still on its way: who asks now would hear nothing.
    if (this.status !== 'open') return
    this.#muxer.onRemoteStream(this.#muxer.make(stream, 'inbound'))
  }

  onStreamData(stream: number, bytes: Buffer): void {
    this.#muxer.find(stream)?.onNativeData(bytes)
  }

  onStreamFin(stream: number): void {
    this.#muxer.find(stream)?.onNativeFin()
  }

  onStreamReset(stream: number): void {
    this.#muxer.find(stream)?.onNativeReset()
  }

  onStreamWritable(stream: number): void {
    this.#muxer.find(stream)?.safeDispatchEvent('drain')
  }

  onStreamStopped(stream: number): void {
    this.#muxer.find(stream)?.onNativeStopped()
  }

  onPath(remote: string): void {
    this.#init.onPath(this, remote)
  }
}

class QuicMuxer extends AbstractStreamMuxer<QuicStream> {
  readonly #connection: QuicConnection
  readonly #byId = new Map<number, QuicStream>()

  constructor(connection: QuicConnection, streamsMax: number) {
    super(connection, { name: 'muxer', protocol: PROTOCOL, maxEarlyStreams: streamsMax })
    this.#connection = connection
  }

  find(stream: number): QuicStream | undefined {
    return this.#byId.get(stream)
  }

  make(stream: number, direction: 'inbound' | 'outbound', options?: CreateStreamOptions): QuicStream {
    const { engine, conn } = this.#connection
    const made = new QuicStream({
      ...options,
      id: `${stream}`,
      direction,
      log: this.log.newScope(`${direction}:${stream}`),
      native: engine.native,
      conn,
      stream,
      // Negotiated by multistream-select: QUIC itself has no early protocol.
      protocol: ''
    })
    this.#byId.set(stream, made)
    made.addEventListener('close', () => this.#byId.delete(stream), { once: true })
    return made
  }

  async onCreateStream(options: CreateStreamOptions): Promise<QuicStream> {
    const stream = this.make(await this.#connection.open(options.signal), 'outbound', options)
    if (options.protocol != null) proposeAtOnce(stream, options.protocol)
    return stream
  }

  // Nothing is multiplexed by hand.
  onData(): void {}

  /** What nobody has asked on a stream yet is not asked any more: no one would read the answer. */
  override async close(options?: AbortOptions): Promise<void> {
    if (this.status === 'open') {
      for (const stream of this.streams.filter((open) => open.isUnspoken)) stream.leave()
    }
    await super.close(options)
  }

  override onTransportClosed(error?: Error): void {
    for (const stream of this.streams.slice()) stream.onConnectionClosed()
    super.onTransportClosed(error)
  }
}
