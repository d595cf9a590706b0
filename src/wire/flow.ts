/**
 * Messages on a stream, each behind its length as an unsigned varint: the only file that frames.
 *
 * What a peer can make us hold is bounded: a length above the limit ends the stream before its bytes are
 * kept, and a reader that does not keep up pauses the stream. Writers wait while the transport is full.
 */

import type { Connection, Stream } from '@libp2p/interface'
import { setMaxListeners } from 'main-event'
import { Uint8ArrayList } from 'uint8arraylist'
import { errorMessage, ProtocolError, ShoalError, UnreachableError } from '../base/errors.ts'

/** What `pbjs -t static-module` generates for a message, as far as we need it. */
export interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(bytes: Uint8Array): T
  /** What `encode` gives, as one part after another of which the large ones are the message's own bytes, not copied. */
  parts?(message: T): readonly Uint8Array[]
}

export interface FlowOptions<Out, In> {
  readonly write: Codec<Out>
  readonly read: Codec<In>
  /** Longest message in each direction, bytes. */
  readonly writeBytesMax: number
  readonly readBytesMax: number
  /** Milliseconds without a byte inside a message, or without room to write, after which the stream is cut. */
  readonly stallMs: number
}

/** 2^28-1 in 4 bytes: more than any message limit. A longer prefix is refused, whatever it would mean. */
const PREFIX_BYTES_MAX = 4
/** Streams of one connection in both directions, and what libp2p itself hangs on it. */
const LISTENERS_MAX = 512
/** Bytes read ahead beside the message under way; a reader that is slower pauses the stream. */
const READ_AHEAD_BYTES = 65_536

const NO_BYTES = new Uint8Array(0)

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Opens a stream of protocol `id` on `connection`, relayed or not. Throws UnreachableError (`stream_failed`)
 * when the peer does not take it, or the signal's reason.
 */
export async function openFlow<Out, In>(
  connection: Connection,
  id: string,
  options: FlowOptions<Out, In> & { readonly onRelayed: boolean },
  signal: AbortSignal
): Promise<Flow<Out, In>> {
  const stream = await connection
    .newStream(id, { signal, runOnLimitedConnection: options.onRelayed })
    .catch((error: unknown) => {
      throw streamFault(error)
    })
  return new Flow(stream, connection, options)
}

/** One stream with messages in both directions. Reads are one at a time; writes may be concurrent. */
export class Flow<Out, In> {
  readonly #stream: Stream
  readonly #options: FlowOptions<Out, In>
  readonly #buffer = new Uint8ArrayList()
  readonly #closed = new AbortController()
  #failure: Error | undefined
  #ended = false
  #isLost = false
  #isResuming = false
  /** Set while a read waits; called on every change of buffer, end and failure. */
  #wake: (() => void) | undefined
  #stall: NodeJS.Timeout | undefined
  /** Resolves when the last write has had its turn: messages leave in the order of the calls. */
  #writing: Promise<void> = Promise.resolve()

  constructor(stream: Stream, connection: Connection | EventTarget, options: FlowOptions<Out, In>) {
    this.#stream = stream
    this.#options = options
    // Not every transport tells a stream that its connection is gone (@chainsafe/libp2p-quic 2.1.1 does not).
    const onLost = (): void => {
      this.#isLost = !this.#ended
      this.#closed.abort()
      this.#end()
    }
    // A listener for each stream: more than the ten at which Node warns.
    setMaxListeners(LISTENERS_MAX, connection)
    connection.addEventListener('close', onLost)
    this.#closed.signal.addEventListener('abort', () => {
      connection.removeEventListener('close', onLost)
    })
    stream.addEventListener('end', () => {
      this.#end()
    })
    stream.addEventListener('close', (event) => {
      this.#closed.abort()
      if (event.error != null) this.#fail(event.error)
      // After a local abort no `end` follows.
      else if (stream.readableEnded) this.#end()
    })
    stream.addEventListener('message', (event) => {
      this.#take(event.data)
    })
    if (stream.readableEnded) this.#end()
  }

  /** Aborts when the stream is gone, for whatever reason. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /**
   * The next message; undefined after the last one. Throws ProtocolError (`frame_size`, `frame_prefix`,
   * `frame_truncated`, `message_invalid`), UnreachableError (`stream_stalled`, `stream_failed`, `connection_lost`),
   * or the signal's reason. After an error the stream is reset.
   */
  async read(signal: AbortSignal): Promise<In | undefined> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#failure != null) throw this.#failure
      const bytes = this.#next()
      if (bytes != null) return this.#decode(bytes)
      if (this.#failure != null) continue
      if (this.#isLost) throw lost()
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          this.#wake = undefined
          resolve()
        }
        this.#wake = wake
        signal.addEventListener('abort', wake, { once: true })
      })
    }
  }

  /**
   * Sends one message once the transport has room for it. Throws ProtocolError (`frame_size`) for a message
   * above the limit, UnreachableError (`stream_stalled`, `stream_closed`), or the signal's reason.
   */
  async write(message: Out, signal: AbortSignal): Promise<void> {
    const { write: codec, writeBytesMax } = this.#options
    const [first = NO_BYTES, ...rest] = codec.parts?.(message) ?? [codec.encode(message).finish()]
    const length = rest.reduce((sum, { byteLength }) => sum + byteLength, first.byteLength)
    if (length > writeBytesMax) {
      throw new ProtocolError('frame_size', `a message of ${length} bytes is above the limit`)
    }
    const turn = Promise.withResolvers<void>()
    const previous = this.#writing
    this.#writing = turn.promise
    await previous
    try {
      signal.throwIfAborted()
      while (this.#stream.writableNeedsDrain && !this.#closed.signal.aborted) await this.#drained(signal)
      if (this.#failure != null) throw this.#failure
      if (this.#stream.writeStatus !== 'writable') {
        throw new UnreachableError('stream_closed', 'the stream is closed', { retryable: true })
      }
      // Prefix and head are one small write where a large one follows.
      const head = rest.length === 0 ? [varint(length), first] : [Buffer.concat([varint(length), first])]
      this.#stream.send(new Uint8ArrayList(...head, ...rest))
    } finally {
      turn.resolve()
    }
  }

  /** Ends our side once everything is sent; the other side may go on. */
  async close(signal: AbortSignal): Promise<void> {
    try {
      await this.#stream.close({ signal })
    } catch (error) {
      this.abort(error)
      throw streamFault(error)
    }
  }

  /** Resets the stream; readers and writers that wait get `error`. */
  abort(error: unknown): void {
    this.#fail(error)
  }

  #take(data: Uint8Array | Uint8ArrayList): void {
    if (this.#failure != null) return
    this.#buffer.append(data)
    const front = this.#front()
    if (front == null) return
    this.#pauseIfFull(front)
    this.#watchStall(front)
    this.#wake?.()
  }

  /** Where the first message lies, 0 to 0 while its length is incomplete; undefined once the flow has failed. */
  #front(): Span | undefined {
    let value = 0
    for (let i = 0; i < this.#buffer.byteLength; i++) {
      const byte = this.#buffer.get(i)
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) {
        if (value <= this.#options.readBytesMax) return { start: i + 1, end: value + i + 1 }
        return this.#fail(new ProtocolError('frame_size', `a message of ${value} bytes is above the limit`))
      }
      if (i + 1 === PREFIX_BYTES_MAX) {
        return this.#fail(new ProtocolError('frame_prefix', 'the length of a message is too long'))
      }
    }
    return { start: 0, end: 0 }
  }

  #next(): Uint8Array | undefined {
    for (;;) {
      const front = this.#front()
      if (front == null) return undefined
      if (front.end > 0 && this.#buffer.byteLength >= front.end) {
        // A transport may hand on Buffers, and what is decoded from them would be Buffers too.
        const { buffer, byteOffset, byteLength } = this.#buffer.subarray(front.start, front.end)
        this.#buffer.consume(front.end)
        return new Uint8Array(buffer, byteOffset, byteLength)
      }
      if (this.#ended && this.#buffer.byteLength > 0) {
        const truncated = new ProtocolError('frame_truncated', 'the stream ended inside a message')
        return this.#fail(this.#isLost ? lost() : truncated)
      }
      if (this.#stream.readStatus !== 'paused') return undefined
      // Hands on at once what came while the stream was paused. A pause from inside that call would be undone
      // by its end: libp2p would call the stream paused while the muxer goes on to take data.
      this.#isResuming = true
      this.#stream.resume()
      this.#isResuming = false
      const more = this.#front()
      this.#pauseIfFull(more)
      this.#watchStall(more)
    }
  }

  #decode(bytes: Uint8Array): In {
    try {
      return this.#options.read.decode(bytes)
    } catch (error) {
      const fault =
        error instanceof ShoalError
          ? error
          : new ProtocolError('message_invalid', 'a message cannot be read', { cause: error })
      this.#fail(fault)
      throw fault
    }
  }

  #pauseIfFull(front: Span | undefined): void {
    const isFull = front != null && this.#buffer.byteLength >= front.end + READ_AHEAD_BYTES
    if (isFull && !this.#isResuming && this.#stream.readStatus === 'readable') this.#stream.pause()
  }

  /** A message that began must go on while we take it: each new byte starts the time again. */
  #watchStall(front: Span | undefined): void {
    clearTimeout(this.#stall)
    const begun =
      front != null && this.#buffer.byteLength > 0 && !(front.end > 0 && this.#buffer.byteLength >= front.end)
    if (!begun || this.#stream.readStatus !== 'readable') return
    this.#stall = setTimeout(() => {
      this.#fail(stalled('no more of a message came'))
    }, this.#options.stallMs)
    this.#stall.unref()
  }

  /**
   * Waits for room. Not `stream.onDrain()`: its promise is never renewed in @libp2p/utils 7.4.1, so that from
   * the second full buffer on it resolves at once and everything is queued.
   */
  async #drained(signal: AbortSignal): Promise<void> {
    const stream = this.#stream
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => {
        clearTimeout(timer)
        stream.removeEventListener('drain', onDrain)
        this.#closed.signal.removeEventListener('abort', onClosed)
        signal.removeEventListener('abort', onAbort)
        if (error == null) resolve()
        else reject(streamFault(error))
      }
      // The stream sends what is queued in a microtask after this event and may be full again.
      const onDrain = (): void => {
        setImmediate(settle)
      }
      const onClosed = (): void => {
        settle()
      }
      const onAbort = (): void => {
        settle(signal.reason)
      }
      const timer = setTimeout(() => {
        const error = stalled('the peer takes no more data')
        this.#fail(error)
        settle(error)
      }, this.#options.stallMs)
      stream.addEventListener('drain', onDrain, { once: true })
      this.#closed.signal.addEventListener('abort', onClosed, { once: true })
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#stall)
    this.#wake?.()
  }

  #fail(error: unknown): undefined {
    if (this.#failure != null) return undefined
    this.#failure = streamFault(error)
    clearTimeout(this.#stall)
    this.#buffer.consume(this.#buffer.byteLength)
    this.#stream.abort(this.#failure)
    this.#closed.abort()
    this.#wake?.()
    return undefined
  }
}

/** An unsigned number as it stands before a message, and in one. */
export function varint(length: number): Uint8Array {
  const bytes: number[] = []
  let rest = length
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Uint8Array.from([...bytes, rest])
}

function lost(): UnreachableError {
  return new UnreachableError('connection_lost', 'the connection is gone', { retryable: true })
}

function stalled(why: string): UnreachableError {
  return new UnreachableError('stream_stalled', why, { retryable: true })
}

/** libp2p's own errors say that this stream or connection is gone; ours and a caller's abort stay as they are. */
function streamFault(error: unknown): Error {
  if (error instanceof ShoalError) return error
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return error
  return new UnreachableError('stream_failed', `the stream failed: ${errorMessage(error)}`, {
    cause: error,
    retryable: true
  })
}
