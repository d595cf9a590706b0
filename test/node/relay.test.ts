import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { afterAll, beforeAll, test } from 'vitest'
import type { MemberConnection } from '../../src/node/admission.ts'
import { pingConnection } from '../../src/node/ping.ts'
import type { Content } from '../../src/protocols/content.ts'
import { content } from '../../src/protocols/content.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, next, soon } from '../support/fleet.ts'

const unasked = async (): Promise<Uint8Array> => await Promise.reject(new Error('not asked for'))
const CHUNK = randomBytes(1_048_576)
const protocols = {
  content: content({ manifest: unasked, chunks: unasked, chunk: async () => await Promise.resolve(CHUNK) })
}
type Peer = TestNode<{ content: Content }>

let fleet: TestFleet
let hub: TestNode<Record<never, never>>
let robot: Peer
let laptop: Peer
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  robot = await fleet.node({ name: 'robot', role: 'device', listen: [], protocols })
  laptop = await fleet.node({ name: 'laptop', role: 'admin', listen: [], first: true, protocols })
})
afterAll(async () => {
  for (const each of [laptop, robot, hub]) await each[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const circuit = (): string => `${hub.addresses[0]}/p2p-circuit/p2p/${robot.node.peer}`

/** Resolves once the robot announces an address through the hub, or no more. */
async function announced(is: boolean): Promise<void> {
  const now = (): boolean =>
    robot.node.libp2p.getMultiaddrs().some((address) => address.toString().includes('/p2p-circuit'))
  while (now() !== is) await next(robot.node.libp2p, 'transport:listening')
}

test('a device is reached through its coordinator, and pinged', async () => {
  await robot.membership.connect(hub.addresses, soon())
  await announced(true)
  const { connection, member } = await laptop.membership.connect([circuit()], soon())
  assert.equal(member.name, 'robot')
  assert.equal(connection.direct, false)
  assert.ok(connection.limits != null)
  assert.ok((await pingConnection(connection, soon())) >= 0)
})

test('the reservation is made again after the connection was lost, as often as it is', async () => {
  for (let round = 0; round < 2; round++) {
    const [connection] = robot.node.admission.connections(hub.node.peer)
    connection?.abort(new Error('the network went away'))
    await announced(false)
    await robot.membership.connect(hub.addresses, soon())
    await announced(true)
    const listed = robot.node.libp2p.getMultiaddrs().map(String)
    assert.equal(new Set(listed).size, listed.length, 'each address is announced once')
  }
  const { connection } = await laptop.membership.connect([circuit()], soon())
  assert.equal(connection.direct, false)
})

test('who is no member reserves nothing and is relayed to nobody', async () => {
  assert.equal(await hub.node.admission.gater.denyInboundRelayReservation?.(laptopless()), true)
  const { remotePeer } = hub.node.admission.connections()[0] ?? assert.fail('nobody is connected')
  assert.equal(await hub.node.admission.gater.denyOutboundRelayedConnection?.(remotePeer, laptopless()), true)
})

test('the DHT of the fleet leads a device to another by its peer ID alone', async () => {
  await using one = await fleet.node({ name: 'site-1', role: 'device' })
  await using two = await fleet.node({ name: 'site-2', role: 'device' })
  assert.equal(hub.node.services.dht.getMode(), 'server')
  assert.equal(one.node.services.dht.getMode(), 'client')
  const identified = next<{ peerId: unknown }>(
    hub.node.libp2p,
    'peer:identify',
    ({ peerId }: { peerId: unknown }) => String(peerId) === two.node.peer
  )
  const { routingTable } = one.node.services.dht as unknown as { routingTable: EventTarget }
  const added = next(routingTable, 'peer:add')
  await one.membership.connect(hub.addresses, soon())
  await two.membership.connect(hub.addresses, soon())
  await Promise.all([identified, added])
  const admitted = next<MemberConnection>(one.node.admission, 'member:connected')
  await one.node.libp2p.dial(peerIdFromString(two.node.peer), { signal: soon() })
  assert.equal((await admitted).member.name, 'site-2')
})

test('a member that goes is told of once it is gone', async () => {
  const left = next<MemberConnection & { remaining: number }>(
    hub.node.admission,
    'member:disconnected',
    ({ member }) => member.name === 'laptop'
  )
  for (const connection of laptop.node.admission.connections(hub.node.peer))
    connection.abort(new Error('bye'))
  assert.equal((await left).member.name, 'laptop')
})

test('a peer that refuses us is dialed by its role alone, whatever libp2p wants to keep', async () => {
  const { libp2p, admission } = robot.node
  await robot.membership.connect(hub.addresses, soon())
  await libp2p.peerStore.merge(peerIdFromString(hub.node.peer), { tags: { 'keep-alive-test': { value: 1 } } })
  let dialed = 0
  admission.addEventListener('connection:new', () => dialed++)
  const left = next<MemberConnection>(
    admission,
    'member:disconnected',
    ({ member }) => member.role === 'coordinator'
  )
  await hub.membership.putRevocations(fleet.revocations(1, [robot.identity.privateKey.publicKey.raw]))
  await left
  const [address = ''] = hub.addresses
  await assert.rejects(robot.membership.connect([address], soon()), { code: 'member_revoked' })
  // What takes others two dials and greetings is time enough to be dialed again.
  await using one = await fleet.node({ name: 'other-1', role: 'device' })
  await using two = await fleet.node({ name: 'other-2', role: 'device' })
  await one.membership.connect(hub.addresses, soon())
  await two.membership.connect(hub.addresses, soon())
  assert.equal(dialed, 1)
})

function laptopless() {
  return peerIdFromString('12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq')
}
