/** Where coordinators are reached, in an admin's word that any member passes on. Spec: docs/protocols.md section 1. */

import { document, documentFault, readDocument, text, uint, unique, writeDocument } from './codec.ts'
import { openEnvelope, seal } from './envelope.ts'
import { time } from './fields.ts'
import type { SigningKey } from './keys.ts'
import type { Root } from './root.ts'
import { requireRole } from './root.ts'

export interface AddressRecord {
  /** Rises with every record; 1 is the first. */
  readonly number: number
  /** Seconds since the epoch. */
  readonly issued: number
  /** Multiaddrs, each with the peer ID of its coordinator at the end. */
  readonly coordinators: readonly string[]
}

/** With 16 signatures it fits an answer of *hello* beside a revocation list. */
export const ADDRESS_RECORD_BYTES_MAX = 4 * 1024
export const ADDRESSES_COUNT_MAX = 16
/** What a protobuf uint32 holds: *hello* names the newest number. */
const NUMBER_MAX = 2 ** 32 - 1

const address = text('a multiaddr of a peer', /^(?=.{1,256}$)(?:\/[!-.0-~]+)+\/p2p\/[1-9A-HJ-NP-Za-km-z]+$/)

const ADDRESSES = document<AddressRecord>({
  number: uint(1, NUMBER_MAX),
  issued: time,
  coordinators: unique(address, 1, ADDRESSES_COUNT_MAX)
})

/** A signed record. Throws InvalidError (`document_invalid`), above 4 KiB too. */
export function createAddressRecord(
  record: AddressRecord,
  fleet: string,
  keys: readonly SigningKey[]
): Uint8Array {
  const signed = seal('addresses', fleet, writeDocument(ADDRESSES, record, ADDRESS_RECORD_BYTES_MAX), keys)
  if (signed.byteLength > ADDRESS_RECORD_BYTES_MAX) throw documentFault('a record of more than 4 KiB')
  return signed
}

/**
 * A record signed by the fleet's membership keys, which sign the tickets that name coordinators as well.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`).
 */
export function openAddressRecord(signed: Uint8Array, fleet: string, root: Root): AddressRecord {
  const envelope = openEnvelope(signed, ADDRESS_RECORD_BYTES_MAX)
  requireRole('addresses', fleet, envelope, root, 'membership')
  return readDocument(ADDRESSES, envelope.payload, ADDRESS_RECORD_BYTES_MAX)
}
