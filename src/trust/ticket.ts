/** A bounded right to enrol, and the text in which it travels. Spec: docs/protocols.md section 1. */

import { createHash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { InvalidError, ShoalError } from '../base/errors.ts'
import type { Labels, Role } from '../model/peer.ts'
import {
  bytes,
  document,
  documentFault,
  hex,
  list,
  readDocument,
  refine,
  text,
  tuple,
  uint,
  writeDocument
} from './codec.ts'
import { DOCUMENT_BYTES_MAX, documentId, openEnvelope, seal } from './envelope.ts'
import { labels, lasting, role, time } from './fields.ts'
import type { Random, SigningKey } from './keys.ts'
import { generateSeed, PUBLIC_KEY_BYTES, SEED_BYTES, signingKey, systemRandom } from './keys.ts'
import type { Root } from './root.ts'
import { openRoot, requireRole } from './root.ts'

export interface TicketTerms {
  readonly role: Role
  readonly labels: Labels
  /** How many newcomers it admits; 1 for a coordinator or an admin. */
  readonly uses: number
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
}

interface TicketDocument extends TicketTerms {
  /** 16 random bytes in hex. */
  readonly nonce: string
  /** The key that signs the newcomer's certificate. */
  readonly ticketKey: Uint8Array
}

export interface Ticket extends TicketDocument {
  /** `t-…` */
  readonly id: string
}

/** What a ticket text holds: all that a newcomer needs. */
export interface TicketText {
  readonly root: Uint8Array
  readonly ticket: Uint8Array
  /** The seed of the ticket's key. */
  readonly seed: Uint8Array
  /** Multiaddrs of the coordinators. */
  readonly addresses: readonly string[]
}

export interface DecodedTicket {
  /** The signed root as bytes. */
  readonly root: Uint8Array
  readonly fleet: string
  readonly rootDoc: Root
  /** The signed ticket as bytes. */
  readonly ticketBytes: Uint8Array
  readonly ticket: Ticket
  readonly seed: Uint8Array
  readonly addresses: readonly string[]
}

const NONCE_BYTES = 16
const USES_MAX = 1_000_000
const TEXT_PREFIX = 'shoal1'
const TEXT_LENGTH_MAX = 8 * 1024
const CHECKSUM_BYTES = 4
const ADDRESSES_COUNT_MAX = 16

const TICKET = lasting(
  refine(
    document<TicketDocument>({
      nonce: hex(NONCE_BYTES),
      ticketKey: bytes(PUBLIC_KEY_BYTES),
      role,
      labels,
      uses: uint(1, USES_MAX),
      issued: time,
      expires: time
    }),
    (ticket) => {
      if (ticket.role !== 'device' && ticket.uses !== 1)
        throw documentFault(`a ${ticket.role} ticket has one use`)
    }
  )
)

const TICKET_TEXT = tuple<TicketText>({
  root: bytes(1, TEXT_LENGTH_MAX),
  ticket: bytes(1, TEXT_LENGTH_MAX),
  seed: bytes(SEED_BYTES),
  addresses: list(text('a multiaddr', /^(?=.{1,256}$)(?:\/[!-.0-~]+)+$/), 0, ADDRESSES_COUNT_MAX)
})

/**
 * A ticket with a fresh key, signed by membership keys; `seed` is that of the ticket's key.
 * Throws InvalidError (`label_invalid`, `document_invalid`).
 */
export function createTicket(
  terms: TicketTerms,
  fleet: string,
  adminKeys: readonly SigningKey[],
  random: Random = systemRandom
): { readonly bytes: Uint8Array; readonly id: string; readonly seed: Uint8Array } {
  const seed = generateSeed(random)
  const nonce = random(NONCE_BYTES).toHex()
  const ticket = { ...terms, nonce, ticketKey: signingKey(seed).publicKey }
  const payload = writeDocument(TICKET, ticket, DOCUMENT_BYTES_MAX)
  return { bytes: seal('ticket', fleet, payload, adminKeys), id: documentId('t', payload), seed }
}

/**
 * A ticket signed by the fleet's membership keys. Times are not looked at.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`).
 */
export function openTicket(signed: Uint8Array, fleet: string, root: Root): Ticket {
  const envelope = openEnvelope(signed)
  requireRole('ticket', fleet, envelope, root, 'membership')
  const ticket = readDocument(TICKET, envelope.payload, DOCUMENT_BYTES_MAX)
  return { ...ticket, id: documentId('t', envelope.payload) }
}

/**
 * The line that people paste. Throws InvalidError (`ticket_invalid`) when an address is not a multiaddr or
 * the text would be longer than 8 KiB.
 */
export function encodeTicketText(ticket: TicketText): string {
  return withTicketFaults(() => {
    const content = writeDocument(TICKET_TEXT, ticket, TEXT_LENGTH_MAX)
    const all = Buffer.concat([content, checksum(content)])
    const line = TEXT_PREFIX + all.toString('base64url')
    if (line.length > TEXT_LENGTH_MAX) throw ticketFault(`it is longer than ${TEXT_LENGTH_MAX} characters`)
    return line
  })
}

/**
 * Reads and verifies a ticket text; white space around it does not matter. Times are not looked at.
 * Throws InvalidError (`ticket_invalid`) whatever is wrong with it.
 */
export function decodeTicketText(line: string): DecodedTicket {
  const trimmed = line.trim()
  if (trimmed.length > TEXT_LENGTH_MAX) throw ticketFault(`it is longer than ${TEXT_LENGTH_MAX} characters`)
  if (!trimmed.startsWith(TEXT_PREFIX)) throw ticketFault(`it does not begin with ${TEXT_PREFIX}`)
  const encoded = trimmed.slice(TEXT_PREFIX.length)
  const all = Buffer.from(encoded, 'base64url')
  // Buffer skips what is not base64url, so compare.
  if (all.toString('base64url') !== encoded) throw ticketFault('it is incomplete or holds strange characters')
  const content = all.subarray(0, Math.max(0, all.byteLength - CHECKSUM_BYTES))
  if (!equalBytes(checksum(content), all.subarray(content.byteLength))) {
    throw ticketFault('it is incomplete or was changed')
  }
  return withTicketFaults(() => {
    const { root, ticket: ticketBytes, seed, addresses } = readDocument(TICKET_TEXT, content, TEXT_LENGTH_MAX)
    const { root: rootDoc, fleet } = openRoot(root)
    const ticket = openTicket(ticketBytes, fleet, rootDoc)
    if (!equalBytes(signingKey(seed).publicKey, ticket.ticketKey)) throw ticketFault('its key is not its own')
    return { root, fleet, rootDoc, ticketBytes, ticket, seed, addresses }
  })
}

/** Nothing signs the addresses: this finds the slip of a hand, not an attacker, who could write any. */
function checksum(content: Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest().subarray(0, CHECKSUM_BYTES)
}

function ticketFault(why: string, cause?: unknown): InvalidError {
  return new InvalidError('ticket_invalid', `not a valid ticket: ${why}`, {
    cause,
    hint: 'copy the whole line that `shoal ticket` printed, or make a new ticket'
  })
}

function withTicketFaults<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code === 'ticket_invalid') throw error
    throw ticketFault(error.message, error)
  }
}
