/**
 * Kinds of NAT as nftables rule sets. `wan` is the interface to the outside, `lan` the bridge to the inside.
 * The words are those of RFC 4787: how it maps, whom it lets in, how it picks ports.
 */

export const NAT_KINDS = [
  'public',
  'fc',
  'adf',
  'prc',
  'prc-map',
  'oi',
  'sym',
  'sym-full',
  'blk',
  'seq',
  'adm'
] as const
export type NatKind = (typeof NAT_KINDS)[number]

export interface Nat {
  readonly kind: NatKind
  /** Inside sources that send to an outside address of their own NAT are answered from outside (REQ-9). For fc and prc-map. */
  readonly hairpin?: boolean
  /** UDP that goes nowhere, or nothing but TCP to 80 and 443. */
  readonly blocks?: 'udp' | 'all-but-443'
  /** Which of four outside addresses a flow gets: one for each inside host, or one for each destination. */
  readonly pool?: 'paired' | 'arbitrary'
  /** UDP flows that one inside address may have at a time. */
  readonly quota?: number
  /** Seconds that a UDP mapping lives: before it was answered, and after. The kernel's own are 30 and 120. */
  readonly timeouts?: { readonly unanswered: number; readonly answered: number }
}

/** RFC 4787 4.1, 5. */
export interface Behaviour {
  /** Endpoint-independent, address-dependent, address-and-port-dependent; or there is none. */
  readonly mapping: 'none' | 'eim' | 'adm' | 'apdm'
  readonly filtering: 'eif' | 'adf' | 'apdf'
  readonly ports: 'preserved' | 'sequential' | 'block' | 'random'
  /** A packet from outside that comes too early spoils the mapping to its source. */
  readonly poisoned: boolean
}

/** What the kinds are; the laboratory proves it before it uses one. */
export const BEHAVIOUR: Readonly<Record<NatKind, Behaviour>> = {
  public: { mapping: 'none', filtering: 'eif', ports: 'preserved', poisoned: false },
  fc: { mapping: 'eim', filtering: 'eif', ports: 'preserved', poisoned: false },
  adf: { mapping: 'eim', filtering: 'adf', ports: 'preserved', poisoned: false },
  prc: { mapping: 'eim', filtering: 'apdf', ports: 'preserved', poisoned: false },
  'prc-map': { mapping: 'eim', filtering: 'apdf', ports: 'preserved', poisoned: false },
  oi: { mapping: 'eim', filtering: 'apdf', ports: 'preserved', poisoned: true },
  sym: { mapping: 'apdm', filtering: 'apdf', ports: 'random', poisoned: false },
  'sym-full': { mapping: 'apdm', filtering: 'apdf', ports: 'random', poisoned: false },
  blk: { mapping: 'apdm', filtering: 'apdf', ports: 'block', poisoned: false },
  seq: { mapping: 'apdm', filtering: 'apdf', ports: 'sequential', poisoned: false },
  adm: { mapping: 'adm', filtering: 'apdf', ports: 'block', poisoned: false }
}

/** What a kind is, for a person. */
export const MEANING: Readonly<Record<NatKind, string>> = {
  public: 'no NAT, a public address',
  fc: 'full cone',
  adf: 'filters by address',
  prc: 'port-restricted cone, a plain home router',
  'prc-map': 'port-restricted cone that keeps a map',
  oi: 'home router with an open input chain',
  sym: 'symmetric, random ports',
  'sym-full': 'symmetric, random ports, each anew',
  blk: 'symmetric within a block of 512 ports, a carrier-grade NAT',
  seq: 'symmetric, next port each time',
  adm: 'another port for each destination address'
}

export interface NatPlace {
  /** Outside addresses: one, or the four of a pool, the first with its last two bits zero. */
  readonly outside: readonly string[]
  /** The inside network. */
  readonly inside: string
}

/** Ports of a block, of the sequence, and of the address-dependent mapping. */
const BLOCK = { first: 50_000, count: 512 }
const SEQUENCE = { first: 50_000, count: 256 }
const BY_ADDRESS = { first: 40_000, count: 512 }
/** Entries that a set or map of one NAT holds, many more than a home or a test has. */
const ENTRIES_MAX = 65_536
const MAPPING_SECONDS = 300

/** The rule set of a NAT, for `nft -f`. */
export function natRules(nat: Nat, place: NatPlace): string {
  if (nat.kind === 'public') return ''
  return `${filterRules(nat)}${translationRules(nat, place)}`
}

function filterRules({ kind, blocks, quota }: Nat): string {
  const input = kind === 'oi' ? '' : 'iifname "wan" ct state new drop'
  const seen = `set seen { type inet_service . ipv4_addr; flags dynamic,timeout; timeout 120s; size ${ENTRIES_MAX};
  }`
  const allowed = kind === 'adf' ? 'iifname "wan" meta l4proto udp udp dport . ip saddr @seen accept' : ''
  const closed = `iifname "wan" ct state established,related accept
    iifname "wan" drop`
  return `table ip filter {
  ${kind === 'adf' ? seen : ''}
  ${quota == null ? '' : `set flows { type ipv4_addr; flags dynamic; size ${ENTRIES_MAX};\n  }`}
  chain input { type filter hook input priority 0; policy accept;
    ${input}
  }
  chain blocked { type filter hook forward priority -10; policy accept;
    ${blocks === 'udp' ? 'meta l4proto udp udp dport != 53 drop' : ''}
    ${blocks === 'all-but-443' ? 'iifname "lan" meta l4proto != tcp drop' : ''}
    ${blocks === 'all-but-443' ? 'iifname "lan" meta l4proto tcp tcp dport != { 80, 443 } drop' : ''}
  }
  chain few { type filter hook forward priority -5; policy accept;
    ${
      quota == null
        ? ''
        : `iifname "lan" meta l4proto udp ct state new add @flows { ip saddr ct count over ${quota} } drop`
    }
  }
  chain forward { type filter hook forward priority 0; policy accept;
    ${allowed}
    ${kind === 'fc' ? '' : closed}
  }
  chain sent { type filter hook postrouting priority mangle; policy accept;
    ${kind === 'adf' ? 'oifname "wan" meta l4proto udp update @seen { udp sport . ip daddr timeout 120s }' : ''}
  }
}
`
}

const KEEPS_MAP: readonly NatKind[] = ['fc', 'adf', 'prc-map']

function translationRules(nat: Nat, { outside, inside }: NatPlace): string {
  const keepsMap = KEEPS_MAP.includes(nat.kind)
  const [first = ''] = outside
  const map = `map eim { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout ${MAPPING_SECONDS}s; size ${ENTRIES_MAX};
  }`
  const update = `update @eim { udp sport timeout ${MAPPING_SECONDS}s : ip saddr . udp sport }`
  const returned = nat.hairpin === true ? `ip daddr ${first}` : 'iifname "wan"'
  const hairpin = `oifname "lan" ct status dnat meta l4proto udp ${update}
    oifname "lan" ct status dnat ip saddr ${inside} snat to ${first}`
  return `table ip nat {
  ${keepsMap ? map : ''}
  chain pre { type nat hook prerouting priority dstnat; policy accept;
    ${keepsMap ? `${returned} meta l4proto udp dnat to udp dport map @eim` : ''}
  }
  chain post { type nat hook postrouting priority srcnat; policy accept;
    ${nat.hairpin === true ? hairpin : ''}
    ${keepsMap ? `oifname "wan" meta l4proto udp ${update}` : ''}
    ${sourceRules(nat, outside).join('\n    ')}
  }
}
`
}

function sourceRules({ kind, pool }: Nat, outside: readonly string[]): string[] {
  const [first = ''] = outside
  const udp = 'oifname "wan" meta l4proto udp'
  const plain = 'oifname "wan" masquerade'
  if (pool === 'paired') return [`oifname "wan" snat to ${first}-${outside.at(-1)} persistent`]
  if (pool === 'arbitrary') {
    const choice = outside.map((address, index) => `0.0.0.${index} : ${address}`)
    return [`oifname "wan" snat to ip daddr & 0.0.0.3 map { ${choice.join(', ')} }`]
  }
  switch (kind) {
    case 'sym':
      return [`${plain} random`]
    case 'sym-full':
      return [`${plain} fully-random`]
    case 'blk':
      return [`${udp} masquerade to :${BLOCK.first}-${BLOCK.first + BLOCK.count - 1} random`, plain]
    case 'seq':
      return [
        `${udp} snat to ${first} : numgen inc mod ${SEQUENCE.count} map { ${portMap(SEQUENCE)} }`,
        plain
      ]
    case 'adm':
      return [
        `${udp} snat to ${first} : jhash ip daddr . udp sport mod ${BY_ADDRESS.count} map { ${portMap(BY_ADDRESS)} }`,
        plain
      ]
    case 'fc':
    case 'adf':
    case 'prc-map':
      return [`oifname "wan" snat to ${first}`]
    default:
      return [plain]
  }
}

function portMap({ first, count }: { first: number; count: number }): string {
  return Array.from({ length: count }, (_, index) => `${index} : ${first + index}`).join(', ')
}

/** The stateful firewall that a home has instead of a NAT on IPv6. */
export const FIREWALL6 = `table ip6 filter {
  chain input { type filter hook input priority 0; policy accept;
    iifname "wan" meta l4proto udp ct state new drop
  }
  chain forward { type filter hook forward priority 0; policy accept;
    iifname "wan" ct state established,related accept
    iifname "wan" meta l4proto != icmpv6 drop
  }
}
`

/** Kernel settings of a NAT. */
export function natSettings({ timeouts }: Nat): string[] {
  const base = [
    'net.ipv4.ip_forward=1',
    'net.ipv4.conf.all.send_redirects=0',
    'net.ipv4.conf.default.send_redirects=0'
  ]
  if (timeouts == null) return base
  return [
    ...base,
    `net.netfilter.nf_conntrack_udp_timeout=${timeouts.unanswered}`,
    `net.netfilter.nf_conntrack_udp_timeout_stream=${timeouts.answered}`
  ]
}
