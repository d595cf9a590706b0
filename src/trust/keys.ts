/** Ed25519 over raw keys. Spec: docs/protocols.md section 1. */

import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import { InvalidError } from '../base/errors.ts'

/** Fresh random bytes; passed in where a document has to come out the same every time. */
export type Random = (length: number) => Uint8Array

/** Random bytes of the operating system. */
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length))

export const SEED_BYTES = 32
export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

/** PKCS #8 (RFC 8410) before the 32 bytes of an Ed25519 seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface SigningKey {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** A fresh Ed25519 seed, 32 bytes. */
export function generateSeed(random: Random = systemRandom): Uint8Array {
  return random(SEED_BYTES)
}

/** The key of a 32-byte seed. Throws InvalidError (`seed_invalid`) on another length. */
export function signingKey(seed: Uint8Array): SigningKey {
  if (seed.byteLength !== SEED_BYTES) {
    throw new InvalidError('seed_invalid', `a key seed has ${SEED_BYTES} bytes, not ${seed.byteLength}`)
  }
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'raw-public' }))
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) }
}

/** True when the signature is the key's over the message; false on anything malformed, never an error. */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== PUBLIC_KEY_BYTES || signature.byteLength !== SIGNATURE_BYTES) return false
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey),
      format: 'raw-public',
      asymmetricKeyType: 'ed25519'
    })
    return verify(null, message, key, signature)
  } catch {
    return false
  }
}
