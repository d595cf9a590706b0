/** The messages of PCP (RFC 6887, MAP) and NAT-PMP (RFC 6886) for a UDP port, as bytes. */

import { isIPv4 } from 'node:net'

/** Where a gateway listens, for both. */
export const GATEWAY_PORT = 5351
export const NONCE_BYTES = 12

/** What is asked for. A lifetime of 0 takes the mapping away. */
export interface MapRequest {
  readonly internalPort: number
  /** The port that we would like to have; 0 for any. */
  readonly externalPort: number
  readonly lifetimeSeconds: number
}

/** What a gateway says. `unsupported`: of the version; `refused`: with its result code. */
export type MapAnswer =
  | {
      readonly kind: 'mapped'
      readonly externalPort: number
      readonly lifetimeSeconds: number
      readonly externalIp: string
    }
  | { readonly kind: 'refused'; readonly result: number }
  | { readonly kind: 'unsupported' }

const PCP_VERSION = 2
const PCP_MAP = 1
const PCP_RESPONSE = 0x80
const PCP_MAP_BYTES = 60
const UDP = 17
const UNSUPPORTED_VERSION = 1
const PMP_ADDRESS = 0
const PMP_MAP_UDP = 1
const PMP_RESPONSE = 128
const PMP_ADDRESS_BYTES = 12
const PMP_MAP_BYTES = 16
/** ::ffff:0:0/96, in which PCP writes IPv4. */
const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex')

const bytesOf = (ip: string): Buffer => Buffer.from(ip.split('.').map(Number))
const ipOf = (bytes: Uint8Array): string => [...bytes].join('.')

/** `nonce` names the mapping: who does not know it cannot change it. Throws RangeError for what is no IPv4 address. */
export function encodePcpMap(request: MapRequest, clientIp: string, nonce: Uint8Array): Uint8Array {
  if (!isIPv4(clientIp)) throw new RangeError(`not an IPv4 address: ${clientIp}`)
  const bytes = Buffer.alloc(PCP_MAP_BYTES)
  bytes[0] = PCP_VERSION
  bytes[1] = PCP_MAP
  bytes.writeUInt32BE(request.lifetimeSeconds, 4)
  MAPPED_PREFIX.copy(bytes, 8)
  bytesOf(clientIp).copy(bytes, 20)
  bytes.set(nonce, 24)
  bytes[36] = UDP
  bytes.writeUInt16BE(request.internalPort, 40)
  bytes.writeUInt16BE(request.externalPort, 42)
  MAPPED_PREFIX.copy(bytes, 44)
  return bytes
}

/** Undefined for what is no answer to that request. */
export function decodePcpMap(
  message: Uint8Array,
  request: MapRequest,
  nonce: Uint8Array
): MapAnswer | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  if (bytes.byteLength < 4 || ((bytes[1] ?? 0) & PCP_RESPONSE) === 0) return undefined
  // One that speaks NAT-PMP alone answers in its own version.
  if (bytes[0] !== PCP_VERSION) return { kind: 'unsupported' }
  if (bytes[1] !== (PCP_RESPONSE | PCP_MAP)) return undefined
  const result = bytes[3] ?? 0
  if (result === UNSUPPORTED_VERSION) return { kind: 'unsupported' }
  if (result !== 0) return { kind: 'refused', result }
  if (bytes.byteLength < PCP_MAP_BYTES || !bytes.subarray(24, 36).equals(nonce)) return undefined
  if (bytes[36] !== UDP || bytes.readUInt16BE(40) !== request.internalPort) return undefined
  if (!bytes.subarray(44, 56).equals(MAPPED_PREFIX)) return undefined
  return {
    kind: 'mapped',
    externalPort: bytes.readUInt16BE(42),
    lifetimeSeconds: bytes.readUInt32BE(4),
    externalIp: ipOf(bytes.subarray(56, 60))
  }
}

export const encodePmpAddress = (): Uint8Array => Buffer.from([0, PMP_ADDRESS])

/** The outside address, or what was said instead; undefined for what is no answer. */
export function decodePmpAddress(
  message: Uint8Array
): { readonly kind: 'address'; readonly ip: string } | Exclude<MapAnswer, { kind: 'mapped' }> | undefined {
  const answer = pmpAnswer(message, PMP_ADDRESS, PMP_ADDRESS_BYTES)
  return answer?.kind === 'bytes' ? { kind: 'address', ip: ipOf(answer.bytes.subarray(8, 12)) } : answer
}

export function encodePmpMap(request: MapRequest): Uint8Array {
  const bytes = Buffer.alloc(12)
  bytes[1] = PMP_MAP_UDP
  bytes.writeUInt16BE(request.internalPort, 4)
  bytes.writeUInt16BE(request.externalPort, 6)
  bytes.writeUInt32BE(request.lifetimeSeconds, 8)
  return bytes
}

/** Undefined for what is no answer to that request. `externalIp` is what was asked for before. */
export function decodePmpMap(
  message: Uint8Array,
  request: MapRequest,
  externalIp: string
): MapAnswer | undefined {
  const answer = pmpAnswer(message, PMP_MAP_UDP, PMP_MAP_BYTES)
  if (answer?.kind !== 'bytes') return answer
  const { bytes } = answer
  if (bytes.readUInt16BE(8) !== request.internalPort) return undefined
  return {
    kind: 'mapped',
    externalPort: bytes.readUInt16BE(10),
    lifetimeSeconds: bytes.readUInt32BE(12),
    externalIp
  }
}

function pmpAnswer(
  message: Uint8Array,
  opcode: number,
  length: number
): { readonly kind: 'bytes'; readonly bytes: Buffer } | Exclude<MapAnswer, { kind: 'mapped' }> | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  if (bytes.byteLength < 4 || bytes[0] !== 0 || bytes[1] !== PMP_RESPONSE + opcode) return undefined
  const result = bytes.readUInt16BE(2)
  if (result === UNSUPPORTED_VERSION) return { kind: 'unsupported' }
  if (result !== 0) return { kind: 'refused', result }
  return bytes.byteLength < length ? undefined : { kind: 'bytes', bytes }
}
