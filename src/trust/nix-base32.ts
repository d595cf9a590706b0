/** Nix's own base32: another alphabet than RFC 4648, and the bits from the last byte on. */

import { InvalidError } from '../base/errors.ts'

const ALPHABET = '0123456789abcdfghijklmnpqrsvwxyz'

/** 52 characters for a SHA-256, 32 for a store hash. */
export function encodeNixBase32(bytes: Uint8Array): string {
  let text = ''
  for (let position = Math.ceil((bytes.byteLength * 8) / 5) - 1; position >= 0; position--) {
    const bit = position * 5
    const low = (bytes[bit >>> 3] ?? 0) >>> (bit & 7)
    const high = (bytes[(bit >>> 3) + 1] ?? 0) << (8 - (bit & 7))
    text += ALPHABET[(low | high) & 31]
  }
  return text
}

/** Throws InvalidError (`nix_base32_invalid`) on any text that encoding does not give. */
export function decodeNixBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  for (let position = 0; position < text.length; position++) {
    const digit = ALPHABET.indexOf(text.charAt(text.length - 1 - position))
    const bit = position * 5
    const at = bit >>> 3
    const shifted = digit << (bit & 7)
    bytes[at] = (bytes[at] ?? 0) | (shifted & 0xff)
    if (at + 1 < bytes.byteLength) bytes[at + 1] = (bytes[at + 1] ?? 0) | (shifted >>> 8)
  }
  if (encodeNixBase32(bytes) !== text) {
    throw new InvalidError('nix_base32_invalid', `not Nix base32: ${JSON.stringify(text.slice(0, 80))}`)
  }
  return bytes
}
