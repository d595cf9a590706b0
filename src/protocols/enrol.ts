/**
 * `/shoal/enrol/1.0.0`: a newcomer asks a coordinator to count its ticket and countersign its certificate.
 * Spec: docs/protocols.md#enrol. Messages: proto/enrol.proto.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { ProtocolError } from '../base/errors.ts'
import { shoal } from '../wire/messages.js'
import type { CallContext, Unary } from '../wire/unary.ts'
import { call, serve } from '../wire/unary.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Request, Response } = shoal.enrol.v1
const { Status } = Response
type Request = shoal.enrol.v1.Request
type Response = shoal.enrol.v1.Response

export const ENROL: Unary<Request, Response> = {
  id: '/shoal/enrol/1.0.0',
  request: Request,
  response: Response,
  requestBytesMax: 4_096,
  // Two bundles of at most 3 KiB.
  responseBytesMax: 8_192,
  timeoutMs: 10_000
}

const BUNDLE_BYTES_MAX = 3_072
const STREAMS_MAX = 2

export type EnrolAnswer =
  | {
      readonly status: 'ok'
      /** The newcomer's bundle with its admission. */
      readonly membership: Uint8Array
      /** The answerer's own bundle. */
      readonly coordinator: Uint8Array
    }
  | { readonly status: EnrolRefusal }

export type EnrolRefusal =
  | 'ticket_expired'
  | 'ticket_used_up'
  | 'ticket_revoked'
  | 'foreign_fleet'
  | 'name_taken'
  | 'refused'
  | 'busy'

const REFUSALS: ReadonlyMap<EnrolRefusal, shoal.enrol.v1.Response.Status> = new Map([
  ['ticket_expired', Status.STATUS_TICKET_EXPIRED],
  ['ticket_used_up', Status.STATUS_TICKET_USED_UP],
  ['ticket_revoked', Status.STATUS_TICKET_REVOKED],
  ['foreign_fleet', Status.STATUS_FOREIGN_FLEET],
  ['name_taken', Status.STATUS_NAME_TAKEN],
  ['refused', Status.STATUS_REFUSED],
  ['busy', Status.STATUS_BUSY]
])

/** What the rest of the program sees. */
export interface Enrol extends Startable {
  /** Asks the coordinator at the other end to enrol `membership`. Throws as `call` does. */
  enrol(connection: Connection, membership: Uint8Array, signal: AbortSignal): Promise<EnrolAnswer>
}

export interface EnrolInit {
  /** Judges and counts an enrolment; what it throws resets the stream. */
  answer(membership: Uint8Array, context: CallContext): Promise<EnrolAnswer>
}

/** The factory that libp2p calls. */
export function enrol(init: EnrolInit): (components: ProtocolComponents) => Enrol {
  return (components) => new EnrolService(components, init)
}

class EnrolService extends InboundService implements Enrol {
  readonly #init: EnrolInit

  constructor(components: ProtocolComponents, init: EnrolInit) {
    super(components, { id: ENROL.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    await serve(ENROL, stream, connection, signal, this.#answer)
  }

  async enrol(connection: Connection, membership: Uint8Array, signal: AbortSignal): Promise<EnrolAnswer> {
    const scoped = AbortSignal.any([signal, this.signal])
    const response = await call(ENROL, connection, scoped, Request.create({ membership }))
    checkBundle(response.membership)
    checkBundle(response.coordinator)
    if (response.status === Status.STATUS_OK) {
      return { status: 'ok', membership: response.membership, coordinator: response.coordinator }
    }
    const refusal = [...REFUSALS].find(([, status]) => status === response.status)
    if (refusal == null) throw new ProtocolError('enrol_status', `the answer has status ${response.status}`)
    return { status: refusal[0] }
  }

  readonly #answer = async (request: Request, context: CallContext): Promise<Response> => {
    checkBundle(request.membership)
    const answer = await this.#init.answer(request.membership, context)
    if (answer.status !== 'ok')
      return Response.create({ status: REFUSALS.get(answer.status) ?? Status.STATUS_REFUSED })
    const { membership, coordinator } = answer
    return Response.create({ status: Status.STATUS_OK, membership, coordinator })
  }
}

function checkBundle(bundle: Uint8Array): void {
  if (bundle.byteLength > BUNDLE_BYTES_MAX) {
    throw new ProtocolError('enrol_membership', `a membership bundle of ${bundle.byteLength} bytes`)
  }
}
