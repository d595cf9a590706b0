/** Fields that several documents share. Spec: docs/protocols.md section 1, Payloads. */

import { RefusedError } from '../base/errors.ts'
import type { Labels } from '../model/peer.ts'
import { checkLabels, checkName, ROLES } from '../model/peer.ts'
import { parseSelector } from '../model/selector.ts'
import type { Codec } from './codec.ts'
import { choice, documentFault, encode, refine, text, textMap, uint, unique } from './codec.ts'

/** A document from further ahead than this is not yet valid. */
export const CLOCK_SKEW_SECONDS = 600

/** The end of the year 9999: later times have no RFC 3339 form. */
const TIME_MAX = 253_402_300_799
const NIX_KEYS_COUNT_MAX = 64
/** So that two certificates with their tickets fit a membership bundle. */
const LABELS_BYTES_MAX = 384

/** Seconds since the epoch. */
export const time = uint(0, TIME_MAX)
export const name = text('a name', checkName)
export const role = choice('a role', ROLES)
export const selector = text('a selector', parseSelector)
export const ticketId = text('a ticket id', /^t-[a-z2-7]{20}$/)
export const nixKeys = unique(
  text('a Nix public key', /^[A-Za-z0-9._-]{1,128}:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/),
  0,
  NIX_KEYS_COUNT_MAX
)
export const labels: Codec<Labels> = refine(textMap, (value) => {
  checkLabels(value)
  if (encode(textMap.write(value)).byteLength > LABELS_BYTES_MAX) {
    throw documentFault(`labels of more than ${LABELS_BYTES_MAX} bytes`)
  }
})

interface Lifetime {
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
}

/** A document that expires after it was issued. */
export function lasting<T extends Lifetime>(codec: Codec<T>): Codec<T> {
  return refine(codec, ({ issued, expires }) => {
    if (expires <= issued) throw documentFault('it expires before it was issued')
  })
}

/**
 * Throws RefusedError (`document_not_yet`) for a document issued more than 10 min after `now`, and
 * (`document_expired`) from the second of its expiry on. All in seconds since the epoch.
 */
export function checkTimes(what: string, { issued, expires }: Lifetime, now: number): void {
  checkIssued(what, issued, now)
  if (expires <= now) throw new RefusedError('document_expired', `the ${what} has expired`)
}

/** The first half of `checkTimes`, for a document that does not expire. */
export function checkIssued(what: string, issued: number, now: number): void {
  if (issued <= now + CLOCK_SKEW_SECONDS) return
  throw new RefusedError('document_not_yet', `the ${what} is from the future`, {
    hint: 'compare the clocks of this machine and of the one that signed'
  })
}
