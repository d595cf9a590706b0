/** The messages of DCUtR and what members add to them, as the rest of the program sees them. proto/dcutr.proto. */

import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { ProtocolError } from '../../base/errors.ts'
import type { Filtering, Mapping, Nat, PortPattern } from '../../model/nat.ts'
import { METHODS, NAT_NAMES, UNKNOWN_NAT } from '../../model/nat.ts'
import type { Plan, Reason } from '../../model/punch.ts'
import { REASONS } from '../../model/punch.ts'
import { shoal } from '../../wire/messages.js'

const { HolePunch } = shoal.dcutr.v1
export const CODEC = HolePunch
export type HolePunch = shoal.dcutr.v1.HolePunch

/** libp2p/specs relay/DCUtR.md: the id, and the longest message in bytes. */
export const DCUTR = { id: '/libp2p/dcutr', messageBytesMax: 4_096 }

/** Of more addresses the rest is not looked at. */
export const ADDRESSES_MAX = 16
/** Of one address; the longest that is meant has 64. */
const ADDRESS_BYTES_MAX = 128
export const PUNCH_ID_BYTES = 8
export const KEY_BYTES = 32
const VERSION = 1

const MAPPINGS = ['none', 'eim', 'edm', 'unknown'] as const satisfies readonly Mapping[]
const FILTERINGS = ['eif', 'adf', 'apdf', 'unknown'] as const satisfies readonly Filtering[]
const PORTS = [
  'preserved',
  'sequential',
  'block',
  'random',
  'unknown'
] as const satisfies readonly PortPattern[]

/** What an answer says that both do. */
export type Chosen =
  | { readonly method: Plan['method']; readonly responderDials: boolean }
  | { readonly reason: Reason }

/** What a member tells beside the addresses. */
export interface MemberPart {
  readonly nat: Nat
  readonly lan: readonly Multiaddr[]
  readonly maySearch: boolean
  /** Of the initiator. */
  readonly mayPairBlocks: boolean
  readonly attempt: number
  readonly punchId: Uint8Array
  readonly key: Uint8Array
  /** Of the responder. */
  readonly plan: Chosen | undefined
}

export interface ConnectMessage {
  readonly addresses: readonly Multiaddr[]
  /** Undefined from a peer that speaks plain DCUtR. */
  readonly member: MemberPart | undefined
}

export function encodeConnect(message: {
  readonly addresses: readonly Multiaddr[]
  readonly member?: Partial<MemberPart> & Pick<MemberPart, 'nat' | 'lan'>
}): HolePunch {
  const { addresses, member } = message
  return HolePunch.create({
    type: HolePunch.Type.CONNECT,
    obsAddrs: addresses.slice(0, ADDRESSES_MAX).map((address) => address.bytes),
    ...(member == null
      ? {}
      : {
          member: {
            version: VERSION,
            nat: encodeNat(member.nat),
            lan: member.lan.slice(0, ADDRESSES_MAX).map((address) => address.bytes),
            maySearch: member.maySearch ?? true,
            ...(member.mayPairBlocks === true ? { mayPairBlocks: true } : {}),
            ...(member.attempt == null ? {} : { attempt: member.attempt }),
            ...(member.punchId == null ? {} : { punchId: member.punchId }),
            ...(member.key == null ? {} : { key: member.key }),
            ...(member.plan == null ? {} : { plan: encodePlan(member.plan) })
          }
        })
  })
}

export const encodeSync = (): HolePunch => HolePunch.create({ type: HolePunch.Type.SYNC })

/** Throws ProtocolError (`dcutr_type`, `dcutr_member`) for what is no CONNECT or has parts of a wrong length. */
export function decodeConnect(message: HolePunch | undefined): ConnectMessage {
  if (message?.type !== HolePunch.Type.CONNECT) throw new ProtocolError('dcutr_type', 'CONNECT was expected')
  return {
    addresses: decodeAddresses(message.obsAddrs),
    member: message.member == null ? undefined : decodeMember(message.member)
  }
}

/** Throws ProtocolError (`dcutr_type`) for what is no SYNC. */
export function checkSync(message: HolePunch | undefined): void {
  if (message?.type !== HolePunch.Type.SYNC) throw new ProtocolError('dcutr_type', 'SYNC was expected')
}

function decodeMember(part: shoal.dcutr.v1.Member.$Properties): MemberPart {
  const punchId = part.punchId ?? new Uint8Array()
  const key = part.key ?? new Uint8Array()
  const isInitiator = punchId.byteLength === PUNCH_ID_BYTES && key.byteLength === KEY_BYTES
  if (!isInitiator && (punchId.byteLength > 0 || key.byteLength > 0)) {
    throw new ProtocolError('dcutr_member', 'the id or the key of an attempt has a wrong length')
  }
  return {
    nat: decodeNat(part.nat ?? {}),
    lan: decodeAddresses(part.lan ?? []),
    maySearch: part.maySearch === true,
    mayPairBlocks: part.mayPairBlocks === true,
    attempt: part.attempt ?? 0,
    punchId,
    key,
    plan: part.plan == null ? undefined : decodePlan(part.plan)
  }
}

/** What cannot be read is left out: it is of a protocol that we do not know. */
function decodeAddresses(list: readonly Uint8Array[]): Multiaddr[] {
  return list.slice(0, ADDRESSES_MAX).flatMap((bytes) => {
    if (bytes.byteLength > ADDRESS_BYTES_MAX) return []
    try {
      return [multiaddr(bytes)]
    } catch {
      return []
    }
  })
}

function encodePlan(chosen: Chosen): shoal.dcutr.v1.Plan.$Properties {
  if ('reason' in chosen) return { reason: placeOf(REASONS, chosen.reason) }
  return { method: placeOf(METHODS, chosen.method), responderDials: chosen.responderDials }
}

function decodePlan(plan: shoal.dcutr.v1.Plan.$Properties): Chosen {
  const method = METHODS[(plan.method ?? 0) - 1]
  if (method != null && method !== 'lan') return { method, responderDials: plan.responderDials === true }
  // A newer member may have reasons that we have no word for.
  return { reason: REASONS[(plan.reason ?? 0) - 1] ?? 'punch_failed' }
}

function encodeNat(nat: Nat): shoal.dcutr.v1.Nat.$Properties {
  return {
    name: placeOf(NAT_NAMES, nat.name),
    mapping: placeOf(MAPPINGS, nat.mapping),
    filtering: placeOf(FILTERINGS, nat.filtering),
    ports: placeOf(PORTS, nat.ports),
    ...(nat.portMin == null ? {} : { portMin: nat.portMin }),
    ...(nat.portMax == null ? {} : { portMax: nat.portMax }),
    ...(nat.portDelta == null ? {} : { portDelta: nat.portDelta }),
    ...(nat.lifetimeMs == null ? {} : { lifetimeMs: nat.lifetimeMs }),
    ...(nat.isMapped ? { mapped: true } : {})
  }
}

function decodeNat(nat: shoal.dcutr.v1.Nat.$Properties): Nat {
  const portMin = portOf(nat.portMin)
  const portMax = portOf(nat.portMax)
  const areRange = portMin != null && portMax != null && portMin <= portMax
  const delta = nat.portDelta ?? 0
  return {
    name: NAT_NAMES[(nat.name ?? 0) - 1] ?? UNKNOWN_NAT.name,
    mapping: MAPPINGS[(nat.mapping ?? 0) - 1] ?? UNKNOWN_NAT.mapping,
    filtering: FILTERINGS[(nat.filtering ?? 0) - 1] ?? UNKNOWN_NAT.filtering,
    ports: PORTS[(nat.ports ?? 0) - 1] ?? UNKNOWN_NAT.ports,
    portMin: areRange ? portMin : null,
    portMax: areRange ? portMax : null,
    portDelta: delta !== 0 && Math.abs(delta) <= 0xffff ? delta : null,
    lifetimeMs: nat.lifetimeMs == null || nat.lifetimeMs === 0 ? null : nat.lifetimeMs,
    isMapped: nat.mapped === true
  }
}

const placeOf = <T>(list: readonly T[], item: T): number => list.indexOf(item) + 1
const portOf = (port: number | null | undefined): number | null =>
  port != null && port > 0 && port <= 0xffff ? port : null
