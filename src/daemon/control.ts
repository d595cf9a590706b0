/** The control API between CLI and node: in the same process, or over the Unix socket of a daemon (contract.md section 4). */

import * as errors from '../base/errors.ts'
import { errorCode, errorMessage, ShoalError } from '../base/errors.ts'
import type { ErrorView, PathNews } from '../model/control.ts'
import type { Pipe } from '../wire/pipe.ts'

/** Answers a method with one or more documents. */
export interface Control {
  call(method: string, body: unknown, signal: AbortSignal): AsyncIterable<unknown>
  /**
   * Opens a pipe to a device (`shell`, `forward`); `onPath` is told how it is carried, now and after each change. Afterwards
   * the signal ends it. Absent where nothing can be opened.
   */
  open?(method: string, body: unknown, signal: AbortSignal, onPath: (path: PathNews) => void): Promise<Pipe>
}

const CLASSES = [
  errors.UsageError,
  errors.InvalidError,
  errors.UnreachableError,
  errors.RefusedError,
  errors.ProtocolError,
  errors.IntegrityError,
  errors.NotFoundError,
  errors.ConflictError,
  errors.NoRoomError
]

/** An error as it crosses the socket. */
export function errorView(error: unknown): ErrorView {
  return {
    error: {
      kind: error instanceof Error ? error.name : 'Error',
      code: errorCode(error),
      message: errorMessage(error),
      hint: error instanceof ShoalError ? (error.hint ?? null) : null
    }
  }
}

/** The error that crossed, in its own class. */
export function errorOfView({ error }: ErrorView): Error {
  const options = error.hint == null ? {} : { hint: error.hint }
  const Class = CLASSES.find((each) => each.name === error.kind)
  if (Class != null) return new Class(error.code, error.message, options)
  if (error.kind === 'NixError') return new errors.NixError(error.code, error.message, '', options)
  if (error.kind === 'ShoalError') return new ShoalError(error.code, error.message, options)
  return Object.assign(new Error(error.message), { code: error.code })
}
