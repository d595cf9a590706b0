/** The one place that sets the exit code (contract.md section 1). */

import {
  ConflictError,
  errorCode,
  IntegrityError,
  InvalidError,
  NoRoomError,
  NotFoundError,
  RefusedError,
  ShoalError,
  UnreachableError,
  UsageError
} from '../base/errors.ts'
import type { Outcome } from '../model/activation.ts'
import type { RolloutView } from '../model/control.ts'

export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  notFound: 5,
  conflict: 6,
  invalid: 7,
  noRoom: 8,
  rolledBack: 10,
  failed: 11,
  degraded: 12,
  unfinished: 13,
  halted: 14
} as const

/** Codes whose class says another thing than their meaning for a person. */
const BY_CODE: Readonly<Record<string, number>> = {
  // The closure that was given is damaged: nothing refused it.
  store_path_corrupt: EXIT.invalid,
  nar_changed: EXIT.invalid,
  name_taken: EXIT.conflict,
  command_missing: EXIT.invalid,
  timeout: EXIT.unreachable,
  keys_invalid: EXIT.invalid,
  // What Nix could not read or build was given to it; what it printed stands in the message.
  nix_query_failed: EXIT.invalid
}

/** What the operating system refuses is no bug of this program's. */
const BY_SYSTEM_CODE: Readonly<Record<string, number>> = {
  eacces: EXIT.refused,
  eperm: EXIT.refused,
  erofs: EXIT.refused,
  enospc: EXIT.noRoom,
  edquot: EXIT.noRoom,
  enotdir: EXIT.invalid,
  eisdir: EXIT.invalid,
  enametoolong: EXIT.invalid,
  eaddrinuse: EXIT.conflict,
  eaddrnotavail: EXIT.invalid
}

const BY_CLASS: readonly (readonly [new (...args: never[]) => Error, number])[] = [
  [UsageError, EXIT.usage],
  [InvalidError, EXIT.invalid],
  [UnreachableError, EXIT.unreachable],
  [RefusedError, EXIT.refused],
  [IntegrityError, EXIT.refused],
  [NotFoundError, EXIT.notFound],
  [ConflictError, EXIT.conflict],
  [NoRoomError, EXIT.noRoom]
]

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Error && error.name === 'TimeoutError') return EXIT.unreachable
  if (!(error instanceof ShoalError)) return BY_SYSTEM_CODE[errorCode(error)] ?? EXIT.unexpected
  return BY_CODE[error.code] ?? BY_CLASS.find(([Class]) => error instanceof Class)?.[1] ?? EXIT.unexpected
}

const BY_OUTCOME: Readonly<Record<Outcome, number>> = {
  failed: EXIT.failed,
  'rolled-back': EXIT.rolledBack,
  degraded: EXIT.degraded,
  deferred: EXIT.unfinished,
  superseded: EXIT.unfinished,
  committed: EXIT.ok
}

/** Of several, the first that applies. */
const ORDER: readonly number[] = [
  EXIT.halted,
  EXIT.failed,
  EXIT.rolledBack,
  EXIT.degraded,
  EXIT.unfinished,
  EXIT.ok
]

/** The exit code of a rollout as it stands when the wait for it ends. */
export function exitCodeOfRollout(view: Pick<RolloutView, 'outcome' | 'devices'>): number {
  const isHalted = view.outcome === 'aborted' || view.outcome === 'halted' || view.outcome === 'paused'
  const codes = new Set(
    view.devices.map(({ outcome }) => (outcome == null ? EXIT.unfinished : BY_OUTCOME[outcome]))
  )
  if (isHalted) codes.add(EXIT.halted)
  return ORDER.find((code) => codes.has(code)) ?? EXIT.ok
}
