/** Who gets which release, how and until when. Spec: docs/protocols.md section 1. */

import { RefusedError } from '../base/errors.ts'
import type { Offer } from '../model/offer.ts'
import { ACTIONS, OFFER_KINDS } from '../model/offer.ts'
import { bool, bytes, document, index, readDocument, uint, writeDocument } from './codec.ts'
import { DOCUMENT_BYTES_MAX, documentId, openEnvelope, payloadDigest, seal } from './envelope.ts'
import { checkTimes, lasting, selector, time } from './fields.ts'
import type { SigningKey } from './keys.ts'
import type { Root } from './root.ts'
import { requireRole } from './root.ts'

export interface OpenOffer {
  readonly offer: Offer
  /** `o-…`, which is the rollout id. */
  readonly id: string
  /** SHA-256 of the payload. */
  readonly digest: Uint8Array
}

const DIGEST_BYTES = 32
const PARALLEL_MAX = 1_000_000

const OFFER = lasting(
  document<Offer>({
    counter: uint(1),
    kind: index('a kind of offer', OFFER_KINDS),
    action: index('an action', ACTIONS),
    release: bytes(DIGEST_BYTES),
    selector,
    issued: time,
    expires: time,
    parallel: uint(0, PARALLEL_MAX),
    again: bool
  })
)

/** A signed offer. Throws InvalidError (`selector_invalid`, `document_invalid`). */
export function createOffer(
  offer: Offer,
  fleet: string,
  keys: readonly SigningKey[]
): { readonly bytes: Uint8Array; readonly id: string; readonly digest: Uint8Array } {
  const payload = writeDocument(OFFER, offer, DOCUMENT_BYTES_MAX)
  const signed = seal('offer', fleet, payload, keys)
  return { bytes: signed, id: documentId('o', payload), digest: payloadDigest(payload) }
}

/**
 * An offer signed by the fleet's offer keys, one of kind rollback by its rollback keys; with `now`
 * (seconds) its times and root's are checked.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`), RefusedError
 * (`document_expired`, `document_not_yet`; `offer_proof` where root demands a log proof, as an offer of
 * this format carries none).
 */
export function openOffer(signed: Uint8Array, fleet: string, root: Root, now?: number): OpenOffer {
  const envelope = openEnvelope(signed)
  const offer = readDocument(OFFER, envelope.payload, DOCUMENT_BYTES_MAX)
  requireRole('offer', fleet, envelope, root, offer.kind === 'rollback' ? 'rollback' : 'offer')
  if (root.offerProof)
    throw new RefusedError('offer_proof', 'the offer carries no proof that it is in the log')
  if (now != null) {
    checkTimes('root', root, now)
    checkTimes('offer', offer, now)
  }
  return { offer, id: documentId('o', envelope.payload), digest: payloadDigest(envelope.payload) }
}
