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
}

export const UNKNOWN_NAT: Nat = {
  name: 'unknown',
  mapping: 'unknown',
  filtering: 'unknown',
  ports: 'unknown',
  portMin: null,
  portMax: null,
  portDelta: null,
  lifetimeMs: null
}

/** How a direct connection came about. */
export const METHODS = ['dial', 'lan', 'punch', 'swap', 'predict', 'block', 'random'] as const
export type Method = (typeof METHODS)[number]
