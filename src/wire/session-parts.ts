/** The two directions of a session, without a carrier: what is kept until it is acknowledged, and what has come. */

import { ProtocolError } from '../base/errors.ts'
import type { Piece } from './pipe.ts'

/** Longest piece on the wire, bytes: large enough that a frame costs little, small enough for a slow link to show progress. */
export const PIECE_BYTES_MAX = 131_072
/** What a piece counts beside its bytes, so that a window bounds the number of pieces too. */
export const PIECE_COST = 64
/**
 * What may be on the way or wait at the reader, each way: 100 Mbit/s over 300 ms. Two of them is what a session can
 * cost in memory on each side.
 */
export const WINDOW_BYTES = 4_194_304
export const CHANNEL_MAX = 7

export interface Kept {
  readonly offset: number
  readonly data: Uint8Array
  readonly channel: number
  readonly end: boolean
}

const costOf = (piece: { readonly data: Uint8Array }): number => piece.data.byteLength + PIECE_COST
const NO_DATA = new Uint8Array(0)

/** Pieces that were written and not acknowledged, and which of them this carrier has been given. */
export class Outbox {
  #pieces: Kept[] = []
  /** Index of the next piece for the carrier in use. */
  #cursor = 0
  /** Offset behind the last piece. */
  #end = 0
  #acknowledged = 0
  /** Told by the other side with its first frame. */
  #limit = 0
  #hasEnded = false

  /** True when `end` was put in and all is acknowledged. */
  get isDone(): boolean {
    return this.#hasEnded && this.#pieces.length === 0
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** True while the carrier was given something that is not acknowledged. */
  get isWaiting(): boolean {
    return this.#cursor > 0
  }

  get hasRoom(): boolean {
    return this.#end - this.#acknowledged < WINDOW_BYTES
  }

  /** Keeps one piece of at most PIECE_BYTES_MAX; the caller looks at `hasRoom` first. */
  put(data: Uint8Array, channel: number): void {
    this.#keep({ offset: this.#end, data, channel, end: false })
  }

  putEnd(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#keep({ offset: this.#end, data: NO_DATA, channel: 0, end: true })
  }

  /** The next piece that the carrier may have, once: undefined when there is none or the other side has no room. */
  take(): Kept | undefined {
    const piece = this.#pieces[this.#cursor]
    if (piece == null || piece.offset + costOf(piece) > this.#limit) return undefined
    this.#cursor++
    return piece
  }

  /**
   * The other side has everything below `offset` and room up to `limit`. Gives whether anything new was acknowledged.
   * Throws ProtocolError (`session_offset`) for an offset inside a piece or beyond what was sent.
   */
  acknowledge(offset: number, limit: number): boolean {
    this.#limit = Math.max(this.#limit, limit)
    if (offset <= this.#acknowledged) return false
    let count = 0
    let at = this.#acknowledged
    for (const piece of this.#pieces) {
      if (at >= offset) break
      at += costOf(piece)
      count++
    }
    if (at !== offset) throw new ProtocolError('session_offset', `nothing of ours ends at ${offset}`)
    this.#pieces.splice(0, count)
    this.#cursor = Math.max(0, this.#cursor - count)
    this.#acknowledged = offset
    return true
  }

  /** Another carrier: everything that is not acknowledged goes again. */
  rewind(): void {
    this.#cursor = 0
  }

  clear(): void {
    this.#pieces = []
    this.#cursor = 0
  }

  #keep(piece: Kept): void {
    this.#pieces.push(piece)
    this.#end += costOf(piece)
  }
}

/** Pieces that came and were not read. */
export class Inbox {
  #pieces: Piece[] = []
  #received = 0
  #consumed = 0
  #advertised = WINDOW_BYTES
  #hasEnded = false

  /** Everything below it has arrived. */
  get received(): number {
    return this.#received
  }

  /** Up to here the other side may send. */
  get limit(): number {
    return this.#consumed + WINDOW_BYTES
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** True when a reader that asks now gets the end. */
  get isDone(): boolean {
    return this.#hasEnded && this.#pieces.length === 0
  }

  /** True when so much was read since `advertise` that the other side should know of the room. */
  get hasNews(): boolean {
    return this.limit - this.#advertised >= WINDOW_BYTES / 4
  }

  /** The limit was told to the other side. */
  advertise(): { received: number; limit: number } {
    this.#advertised = Math.max(this.#advertised, this.limit)
    return { received: this.#received, limit: this.limit }
  }

  /**
   * Takes a piece as it came; one that is here already is dropped. Gives whether it was new. Throws ProtocolError
   * (`session_offset`, `session_window`, `session_piece`).
   */
  take(piece: Kept): boolean {
    const { offset, data, channel, end } = piece
    const size = data.byteLength
    if (channel > CHANNEL_MAX || size > PIECE_BYTES_MAX || (size === 0) !== end) {
      throw new ProtocolError('session_piece', `a piece of ${size} bytes on channel ${channel}`)
    }
    const after = offset + costOf(piece)
    if (after <= this.#received) return false
    if (offset !== this.#received || this.#hasEnded) {
      throw new ProtocolError('session_offset', `a piece at ${offset}, expected ${this.#received}`)
    }
    if (after > Math.max(this.limit, this.#advertised)) {
      throw new ProtocolError('session_window', 'the other side sent more than there is room for')
    }
    this.#received = after
    if (end) this.#hasEnded = true
    else this.#pieces.push({ channel, bytes: data })
    return true
  }

  next(): Piece | undefined {
    const piece = this.#pieces.shift()
    if (piece != null) this.#consumed += piece.bytes.byteLength + PIECE_COST
    return piece
  }

  clear(): void {
    this.#pieces = []
  }
}
