/** Pairs of places from which members must reach each other, and what the pair can be at best. */

import { PROBER, PROBER_ADDRESSES } from './classify.ts'
import type { Nat } from './nat.ts'
import type { HostSpec, NatSpec, Topology } from './plan.ts'
import { CORE } from './plan.ts'

/** Where a member stands: the NATs between it and the core, its own first. */
export type Place = readonly Nat[]

export const PLACES = {
  public: [],
  fc: [{ kind: 'fc' }],
  adf: [{ kind: 'adf' }],
  prc: [{ kind: 'prc' }],
  oi: [{ kind: 'oi' }],
  sym: [{ kind: 'sym' }],
  full: [{ kind: 'sym-full' }],
  blk: [{ kind: 'blk' }],
  seq: [{ kind: 'seq' }],
  adm: [{ kind: 'adm' }],
  'cgn-eim': [{ kind: 'prc' }, { kind: 'prc-map' }],
  'cgn-sym': [{ kind: 'prc' }, { kind: 'sym' }],
  'cgn-blk': [{ kind: 'prc' }, { kind: 'blk' }],
  ub: [{ kind: 'prc', blocks: 'udp' }],
  '443': [{ kind: 'prc', blocks: 'all-but-443' }]
} as const satisfies Readonly<Record<string, Place>>
export type PlaceName = keyof typeof PLACES

export interface Pair {
  readonly admin: PlaceName
  readonly device: PlaceName
  readonly expected: 'direct' | 'relay'
}

const pair = (admin: PlaceName, device: PlaceName, expected: Pair['expected'] = 'direct'): Pair => ({
  admin,
  device,
  expected
})

/** Every cell of "ours (target)" in the table of pairs. */
export const PAIRS: readonly Pair[] = [
  pair('public', 'public'),
  pair('public', 'prc'),
  pair('public', 'sym'),
  pair('prc', 'public'),
  pair('fc', 'fc'),
  pair('fc', 'prc'),
  pair('adf', 'adf'),
  pair('adf', 'prc'),
  pair('prc', 'prc'),
  pair('oi', 'prc'),
  pair('prc', 'oi'),
  pair('oi', 'oi'),
  pair('fc', 'sym'),
  pair('sym', 'fc'),
  pair('fc', 'blk'),
  pair('adf', 'sym'),
  pair('sym', 'adf'),
  pair('adf', 'blk'),
  pair('prc', 'sym'),
  pair('sym', 'prc'),
  pair('prc', 'full'),
  pair('prc', 'blk'),
  pair('blk', 'prc'),
  pair('prc', 'seq'),
  pair('seq', 'prc'),
  pair('prc', 'adm'),
  pair('cgn-eim', 'prc'),
  pair('prc', 'cgn-sym'),
  pair('prc', 'cgn-blk'),
  pair('blk', 'blk', 'relay'),
  pair('sym', 'sym', 'relay'),
  pair('sym', 'blk', 'relay'),
  pair('ub', 'prc', 'relay'),
  pair('prc', 'ub', 'relay'),
  pair('443', 'prc', 'relay'),
  pair('prc', '443', 'relay')
]

export const ADMIN = 'admin'
export const DEVICE = 'device'
export const COORDINATOR = 'coordinator'
export const RELAY = 'relay'

export const titleOf = ({ admin, device }: Pair): string => `${admin}×${device}`

/** A host at a place, with the NATs that it takes. */
export function standAt(name: string, place: PlaceName): { host: HostSpec; nats: NatSpec[] } {
  const nats: NatSpec[] = []
  const kinds: Place = PLACES[place]
  let at = CORE
  for (const [index, nat] of kinds.toReversed().entries()) {
    const natName = `${index === kinds.length - 1 ? 'home' : 'carrier'}-of-${name}`
    nats.push({ ...nat, name: natName, at })
    at = natName
  }
  return { host: { name, at }, nats }
}

/** Two coordinators and a prober on the core, and everybody else at a place. */
export function topologyWith(members: Readonly<Record<string, PlaceName>>, rttMs: number): Topology {
  const stands = Object.entries(members).map(([name, place]) => standAt(name, place))
  const core: HostSpec[] = [
    { name: COORDINATOR, at: CORE },
    { name: RELAY, at: CORE },
    { name: PROBER, at: CORE, addressesCount: PROBER_ADDRESSES }
  ]
  return {
    nats: stands.flatMap(({ nats }) => nats),
    hosts: [...core, ...stands.map(({ host }) => host)],
    rttMs
  }
}

export const topologyOf = ({ admin, device }: Pair, rttMs: number): Topology =>
  topologyWith({ [ADMIN]: admin, [DEVICE]: device }, rttMs)
