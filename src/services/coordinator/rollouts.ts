/**
 * Rollouts at work: takes signed offers, pushes them to devices that are there, records what becomes of them.
 * What to do next is decided by the model (`advance`); one loop carries it out.
 */

import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../base/clock.ts'
import { deadline, seconds } from '../../base/clock.ts'
import { ConflictError, InvalidError, NotFoundError } from '../../base/errors.ts'
import { Doorbell, Tasks } from '../../base/tasks.ts'
import { REFUSALS } from '../../model/offer.ts'
import type { ActivationReport } from '../../model/report.ts'
import type {
  RolloutEffect,
  RolloutEvent,
  RolloutFacts,
  RolloutStep,
  RolloutWorld
} from '../../model/rollout.ts'
import { advance, isFinal } from '../../model/rollout.ts'
import type { RolloutPlan } from '../../model/rollout-plan.ts'
import { sizeOf } from '../../model/rollout-plan.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import type { CancelAnswer, OfferAnswer } from '../../protocols/offer.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { RolloutDevice, StoredRollout } from '../../state/rollouts.ts'
import { openOffer } from '../../trust/offer.ts'
import type { Root } from '../../trust/root.ts'
import type { HeldRollout } from './open-rollouts.ts'
import { OpenRollouts } from './open-rollouts.ts'
import { emptySelector } from './view.ts'

/** Devices that are asked at the same time. */
const ASKED_MAX = 32
/** A device that was busy, or could not be asked, is asked again after this; soak, schedule and expiry are looked at this often. */
const TURN_MS = 5_000
const ASK_TIMEOUT_MS = 20_000
/** A device that puts an offer off is asked again at the earliest and at the latest after this. */
const ASK_AGAIN_SECONDS = { min: 10, max: 3600 }
/** Steps of an activation that change the device; before them it has only fetched. */
const CHANGING: ReadonlySet<string> = new Set(['trying', 'health', 'confirming', 'committing', 'going-back'])

export interface RolloutPorts {
  readonly fleet: string
  readonly root: Root
  readonly state: CoordinatorState
  readonly clock: Clock
  /** Milliseconds for which the device has not been heard, since this coordinator runs at the most; 0 when it is there. */
  awayMs(peer: string): number
  /** Hands signed offer and release to a device; the answer is durable there. */
  push(
    peer: string,
    bundle: { offer: Uint8Array; release: Uint8Array },
    signal: AbortSignal
  ): Promise<OfferAnswer>
  /** Asks a device to stop before activation. */
  cancel(peer: string, rollout: string, signal: AbortSignal): Promise<CancelAnswer>
  onChange(): void
  onError(what: string, error: unknown): void
}

export class Rollouts {
  readonly #ports: RolloutPorts
  readonly #open: OpenRollouts
  readonly #bell: Doorbell
  readonly #shutdown = new AbortController()
  /** Peers that are being asked now. */
  readonly #asking = new Set<string>()
  readonly #tasks: Tasks
  /** The last of those that decide; each waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #running: Promise<void>

  constructor(ports: RolloutPorts) {
    this.#open = new OpenRollouts(ports.state)
    this.#ports = { ...ports, state: this.#open.state }
    this.#bell = new Doorbell(ports.clock)
    this.#tasks = new Tasks((what, error) => ports.onError(what, error))
    this.#running = this.#loop()
  }

  /**
   * Verifies a signed offer as a device would, stores it with a row for each device that it selects, and begins.
   * Throws RefusedError, IntegrityError (documents), ConflictError (`offer_counter`), NotFoundError
   * (`selector_empty`, `release_not_found`), InvalidError (`canary_too_large`, `plan_late`).
   */
  async start(bytes: Uint8Array, plan: RolloutPlan, actor: string): Promise<StoredRollout> {
    const { fleet, root, state, clock } = this.#ports
    const now = clock.now()
    const { offer, id } = openOffer(bytes, fleet, root, seconds(now))
    const releases = await state.releaseByDigest(offer.release)
    if (releases == null) {
      throw new NotFoundError('release_not_found', 'the offer names a release that is not here', {
        hint: "'shoal publish' hands releases to the coordinator"
      })
    }
    const selector = parseSelector(offer.selector)
    const devices = (await state.members('device')).filter((member) => matches(selector, member))
    if (devices.length === 0) throw emptySelector(offer.selector)
    checkPlan(plan, devices.length, offer.expires)
    const peers = devices.map((member) => member.peer)
    // What is signed counts: who passes it on may only be more careful.
    const parallel = plan.parallel === 0 ? offer.parallel : plan.parallel
    await this.#exclusive(async () => {
      const entry = { id, bytes, release: releases.id, offer, plan: { ...plan, parallel } }
      await state.putRollout(entry, peers, { actor, at: now })
      await this.#supersede(id, peers)
    })
    this.#ports.onChange()
    this.turn()
    return (await this.#stored(id)).rollout
  }

  /** Offers nobody anything until it is resumed. Throws NotFoundError, ConflictError (`rollout_ended`). */
  async pause(id: string, actor: string): Promise<StoredRollout> {
    return await this.#command(id, { kind: 'pause' }, actor)
  }

  /** Goes on, past a gate that is shut and the failures so far. Throws as `pause`. */
  async resume(id: string, actor: string): Promise<StoredRollout> {
    return await this.#command(id, { kind: 'resume' }, actor)
  }

  /** Stops a rollout for good: devices that have not begun to activate are left as they are. Throws as `pause`. */
  async abort(id: string, actor: string): Promise<StoredRollout> {
    return await this.#command(id, { kind: 'abort' }, actor)
  }

  /** Something changed: a device came, a rollout began, a row ended. */
  turn(): void {
    this.#bell.ring()
  }

  /**
   * A device is there (again): what it was offered before is offered anew, for it knows what it has; one that came when
   * the newest rollout that selects it was under way joins that.
   */
  async deviceConnected(peer: string): Promise<void> {
    const { state, clock } = this.#ports
    await this.#exclusive(async () => {
      for (const { rollout, device } of await state.activeRolloutsOf(peer)) {
        if (device.state !== 'waiting') {
          await state.updateRolloutDevice(rollout.id, peer, { state: 'waiting' }, clock.now())
        }
      }
      await this.#join(peer)
    })
    this.turn()
  }

  /** What a device reports of an activation becomes its row. */
  async activationReported(
    peer: string,
    activation: ActivationReport,
    progress: { bytesDone: number; bytesTotal: number } | null
  ): Promise<void> {
    const { state, clock } = this.#ports
    const hasBegun = CHANGING.has(activation.step)
    await state.updateRolloutDevice(
      activation.rollout,
      peer,
      {
        state: 'accepted',
        ...(hasBegun ? { hasBegun } : {}),
        outcome: activation.outcome,
        error: activation.error,
        bytesReceived: activation.bytesReceived,
        generation: activation.generation === 0 ? null : activation.generation,
        startedAt: activation.startedAtMs,
        endedAt: activation.endedAtMs,
        progress:
          activation.outcome != null || progress == null ? null : { step: activation.step, ...progress }
      },
      clock.now(),
      true
    )
    if (activation.outcome != null) this.turn()
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#running
    await this.#tasks.idle()
  }

  async #loop(): Promise<void> {
    const { signal } = this.#shutdown
    while (!signal.aborted) {
      try {
        for (const id of await this.#open.ids()) await this.#advance(id)
      } catch (error) {
        this.#ports.onError('rollouts', error)
      }
      await this.#bell.wait(signal, TURN_MS)
    }
  }

  /** One decision after another: each sees what the one before has written. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work)
    this.#turn = mine.catch(() => undefined)
    return await mine
  }

  async #stored(id: string): Promise<HeldRollout> {
    const held = await this.#open.read(id)
    if (held == null) throw new NotFoundError('rollout_not_found', `no rollout ${id}`)
    return held
  }

  async #command(id: string, event: RolloutEvent, actor: string): Promise<StoredRollout> {
    await this.#exclusive(async () => {
      const held = await this.#stored(id)
      const step = await this.#step(held, event)
      if (step == null) {
        throw held.rollout.progress.phase === 'halted'
          ? new ConflictError('rollout_halted', `rollout ${id} is halted`, { hint: 'resume or abort it' })
          : new ConflictError('rollout_ended', `rollout ${id} has ended already`)
      }
      await this.#carryOut(held.rollout, step, actor)
    })
    this.turn()
    return (await this.#stored(id)).rollout
  }

  async #advance(id: string): Promise<void> {
    await this.#exclusive(async () => {
      const held = await this.#stored(id)
      const step = await this.#step(held, { kind: 'turn' })
      if (step != null) await this.#carryOut(held.rollout, step, 'coordinator')
    })
  }

  async #step({ rollout, rows }: HeldRollout, event: RolloutEvent): Promise<RolloutStep | undefined> {
    const { plan, expires, progress } = rollout
    const facts: RolloutFacts = {
      plan,
      expires,
      progress,
      rows: rows.map((row) => ({ ...row, errorCode: row.error?.code ?? null }))
    }
    return advance(facts, event, await this.#world())
  }

  async #world(): Promise<RolloutWorld> {
    const { state, clock, awayMs } = this.#ports
    const now = seconds(clock.now())
    const pauses = await state.pauses(now)
    return {
      now,
      isFree: (peer) => awayMs(peer) === 0 && !this.#asking.has(peer) && !pauses.has(peer),
      awaySeconds: (peer) => awayMs(peer) / 1000
    }
  }

  /** What was decided becomes durable first; then devices are asked, each in a task of its own. */
  async #carryOut(rollout: StoredRollout, step: RolloutStep, actor: string): Promise<void> {
    const { state, clock } = this.#ports
    if (!isDeepStrictEqual(step.progress, rollout.progress)) {
      await state.setRolloutProgress(rollout.id, step.progress, { actor, at: clock.now() })
    }
    for (const effect of step.effects) {
      if (effect.kind === 'end') await this.#end(rollout.id, effect.peer, effect.code)
      else if (this.#asking.size < ASKED_MAX) await this.#ask(rollout, effect)
    }
    if (step.effects.length > 0 || step.progress.phase !== rollout.progress.phase) this.#ports.onChange()
    // Who is done is seen in the next turn.
    if (step.effects.some(({ kind }) => kind === 'end')) this.turn()
  }

  async #ask(rollout: StoredRollout, effect: Exclude<RolloutEffect, { kind: 'end' }>): Promise<void> {
    const { state, clock } = this.#ports
    const { peer } = effect
    if (effect.kind === 'push') {
      const row = await state.rolloutDevice(rollout.id, peer)
      if (row == null || isFinal(row.outcome)) return
      const fresh = row.wave == null ? { wave: effect.wave, outcome: null, error: null } : {}
      await state.updateRolloutDevice(rollout.id, peer, { state: 'offered', ...fresh }, clock.now())
    }
    this.#asking.add(peer)
    this.#tasks.run(`offer to ${peer}`, async () => {
      try {
        using limit = deadline(clock, ASK_TIMEOUT_MS, this.#shutdown.signal)
        if (effect.kind === 'push') await this.#push(rollout, peer, limit.signal)
        else if ((await this.#ports.cancel(peer, rollout.id, limit.signal)) === 'cancelled') {
          await this.#end(rollout.id, peer, 'rollout_aborted')
        }
      } finally {
        this.#asking.delete(peer)
        this.#ports.onChange()
      }
    })
  }

  async #push(rollout: StoredRollout, peer: string, signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#ports
    const release = await state.release(rollout.release)
    if (release == null) return
    let answer: OfferAnswer
    try {
      answer = await this.#ports.push(peer, { offer: rollout.bytes, release: release.bytes }, signal)
    } catch (error) {
      // It may have taken the offer all the same: its place in the wave stays its own.
      await state.updateRolloutDevice(rollout.id, peer, { state: 'waiting' }, clock.now())
      throw error
    }
    await this.#answered(rollout, peer, answer)
  }

  /** A device that was quick has reported its outcome already, and that stays. */
  async #answered(rollout: StoredRollout, peer: string, answer: OfferAnswer): Promise<void> {
    const { state, clock } = this.#ports
    const now = clock.now()
    const set = async (changes: Partial<RolloutDevice>): Promise<void> => {
      await state.updateRolloutDevice(rollout.id, peer, changes, now)
    }
    switch (answer.status) {
      case 'accepted':
        await set({ state: 'accepted' })
        return
      case 'busy':
        await set({ state: 'waiting' })
        return
      case 'deferred': {
        const { code } = answer
        const { min, max } = ASK_AGAIN_SECONDS
        const askAfter = seconds(now) + Math.min(Math.max(answer.retrySeconds, min), max)
        const error = { code, message: REFUSALS[code] ?? 'the device puts the offer off' }
        await set({ state: 'waiting', wave: null, outcome: 'deferred', error, askAfter })
        break
      }
      case 'refused':
        if (answer.code === 'offer_old' && (await this.#isOvertaken(rollout, peer))) {
          await set({ outcome: 'superseded', endedAt: now })
        } else await this.#end(rollout.id, peer, answer.code)
    }
    this.turn()
  }

  async #isOvertaken(rollout: StoredRollout, peer: string): Promise<boolean> {
    const newest = await this.#ports.state.newestRolloutOf(peer)
    return newest != null && newest.rollout.counter > rollout.counter
  }

  /** The device has not begun and will not: the row ends as failed, and says why. */
  async #end(rollout: string, peer: string, code: string): Promise<void> {
    const now = this.#ports.clock.now()
    await this.#ports.state.updateRolloutDevice(
      rollout,
      peer,
      {
        outcome: 'failed',
        error: { code, message: REFUSALS[code] ?? 'the device refused the offer' },
        endedAt: now
      },
      now
    )
  }

  /** Rows of older rollouts in which one of these devices was offered nothing have been overtaken. */
  async #supersede(rollout: string, peers: readonly string[]): Promise<void> {
    const { state, clock } = this.#ports
    const now = clock.now()
    for (const peer of peers) {
      for (const { rollout: older, device } of await state.activeRolloutsOf(peer)) {
        if (older.id === rollout || device.wave != null) continue
        await state.updateRolloutDevice(older.id, peer, { outcome: 'superseded', endedAt: now }, now)
      }
    }
  }

  async #join(peer: string): Promise<void> {
    const { state, clock } = this.#ports
    const member = await state.memberByPeer(peer)
    if (member == null || member.revoked) return
    const now = clock.now()
    const open = (await state.openRollouts()).find(
      ({ selector, progress, expires }) =>
        progress.phase !== 'aborted' &&
        seconds(now) < expires &&
        matches(parseSelector(selector), { ...member, role: 'device' })
    )
    const newest = await state.newestRolloutOf(peer)
    if (open == null || (newest != null && newest.rollout.counter >= open.counter)) return
    await state.joinRollout(open.id, peer, now)
  }
}

/** Throws InvalidError for a plan that cannot be carried out. */
function checkPlan(plan: RolloutPlan, devices: number, expires: number): void {
  const canary = plan.canary == null ? 0 : sizeOf(plan.canary, devices)
  if (canary > devices) {
    throw new InvalidError('canary_too_large', `a canary of ${canary}, but ${devices} device(s) match`, {
      hint: 'choose fewer canaries or a wider selector'
    })
  }
  if (plan.notBefore >= expires) {
    throw new InvalidError('plan_late', 'the offer would have expired before the rollout begins')
  }
}
