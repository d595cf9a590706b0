/** From a topology to addresses and to the commands that make it. */

import assert from 'node:assert/strict'
import type { Nat } from './nat.ts'
import { FIREWALL6, natRules, natSettings } from './nat.ts'

export const CORE = 'core'

export interface NatSpec extends Nat {
  readonly name: string
  /** CORE, or the name of a NAT that this one is behind. */
  readonly at: string
}

export interface HostSpec {
  readonly name: string
  /** CORE or names of NATs: its uplinks, the first is the one in use. */
  readonly at: string | readonly string[]
  /** How many addresses it has, 1 unless told. */
  readonly addressesCount?: number
}

export interface Topology {
  readonly nats: readonly NatSpec[]
  readonly hosts: readonly HostSpec[]
  /** Between any two members of the core. */
  readonly rttMs: number
  readonly jitterMs?: number
  readonly loss?: number
  /** The core and the homes on it speak IPv6 too, each home behind a stateful firewall. */
  readonly ipv6?: boolean
}

/** An interface towards the core. */
export interface Attachment {
  readonly namespace: string
  readonly device: string
  /** CORE or the NAT whose inside it is on. */
  readonly at: string
  readonly addresses: readonly string[]
  readonly address6: string | null
  /** Set on the core, where nobody asks for it. */
  readonly mac: string
}

export interface Plan {
  readonly topology: Topology
  readonly attachments: readonly Attachment[]
}

/** js-libp2p takes documentation and benchmark networks for private, so these are someone's: no packet leaves us. */
const CORE_NETWORK = '25.10.0'
const CARRIER_NETWORK = '100.64'
/** Every home has the same, as many do: an address of one home means another machine in the other. */
const HOME_NETWORK = '192.168.1'
const NETWORK6 = '2a01:25:10'
/** On the core, hosts come first; a pool of four addresses begins at a multiple of four. */
const NAT_FIRST = 12
const POOL_COUNT = 4
const INSIDE_FIRST = 10

/** Throws an assertion on names that are unknown or there twice. */
export function planOf(topology: Topology): Plan {
  const { nats, hosts } = topology
  const names = [...nats, ...hosts].map(({ name }) => name)
  assert.equal(new Set(names).size, names.length, 'a name is there twice')
  const attachments: Attachment[] = []
  const add = (part: Place): void => void attachments.push(attachment(topology, part))
  for (const [index, { name, at, pool }] of nats.entries()) {
    const first = at === CORE ? NAT_FIRST + index * POOL_COUNT : INSIDE_FIRST + index
    add({ namespace: name, device: 'wan', at, first, count: pool == null ? 1 : POOL_COUNT, uplink: 0 })
  }
  let next = 1
  for (const [index, { name, at: places, addressesCount: count = 1 }] of hosts.entries()) {
    for (const [uplink, at] of (typeof places === 'string' ? [places] : places).entries()) {
      const first = at === CORE ? next : INSIDE_FIRST + index
      if (at === CORE) next += count
      add({ namespace: name, device: `up${uplink}`, at, first, count, uplink })
    }
  }
  assert.ok(next <= NAT_FIRST, 'more hosts on the core than there are addresses for')
  return { topology, attachments }
}

interface Place {
  readonly namespace: string
  readonly device: string
  readonly at: string
  readonly first: number
  readonly count: number
  readonly uplink: number
}

function attachment(topology: Topology, { namespace, device, at, first, count, uplink }: Place): Attachment {
  const nat = topology.nats.find(({ name }) => name === at)
  assert.ok(at === CORE || nat != null, `there is no ${at}`)
  const six = topology.ipv6 === true && (at === CORE || nat?.at === CORE)
  const network = nat == null ? CORE_NETWORK : insideNetwork(topology, nat)
  return {
    namespace,
    device,
    at,
    addresses: Array.from({ length: count }, (_, index) => `${network}.${first + index}`),
    address6: six ? `${network6(topology, at)}::${first}` : null,
    mac: `02:25:10:00:${hex(uplink)}:${hex(first)}`
  }
}

const hex = (number: number): string => number.toString(16).padStart(2, '0')

/** The first three bytes of the inside of a NAT. */
export function insideNetwork({ nats }: Topology, nat: NatSpec): string {
  const carriers = nats.filter(({ name }) => nats.some(({ at }) => at === name))
  const carrier = carriers.indexOf(nat)
  return carrier < 0 ? HOME_NETWORK : `${CARRIER_NETWORK}.${carrier}`
}

function network6({ nats }: Topology, at: string): string {
  return at === CORE ? NETWORK6 : `${NETWORK6}:${nats.findIndex(({ name }) => name === at) + 1}`
}

/** The rule set of a NAT with what its place calls for. */
export function rulesOf(plan: Plan, nat: NatSpec): string {
  const { addresses = [] } = plan.attachments.find(({ namespace }) => namespace === nat.name) ?? {}
  const rules = natRules(nat, { outside: addresses, inside: `${insideNetwork(plan.topology, nat)}.0/24` })
  return `flush ruleset\n${rules}${plan.topology.ipv6 === true ? FIREWALL6 : ''}`
}

/** Commands for ip in a namespace: nobody asks for hardware addresses on the core. */
export function neighbours({ attachments }: Plan, namespace: string): string[] {
  const [own] = attachments.filter((each) => each.namespace === namespace && each.at === CORE)
  if (own == null) return []
  return attachments
    .filter((each) => each.at === CORE && each.namespace !== namespace)
    .flatMap(({ addresses, address6, mac }) =>
      [...addresses, ...(address6 == null ? [] : [address6])].map(
        (address) => `neighbour replace ${address} lladdr ${mac} dev ${own.device} nud permanent`
      )
    )
}

/** The way to everywhere else of a namespace on an uplink; on the core there is nowhere else. */
export function defaultRoutes(
  { topology, attachments }: Plan,
  { namespace, at, device }: Attachment
): string[] {
  const nat = topology.nats.find(({ name }) => name === at)
  if (nat == null) {
    const homes =
      topology.ipv6 === true
        ? topology.nats.filter((each) => each.at === CORE && each.name !== namespace)
        : []
    const routes6 = homes.flatMap(({ name }) => {
      const outside = attachments.find((each) => each.namespace === name)?.address6
      return `route replace ${network6(topology, name)}::/64 via ${outside} dev ${device}`
    })
    return ['route replace blackhole default', ...routes6]
  }
  const six = topology.ipv6 === true && nat.at === CORE
  return [
    `route replace default via ${insideNetwork(topology, nat)}.1 dev ${device}`,
    ...(six ? [`route replace default via ${network6(topology, at)}::1 dev ${device}`] : [])
  ]
}

/** The veth pairs that are not on the core; run where namespaces are made. */
export function cables({ attachments }: Plan, pathOf: (namespace: string) => string): string {
  return attachments
    .flatMap(({ namespace, device, at }, index) =>
      at === CORE
        ? []
        : [
            `ip link add name ${device} netns ${pathOf(namespace)} type veth peer name in${index} netns ${pathOf(at)}`
          ]
    )
    .join('\n')
}

/** Settings that must be there before an interface is. */
export function firstScript({ topology }: Plan): string {
  const six = topology.ipv6 === true ? 0 : 1
  return settings([
    `net.ipv6.conf.all.disable_ipv6=${six}`,
    `net.ipv6.conf.default.disable_ipv6=${six}`,
    'net.ipv6.conf.default.accept_dad=0',
    'net.ipv6.conf.default.accept_ra=0',
    'net.ipv4.conf.all.rp_filter=0',
    'net.ipv4.conf.default.rp_filter=0'
  ])
}

/** What makes a namespace a host or a NAT, once its interfaces are there. */
export function namespaceScript(plan: Plan, namespace: string): string {
  const { topology, attachments } = plan
  const own = attachments.filter((each) => each.namespace === namespace)
  const nat = topology.nats.find(({ name }) => name === namespace)
  const commands = ['link set lo up']
  for (const { device, addresses, address6 } of own) {
    for (const address of addresses) commands.push(`address add ${address}/24 dev ${device}`)
    if (address6 != null) commands.push(`address add ${address6}/64 dev ${device} nodad`)
  }
  const [first] = own
  assert.ok(first != null)
  commands.push(`link set ${first.device} up`)
  if (nat != null) commands.push(...insideCommands(plan, nat))
  commands.push(...neighbours(plan, namespace), ...defaultRoutes(plan, first))
  const forwarding = topology.ipv6 === true ? ['net.ipv6.conf.all.forwarding=1'] : []
  const keep = own.map(({ device }) => `net.ipv6.conf.${device}.keep_addr_on_down=1`)
  return `${topology.ipv6 === true ? settings(keep) : ''}
${nat == null ? '' : ROUTED}
ip -batch - <<END
${commands.join('\n')}
END
${nat == null ? '' : `nft -f - <<END\n${rulesOf(plan, nat)}\nEND\n${settings([...natSettings(nat), ...forwarding])}`}`
}

/** Where bridges run their frames through netfilter, one that a NAT sends back to its own side would be lost. */
const ROUTED =
  'if [ -e /proc/sys/net/bridge ]; then echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi'

function insideCommands({ topology, attachments }: Plan, nat: NatSpec): string[] {
  const commands = ['link add lan type bridge', `address add ${insideNetwork(topology, nat)}.1/24 dev lan`]
  if (topology.ipv6 === true && nat.at === CORE) {
    commands.push(`address add ${network6(topology, nat.name)}::1/64 dev lan nodad`)
  }
  for (const [index, { at }] of attachments.entries()) {
    if (at === nat.name) commands.push(`link set in${index} master lan up`)
  }
  commands.push('link set lan up')
  return commands
}

function settings(values: readonly string[]): string {
  return values
    .map((each) => {
      const [key = '', value = ''] = each.split('=')
      return `echo ${value} > /proc/sys/${key.replaceAll('.', '/')}\n`
    })
    .join('')
}
