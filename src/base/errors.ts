/**
 * Errors this program raises on purpose. Anything else that is thrown is a bug.
 *
 * `code` is stable: it goes into logs, metrics, reports and the control API. `retryable` answers one
 * question: may the same call succeed later, unchanged? `hint` is the cure, for people.
 */
export interface ShoalErrorOptions {
  cause?: unknown
  retryable?: boolean
  hint?: string
}

export class ShoalError extends Error {
  override name = 'ShoalError'
  readonly code: string
  readonly retryable: boolean
  readonly hint: string | undefined

  constructor(code: string, message: string, options: ShoalErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.hint = options.hint
  }
}

/** The person asked wrongly: an unknown flag, a missing argument. */
export class UsageError extends ShoalError {
  override name = 'UsageError'
}

/** What was given is not valid: a ticket, a path, a closure, a selector, a configuration. */
export class InvalidError extends ShoalError {
  override name = 'InvalidError'
}

/** No path to a peer: dial, relay or answer failed in time. */
export class UnreachableError extends ShoalError {
  override name = 'UnreachableError'
}

/** A peer, a policy or this device understood and said no. */
export class RefusedError extends ShoalError {
  override name = 'RefusedError'
}

/** The remote peer sent something the protocol does not allow. */
export class ProtocolError extends ShoalError {
  override name = 'ProtocolError'
}

/** A hash or a signature is wrong: never use these bytes, never ask that provider for them again. */
export class IntegrityError extends ShoalError {
  override name = 'IntegrityError'
}

/** What was named does not exist: a device, a release, a rollout, a store path. */
export class NotFoundError extends ShoalError {
  override name = 'NotFoundError'
}

/** It exists already, or another process holds it. */
export class ConflictError extends ShoalError {
  override name = 'ConflictError'
}

/** No room: disk, ESP, quota. */
export class NoRoomError extends ShoalError {
  override name = 'NoRoomError'
}

/** A Nix command failed; `detail` holds its last lines. */
export class NixError extends ShoalError {
  override name = 'NixError'
  readonly detail: string

  constructor(code: string, message: string, detail: string, options: ShoalErrorOptions = {}) {
    super(code, message, options)
    this.detail = detail
  }
}

/** The `code` of any thrown value: our own code, a Node error code in lower case, or `unexpected`. */
export function errorCode(error: unknown): string {
  if (error instanceof ShoalError) return error.code
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout'
  if (error instanceof Error && error.name === 'AbortError') return 'aborted'
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code.toLowerCase() : 'unexpected'
}

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
