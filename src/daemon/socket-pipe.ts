/**
 * A pipe over a byte stream of this machine: each piece behind its channel (1 byte) and length (4 bytes, big endian).
 * Reading stops while nobody reads, writing waits while the other side does not.
 */

import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { ProtocolError, UnreachableError } from '../base/errors.ts'
import { Doorbell } from '../base/tasks.ts'
import { errorSchema } from '../model/control.ts'
import type { Piece, Pipe } from '../wire/pipe.ts'
import { errorOfView, errorView } from './control.ts'

const HEADER_BYTES = 5
const PIECE_BYTES_MAX = 4 * 1024 * 1024
/** Channels of the framing itself. */
const END = 255
const FAILED = 254

export class SocketPipe implements Pipe {
  readonly #socket: Duplex
  readonly #closed = new AbortController()
  readonly #bell = new Doorbell()
  #hasEnded = false
  #isRead = false
  #failure: Error | undefined

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('error', () => undefined)
    // For good: a listener that comes while something is there would be told of that again and again.
    for (const event of ['readable', 'end', 'close']) socket.on(event, () => this.#bell.ring())
    socket.once('close', () => {
      const isDone = this.#hasEnded && this.#isRead
      this.#failure ??= isDone ? undefined : gone()
      this.#closed.abort(this.#failure)
    })
  }

  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Why the pipe is gone, when it did not end on both sides. */
  get failure(): Error | undefined {
    return this.#failure
  }

  async read(signal: AbortSignal): Promise<Piece | undefined> {
    if (this.#isRead) return undefined
    const header = await this.#take(HEADER_BYTES, signal)
    const channel = header.readUInt8(0)
    const length = header.readUInt32BE(1)
    if (length > PIECE_BYTES_MAX) throw new ProtocolError('pipe_piece', `a piece of ${length} bytes`)
    if (channel === END) {
      this.#isRead = true
      this.#settle()
      return undefined
    }
    const bytes = length === 0 ? Buffer.alloc(0) : await this.#take(length, signal)
    if (channel === FAILED) {
      const told = errorSchema.safeParse(JSON.parse(bytes.toString('utf8')))
      throw told.success ? errorOfView(told.data) : new ProtocolError('pipe_failed', 'the pipe failed')
    }
    return { channel, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
  }

  async write(bytes: Uint8Array, signal: AbortSignal, channel = 0): Promise<void> {
    signal.throwIfAborted()
    if (this.#failure != null) throw this.#failure
    if (this.#hasEnded || this.#socket.destroyed) throw gone()
    if (this.#put(channel, bytes)) return
    await once(this.#socket, 'drain', { signal: AbortSignal.any([signal, this.#closed.signal]) })
  }

  end(): void {
    if (this.#hasEnded || this.#socket.destroyed) return
    this.#put(END, new Uint8Array(0))
    this.#hasEnded = true
    this.#settle()
  }

  abort(error: Error): void {
    if (this.#failure != null || this.#closed.signal.aborted) return
    this.#failure = error
    if (this.#socket.writable) this.#put(FAILED, Buffer.from(JSON.stringify(errorView(error))))
    this.#socket.end(() => this.#socket.destroy())
    this.#bell.ring()
  }

  #put(channel: number, bytes: Uint8Array): boolean {
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt8(channel, 0)
    header.writeUInt32BE(bytes.byteLength, 1)
    this.#socket.cork()
    this.#socket.write(header)
    const hasRoom = bytes.byteLength === 0 || this.#socket.write(bytes)
    this.#socket.uncork()
    return hasRoom
  }

  #settle(): void {
    if (this.#hasEnded && this.#isRead) this.#socket.end(() => this.#socket.destroy())
  }

  async #take(bytes: number, signal: AbortSignal): Promise<Buffer> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#failure != null) throw this.#failure
      const chunk: unknown = this.#socket.read(bytes)
      if (Buffer.isBuffer(chunk)) {
        if (chunk.byteLength === bytes) return chunk
        throw gone()
      }
      if (this.#socket.readableEnded || this.#socket.destroyed) throw gone()
      await this.#bell.wait(signal)
    }
  }
}

const gone = (): UnreachableError =>
  new UnreachableError('daemon_gone', 'the other end of the control socket is gone', {
    hint: "see the daemon's log; 'shoal up' starts it again"
  })
