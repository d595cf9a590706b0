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

/** Codes whose class their ending does not tell. */
const CLASSES: Record<string, ErrorClass> = {
  chunk_digest: IntegrityError,
  document_invalid: InvalidError,
  document_signature: IntegrityError,
  disk_full: NoRoomError,
  manifest_root: IntegrityError,
  offer_counter: ConflictError,
  quota: NoRoomError,
  release_counter: ConflictError,
  revocations_old: ConflictError,
  unexpected: ShoalError
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
  const ending = ENDINGS.find(([suffix]) => code.endsWith(suffix))
  const known = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined
  const Class = known ?? ending?.[1] ?? RefusedError
  return new Class(code, `the coordinator says ${code.replaceAll('_', ' ')}`)
}
