/**
 * `/shoal/content/1.0.0`: manifests and chunks of a release, asked for one after another on a stream that stays.
 * Spec: docs/protocols.md#content. Messages: proto/content.proto. Not over relays: a release is large.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { toSafeInteger } from '../base/bytes.ts'
import { NotFoundError, ProtocolError, RefusedError } from '../base/errors.ts'
import { PATHS_COUNT_MAX, TARGETS_COUNT_MAX } from '../model/release.ts'
import { requireBulk } from '../wire/bulk.ts'
import type { Codec } from '../wire/flow.ts'
import { Flow, openFlow } from '../wire/flow.ts'
import { shoal } from '../wire/messages.js'
import type { ContentLink, Wanted } from './content-link.ts'
import { openContent } from './content-link.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Request, Response } = shoal.content.v1
const { Status } = Response
type Request = shoal.content.v1.Request
type Response = shoal.content.v1.Response

export const CONTENT: {
  readonly id: string
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly requestBytesMax: number
  readonly responseBytesMax: number
  readonly dataBytesMax: number
  readonly stallMs: number
} = {
  id: '/shoal/content/1.0.0',
  request: Request,
  response: Response,
  requestBytesMax: 256,
  responseBytesMax: 266_240,
  dataBytesMax: 262_144,
  stallMs: 30_000
}

const STREAMS_MAX = 4
const RELEASE_BYTES = 32
const ENTRIES_MAX = 512

export interface ContentAsk extends Wanted {
  /** libp2p peer ID of who asks. */
  readonly peer: string
}

/** What the rest of the program sees. */
export interface Content extends Startable {
  /**
   * Opens a requester's stream. Throws as `openFlow` does; on a relayed connection too. `onQuiet` is called when nothing has
   * come for a second although something is under way.
   */
  open(connection: Connection, signal: AbortSignal, onQuiet?: () => void): Promise<ContentLink>
}

/**
 * What a provider has. Each may throw NotFoundError, or RefusedError (retryable when busy), which go to the
 * requester as a status; any other error resets the stream.
 */
export interface ContentInit {
  /** The manifest's bytes from `offset` on. */
  manifest(ask: ContentAsk & { readonly offset: number }, signal: AbortSignal): Promise<Uint8Array>
  /** The concatenated digests of all chunks of entries `first` to `first + count - 1`. */
  chunks(
    ask: ContentAsk & { readonly first: number; readonly count: number },
    signal: AbortSignal
  ): Promise<Uint8Array>
  /** One chunk, compressed with zstd. */
  chunk(
    ask: ContentAsk & { readonly entry: number; readonly index: number },
    signal: AbortSignal
  ): Promise<Uint8Array>
}

/** The factory that libp2p calls. */
export function content(init: ContentInit): (components: ProtocolComponents) => Content {
  return (components) => new ContentService(components, init)
}

class ContentService extends InboundService implements Content {
  readonly #init: ContentInit

  constructor(components: ProtocolComponents, init: ContentInit) {
    super(components, { id: CONTENT.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  async open(connection: Connection, signal: AbortSignal, onQuiet?: () => void): Promise<ContentLink> {
    requireBulk(connection)
    const options = {
      write: CONTENT.request,
      writeBytesMax: CONTENT.requestBytesMax,
      read: CONTENT.response,
      readBytesMax: CONTENT.responseBytesMax,
      stallMs: CONTENT.stallMs,
      onRelayed: true
    }
    const flow = await openFlow(connection, CONTENT.id, options, signal)
    const { link, pump } = openContent(flow, CONTENT.stallMs, () => requireBulk(connection), onQuiet)
    this.tasks.run('content', async () => {
      await pump(this.signal)
    })
    return link
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    const flow = new Flow(stream, connection, {
      write: CONTENT.response,
      writeBytesMax: CONTENT.responseBytesMax,
      read: CONTENT.request,
      readBytesMax: CONTENT.requestBytesMax,
      stallMs: CONTENT.stallMs
    })
    const scoped = AbortSignal.any([signal, flow.closed])
    try {
      for (;;) {
        const request = await flow.read(scoped)
        if (request == null) break
        const answer = await this.#answer(request, connection.remotePeer.toString(), scoped)
        if (answer instanceof Uint8Array) await send(flow, answer, scoped)
        else await flow.write(Response.create({ status: answer }), scoped)
      }
      await flow.close(scoped)
    } catch (error) {
      flow.abort(error)
      if (!scoped.aborted) throw error
    }
  }

  async #answer(
    request: Request,
    peer: string,
    signal: AbortSignal
  ): Promise<Uint8Array | shoal.content.v1.Response.Status> {
    const ask = checkAsk(request, peer)
    try {
      return await this.#lookUp(request, ask, signal)
    } catch (error) {
      if (error instanceof NotFoundError) return Status.STATUS_NOT_FOUND
      if (!(error instanceof RefusedError)) throw error
      return error.retryable ? Status.STATUS_BUSY : Status.STATUS_REFUSED
    }
  }

  async #lookUp(request: Request, ask: ContentAsk, signal: AbortSignal): Promise<Uint8Array> {
    if (request.manifest != null) {
      return await this.#init.manifest({ ...ask, offset: toSafeInteger(request.manifest.offset) }, signal)
    }
    if (request.chunks != null) {
      const { first, count } = shoal.content.v1.Chunks.create(request.chunks)
      if (count < 1 || count > ENTRIES_MAX || first >= PATHS_COUNT_MAX) {
        throw new ProtocolError('content_request', `${count} entries from ${first}`)
      }
      return await this.#init.chunks({ ...ask, first, count }, signal)
    }
    if (request.chunk == null) throw new ProtocolError('content_request', 'an empty request')
    const { entry, index } = shoal.content.v1.Chunk.create(request.chunk)
    if (entry >= PATHS_COUNT_MAX) throw new ProtocolError('content_request', `entry ${entry}`)
    return await this.#init.chunk({ ...ask, entry, index }, signal)
  }
}

function checkAsk(request: Request, peer: string): ContentAsk {
  const { release, target } = request
  if (release.byteLength !== RELEASE_BYTES || target >= TARGETS_COUNT_MAX) {
    throw new ProtocolError('content_request', 'the request names no release or target')
  }
  return { peer, release, target }
}

async function send(flow: Flow<Response, Request>, answer: Uint8Array, signal: AbortSignal): Promise<void> {
  let at = 0
  do {
    const data = answer.subarray(at, at + CONTENT.dataBytesMax)
    at += data.byteLength
    const more = at < answer.byteLength
    await flow.write(Response.create({ status: Status.STATUS_OK, data, more }), signal)
  } while (at < answer.byteLength)
}
