// Scenarios 5 and 14 of the acceptance list, with the real services on a simulated clock and network.
import assert from 'node:assert/strict'
import { test, vi } from 'vitest'
import type { RolloutPlan } from '../../src/model/rollout-plan.ts'
import type { Order } from './watch.ts'
import { World } from './world.ts'

const MINUTE = 60_000
// A hundred devices with a database each: a slow machine takes its time.
vi.setConfig({ testTimeout: 300_000 })

async function withFleet(
  devices: number,
  away: number,
  work: (world: World) => Promise<void>
): Promise<void> {
  const world = await World.make(42, devices)
  try {
    const all = [...world.devices.values()]
    for (const device of all.slice(0, all.length - away)) await device.start()
    await world.pass(MINUTE)
    await work(world)
    assert.equal(world.watch.violation, undefined)
  } finally {
    await world.close()
  }
}

async function outcomesOf(world: World, { id }: Order): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { outcome, wave } of await world.coordinator.state.rolloutDevices(id)) {
    const word = outcome ?? (wave == null ? 'untouched' : 'at work')
    counts[word] = (counts[word] ?? 0) + 1
  }
  return counts
}

const phaseOf = async (world: World, { id }: Order): Promise<string | undefined> =>
  (await world.coordinator.state.rollout(id))?.state

test('5: 50 devices, 5 away, 1 failing, 10 at once: 44 committed, 1 failed, 5 wait, nothing is stopped', async () => {
  await withFleet(50, 5, async (world) => {
    const release = await world.publish()
    world.device('peer-d7')?.machine.setBehaviour(release.toplevel, 'sick')
    const order = await world.begin(release, { parallel: 10 })
    await world.pass(60 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { committed: 44, 'rolled-back': 1, untouched: 5 })
    assert.equal(await phaseOf(world, order), 'running')
    for (const device of world.devices.values()) await device.start()
    await world.pass(30 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { committed: 49, 'rolled-back': 1 })
    assert.equal(await phaseOf(world, order), 'done')
  })
})

const CAREFUL: Partial<RolloutPlan> = {
  canary: { count: 1 },
  waves: [{ percent: 10 }, { percent: 100 }],
  soakSeconds: 60,
  maxFailures: { count: 2 }
}

test('14: canary, 10 %, all: three fail in the second wave, 89 stay untouched; resume and a late joiner', async () => {
  await withFleet(100, 1, async (world) => {
    const release = await world.publish()
    // Devices are taken in the order of their names.
    const named = [...world.devices.values()].toSorted((a, b) => (a.member.name < b.member.name ? -1 : 1))
    for (const { machine } of named.slice(2, 5)) machine.setBehaviour(release.toplevel, 'sick')
    const order = await world.begin(release, CAREFUL)
    await world.pass(30 * MINUTE)
    assert.equal(await phaseOf(world, order), 'halted')
    assert.deepEqual(await outcomesOf(world, order), { committed: 8, 'rolled-back': 3, untouched: 89 })
    // A new device and one that was away: neither starts a halted rollout again.
    await (await world.enrol('late')).start()
    for (const device of world.devices.values()) await device.start()
    await world.pass(10 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { committed: 8, 'rolled-back': 3, untouched: 90 })
    assert.ok(await world.command(order, 'resume'))
    await world.pass(60 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { committed: 98, 'rolled-back': 3 })
    const late = await world.coordinator.state.rolloutDevice(order.id, 'peer-late')
    assert.deepEqual([late?.isLate, late?.wave, late?.outcome], [true, 2, 'committed'])
  })
})

test('14: abort after the halt is final, and leaves whoever was not asked as it is', async () => {
  await withFleet(30, 0, async (world) => {
    const release = await world.publish()
    for (const { machine } of world.devices.values()) machine.setBehaviour(release.toplevel, 'fails')
    const order = await world.begin(release, CAREFUL)
    await world.pass(30 * MINUTE)
    assert.equal(await phaseOf(world, order), 'halted')
    assert.ok(await world.command(order, 'abort'))
    assert.equal(await world.command(order, 'resume'), false)
    await world.pass(30 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { failed: 29, 'rolled-back': 1 })
    const asked = [...world.devices.values()].filter(
      ({ machine }) => machine.boot > 0 || machine.generation > 1
    )
    assert.deepEqual(asked, [])
  })
})

test('10: a clock that is put back by a year, or forward: the device is heard as before', async () => {
  await withFleet(2, 0, async (world) => {
    const [early, late] = [...world.devices.values()]
    assert.ok(early != null && late != null)
    for (const years of [1, 0, -55, 0]) {
      early.skewMs = years * 365 * 24 * 60 * MINUTE
      for (let minute = 0; minute < 30; minute++) {
        await world.pass(MINUTE)
        // Two heartbeats may be late: what was measured until then is lost.
        if (minute >= 6) assert.equal(world.coordinator.awayMs(early.member.peer), 0, `${years} years`)
      }
      assert.equal(world.coordinator.awayMs(late.member.peer), 0)
    }
  })
})

const HOUR = 60 * MINUTE

test('10: asleep over its hours, awake without a network: nothing changes until both are there, and nothing goes back', async () => {
  await withFleet(3, 0, async (world) => {
    const [laptop] = [...world.devices.values()]
    assert.ok(laptop != null)
    const { machine, member } = laptop
    const first = await world.begin(await world.publish(), {})
    await world.pass(30 * MINUTE)
    assert.deepEqual(await outcomesOf(world, first), { committed: 3 })
    const before = machine.running
    // The clock of the world begins at 08:00 UTC; the hours are those from an hour on, and last one.
    const minute = Math.floor(world.clock.now() / MINUTE) % 1440
    laptop.window = { from: (minute + 60) % 1440, to: (minute + 120) % 1440 }
    const order = await world.begin(await world.publish(), {})
    await world.pass(20 * MINUTE)
    assert.deepEqual(await outcomesOf(world, order), { committed: 2, deferred: 1 })
    // The lid is closed over the whole of them, and opened where there is no network.
    laptop.isAway = true
    laptop.kill()
    await world.pass(3 * HOUR)
    await laptop.start()
    await world.pass(HOUR)
    assert.deepEqual([machine.running, machine.profileTop], [before, before])
    laptop.isAway = false
    await world.pass(HOUR)
    const row = async () => await world.coordinator.state.rolloutDevice(order.id, member.peer)
    assert.deepEqual([(await row())?.outcome, machine.running], ['deferred', before])
    // The next day, in its hours, without anybody's help.
    await world.pass(22 * HOUR)
    assert.equal((await row())?.outcome, 'committed')
    assert.equal(machine.running, order.release.toplevel)
    const told = await world.coordinator.state.rolloutDevices(first.id)
    assert.ok(told.every(({ outcome }) => outcome === 'committed'))
  })
})
