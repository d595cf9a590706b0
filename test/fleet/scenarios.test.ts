// Scenarios 2, 9 and 10 of the acceptance list as real processes: a device that is off, a status that never lies, a laptop that
// slept. 5 and 14 are in test/sim/scenarios.test.ts and test/long/rollouts.test.ts; what `diff` shows is in the tests of diff.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, test } from 'vitest'
import type { Device, LogLineView } from '../../src/model/control.ts'
import { logLineSchema, rolloutSchema, statusSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const VERSIONS = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'] as const
let fleet: RealFleet
let admin: Machine
let hub: Machine
let one: Machine
let two: Machine
const toplevels = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['one', 'two'] })
  const [first, second] = fleet.devices
  assert.ok(first != null && second != null)
  admin = fleet.admin
  hub = fleet.coordinator
  one = first
  two = second
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((version) => ({ version }))
  )
  for (const [index, version] of VERSIONS.entries()) toplevels.set(version, built[index] ?? '')
  await publish('v1')
  await admin.rollout(['v1', '--on', '*'])
}, 300_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const publish = async (version: string): Promise<string> =>
  await admin.publish(version, toplevels.get(version) ?? '')
const real = (version: string) => ({ running: toplevels.get(version), profile: toplevels.get(version) })

/** Starts a rollout and does not wait for it; its id. */
async function begin(version: string, name: string): Promise<string> {
  return (await admin.ask(rolloutSchema, ['rollout', version, '--on', name])).rollout
}

async function logsOf(subject: string): Promise<LogLineView[]> {
  const { code, stdout } = await admin.run(['logs', subject, '--json'])
  assert.equal(code, 0)
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => logLineSchema.parse(JSON.parse(line)))
}

const runs = (name: string, version: string) => (each: Device) =>
  each.name === name && each.state === 'current' && each.running?.version === version

/** Whatever the coordinator tells of one device, until it ends or is asked no more. */
function listen(name: string): { readonly told: readonly Device[]; end(): Promise<void> } {
  const told: Device[] = []
  const watch = hub.start(['status', '--watch'])
  const reading = (async () => {
    for await (const document of watch.documents) {
      // The last of a coordinator that was killed is an error.
      const status = statusSchema.safeParse(document)
      if (!status.success) return
      told.push(...status.data.devices.filter((each) => each.name === name))
    }
  })()
  return {
    told,
    end: async () => {
      await watch.end('SIGTERM')
      await reading
    }
  }
}

/** Whoever is said to be current runs what is wanted, and a generation is the same system each time. */
function requireTrue(told: readonly Device[]): void {
  const systems = new Map<number, string>()
  for (const { state, wanted, running } of told.filter((each) => each.state === 'current')) {
    assert.ok(running != null)
    assert.equal(
      running.toplevel,
      wanted?.toplevel,
      `${state} with ${running.version}, wanted ${wanted?.version}`
    )
    assert.equal(systems.get(running.generation) ?? running.toplevel, running.toplevel)
    systems.set(running.generation, running.toplevel)
  }
}

/** Resolves once the coordinator knows that this version is current there. */
const settled = async (name: string, version: string): Promise<void> => {
  await hub.watchUntil(({ devices }) => devices.some(runs(name, version)))
}

test('scenario 2: off while it is published and rolled out; it comes later, alone, and its log is read again from the start', {
  timeout: 240_000
}, async () => {
  await fleet.down(two)
  await publish('v2')
  const id = await begin('v2', 'two')
  const waiting = await admin.ask(rolloutSchema, ['rollout', 'show', id])
  assert.deepEqual([waiting.outcome, waiting.devices[0]?.outcome], ['running', null])
  const arrived = settled('two', 'v2')
  await fleet.up(two)
  await arrived
  assert.deepEqual(await two.real(), real('v2'))
  const first = await logsOf(id)
  assert.ok(first.length > 0 && first.every(({ device, rollout }) => device === 'two' && rollout === id))
  assert.match(first.at(-1)?.text ?? '', /committed/)
  // From the start again, and from a coordinator that has been killed meanwhile.
  assert.deepEqual(await logsOf(id), first)
  await fleet.down(hub, 'SIGKILL')
  await fleet.up(hub)
  assert.deepEqual(await logsOf(id), first)
})

test('scenario 9: published in mid-update, reports lost with their coordinator: never a false "current"', {
  timeout: 300_000
}, async () => {
  await publish('v3')
  const before = await one.real()
  const gate = await one.gate('test', 'v3')
  const early = listen('one')
  const third = await begin('v3', 'one')
  await gate.reached()
  await publish('v4')
  const fourth = await begin('v4', 'one')
  await fleet.down(hub, 'SIGKILL')
  await early.end()
  assert.deepEqual(await one.real(), before)
  await gate.release()
  await fleet.up(hub)
  const late = listen('one')
  await settled('one', 'v4')
  await late.end()
  assert.deepEqual(await one.real(), real('v4'))
  const told = [...early.told, ...late.told]
  assert.ok(told.some(({ state }) => state === 'activating'))
  requireTrue(told)
  for (const id of [third, fourth]) {
    const { outcome } = await admin.ask(rolloutSchema, ['rollout', 'show', id])
    assert.equal(outcome, 'committed')
  }
})

test('scenario 10: asleep while it is rolled out, awake without a network: nothing goes back, it is told, and it catches up', {
  timeout: 300_000
}, async () => {
  const daemon = fleet.daemons.get('two')
  assert.ok(daemon != null)
  const before = await two.real()
  daemon.signal('SIGSTOP')
  await publish('v5')
  const id = await begin('v5', 'two')
  await fleet.down(hub)
  daemon.signal('SIGCONT')
  const seen = (await readFile(two.logPath, 'utf8')).length
  await two.logged(/no coordinator|lost the coordinator/, seen)
  assert.deepEqual(await two.real(), before)
  await fleet.up(hub)
  await settled('two', 'v5')
  assert.deepEqual(await two.real(), real('v5'))
  const versions = (await two.activations()).map((line) => line.split(' ')[1] ?? '')
  assert.deepEqual(versions, versions.toSorted())
  assert.equal((await admin.ask(rolloutSchema, ['rollout', 'show', id])).outcome, 'committed')
})

test('scenario 10: a pause ends by itself', { timeout: 240_000 }, async () => {
  assert.equal((await admin.run(['pause', 'two', '30s'])).code, 0)
  await publish('v6')
  const id = await begin('v6', 'two')
  assert.equal((await admin.device('two')).state, 'paused')
  assert.equal((await admin.ask(rolloutSchema, ['rollout', 'show', id])).devices[0]?.wave, null)
  await settled('two', 'v6')
  assert.deepEqual(await two.real(), real('v6'))
})

test('scenario 10: outside its hours a device is deferred, and is said to be', {
  timeout: 240_000
}, async () => {
  await fleet.down(two)
  const hour = new Date().getUTCHours()
  const clock = (hours: number): string => `${String((hour + hours) % 24).padStart(2, '0')}:00`
  await two.configure({ updateWindow: `${clock(8)}-${clock(9)}` })
  const back = hub.watchUntil(({ devices }) => devices.some(({ name, online }) => name === 'two' && online))
  await fleet.up(two)
  await back
  await publish('v7')
  const id = await begin('v7', 'two')
  await hub.watchUntil(({ devices }) =>
    devices.some(({ name, state }) => name === 'two' && state === 'deferred')
  )
  const { devices } = await admin.ask(rolloutSchema, ['rollout', 'show', id])
  assert.deepEqual([devices[0]?.outcome, devices[0]?.error?.code], ['deferred', 'update_window'])
  assert.deepEqual(await two.real(), real('v6'))
})
