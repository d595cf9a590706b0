/** Errors that cross as their code come back in the class that the caller's reaction depends on. */

import type { ShoalErrorOptions } from '../base/errors.ts'
import {
  ConflictError,
  IntegrityError,
  InvalidError,
  NoRoomError,
  NotFoundError,
  RefusedError,
  ShoalError,
  UnreachableError
} from '../base/errors.ts'

type ErrorClass = new (code: string, message: string, options?: ShoalErrorOptions) => ShoalError

/** Only the code crosses; what it says to a person, and what helps, is told on this side. */
const KNOWN: Record<string, readonly [ErrorClass, message?: string, hint?: string]> = {
  canary_too_large: [
    InvalidError,
    'the canary is larger than the number of devices that match',
    'choose fewer canaries or a wider selector'
  ],
  chunk_digest: [IntegrityError, 'a chunk arrived damaged', 'publish again'],
  content_missing: [
    InvalidError,
    'part of the content has not arrived',
    'publish again: only what is missing is sent'
  ],
  device_not_found: [NotFoundError, 'there is no device of this name', "'shoal status' lists the devices"],
  disk_full: [NoRoomError, "the coordinator's disk is full", 'free space there, then publish again'],
  document_expired: [
    RefusedError,
    'the document has expired for the coordinator',
    'look at the clock of both machines'
  ],
  document_invalid: [InvalidError],
  document_signature: [IntegrityError, 'the coordinator found no valid signature of this fleet'],
  manifest_missing: [
    NotFoundError,
    'the content of the release is no longer kept on the coordinator',
    'publish it again: only what is missing is sent'
  ],
  manifest_root: [IntegrityError],
  member_not_found: [NotFoundError, 'there is no member of this name', "'shoal status' lists the devices"],
  no_room: [
    NoRoomError,
    'the coordinator has no room for more content',
    'free its disk, or raise contentBytesMax in its config.json'
  ],
  offer_counter: [ConflictError, 'another offer came in between', 'start the rollout again'],
  plan_late: [
    InvalidError,
    'the offer would have expired before the rollout begins',
    'choose an earlier --at'
  ],
  quota: [
    NoRoomError,
    "the coordinator's content has reached its limit",
    'raise contentBytesMax in its config.json'
  ],
  release_ambiguous: [InvalidError, 'several releases are called so', 'name the release by its id (r-…)'],
  release_counter: [ConflictError, 'another release came in between', 'publish again'],
  release_exists: [
    ConflictError,
    'the channel has a release of this version already',
    'name another version: --as VERSION'
  ],
  release_not_found: [
    NotFoundError,
    'there is no such release',
    "'shoal publish PATH' makes one; a release is named by its id, its version or a toplevel"
  ],
  revocations_old: [ConflictError, 'another revocation came in between', 'revoke again'],
  rollout_ended: [ConflictError, 'the rollout has ended already', "'shoal rollout show ID' shows how"],
  rollout_halted: [ConflictError, 'the rollout is halted', "'shoal rollout resume ID' or 'abort ID' decides"],
  rollout_not_found: [NotFoundError, 'there is no such rollout', "'shoal rollout list' lists them"],
  selector_empty: [
    NotFoundError,
    'no device matches the selector',
    "'shoal status' lists the devices; '*' is all of them"
  ],
  selector_invalid: [
    InvalidError,
    'the selector cannot be read',
    "a name, a glob ('lyon-*'), key=value or @tag; ! is not, & and, a comma or"
  ],
  subject_not_found: [
    NotFoundError,
    'no device and no rollout is called so',
    "'shoal status' lists the devices, 'shoal rollout list' the rollouts"
  ],
  target_ambiguous: [
    InvalidError,
    'several targets of the release are for this device',
    'a device must match one: publish it with targets that do not overlap'
  ],
  target_none: [
    NotFoundError,
    'the release has no target for this device',
    "'shoal device NAME' shows its name and labels; publish a target that matches them"
  ],
  target_system: [
    InvalidError,
    "the release's target for this device is for another system",
    "'shoal device NAME' shows its system; publish one that was built for it"
  ],
  unexpected: [ShoalError, 'the coordinator failed unexpectedly', 'its log says more']
}
const ENDINGS: readonly (readonly [string, ErrorClass])[] = [
  ['_invalid', InvalidError],
  ['_missing', NotFoundError],
  ['_unknown', NotFoundError],
  ['_not_found', NotFoundError],
  ['_exists', ConflictError],
  ['_unreachable', UnreachableError]
]

/** The error for a code that a coordinator sent; RefusedError when nothing says otherwise. */
export function errorOf(code: string): ShoalError {
  const [known, message, hint] = (Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined) ?? []
  const Class = known ?? ENDINGS.find(([suffix]) => code.endsWith(suffix))?.[1] ?? RefusedError
  return new Class(
    code,
    message ?? `the coordinator says ${code.replaceAll('_', ' ')}`,
    hint == null ? {} : { hint }
  )
}
