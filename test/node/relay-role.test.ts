// What members that relay owe each other: reservations that end, quotas that slow bulk and let control pass, second links.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { afterAll, beforeAll, test } from 'vitest'
import { pingConnection } from '../../src/node/ping.ts'
import { RelayQuota, THROTTLED_BYTES_PER_SECOND } from '../../src/node/relay-traffic.ts'
import type { Content } from '../../src/protocols/content.ts'
import { content } from '../../src/protocols/content.ts'
import { bulkLeft } from '../../src/wire/bulk.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, next, soon } from '../support/fleet.ts'

const MIB = 1_048_576
const CHUNK = randomBytes(MIB)
const unasked = async (): Promise<Uint8Array> => await Promise.reject(new Error('not asked for'))
const protocols = {
  content: content({ manifest: unasked, chunks: unasked, chunk: async () => await Promise.resolve(CHUNK) })
}
const wanted = { release: new Uint8Array(32), target: 0 }
const place = { entry: 0, index: 0, bytes: MIB }
type Peer = TestNode<{ content: Content }>

let fleet: TestFleet
let relay: TestNode<Record<never, never>>
let robot: Peer
let laptop: Peer
beforeAll(async () => {
  fleet = createFleet()
  relay = await fleet.node({ name: 'relay', role: 'relay', relayBytesPerHour: 2.5 * MIB })
  robot = await fleet.node({ name: 'robot', role: 'admin', listen: [], protocols })
  laptop = await fleet.node({ name: 'laptop', role: 'admin', listen: [], first: true, protocols })
})
afterAll(async () => {
  for (const each of [laptop, robot, relay]) await each[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

async function reserved(): Promise<Connection> {
  const { connection } = await robot.membership.connect(relay.addresses, soon())
  if (robot.node.reservations.held.length === 0) await next(robot.node.reservations, 'reserved')
  return connection
}
const through = async (): Promise<Connection> => {
  const circuit = `${relay.addresses[0]}/p2p-circuit/p2p/${robot.node.peer}`
  return (await laptop.membership.connect([circuit], soon())).connection
}

test('a member of role relay serves the DHT and takes reservations, which end with the connection', async () => {
  assert.equal(relay.node.services.dht.getMode(), 'server')
  const connection = await reserved()
  assert.deepEqual(robot.node.reservations.held, [relay.node.peer])
  assert.equal(relay.node.services.relay?.figures().reservations, 1)
  const left = next(relay.node.admission, 'member:disconnected')
  const lost = next(robot.node.reservations, 'lost')
  connection.abort(new Error('the network went away'))
  await Promise.all([left, lost])
  assert.equal(relay.node.services.relay?.figures().reservations, 0)
})

test('bulk stops at the quota with a code of its own, and control goes on', async () => {
  await reserved()
  const connection = await through()
  const whole = bulkLeft(connection) ?? assert.fail('the relay states no quota')
  assert.ok(whole > 2 * MIB && whole <= 2.5 * MIB)
  const link = await laptop.node.protocols.content.open(connection, soon())
  let taken = 0
  const all = async (): Promise<void> => {
    for (; taken < 8; taken++) await link.chunk(wanted, place, soon())
  }
  await assert.rejects(all(), { code: 'relay_quota', retryable: true })
  assert.ok(taken >= 2 && taken <= 3, `${taken} chunks of 1 MiB within 2.5 MiB`)
  assert.ok((await pingConnection(connection, soon())) >= 0)
  assert.equal(connection.status, 'open')
  await assert.rejects(laptop.node.protocols.content.open(connection, soon()), { code: 'relay_quota' })
  connection.abort(new Error('again'))
  const again = await through()
  await assert.rejects(laptop.node.protocols.content.open(again, soon()), { code: 'relay_quota' })
  assert.ok((await pingConnection(again, soon())) >= 0)
})

test('circuits are counted while they are open', async () => {
  const connection = await through()
  const open = relay.node.services.relay?.figures().circuits ?? 0
  assert.ok(open >= 1)
  const gone = next(robot.node.admission, 'member:disconnected')
  connection.abort(new Error('over'))
  await gone
  assert.ok((relay.node.services.relay?.figures().circuits ?? 0) < open)
})

test('a quota fills evenly, is each member\u2019s own, and slows what is above it', () => {
  let nowMs = 0
  const quota = new RelayQuota(3_600_000, () => nowMs)
  assert.equal(quota.left(['a', 'b']), 3_600_000)
  assert.equal(quota.take(['a', 'b'], 3_600_000), 0)
  assert.equal(quota.left(['a', 'c']), 0)
  assert.equal(quota.left(['c', 'd']), 3_600_000)
  assert.equal(quota.take(['a', 'c'], THROTTLED_BYTES_PER_SECOND), 1_000)
  assert.ok(quota.take(['a', 'c'], 1e9) <= 2_000)
  nowMs = 60_000
  assert.equal(quota.left(['a', 'b']), 60_000)
})
