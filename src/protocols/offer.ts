/**
 * `/shoal/offer/1.0.0`: a coordinator hands a device a signed offer with its release, or takes one back.
 * Spec: docs/protocols.md#offer. Messages: proto/offer.proto.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { ProtocolError } from '../base/errors.ts'
import { shoal } from '../wire/messages.js'
import type { CallContext, Unary } from '../wire/unary.ts'
import { call, serve } from '../wire/unary.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Request, Response, Bundle } = shoal.offer.v1
const { Status } = Response
type Request = shoal.offer.v1.Request
type Response = shoal.offer.v1.Response

export const OFFER: Unary<Request, Response> = {
  id: '/shoal/offer/1.0.0',
  request: Request,
  response: Response,
  // A release of at most 1 MiB and an offer beside it.
  requestBytesMax: 1_114_112,
  responseBytesMax: 256,
  timeoutMs: 20_000
}

const STREAMS_MAX = 4
const CODE = /^[a-z0-9_]{1,64}$/
const ROLLOUT = /^o-[a-z2-7]{20}$/

export interface OfferBundle {
  readonly offer: Uint8Array
  readonly release: Uint8Array
  /** Empty until root demands one. */
  readonly logProof: Uint8Array
}

export type OfferAnswer =
  | { readonly status: 'accepted' | 'busy' }
  | { readonly status: 'refused'; readonly code: string }
  /** Nothing was taken: to be offered again after this. */
  | { readonly status: 'deferred'; readonly code: string; readonly retrySeconds: number }

export type CancelAnswer = 'cancelled' | 'too_late'

/** What the rest of the program sees. */
export interface OfferProtocol extends Startable {
  /** Hands the device its offer; resolves once the device's journal holds the decision. Throws as `call` does. */
  push(connection: Connection, bundle: OfferBundle, signal: AbortSignal): Promise<OfferAnswer>
  /** Asks the device to stop rollout `o-…` if its activation has not begun. Throws as `call` does. */
  cancel(connection: Connection, rollout: string, signal: AbortSignal): Promise<CancelAnswer>
}

export interface OfferInit {
  /** May this peer hand us offers? Otherwise the stream is reset. */
  mayOffer(peer: string): boolean
  /** Decides on an offer, durably. */
  offered(bundle: OfferBundle, context: CallContext): Promise<OfferAnswer>
  /** Takes an offer back. */
  cancelled(rollout: string, context: CallContext): Promise<CancelAnswer>
}

/** The factory that libp2p calls. */
export function offer(init: OfferInit): (components: ProtocolComponents) => OfferProtocol {
  return (components) => new OfferService(components, init)
}

class OfferService extends InboundService implements OfferProtocol {
  readonly #init: OfferInit

  constructor(components: ProtocolComponents, init: OfferInit) {
    super(components, { id: OFFER.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    await serve(OFFER, stream, connection, signal, this.#answer)
  }

  async push(connection: Connection, bundle: OfferBundle, signal: AbortSignal): Promise<OfferAnswer> {
    const scoped = AbortSignal.any([signal, this.signal])
    const request = Request.create({ offer: Bundle.create({ ...bundle }) })
    const response = await call(OFFER, connection, scoped, request)
    switch (response.status) {
      case Status.STATUS_ACCEPTED:
        return { status: 'accepted' }
      case Status.STATUS_BUSY:
        return { status: 'busy' }
      case Status.STATUS_REFUSED:
        if (!CODE.test(response.code)) throw new ProtocolError('offer_code', 'the refusal has no valid code')
        return { status: 'refused', code: response.code }
      case Status.STATUS_DEFERRED:
        if (!CODE.test(response.code)) throw new ProtocolError('offer_code', 'the delay has no valid code')
        return { status: 'deferred', code: response.code, retrySeconds: response.retrySeconds }
      default:
        throw new ProtocolError('offer_status', `the answer has status ${response.status}`)
    }
  }

  async cancel(connection: Connection, rollout: string, signal: AbortSignal): Promise<CancelAnswer> {
    const scoped = AbortSignal.any([signal, this.signal])
    const response = await call(OFFER, connection, scoped, Request.create({ cancel: rollout }))
    switch (response.status) {
      case Status.STATUS_CANCELLED:
        return 'cancelled'
      case Status.STATUS_TOO_LATE:
        return 'too_late'
      default:
        throw new ProtocolError('offer_status', `the answer has status ${response.status}`)
    }
  }

  readonly #answer = async (request: Request, context: CallContext): Promise<Response> => {
    if (!this.#init.mayOffer(context.peer)) {
      throw new ProtocolError('offer_sender', `${context.peer} may not hand out offers`)
    }
    if (request.offer != null) {
      const { offer: signed, release, logProof } = Bundle.create(request.offer)
      const answer = await this.#init.offered({ offer: signed, release, logProof }, context)
      if (answer.status === 'refused') {
        return Response.create({ status: Status.STATUS_REFUSED, code: answer.code })
      }
      if (answer.status === 'deferred') {
        const { code, retrySeconds } = answer
        return Response.create({ status: Status.STATUS_DEFERRED, code, retrySeconds })
      }
      const isAccepted = answer.status === 'accepted'
      return Response.create({ status: isAccepted ? Status.STATUS_ACCEPTED : Status.STATUS_BUSY })
    }
    if (!ROLLOUT.test(request.cancel ?? '')) throw new ProtocolError('offer_request', 'an empty request')
    const answer = await this.#init.cancelled(request.cancel ?? '', context)
    const isCancelled = answer === 'cancelled'
    return Response.create({ status: isCancelled ? Status.STATUS_CANCELLED : Status.STATUS_TOO_LATE })
  }
}
