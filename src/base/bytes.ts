import { ProtocolError } from './errors.ts'

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex()
}

/** Bytes of a lower- or upper-case hexadecimal string; throws SyntaxError on anything else. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.fromHex(text)
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 base32 in lower case, without padding. */
export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text
}

/** True when both hold the same bytes. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false
  for (let i = 0; i < a.byteLength; i++) if (a[i] !== b[i]) return false
  return true
}

/** Order by unsigned byte value, shorter first on a common prefix. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.byteLength, b.byteLength)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.byteLength - b.byteLength
}

/**
 * A protobuf 64-bit field as a number.
 * Throws ProtocolError (`number_range`) for a negative value or one above 2^53-1.
 */
export function toSafeInteger(value: number | { toNumber(): number } | null | undefined): number {
  const number = value == null ? 0 : typeof value === 'number' ? value : value.toNumber()
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new ProtocolError('number_range', 'a number is outside 0..2^53-1')
  }
  return number
}
