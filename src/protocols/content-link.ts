/**
 * The requester's end of a content stream: answers come in the order of the requests, and never more than
 * 3 MiB of them are under way, so that a process that stands still cannot fill the transport's 4 MiB.
 */

import { NotFoundError, ProtocolError, RefusedError, UnreachableError } from '../base/errors.ts'
import { CHUNK_BYTES } from '../model/release.ts'
import type { Flow } from '../wire/flow.ts'
import { shoal } from '../wire/messages.js'

const { Request, Response } = shoal.content.v1
const { Status } = Response
type Request = shoal.content.v1.Request
type Response = shoal.content.v1.Response

/** Bytes of answers under way. */
export const UNDER_WAY_BYTES_MAX = 3 * 1_048_576
/** What zstd adds to a chunk that it cannot shrink: 3 bytes a block of 128 KiB and a frame header. */
const CHUNK_OVERHEAD_BYTES = 1_024
/** Room that the smallest chunk takes, so that the overhead of many is counted too. */
const CHUNK_ROOM_BYTES_MIN = 2 * CHUNK_OVERHEAD_BYTES
/** Of silence while something is under way; below every `stallMs`. */
const QUIET_MS = 1_000
const MANIFEST_BYTES_MAX = 33_554_432
/** Calls that may wait for their turn; a caller with more to fetch asks as answers come. */
const WAITING_MAX = 256

/** Which part of which release. */
export interface Wanted {
  /** SHA-256 of the release's payload, 32 bytes. */
  readonly release: Uint8Array
  /** Index of the target in the release. */
  readonly target: number
}

export interface ContentLink {
  /** Aborts when the stream is gone. */
  readonly closed: AbortSignal
  /** The manifest's bytes from `offset` to its end, at most 32 MiB. */
  manifest(wanted: Wanted, offset: number, signal: AbortSignal): Promise<Uint8Array>
  /**
   * The chunk digests of `count` (1 to 512) entries from `first` on, concatenated: as many bytes as the manifest
   * says, at most 3 MiB.
   */
  chunks(
    wanted: Wanted,
    range: { readonly first: number; readonly count: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array>
  /** One chunk of `bytes` (at most 1 MiB) as it comes, compressed; the caller checks its digest before any use. */
  chunk(
    wanted: Wanted,
    place: { readonly entry: number; readonly index: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array>
  close(signal: AbortSignal): Promise<void>
}

interface Pending {
  readonly bytesMax: number
  /** Of the bytes under way, what this answer still holds. */
  held: number
  readonly parts: Uint8Array[]
  received: number
  readonly done: PromiseWithResolvers<Uint8Array>
}

/**
 * The link over an open flow, and the loop that its owner runs until the stream ends. Calls throw NotFoundError
 * (`content_missing`), RefusedError (`content_refused`; `content_busy`, retryable), UnreachableError
 * (`content_stalled` after `stallMs` without progress), ProtocolError, the signal's reason. A call that is aborted
 * resets the stream once its request is on the way: its answer would come all the same. `mayAsk` throws what forbids a call;
 * `onQuiet` is called once in each silence of a second: who only receives does not notice that its way is gone.
 */
export function openContent(
  flow: Flow<Request, Response>,
  stallMs: number,
  mayAsk: () => void,
  onQuiet: () => void = () => undefined
): { link: ContentLink; pump: (signal: AbortSignal) => Promise<void> } {
  const requester = new Requester(flow, { stallMs, mayAsk, onQuiet })
  return {
    link: requester,
    pump: async (signal) => {
      await requester.pump(signal)
    }
  }
}

interface Limits {
  readonly stallMs: number
  readonly mayAsk: () => void
  readonly onQuiet: () => void
}

class Requester implements ContentLink {
  readonly #flow: Flow<Request, Response>
  readonly #limits: Limits
  /** Requests on the way, in order. Bounded by the bytes under way: each holds at least 32. */
  readonly #pending: Pending[] = []
  /** Calls that wait for room, in order. */
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = []
  #underWay = 0
  #stall: NodeJS.Timeout | undefined

  constructor(flow: Flow<Request, Response>, limits: Limits) {
    this.#flow = flow
    this.#limits = limits
    flow.closed.addEventListener('abort', () => {
      this.#end(new UnreachableError('stream_closed', 'the provider is gone', { retryable: true }))
    })
  }

  get closed(): AbortSignal {
    return this.#flow.closed
  }

  async manifest(wanted: Wanted, offset: number, signal: AbortSignal): Promise<Uint8Array> {
    const request = Request.create({ ...wanted, body: 'manifest', manifest: { offset } })
    return await this.#ask(request, MANIFEST_BYTES_MAX, UNDER_WAY_BYTES_MAX, signal)
  }

  async chunks(
    wanted: Wanted,
    range: { readonly first: number; readonly count: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array> {
    const { first, count, bytes } = range
    if (bytes > UNDER_WAY_BYTES_MAX) throw new RangeError('more digests than one answer may carry')
    const request = Request.create({ ...wanted, body: 'chunks', chunks: { first, count } })
    return await this.#ask(request, bytes, Math.max(bytes, 32), signal)
  }

  async chunk(
    wanted: Wanted,
    place: { readonly entry: number; readonly index: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array> {
    const { entry, index, bytes } = place
    if (bytes > CHUNK_BYTES) throw new RangeError('more than a chunk')
    const request = Request.create({ ...wanted, body: 'chunk', chunk: { entry, index } })
    const room = Math.max(bytes, CHUNK_ROOM_BYTES_MIN)
    return await this.#ask(request, bytes + CHUNK_OVERHEAD_BYTES, room, signal)
  }

  async close(signal: AbortSignal): Promise<void> {
    await this.#flow.close(signal)
  }

  /** Reads answers until the stream ends. */
  async pump(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const response = await this.#flow.read(signal)
        if (response == null) break
        this.#take(response)
      }
      this.#flow.abort(new UnreachableError('stream_closed', 'the provider ended the stream'))
    } catch (error) {
      this.#end(error)
      this.#flow.abort(error)
      if (!signal.aborted && error instanceof ProtocolError) throw error
    }
  }

  async #ask(request: Request, bytesMax: number, bytes: number, signal: AbortSignal): Promise<Uint8Array> {
    this.#limits.mayAsk()
    await this.#room(bytes, signal)
    const pending: Pending = {
      bytesMax,
      held: bytes,
      parts: [],
      received: 0,
      done: Promise.withResolvers()
    }
    // Whoever awaits below sees a rejection; while the request is being written nobody does.
    pending.done.promise.catch(() => undefined)
    this.#pending.push(pending)
    this.#watchStall()
    const onAbort = (): void => {
      pending.done.reject(signal.reason)
      this.#flow.abort(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      // Not awaited first: writes keep their order, and a failure ends the flow and with it every call.
      await Promise.all([this.#flow.write(request, signal), pending.done.promise])
      return await pending.done.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Waits until `bytes` more may be under way, in the order of the calls. */
  async #room(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#flow.closed.aborted) {
      throw new UnreachableError('stream_closed', 'the provider is gone', { retryable: true })
    }
    if (this.#waiting.length === 0 && this.#underWay + bytes <= UNDER_WAY_BYTES_MAX) {
      this.#underWay += bytes
      return
    }
    if (this.#waiting.length >= WAITING_MAX) throw new RangeError('too many calls wait on one stream')
    const turn = Promise.withResolvers<void>()
    const entry = { bytes, go: turn.resolve }
    this.#waiting.push(entry)
    const giveUp = (error: unknown): void => {
      const at = this.#waiting.indexOf(entry)
      if (at < 0) return
      this.#waiting.splice(at, 1)
      turn.reject(error)
      this.#next()
    }
    const onAbort = (): void => {
      giveUp(signal.reason)
    }
    const onClosed = (): void => {
      giveUp(new UnreachableError('stream_closed', 'the provider is gone', { retryable: true }))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#flow.closed.addEventListener('abort', onClosed, { once: true })
    try {
      await turn.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#flow.closed.removeEventListener('abort', onClosed)
    }
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting
      if (first == null || this.#underWay + first.bytes > UNDER_WAY_BYTES_MAX) return
      this.#waiting.shift()
      this.#underWay += first.bytes
      first.go()
    }
  }

  #take(response: Response): void {
    const [pending] = this.#pending
    if (pending == null) throw new ProtocolError('content_unasked', 'an answer without a request')
    const failure = failureOf(response)
    if (failure != null) {
      this.#finish(pending)
      pending.done.reject(failure)
      return
    }
    const { data } = response
    pending.received += data.byteLength
    if (pending.received > pending.bytesMax) {
      throw new ProtocolError('content_size', `an answer of more than ${pending.bytesMax} bytes`)
    }
    if (data.byteLength === 0 && response.more) throw new ProtocolError('content_frame', 'an empty frame')
    pending.parts.push(data)
    if (response.more) {
      // The last part of the room is kept until the end, so that every request on the way holds some.
      const freed = Math.min(data.byteLength, pending.held - 32)
      pending.held -= freed
      this.#underWay -= freed
      this.#watchStall()
      this.#next()
      return
    }
    this.#finish(pending)
    pending.done.resolve(joined(pending))
  }

  #finish(pending: Pending): void {
    this.#pending.shift()
    this.#underWay -= pending.held
    this.#watchStall()
    this.#next()
  }

  /** While something is under way, each frame starts the time again. */
  #watchStall(): void {
    clearTimeout(this.#stall)
    if (this.#pending.length === 0) return
    const { stallMs, onQuiet } = this.#limits
    this.#stall = setTimeout(() => {
      onQuiet()
      if (this.#pending.length === 0) return
      this.#stall = setTimeout(() => {
        const error = new UnreachableError('content_stalled', 'the provider is silent', { retryable: true })
        this.#end(error)
        this.#flow.abort(error)
      }, stallMs - QUIET_MS)
      this.#stall.unref()
    }, QUIET_MS)
    this.#stall.unref()
  }

  #end(error: unknown): void {
    clearTimeout(this.#stall)
    for (const pending of this.#pending.splice(0)) pending.done.reject(error)
  }
}

function joined({ parts, received }: Pending): Uint8Array {
  const [first] = parts
  if (first != null && parts.length === 1) return first
  const all = new Uint8Array(received)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

function failureOf(response: Response): Error | undefined {
  switch (response.status) {
    case Status.STATUS_OK:
      return undefined
    case Status.STATUS_NOT_FOUND:
      return new NotFoundError('content_missing', 'the provider does not have it')
    case Status.STATUS_REFUSED:
      return new RefusedError('content_refused', 'the provider refused')
    case Status.STATUS_BUSY:
      return new RefusedError('content_busy', 'the provider is busy', { retryable: true })
    default:
      throw new ProtocolError('content_status', `the answer has status ${response.status}`)
  }
}
