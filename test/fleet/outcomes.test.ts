// Every outcome that an activation and a rollout can have: what the command ends with, what the documents say and
// what the machine really runs must agree.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { DeviceDetail, RolloutView } from '../../src/model/control.ts'
import { rolloutSchema } from '../../src/model/control.ts'
import { failUnits, pretendSystemd } from '../support/fake-systemd.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const VERSIONS = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8'] as const
let fleet: RealFleet
let admin: Machine
/** Runs and is asked for most outcomes. */
let one: Machine
/** Looks as if systemd ran it. */
let units: Machine
/** Has no room. */
let full: Machine
/** Enrolled, and off since. */
let away: Machine
let plain: Machine
const toplevel = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: [] })
  admin = fleet.admin
  one = await fleet.join('one', { config: { healthCommand: ['test', '!', '-e', '/run/unhealthy'] } })
  units = await fleet.join('units', { config: { unitsMayFail: ['flaky-*'] } })
  full = await fleet.join('full', { config: { reserveBytes: 2 ** 50 } })
  plain = await fleet.join('plain')
  away = await fleet.join('away')
  await pretendSystemd(units)
  const here = [one, units, full, plain, away]
  const arrived = fleet.coordinator.watchUntil(
    (status) => status.devices.filter(({ online }) => online).length === here.length
  )
  await Promise.all([admin, ...here].map(fleet.up))
  await arrived
  await fleet.down(away)
  const specs = [
    ...VERSIONS.map((version) => ({ version })),
    { version: 'p1', kind: 'activate' as const },
    { version: 'p2', kind: 'activate' as const }
  ]
  const built = await fleet.lab.build(admin, specs)
  for (const [index, { version }] of specs.entries()) {
    toplevel.set(version, built[index] ?? '')
    const target = version.startsWith('p') ? `plain=${built[index]}` : (built[index] ?? '')
    await admin.publish(version, target)
  }
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

/** What rollout, status and device say of a machine once it has settled; all three must agree. */
async function told(machine: Machine, view: RolloutView): Promise<DeviceDetail> {
  const { name } = machine
  const status = await admin.watchUntil(({ devices }) => {
    const device = devices.find((each) => each.name === name)
    return device?.progress == null || device.state === 'deferred'
  })
  const detail = await admin.device(name)
  const { activations, ...device } = detail
  const shown = status.devices.find((each) => each.name === name)
  const steady = ({ state, outcome, running, wanted, lastError }: typeof device) =>
    ({ state, outcome, running, wanted, lastError }) as const
  assert.ok(shown != null)
  assert.deepEqual(steady(shown), steady(device))
  const row = view.devices.find((each) => each.name === name)
  const activation = activations.find(({ rollout }) => rollout === view.rollout)
  if (activation != null) {
    assert.deepEqual(
      { outcome: row?.outcome, error: row?.error },
      { outcome: activation.outcome, error: activation.error }
    )
    assert.equal(device.outcome, row?.outcome, `${name}: the device's own last outcome`)
  }
  assert.deepEqual(await admin.ask(rolloutSchema, ['rollout', 'show', view.rollout]), view)
  return detail
}

describe('committed', () => {
  test('switch: runs it, and the profile holds it', async () => {
    const view = await admin.rollout(['v1', '--on', 'one'])
    const device = await told(one, view)
    assert.equal(view.outcome, 'committed')
    assert.equal(view.devices[0]?.generation, 1)
    assert.equal(device.state, 'current')
    assert.equal(device.running?.toplevel, toplevel.get('v1'))
    assert.deepEqual(await one.real(), { running: toplevel.get('v1'), profile: toplevel.get('v1') })
    assert.deepEqual(await one.activations(), ['test v1', 'boot v1'])
    assert.deepEqual(
      device.activations[0]?.steps.map(({ step }) => step),
      ['fetching', 'importing', 'verified', 'trying', 'health', 'confirming', 'committing']
    )
  })

  test('dry-activate: asks the script and changes nothing', async () => {
    const view = await admin.rollout(['v2', '--on', 'one', '--action', 'dry-activate'])
    const device = await told(one, view)
    assert.equal(device.running?.version, 'v1')
    assert.equal((await one.activations()).at(-1), 'dry-activate v2')
    assert.deepEqual(await one.real(), { running: toplevel.get('v1'), profile: toplevel.get('v1') })
  })

  test('test: runs it, and the next boot does not', async () => {
    const view = await admin.rollout(['v2', '--on', 'one', '--action', 'test'])
    const device = await told(one, view)
    assert.equal(device.state, 'current')
    assert.equal(device.running?.toplevel, toplevel.get('v2'))
    assert.equal((await one.activations()).at(-1), 'test v2')
    assert.deepEqual(await one.real(), { running: toplevel.get('v2'), profile: toplevel.get('v1') })
  })

  test('boot: the next boot runs it, this one does not', async () => {
    const view = await admin.rollout(['v2', '--on', 'one', '--action', 'boot'])
    const device = await told(one, view)
    assert.equal(device.running?.toplevel, toplevel.get('v2'))
    assert.equal((await one.activations()).at(-1), 'boot v2')
    assert.equal((await one.real()).profile, toplevel.get('v2'))
  })

  test('a plain profile with an activate script', async () => {
    const view = await admin.rollout(['p1', '--on', 'plain'])
    const device = await told(plain, view)
    assert.equal(device.running?.toplevel, toplevel.get('p1'))
    assert.deepEqual(await plain.activations(), ['activate p1'])
    assert.equal((await plain.real('shoal')).profile, toplevel.get('p1'))
  })
})

describe('rolled-back', () => {
  const at = async (): Promise<void> => {
    const before = { running: toplevel.get('v2'), profile: toplevel.get('v2') }
    assert.deepEqual(await one.real(), before)
  }

  test('the script fails', async () => {
    await one.endsWith('test', 'v3', 1)
    const view = await admin.rollout(['v3', '--on', 'one'], 10)
    const device = await told(one, view)
    assert.equal(view.outcome, 'rolled-back')
    assert.equal(device.state, 'rolled-back')
    assert.equal(device.lastError?.code, 'activation_failed')
    assert.equal(device.running?.toplevel, toplevel.get('v2'))
    assert.deepEqual((await one.activations()).slice(-2), ['test v3', 'test v2'])
    await at()
  })

  test('it is not offered again, unless asked', async () => {
    const refused = await admin.rollout(['v3', '--on', 'one'], 11)
    assert.equal(refused.devices[0]?.error?.code, 'release_rolled_back')
    assert.equal((await one.activations()).filter((line) => line === 'test v3').length, 1)
    await one.endsWith('test', 'v3', 0)
    const again = await admin.rollout(['v3', '--on', 'one', '--again'])
    await told(one, again)
    assert.deepEqual(await one.real(), { running: toplevel.get('v3'), profile: toplevel.get('v3') })
    await admin.ask(rolloutSchema, ['rollback', 'one', '--to', 'v2', '--wait'])
    await at()
  })

  test('the health command says no', async () => {
    await writeFile(join(one.world.dir, 'run/unhealthy'), '')
    const view = await admin.rollout(['v4', '--on', 'one'], 10)
    const device = await told(one, view)
    assert.equal(device.lastError?.code, 'health_check')
    assert.deepEqual((await one.activations()).slice(-2), ['test v4', 'test v2'])
    await at()
  })

  test('the boot entry cannot be made', async () => {
    await one.endsWith('boot', 'v5', 1)
    await one.forget('unhealthy')
    const view = await admin.rollout(['v5', '--on', 'one'], 10)
    const device = await told(one, view)
    assert.equal(device.lastError?.code, 'boot_failed')
    await at()
  })

  test('a plain profile goes back as well', async () => {
    await plain.endsWith('activate', 'p2', 1)
    const view = await admin.rollout(['p2', '--on', 'plain'], 10)
    const device = await told(plain, view)
    assert.equal(device.running?.toplevel, toplevel.get('p1'))
    assert.deepEqual(await plain.activations(), ['activate p1', 'activate p2', 'activate p1'])
    assert.equal((await plain.real('shoal')).profile, toplevel.get('p1'))
  })
})

describe('failed', () => {
  test('there is nothing for this device', async () => {
    const view = await admin.rollout(['p1', '--on', 'one'], 11)
    // The refusal is answered at once; what the device says of itself comes with its next report.
    await admin.watchUntil(({ devices }) =>
      devices.some(({ lastError }) => lastError?.code === 'target_none')
    )
    const device = await told(one, view)
    assert.equal(view.outcome, 'failed')
    assert.deepEqual(view.devices[0]?.error?.code, 'target_none')
    assert.equal(device.lastError?.code, 'target_none')
    assert.equal((await one.real()).running, toplevel.get('v2'))
  })

  test('nothing ran before, so there is nothing to go back to', async () => {
    await units.endsWith('test', 'v1', 1)
    const view = await admin.rollout(['v1', '--on', 'units'], 11)
    const device = await told(units, view)
    assert.equal(device.state, 'failed')
    assert.equal(device.lastError?.code, 'no_previous')
    assert.deepEqual(await units.real(), { running: null, profile: null })
  })

  test('going back fails too', async () => {
    await one.endsWith('test', 'v6', 1)
    await one.endsWith('test', 'v2', 1)
    const view = await admin.rollout(['v6', '--on', 'one'], 11)
    const device = await told(one, view)
    assert.equal(device.lastError?.code, 'rollback_failed')
    assert.equal((await one.real()).profile, toplevel.get('v2'))
    await one.endsWith('test', 'v2', 0)
  })
})

describe('units', () => {
  /** Rolls out while these units begin to fail as the script runs. */
  async function rolloutWith(version: string, failing: readonly string[], exit: number) {
    const gate = await units.gate('test', version)
    const [view] = await Promise.all([
      admin.rollout([version, '--on', 'units'], exit),
      (async () => {
        await gate.reached()
        await failUnits(units, failing)
        await gate.release()
      })()
    ])
    return { view, device: await told(units, view) }
  }

  test('all run: committed', async () => {
    const { device } = await rolloutWith('v2', [], 0)
    assert.deepEqual(device.units, { state: 'running', failed: [] })
    assert.deepEqual(await units.real(), { running: toplevel.get('v2'), profile: toplevel.get('v2') })
  })

  test('one fails that may: degraded', async () => {
    await units.endsWith('test', 'v3', 4)
    const { view, device } = await rolloutWith('v3', ['flaky-cache.service'], 12)
    assert.equal(view.outcome, 'degraded')
    assert.equal(device.state, 'degraded')
    assert.deepEqual(device.units, { state: 'degraded', failed: ['flaky-cache.service'] })
    assert.deepEqual(await units.real(), { running: toplevel.get('v3'), profile: toplevel.get('v3') })
  })

  test('one fails that may not: rolled back', async () => {
    await units.endsWith('test', 'v4', 4)
    const { view, device } = await rolloutWith('v4', ['flaky-cache.service', 'sshd.service'], 10)
    assert.equal(view.outcome, 'rolled-back')
    assert.equal(device.lastError?.code, 'units_failed')
    assert.match(device.lastError?.message ?? '', /sshd\.service/)
    assert.deepEqual(await units.real(), { running: toplevel.get('v3'), profile: toplevel.get('v3') })
  })
})

describe('not ended by the device', () => {
  test('deferred: no room', async () => {
    const view = await admin.rollout(['v7', '--on', 'full'], 13)
    const device = await told(full, view)
    assert.equal(view.outcome, 'deferred')
    assert.equal(device.state, 'deferred')
    assert.equal(device.lastError?.code, 'disk_full')
    assert.deepEqual(await full.real(), { running: null, profile: null })
  })

  test('superseded: a newer rollout takes its place', async () => {
    const older = admin.start(['rollout', 'v7', '--on', 'away', '--wait'])
    await admin.rolloutOf('away', 'v7')
    const newer = await admin.ask(rolloutSchema, ['rollout', 'v8', '--on', 'away'])
    assert.equal(newer.outcome, 'running')
    const { value } = await older.documents.next()
    const view = rolloutSchema.parse(value)
    assert.equal((await older.ended).code, 13)
    assert.equal(view.outcome, 'superseded')
    const device = await told(away, view)
    assert.equal(device.state, 'waiting')
    assert.equal(device.wanted?.version, 'v8')
    assert.equal(device.running, null)
  })

  test('aborted: whoever waits is told, and the device never does it', async () => {
    const held = await one.gate('test', 'v8')
    const waiting = admin.start(['rollout', 'v8', '--on', 'away,one', '--wait'])
    await held.reached()
    const id = await admin.rolloutOf('one', 'v8')
    await admin.ask(rolloutSchema, ['rollout', 'abort', id])
    const { value } = await waiting.documents.next()
    assert.equal((await waiting.ended).code, 14)
    assert.equal(rolloutSchema.parse(value).outcome, 'aborted')
    // What had begun to activate is not stopped half-way.
    await held.release()
    await admin.watchUntil(({ devices }) =>
      devices.some(({ name, state }) => name === 'one' && state === 'current')
    )
    const view = await admin.ask(rolloutSchema, ['rollout', 'show', id])
    const rows = view.devices.map(({ name, outcome, error }) => [name, outcome, error?.code ?? null])
    assert.deepEqual(
      rows.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      [
        ['away', 'failed', 'rollout_aborted'],
        ['one', 'committed', null]
      ]
    )
    assert.equal((await one.real()).profile, toplevel.get('v8'))
    await admin.refused(['rollout', 'abort', id], { exit: 6, code: 'rollout_ended' })
  })
})
