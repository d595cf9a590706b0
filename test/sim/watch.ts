/**
 * What must hold at every step of every simulation. It looks at journals and machines themselves, and decides by rules
 * of its own: nothing of the model is asked.
 */

import type { Offer } from '../../src/model/offer.ts'
import { isFinal } from '../../src/model/rollout.ts'
import type { RolloutPlan, Size } from '../../src/model/rollout-plan.ts'
import type { CoordinatorState } from '../../src/state/coordinator.ts'
import type { RolloutDevice, RolloutDeviceChanges } from '../../src/state/rollouts.ts'
import type { SimClock, Trace } from './clock.ts'
import type { SimDevice } from './device.ts'
import type { SimRelease } from './documents.ts'

/** A rollout as its admin knows it. */
export interface Order {
  readonly id: string
  readonly offer: Offer
  readonly plan: RolloutPlan
  readonly release: SimRelease
  readonly devicesCount: number
  /** Since when nobody may be offered anything; null is may. */
  blockedSince: number | null
}

export class Violation extends Error {
  override name = 'Violation'
}

const SAYS_NOTHING = new Set([
  'offer_expired',
  'rollout_aborted',
  'offer_old',
  'offer_not_for_us',
  'release_rolled_back'
])

export class Watch {
  readonly orders = new Map<string, Order>()
  /** The first that was broken. */
  violation: Violation | undefined
  /** How often each was looked at. */
  readonly checks = { push: 0, outcome: 0, machine: 0 }
  readonly #byBytes = new Map<string, Order>()
  readonly #pushed = new Set<string>()
  readonly #rolledBack = new Map<string, Set<string>>()
  readonly #committed = new Map<string, number>()
  readonly #clock: SimClock
  readonly #trace: Trace
  readonly #state: CoordinatorState
  readonly #device: (peer: string) => SimDevice | undefined

  constructor(init: {
    clock: SimClock
    trace: Trace
    state: CoordinatorState
    device(peer: string): SimDevice | undefined
  }) {
    this.#clock = init.clock
    this.#trace = init.trace
    this.#state = init.state
    this.#device = (peer) => init.device(peer)
  }

  ordered(order: Order, bytes: Uint8Array): void {
    this.orders.set(order.id, order)
    this.#byBytes.set(Buffer.from(bytes).toString('latin1'), order)
  }

  require(isSo: boolean, what: string): void {
    if (isSo || this.violation != null) return
    this.#trace.add(`BROKEN: ${what}`)
    this.violation = new Violation(what)
  }

  /** An offer leaves the coordinator. */
  async pushed(peer: string, bytes: Uint8Array, awayMs: (peer: string) => number): Promise<void> {
    const order = this.#byBytes.get(Buffer.from(bytes).toString('latin1'))
    if (order == null) return
    this.checks.push++
    const { id, plan } = order
    this.#trace.add(`offer ${order.release.release.version} to ${peer}`)
    const isBlocked = order.blockedSince != null && order.blockedSince < this.#clock.now()
    this.require(!isBlocked, `${id}: ${peer} was offered although it is paused or aborted`)
    this.require(this.#clock.now() / 1000 >= plan.notBefore, `${id}: ${peer} was offered before its time`)
    const rows = await this.#state.rolloutDevices(id)
    const own = rows.find((row) => row.peer === peer)
    if (this.#pushed.has(`${id} ${peer}`) || own?.wave == null) {
      this.require(own?.wave != null, `${id}: ${peer} was offered without a wave`)
      return
    }
    this.#pushed.add(`${id} ${peer}`)
    const atWork = (row: RolloutDevice): boolean =>
      row.wave != null && row.outcome == null && awayMs(row.peer) === 0
    const { wave } = own
    const inWave = rows.filter((row) => row.wave === wave && atWork(row)).length
    const size = waveOf(plan, wave, order.devicesCount)
    this.require(inWave <= size, `${id}: ${inWave} at work in wave ${wave} of ${size}`)
    const all = rows.filter(atWork).length
    const isWithin = plan.parallel === 0 || all <= plan.parallel
    this.require(isWithin, `${id}: ${all} at work, ${plan.parallel} allowed`)
    await this.#gates(order, rows, wave, peer)
  }

  async #gates(order: Order, rows: readonly RolloutDevice[], wave: number, peer: string): Promise<void> {
    const { id, plan, devicesCount } = order
    const progress = (await this.#state.rollout(id))?.progress
    if (progress == null) return
    const failures = rows.filter(
      ({ outcome, error }) =>
        (outcome === 'failed' || outcome === 'rolled-back') && !SAYS_NOTHING.has(error?.code ?? '')
    ).length
    const borne = borneOf(plan.maxFailures, devicesCount)
    const isBorne = failures - progress.forgiven <= borne
    this.require(isBorne, `${id}: ${peer} was offered after ${failures} failures of ${borne}`)
    for (let earlier = 0; earlier < wave; earlier++) {
      const isWell = rows.some(
        (row) => row.wave === earlier && (row.outcome === 'committed' || row.outcome === 'degraded')
      )
      const isOpen = isWell || progress.waived >= earlier || isForLate(rows, earlier)
      this.require(isOpen, `${id}: ${peer} was offered past the gate of wave ${earlier}`)
    }
  }

  /** The coordinator's state with each outcome that is written into it compared with the device's journal. */
  coordinatorState(state: CoordinatorState): CoordinatorState {
    return {
      ...state,
      updateRolloutDevice: async (id, peer, changes, at, told) => {
        const isChanged = await state.updateRolloutDevice(id, peer, changes, at, told)
        if (isChanged) await this.#outcome(id, peer, changes)
        return isChanged
      }
    }
  }

  async #outcome(id: string, peer: string, { outcome, error }: RolloutDeviceChanges): Promise<void> {
    if (outcome == null || outcome === 'deferred') return
    this.checks.outcome++
    const code = error?.code ?? ''
    this.#trace.add(`${peer} of ${this.orders.get(id)?.release.release.version}: ${outcome} ${code}`)
    if (code === 'offer_expired') return
    const journal = (await this.#device(peer)?.state.activation(id))?.outcome
    const isNever = journal === undefined
    const isTrue =
      outcome === 'failed' || outcome === 'superseded' ? isNever || journal === outcome : journal === outcome
    this.require(
      isTrue,
      `${id}: ${peer} is said to be ${outcome} ${code}, its journal says ${String(journal)}`
    )
  }

  /** The device's daemon is about to write. */
  wrote(device: SimDevice, name: string, args: readonly unknown[]): void {
    const { machine, member } = device
    if (name === 'addRolledBack') this.#backOf(member.peer).add(String(args[0]))
    else if (name === 'commit') this.#commit(device, args)
    else if (name === 'updateActivation') {
      const [id, changes] = args as [string, { step?: string; outcome?: string }]
      const order = this.orders.get(id)
      if (order == null) return
      if (changes.step === 'trying') {
        const isAgain = order.offer.again || order.offer.kind === 'rollback'
        const isBack = this.#backOf(member.peer).has(order.release.id)
        this.require(
          isAgain || !isBack,
          `${member.name} tries ${order.release.id} again after it was rolled back`
        )
      }
      if (changes.outcome === 'rolled-back') {
        this.checks.machine++
        const isBack = machine.running !== order.release.toplevel
        this.require(isBack, `${member.name} says rolled-back and runs ${machine.running}`)
      }
    }
  }

  #commit({ machine, member }: SimDevice, args: readonly unknown[]): void {
    const [id] = args as [string]
    const order = this.orders.get(id)
    if (order == null) return
    this.checks.machine++
    const { toplevel, release } = order.release
    const places = [machine.running, machine.profileTop, machine.bootEntry]
    const isSo = places.every((each) => each === toplevel)
    this.require(isSo, `${member.name} commits ${toplevel}; running, profile, boot: ${places.join(' ')}`)
    const before = this.#committed.get(member.peer) ?? 0
    const isUp = order.offer.kind === 'rollback' || release.counter >= before
    this.require(isUp, `${member.name} goes back from ${before} to ${release.counter} without a rollback`)
    this.#committed.set(member.peer, release.counter)
    this.#backOf(member.peer).delete(order.release.id)
  }

  #backOf(peer: string): Set<string> {
    const held = this.#rolledBack.get(peer) ?? new Set()
    this.#rolledBack.set(peer, held)
    return held
  }
}

const countOf = (size: Size, total: number): number =>
  'count' in size ? size.count : Math.max(1, Math.ceil((size.percent / 100) * total))

/** Places of a wave by the words of docs/operations.md; the last takes everybody. */
/** A later wave in which nobody counts, when nobody is left but those who came late: it has no gate. */
function isForLate(rows: readonly RolloutDevice[], wave: number): boolean {
  const counts = ({ outcome, error }: RolloutDevice): boolean =>
    outcome != null &&
    outcome !== 'superseded' &&
    outcome !== 'deferred' &&
    !SAYS_NOTHING.has(error?.code ?? '')
  const isLeft = rows.some((row) => row.wave == null && !row.isLate && !isFinal(row.outcome))
  return wave > 0 && !isLeft && !rows.some((row) => row.wave === wave && counts(row))
}

function waveOf(plan: RolloutPlan, wave: number, total: number): number {
  const sizes = plan.canary == null ? [] : [countOf(plan.canary, total)]
  let used = sizes[0] ?? 0
  for (let index = 0; used < total && plan.waves.length > 0; index++) {
    const size = countOf(plan.waves[Math.min(index, plan.waves.length - 1)] as Size, total)
    sizes.push(size)
    used += size
  }
  const isLast = wave >= sizes.length - (plan.waves.length === 0 && sizes.length === 1 ? 0 : 1)
  return isLast ? Number.POSITIVE_INFINITY : (sizes[wave] ?? 0)
}

const borneOf = (size: Size | null, total: number): number =>
  size == null
    ? Number.POSITIVE_INFINITY
    : 'count' in size
      ? size.count
      : Math.floor((size.percent / 100) * total)
