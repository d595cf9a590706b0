/** The numbered list of what no longer counts. Spec: docs/protocols.md section 1. */

import { toHex } from '../base/bytes.ts'
import type { Member } from '../model/peer.ts'
import { bytes, document, hex, readDocument, uint, unique, writeDocument } from './codec.ts'
import { DOCUMENT_BYTES_MAX, openEnvelope, seal } from './envelope.ts'
import { ticketId, time } from './fields.ts'
import type { SigningKey } from './keys.ts'
import { PUBLIC_KEY_BYTES } from './keys.ts'
import type { Root } from './root.ts'
import { requireRole } from './root.ts'

export interface RevocationList {
  /** Rises with every list; 1 is the first. */
  readonly number: number
  /** Seconds since the epoch. */
  readonly issued: number
  /** Serials of certificates, 16 bytes in hex. */
  readonly serials: readonly string[]
  /**
   * Ids of tickets: nobody joins by them any more. Devices that a coordinator has admitted stay members; a
   * coordinator or an admin by such a ticket does not, since nobody countersigned it.
   */
  readonly tickets: readonly string[]
  /** Raw public keys of peers. */
  readonly keys: readonly Uint8Array[]
}

/** What verification asks of the newest list; number 0 stands for no list. */
export interface RevocationView {
  readonly number: number
  revokes(member: Pick<Member, 'serial' | 'ticket' | 'key' | 'role'>): boolean
}

export const SERIAL_BYTES = 16
const COUNT_MAX = 4096
/** What a protobuf uint32 holds: *hello* names the newest number. */
const NUMBER_MAX = 2 ** 32 - 1

const REVOCATIONS = document<RevocationList>({
  number: uint(1, NUMBER_MAX),
  issued: time,
  serials: unique(hex(SERIAL_BYTES), 0, COUNT_MAX),
  tickets: unique(ticketId, 0, COUNT_MAX),
  keys: unique(bytes(PUBLIC_KEY_BYTES), 0, COUNT_MAX)
})

/** A signed list. Throws InvalidError (`document_invalid`), above 64 KiB too. */
export function createRevocations(
  revocations: RevocationList,
  fleet: string,
  keys: readonly SigningKey[]
): Uint8Array {
  return seal('revocations', fleet, writeDocument(REVOCATIONS, revocations, DOCUMENT_BYTES_MAX), keys)
}

/**
 * A list signed by the fleet's revocation keys.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`).
 */
export function openRevocations(signed: Uint8Array, fleet: string, root: Root): RevocationList {
  const envelope = openEnvelope(signed)
  requireRole('revocations', fleet, envelope, root, 'revocation')
  return readDocument(REVOCATIONS, envelope.payload, DOCUMENT_BYTES_MAX)
}

/** The list as verification asks it. */
export function revocationView(revocations: RevocationList): RevocationView {
  const serials = new Set(revocations.serials)
  const tickets = new Set(revocations.tickets)
  const keys = new Set(revocations.keys.map(toHex))
  return {
    number: revocations.number,
    revokes: ({ serial, ticket, key, role }) =>
      serials.has(serial) || keys.has(toHex(key)) || (role !== 'device' && tickets.has(ticket))
  }
}
