/** Certificates of members, and the bundle that proves one. Spec: docs/protocols.md section 1. */

import { equalBytes } from '../base/bytes.ts'
import { IntegrityError, RefusedError } from '../base/errors.ts'
import type { Labels, Member, Role } from '../model/peer.ts'
import { bytes, document, documentFault, hex, readDocument, text, tuple, writeDocument } from './codec.ts'
import { DOCUMENT_BYTES_MAX, openEnvelope, payloadDigest, requireSigners, seal } from './envelope.ts'
import { checkIssued, checkTimes, labels, lasting, name, role, ticketId, time } from './fields.ts'
import type { Random, SigningKey } from './keys.ts'
import { PUBLIC_KEY_BYTES, systemRandom } from './keys.ts'
import { peerIdOfKey } from './peer-id.ts'
import type { RevocationView } from './revocations.ts'
import { SERIAL_BYTES } from './revocations.ts'
import type { Root } from './root.ts'
import { requireRole } from './root.ts'
import type { Ticket } from './ticket.ts'
import { openTicket } from './ticket.ts'

export interface MemberTerms {
  /** Raw Ed25519 public key of the peer, 32 bytes. */
  readonly peerKey: Uint8Array
  readonly name: string
  readonly role: Role
  readonly labels: Labels
  /** Seconds since the epoch; within the ticket's life. */
  readonly issued: number
  readonly expires: number
  /** Id of the ticket; empty for the fleet's first admin. */
  readonly ticket: string
}

interface MemberDocument extends MemberTerms {
  readonly serial: string
}

interface AdmissionDocument {
  readonly member: Uint8Array
  readonly issued: number
  readonly coordinator: Uint8Array
}

/** Signed documents as bytes, empty where there is none. */
export interface Bundle {
  readonly member: Uint8Array
  readonly ticket: Uint8Array
  readonly admission: Uint8Array
  /** The bundle of the coordinator that admitted a device. */
  readonly coordinator: Uint8Array
}

export interface VerifyOptions {
  readonly fleet: string
  readonly root: Root
  /** Seconds since the epoch. */
  readonly now: number
  /** The raw key that the connection authenticated, where there is a connection. */
  readonly peerKey?: Uint8Array
  readonly revocations?: RevocationView
  /**
   * Asked last, for the ticket of a coordinator or an admin: true when this is the first peer key seen for
   * it (which is pinned now) or the pinned one.
   */
  readonly pinned?: (ticketId: string, peerKey: Uint8Array) => boolean
}

export interface VerifiedMember {
  readonly member: Member
  /** False for a device that no coordinator has countersigned yet. */
  readonly admitted: boolean
  /** The coordinator that countersigned a device. */
  readonly coordinator?: Member
  /** The ticket that the member came with: what enrolment counts. */
  readonly ticket?: Ticket
}

export const BUNDLE_BYTES_MAX = 3 * 1024
/** A year and a leap day: a ticket does not say how long the certificates from it last. */
export const MEMBER_SECONDS_MAX = 366 * 24 * 3600
const DIGEST_BYTES = 32

const MEMBER = lasting(
  document<MemberDocument>({
    serial: hex(SERIAL_BYTES),
    peerKey: bytes(PUBLIC_KEY_BYTES),
    name,
    role,
    labels,
    issued: time,
    expires: time,
    ticket: text('a ticket id or nothing', (id) => id === '' || ticketId.read(id) === id)
  })
)

const ADMISSION = document<AdmissionDocument>({
  member: bytes(DIGEST_BYTES),
  issued: time,
  coordinator: bytes(PUBLIC_KEY_BYTES)
})

const BUNDLE = tuple<Bundle>({
  member: bytes(1, BUNDLE_BYTES_MAX),
  ticket: bytes(0, BUNDLE_BYTES_MAX),
  admission: bytes(0, BUNDLE_BYTES_MAX),
  coordinator: bytes(0, BUNDLE_BYTES_MAX)
})

/** When a bundle's certificate was issued, in seconds; nothing is verified. Throws InvalidError (`document_invalid`). */
export function issuedOf(bundle: Uint8Array): number {
  const { payload } = openEnvelope(decodeBundle(bundle).member)
  return readDocument(MEMBER, payload, DOCUMENT_BYTES_MAX).issued
}

/**
 * A certificate with a fresh serial, signed by the ticket's key or, for a first admin, by membership keys.
 * Throws InvalidError (`name_invalid`, `label_invalid`, `document_invalid`).
 */
export function createMember(
  terms: MemberTerms,
  fleet: string,
  keys: readonly SigningKey[],
  random: Random = systemRandom
): { readonly bytes: Uint8Array; readonly serial: string } {
  const serial = random(SERIAL_BYTES).toHex()
  const payload = writeDocument(MEMBER, { ...terms, serial }, DOCUMENT_BYTES_MAX)
  return { bytes: seal('member', fleet, payload, keys), serial }
}

/**
 * A coordinator's word, signed by its identity key, that it admitted the member of this signed certificate.
 * Throws InvalidError (`document_invalid`).
 */
export function createAdmission(
  admission: { readonly member: Uint8Array; readonly issued: number },
  fleet: string,
  coordinator: SigningKey
): Uint8Array {
  const member = payloadDigest(openEnvelope(admission.member).payload)
  const content = { member, issued: admission.issued, coordinator: coordinator.publicKey }
  return seal('admission', fleet, writeDocument(ADMISSION, content, DOCUMENT_BYTES_MAX), [coordinator])
}

/** The bundle's bytes. Throws InvalidError (`document_invalid`) above 3 KiB. */
export function encodeBundle(bundle: Bundle): Uint8Array {
  return writeDocument(BUNDLE, bundle, BUNDLE_BYTES_MAX)
}

/** The documents of a bundle, not verified. Throws InvalidError (`document_invalid`). */
export function decodeBundle(bundle: Uint8Array): Bundle {
  return readDocument(BUNDLE, bundle, BUNDLE_BYTES_MAX)
}

/**
 * Who a bundle proves its bearer to be.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`), RefusedError
 * (`document_expired`, `document_not_yet`, `member_ticket`, `member_key`, `member_revoked`, `ticket_pinned`).
 */
export function verifyBundle(bundle: Uint8Array, options: VerifyOptions): VerifiedMember {
  const { fleet, root, now, peerKey, revocations, pinned } = options
  const parts = decodeBundle(bundle)
  const envelope = openEnvelope(parts.member)
  const certificate = readDocument(MEMBER, envelope.payload, DOCUMENT_BYTES_MAX)
  const ticket = parts.ticket.byteLength > 0 ? openTicket(parts.ticket, fleet, root) : undefined
  if (ticket != null) requireSigners('member', fleet, envelope, [ticket.ticketKey], 1)
  else requireRole('member', fleet, envelope, root, 'membership')
  checkTicket(certificate, ticket)
  if (peerKey != null && !equalBytes(peerKey, certificate.peerKey)) {
    throw new RefusedError('member_key', "the certificate is another peer's")
  }
  checkTimes('root', root, now)
  checkTimes('certificate', certificate, now)
  const member = toMember(certificate)
  if (revocations?.revokes(member) === true) {
    throw new RefusedError('member_revoked', `the membership of ${member.name} has been revoked`)
  }
  const coordinator = verifyAdmission(parts, payloadDigest(envelope.payload), member, options)
  if (ticket != null && ticket.role !== 'device' && pinned?.(ticket.id, member.key) === false) {
    throw new RefusedError('ticket_pinned', `another peer has come with the ticket of ${member.name} before`)
  }
  return {
    member,
    admitted: member.role !== 'device' || coordinator != null,
    ...(coordinator != null && { coordinator }),
    ...(ticket != null && { ticket })
  }
}

/** What the ticket allows: its role and labels, within its life, for at most a year; without one only an admin. */
function checkTicket(certificate: MemberDocument, ticket: Ticket | undefined): void {
  if (certificate.ticket !== (ticket?.id ?? '')) throw ticketFault('names another ticket')
  if (ticket == null) {
    if (certificate.role !== 'admin') throw ticketFault(`makes a ${certificate.role} without a ticket`)
    return
  }
  if (certificate.role !== ticket.role) throw ticketFault('has another role than its ticket')
  if (!equalLabels(certificate.labels, ticket.labels)) throw ticketFault('has other labels than its ticket')
  if (certificate.issued < ticket.issued || certificate.issued > ticket.expires) {
    throw ticketFault("is from outside its ticket's life")
  }
  if (certificate.expires - certificate.issued > MEMBER_SECONDS_MAX)
    throw ticketFault('lasts longer than a year')
}

function ticketFault(why: string): RefusedError {
  return new RefusedError('member_ticket', `the certificate ${why}`)
}

function equalLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  )
}

/**
 * The coordinator that countersigned a device, undefined where none has. Its certificate must have been
 * valid when it signed: a device stays a member when its coordinator is replaced. A revoked one counts no more.
 */
function verifyAdmission(
  parts: Bundle,
  memberDigest: Uint8Array,
  member: Member,
  options: VerifyOptions
): Member | undefined {
  const { peerKey: _, ...rest } = options
  if (parts.admission.byteLength === 0 && parts.coordinator.byteLength === 0) return undefined
  if (member.role !== 'device') throw documentFault(`an admission in the bundle of a ${member.role}`)
  const envelope = openEnvelope(parts.admission)
  const admission = readDocument(ADMISSION, envelope.payload, DOCUMENT_BYTES_MAX)
  checkIssued('admission', admission.issued, options.now)
  requireSigners('admission', options.fleet, envelope, [admission.coordinator], 1)
  const { member: coordinator } = verifyBundle(parts.coordinator, { ...rest, now: admission.issued })
  const belongs =
    equalBytes(admission.coordinator, coordinator.key) && equalBytes(admission.member, memberDigest)
  if (coordinator.role !== 'coordinator' || !belongs) {
    throw new IntegrityError('document_signature', 'the admission is not a coordinator’s word on this member')
  }
  return coordinator
}

function toMember(certificate: MemberDocument): Member {
  const { peerKey: key, ...rest } = certificate
  return { peer: peerIdOfKey(key), key, ...rest }
}
