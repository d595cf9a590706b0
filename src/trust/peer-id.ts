/** libp2p peer IDs of Ed25519 keys: base58btc of the identity multihash of the protobuf public key. */

import { InvalidError } from '../base/errors.ts'
import { PUBLIC_KEY_BYTES } from './keys.ts'

/** Multihash code identity, 36 bytes; then the fields key type Ed25519 and data of 32 bytes. */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
const PEER_ID_LENGTH = 52
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The peer ID (`12D3KooW…`) of a raw Ed25519 public key of 32 bytes. */
export function peerIdOfKey(key: Uint8Array): string {
  let number = BigInt(`0x${PREFIX.toHex()}${key.toHex()}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET.charAt(Number(number % 58n)) + text
  // The one leading zero byte.
  return `1${text}`
}

/** The raw public key in a peer ID. Throws InvalidError (`peer_id_invalid`) unless it is an Ed25519 one. */
export function keyOfPeerId(text: string): Uint8Array {
  const digits =
    text.length === PEER_ID_LENGTH ? Array.from(text, (character) => ALPHABET.indexOf(character)) : []
  const number = digits.reduce((sum, digit) => sum * 58n + BigInt(digit), 0n)
  const low = BigInt.asUintN(8 * PUBLIC_KEY_BYTES, number)
  const key = Uint8Array.fromHex(low.toString(16).padStart(2 * PUBLIC_KEY_BYTES, '0'))
  // Writing it again is the whole check: of the alphabet, the prefix and the length.
  if (peerIdOfKey(key) !== text) {
    throw new InvalidError('peer_id_invalid', `not a peer ID: ${JSON.stringify(text.slice(0, 80))}`)
  }
  return key
}
