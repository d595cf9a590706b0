/**
 * One native engine and who waits for its events. The doorbell rings when the queue stops being empty; it is
 * then emptied in passes of one event-loop turn each, so that a full-speed transfer leaves room for all else.
 */

import { COLLECT_BYTES, collectYoung } from './quic-collect.ts'
import type { Settings } from './quic-native.ts'
import { KIND, loadAddon, type NativeEngine } from './quic-native.ts'

/** Stream bytes taken in one pass: the most, and the least when their readers take long. */
const DRAIN_BYTES_MAX = 1_048_576
const DRAIN_BYTES_MIN = 65_536
/** A pass should be over in this time: other work of the event loop waits for it. */
const DRAIN_MS = 3

/** What a connection does with its events. */
export interface ConnectionSink {
  onConnected(peer: string, remote: string): void
  onEnded(reason: string, code: number): void
  onStream(stream: number): void
  onStreamData(stream: number, bytes: Buffer): void
  onStreamFin(stream: number): void
  onStreamReset(stream: number, code: number): void
  onStreamWritable(stream: number): void
  onStreamStopped(stream: number, code: number): void
  onAvailable(): void
  onPath(remote: string): void
}

/** What the owner of an endpoint does with its events. */
export interface EndpointSink {
  /** An inbound connection; the answer takes its events from now on. */
  onInbound(conn: number): ConnectionSink
  /** Asked before memory is spent on the handshake, where the engine was told to. */
  onIncoming(remote: string): boolean
  onRaw(from: string, bytes: Buffer): void
  onUnbound(): void
}

export class QuicEngine {
  readonly native: NativeEngine
  readonly #connections = new Map<number, ConnectionSink>()
  readonly #endpoints = new Map<number, EndpointSink>()
  readonly #onFailed: (message: string) => void
  /** Keeps the process alive while something is open, as sockets of Node do. */
  #alive: NodeJS.Timeout | undefined
  #peer = ''
  /** Stream bytes since the young generation was collected. */
  #received = 0
  #drainBytes = DRAIN_BYTES_MAX
  #stopped = false

  /** Throws what the addon throws: a key that is not Ed25519, no thread, no memory. */
  constructor(settings: Settings, onFailed: (message: string) => void) {
    this.#onFailed = onFailed
    this.native = new (loadAddon().Engine)(settings, this.#drain)
  }

  get connections(): number {
    return this.#connections.size
  }

  addEndpoint(id: number, sink: EndpointSink): void {
    this.#endpoints.set(id, sink)
    this.#hold()
  }

  addConnection(id: number, sink: ConnectionSink): void {
    this.#connections.set(id, sink)
    this.#hold()
  }

  /** Ends the native thread; nothing is called back after. */
  stop(): void {
    this.#stopped = true
    this.native.stop()
    this.#connections.clear()
    this.#endpoints.clear()
    this.#hold()
  }

  #hold(): void {
    if (this.#connections.size + this.#endpoints.size === 0) {
      clearInterval(this.#alive)
      this.#alive = undefined
    } else {
      this.#alive ??= setInterval(() => {}, 2 ** 30)
    }
  }

  readonly #drain = (): void => {
    if (this.#stopped) return
    const start = performance.now()
    const taken = this.native.drain(this.#drainBytes)
    const last = taken.length - 1
    const more = taken[last] === true
    for (let i = 0; i < last; i += 4) {
      if (taken[i] === KIND.data) this.#received += (taken[i + 3] as Buffer).byteLength
      this.#dispatch(taken[i] as number, taken[i + 1] as number, taken[i + 2], taken[i + 3])
    }
    if (this.#received >= COLLECT_BYTES) {
      this.#received = 0
      taken.length = 0
      collectYoung()
    }
    if (more) setImmediate(this.#drain)
    const tooLong = performance.now() - start > DRAIN_MS
    this.#drainBytes = tooLong
      ? Math.max(this.#drainBytes / 2, DRAIN_BYTES_MIN)
      : Math.min(this.#drainBytes * 2, DRAIN_BYTES_MAX)
  }

  #dispatch(kind: number, id: number, a: unknown, b: unknown): void {
    switch (kind) {
      case KIND.data:
        this.#connections.get(id)?.onStreamData(a as number, b as Buffer)
        break
      case KIND.writable:
        this.#connections.get(id)?.onStreamWritable(a as number)
        break
      case KIND.stream:
        this.#connections.get(id)?.onStream(a as number)
        break
      case KIND.fin:
        this.#connections.get(id)?.onStreamFin(a as number)
        break
      case KIND.reset:
        this.#connections.get(id)?.onStreamReset(a as number, b as number)
        break
      case KIND.stopped:
        this.#connections.get(id)?.onStreamStopped(a as number, b as number)
        break
      case KIND.available:
        this.#connections.get(id)?.onAvailable()
        break
      case KIND.path:
        this.#connections.get(id)?.onPath(a as string)
        break
      default:
        this.#dispatchRare(kind, id, a, b)
    }
  }

  #dispatchRare(kind: number, id: number, a: unknown, b: unknown): void {
    switch (kind) {
      case KIND.peer:
        this.#peer = a as string
        break
      case KIND.connected: {
        const inbound = this.#endpoints.get(b as number)
        if (inbound != null) this.addConnection(id, inbound.onInbound(id))
        this.#connections.get(id)?.onConnected(this.#peer, a as string)
        break
      }
      case KIND.closed: {
        const sink = this.#connections.get(id)
        this.#connections.delete(id)
        this.#hold()
        sink?.onEnded(a as string, b as number)
        break
      }
      case KIND.raw:
        this.#endpoints.get(id)?.onRaw(a as string, b as Buffer)
        break
      case KIND.incoming:
        this.native.answer(id, this.#endpoints.get(b as number)?.onIncoming(a as string) ?? false)
        break
      case KIND.unbound: {
        const sink = this.#endpoints.get(id)
        this.#endpoints.delete(id)
        this.#hold()
        sink?.onUnbound()
        break
      }
      case KIND.failed:
        this.#fail(a as string)
        break
    }
  }

  /** The native thread is gone: everything that is open ends. */
  #fail(message: string): void {
    this.#onFailed(message)
    for (const [id, sink] of this.#connections) {
      this.#connections.delete(id)
      sink.onEnded('failed', 0)
    }
    for (const [id, sink] of this.#endpoints) {
      this.#endpoints.delete(id)
      sink.onUnbound()
    }
    this.#hold()
  }
}
