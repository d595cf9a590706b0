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
  /** Whose members may search for others behind blocks. */
  'blk-seeks': [{ kind: 'blk' }],
  seq: [{ kind: 'seq' }],
  adm: [{ kind: 'adm' }],
  double: [{ kind: 'prc' }, { kind: 'prc' }],
  'cgn-eim': [{ kind: 'prc' }, { kind: 'prc-map' }],
  'cgn-sym': [{ kind: 'prc' }, { kind: 'sym' }],
  'cgn-blk': [{ kind: 'prc' }, { kind: 'blk' }],
  pool: [{ kind: 'prc', pool: 'paired' }],
  'pool-any': [{ kind: 'prc', pool: 'arbitrary' }],
  short: [{ kind: 'prc', timeouts: { unanswered: 10, answered: 30 } }],
  quota: [{ kind: 'prc', quota: 64 }],
  'quota-sym': [{ kind: 'sym', quota: 64 }],
  ub: [{ kind: 'prc', blocks: 'udp' }],
  '443': [{ kind: 'prc', blocks: 'all-but-443' }],
  'one-home': [{ kind: 'prc' }],
  'one-cgn': [{ kind: 'prc' }, { kind: 'prc-map' }],
  'one-cgn-hairpin': [{ kind: 'prc' }, { kind: 'prc-map', hairpin: true }],
  'sym-v6': [{ kind: 'sym' }],
  'blk-v6': [{ kind: 'blk' }]
} as const satisfies Readonly<Record<string, Place>>
export type PlaceName = keyof typeof PLACES

/** Configuration of the members at a place. */
const CONFIGS: { readonly [Name in PlaceName]?: Readonly<Record<string, unknown>> } = {
  'blk-seeks': { searchBlocks: true }
}

/** Places whose last NAT is one and the same for all members that stand there. */
const SHARED: readonly PlaceName[] = ['one-home', 'one-cgn', 'one-cgn-hairpin']
/** Places with IPv6 beside it, behind a stateful firewall each. */
const IPV6: readonly PlaceName[] = ['sym-v6', 'blk-v6']

export interface Pair {
  readonly admin: PlaceName
  readonly device: PlaceName
  /** What it is at best; `either` where chance decides. */
  readonly expected: 'direct' | 'relay' | 'either'
  /** From run to run the way to the relays takes longer: the sides begin ever further apart. */
  readonly lead?: boolean
}

const pair = (admin: PlaceName, device: PlaceName, expected: Pair['expected'] = 'direct'): Pair => ({
  admin,
  device,
  expected
})
const leading = (admin: PlaceName, device: PlaceName): Pair => ({ ...pair(admin, device), lead: true })

/** Every cell of "ours (target)" in the table of pairs. */
export const TABLE: readonly Pair[] = [
  pair('public', 'public'),
  pair('public', 'prc'),
  pair('prc', 'public'),
  pair('public', 'sym'),
  pair('fc', 'fc'),
  pair('fc', 'prc'),
  pair('adf', 'prc'),
  pair('prc', 'prc'),
  pair('oi', 'prc'),
  pair('prc', 'oi'),
  pair('oi', 'oi'),
  leading('oi', 'oi'),
  leading('prc', 'oi'),
  pair('fc', 'sym'),
  pair('fc', 'blk'),
  pair('adf', 'sym'),
  pair('adf', 'blk'),
  pair('prc', 'sym'),
  pair('sym', 'prc'),
  pair('prc', 'full'),
  pair('prc', 'blk'),
  pair('blk', 'prc'),
  pair('prc', 'seq'),
  pair('prc', 'adm'),
  pair('double', 'prc'),
  pair('cgn-eim', 'prc'),
  pair('prc', 'cgn-sym'),
  pair('prc', 'cgn-blk'),
  pair('pool', 'prc'),
  pair('prc', 'pool-any', 'relay'),
  pair('short', 'prc'),
  pair('quota', 'prc'),
  pair('quota', 'sym', 'either'),
  pair('one-home', 'one-home'),
  pair('one-cgn', 'one-cgn', 'relay'),
  pair('one-cgn-hairpin', 'one-cgn-hairpin'),
  pair('blk', 'blk', 'relay'),
  pair('blk-seeks', 'blk-seeks'),
  pair('sym', 'sym', 'relay'),
  pair('ub', 'prc', 'relay'),
  pair('prc', 'ub', 'relay'),
  pair('443', 'prc', 'relay'),
  pair('sym-v6', 'sym-v6')
]

/** The same the other way round, and more of a kind. */
export const MORE: readonly Pair[] = [
  pair('sym', 'public'),
  pair('public', 'blk'),
  pair('adf', 'adf'),
  pair('prc', 'adf'),
  leading('oi', 'prc'),
  pair('sym', 'fc'),
  pair('blk', 'fc'),
  pair('sym', 'adf'),
  pair('blk', 'adf'),
  pair('oi', 'sym'),
  pair('oi', 'blk'),
  pair('seq', 'prc'),
  pair('adm', 'prc'),
  pair('double', 'double'),
  pair('prc', 'cgn-eim'),
  pair('cgn-eim', 'cgn-eim'),
  pair('cgn-blk', 'prc'),
  pair('prc', 'pool'),
  pair('pool', 'sym'),
  pair('fc', 'pool-any'),
  pair('prc', 'short'),
  pair('quota', 'blk'),
  pair('prc', 'quota-sym', 'either'),
  pair('sym', 'blk', 'relay'),
  pair('blk-seeks', 'blk', 'relay'),
  pair('public', 'ub', 'relay'),
  pair('prc', '443', 'relay'),
  pair('443', 'ub', 'relay'),
  pair('blk-v6', 'sym-v6')
]

const PAIRS = [...TABLE, ...MORE]

export const ADMIN = 'admin'
export const DEVICE = 'device'
export const COORDINATOR = 'coordinator'
export const RELAY = 'relay'

export const titleOf = ({ admin, device, lead }: Pair): string =>
  `${admin}×${device}${lead === true ? '+lead' : ''}`
export const adminAt = (place: PlaceName): string => `admin-${place}`
export const deviceAt = (place: PlaceName): string => `device-${place}`
export const isIpv6 = ({ admin }: Pair): boolean => IPV6.includes(admin)

/** Titles, with × or x in them, as pairs. Throws on one that is unknown. */
export function pairsNamed(titles: readonly string[]): readonly Pair[] {
  return titles.map((title) => {
    const found = PAIRS.find((each) => [titleOf(each), titleOf(each).replace('×', 'x')].includes(title))
    if (found == null) throw new Error(`no pair ${title}; there are ${PAIRS.map(titleOf).join(' ')}`)
    return found
  })
}

/** A host at a place, with the NATs that it takes. */
export function standAt(name: string, place: PlaceName): { host: HostSpec; nats: NatSpec[] } {
  const nats: NatSpec[] = []
  const kinds: Place = PLACES[place]
  let at = CORE
  for (const [index, nat] of kinds.toReversed().entries()) {
    const owner = index === 0 && SHARED.includes(place) ? `all-at-${place}` : name
    const natName = `${index === kinds.length - 1 ? 'home' : 'carrier'}-of-${owner}`
    nats.push({ ...nat, name: natName, at })
    at = natName
  }
  return { host: { name, at }, nats }
}

/** Two coordinators and a prober on the core, and everybody else at a place. */
export function topologyWith(members: Readonly<Record<string, PlaceName>>, rttMs: number): Topology {
  const stands = Object.entries(members).map(([name, place]) => standAt(name, place))
  const nats = new Map(stands.flatMap(({ nats: own }) => own.map((nat) => [nat.name, nat])))
  const core: HostSpec[] = [
    { name: COORDINATOR, at: CORE },
    { name: RELAY, at: CORE },
    { name: PROBER, at: CORE, addressesCount: PROBER_ADDRESSES }
  ]
  return {
    nats: [...nats.values()],
    hosts: [...core, ...stands.map(({ host }) => host)],
    rttMs,
    ipv6: Object.values(members).some((place) => IPV6.includes(place))
  }
}

/** What members are configured with beside what all have, by name. */
export const configsOf = (pairs: readonly Pair[]): Readonly<Record<string, Record<string, unknown>>> =>
  Object.fromEntries([...membersOf(pairs)].map(([name, place]) => [name, { ...CONFIGS[place] }]))

/** An admin and a device at the places of each pair. */
export const membersOf = (pairs: readonly Pair[]): ReadonlyMap<string, PlaceName> =>
  new Map(
    pairs.flatMap(({ admin, device }): [string, PlaceName][] => [
      [adminAt(admin), admin],
      [deviceAt(device), device]
    ])
  )

export const topologyOf = (pairs: readonly Pair[], rttMs: number): Topology =>
  topologyWith(Object.fromEntries(membersOf(pairs)), rttMs)
