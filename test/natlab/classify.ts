/**
 * Finds out what a NAT does, with plain sockets and none of shoal's code: a host behind it, and a prober on the core
 * that has three addresses. Silence is never waited for: what may be dropped is followed by something that is not.
 */

import assert from 'node:assert/strict'
import type { Endpoint } from './agent.ts'
import { Agent } from './agents.ts'
import type { Lab } from './lab.ts'
import type { Behaviour, Nat } from './nat.ts'
import { BEHAVIOUR } from './nat.ts'

/** The host of a laboratory that probes; it needs PROBER_ADDRESSES on the core. */
export const PROBER = 'prober'
export const PROBER_ADDRESSES = 3

export interface Found extends Behaviour {
  /** The outside addresses that were seen. */
  readonly addresses: readonly string[]
  /** Whether a host is reached at its own outside address from inside, and what source it sees then. */
  readonly hairpin: 'none' | 'inside' | 'outside'
}

const PORTS = [7001, 7002]
/** A block is no larger; the random ports of a whole range never lie so close. */
const BLOCK_PORTS_MAX = 512
/** No answer within it means blocked; a laboratory without losses answers in a round trip. */
const TIMEOUT_MS = 2000

/** Sockets of one classification. */
interface Bench {
  readonly host: Agent
  readonly prober: Agent
  readonly own: string
  /** By address, then port. */
  readonly servers: readonly (readonly Endpoint[])[]
}

/** What the NATs between a host and the core do together; null where UDP does not pass. */
export async function classify(lab: Lab, host: string): Promise<Found | null> {
  await using stack = new AsyncDisposableStack()
  const bench = await setUp(lab, host, stack)
  const { servers } = bench
  await bench.host.open('main', bench.own)
  const samples: Endpoint[][] = []
  for (const server of servers) {
    const row: Endpoint[] = []
    for (const to of server) {
      const seen = await bench.host.ask('main', to, TIMEOUT_MS)
      if (seen == null) return null
      row.push(seen)
    }
    samples.push(row)
  }
  const own = await bench.host.open('other', bench.own)
  const again = await ask(bench, 'other', at(servers, 0, 0))
  const all = samples.flat()
  const ports = portsOf([...all, again], again.port === own)
  const mapping = all.some(({ address }) => address === bench.own) ? 'none' : mappingOf(samples)
  return {
    mapping,
    filtering: await filteringOf(bench),
    ports,
    poisoned: ports === 'preserved' && mapping !== 'none' && (await isPoisoned(bench, again.address)),
    addresses: [...new Set(all.map(({ address }) => address))],
    hairpin: await hairpinOf(bench)
  }
}

/** Asserts that a host's way to the core is what these NATs are, the one next to the core last. */
export async function assertKind(lab: Lab, host: string, nats: readonly Nat[]): Promise<void> {
  const found = await classify(lab, host)
  const blocks = nats.some((nat) => nat.blocks != null)
  const what = `${host} behind ${nats.map(({ kind }) => kind).join(' behind ') || 'nothing'}`
  assert.equal(found == null, blocks, `${what}: UDP ${found == null ? 'does not pass' : 'passes'}`)
  if (found == null) return
  const { mapping, filtering, ports, poisoned } = found
  assert.deepEqual({ mapping, filtering, ports, poisoned }, together(nats), what)
  if (nats.length === 1)
    assert.equal(found.hairpin, nats[0]?.hairpin === true ? 'outside' : 'none', `${what}: hairpin`)
}

/** The behaviour of NATs one behind the other: the strictest of each. */
function together(nats: readonly Nat[]): Behaviour {
  const order = {
    mapping: ['none', 'eim', 'adm', 'apdm'],
    filtering: ['eif', 'adf', 'apdf'],
    ports: ['preserved', 'sequential', 'block', 'random']
  } as const
  let sum = BEHAVIOUR.public
  for (const { kind } of nats) {
    const next = BEHAVIOUR[kind]
    const strictest = <T>(values: readonly T[], one: T, other: T): T =>
      values.indexOf(one) > values.indexOf(other) ? one : other
    sum = {
      mapping: strictest(order.mapping, sum.mapping, next.mapping),
      filtering: strictest(order.filtering, sum.filtering, next.filtering),
      // The last one gives the ports that the core sees, unless it keeps what it is given.
      ports: next.ports === 'preserved' ? sum.ports : next.ports,
      poisoned: sum.poisoned || next.poisoned
    }
  }
  return sum
}

async function setUp(lab: Lab, host: string, stack: AsyncDisposableStack): Promise<Bench> {
  const agent = stack.use(await Agent.start(lab, host))
  const prober = stack.use(await Agent.start(lab, PROBER))
  const addresses = lab.addresses(PROBER)
  assert.equal(addresses.length, PROBER_ADDRESSES)
  const servers = addresses.map((address) => PORTS.map((port) => ({ address, port })))
  for (const { address, port } of servers.flat()) await prober.open(`${address} ${port}`, address, port)
  return { host: agent, prober, own: lab.address(host), servers }
}

async function ask(bench: Bench, socket: string, to: Endpoint): Promise<Endpoint> {
  const seen = await bench.host.ask(socket, to, TIMEOUT_MS)
  assert.ok(seen != null, 'an answer is missing')
  return seen
}

function at(servers: Bench['servers'], server: number, port: number): Endpoint {
  const endpoint = servers[server]?.[port]
  assert.ok(endpoint != null)
  return endpoint
}

function mappingOf(samples: readonly (readonly Endpoint[])[]): Behaviour['mapping'] {
  const portsOfRow = samples.map((row) => new Set(row.map(({ port }) => port)))
  if (portsOfRow.some(({ size }) => size > 1)) return 'apdm'
  return new Set(samples.flat().map(({ port }) => port)).size > 1 ? 'adm' : 'eim'
}

function portsOf(samples: readonly Endpoint[], preserved: boolean): Behaviour['ports'] {
  if (preserved) return 'preserved'
  const ports = samples.map(({ port }) => port)
  const steps = ports.slice(1).map((port, index) => port - (ports[index] ?? 0))
  if (steps.every((step) => step === 1)) return 'sequential'
  return Math.max(...ports) - Math.min(...ports) < BLOCK_PORTS_MAX ? 'block' : 'random'
}

/** The prober sends from where the host has not sent to, and last from where it has. */
async function filteringOf({ host, prober, own, servers }: Bench): Promise<Behaviour['filtering']> {
  await host.open('filter', own)
  const opened = at(servers, 0, 0)
  const seen = await host.ask('filter', opened, TIMEOUT_MS)
  assert.ok(seen != null)
  const texts = ['other address', 'other port', 'same']
  for (const [index, from] of [at(servers, 1, 0), at(servers, 0, 1), opened].entries()) {
    await prober.send(`${from.address} ${from.port}`, seen, texts[index] ?? '')
  }
  const heard = (await host.heard('filter', 'same')).map(({ text }) => text)
  if (heard.includes('other address')) return 'eif'
  return heard.includes('other port') ? 'adf' : 'apdf'
}

/** Whether a packet that comes before the first one out moves that to another port. */
async function isPoisoned(bench: Bench, outside: string): Promise<boolean> {
  const { host, prober, own, servers } = bench
  const port = await host.open('early', own)
  const from = at(servers, 0, 0)
  await prober.send(`${from.address} ${from.port}`, { address: outside, port }, 'early')
  // A round trip of another socket: the early packet is there by then.
  await ask(bench, 'main', from)
  return (await ask(bench, 'early', from)).port !== port
}

async function hairpinOf(bench: Bench): Promise<Found['hairpin']> {
  const { host, own, servers } = bench
  await host.open('hairpin', own)
  const seen = await ask(bench, 'hairpin', at(servers, 0, 0))
  await host.send('main', seen, 'hairpin')
  await ask(bench, 'main', at(servers, 0, 0))
  const heard = (await host.heard('hairpin')).find(({ text }) => text === 'hairpin')
  if (heard == null || seen.address === own) return 'none'
  return heard.address === own ? 'inside' : 'outside'
}
