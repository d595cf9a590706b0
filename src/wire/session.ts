/**
 * A reliable, ordered pipe between two members that outlives the streams that carry it. Each side keeps what the other
 * has not acknowledged and sends it again on the next stream; what comes twice is dropped. While a better stream takes
 * over, the old one is still read. Spec: docs/protocols.md, tunnel; frames: proto/tunnel.proto.
 */

import { toSafeInteger } from '../base/bytes.ts'
import { ProtocolError, UnreachableError } from '../base/errors.ts'
import { Doorbell } from '../base/tasks.ts'
import { shoal } from './messages.js'
import type { Piece, Pipe } from './pipe.ts'
import { resetCode, resetError } from './session-codes.ts'
import type { Carrier, SessionFrame, SessionFrameFields } from './session-frames.ts'
import type { Kept } from './session-parts.ts'
import { Inbox, Outbox, PIECE_BYTES_MAX } from './session-parts.ts'

/** What came is acknowledged at the latest after so long, or with the next piece of ours, or when so much came. */
const ACK_AFTER_MS = 10
const ACK_BYTES = 2 * PIECE_BYTES_MAX
/** A carrier that was replaced is still read for so long. */
const RETIRE_MS = 5_000
/** The last acknowledgement and a reset get so long to leave. */
const FAREWELL_MS = 2_000
/** Silences that count as a stall: so many round trips within bounds. One that is none costs a question on the connection. */
const STALL_MS = { min: 500, max: 2_000 }
const STALL_ROUND_TRIPS = 3

export interface SessionOptions {
  /** 16 bytes. */
  readonly id: Uint8Array
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** A carrier came, failed or ended. */
  onCarrier?(): void
}

interface Attachment {
  readonly carrier: Carrier
  /** Another carrier has taken over, or this one is lost. */
  readonly over: AbortController
  /** Rung when there is something to send. */
  readonly bell: Doorbell
  /** Told to send an acknowledgement without waiting. */
  isAckDue: boolean
  pong: number
  ping: number
}

export class Session implements Pipe {
  readonly id: Uint8Array
  readonly #options: SessionOptions
  readonly #out = new Outbox()
  readonly #in = new Inbox()
  readonly #closed = new AbortController()
  readonly #failed = new AbortController()
  readonly #readable = new Doorbell()
  readonly #writable = new Doorbell()
  /** Resolves when the last write has had its turn. */
  #writing: Promise<void> = Promise.resolve()
  #current: Attachment | undefined
  #failure: Error | undefined
  #toldReceived = 0
  /** When an answer became due, or part of it came. */
  #progressMs: number
  #heardMs: number
  #movedMs: number
  #pingSentMs: number | undefined
  #pingNumber = 0
  /** A round trip that is being measured: over when more than `offset` is acknowledged. */
  #sample: { offset: number; atMs: number } | undefined
  #rttMs: number | undefined

  constructor(options: SessionOptions) {
    this.id = options.id
    this.#options = options
    this.#progressMs = this.#heardMs = this.#movedMs = options.now()
  }

  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Aborts with the reason when the session fails; never after both sides have ended, when some may still be unread. */
  get failed(): AbortSignal {
    return this.#failed.signal
  }

  /** True while a carrier is in use. */
  get isAttached(): boolean {
    return this.#current != null
  }

  /** Smoothed round trip in milliseconds; undefined before the first one. */
  get rttMs(): number | undefined {
    return this.#rttMs
  }

  /** What the first frame on a carrier tells. */
  get position(): { received: number; limit: number } {
    return this.#in.advertise()
  }

  /** Milliseconds since an answer became due or went on; 0 while none is due. */
  get silentMs(): number {
    return this.#isDue ? this.#options.now() - this.#progressMs : 0
  }

  /** True after three round trips without progress, 0.5 to 2 s, while an answer is due. */
  get isStalled(): boolean {
    const usual = STALL_ROUND_TRIPS * (this.#rttMs ?? 0)
    return this.silentMs >= Math.min(STALL_MS.max, Math.max(STALL_MS.min, usual))
  }

  /** Milliseconds since anything came. */
  get quietMs(): number {
    return this.#options.now() - this.#heardMs
  }

  /** Bytes that have come and that have arrived there, with what pieces cost. */
  get movedBytes(): number {
    return this.#in.received + this.#out.acknowledged
  }

  /** Milliseconds since a piece was sent or came. */
  get idleMs(): number {
    return this.#options.now() - this.#movedMs
  }

  get #isDue(): boolean {
    return this.#out.isWaiting || this.#pingSentMs != null
  }

  /** The carrier is known to be slow, not dead: what is due may take as long again. */
  excuse(): void {
    this.#progressMs = this.#options.now()
  }

  /** Asks the other side for an answer, so that a dead carrier shows. One at a time. */
  ping(): void {
    const current = this.#current
    if (current == null || this.#pingSentMs != null) return
    if (!this.#isDue) this.#progressMs = this.#options.now()
    this.#pingSentMs = this.#options.now()
    current.ping = ++this.#pingNumber
    current.bell.ring()
  }

  async read(signal: AbortSignal): Promise<Piece | undefined> {
    for (;;) {
      signal.throwIfAborted()
      const piece = this.#in.next()
      if (piece != null) {
        if (this.#in.hasNews) this.#acknowledgeNow()
        return piece
      }
      if (this.#in.isDone) return undefined
      if (this.#failure != null) throw this.#failure
      await this.#readable.wait(signal)
    }
  }

  async write(bytes: Uint8Array, signal: AbortSignal, channel = 0): Promise<void> {
    const turn = Promise.withResolvers<void>()
    const previous = this.#writing
    this.#writing = turn.promise
    await previous
    try {
      for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES_MAX) {
        await this.#room(signal)
        this.#out.put(bytes.subarray(at, at + PIECE_BYTES_MAX), channel)
        this.#current?.bell.ring()
      }
    } finally {
      turn.resolve()
    }
  }

  end(): void {
    if (this.#closed.signal.aborted) return
    this.#out.putEnd()
    this.#current?.bell.ring()
  }

  abort(error: Error): void {
    if (this.#closed.signal.aborted) return
    const current = this.#current
    this.#finish(error)
    if (current == null) return
    current.over.abort()
    const { carrier } = current
    carrier.write({ reset: resetCode(error) }, AbortSignal.timeout(FAREWELL_MS)).then(
      () => leave(carrier),
      (fault: unknown) => carrier.abort(fault)
    )
  }

  /**
   * Goes on over `carrier`, whose other side has told what it has. The former carrier is cut: all that is not acknowledged goes
   * over this one, and what still waits on that one would take its place on the wire.
   * Throws ProtocolError (`session_offset`).
   */
  attach(carrier: Carrier, told: { readonly received: number; readonly limit: number }): void {
    this.#out.acknowledge(told.received, told.limit)
    this.#out.rewind()
    const old = this.#current
    old?.over.abort()
    old?.carrier.abort(moved())
    const over = new AbortController()
    const attachment = { carrier, over, bell: new Doorbell(), isAckDue: false, pong: 0, ping: 0 }
    this.#current = attachment
    this.#progressMs = this.#heardMs = this.#options.now()
    this.#pingSentMs = undefined
    this.#sample = undefined
    this.#writable.ring()
    const lost = (error?: unknown): void => {
      this.#lost(attachment, error)
    }
    this.#settle()
    this.#pumpOut(attachment).catch(lost)
    this.#pumpIn(carrier, attachment).then(lost, lost)
    this.#options.onCarrier?.()
  }

  async #room(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#failure != null) throw this.#failure
      if (this.#out.hasEnded) throw new UnreachableError('session_ended', 'the session has ended')
      if (this.#out.hasRoom) return
      await this.#writable.wait(signal)
    }
  }

  #lost(attachment: Attachment, error: unknown): void {
    if (error instanceof ProtocolError) this.abort(error)
    // After the end, what is left on the carrier leaves in its own time.
    if (this.#current !== attachment || this.#closed.signal.aborted) return
    this.#current = undefined
    attachment.over.abort()
    attachment.carrier.abort(error ?? new UnreachableError('stream_closed', 'the stream ended'))
    this.#options.onCarrier?.()
  }

  async #pumpOut(attachment: Attachment): Promise<void> {
    const { carrier, over, bell } = attachment
    const signal = AbortSignal.any([over.signal, carrier.closed])
    while (!signal.aborted) {
      const frame = this.#nextFrame(attachment)
      if (frame != null) {
        await carrier.write(frame, signal)
        continue
      }
      if (this.#closed.signal.aborted) {
        if (this.#failure == null) leave(carrier)
        return
      }
      const isUntold = this.#in.received > this.#toldReceived
      await bell.wait(signal, isUntold ? ACK_AFTER_MS : undefined)
      if (isUntold) attachment.isAckDue = true
    }
  }

  /** A piece with what can be told beside it, or what must be told without one. */
  #nextFrame(attachment: Attachment): SessionFrameFields | undefined {
    if (this.#failure != null) return undefined
    const wasDue = this.#isDue
    const piece = this.#out.take()
    const { ping, pong } = attachment
    const isLast = this.#closed.signal.aborted && this.#in.received > this.#toldReceived
    if (piece == null && !attachment.isAckDue && ping === 0 && pong === 0 && !isLast) return undefined
    const { received, limit } = this.#in.advertise()
    this.#toldReceived = received
    Object.assign(attachment, { isAckDue: false, ping: 0, pong: 0 })
    if (piece == null) return { received, limit, ping, pong }
    const now = this.#options.now()
    this.#movedMs = now
    if (!wasDue) this.#progressMs = now
    this.#sample ??= { offset: piece.offset, atMs: now }
    return { received, limit, ping, pong, data: piece }
  }

  async #pumpIn(carrier: Carrier, attachment: Attachment): Promise<void> {
    for (;;) {
      const frame = await carrier.read(carrier.closed)
      if (frame == null) return
      this.#take(frame, attachment)
    }
  }

  #take(frame: SessionFrame, attachment: Attachment): void {
    if (this.#closed.signal.aborted) return
    if (frame.reset != null) {
      this.#finish(resetError(frame.reset))
      leave(attachment.carrier)
      return
    }
    this.#heardMs = this.#options.now()
    this.#takeAcknowledgement(frame)
    if (frame.ping !== 0) {
      attachment.pong = frame.ping
      attachment.bell.ring()
    }
    if (frame.data != null) this.#takePiece(keptOf(frame.data))
    else if (frame.open != null || frame.resume != null || frame.attached != null) {
      throw new ProtocolError('session_frame', 'a frame that belongs to the beginning of a stream')
    }
    this.#settle()
  }

  #takeAcknowledgement({ received, limit, pong }: SessionFrame): void {
    const now = this.#heardMs
    if (this.#out.acknowledge(toSafeInteger(received), toSafeInteger(limit))) {
      this.#progressMs = now
      if (this.#sample != null && this.#out.acknowledged > this.#sample.offset) {
        this.#measured(now - this.#sample.atMs)
        this.#sample = undefined
      }
      this.#writable.ring()
    }
    if (pong !== 0 && pong === this.#pingNumber && this.#pingSentMs != null) {
      this.#measured(now - this.#pingSentMs)
      this.#pingSentMs = undefined
      this.#progressMs = now
    }
    // The other side may have more room.
    this.#current?.bell.ring()
  }

  #takePiece(piece: Kept): void {
    if (!this.#in.take(piece)) return
    this.#progressMs = this.#movedMs = this.#heardMs
    this.#readable.ring()
    if (piece.end || this.#in.received - this.#toldReceived >= ACK_BYTES) this.#acknowledgeNow()
    else this.#current?.bell.ring()
  }

  #acknowledgeNow(): void {
    if (this.#current == null) return
    this.#current.isAckDue = true
    this.#current.bell.ring()
  }

  #measured(ms: number): void {
    this.#rttMs = this.#rttMs == null ? ms : this.#rttMs + (ms - this.#rttMs) / 8
  }

  /** Over without a fault once both ends are acknowledged. What came is still there to be read. */
  #settle(): void {
    if (this.#out.isDone && this.#in.hasEnded) this.#finish(undefined)
  }

  #finish(error: Error | undefined): void {
    if (this.#closed.signal.aborted) return
    this.#failure = error
    this.#closed.abort(error)
    if (error != null) {
      this.#failed.abort(error)
      this.#out.clear()
      this.#in.clear()
    }
    this.#readable.ring()
    this.#writable.ring()
    this.#current?.bell.ring()
    this.#options.onCarrier?.()
  }
}

const moved = (): UnreachableError =>
  new UnreachableError('session_moved', 'the session no longer uses this stream')

/** Ends our side of a carrier; what is on its way still comes, for a while, then the stream is reset. */
function leave(carrier: Carrier): void {
  const timer = setTimeout(() => {
    carrier.abort(moved())
  }, RETIRE_MS)
  timer.unref()
  carrier.closed.addEventListener('abort', () => clearTimeout(timer), { once: true })
  carrier.close(AbortSignal.timeout(RETIRE_MS)).catch(() => undefined)
}

function keptOf(data: shoal.tunnel.v1.Data.$Properties): Kept {
  const { offset, data: bytes, channel, end } = shoal.tunnel.v1.Data.create(data)
  return { offset: toSafeInteger(offset), data: bytes, channel, end }
}
