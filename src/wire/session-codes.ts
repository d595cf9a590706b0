/** Why a session ended, as it crosses the wire: docs/protocols.md, tunnel, lists the codes. */

import type { ShoalError } from '../base/errors.ts'
import { errorCode, ProtocolError, RefusedError, UnreachableError } from '../base/errors.ts'
import { QUOTA_HINT } from './bulk.ts'

const CODE = /^[a-z0-9_]{1,64}$/

/** Codes that say no; every other one says that something is gone or failed. */
const REFUSALS: Readonly<Record<string, string>> = {
  remote_shell_off: 'the device gives no shell',
  forward_refused: 'the device does not forward to that address',
  relay_quota: 'the quota of the relay is used up',
  session_busy: 'the device has too many sessions of ours',
  service_unknown: 'the device does not serve that',
  not_an_admin: 'only admins may do that',
  member_revoked: 'the membership was revoked',
  member_expired: 'the membership has expired'
}

const FAULTS: Readonly<Record<string, string>> = {
  session_lost: 'the session was lost: the other side no longer knows it',
  forward_failed: 'the device cannot connect to that address',
  command_missing: 'the device has no such command'
}

const HINTS: Readonly<Record<string, string>> = {
  remote_shell_off:
    "'\"remoteShell\": true' in the device's config.json allows it; its sshd is reached with ssh -o ProxyCommand='shoal ssh --stdio %h' root@DEVICE",
  relay_quota: QUOTA_HINT,
  forward_refused: "'forwardTo' in the device's config.json lists what is allowed"
}

/** The code under which the other side is told of an error. */
export function resetCode(error: unknown): string {
  const code = errorCode(error)
  return CODE.test(code) ? code : 'session_reset'
}

/** The error of a code that came from the other side. */
export function resetError(code: string): ShoalError {
  if (!CODE.test(code)) return new ProtocolError('session_reset', 'the other side ended the session')
  const hint = HINTS[code]
  const options = hint == null ? {} : { hint }
  const refusal = REFUSALS[code]
  if (refusal != null) return new RefusedError(code, refusal, options)
  return new UnreachableError(code, FAULTS[code] ?? `the other side ended the session: ${code}`, options)
}
