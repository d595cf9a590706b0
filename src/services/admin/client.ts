/** How an admin's services ask a coordinator. */

import type { AnswerOf, Method, RequestOf } from '../../model/control.ts'

export interface AdminClient {
  /** One request, one document. Throws what the coordinator answered, UnreachableError, or ProtocolError. */
  call<M extends Method>(
    method: M,
    body: RequestOf<M>,
    data: Uint8Array | undefined,
    signal: AbortSignal
  ): Promise<AnswerOf<M>>
  /** One request, documents until the coordinator or the signal ends it. */
  follow<M extends Method>(method: M, body: RequestOf<M>, signal: AbortSignal): AsyncIterable<unknown>
}
