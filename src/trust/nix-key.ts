/** Nix's signatures over store paths: Ed25519 over the fingerprint, keys and signatures as `name:base64`. */

import { equalBytes } from '../base/bytes.ts'
import { InvalidError } from '../base/errors.ts'
import type { ManifestEntry } from '../model/release.ts'
import type { Random } from './keys.ts'
import {
  generateSeed,
  PUBLIC_KEY_BYTES,
  SEED_BYTES,
  SIGNATURE_BYTES,
  signingKey,
  systemRandom,
  verifySignature
} from './keys.ts'
import { encodeNixBase32 } from './nix-base32.ts'

/** What a signature covers. */
export type SignedPath = Pick<ManifestEntry, 'storePath' | 'narHash' | 'narSize' | 'references'>

const KEY_NAME = /^[A-Za-z0-9._-]{1,128}$/

/** A fresh key pair as Nix writes it. Throws InvalidError (`nix_key_invalid`) on a name that Nix cannot read. */
export function generateNixKey(
  name: string,
  random: Random = systemRandom
): { readonly secret: string; readonly public: string } {
  if (!KEY_NAME.test(name)) throw fault(`a key name is 1 to 128 of A-Z a-z 0-9 . _ -: ${name.slice(0, 80)}`)
  const seed = generateSeed(random)
  const { publicKey } = signingKey(seed)
  const secret = Buffer.concat([seed, publicKey]).toString('base64')
  return { secret: `${name}:${secret}`, public: `${name}:${publicKey.toBase64()}` }
}

/** The text that Nix signs; `references` are absolute, the path itself included where it refers to itself. */
export function nixFingerprint({ storePath, narHash, narSize, references }: SignedPath): string {
  const sorted = references.toSorted().join(',')
  return `1;${storePath};sha256:${encodeNixBase32(narHash)};${narSize};${sorted}`
}

/** The signature of a path, `name:base64`. Throws InvalidError (`nix_key_invalid`) on a bad secret key. */
export function signPath(secret: string, path: SignedPath): string {
  const parsed = parse(secret, SEED_BYTES + PUBLIC_KEY_BYTES)
  if (parsed == null) throw fault('not a Nix secret key')
  const key = signingKey(parsed.data.subarray(0, SEED_BYTES))
  if (!equalBytes(key.publicKey, parsed.data.subarray(SEED_BYTES))) throw fault('not a Nix secret key')
  return `${parsed.name}:${key.sign(Buffer.from(nixFingerprint(path))).toBase64()}`
}

/** True when at least one signature of the path is by one of the public keys. Never throws. */
export function verifyPath(
  publicKeys: readonly string[],
  path: SignedPath & Pick<ManifestEntry, 'signatures'>
): boolean {
  const message = Buffer.from(nixFingerprint(path))
  const keys = publicKeys.map((text) => parse(text, PUBLIC_KEY_BYTES))
  return path.signatures.some((text) => {
    const signature = parse(text, SIGNATURE_BYTES)
    // Two keys may have one name, as while one replaces the other.
    return keys.some(
      (key) =>
        signature != null &&
        key?.name === signature.name &&
        verifySignature(key.data, message, signature.data)
    )
  })
}

function parse(text: string, length: number): { name: string; data: Uint8Array } | undefined {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon))
  const data = new Uint8Array(Buffer.from(text.slice(colon + 1), 'base64'))
  const isExact = data.byteLength === length && data.toBase64() === text.slice(colon + 1)
  return KEY_NAME.test(name) && isExact ? { name, data } : undefined
}

function fault(why: string): InvalidError {
  return new InvalidError('nix_key_invalid', why)
}
