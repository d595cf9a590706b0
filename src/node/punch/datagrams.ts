/** The raw datagrams of a hole punch: openers, and authenticated probes with their answers. docs/mesh.md, Raw datagrams. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Side } from '../../model/punch.ts'
import { PUNCH_ID_BYTES } from './messages.ts'

const OPENER = 0x10
const PROBE = 0x11
const ANSWER = 0x12
const MAC_BYTES = 8
const MAC_AT = 1 + PUNCH_ID_BYTES + 4
export const PROBE_BYTES = MAC_AT + MAC_BYTES

/**
 * Hop limits of openers, lowest first. Each NAT of our own that a packet passes opens; the peer's must not see it, because
 * a router that takes packets in would give our flow's port away. A home router is hop 1, a carrier's NAT mostly hop 3
 * to 6 and behind the same access network as the peer at the nearest; two home lines are 8 hops apart or more.
 */
export const OPENER_TTLS = [2, 4, 7] as const
/** Any host on the internet. */
export const FULL_TTL = 64

/** The responder's probes have this bit in their count, so that nobody's own probe comes back as the other's. */
const RESPONDER_BIT = 0x8000_0000

export interface PunchKey {
  readonly id: Uint8Array
  readonly key: Uint8Array
  readonly side: Side
}

export function encodeOpener(): Uint8Array {
  return Buffer.concat([Uint8Array.of(OPENER), randomBytes(16)])
}

/** What plain DCUtR sends: random bytes that the peer's QUIC does not know. */
export function encodeNoise(): Uint8Array {
  return Buffer.concat([Uint8Array.of(OPENER), randomBytes(63)])
}

export function encodeProbe({ id, key, side }: PunchKey, isAnswer: boolean, count: number): Uint8Array {
  const bytes = Buffer.alloc(PROBE_BYTES)
  bytes[0] = isAnswer ? ANSWER : PROBE
  bytes.set(id, 1)
  bytes.writeUInt32BE((count + (side === 'responder' ? RESPONDER_BIT : 0)) >>> 0, 1 + PUNCH_ID_BYTES)
  bytes.set(macOf(bytes.subarray(0, MAC_AT), key), MAC_AT)
  return bytes
}

/** A probe or answer of this attempt from the other side; undefined for anything else. */
export function readProbe(bytes: Uint8Array, own: PunchKey): { readonly isAnswer: boolean } | undefined {
  if (bytes.byteLength !== PROBE_BYTES || (bytes[0] !== PROBE && bytes[0] !== ANSWER)) return undefined
  const isOfAttempt = own.id.every((byte, i) => bytes[1 + i] === byte)
  if (!isOfAttempt) return undefined
  const isResponders = ((bytes[1 + PUNCH_ID_BYTES] ?? 0) & 0x80) !== 0
  if (isResponders === (own.side === 'responder')) return undefined
  if (!timingSafeEqual(macOf(bytes.subarray(0, MAC_AT), own.key), bytes.subarray(MAC_AT))) return undefined
  return { isAnswer: bytes[0] === ANSWER }
}

function macOf(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES)
}
