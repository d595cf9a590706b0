/**
 * `/shoal/hello/1.0.0`: the dialer proves its membership, the answerer proves its own.
 * Spec: docs/protocols.md#hello. Messages: proto/hello.proto.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { ProtocolError } from '../base/errors.ts'
import { shoal } from '../wire/messages.js'
import type { CallContext, Unary } from '../wire/unary.ts'
import { call, serve } from '../wire/unary.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Request, Response } = shoal.hello.v1
const { Status } = Response
type Request = shoal.hello.v1.Request
type Response = shoal.hello.v1.Response

export const HELLO: Unary<Request, Response> = {
  id: '/shoal/hello/1.0.0',
  request: Request,
  response: Response,
  requestBytesMax: 4_096,
  // A revocation list, which is a document of at most 64 KiB, and an address record of 4 KiB have to fit beside the bundle.
  responseBytesMax: 73_728,
  timeoutMs: 5_000
}

const BUNDLE_BYTES_MAX = 3_072
const STREAMS_MAX = 2

export interface HelloRequest {
  /** Membership bundle of the dialer. */
  readonly membership: Uint8Array
  /** Number of the newest revocation list that the dialer holds. */
  readonly revocations: number
  /** The dialer's fleet id. */
  readonly fleet: string
  /** Number of the newest address record that the dialer holds. */
  readonly addresses: number
}

/** `revocationList` and `addressRecord` are empty when the dialer's are as new. */
export type HelloAnswer =
  | {
      readonly status: 'ok'
      readonly membership: Uint8Array
      readonly revocationList: Uint8Array
      /** Number of the newest revocation list that the answerer holds. */
      readonly revocations: number
      /** Number of the newest address record that the answerer holds. */
      readonly addresses: number
      readonly addressRecord: Uint8Array
    }
  | { readonly status: 'not_enrolled'; readonly membership: Uint8Array }
  | { readonly status: HelloRefusal }

export type HelloRefusal = 'foreign_fleet' | 'revoked' | 'expired' | 'refused'

const REFUSALS: ReadonlyMap<HelloRefusal, shoal.hello.v1.Response.Status> = new Map([
  ['foreign_fleet', Status.STATUS_FOREIGN_FLEET],
  ['revoked', Status.STATUS_REVOKED],
  ['expired', Status.STATUS_EXPIRED],
  ['refused', Status.STATUS_REFUSED]
])

/** What the rest of the program sees. */
export interface Hello extends Startable {
  /** Greets the answerer of `connection`. Throws as `call` does. */
  hello(connection: Connection, request: HelloRequest, signal: AbortSignal): Promise<HelloAnswer>
}

export interface HelloInit {
  /** Judges a greeting; what it throws resets the stream. */
  answer(request: HelloRequest, context: CallContext): Promise<HelloAnswer>
}

/** The factory that libp2p calls. */
export function hello(init: HelloInit): (components: ProtocolComponents) => Hello {
  return (components) => new HelloService(components, init)
}

class HelloService extends InboundService implements Hello {
  readonly #init: HelloInit

  constructor(components: ProtocolComponents, init: HelloInit) {
    super(components, { id: HELLO.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    await serve(HELLO, stream, connection, signal, this.#answer)
  }

  async hello(connection: Connection, request: HelloRequest, signal: AbortSignal): Promise<HelloAnswer> {
    const scoped = AbortSignal.any([signal, this.signal])
    const response = await call(HELLO, connection, scoped, Request.create({ ...request }))
    checkBundle(response.membership)
    const { status, membership, revocationList, revocations, addresses, addressRecord } = response
    if (status === Status.STATUS_OK) {
      return { status: 'ok', membership, revocationList, revocations, addresses, addressRecord }
    }
    if (status === Status.STATUS_NOT_ENROLLED) return { status: 'not_enrolled', membership }
    const refusal = [...REFUSALS].find(([, refused]) => refused === status)
    if (refusal == null) throw new ProtocolError('hello_status', `the answer has status ${status}`)
    return { status: refusal[0] }
  }

  readonly #answer = async (request: Request, context: CallContext): Promise<Response> => {
    checkBundle(request.membership)
    const { membership, revocations, fleet, addresses } = request
    const answer = await this.#init.answer({ membership, revocations, fleet, addresses }, context)
    switch (answer.status) {
      case 'ok':
        return Response.create({
          status: Status.STATUS_OK,
          membership: answer.membership,
          revocationList: answer.revocationList,
          revocations: answer.revocations,
          addresses: answer.addresses,
          addressRecord: answer.addressRecord
        })
      case 'not_enrolled':
        return Response.create({ status: Status.STATUS_NOT_ENROLLED, membership: answer.membership })
      default:
        return Response.create({ status: REFUSALS.get(answer.status) ?? Status.STATUS_REFUSED })
    }
  }
}

function checkBundle(bundle: Uint8Array): void {
  if (bundle.byteLength > BUNDLE_BYTES_MAX) {
    throw new ProtocolError('hello_membership', `a membership bundle of ${bundle.byteLength} bytes`)
  }
}
