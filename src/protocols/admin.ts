/**
 * `/shoal/admin/1.0.0`: an admin's calls to a coordinator; one or many answers each.
 * Spec: docs/protocols.md#admin. Messages: proto/admin.proto, types in src/model/control.ts.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { ProtocolError, ShoalError, UnreachableError } from '../base/errors.ts'
import type { Codec } from '../wire/flow.ts'
import { Flow, openFlow } from '../wire/flow.ts'
import { shoal } from '../wire/messages.js'
import { errorOf } from './admin-errors.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Request, Response } = shoal.admin.v1
const { Status } = Response
type Request = shoal.admin.v1.Request
type Response = shoal.admin.v1.Response

export const ADMIN: {
  readonly id: string
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly messageBytesMax: number
  readonly bodyBytesMax: number
  readonly dataBytesMax: number
  readonly stallMs: number
  /** Methods that may be silent for as long as nothing happens. */
  readonly patient: ReadonlySet<string>
} = {
  id: '/shoal/admin/1.0.0',
  request: Request,
  response: Response,
  messageBytesMax: 1_400_000,
  bodyBytesMax: 262_144,
  dataBytesMax: 1_114_112,
  stallMs: 30_000,
  patient: new Set(['watch', 'logs', 'rollout.watch'])
}

const STREAMS_MAX = 8
const METHOD = /^[a-z.]{1,64}$/
const CODE = /^[a-z0-9_]{1,64}$/

/** What the rest of the program sees. */
export interface Admin extends Startable {
  /**
   * Calls a method and yields each answer; leaving the loop ends the call. `body` is written as JSON. Throws the
   * coordinator's error in its own class, UnreachableError (`admin_stalled` after 30 s without progress, but not
   * for methods that watch), and as `openFlow` does.
   */
  call(
    connection: Connection,
    method: string,
    body: unknown,
    data: Uint8Array,
    signal: AbortSignal
  ): AsyncGenerator
  /** The first and only answer of a method. Throws as `call`, and ProtocolError (`admin_answers`). */
  callOne(
    connection: Connection,
    method: string,
    body: unknown,
    data: Uint8Array,
    signal: AbortSignal
  ): Promise<unknown>
}

export interface AdminCall {
  readonly peer: string
  readonly method: string
  /** Parsed JSON, not checked further; undefined when empty. */
  readonly body: unknown
  readonly data: Uint8Array
}

export interface AdminInit {
  /** May this peer call at all? Otherwise the stream is reset. */
  mayCall(peer: string): boolean
  /** Yields the answers, each written as JSON. A ShoalError that it throws crosses as its code. */
  handle(call: AdminCall, signal: AbortSignal): AsyncIterable<unknown>
}

/** The factory that libp2p calls. */
export function admin(init: AdminInit): (components: ProtocolComponents) => Admin {
  return (components) => new AdminService(components, init)
}

class AdminService extends InboundService implements Admin {
  readonly #init: AdminInit

  constructor(components: ProtocolComponents, init: AdminInit) {
    super(components, { id: ADMIN.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  async *call(
    connection: Connection,
    method: string,
    body: unknown,
    data: Uint8Array,
    signal: AbortSignal
  ): AsyncGenerator {
    const scoped = AbortSignal.any([signal, this.signal])
    const options = { ...limits, write: ADMIN.request, read: ADMIN.response, onRelayed: true }
    const flow = await openFlow(connection, ADMIN.id, options, scoped)
    try {
      await flow.write(Request.create({ method, body: toJson(body), data }), scoped)
      for (;;) {
        const response = await progress(flow, method, scoped)
        if (response.status === Status.STATUS_ERROR) throw errorOf(response.code)
        if (response.status !== Status.STATUS_OK) {
          throw new ProtocolError('admin_status', `the answer has status ${response.status}`)
        }
        if (response.body.byteLength > 0) yield fromJson(response.body)
        if (!response.more) break
      }
      await flow.close(scoped)
    } finally {
      // The caller may leave the loop early; after a regular end this does nothing.
      if (!flow.closed.aborted)
        flow.abort(new UnreachableError('call_ended', 'the caller has ended the call'))
    }
  }

  async callOne(
    connection: Connection,
    method: string,
    body: unknown,
    data: Uint8Array,
    signal: AbortSignal
  ): Promise<unknown> {
    let answers = 0
    let last: unknown
    for await (const answer of this.call(connection, method, body, data, signal)) {
      last = answer
      if (++answers > 1) break
    }
    if (answers !== 1) throw new ProtocolError('admin_answers', `${method} did not give one answer`)
    return last
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    const flow = new Flow(stream, connection, { ...limits, write: ADMIN.response, read: ADMIN.request })
    const left = new AbortController()
    const scoped = AbortSignal.any([signal, flow.closed])
    let bug: unknown
    try {
      const peer = connection.remotePeer.toString()
      if (!this.#init.mayCall(peer)) throw new ProtocolError('admin_caller', `${peer} is no admin`)
      const request = await flow.read(AbortSignal.any([scoped, AbortSignal.timeout(ADMIN.stallMs)]))
      if (request == null) throw new ProtocolError('request_missing', 'the stream ended without a request')
      // A caller keeps its side open until it has the last answer. One that leaves early resets the stream, of which
      // @chainsafe/libp2p-quic shows an end only.
      const leave = (): void => {
        left.abort()
      }
      void flow.read(scoped).then(leave, leave)
      bug = await this.#answer(flow, peer, request, AbortSignal.any([scoped, left.signal]))
      await flow.close(scoped)
    } catch (error) {
      const isGone = scoped.aborted || left.signal.aborted
      flow.abort(error)
      if (!isGone) throw error
    }
    // What is our own fault has to show in our own log.
    if (bug != null) throw bug
  }

  /** Answers a request; gives the error of a handler that is a bug, which crossed without its text. */
  async #answer(
    flow: Flow<Response, Request>,
    peer: string,
    request: Request,
    signal: AbortSignal
  ): Promise<unknown> {
    const { method, data } = request
    if (!METHOD.test(method) || data.byteLength > ADMIN.dataBytesMax) {
      throw new ProtocolError('admin_request', 'the request has no valid method or too much data')
    }
    const body = request.body.byteLength === 0 ? undefined : fromJson(request.body)
    try {
      for await (const answer of this.#init.handle({ peer, method, body, data }, signal)) {
        const frame = { status: Status.STATUS_OK, body: toJson(answer), more: true }
        await flow.write(Response.create(frame), signal)
      }
      await flow.write(Response.create({ status: Status.STATUS_OK }), signal)
      return undefined
    } catch (error) {
      if (signal.aborted) throw error
      const code = error instanceof ShoalError && CODE.test(error.code) ? error.code : 'unexpected'
      await flow.write(Response.create({ status: Status.STATUS_ERROR, code }), signal)
      return code === 'unexpected' ? error : undefined
    }
  }
}

const limits = {
  writeBytesMax: ADMIN.messageBytesMax,
  readBytesMax: ADMIN.messageBytesMax,
  stallMs: ADMIN.stallMs
}

async function progress(
  flow: Flow<Request, Response>,
  method: string,
  signal: AbortSignal
): Promise<Response> {
  const stalled = ADMIN.patient.has(method) ? undefined : AbortSignal.timeout(ADMIN.stallMs)
  const response = await flow
    .read(stalled == null ? signal : AbortSignal.any([signal, stalled]))
    .catch((error: unknown) => {
      if (stalled?.aborted !== true || signal.aborted) throw error
      throw new UnreachableError('admin_stalled', 'the coordinator is silent', { retryable: true })
    })
  if (response == null) throw new UnreachableError('response_missing', 'the coordinator ended the stream')
  return response
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

function toJson(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array() : encoder.encode(JSON.stringify(value))
}

function fromJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown
  } catch (error) {
    throw new ProtocolError('admin_json', 'a body is not JSON', { cause: error })
  }
}
