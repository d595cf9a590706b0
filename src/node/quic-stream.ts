/**
 * A QUIC stream as libp2p wants it. Writes go straight into the native send window; reads come in Buffers of up
 * to 256 KiB; a paused stream gives the peer no credit.
 */

import type { AbortOptions, StreamCloseEvent } from '@libp2p/interface'
import { StreamStateError } from '@libp2p/interface'
import type { AbstractStreamInit, SendResult } from '@libp2p/utils'
import { AbstractStream } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'
import { tellEnd } from './optimistic.ts'
import type { NativeEngine } from './quic-native.ts'

/** One write; what is queued beyond waits in the base class. */
const WRITE_BYTES_MAX = 1_048_576
/** Lists up to this size are copied into one write, so that a prefix and its body share a packet. */
const JOIN_BYTES_MAX = 16_384
/** Read but not taken: beyond this the stream is held natively until its listener comes. */
const UNREAD_BYTES_MAX = 262_144
/** One for all: every short connection ends some streams so, and where it happened says nothing. */
const UNSAID = new StreamStateError('the connection closed before anything was sent')

export interface QuicStreamInit extends AbstractStreamInit {
  native: NativeEngine
  conn: number
  stream: number
}

export class QuicStream extends AbstractStream {
  readonly #native: NativeEngine
  readonly #conn: number
  readonly #stream: number
  #held = false
  #finHeld = false
  /** The peer's FIN is here, told or not. */
  #isEnded = false
  /** Nothing of it has been given to the native side. */
  #isSilent = true
  #isLeft = false

  constructor(init: QuicStreamInit) {
    super({ ...init, maxMessageSize: WRITE_BYTES_MAX })
    this.#native = init.native
    this.#conn = init.conn
    this.#stream = init.stream
  }

  /** The base class makes its promise once and never renews it: from the second time on nobody would wait. */
  override async onDrain(options?: AbortOptions): Promise<void> {
    if (!this.writableNeedsDrain) return
    options?.signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const settle = (event: Event): void => {
        this.removeEventListener('drain', settle)
        this.removeEventListener('close', settle)
        options?.signal?.removeEventListener('abort', settle)
        if (event.type === 'drain') resolve()
        else if (event.type === 'abort') reject(options?.signal?.reason as Error)
        else
          reject(
            (event as StreamCloseEvent).error ??
              new StreamStateError('the stream closed before it could be written')
          )
      }
      this.addEventListener('drain', settle)
      this.addEventListener('close', settle)
      options?.signal?.addEventListener('abort', settle)
    })
  }

  /** Ours, and the peer has not heard of it. */
  get isUnspoken(): boolean {
    return this.#isSilent && this.direction === 'outbound'
  }

  sendData(data: Uint8ArrayList): SendResult {
    this.#isSilent = false
    const chunks = data.byteLength <= JOIN_BYTES_MAX ? [data.subarray()] : data
    let sentBytes = 0
    for (const chunk of chunks) {
      const taken = this.#native.write(this.#conn, this.#stream, chunk)
      // The peer reads no more, or the connection is gone: the event that says so is on its way.
      if (taken < 0) return { sentBytes: data.byteLength, canSendMore: true }
      sentBytes += taken
      if (taken < chunk.byteLength) return { sentBytes, canSendMore: false }
    }
    return { sentBytes, canSendMore: true }
  }

  /** Ends a stream of which the peer has not heard, without a word: its connection closes. */
  leave(): void {
    this.#isLeft = true
    this.abort(UNSAID)
  }

  sendReset(): void {
    if (this.#isLeft) return
    this.#native.reset(this.#conn, this.#stream, 0)
    this.#native.stopReading(this.#conn, this.#stream, 0)
  }

  sendPause(): void {
    this.#native.pause(this.#conn, this.#stream, true)
  }

  sendResume(): void {
    if (!this.#held) this.#native.pause(this.#conn, this.#stream, false)
  }

  async sendCloseWrite(options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.#isSilent = false
    this.#native.finish(this.#conn, this.#stream)
  }

  async sendCloseRead(options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.#native.discard(this.#conn, this.#stream)
  }

  onNativeData(bytes: Buffer): void {
    this.onData(bytes)
    if (this.readBuffer.byteLength >= UNREAD_BYTES_MAX && !this.#held) {
      this.#held = true
      this.#native.pause(this.#conn, this.#stream, true)
    }
  }

  /** A reader that has paused, or that has not come yet, learns of the end when it has read what came before. */
  onNativeFin(): void {
    this.#isEnded = true
    const unread = this.readBuffer.byteLength > 0
    if (this.readStatus === 'paused' && unread) {
      this.#finHeld = true
      return
    }
    tellEnd(this)
  }

  protected override dispatchReadBuffer(): void {
    super.dispatchReadBuffer()
    if (this.#finHeld && this.readBuffer.byteLength === 0) {
      this.#finHeld = false
      tellEnd(this)
    }
    if (this.#held && this.readBuffer.byteLength === 0) {
      this.#held = false
      if (this.readStatus === 'readable') this.#native.pause(this.#conn, this.#stream, false)
    }
  }

  onNativeReset(): void {
    // Bytes that we finished are still on their way and stay so.
    if (this.writeStatus !== 'closed') this.#native.reset(this.#conn, this.#stream, 0)
    this.onRemoteReset()
  }

  /**
   * The peer reads no more, which is no error: go-libp2p says so in every close. Our half stays open until its
   * owner closes it; what it still writes goes nowhere.
   */
  onNativeStopped(): void {
    this.onRemoteCloseRead()
    this.safeDispatchEvent('drain')
  }

  /** The connection is gone: without the peer's FIN the stream is cut off, and its reader must know. */
  onConnectionClosed(): void {
    if (this.#isEnded) this.onTransportClosed()
    else this.onRemoteReset()
  }
}
