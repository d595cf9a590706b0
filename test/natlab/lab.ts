/**
 * The NAT laboratory: an internet of its own on this machine. Hosts in network namespaces stand on the core or behind
 * NATs, these on the core or behind further NATs; every packet between them takes that way, and there is no other.
 * docs/natlab.md tells how to use it.
 */

import assert from 'node:assert/strict'
import { z } from 'zod'
import type { LinkEnd, Quality } from './core.ts'
import { Core, layLinks } from './core.ts'
import { Namespaces } from './namespaces.ts'
import type { Attachment, Plan, Topology } from './plan.ts'
import {
  CORE,
  cables,
  defaultRoutes,
  firstScript,
  namespaceScript,
  neighbours,
  planOf,
  rulesOf
} from './plan.ts'
import type { Totals } from './switch.ts'

/** An interface's view; bytes are those of IP packets. */
export interface Counters {
  readonly receivedBytes: number
  readonly receivedPackets: number
  readonly sentBytes: number
  readonly sentPackets: number
}

const ETHERNET_BYTES = 14
/** conntrack ends with 1 where there is no such flow. */
const forgetFlowsWith = (address: string): string => {
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  return ['-d', '-s']
    .map((way) => `conntrack -D -f ${family} -p udp ${way} ${address} >/dev/null 2>&1 || true\n`)
    .join('')
}
/** A NAT that filters by address keeps those that were sent to beside its flows. */
const FORGET_FILTER = 'nft flush set ip filter seen 2>/dev/null || true\n'
/** A frame passes two links of the core, each way. */
const LINKS_A_ROUND_TRIP = 4

const sideSchema = z.object({ bytes: z.number(), packets: z.number() })
const linksSchema = z.array(z.object({ stats64: z.object({ rx: sideSchema, tx: sideSchema }) })).length(1)

/** Makes a laboratory. Throws an assertion error with the command and its words where the machine does not let us. */
export async function createLab(topology: Topology): Promise<Lab> {
  await using held = new AsyncDisposableStack()
  const plan = planOf(topology)
  const namespaces = held.use(await Namespaces.create())
  const names = [...new Set(plan.attachments.map(({ namespace }) => namespace))]
  const pathOf = (name: string): string => namespaces.path(name)
  const made = names.map(
    (name) => `touch ${pathOf(name)}; unshare --net=${pathOf(name)} sh -eu <<END\n${firstScript(plan)}END\n`
  )
  await namespaces.must(null, ['sh', '-eu'], `${made.join('')}${cables(plan, pathOf)}\n`)
  const ends: LinkEnd[] = plan.attachments.filter(({ at }) => at === CORE)
  await layLinks(namespaces, ends)
  const quality = {
    delayMs: topology.rttMs / LINKS_A_ROUND_TRIP,
    jitterMs: topology.jitterMs ?? 0,
    loss: topology.loss ?? 0
  }
  const core = held.use(await Core.start(namespaces, ends, quality))
  await Promise.all(
    names.map(async (name) => await namespaces.must(name, ['sh', '-eu'], namespaceScript(plan, name)))
  )
  return new Lab(plan, namespaces, core, held.move())
}

export class Lab implements AsyncDisposable {
  readonly namespaces: Namespaces
  #plan: Plan
  readonly #core: Core
  readonly #held: AsyncDisposableStack

  constructor(plan: Plan, namespaces: Namespaces, core: Core, held: AsyncDisposableStack) {
    this.#plan = plan
    this.namespaces = namespaces
    this.#core = core
    this.#held = held
  }

  get topology(): Topology {
    return this.#plan.topology
  }

  /** The IPv4 addresses of a host or of the outside of a NAT, on its first uplink. */
  addresses(name: string): readonly string[] {
    return this.#attachment(name).addresses
  }

  address(name: string): string {
    return this.#attachment(name).addresses[0] ?? ''
  }

  address6(name: string): string {
    const { address6 } = this.#attachment(name)
    assert.ok(address6 != null, `${name} has no IPv6 address`)
    return address6
  }

  /** The command line that runs `command` on a host or a NAT. */
  enter(name: string, command: readonly string[]): [string, string[]] {
    return this.namespaces.enter(name, command)
  }

  /** Of the interface towards the core, since it was made. */
  async counters(name: string, uplink = 0): Promise<Counters> {
    const { device, at } = this.#attachment(name, uplink)
    const text = await this.namespaces.must(name, ['ip', '-s', '-j', 'link', 'show', 'dev', device])
    const [link] = linksSchema.parse(JSON.parse(text))
    assert.ok(link != null)
    const { rx, tx } = link.stats64
    // VXLAN counts what it carries.
    const header = at === CORE ? 0 : ETHERNET_BYTES
    return {
      receivedBytes: rx.bytes - rx.packets * header,
      receivedPackets: rx.packets,
      sentBytes: tx.bytes - tx.packets * header,
      sentPackets: tx.packets
    }
  }

  /** Everything that has left the core since it was made. */
  async totals(): Promise<Totals> {
    return await this.#core.totals()
  }

  /** What went over the core between two names or their NATs, both ways. */
  async between(one: string, other: string): Promise<{ packets: number; bytes: number }> {
    const ofOne = this.outsides(one)
    const ofOther = this.outsides(other)
    const sum = { packets: 0, bytes: 0 }
    for (const { from, to, packets, bytes } of (await this.totals()).flows) {
      if (!(ofOne.has(from) && ofOther.has(to)) && !(ofOne.has(to) && ofOther.has(from))) continue
      sum.packets += packets
      sum.bytes += bytes
    }
    return sum
  }

  /** Packets that one name or its NATs sent straight to the other, those that died on the way included. */
  async sentTo(one: string, other: string): Promise<number> {
    const [from, to] = [this.outsides(one), this.outsides(other)]
    const flows = (await this.totals()).flows.filter((each) => from.has(each.from) && to.has(each.to))
    return flows.reduce((sum, { packets }) => sum + packets, 0)
  }

  /** The addresses that a name has on the core, by itself or by its NATs. */
  outsides(name: string): ReadonlySet<string> {
    const own = this.#plan.attachments.filter(({ namespace }) => namespace === name)
    return new Set(
      own.flatMap(({ at, addresses, address6 }) => [
        ...(at === CORE ? addresses : this.outsides(at)),
        ...(address6 == null ? [] : [address6])
      ])
    )
  }

  /** The NAT, or the host itself, through which a name reaches the core. */
  gate(name: string, uplink = 0): string {
    const { at } = this.#attachment(name, uplink)
    return at === CORE ? name : this.gate(at)
  }

  /** Asserts that every namespace has the interfaces of the topology and no other. */
  async assertClosed(): Promise<void> {
    const { attachments } = this.#plan
    for (const name of new Set(attachments.map(({ namespace }) => namespace))) {
      const text = await this.namespaces.must(name, ['ip', '-j', 'link'])
      const found = z.array(z.object({ ifname: z.string() })).parse(JSON.parse(text))
      const own = attachments.filter(({ namespace }) => namespace === name).map(({ device }) => device)
      const inside = attachments.flatMap(({ at }, index) => (at === name ? [`in${index}`] : []))
      const expected = ['lo', ...own, ...inside, ...(inside.length > 0 ? ['lan'] : [])]
      assert.deepEqual(
        found.map(({ ifname }) => ifname).toSorted(),
        expected.toSorted(),
        `interfaces of ${name}`
      )
    }
  }

  /** Changes a link of the core from now on. */
  tune(name: string, quality: Partial<Quality>, uplink = 0): void {
    this.#core.tune(name, this.#attachment(name, uplink).device, quality)
  }

  /** A host's uplink goes, and another takes over. */
  async switchUplink(name: string, uplink: number): Promise<void> {
    const own = this.#plan.attachments.filter(({ namespace }) => namespace === name)
    const chosen = this.#attachment(name, uplink)
    const commands = own.map((each) => `link set ${each.device} ${each === chosen ? 'up' : 'down'}`)
    commands.push(...neighbours(this.#plan, name), ...defaultRoutes(this.#plan, chosen))
    await this.#ip(name, commands)
  }

  /** From now on a NAT lets no UDP but that of DNS pass, or lets all of it pass again. Its flows stay. */
  async blockUdp(nat: string, isBlocked: boolean): Promise<void> {
    const chain = 'chain pass { type filter hook forward priority -15; policy accept;\n'
    const rule = `${chain}meta l4proto udp udp dport != 53 drop\n}\n`
    const block = isBlocked ? `table ip noudp {\n${rule}}\n` : ''
    await this.namespaces.must(nat, ['nft', '-f', '-'], `table ip noudp\ndelete table ip noudp\n${block}`)
  }

  /** Ends every flow of a NAT, as a carrier does with mappings that are old, used or not. */
  async forgetFlows(nat: string): Promise<void> {
    await this.namespaces.must(nat, ['conntrack', '-F'])
  }

  /** Lets the NATs of two names forget the flows between them, and no others: as if they had never met. */
  async forgetBetween(one: string, other: string): Promise<void> {
    const ways = [
      [one, other],
      [other, one]
    ] as const
    await Promise.all(
      ways.flatMap(([name, peer]) => {
        const script = [...this.outsides(peer)].map(forgetFlowsWith).join('')
        return this.#nats(name).map(
          async (nat) => await this.namespaces.must(nat, ['sh', '-eu'], `${script}${FORGET_FILTER}`)
        )
      })
    )
  }

  /** The NATs between a name and the core, on its first uplink. */
  #nats(name: string): string[] {
    const { at } = this.#attachment(name)
    return at === CORE ? [] : [at, ...this.#nats(at)]
  }

  /** Gives the outside of a NAT on the core another IPv4 address, as carriers do over night. */
  async renumber(nat: string, address: string): Promise<void> {
    const spec = this.topology.nats.find(({ name }) => name === nat)
    const old = this.#attachment(nat)
    assert.ok(spec != null && old.at === CORE)
    const attachments = this.#plan.attachments.map((each) =>
      each === old ? { ...each, addresses: [address] } : each
    )
    this.#plan = { topology: this.topology, attachments }
    await this.#ip(nat, [
      `address flush dev ${old.device} scope global`,
      `address add ${address}/24 dev ${old.device}`,
      ...neighbours(this.#plan, nat),
      ...defaultRoutes(this.#plan, old)
    ])
    await this.namespaces.must(nat, ['nft', '-f', '-'], rulesOf(this.#plan, spec))
    await this.forgetFlows(nat)
    for (const { namespace, at } of attachments) {
      if (at === CORE && namespace !== nat) await this.#ip(namespace, neighbours(this.#plan, namespace))
    }
  }

  async #ip(name: string, commands: readonly string[]): Promise<void> {
    await this.namespaces.must(name, ['ip', '-batch', '-'], `${commands.join('\n')}\n`)
  }

  #attachment(name: string, uplink = 0): Attachment {
    const found = this.#plan.attachments.filter(({ namespace }) => namespace === name)[uplink]
    assert.ok(found != null, `${name} has no uplink ${uplink}`)
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
  }
}
