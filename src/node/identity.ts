/** The key of this machine in the mesh: made here, or taken from an SSH host key. */

import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { equalBytes } from '../base/bytes.ts'
import { ConflictError, errorCode, InvalidError, NotFoundError } from '../base/errors.ts'
import { generateSeed, SEED_BYTES } from '../trust/keys.ts'

export interface Identity {
  readonly privateKey: Ed25519PrivateKey
  /** Ed25519 seed, 32 bytes: secret. */
  readonly seed: Uint8Array
  /** libp2p peer ID. */
  readonly peer: string
}

const FILE = 'identity.key'
const TEXT = /^shoal-identity-ed25519:([A-Za-z0-9_-]{43})\n$/
/** An OpenSSH Ed25519 key takes about 400 bytes; whatever is much longer is something else. */
const SSH_FILE_BYTES_MAX = 16_384
const SSH_PEM =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/
const SSH_MAGIC = 'openssh-key-v1\0'

/**
 * Makes DIR/identity.key (mode 0600) with a fresh key, durably.
 * Throws ConflictError (`identity_exists`) when there is one already.
 */
export async function createIdentity(dir: string): Promise<Identity> {
  const seed = generateSeed()
  const identity = await identityOf(seed)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, FILE)
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (errorCode(error) !== 'eexist') throw error
    throw new ConflictError('identity_exists', `${path} exists already`, { cause: error })
  })
  try {
    await file.writeFile(identityText(seed))
    await file.sync()
  } finally {
    await file.close()
  }
  await syncDirectory(dir)
  return identity
}

/** What DIR/identity.key holds for a key. */
export const identityText = (seed: Uint8Array): string =>
  `shoal-identity-ed25519:${Buffer.from(seed).toString('base64url')}\n`

/**
 * Reads DIR/identity.key. Throws NotFoundError (`identity_missing`), InvalidError (`identity_invalid`;
 * `identity_exposed` when others than its owner may read it).
 */
export async function loadIdentity(dir: string): Promise<Identity> {
  const path = join(dir, FILE)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) !== 'enoent') throw error
    throw new NotFoundError('identity_missing', `${path} does not exist`, { cause: error })
  })
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new InvalidError('identity_exposed', `${path} can be read by others`, { hint: `chmod 600 ${path}` })
  }
  const encoded = TEXT.exec(text)?.[1]
  const seed = encoded == null ? undefined : Buffer.from(encoded, 'base64url')
  if (seed?.byteLength !== SEED_BYTES)
    throw new InvalidError('identity_invalid', `${path} is not an identity`)
  return await identityOf(seed)
}

/**
 * The identity in an OpenSSH private key file: Ed25519, without a passphrase.
 * Throws NotFoundError (`identity_missing`) and InvalidError (`identity_unsupported`) for everything else.
 */
export async function importSshKey(path: string): Promise<Identity> {
  const text = await readFile(path, 'latin1').catch((error: unknown) => {
    if (errorCode(error) !== 'enoent') throw error
    throw new NotFoundError('identity_missing', `${path} does not exist`, { cause: error })
  })
  const armour = text.length > SSH_FILE_BYTES_MAX ? undefined : SSH_PEM.exec(text)?.[1]
  const key = armour == null ? undefined : readSshKey(Buffer.from(armour, 'base64'))
  const identity = key == null ? undefined : await identityOf(key.seed)
  if (key == null || identity == null || !equalBytes(identity.privateKey.publicKey.raw, key.publicKey)) {
    throw new InvalidError('identity_unsupported', `${path} is not a plain Ed25519 key of OpenSSH`, {
      hint: 'take an Ed25519 host key without a passphrase, such as /etc/ssh/ssh_host_ed25519_key'
    })
  }
  return identity
}

/** PROTOCOL.key of OpenSSH; undefined for anything but one unencrypted Ed25519 key. */
function readSshKey(blob: Buffer): { seed: Uint8Array; publicKey: Uint8Array } | undefined {
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > blob.byteLength) throw new RangeError('the key is cut short')
    at += length
    return blob.subarray(at - length, at)
  }
  const number = (): number => take(4).readUInt32BE()
  const text = (): string => take(number()).toString('latin1')
  try {
    if (take(SSH_MAGIC.length).toString('latin1') !== SSH_MAGIC) return undefined
    if (text() !== 'none' || text() !== 'none' || text() !== '' || number() !== 1) return undefined
    text() // the public key, which stands inside the private part once more
    number()
    if (number() !== number() || text() !== 'ssh-ed25519') return undefined
    const publicKey = take(number())
    const secret = take(number())
    if (secret.byteLength !== 2 * SEED_BYTES) return undefined
    return { seed: Uint8Array.from(secret.subarray(0, SEED_BYTES)), publicKey }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

async function identityOf(seed: Uint8Array): Promise<Identity> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', seed)
  return { privateKey, seed, peer: peerIdFromPrivateKey(privateKey).toString() }
}

/** A new name is durable only once its directory is. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
