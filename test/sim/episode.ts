/** One seed's story: rollouts with random plans on a fleet that random things happen to, then everybody comes to rest. */

import type { RolloutPlan, Size } from '../../src/model/rollout-plan.ts'
import type { Dice } from './clock.ts'
import type { SimDevice } from './device.ts'
import type { Behaviour } from './machine.ts'
import { BEHAVIOURS } from './machine.ts'
import type { Plant } from './plant.ts'
import type { Order } from './watch.ts'
import { World } from './world.ts'

export interface EpisodeResult {
  readonly seed: number
  readonly rollouts: number
  /** Rollouts whose devices all ended. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly events: number
  readonly digest: string
  readonly checks: { readonly push: number; readonly outcome: number; readonly machine: number }
  /** What was broken first. */
  readonly violation: string | null
  readonly tail: readonly string[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR
/** After the faults are over: longer than any wait that a device or the coordinator may be in. */
const REST_MS = 8 * HOUR
const TAIL_LINES = 200

export async function runEpisode(
  seed: number,
  init: { devices: number; rollouts: number; plant?: Plant | undefined }
): Promise<EpisodeResult> {
  const world = await World.make(seed, init.devices, init.plant)
  const { dice } = world
  try {
    for (const device of world.devices.values()) {
      device.isAway = dice.chance(0.1)
      device.skewMs = skew(dice)
      await device.start()
    }
    const orders: Order[] = []
    for (let index = 0; index < init.rollouts && world.watch.violation == null; index++) {
      const order = await beginOne(world)
      if (order == null) continue
      orders.push(order)
      const isOver = await trouble(world, order)
      // Now and then the next release comes before this one has ended.
      if (!isOver && dice.chance(0.7)) await rest(world, [order])
    }
    await rest(world, orders)
    await account(world, orders)
    return await result(world, seed, orders)
  } finally {
    await world.close()
  }
}

/** Mostly right; some behind by decades, some off by an hour, few far ahead. */
function skew(dice: Dice): number {
  const roll = dice.next()
  if (roll < 0.85) return 0
  if (roll < 0.91) return -55 * YEAR
  if (roll < 0.98) return dice.int(-HOUR / 6, HOUR)
  return YEAR
}

async function beginOne(world: World): Promise<Order | undefined> {
  const { dice } = world
  const release = await world.publish()
  const isBad = dice.chance(0.5)
  const share = dice.pick([0.05, 0.2, 0.6])
  const bad: readonly Behaviour[] = BEHAVIOURS.slice(1)
  for (const { machine } of world.devices.values()) {
    if (isBad && dice.chance(share)) machine.setBehaviour(release.toplevel, dice.pick(bad))
  }
  if (!world.coordinator.isUp) world.coordinator.start()
  return await world.begin(release, randomPlan(dice, world), {
    expires: world.seconds + (dice.chance(0.1) ? 3600 : 7 * 86_400)
  })
}

function randomPlan(dice: Dice, world: World): Partial<RolloutPlan> {
  const size = (): Size =>
    dice.chance(0.5) ? { count: dice.int(1, 5) } : { percent: dice.pick([1, 10, 25, 50, 100]) }
  const failures: Size = dice.chance(0.5) ? { count: dice.int(0, 3) } : { percent: dice.pick([0, 10, 30]) }
  return {
    parallel: dice.chance(0.5) ? 0 : dice.int(1, 10),
    canary: dice.chance(0.5) ? { count: dice.int(1, Math.min(3, world.devices.size)) } : null,
    waves: dice.chance(0.6) ? Array.from({ length: dice.int(1, 3) }, size) : [],
    soakSeconds: dice.chance(0.5) ? 0 : dice.int(10, 600),
    maxFailures: dice.chance(0.2) ? null : failures,
    notBefore: dice.chance(0.1) ? world.seconds + dice.int(10, 900) : 0
  }
}

/** Lets things happen for a while. True when the rollout ended meanwhile. */
async function trouble(world: World, order: Order): Promise<boolean> {
  const { dice } = world
  const faults = dice.int(0, 10)
  for (let index = 0; index < faults && world.watch.violation == null; index++) {
    await world.pass(dice.int(1_000, 4 * MINUTE))
    await fault(world, order)
  }
  await world.pass(dice.int(1, 5) * MINUTE)
  return await isEnded(world, order)
}

const FAULTS: readonly ((world: World, order: Order, device: SimDevice) => Promise<void>)[] = [
  async (_world, _order, device) => device.connection?.cut(30_000),
  async (world, _order, device) => {
    device.kill()
    world.clock.after(world.dice.int(100, 5 * MINUTE), () => void device.start())
  },
  async (world, _order, device) => {
    device.killAfter(world.dice.int(1, 12), world.dice.chance(0.5))
  },
  async (world, _order, device) => {
    device.kill()
    device.machine.reboot()
    world.clock.after(world.dice.int(5_000, 3 * MINUTE), () => void device.start())
  },
  async (world, _order, device) => {
    device.isAway = true
    device.connection?.cut(60_000)
    world.clock.after(world.dice.int(10_000, 2 * HOUR), () => {
      device.isAway = false
    })
  },
  async (world, _order, device) => {
    device.isFull = true
    world.clock.after(world.dice.int(10_000, 20 * MINUTE), () => {
      device.isFull = false
    })
  },
  async (world, _order, device) => {
    const from = world.dice.int(0, 1439)
    device.window = { from, to: (from + world.dice.int(60, 600)) % 1440 }
  },
  async (world) => {
    world.coordinator.kill()
    world.clock.after(world.dice.int(1_000, 5 * MINUTE), () => world.coordinator.start())
  },
  async (world, order) => {
    if (await world.command(order, 'pause')) {
      await world.pass(world.dice.int(1_000, 10 * MINUTE))
      if (world.dice.chance(0.8)) await world.command(order, 'resume')
    }
  },
  async (world, order) => {
    await world.command(order, 'resume')
  },
  async (world, order) => {
    if (world.dice.chance(0.3)) await world.command(order, 'abort')
  },
  async (world) => {
    const device = await world.enrol(`d${world.devices.size}`)
    await device.start()
  }
]

async function fault(world: World, order: Order): Promise<void> {
  const device = world.dice.pick([...world.devices.values()])
  await world.dice.pick(FAULTS)(world, order, device)
  // Who was killed at a write comes back after a while.
  for (const each of world.devices.values()) {
    if (!each.isUp && world.dice.chance(0.3)) await each.start()
  }
}

async function isEnded(world: World, order: Order): Promise<boolean> {
  const rollout = await world.coordinator.state.rollout(order.id)
  return rollout?.state === 'done'
}

/** No more faults: all are there, the admin goes on with what stands, and time passes until everything has ended. */
async function rest(world: World, orders: readonly Order[]): Promise<void> {
  for (const device of world.devices.values()) {
    device.isAway = false
    device.isFull = false
    device.window = undefined
    device.skewMs = Math.min(device.skewMs, 0)
    device.killAfter(Number.POSITIVE_INFINITY, false)
    await device.start()
  }
  if (!world.coordinator.isUp) world.coordinator.start()
  const until = world.clock.now() + REST_MS
  while (world.clock.now() < until && world.watch.violation == null) {
    let isOpen = false
    for (const device of world.devices.values()) await device.start()
    if (!world.coordinator.isUp) world.coordinator.start()
    for (const order of orders) {
      const rollout = await world.coordinator.state.rollout(order.id)
      if (rollout?.state === 'paused' || rollout?.state === 'halted') await world.command(order, 'resume')
      const rows = await world.coordinator.state.rolloutDevices(order.id)
      isOpen ||= rollout?.state !== 'aborted' && rollout?.state !== 'done'
      isOpen ||= rows.some(({ outcome }) => outcome == null || outcome === 'deferred')
    }
    if (!isOpen) return
    await world.pass(2 * MINUTE)
  }
}

/** In the end every rollout has ended, and every row says what its device's journal says. */
async function account(world: World, orders: readonly Order[]): Promise<void> {
  const { state } = world.coordinator
  for (const { id } of orders) {
    const rollout = await state.rollout(id)
    const rows = await state.rolloutDevices(id)
    const open = rows.filter(({ outcome }) => outcome == null || outcome === 'deferred')
    const names = open.map(({ peer, state: row, wave }) => `${peer} ${row} wave ${wave}`).join(', ')
    world.watch.require(open.length === 0, `${id} (${rollout?.state}) never ended: ${names}`)
    for (const row of rows) {
      const journal = (await world.device(row.peer)?.state.activation(id))?.outcome
      const isTrue =
        journal === undefined
          ? row.outcome === 'failed' || row.outcome === 'superseded'
          : journal === row.outcome
      world.watch.require(
        isTrue,
        `${id}: ${row.peer} ended as ${row.outcome}, its journal says ${String(journal)}`
      )
    }
  }
  for (const { machine, state: journal } of world.devices.values()) {
    const committed = await journal.committed()
    const isSo = committed == null || machine.profileTop === committed.toplevel
    world.watch.require(isSo, `${machine.name} has ${machine.profileTop}, committed ${committed?.toplevel}`)
  }
}

async function result(world: World, seed: number, orders: readonly Order[]): Promise<EpisodeResult> {
  const outcomes: Record<string, number> = {}
  for (const { id } of orders) {
    for (const { outcome } of await world.coordinator.state.rolloutDevices(id)) {
      outcomes[outcome ?? 'none'] = (outcomes[outcome ?? 'none'] ?? 0) + 1
    }
  }
  const violation = world.watch.violation?.message ?? null
  return {
    seed,
    rollouts: orders.length,
    outcomes,
    events: world.trace.count,
    digest: world.trace.digest(),
    checks: { ...world.watch.checks },
    violation,
    tail: violation == null ? [] : world.trace.tail(TAIL_LINES)
  }
}
