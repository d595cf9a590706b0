// Scenarios 5 and 14 of the acceptance list as real processes: ten devices, one of them away.
import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import type { RolloutView } from '../../src/model/control.ts'
import { rolloutSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const NAMES = Array.from({ length: 10 }, (_, index) => `d${index}`)
const VERSIONS = ['v1', 'v2', 'v3', 'v4']
let fleet: RealFleet
let admin: Machine
const toplevels = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: NAMES })
  admin = fleet.admin
  await fleet.up(admin)
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((version) => ({ version }))
  )
  for (const [index, version] of VERSIONS.entries()) {
    toplevels.set(version, built[index] ?? '')
    await admin.publish(version, built[index] ?? '')
  }
  await admin.rollout(['v1', '--on', '*'])
}, 600_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const device = (name: string): Machine => {
  const found = fleet.devices.find((each) => each.name === name)
  assert.ok(found != null)
  return found
}

const named = (view: RolloutView, outcome: string | null): string[] =>
  view.devices.filter((each) => each.outcome === outcome).map(({ name }) => name)

test('5: one away, one failing, three at once: the others are committed, the failure is told, nothing is stopped', async () => {
  await fleet.down(device('d9'))
  await device('d4').endsWith('test', 'v2', 1)
  const args = ['rollout', 'v2', '--on', '*', '--parallel', '3', '--wait', '--timeout', '60']
  const view = await admin.ask(rolloutSchema, args, 10)
  assert.deepEqual(named(view, 'rolled-back'), ['d4'])
  assert.deepEqual(named(view, null), ['d9'])
  assert.equal(named(view, 'committed').length, 8)
  assert.equal((await device('d0').real()).running, toplevels.get('v2'))
  assert.equal((await device('d4').real()).running, toplevels.get('v1'))
  await fleet.up(device('d9'))
  await admin.watchUntil(({ devices }) =>
    devices.some(({ name, running }) => name === 'd9' && running?.version === 'v2')
  )
})

test('14: canary, 30 %, all: two of the second wave fail, nobody else is touched; resume, and a late joiner', async () => {
  for (const name of ['d1', 'd2']) await device(name).endsWith('test', 'v3', 1)
  const careful = ['--canary', '1', '--wave', '30%,100%', '--soak', '2s', '--max-failures', '1']
  const halted = await admin.rollout(['v3', '--on', '*', ...careful], 14)
  assert.deepEqual([halted.outcome, halted.phase], ['halted', 'halted'])
  const untouched = halted.devices.filter(({ wave }) => wave == null).map(({ name }) => name)
  assert.deepEqual(untouched, NAMES.slice(4))
  for (const name of untouched) {
    // d4 went back to v1 in the test before.
    const before = toplevels.get(name === 'd4' ? 'v1' : 'v2')
    assert.equal((await device(name).real()).running, before)
  }
  const late = await fleet.join('late')
  await fleet.up(late)
  await admin.watchUntil(({ devices }) => devices.some(({ name, online }) => name === 'late' && online))
  const still = await admin.ask(rolloutSchema, ['rollout', 'show', halted.rollout])
  assert.deepEqual([still.outcome, still.devices.at(-1)?.wave], ['halted', null])
  await admin.ask(rolloutSchema, ['rollout', 'resume', halted.rollout])
  const missing = new Set([...untouched, 'late'])
  await admin.watchUntil(({ devices }) =>
    devices.every(({ name, running }) => !missing.has(name) || running?.version === 'v3')
  )
  const ended = await admin.ask(rolloutSchema, ['rollout', 'show', halted.rollout])
  assert.deepEqual(named(ended, 'rolled-back'), ['d1', 'd2'])
  assert.deepEqual([ended.devices.at(-1)?.name, ended.devices.at(-1)?.wave], ['late', 2])
})

test('bad input: a canary larger than the fleet, a target that matches none, a pause of what has ended', async () => {
  await admin.refused(['rollout', 'v4', '--on', '*', '--canary', '12'], { exit: 7, code: 'canary_too_large' })
  await admin.refused(['rollout', 'v4', '--on', 'nobody-*'], { exit: 5, code: 'selector_empty' })
  const done = await admin.rollout(['v4', '--on', 'd0'])
  await admin.refused(['rollout', 'pause', done.rollout], { exit: 6, code: 'rollout_ended' })
})

test('a device that is paused is left alone until it is resumed', async () => {
  const none = { exit: 5, code: 'device_not_found' }
  await admin.refused(['pause', 'nobody', '2h'], none)
  const paused = await admin.run(['pause', 'd5', '2h'])
  assert.equal(paused.code, 0)
  const started = await admin.ask(rolloutSchema, ['rollout', 'v4', '--on', 'd5'])
  const waited = ['rollout', 'show', started.rollout]
  assert.equal((await admin.ask(rolloutSchema, waited)).devices[0]?.wave, null)
  assert.equal((await admin.device('d5')).state, 'paused')
  assert.equal((await admin.run(['resume', 'd5'])).code, 0)
  await admin.watchUntil(({ devices }) =>
    devices.some(({ name, running }) => name === 'd5' && running?.version === 'v4')
  )
})
