import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, beforeAll, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { Nat } from '../../src/model/nat.ts'
import { UNKNOWN_NAT } from '../../src/model/nat.ts'
import { surplusOf } from '../../src/node/admission.ts'
import { MeshPaths } from '../../src/node/paths-mesh.ts'
import { pingConnection } from '../../src/node/ping.ts'
import type { Local } from '../../src/node/punch/transport.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, LISTEN, next, quietLogger, soon } from '../support/fleet.ts'

type Peer = TestNode<Record<never, never>>

const HOME: Nat = {
  ...UNKNOWN_NAT,
  name: 'port-restricted',
  mapping: 'eim',
  filtering: 'apdf',
  ports: 'preserved'
}
const SYMMETRIC: Nat = { ...HOME, name: 'symmetric', mapping: 'edm', ports: 'random' }

let fleet: TestFleet
let hub: Peer
let robot: Peer
let laptop: Peer
let paths: MeshPaths
const locals = { robot: nowhere(HOME), laptop: nowhere(HOME) }
function nowhere(nat: Nat): Local {
  return { external: [], lan: [], nat }
}
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  const quic = LISTEN.slice(0, 1)
  robot = await fleet.node({
    name: 'robot',
    role: 'device',
    listen: quic,
    punch: { mayLoop: true, local: () => locals.robot }
  })
  laptop = await fleet.node({
    name: 'laptop',
    role: 'admin',
    first: true,
    listen: quic,
    punch: { mayLoop: true, local: () => locals.laptop }
  })
  paths = pathsOf(laptop, () => locals.laptop)
  const listening = next(robot.node.libp2p, 'transport:listening')
  await robot.membership.connect(hub.addresses, soon())
  await listening
  await laptop.membership.connect(hub.addresses, soon())
})
afterAll(async () => {
  await paths.stop()
  for (const each of [laptop, robot, hub]) await each[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

function pathsOf({ node, membership }: Peer, local: () => Local): MeshPaths {
  return new MeshPaths({
    admission: node.admission,
    punch: node.services.punch,
    transport: node.transport,
    local,
    isNeighbour: () => false,
    clock: systemClock,
    log: quietLogger.forComponent(),
    connect: async (addresses, signal) => await membership.connect(addresses, signal),
    ping: pingConnection
  })
}

async function aborted(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

const own = (peer: Peer) =>
  peer.addresses
    .filter((address) => !address.includes('circuit'))
    .map((address) => multiaddr(address).decapsulateCode(421))
const seen = (peer: Peer, nat: Nat): Local => ({ external: own(peer), lan: [], nat })

/** The first connection on the way that is what is waited for. */
async function until(
  peer: string,
  when: (connection: Connection | undefined) => boolean
): Promise<Connection | undefined> {
  for await (const connection of paths.follow(peer, soon())) if (when(connection)) return connection
  throw new Error('no such path in time')
}

async function apart(): Promise<void> {
  for (const connection of laptop.node.admission.connections(robot.node.peer)) {
    connection.abort(new Error('the test is over'))
  }
  while (robot.node.admission.connections(laptop.node.peer).length > 0) {
    await next(robot.node.admission, 'member:disconnected')
  }
  laptop.node.services.punch.forget(robot.node.peer)
  robot.node.services.punch.forget(laptop.node.peer)
}

test('a member is reached through the relay at once and directly soon after, without a second greeting', async () => {
  locals.robot = seen(robot, HOME)
  locals.laptop = seen(laptop, HOME)
  using over = disposable()
  const peer = robot.node.peer
  const first = await paths.reach(peer, {}, over.signal)
  assert.equal(laptop.node.admission.member(first)?.name, 'robot')
  const direct = await until(peer, (connection) => connection?.direct === true)
  assert.ok(direct != null && direct !== first)
  assert.equal(first.status, 'open', 'the relayed connection stays as the way back')
  const view = paths.view(peer)
  assert.equal(view?.path, 'direct')
  assert.equal(view.method, 'punch')
  assert.equal(view.transport, 'quic')
  assert.deepEqual(view.nat, { ours: 'port-restricted', theirs: 'port-restricted' })
  assert.equal(view.attempts, 1)
  assert.equal(view.reason, null)
  const robots = robot.node.admission.connections(laptop.node.peer)
  assert.equal(robots.length, 2)
  assert.ok((await pingConnection(direct, soon())) >= 0)
  // What is lost falls back to the relay, and is sought again.
  direct.abort(new Error('the path is gone'))
  assert.equal(await until(peer, (connection) => connection === first), first)
  const again = await until(peer, (connection) => connection?.direct === true)
  assert.notEqual(again, direct)
  await apart()
})

test('who begins to use a peer after a search that failed has another one at once', async () => {
  locals.robot = nowhere(HOME)
  locals.laptop = nowhere(HOME)
  const peer = robot.node.peer
  {
    using over = disposable()
    await paths.reach(peer, {}, over.signal)
    while (laptop.node.services.punch.state(peer)?.reason !== 'no_candidates') {
      await next(laptop.node.services.punch, 'punch:change')
    }
  }
  locals.robot = seen(robot, HOME)
  locals.laptop = seen(laptop, HOME)
  using over = disposable()
  assert.equal((await paths.reach(peer, {}, over.signal)).direct, false)
  await until(peer, (connection) => connection?.direct === true)
  await apart()
})

test('a dial that leads nowhere is waited for where the peer is a neighbour, and nowhere else', async () => {
  const { node, membership } = laptop
  const dead = multiaddr('/ip4/192.168.1.77/udp/4711/quic-v1')
  for (const isNeighbour of [false, true]) {
    using over = disposable()
    const dialed: string[] = []
    const began = Promise.withResolvers<void>()
    const direct = Promise.withResolvers<never>()
    const waiting = new MeshPaths({
      admission: node.admission,
      punch: node.services.punch,
      transport: node.transport,
      local: () => locals.laptop,
      isNeighbour: () => isNeighbour,
      // A head start is never over.
      clock: { now: () => systemClock.now(), sleep: async (_, signal) => await aborted(signal) },
      log: quietLogger.forComponent(),
      connect: async (addresses, signal) => {
        const isRelayed = addresses.some((address) => address.includes('p2p-circuit'))
        dialed.push(isRelayed ? 'relay' : 'direct')
        began.resolve()
        return isRelayed ? await membership.connect(addresses, signal) : await direct.promise
      },
      ping: pingConnection
    })
    const reached = waiting.reach(robot.node.peer, { addresses: [dead] }, over.signal)
    await began.promise
    if (isNeighbour) {
      await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(dialed, ['direct'])
      direct.reject(new Error('nobody is there'))
    }
    assert.equal((await reached).direct, false)
    assert.deepEqual(dialed, ['direct', 'relay'])
    await waiting.stop()
    await apart()
  }
})

test('where nothing can work the view says why', async () => {
  locals.robot = seen(robot, SYMMETRIC)
  locals.laptop = seen(laptop, SYMMETRIC)
  using over = disposable()
  const peer = robot.node.peer
  const connection = await paths.reach(peer, {}, over.signal)
  assert.equal(connection.direct, false)
  while (laptop.node.services.punch.state(peer)?.reason == null) {
    await next(laptop.node.services.punch, 'punch:change')
  }
  const view = paths.view(peer)
  assert.equal(view?.path, 'relay')
  assert.equal(view.relay, hub.node.peer)
  assert.equal(view.reason, 'both_symmetric')
  assert.equal(view.method, null)
  await apart()
})

test('an address that answers is taken before the relay', async () => {
  using over = disposable()
  const peer = robot.node.peer
  const addresses = robot.addresses
    .filter((address) => !address.includes('circuit'))
    .map((at) => multiaddr(at))
  const connection = await paths.reach(peer, { addresses }, over.signal)
  assert.equal(connection.direct, true)
  assert.equal(paths.view(peer)?.method, 'dial')
  assert.equal(await paths.reach(peer, {}, over.signal), connection)
  await apart()
})

test('without a way the error says so, and followers see none', async () => {
  using over = disposable()
  const stranger = '12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'
  await assert.rejects(paths.reach(stranger, {}, over.signal), { code: 'peer_unreachable' })
  for await (const connection of paths.follow(stranger, soon())) {
    assert.equal(connection, undefined)
    break
  }
  assert.equal(paths.view(stranger), undefined)
})

test('a second address of a peer is dialed although the first is silent', async () => {
  await apart()
  const silent = createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  const { peer } = robot.node
  const addresses = [
    `/ip4/127.0.0.1/udp/${silent.address().port}/quic-v1`,
    ...own(robot).map((each) => each.toString())
  ]
  // A dial that is not answered ends after 5 s.
  const found = await laptop.membership.connect(
    addresses.map((each) => `${each}/p2p/${peer}`),
    soon(4_000)
  )
  assert.equal(found.connection.remotePeer.toString(), peer)
  await apart()
  const [other] = own(hub)
  await assert.rejects(laptop.membership.connect([`${other?.toString()}/p2p/${peer}`], soon()), {
    code: 'unreachable',
    message: /another peer answers/u
  })
  silent.close()
})

test('of too many connections the oldest goes whose kind there is more of', () => {
  const [relayed, ...direct] = [false, true, true, true, true].map((each, id) => ({ id, direct: each }))
  assert.ok(relayed != null)
  assert.equal(surplusOf([relayed, ...direct])?.id, 1)
  assert.equal(surplusOf([...direct, relayed])?.id, 1)
  assert.equal(surplusOf([relayed, ...direct.slice(2), relayed, relayed]), relayed)
})

test('a direct connection is let in beside an admitted relayed one only', async () => {
  const addresses = robot.addresses.filter((address) => !address.includes('circuit')).slice(0, 1)
  const { connection } = await laptop.membership.connect(addresses, soon())
  assert.equal(laptop.node.admission.succeed(connection), false, 'it is admitted already')
  const inbound = next<Connection>(robot.node.admission, 'connection:new')
  await apart()
  // A libp2p dial without a greeting: no relayed connection vouches for it.
  const raw = laptop.node.libp2p.dial(multiaddr(addresses[0] ?? ''), { signal: soon() })
  const opened = await inbound
  assert.equal(robot.node.admission.succeed(opened), false)
  await raw
  await apart()
})

function disposable(): { readonly signal: AbortSignal } & Disposable {
  const over = new AbortController()
  return { signal: over.signal, [Symbol.dispose]: () => over.abort() }
}
