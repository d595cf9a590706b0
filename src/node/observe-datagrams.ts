/** The datagrams by which members tell each other their addresses. docs/mesh.md, Raw datagrams. */

import { multiaddr } from '@multiformats/multiaddr'
import { isSealed, MAC_BYTES, seal } from './datagrams.ts'
import type { Family, SocketAddress } from './quic-address.ts'

export const OBSERVE = {
  /** What address have I? From the socket that listens and dials. */
  question: 0x01,
  answer: 0x02,
  wake: 0x03,
  /** The question from another socket: it says nothing about where the asker is reached. */
  sample: 0x04,
  /** From where the receiver has sent nothing: that it arrives is what it says. */
  test: 0x05
} as const
export type ObserveKind = (typeof OBSERVE)[keyof typeof OBSERVE]

export const SESSION_BYTES = 4
export const KEY_BYTES = 16
const IP_BYTES = { 4: 4, 6: 16 } as const
const SESSION_AT = 1
const COUNT_AT = SESSION_AT + SESSION_BYTES
const ADDRESS_AT = COUNT_AT + 4

/** Lengths: without an address, with one of IPv4, with one of IPv6. */
export const BARE_BYTES = ADDRESS_AT + MAC_BYTES
export const FULL_BYTES = { 4: BARE_BYTES + 2 + IP_BYTES[4], 6: BARE_BYTES + 2 + IP_BYTES[6] } as const

export interface ObserveDatagram {
  readonly kind: ObserveKind
  /** As the answerer chose it. */
  readonly session: number
  /** Rises with each datagram of a session; an answer has its question's. */
  readonly count: number
  /** In a question what the asker believes (undefined: nothing), in an answer what is true where that was wrong. */
  readonly address: SocketAddress | undefined
}

/** A question has the length of the longest answer for its family, so that no answer is longer. */
export function encodeQuestion(
  kind: 'question' | 'sample',
  of: { readonly session: number; readonly count: number; readonly key: Uint8Array },
  family: Family,
  believed: SocketAddress | undefined
): Uint8Array {
  return encode({ kind: OBSERVE[kind], ...of, address: believed }, of.key, FULL_BYTES[family])
}

/** Any other datagram: as short as it can be. */
export function encodeObserve(datagram: ObserveDatagram, key: Uint8Array): Uint8Array {
  const { address } = datagram
  return encode(datagram, key, address == null ? BARE_BYTES : FULL_BYTES[address.family])
}

function encode(datagram: ObserveDatagram, key: Uint8Array, length: number): Uint8Array {
  const body = Buffer.alloc(length - MAC_BYTES)
  body[0] = datagram.kind
  body.writeUInt32BE(datagram.session, SESSION_AT)
  body.writeUInt32BE(datagram.count >>> 0, COUNT_AT)
  const { address } = datagram
  if (address != null) {
    body.writeUInt16BE(address.port, ADDRESS_AT)
    body.set(ipBytes(address), ADDRESS_AT + 2)
  }
  return seal(key, body)
}

/** The session that a datagram names, before it is known whether it may. */
export function sessionOf(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32BE(SESSION_AT)
}

/** A datagram of one of the lengths above with a good MAC; undefined otherwise. */
export function decodeObserve(bytes: Uint8Array, key: Uint8Array): ObserveDatagram | undefined {
  if (!isSealed(key, bytes)) return undefined
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const family = view.byteLength === FULL_BYTES[4] ? 4 : view.byteLength === FULL_BYTES[6] ? 6 : undefined
  const port = family == null ? 0 : view.readUInt16BE(ADDRESS_AT)
  return {
    kind: view[0] as ObserveKind,
    session: view.readUInt32BE(SESSION_AT),
    count: view.readUInt32BE(COUNT_AT),
    address:
      family == null || port === 0
        ? undefined
        : { family, ip: ipText(view.subarray(ADDRESS_AT + 2, ADDRESS_AT + 2 + IP_BYTES[family])), port }
  }
}

const IP6_CODE = 0x29

/** 4 or 16 bytes. */
export function ipBytes({ family, ip }: Pick<SocketAddress, 'family' | 'ip'>): Uint8Array {
  return multiaddr(`/ip${family}/${ip}`).bytes.subarray(1)
}

/** The text of 4 or 16 bytes. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.byteLength === IP_BYTES[4]) return bytes.join('.')
  return multiaddr(Uint8Array.of(IP6_CODE, ...bytes)).getComponents()[0]?.value ?? ''
}
