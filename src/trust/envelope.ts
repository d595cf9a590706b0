/** Payload and signatures. Spec: docs/protocols.md section 1, Envelope. */

import { createHash } from 'node:crypto'
import { compareBytes, equalBytes, toBase32 } from '../base/bytes.ts'
import { IntegrityError } from '../base/errors.ts'
import { bytes, documentFault, list, readDocument, refine, tuple, writeDocument } from './codec.ts'
import type { SigningKey } from './keys.ts'
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verifySignature } from './keys.ts'

export type DocumentType =
  | 'root'
  | 'ticket'
  | 'member'
  | 'admission'
  | 'release'
  | 'offer'
  | 'revocations'
  | 'addresses'

export interface Signature {
  readonly key: Uint8Array
  readonly signature: Uint8Array
}

/** A document as it came: nothing in it is verified before `requireSigners`. */
export interface Envelope {
  readonly payload: Uint8Array
  readonly signatures: readonly Signature[]
}

export const DOCUMENT_BYTES_MAX = 64 * 1024
export const RELEASE_BYTES_MAX = 1024 * 1024
export const SIGNATURES_COUNT_MAX = 16
const ID_LENGTH = 20

const ENVELOPE = tuple<Envelope>({
  payload: bytes(1, RELEASE_BYTES_MAX),
  signatures: refine(
    list(
      tuple<Signature>({ key: bytes(PUBLIC_KEY_BYTES), signature: bytes(SIGNATURE_BYTES) }),
      1,
      SIGNATURES_COUNT_MAX
    ),
    (signatures) => {
      signatures.reduce((before, after) => {
        if (compareBytes(before.key, after.key) >= 0) throw documentFault('signatures out of order')
        return after
      })
    }
  )
})

const bytesMax = (type: DocumentType): number => (type === 'release' ? RELEASE_BYTES_MAX : DOCUMENT_BYTES_MAX)

function signedBytes(type: DocumentType, fleet: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`shoal/${type}/v1\n${fleet}\n`), payload])
}

/**
 * The envelope of a payload, signed by each of 1 to 16 distinct keys.
 * Throws InvalidError (`document_invalid`) on another number, a key twice, or a document above its limit.
 */
export function seal(
  type: DocumentType,
  fleet: string,
  payload: Uint8Array,
  keys: readonly SigningKey[]
): Uint8Array {
  const message = signedBytes(type, fleet, payload)
  const signatures = keys
    .map((key) => ({ key: key.publicKey, signature: key.sign(message) }))
    .toSorted((a, b) => compareBytes(a.key, b.key))
  return writeDocument(ENVELOPE, { payload, signatures }, bytesMax(type))
}

/**
 * The same document with one more signature; unchanged when the key has signed it already.
 * Throws InvalidError (`document_invalid`) when it is no envelope or holds 16 signatures.
 */
export function addSignature(
  type: DocumentType,
  fleet: string,
  document: Uint8Array,
  key: SigningKey
): Uint8Array {
  const { payload, signatures } = openEnvelope(document, bytesMax(type))
  if (signatures.some((signature) => equalBytes(signature.key, key.publicKey))) return document
  const added = { key: key.publicKey, signature: key.sign(signedBytes(type, fleet, payload)) }
  const all = [...signatures, added].toSorted((a, b) => compareBytes(a.key, b.key))
  return writeDocument(ENVELOPE, { payload, signatures: all }, bytesMax(type))
}

/** Payload and signatures, not verified. Throws InvalidError (`document_invalid`). */
export function openEnvelope(document: Uint8Array, documentBytesMax = DOCUMENT_BYTES_MAX): Envelope {
  return readDocument(ENVELOPE, document, documentBytesMax)
}

/**
 * Throws IntegrityError (`document_signature`) unless every signature is right and `threshold` of them are
 * by distinct keys among `keys`. A wrong one beside enough right ones is refused too: bytes that were
 * changed on their way are never passed on.
 */
export function requireSigners(
  type: DocumentType,
  fleet: string,
  envelope: Envelope,
  keys: readonly Uint8Array[],
  threshold: number
): void {
  const message = signedBytes(type, fleet, envelope.payload)
  const counted = envelope.signatures.filter(({ key }) => keys.some((allowed) => equalBytes(allowed, key)))
  // The envelope's own format has each key once, so these are distinct.
  if (counted.length < Math.max(1, threshold)) {
    throw new IntegrityError('document_signature', `the ${type} lacks a signature of who may sign it`)
  }
  if (!envelope.signatures.every(({ key, signature }) => verifySignature(key, message, signature))) {
    throw new IntegrityError('document_signature', `a signature of the ${type} is wrong`)
  }
}

/** SHA-256 of a payload, 32 bytes. */
export function payloadDigest(payload: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(payload).digest())
}

/** The id that people see: `r-…` release, `o-…` offer, `t-…` ticket. */
export function documentId(letter: 'r' | 'o' | 't', payload: Uint8Array): string {
  return idOfDigest(letter, payloadDigest(payload))
}

/** The id of a document by the digest of its payload. */
export function idOfDigest(letter: 'r' | 'o' | 't', digest: Uint8Array): string {
  return `${letter}-${toBase32(digest).slice(0, ID_LENGTH)}`
}
