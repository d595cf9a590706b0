/** Refusals of hello and enrol between error codes and statuses of the wire. */

import { ConflictError, IntegrityError, InvalidError, RefusedError, ShoalError } from '../base/errors.ts'
import type { EnrolRefusal } from '../protocols/enrol.ts'
import type { HelloRefusal } from '../protocols/hello.ts'

/** What a greeter is told. Throws what is our own fault, so that it is not blamed on the peer. */
export function helloRefusal(error: unknown): HelloRefusal {
  if (error instanceof InvalidError || error instanceof IntegrityError) return 'refused'
  if (!(error instanceof RefusedError)) throw error
  switch (error.code) {
    case 'member_revoked':
      return 'revoked'
    case 'document_expired':
      return 'expired'
    case 'document_foreign':
      return 'foreign_fleet'
    default:
      return 'refused'
  }
}

/** What a newcomer is told; undefined for what is our own fault. */
export function enrolRefusal(error: unknown): EnrolRefusal | undefined {
  if (error instanceof InvalidError || error instanceof IntegrityError) return 'refused'
  if (!(error instanceof RefusedError) && !(error instanceof ConflictError)) return undefined
  if (error.retryable) return 'busy'
  switch (error.code) {
    case 'ticket_expired':
    case 'ticket_used_up':
    case 'ticket_revoked':
    case 'name_taken':
      return error.code
    case 'document_foreign':
      return 'foreign_fleet'
    default:
      return 'refused'
  }
}

/** What the refused side throws. */
export function helloError(status: HelloRefusal | EnrolRefusal): ShoalError {
  switch (status) {
    case 'revoked':
      return new RefusedError('member_revoked', 'this membership has been revoked')
    case 'expired':
      return new RefusedError('document_expired', 'this membership has expired', {
        hint: 'join again with a new ticket, and look at the clock of both machines'
      })
    case 'foreign_fleet':
      return new RefusedError('document_foreign', 'that address belongs to another fleet', {
        hint: 'the ticket names the wrong address, or is from another fleet'
      })
    case 'ticket_expired':
    case 'ticket_used_up':
    case 'ticket_revoked':
      return new RefusedError(
        status,
        `the ticket is ${status.slice('ticket_'.length).replaceAll('_', ' ')}`,
        {
          hint: "ask for a new ticket ('shoal ticket')"
        }
      )
    case 'name_taken':
      return new ConflictError('name_taken', 'another member has this name', {
        hint: "choose another one with 'shoal join TICKET --name NAME'"
      })
    case 'busy':
      return new RefusedError('enrol_busy', 'the coordinator is busy', { retryable: true })
    default:
      return new RefusedError('member_refused', 'the peer does not take this membership', {
        hint: "the ticket may be of another fleet: ask an admin of this one for a ticket ('shoal ticket')"
      })
  }
}
