import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, test } from 'vitest'
import type { MemberConnection } from '../../src/node/admission.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, gone, next, soon } from '../support/fleet.ts'

type Plain = TestNode<Record<never, never>>
let fleet: TestFleet
let hub: Plain
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator' })
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const without = (address: string): string => address.replace(/\/p2p\/.*/, '')
const over = (transport: string): string[] => hub.addresses.filter((address) => address.includes(transport))

test('a device enrols at its first contact; the use is counted once', async () => {
  await using device = await fleet.node({ name: 'robot-1', role: 'device', listen: [] })
  const before = hub.stored.enrolled.length
  const connected = await device.membership.connect(hub.addresses, soon())
  assert.equal(connected.peer, hub.node.peer)
  assert.equal(connected.member.role, 'coordinator')
  assert.equal(hub.node.admission.member(device.node.peer)?.name, 'robot-1')
  assert.deepEqual(device.stored.bundle, device.membership.bundle)
  connected.connection.abort(new Error('again'))
  await device.membership.connect(hub.addresses, soon())
  assert.equal(hub.stored.enrolled.length, before + 1)
})

test('the stored bundle is enough after a restart', async () => {
  const identity = await fleet.identity()
  const settings = { name: 'robot-2', role: 'device', listen: [], identity } as const
  const first = await fleet.node(settings)
  await first.membership.connect(hub.addresses, soon())
  await first[Symbol.asyncDispose]()
  const count = hub.stored.enrolled.length
  await using second = await fleet.node({ ...settings, bundle: first.stored.bundle })
  await second.membership.connect(hub.addresses, soon())
  assert.equal(hub.stored.enrolled.length, count)
})

test('both sides identify each other once admitted', async () => {
  await using device = await fleet.node({ name: 'robot-3', role: 'device', listen: [] })
  const here = next<{ peerId: unknown }>(device.node.libp2p, 'peer:identify')
  const there = next<{ peerId: unknown }>(hub.node.libp2p, 'peer:identify')
  await device.membership.connect(hub.addresses, soon())
  assert.equal(String((await here).peerId), hub.node.peer)
  assert.equal(String((await there).peerId), device.node.peer)
})

test('a stream of the answerer that comes before our own check has ended waits for it', async () => {
  const check = Promise.withResolvers<void>()
  let isHeld = false
  const seen = async (): Promise<void> => (isHeld ? await check.promise : undefined)
  await using device = await fleet.node({ name: 'robot-9', role: 'device', listen: [], seen })
  const enrolled = await device.membership.connect(hub.addresses, soon())
  enrolled.connection.abort(new Error('enrolled'))
  isHeld = true
  const admitted = next<MemberConnection>(
    hub.node.admission,
    'member:connected',
    ({ member }: MemberConnection) => member.name === 'robot-9'
  )
  const connecting = device.membership.connect(hub.addresses, soon())
  const { connection } = await admitted
  const stream = await connection.newStream('/ipfs/ping/1.0.0')
  const pong = new Promise<number>((resolve, reject) => {
    stream.addEventListener('message', (event) => resolve(event.data.byteLength))
    stream.addEventListener('end', () => reject(new Error('the stream was refused')))
  })
  stream.send(new Uint8Array(32))
  const arrived = (): boolean =>
    device.node.libp2p
      .getConnections()
      .some(({ streams }) => streams.some(({ protocol }) => /ping/.test(protocol)))
  while (!arrived()) await new Promise((resolve) => setImmediate(resolve))
  // The stream has its protocol; its handler comes a few turns later.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(device.node.admission.member(hub.node.peer), undefined)
  check.resolve()
  assert.equal(await pong, 32)
  await connecting
})

test('an address without a peer ID leads to whoever proves the role', async () => {
  await using device = await fleet.node({ name: 'robot-4', role: 'device', listen: [] })
  const { peer } = await device.membership.connect(hub.addresses.map(without), soon())
  assert.equal(peer, hub.node.peer)
})

test('TCP is the way out where QUIC leads nowhere', async () => {
  const hole = createSocket('udp4')
  hole.bind(0, '127.0.0.1')
  await once(hole, 'listening')
  await using device = await fleet.node({ name: 'robot-5', role: 'device', listen: [] })
  const dead = `/ip4/127.0.0.1/udp/${hole.address().port}/quic-v1`
  const { connection } = await device.membership.connect([...over('tcp').map(without), dead], soon())
  assert.ok(connection.remoteAddr.toString().includes('/tcp/'))
  hole.close()
})

test('where nobody answers the error says unreachable, a bad address says invalid', async () => {
  await using device = await fleet.node({ name: 'robot-6', role: 'device', listen: [] })
  await assert.rejects(device.membership.connect(['/ip4/127.0.0.1/tcp/1'], soon()), {
    name: 'UnreachableError',
    code: 'unreachable',
    retryable: true
  })
  await assert.rejects(device.membership.connect([], soon()), { code: 'unreachable' })
  await assert.rejects(device.membership.connect(['127.0.0.1:1'], soon()), { code: 'address_invalid' })
  await assert.rejects(device.membership.connect(hub.addresses, AbortSignal.abort()), { name: 'AbortError' })
})

test('a ticket gives as many members as it has uses', async () => {
  const ticket = fleet.ticket('device', 1)
  await using one = await fleet.node({ name: 'twin-1', role: 'device', listen: [], ticket })
  await using two = await fleet.node({ name: 'twin-2', role: 'device', listen: [], ticket })
  await one.membership.connect(hub.addresses, soon())
  await assert.rejects(two.membership.connect(hub.addresses, soon()), {
    name: 'RefusedError',
    code: 'ticket_used_up'
  })
})

test('a name that is taken is a conflict', async () => {
  await using one = await fleet.node({ name: 'same', role: 'device', listen: [] })
  await using two = await fleet.node({ name: 'same', role: 'device', listen: [] })
  await one.membership.connect(hub.addresses, soon())
  await assert.rejects(two.membership.connect(hub.addresses, soon()), {
    name: 'ConflictError',
    code: 'name_taken'
  })
})

test('an expired certificate is told so', async () => {
  await using device = await fleet.node({ name: 'old', role: 'device', listen: [], expiredFor: 60 })
  await assert.rejects(device.membership.connect(hub.addresses, soon()), { code: 'document_expired' })
})

test("another peer's certificate, and another fleet's, are refused and then denied at the door", async () => {
  const { bundle } = hub.membership
  await using thief = await fleet.node({ name: 'thief', role: 'device', listen: [], bundle })
  using others = createFleet()
  await using foreign = await others.node({ name: 'foreign', role: 'admin', listen: [], first: true })
  for (const { stranger, code } of [
    { stranger: thief, code: 'member_refused' },
    { stranger: foreign, code: 'document_foreign' }
  ]) {
    const { dials } = hub.node.admission.refused
    for (let attempt = 0; attempt < 3; attempt++) {
      await assert.rejects(stranger.membership.connect(over('tcp'), soon()), { code })
    }
    await assert.rejects(stranger.membership.connect(over('tcp'), soon()), { name: 'UnreachableError' })
    assert.ok(hub.node.admission.refused.dials > dials)
  }
})

test('a device that is not enrolled yet is no member among devices', async () => {
  await using one = await fleet.node({ name: 'peer-1', role: 'device' })
  await using two = await fleet.node({ name: 'peer-2', role: 'device', listen: [] })
  await assert.rejects(two.membership.connect(one.addresses, soon()), { code: 'member_refused' })
  await one.membership.connect(hub.addresses, soon())
  await two.membership.connect(hub.addresses, soon())
  assert.equal((await two.membership.connect(one.addresses, soon())).member.name, 'peer-1')
})

test("a coordinator's ticket is for the first peer that comes with it", async () => {
  const ticket = fleet.ticket('coordinator', 1)
  await using first = await fleet.node({ name: 'hub-2', role: 'coordinator', ticket })
  await using second = await fleet.node({ name: 'hub-3', role: 'coordinator', ticket })
  await using device = await fleet.node({ name: 'robot-7', role: 'device', listen: [] })
  await device.membership.connect(first.addresses, soon())
  await assert.rejects(device.membership.connect(second.addresses, soon()), { code: 'ticket_pinned' })
})

test('a revocation reaches members, ends the connections of the revoked and keeps them out', async () => {
  await using revoked = await fleet.node({ name: 'stolen', role: 'device', listen: [] })
  await using witness = await fleet.node({ name: 'witness', role: 'device', listen: [] })
  const { connection } = await revoked.membership.connect(hub.addresses, soon())
  const known = await witness.membership.connect(hub.addresses, soon())
  known.connection.abort(new Error('away while the list comes'))
  const signed = fleet.revocations(1, [revoked.identity.privateKey.publicKey.raw])
  const left = next<MemberConnection>(
    hub.node.admission,
    'member:disconnected',
    ({ member }: MemberConnection) => member.name === 'stolen'
  )
  assert.equal(await hub.membership.putRevocations(signed), true)
  await Promise.all([left, gone(connection)])
  assert.deepEqual(hub.stored.revocations, signed)
  assert.equal(await hub.membership.putRevocations(signed), false, 'it is no newer than itself')
  await assert.rejects(revoked.membership.connect(hub.addresses, soon()), { code: 'member_revoked' })
  await witness.membership.connect(hub.addresses, soon())
  assert.deepEqual(witness.stored.revocations, signed)
  assert.equal(witness.membership.revocations.number, 1)
})

test('a forged revocation list changes nothing', async () => {
  using others = createFleet()
  const { number } = hub.membership.revocations
  await assert.rejects(hub.membership.putRevocations(others.revocations(99, [])), {
    code: 'document_signature'
  })
  await assert.rejects(hub.membership.putRevocations(new Uint8Array(10)), { code: 'document_invalid' })
  assert.equal(hub.membership.revocations.number, number)
})

test('a device that came to a coordinator says what it wants to know once', async () => {
  await using device = await fleet.node({ name: 'robot-8', role: 'device', listen: [] })
  const all = await Promise.all(
    Array.from({ length: 4 }, async () => await device.membership.connect(hub.addresses, soon()))
  )
  assert.equal(new Set(all.map(({ connection }) => connection.id)).size, 1)
})
