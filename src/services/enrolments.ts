/** How a coordinator takes newcomers: what membership hands to its state. */

import type { Member } from '../model/peer.ts'
import type { SigningKey } from '../trust/keys.ts'

/** A newcomer that verified against its ticket, for the coordinator's state. */
export interface Newcomer {
  readonly ticket: {
    readonly id: string
    readonly bytes: Uint8Array
    readonly role: Member['role']
    readonly labels: Member['labels']
    readonly uses: number
    readonly expires: number
  }
  readonly member: Member
  /** SHA-256 of the certificate's payload. */
  readonly memberDigest: Uint8Array
  /** Makes the bundle with our admission. */
  readonly admit: () => Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What makes a member a coordinator. */
export interface Enrolments {
  /** Our identity's key, which countersigns. */
  readonly key: SigningKey
  /**
   * Counts the use and stores the member in one transaction; gives the stored bundle. Throws RefusedError
   * (`ticket_revoked`, `ticket_expired`, `ticket_used_up`, `name_taken`, …).
   */
  enrol(newcomer: Newcomer): Promise<{ readonly bundle: Uint8Array }>
}
