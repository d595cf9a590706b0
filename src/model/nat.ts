/** What a NAT does, in the terms of RFC 4787. Pure: classes from samples, a strategy from two classes. */

/** Which external port a flow gets: the same for every destination (eim), another for each (edm), or no NAT at all. */
export type Mapping = 'none' | 'eim' | 'edm' | 'unknown'
/** Who may send to a mapping: anyone, any port of an address that was sent to, only a port that was sent to. */
export type Filtering = 'eif' | 'adf' | 'apdf' | 'unknown'
/** How external ports are chosen. */
export type PortPattern = 'preserved' | 'sequential' | 'block' | 'random' | 'unknown'

/** The class in one word, for people and `ping --json` (`nat.ours`, `nat.theirs`). */
export const NAT_NAMES = [
  'public',
  'firewalled',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
  'symmetric-block',
  'symmetric-sequential',
  'udp-blocked',
  'unknown'
] as const
export type NatName = (typeof NAT_NAMES)[number]

export interface Nat {
  readonly name: NatName
  readonly mapping: Mapping
  readonly filtering: Filtering
  readonly ports: PortPattern
  /** Lowest and highest external port seen, where the mapping is edm. */
  readonly portMin: number | null
  readonly portMax: number | null
  /** Steady distance between external ports of flows opened one after another; null when there is none. */
  readonly portDelta: number | null
  /** Milliseconds that an idle mapping is known to last; null until learned. */
  readonly lifetimeMs: number | null
  /** Its router leads a port to it: one of its addresses is reached by anybody, whatever the mapping of other flows. */
  readonly isMapped: boolean
}

export const UNKNOWN_NAT: Nat = {
  name: 'unknown',
  mapping: 'unknown',
  filtering: 'unknown',
  ports: 'unknown',
  portMin: null,
  portMax: null,
  portDelta: null,
  lifetimeMs: null,
  isMapped: false
}

/** One flow of ours and the address that its far end saw. Ports are numbers, addresses as text. */
export interface NatFlow {
  /** Which of our sockets: 0 is the one that listens and dials. */
  readonly socket: number
  readonly localPort: number
  readonly remoteIp: string
  readonly remotePort: number
  /** What the far end saw. */
  readonly ip: string
  readonly port: number
}

/** What is known of the way out in one epoch, for one address family. */
export interface NatSamples {
  /** In the order in which the flows were opened. */
  readonly flows: readonly NatFlow[]
  /** This machine's own addresses. */
  readonly localIps: readonly string[]
  /** What came in from where nothing had been sent to. */
  readonly filtering: Filtering
  /** UDP to a member that is reached otherwise got no answer. */
  readonly isBlocked: boolean
}

/** Ports of a CGN's block lie this close together; five random ones do so in 1 of 7,000 cases. */
const BLOCK_SPAN_MAX = 2_048
const BLOCK_PORTS_MIN = 4
/** Flows of other hosts may take ports between two of ours. */
const SKIPPED_MAX = 4
const DELTA_MAX = 16
const SEQUENCE_STEPS_MIN = 3
const SEQUENCE_PORTS_MAX = 6

/** The class that the samples of one epoch show. */
export function classify({ flows, localIps, filtering, isBlocked }: NatSamples): Nat {
  if (flows.length === 0) return isBlocked ? { ...UNKNOWN_NAT, name: 'udp-blocked' } : UNKNOWN_NAT
  const mapping = mappingOf(flows, localIps)
  const pattern = patternOf(flows)
  const nat = { ...UNKNOWN_NAT, mapping, filtering, ports: pattern.ports }
  switch (mapping) {
    case 'none':
      // One that a lone answerer's other port reaches has no state to be kept; where two ask, its other address was tried.
      return { ...nat, name: filtering === 'eif' || filtering === 'adf' ? 'public' : 'firewalled' }
    case 'eim':
      return { ...nat, name: CONES[filtering] }
    case 'edm':
      return { ...nat, ...pattern, name: SYMMETRICS[pattern.ports] ?? 'symmetric' }
    default:
      return nat
  }
}

const CONES = {
  eif: 'full-cone',
  adf: 'address-restricted',
  apdf: 'port-restricted',
  unknown: 'port-restricted'
} as const satisfies Record<Filtering, NatName>
const SYMMETRICS: Partial<Record<PortPattern, NatName>> = {
  block: 'symmetric-block',
  sequential: 'symmetric-sequential'
}

function mappingOf(flows: readonly NatFlow[], localIps: readonly string[]): Mapping {
  if (flows.every(({ ip, port, localPort }) => port === localPort && localIps.includes(ip))) return 'none'
  const bySocket = Map.groupBy(flows, ({ socket }) => socket)
  let mapping: Mapping = 'unknown'
  for (const own of bySocket.values()) {
    const [first, ...others] = own
    if (others.some(({ ip, port }) => ip !== first?.ip || port !== first.port)) return 'edm'
    if (others.length > 0) mapping = 'eim'
  }
  return mapping
}

type Pattern = Pick<Nat, 'ports' | 'portMin' | 'portMax' | 'portDelta'>

function patternOf(flows: readonly NatFlow[]): Pattern {
  const ports = [...new Set(flows.map(({ port }) => port))]
  const range = { portMin: Math.min(...ports), portMax: Math.max(...ports), portDelta: null }
  if (flows.every(({ port, localPort }) => port === localPort)) return { ports: 'preserved', ...range }
  const sequence = sequenceOf(ports)
  if (sequence != null) return sequence
  const isBlock = ports.length >= BLOCK_PORTS_MIN && range.portMax - range.portMin < BLOCK_SPAN_MAX
  return { ports: isBlock ? 'block' : 'random', ...range }
}

/**
 * The newest ports, when they rise or fall by steps but for one leap: to the start of the range, or from flows that were
 * opened long before. The range then ends at the newest.
 */
function sequenceOf(ports: readonly number[]): Pattern | undefined {
  const recent = ports.slice(-SEQUENCE_PORTS_MAX)
  const steps = recent.slice(1).map((port, i) => port - (recent[i] ?? 0))
  if (steps.length < SEQUENCE_STEPS_MIN) return undefined
  const delta = steps.reduce((least, step) => (Math.abs(step) < Math.abs(least) ? step : least))
  const isSteady = (step: number): boolean => step / delta >= 1 && step / delta <= SKIPPED_MAX
  const steady = steps.filter(isSteady)
  if (Math.abs(delta) > DELTA_MAX || steady.length < SEQUENCE_STEPS_MIN) return undefined
  if (steps.length - steady.length > 1) return undefined
  const run = recent.slice(steps.findIndex((step) => !isSteady(step)) + 1)
  return { ports: 'sequential', portMin: Math.min(...run), portMax: Math.max(...run), portDelta: delta }
}

/** How a direct connection came about. */
export const METHODS = ['dial', 'lan', 'punch', 'swap', 'predict', 'block', 'random'] as const
export type Method = (typeof METHODS)[number]
