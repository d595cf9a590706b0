// What waits, what comes in which order, and who need not be there for it.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { rolloutSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const VERSIONS = ['v1', 'v2', 'v3', 'v4', 'v5'] as const
let fleet: RealFleet
let admin: Machine
let one: Machine
let two: Machine
const toplevel = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['one', 'two'] })
  const [first, second] = fleet.devices
  assert.ok(first != null && second != null)
  admin = fleet.admin
  one = first
  two = second
  await fleet.up(admin)
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((version) => ({ version }))
  )
  for (const [index, version] of VERSIONS.entries()) {
    toplevel.set(version, built[index] ?? '')
    await admin.publish(version, built[index] ?? '')
  }
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const real = (version: string) => ({ running: toplevel.get(version), profile: toplevel.get(version) })

test('an older release needs a rollback', async () => {
  await admin.rollout(['v1', '--on', 'one'])
  await admin.rollout(['v2', '--on', 'one'])
  const refused = await admin.rollout(['v1', '--on', 'one'], 11)
  assert.equal(refused.devices[0]?.error?.code, 'release_old')
  // The refusal is answered at once; what the device says of itself comes with its next report.
  await admin.watchUntil(({ devices }) => devices.some(({ lastError }) => lastError?.code === 'release_old'))
  assert.deepEqual(await one.real(), real('v2'))
  await admin.watchUntil(({ devices }) => devices.some(({ running }) => running?.version === 'v2'))
  const back = await admin.ask(rolloutSchema, ['rollback', 'one', '--wait'])
  assert.deepEqual([back.kind, back.version, back.outcome], ['rollback', 'v1', 'committed'])
  assert.deepEqual(await one.real(), real('v1'))
  await admin.rollout(['v2', '--on', 'one'])
  assert.deepEqual(await one.real(), real('v2'))
})

test('--parallel 1 has one device at work at a time', async () => {
  const gates = [await one.gate('test', 'v3'), await two.gate('test', 'v3')]
  const done = admin.rollout(['v3', '--on', '*', '--parallel', '1'])
  const first = await Promise.race(
    gates.map(async (gate, index) => {
      await gate.reached()
      return index
    })
  )
  const id = await admin.rolloutOf('one', 'v3')
  const { devices } = await admin.ask(rolloutSchema, ['rollout', 'show', id])
  assert.equal(devices.filter(({ state }) => state === 'waiting').length, 1)
  await gates[first]?.release()
  await gates[1 - first]?.reached()
  await gates[1 - first]?.release()
  await done
  assert.deepEqual(await two.real(), real('v3'))
})

test('a device that is off takes its rollout when it comes, from a publisher that is gone for good', async () => {
  await fleet.down(two)
  const rollout = await admin.ask(rolloutSchema, ['rollout', 'v4', '--on', 'two'])
  assert.deepEqual([rollout.outcome, rollout.devices[0]?.state], ['running', 'waiting'])
  // One that waits with a limit is told that it is not done.
  const waited = await admin.ask(
    rolloutSchema,
    ['rollout', 'v5', '--on', 'two', '--wait', '--timeout', '2'],
    13
  )
  assert.equal(waited.devices[0]?.outcome, null)
  const older = await admin.ask(rolloutSchema, ['rollout', 'show', rollout.rollout])
  assert.equal(older.outcome, 'superseded')
  await fleet.down(admin)
  await rm(admin.world.dir, { recursive: true, force: true })
  const { coordinator } = fleet
  const applied = coordinator.watchUntil(({ devices }) =>
    devices.some(
      (device) => device.name === 'two' && device.state === 'current' && device.running?.version === 'v5'
    )
  )
  await fleet.up(two)
  await applied
  assert.deepEqual(await two.real(), real('v5'))
  const view = await coordinator.ask(rolloutSchema, ['rollout', 'show', waited.rollout])
  assert.equal(view.outcome, 'committed')
})
