/**
 * Rollouts at work: takes signed offers, pushes them to devices that are there, records what becomes of them.
 * What to do next is decided by the model (`nextEffects`); one loop carries it out.
 */

import type { Clock } from '../../base/clock.ts'
import { seconds } from '../../base/clock.ts'
import { ConflictError, NotFoundError } from '../../base/errors.ts'
import { Doorbell, parallel } from '../../base/tasks.ts'
import { REFUSALS } from '../../model/offer.ts'
import type { ActivationReport } from '../../model/report.ts'
import type { RolloutEffect } from '../../model/rollout.ts'
import { nextEffects, rolloutOutcome } from '../../model/rollout.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import type { OfferAnswer } from '../../protocols/offer.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { StoredRollout } from '../../state/rollouts.ts'
import { openOffer } from '../../trust/offer.ts'
import type { Root } from '../../trust/root.ts'
import { emptySelector } from './view.ts'

/** Devices that are asked at the same time. */
const PUSHES_MAX = 32
/** A device that was busy, or could not be asked, is asked again after this; and expiry is looked at this often. */
const TURN_MS = 5_000

export interface RolloutPorts {
  readonly fleet: string
  readonly root: Root
  readonly state: CoordinatorState
  readonly clock: Clock
  isOnline(peer: string): boolean
  /** Hands signed offer and release to a device; the answer is durable there. */
  push(
    peer: string,
    bundle: { offer: Uint8Array; release: Uint8Array },
    signal: AbortSignal
  ): Promise<OfferAnswer>
  /** Asks a device to stop before activation. */
  cancel(peer: string, rollout: string, signal: AbortSignal): Promise<void>
  onChange(): void
  onError(what: string, error: unknown): void
}

export class Rollouts {
  readonly #ports: RolloutPorts
  readonly #bell = new Doorbell()
  readonly #shutdown = new AbortController()
  /** Peers that are being asked now. */
  readonly #asking = new Set<string>()
  readonly #running: Promise<void>

  constructor(ports: RolloutPorts) {
    this.#ports = ports
    this.#running = this.#loop()
  }

  /**
   * Verifies a signed offer as a device would, stores it with a row for each device that it selects, and begins.
   * Throws RefusedError, IntegrityError (documents), ConflictError (`offer_counter`), NotFoundError
   * (`selector_empty`, `release_not_found`).
   */
  async start(bytes: Uint8Array, actor: string): Promise<StoredRollout> {
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
    const peers = devices.map((member) => member.peer)
    await state.putRollout({ id, bytes, release: releases.id, offer }, peers, { actor, at: now })
    await this.#supersede(id, peers)
    this.turn()
    const stored = await state.rollout(id)
    if (stored == null) throw new NotFoundError('rollout_not_found', `no rollout ${id}`)
    return stored
  }

  /** Stops a rollout: devices that have not begun to activate are left as they are. Throws NotFoundError, ConflictError. */
  async abort(id: string, actor: string): Promise<StoredRollout> {
    const { state, clock } = this.#ports
    const rollout = await state.rollout(id)
    if (rollout == null) throw new NotFoundError('rollout_not_found', `no rollout ${id}`)
    const isAborted = await state.setRolloutState(id, 'aborted', { actor, at: clock.now() })
    if (!isAborted) throw new ConflictError('rollout_ended', `rollout ${id} has ended already`)
    for (const row of await state.rolloutDevices(id)) {
      if (row.state === 'waiting') await this.#end(id, row.peer, 'rollout_aborted')
      else if (row.state !== 'done' && this.#ports.isOnline(row.peer)) {
        this.#ports
          .cancel(row.peer, id, AbortSignal.timeout(20_000))
          .catch((error: unknown) => this.#ports.onError('cancel', error))
      }
    }
    this.#ports.onChange()
    return (await state.rollout(id)) ?? rollout
  }

  /** Something changed: a device came, a rollout began, a row ended. */
  turn(): void {
    this.#bell.ring()
  }

  /** A device is there (again): what it was offered before is offered anew; it knows what it has. */
  async deviceConnected(peer: string): Promise<void> {
    const { state, clock } = this.#ports
    for (const { rollout, device } of await state.activeRolloutsOf(peer)) {
      if (device.state !== 'waiting') {
        await state.updateRolloutDevice(rollout.id, peer, { state: 'waiting' }, clock.now())
      }
    }
    this.turn()
  }

  /** What a device reports of an activation becomes its row. */
  async activationReported(
    peer: string,
    activation: ActivationReport,
    progress: { bytesDone: number; bytesTotal: number } | null
  ): Promise<void> {
    const { state, clock } = this.#ports
    await state.updateRolloutDevice(
      activation.rollout,
      peer,
      {
        state: 'accepted',
        outcome: activation.outcome,
        error: activation.error,
        bytesReceived: activation.bytesReceived,
        generation: activation.generation === 0 ? null : activation.generation,
        startedAt: activation.startedAtMs,
        endedAt: activation.endedAtMs,
        progress:
          activation.outcome != null || progress == null ? null : { step: activation.step, ...progress }
      },
      clock.now()
    )
    if (activation.outcome != null) {
      await this.#settle(activation.rollout)
      this.turn()
    }
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { signal } = this.#shutdown
    while (!signal.aborted) {
      try {
        for (const rollout of await this.#ports.state.rollouts('running')) await this.#advance(rollout)
      } catch (error) {
        this.#ports.onError('rollouts', error)
      }
      await this.#bell.wait(signal, TURN_MS)
    }
  }

  async #advance(rollout: StoredRollout): Promise<void> {
    const { state, clock } = this.#ports
    const rows = await state.rolloutDevices(rollout.id)
    const effects = nextEffects(
      { parallel: rollout.parallel, expires: rollout.expires, aborted: false },
      rows,
      (peer) => this.#ports.isOnline(peer) && !this.#asking.has(peer),
      seconds(clock.now())
    )
    await parallel(effects, PUSHES_MAX, async (effect) => {
      await this.#carryOut(rollout, effect)
    })
    await this.#settle(rollout.id)
  }

  async #carryOut(rollout: StoredRollout, effect: RolloutEffect): Promise<void> {
    if (effect.kind === 'end') {
      await this.#end(rollout.id, effect.peer, effect.code)
      return
    }
    const { state, clock } = this.#ports
    const { peer } = effect
    const set = async (changes: Parameters<CoordinatorState['updateRolloutDevice']>[2]): Promise<void> => {
      await state.updateRolloutDevice(rollout.id, peer, changes, clock.now())
      this.#ports.onChange()
    }
    const release = await state.release(rollout.release)
    if (release == null) return
    this.#asking.add(peer)
    try {
      await set({ state: 'offered' })
      const signal = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(20_000)])
      const answer = await this.#ports.push(peer, { offer: rollout.bytes, release: release.bytes }, signal)
      if (answer.status === 'accepted') await set({ state: 'accepted' })
      else if (answer.status === 'busy') await set({ state: 'waiting' })
      else if (answer.status === 'refused') await this.#end(rollout.id, peer, answer.code)
    } catch (error) {
      this.#ports.onError(`offer to ${peer}`, error)
      await set({ state: 'waiting' })
    } finally {
      this.#asking.delete(peer)
    }
  }

  /** The device has not begun and will not: the row ends as failed, and says why. */
  async #end(rollout: string, peer: string, code: string): Promise<void> {
    const now = this.#ports.clock.now()
    await this.#ports.state.updateRolloutDevice(
      rollout,
      peer,
      {
        state: 'done',
        outcome: 'failed',
        error: { code, message: REFUSALS[code] ?? 'the device refused the offer' },
        endedAt: now
      },
      now
    )
    this.#ports.onChange()
  }

  /** Rows of older rollouts that still wait for one of these devices have been overtaken. */
  async #supersede(rollout: string, peers: readonly string[]): Promise<void> {
    const { state, clock } = this.#ports
    const now = clock.now()
    for (const peer of peers) {
      for (const { rollout: older, device } of await state.activeRolloutsOf(peer)) {
        if (older.id === rollout || device.state !== 'waiting') continue
        await state.updateRolloutDevice(older.id, peer, { outcome: 'superseded', endedAt: now }, now)
        await this.#settle(older.id)
      }
    }
  }

  /** Closes a rollout whose last row has ended. */
  async #settle(rollout: string): Promise<void> {
    const { state, clock } = this.#ports
    const rows = await state.rolloutDevices(rollout)
    const outcome = rolloutOutcome(false, rows)
    if (outcome !== 'running' && outcome !== 'deferred' && rows.every((row) => row.state === 'done')) {
      await state.setRolloutState(rollout, 'done', { actor: 'coordinator', at: clock.now() })
    }
    this.#ports.onChange()
  }
}
