import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import type { DeviceLink, Fleet, StatusInit, StatusProtocol } from '../../src/protocols/status.ts'
import { STATUS, status } from '../../src/protocols/status.ts'
import { shoal } from '../../src/wire/messages.js'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, ended, soon } from '../support/fleet.ts'

const { DeviceFrame, CoordinatorFrame } = shoal.status.v1

let onDevice: StatusInit['onDevice'] = async () => undefined
let mayReport = true
const init: StatusInit = {
  now: () => performance.now(),
  mayReport: () => mayReport,
  onDevice: async (link, signal) => await onDevice(link, signal)
}

let fleet: TestFleet
let hub: TestNode<{ status: StatusProtocol }>
let robot: TestNode<{ status: StatusProtocol }>
let connection: Connection
beforeAll(async () => {
  fleet = createFleet()
  const protocols = { status: status(init) }
  hub = await fleet.node({ name: 'hub', role: 'coordinator', protocols })
  robot = await fleet.node({ name: 'robot', role: 'device', listen: [], protocols })
})
beforeEach(async () => {
  mayReport = true
  connection = (await robot.membership.connect(hub.addresses, soon())).connection
})
afterEach(() => {
  connection.abort(new Error('the test is over'))
})
afterAll(async () => {
  await robot[Symbol.asyncDispose]()
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const nobody = { acknowledged: () => undefined, fleet: () => undefined }

/** Follows the device to the end of its stream; gives what it sent, and the error that ended it. */
async function follow(link: DeviceLink, into: string[]): Promise<void> {
  for await (const frame of link.frames) {
    into.push(frame.kind)
    if (frame.kind === 'report') await link.ack(Number(frame.report.seq), soon())
  }
}

test('reports are acknowledged, heartbeats answered, and the fleet is told', async () => {
  const kinds: string[] = []
  onDevice = async (link) => {
    assert.equal(link.peer, robot.node.peer)
    await link.send({ revocationList: new Uint8Array([1]), coordinators: ['/ip4/10.0.0.1'] }, soon())
    await follow(link, kinds)
  }
  const acked = Promise.withResolvers<number>()
  const told = Promise.withResolvers<Fleet>()
  const listener = { acknowledged: acked.resolve, fleet: told.resolve }
  const link = await robot.node.protocols.status.open(connection, listener, soon())
  await link.report({ seq: 7, full: true, state: 'current' }, soon())
  assert.equal(await acked.promise, 7)
  assert.deepEqual((await told.promise).coordinators, ['/ip4/10.0.0.1'])
  assert.ok((await link.heartbeat(soon())) >= 0)
  await link.log({ seq: 8, lines: [{ text: 'building', number: 1 }] }, soon())
  await link.heartbeat(soon())
  assert.deepEqual(kinds, ['report', 'heartbeat', 'log', 'heartbeat'])
  await link.close(soon())
})

test('a heartbeat on a stream that is gone is lost', async () => {
  const followed = Promise.withResolvers<DeviceLink>()
  onDevice = async (link, signal) => {
    followed.resolve(link)
    // Reads nothing, so that the heartbeat has no answer.
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  const link = await robot.node.protocols.status.open(connection, nobody, soon())
  const beat = assert.rejects(link.heartbeat(soon()), { name: 'UnreachableError', code: 'heartbeat_lost' })
  const { closed } = await followed.promise
  connection.abort(new Error('the network went away'))
  await beat
  assert.equal(link.closed.aborted, true)
  if (!closed.aborted) await new Promise((resolve) => closed.addEventListener('abort', resolve))
})

test('who may not report is cut off', async () => {
  mayReport = false
  onDevice = async () => assert.fail('it was followed')
  const report = async (): Promise<number> => {
    const link = await robot.node.protocols.status.open(connection, nobody, soon())
    return await link.heartbeat(soon())
  }
  await assert.rejects(report(), { name: 'UnreachableError' })
})

const many = (count: number): object[] => Array.from({ length: count }, () => ({}))
const bad: [string, Uint8Array][] = [
  ['an empty frame', new Uint8Array()],
  ['too many activations', DeviceFrame.encode({ report: { activations: many(65) } }).finish()],
  ['too many steps', DeviceFrame.encode({ report: { activations: [{ steps: many(65) }] } }).finish()],
  ['too many units', DeviceFrame.encode({ report: { units: { failed: many(65).map(() => 'x') } } }).finish()],
  ['too many lines', DeviceFrame.encode({ log: { lines: many(257) } }).finish()],
  ['a line that is too long', DeviceFrame.encode({ log: { lines: [{ text: 'x'.repeat(1_025) }] } }).finish()],
  ['a bomb of empty elements', DeviceFrame.encode({ report: { activations: many(16_000) } }).finish()]
]
test.each(bad)('%s resets the stream', async (_name, bytes) => {
  const outcome = Promise.withResolvers<unknown>()
  const kinds: string[] = []
  onDevice = async (link) => {
    await follow(link, kinds).then(outcome.resolve, outcome.resolve)
    throw await outcome.promise
  }
  const stream = await connection.newStream(STATUS.id)
  const over = ended(stream)
  const length = bytes.byteLength
  const prefix = length < 128 ? [length] : [(length & 127) | 128, ...varint(length >> 7)]
  stream.send(Uint8Array.from([...prefix, ...bytes]))
  const error = await outcome.promise
  assert.ok(error instanceof Error && error.name === 'ProtocolError', String(error))
  assert.deepEqual(kinds, [])
  await over
})

test('stop ends what is followed, and start follows again', async () => {
  const begun = Promise.withResolvers<void>()
  onDevice = async (_link, signal) => {
    begun.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  const first = await robot.node.protocols.status.open(connection, nobody, soon())
  await begun.promise
  const service = hub.node.protocols.status
  await service.beforeStop?.()
  await service.stop()
  if (!first.closed.aborted) {
    await new Promise((resolve) => first.closed.addEventListener('abort', resolve, { once: true }))
  }
  await service.start()
  onDevice = async (link) => await follow(link, [])
  const second = await robot.node.protocols.status.open(connection, nobody, soon())
  await second.heartbeat(soon())
  await second.close(soon())
})

test('the wire bytes never change', () => {
  const report = { seq: 1, atMs: 1_700_000_000_000, full: true, state: 'current', diskFreeBytes: 5 }
  assert.equal(
    DeviceFrame.encode(DeviceFrame.create({ body: 'report', report }))
      .finish()
      .toHex(),
    '0a1608011080d095ffbc311801320763757272656e745005'
  )
  assert.equal(
    CoordinatorFrame.encode(CoordinatorFrame.create({ body: 'ack', ack: { seq: 300 } }))
      .finish()
      .toHex(),
    '0a0308ac02'
  )
})

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]
}
