// The laboratory first proves what its NATs and its core are; reach.test.ts then runs the program in it.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import type { Endpoint } from './agent.ts'
import { Agent } from './agents.ts'
import { assertKind, classify, PROBER, PROBER_ADDRESSES } from './classify.ts'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'
import type { Nat, NatKind } from './nat.ts'
import { NAT_KINDS } from './nat.ts'
import type { HostSpec, NatSpec } from './plan.ts'
import { CORE } from './plan.ts'

const RTT_MS = 20
const TIMEOUT_MS = 1000
/** Of an answer that must come: other tests may have the machine. */
const ANSWER_MS = 5000
const prober: HostSpec = { name: PROBER, at: CORE, addressesCount: PROBER_ADDRESSES }

/** One NAT on the core with hosts behind it. */
async function home(nat: Nat, hosts: readonly string[] = ['host']): Promise<Lab> {
  return await createLab({
    nats: [{ ...nat, name: 'nat', at: CORE }],
    hosts: [prober, ...hosts.map((name) => ({ name, at: 'nat' }))],
    rttMs: RTT_MS
  })
}

/** A prober that answers on 7001 and 7002 of each of its addresses, and an agent with a socket on each host. */
async function agents(lab: Lab, hosts: readonly string[], stack: AsyncDisposableStack) {
  const server = stack.use(await Agent.start(lab, PROBER))
  for (const address of lab.addresses(PROBER)) {
    for (const port of [7001, 7002]) await server.open(`${address} ${port}`, address, port)
  }
  const started = []
  for (const host of hosts) {
    const agent = stack.use(await Agent.start(lab, host))
    await agent.open('socket', '0.0.0.0')
    started.push(agent)
  }
  return { server, hosts: started }
}

const at = (lab: Lab, index = 0, port = 7001): Endpoint => ({
  address: lab.addresses(PROBER)[index] ?? '',
  port
})
const from = (lab: Lab): string => `${lab.address(PROBER)} 7001`

async function seen(agent: Agent | undefined, to: Endpoint, socket = 'socket'): Promise<Endpoint> {
  const found = await agent?.ask(socket, to, ANSWER_MS)
  assert.ok(found != null, 'no answer')
  return found
}

describe('every NAT is what it is called', () => {
  test('each kind', async () => {
    const kinds = NAT_KINDS.filter((kind) => kind !== 'public')
    const nats = kinds.map((kind): NatSpec => ({ name: `nat-${kind}`, at: CORE, kind }))
    const hosts = kinds.map((kind): HostSpec => ({ name: `host-${kind}`, at: `nat-${kind}` }))
    await using lab = await createLab({
      nats,
      hosts: [prober, { name: 'host-public', at: CORE }, ...hosts],
      rttMs: RTT_MS
    })
    for (const kind of NAT_KINDS) await assertKind(lab, `host-${kind}`, kind === 'public' ? [] : [{ kind }])
  })

  test('a home router behind a carrier of each kind', async () => {
    const kinds: readonly NatKind[] = ['fc', 'adf', 'prc-map', 'sym', 'blk']
    const nats = kinds.flatMap((kind): NatSpec[] => [
      { name: `cgn-${kind}`, at: CORE, kind },
      { name: `home-${kind}`, at: `cgn-${kind}`, kind: 'prc' }
    ])
    const hosts = kinds.map((kind) => ({ name: `host-${kind}`, at: `home-${kind}` }))
    await using lab = await createLab({ nats, hosts: [prober, ...hosts], rttMs: RTT_MS })
    for (const kind of kinds) await assertKind(lab, `host-${kind}`, [{ kind: 'prc' }, { kind }])
  })

  test.for(['fc', 'prc-map'] as const)(
    'hairpin of %s, for one home and for two behind one carrier',
    async (kind) => {
      await using lab = await createLab({
        nats: [
          { name: 'cgn', at: CORE, kind, hairpin: true },
          { name: 'home-a', at: 'cgn', kind: 'prc' },
          { name: 'home-b', at: 'cgn', kind: 'prc' }
        ],
        hosts: [
          prober,
          { name: 'phone', at: 'cgn' },
          { name: 'a', at: 'home-a' },
          { name: 'b', at: 'home-b' }
        ],
        rttMs: RTT_MS
      })
      await assertKind(lab, 'phone', [{ kind, hairpin: true }])
      await using stack = new AsyncDisposableStack()
      const { hosts } = await agents(lab, ['a', 'b'], stack)
      const [a, b] = hosts
      const [outsideA, outsideB] = [await seen(a, at(lab)), await seen(b, at(lab))]
      await a?.send('socket', outsideB, 'from a')
      await b?.send('socket', outsideA, 'from b')
      await a?.send('socket', outsideB, 'from a again')
      assert.deepEqual((await a?.heard('socket', 'from b'))?.[0], { ...outsideB, text: 'from b' })
      assert.deepEqual((await b?.heard('socket', 'from a again'))?.at(-1), {
        ...outsideA,
        text: 'from a again'
      })
      assert.deepEqual(await lab.between('a', 'b'), { packets: 0, bytes: 0 }, 'over the core')
    }
  )

  test('a pool of addresses, paired and arbitrary', async () => {
    for (const pool of ['paired', 'arbitrary'] as const) {
      await using lab = await home({ kind: 'prc', pool })
      const found = await classify(lab, 'host')
      assert.equal(found?.addresses.length, pool === 'paired' ? 1 : PROBER_ADDRESSES, pool)
      for (const address of found.addresses) assert.ok(lab.addresses('nat').includes(address))
    }
  })

  test('UDP blocked; TCP to 443 only', async () => {
    for (const blocks of ['udp', 'all-but-443'] as const) {
      await using lab = await home({ kind: 'prc', blocks })
      await assertKind(lab, 'host', [{ kind: 'prc', blocks }])
      await using stack = new AsyncDisposableStack()
      const { server, hosts } = await agents(lab, ['host'], stack)
      const address = lab.address(PROBER)
      for (const port of [443, 4001]) await server.listen({ address, port })
      assert.equal(await hosts[0]?.connects({ address, port: 443 }, TIMEOUT_MS), true)
      assert.equal(await hosts[0]?.connects({ address, port: 4001 }, TIMEOUT_MS), blocks === 'udp')
    }
  })

  test('a quota of flows for each subscriber', async () => {
    const [quota, tries] = [64, 70]
    await using lab = await home({ kind: 'prc', quota }, ['host', 'other'])
    await using stack = new AsyncDisposableStack()
    const { hosts } = await agents(lab, ['host', 'other'], stack)
    const [host, other] = hosts
    const asks = Array.from({ length: tries }, async (_, index) => {
      await host?.open(`s${index}`, '0.0.0.0')
      return await host?.ask(`s${index}`, at(lab), ANSWER_MS)
    })
    assert.equal((await Promise.all(asks)).filter((each) => each != null).length, quota)
    await seen(other, at(lab))
  })

  test('a mapping ends: by its age, and when the carrier forgets it', async () => {
    await using lab = await home({ kind: 'prc', timeouts: { unanswered: 1, answered: 1 } })
    await using stack = new AsyncDisposableStack()
    const { server, hosts } = await agents(lab, ['host'], stack)
    const [host] = hosts
    await host?.open('other', '0.0.0.0')
    const heard = async (text: string, pause: () => Promise<void>): Promise<boolean> => {
      const outside = await seen(host, at(lab))
      await pause()
      await server.send(from(lab), outside, text)
      // A round trip of another flow: whatever passes has passed by then.
      await seen(host, at(lab, 1), 'other')
      return (await host?.heard('socket'))?.some((each) => each.text === text) ?? false
    }
    assert.equal(await heard('fresh', async () => undefined), true)
    assert.equal(await heard('old', async () => await sleep(1500)), false)
    assert.equal(await heard('forgotten', async () => await lab.forgetFlows('nat')), false)
  })
})

describe('the internet of the laboratory', () => {
  test('has no way but the one drawn', async () => {
    const nats: NatSpec[] = [
      { name: 'nat-a', at: CORE, kind: 'prc' },
      { name: 'nat-b', at: CORE, kind: 'prc' }
    ]
    const hosts = [prober, { name: 'a', at: 'nat-a' }, { name: 'b', at: 'nat-b' }]
    await using lab = await createLab({ nats, hosts, rttMs: RTT_MS })
    await lab.assertClosed()
    await using stack = new AsyncDisposableStack()
    const started = await agents(lab, ['a', 'b'], stack)
    const [a, b] = started.hosts
    const port = await b?.open('open', '0.0.0.0')
    assert.ok(port != null)
    for (const address of [lab.address('b'), lab.address('nat-b')])
      await a?.send('socket', { address, port }, 'hello')
    await seen(a, at(lab))
    await seen(b, at(lab), 'open')
    assert.deepEqual(await b?.heard('open'), [])
    // What did leave the home of a came to the outside of the other and no further.
    assert.equal((await lab.between('a', 'b')).packets, 1)
  })

  test('delays, loses, and uses up hops', async () => {
    await using lab = await home({ kind: 'prc' })
    await using stack = new AsyncDisposableStack()
    const { server, hosts } = await agents(lab, ['host'], stack)
    const [host] = hosts
    const started = performance.now()
    await seen(host, at(lab))
    assert.ok(performance.now() - started >= RTT_MS - 1)
    await host?.send('socket', at(lab), 'opener', 5)
    await host?.send('socket', at(lab), 'hello')
    assert.deepEqual(
      (await server.heard(from(lab), 'hello')).map(({ text }) => text),
      ['hello']
    )
    assert.equal((await lab.totals()).expired, 1)
    lab.tune('nat', { loss: 1 })
    assert.equal(await host?.ask('socket', at(lab), 100), null)
    lab.tune('nat', { loss: 0, delayMs: 50 })
    const slow = performance.now()
    await seen(host, at(lab))
    assert.ok(performance.now() - slow >= 100)
    const { receivedPackets, sentPackets } = await lab.counters('nat')
    assert.deepEqual({ receivedPackets, sentPackets }, { receivedPackets: 2, sentPackets: 5 })
  })

  test('a host changes its uplink, and a carrier the address of a home', async () => {
    await using lab = await createLab({
      nats: [
        { name: 'cable', at: CORE, kind: 'prc' },
        { name: 'mobile', at: CORE, kind: 'sym' }
      ],
      hosts: [prober, { name: 'robot', at: ['cable', 'mobile'] }],
      rttMs: RTT_MS
    })
    await using stack = new AsyncDisposableStack()
    const { hosts } = await agents(lab, ['robot'], stack)
    const [robot] = hosts
    assert.equal((await seen(robot, at(lab))).address, lab.address('cable'))
    await lab.switchUplink('robot', 1)
    assert.equal((await seen(robot, at(lab))).address, lab.address('mobile'))
    await lab.switchUplink('robot', 0)
    assert.equal((await seen(robot, at(lab))).address, lab.address('cable'))
    await lab.renumber('cable', '25.10.0.99')
    assert.equal((await seen(robot, at(lab))).address, '25.10.0.99')
  })

  test('IPv6 homes have a stateful firewall and no NAT', async () => {
    await using lab = await createLab({
      nats: [{ name: 'nat', at: CORE, kind: 'sym' }],
      hosts: [prober, { name: 'host', at: 'nat' }],
      rttMs: RTT_MS,
      ipv6: true
    })
    await assertKind(lab, 'host', [{ kind: 'sym' }])
    await using stack = new AsyncDisposableStack()
    const { server, hosts } = await agents(lab, ['host'], stack)
    const [host] = hosts
    const address = lab.address6(PROBER)
    for (const port of [7001, 7002]) await server.open(`six ${port}`, address, port)
    const port = await host?.open('six', lab.address6('host'))
    const outside = await seen(host, { address, port: 7001 }, 'six')
    assert.deepEqual(outside, { address: lab.address6('host'), port })
    await server.send('six 7002', outside, 'unknown')
    await server.send('six 7001', outside, 'known')
    assert.deepEqual(
      (await host?.heard('six', 'known'))?.map(({ text }) => text),
      ['known']
    )
  })
})
