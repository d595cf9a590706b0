/**
 * How two members come to a direct connection: the attempts that a pair of NAT classes calls for, which side dials, and
 * which ports are searched. Pure. docs/mesh.md, Hole punching.
 */

import type { Method, Nat } from './nat.ts'

/** The initiator opens the exchange, the responder answers it. */
export type Side = 'initiator' | 'responder'

/** Why a pair has no direct connection: stable codes, also on the wire by their place here. Add at the end. */
export const REASONS = [
  /** UDP does not pass on one side. */
  'udp_blocked',
  /** Both NATs give every destination another port: there is nothing to aim at. */
  'both_symmetric',
  /** Every attempt was made and failed. */
  'punch_failed',
  /** Neither side knows an address of its own that the other could reach. */
  'no_candidates',
  /** A search of ports for another peer is under way, or one for this peer was a moment ago. */
  'busy',
  /** The machine's own QUIC is not built. */
  'quic_missing',
  /** The configuration forbids what the pair needs. */
  'disabled',
  /** The exchange itself failed: the relayed connection was lost, or the peer does not speak it. */
  'exchange_failed'
] as const
export type Reason = (typeof REASONS)[number]

const PASSING: ReadonlySet<Reason> = new Set(['punch_failed', 'busy', 'no_candidates', 'exchange_failed'])

/**
 * Whether a search may do better later: a path was blocked, or a side did not know its addresses yet. Who answered an attempt
 * that failed knows no reason.
 */
export const mayPass = (reason: Reason | null): boolean => reason == null || PASSING.has(reason)

/** One attempt. */
export interface Plan {
  readonly method: Extract<Method, 'dial' | 'punch' | 'swap' | 'predict' | 'block' | 'random'>
  /** Who is the QUIC client. */
  readonly client: Side
  /** Whose NAT gives each flow another port, where ports are searched: that side opens many sockets. */
  readonly search: Search | undefined
}

export interface Search {
  /** The side that opens sockets; the other one sends probes to ports. Where both do both, two flows have to meet. */
  readonly sprayer: Side | 'both'
  readonly sockets: number
  readonly probes: number
}

export interface PlanOptions {
  /** Search between two NATs that hand out blocks: both sides allow it, at the price of a thousand mappings each. */
  readonly mayPairBlocks: boolean
  /** Both sides were seen at an IPv6 address, where a firewall forgets but renames nothing. */
  readonly haveIpv6: boolean
}

/** What the attempts of a pair come to. */
export type Plans = { readonly plans: readonly Plan[] } | { readonly reason: Reason }

/** Probes a second while ports are searched: slower than any scan detector's idea of a flood, as HyperDHT times five. */
export const PROBES_PER_SECOND = 250

/**
 * Sockets and probes of a search. Random ports: 384 mappings among 64,512 ports are hit by 2,048 probes in all but 5 of a
 * million cases, by 116 (half a second) in half of them, by 502 (two seconds) in 95 %. Blocks of CGNs have 512 to 4,096 ports. A sequence is hit by its next few.
 * Between two blocks of 512 ports a flow of each side must have the port that one of the other's is aimed at: of 1,280 flows each
 * some six pairs do, of 890 (3.6 s) three.
 */
const SEARCHES = {
  predict: { sockets: 8, probes: 64 },
  block: { sockets: 64, probes: 256 },
  random: { sockets: 384, probes: 2_048 },
  blocks: { sockets: 4, probes: 1_280 }
} as const

type Kind = 'blocked' | 'public' | 'easy' | 'sequential' | 'block' | 'random'

/** The attempts for a pair, in order; no two of them are alike. A reason where nothing can work. */
export function plansFor(initiator: Nat, responder: Nat, options: PlanOptions): Plans {
  const kinds = { initiator: kindOf(initiator), responder: kindOf(responder) }
  if (kinds.initiator === 'blocked' || kinds.responder === 'blocked') return { reason: 'udp_blocked' }
  if (kinds.responder === 'public') return { plans: [dial('initiator')] }
  if (kinds.initiator === 'public') return { plans: [dial('responder')] }
  const found = withIpv6(punches(initiator, responder, kinds, options), options)
  return withMapped(initiator, responder, found)
}

const PUNCH: Plan = { method: 'punch', client: 'initiator', search: undefined }
const SWAP: Plan = { method: 'swap', client: 'responder', search: undefined }

/** The class is that of IPv4: whatever it is, a plain punch opens both firewalls of IPv6, before ports are searched. */
function withIpv6(found: Plans, { haveIpv6 }: PlanOptions): Plans {
  if (!haveIpv6) return found
  if ('reason' in found) return { plans: [PUNCH, SWAP] }
  return found.plans[0]?.method === 'punch' ? found : { plans: [PUNCH, ...found.plans] }
}

/** A port that a router leads to one side is dialed before ports are searched; a punch finds it among the addresses. */
function withMapped(initiator: Nat, responder: Nat, found: Plans): Plans {
  const others = 'plans' in found ? found.plans : []
  if (!(initiator.isMapped || responder.isMapped) || others[0]?.method === 'punch') return found
  return { plans: [dial(responder.isMapped ? 'initiator' : 'responder'), ...others] }
}

function punches(initiator: Nat, responder: Nat, kinds: Record<Side, Kind>, options: PlanOptions): Plans {
  const hard = (['initiator', 'responder'] as const).filter((side) => kinds[side] !== 'easy')
  const [sprayer] = hard
  if (sprayer == null) return { plans: [PUNCH, SWAP] }
  if (hard.length === 2) return bothHard(kinds, options)
  const { filtering } = sprayer === 'initiator' ? responder : initiator
  const searches = searchesFor(kinds[sprayer]).map((method) => search(method, sprayer))
  // Who lets in any port of an address is reached by the other's first packet.
  const isOpen = filtering === 'eif' || filtering === 'adf'
  return {
    plans: isOpen ? [{ method: 'punch', client: sprayer, search: undefined }, ...searches] : searches
  }
}

function bothHard(kinds: Record<Side, Kind>, options: PlanOptions): Plans {
  const areBlocks = kinds.initiator === 'block' && kinds.responder === 'block'
  if (!areBlocks) return { reason: 'both_symmetric' }
  if (!options.mayPairBlocks) return { reason: 'disabled' }
  return {
    plans: [{ method: 'block', client: 'responder', search: { sprayer: 'both', ...SEARCHES.blocks } }]
  }
}

const dial = (client: Side): Plan => ({ method: 'dial', client, search: undefined })

const search = (method: 'predict' | 'block' | 'random', sprayer: Side): Plan => ({
  method,
  client: sprayer,
  search: { sprayer, ...SEARCHES[method] }
})

/** The search that the ports of a NAT call for, then the next wider one. */
function searchesFor(kind: Kind): ('predict' | 'block' | 'random')[] {
  if (kind === 'sequential') return ['predict', 'block']
  return kind === 'block' ? ['block', 'random'] : ['random']
}

function kindOf(nat: Nat): Kind {
  if (nat.name === 'udp-blocked') return 'blocked'
  if (nat.name === 'public') return 'public'
  // What is not known is taken for a home router: most are.
  if (nat.mapping !== 'edm') return 'easy'
  // A pool of addresses that leaves ports alone: no port is to be found, and the address may be one that was seen.
  if (nat.ports === 'preserved') return 'easy'
  if (nat.ports === 'sequential' && nat.portDelta != null && nat.portMax != null) return 'sequential'
  return nat.ports === 'block' && nat.portMin != null && nat.portMax != null ? 'block' : 'random'
}

/** The lowest port that a NAT gives to a flow whose own port is not a system's. */
const PORT_MIN = 1_024
const PORT_MAX = 65_535

/**
 * Ports to probe at a NAT of that kind, the most likely first, at most `count`, none twice. `random` gives 0 to 1.
 */
export function searchPorts(
  method: 'predict' | 'block' | 'random',
  nat: Nat,
  count: number,
  random: () => number
): number[] {
  if (method === 'predict') return predicted(nat, count)
  return method === 'block' ? outward(nat, count, random) : scattered(count, random)
}

/**
 * Ports to probe from each of our sockets in turn where both NATs hand out blocks: those between the other's samples, in any
 * order, and so many around them that each socket has its share. What lies farther out is of no use: of the flows that are aimed
 * between the samples no smaller part meets one of the other's, and of those beyond its block none does.
 */
export function blockPorts(
  { portMin, portMax }: Nat,
  { sockets, probes }: Search,
  random: () => number
): number[] {
  if (portMin == null || portMax == null) return []
  const share = Math.ceil(probes / sockets)
  const low = portMin - Math.max(0, Math.ceil((share - (portMax - portMin + 1)) / 2))
  const width = Math.max(share, portMax - portMin + 1)
  const block = Array.from({ length: width }, (_, i) => low + i).filter(isPort)
  return Array.from({ length: sockets }, () => shuffle([...block], random))
    .flat()
    .slice(0, probes)
}

/** The next ports of a sequence, after the last one that was seen. */
function predicted({ portMin, portMax, portDelta }: Nat, count: number): number[] {
  const delta = portDelta ?? 1
  const last = delta < 0 ? portMin : portMax
  if (last == null) return []
  return Array.from({ length: count }, (_, i) => last + delta * (i + 1)).filter(isPort)
}

/** All between the ports that were seen, in any order, then those around them, nearest first. */
function outward({ portMin, portMax }: Nat, count: number, random: () => number): number[] {
  if (portMin == null || portMax == null) return []
  const inside = Array.from({ length: portMax - portMin + 1 }, (_, i) => portMin + i)
  // Half for what lies outside: samples seldom lie at both ends of their block.
  const first = shuffle(inside, random).slice(0, Math.max(1, Math.floor(count / 2)))
  const around = Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? portMax + 1 + i / 2 : portMin - (i + 1) / 2
  )
  return [...first, ...around].filter(isPort).slice(0, count)
}

function scattered(count: number, random: () => number): number[] {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(PORT_MIN + Math.floor(random() * (PORT_MAX - PORT_MIN + 1)))
  return [...ports]
}

function shuffle(ports: number[], random: () => number): number[] {
  for (let i = ports.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const swapped = ports[i] ?? 0
    ports[i] = ports[j] ?? 0
    ports[j] = swapped
  }
  return ports
}

const isPort = (port: number): boolean => port >= PORT_MIN && port <= PORT_MAX
