/**
 * The device's agent: takes offers, works one at a time, resumes after a restart, tells what it does.
 * Decisions are durable before they are answered; the steps themselves are in `pipeline.ts`.
 */

import { seconds } from '../../base/clock.ts'
import { RefusedError, ShoalError } from '../../base/errors.ts'
import { Doorbell } from '../../base/tasks.ts'
import type { Activation } from '../../model/activation.ts'
import { REFUSALS } from '../../model/offer.ts'
import type { Member } from '../../model/peer.ts'
import type { ActivationReport } from '../../model/report.ts'
import type { OfferAnswer } from '../../protocols/offer.ts'
import { openOffer } from '../../trust/offer.ts'
import type { Judgement, OfferBundle } from './judge.ts'
import { judgeOffer, openBundle } from './judge.ts'
import { runActivation } from './pipeline.ts'
import type { Work, WorkPorts } from './work.ts'
import { BackLater } from './work.ts'

/** A row that waits for room is tried again this often. */
const DEFERRED_RETRY_MS = 60_000
/** After an unexpected failure of our own the loop begins again this much later. */
const RETRY_MS = 5_000

export interface AgentPorts extends Omit<WorkPorts, 'stopSignal'> {
  /** Nix system of this machine. */
  readonly system: string
  member(): Member
  /** Documents of this time (seconds) have verified: it is not earlier than that. */
  sawTime(issued: number): Promise<void>
  /** Drops what only finished activations needed: staged content, roots of systems that are neither committed nor run. */
  collect(): Promise<void>
  /** For the log; the daemon's, not the rollout's. */
  onError(what: string, error: unknown): void
}

export class DeviceAgent {
  readonly #ports: AgentPorts
  readonly #shutdown = new AbortController()
  #work: Work | undefined
  #running: Promise<void> | undefined
  readonly #bell: Doorbell
  #lastRefusal: { code: string; message: string; atMs: number } | undefined

  constructor(ports: AgentPorts) {
    this.#ports = ports
    this.#bell = new Doorbell(ports.clock)
  }

  /** Begins to work: first on what a restart left unfinished. */
  start(): void {
    this.#running ??= this.#loop()
  }

  /** What is under way, for reports. */
  get work(): Work | undefined {
    return this.#work
  }

  get lastRefusal(): { code: string; message: string; atMs: number } | undefined {
    return this.#lastRefusal
  }

  /** Judges an offer and, when it stands, makes it durable and begins. Answers at once. */
  async offer(bundle: OfferBundle): Promise<OfferAnswer> {
    let judgement: Judgement
    try {
      const known = await this.#known(bundle)
      if (known) return { status: 'accepted' }
      judgement = await this.#judge(bundle)
      await this.#requireNewest(judgement)
    } catch (error) {
      if (!(error instanceof ShoalError)) throw error
      await this.#refused(error)
      return { status: 'refused', code: error.code }
    }
    const closedMs = judgement.offer.kind === 'rollback' ? 0 : this.#ports.windowOpensInMs()
    if (closedMs > 0) {
      return { status: 'deferred', code: 'update_window', retrySeconds: Math.ceil(closedMs / 1000) }
    }
    const current = this.#work
    if (current != null && current.isPastReturn) return { status: 'busy' }
    await this.#ports.state.putActivation(await this.#newRow(judgement), bundle)
    await this.#supersedeOthers(judgement.rollout)
    current?.controller.abort(new BackLater('superseded'))
    this.#ports.onChange()
    this.#bell.ring()
    return { status: 'accepted' }
  }

  /** An activation as others are told of it: one that waits for room is deferred, though its row has not ended. */
  async activationReport(rollout: string): Promise<ActivationReport | undefined> {
    const report = await this.#ports.state.activationReport(rollout)
    const isDeferred = this.#work?.isDeferred === true && this.#work.row.rollout === rollout
    return report != null && isDeferred ? { ...report, outcome: 'deferred' } : report
  }

  /** Stops a rollout that has not begun to activate, or never came here; false when it is too late. */
  async cancel(rollout: string): Promise<boolean> {
    if (this.#work?.row.rollout === rollout && this.#work.isPastReturn) return false
    if ((await this.#ports.state.activation(rollout)) == null) return true
    const changed = await this.#ports.state.updateActivation(rollout, {
      outcome: 'failed',
      error: { code: 'rollout_aborted', message: REFUSALS['rollout_aborted'] ?? '' },
      endedAt: this.#ports.clock.now()
    })
    if (this.#work?.row.rollout === rollout) this.#work.controller.abort(new BackLater('cancelled'))
    this.#ports.onChange()
    return changed
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    this.#work?.controller.abort(this.#shutdown.signal.reason)
    this.#bell.ring()
    await this.#running
  }

  /** True when this very offer is in the journal: a coordinator that asks again gets the same answer. */
  async #known(bundle: OfferBundle): Promise<boolean> {
    return (await this.#ports.state.activationByOffer(bundle.offer)) != null
  }

  /** An older offer that comes late does not push aside the newer one that is at work. */
  async #requireNewest({ offer, rollout }: Judgement): Promise<void> {
    const { state, fleet, root } = this.#ports
    for (const row of await state.unfinished()) {
      const taken = openOffer((await state.bundle(row.rollout)).offer, fleet, root).offer
      if (row.rollout !== rollout && taken.counter > offer.counter) {
        throw new RefusedError('offer_old', REFUSALS['offer_old'] ?? '')
      }
    }
  }

  async #judge(bundle: OfferBundle): Promise<Judgement> {
    const { state, fleet, root, system, clock } = this.#ports
    const opened = openBundle(bundle, fleet, root)
    await this.#ports.sawTime(Math.max(opened.offer.offer.issued, opened.release.release.issued))
    return judgeOffer(opened, {
      root,
      system,
      member: this.#ports.member(),
      now: seconds(clock.now()),
      floor: await state.floor(),
      rolledBack: await state.rolledBack()
    })
  }

  async #refused(error: ShoalError): Promise<void> {
    this.#lastRefusal = { code: error.code, message: error.message, atMs: this.#ports.clock.now() }
    await this.#ports.log('', `refused an offer: ${error.code}: ${error.message}`)
    this.#ports.onChange()
  }

  async #newRow(judgement: Judgement): Promise<Activation> {
    return {
      rollout: judgement.rollout,
      release: judgement.releaseId,
      version: judgement.release.version,
      channel: judgement.release.channel,
      action: judgement.offer.action,
      toplevel: judgement.target.toplevel,
      previous: '',
      step: 'accepted',
      outcome: null,
      bootId: '',
      error: null,
      startedAt: this.#ports.clock.now(),
      endedAt: null,
      attempts: 0,
      bytesReceived: 0,
      generation: 0
    }
  }

  async #supersedeOthers(rollout: string): Promise<void> {
    for (const row of await this.#ports.state.unfinished()) {
      if (row.rollout === rollout) continue
      await this.#ports.state.updateActivation(row.rollout, {
        outcome: 'superseded',
        endedAt: this.#ports.clock.now()
      })
    }
  }

  async #loop(): Promise<void> {
    while (!this.#shutdown.signal.aborted) {
      try {
        const rows = await this.#ports.state.unfinished()
        const row = rows.at(-1)
        if (row != null) await this.#runRow(row)
        else {
          await this.#ports.collect()
          await this.#bell.wait(this.#shutdown.signal)
        }
      } catch (error) {
        if (this.#shutdown.signal.aborted) break
        this.#ports.onError('agent', error)
        await this.#bell.wait(this.#shutdown.signal, RETRY_MS)
      }
    }
  }

  async #runRow(row: Activation): Promise<void> {
    const bundle = await this.#ports.state.bundle(row.rollout)
    const work: Work = {
      row,
      bundle,
      controller: new AbortController(),
      isPastReturn: false,
      isDeferred: false,
      progress: { bytesDone: 0, bytesTotal: 0, bytesReceived: row.bytesReceived }
    }
    this.#work = work
    try {
      await runActivation({ ...this.#ports, stopSignal: this.#shutdown.signal }, work, () =>
        this.#judge(bundle)
      )
    } catch (error) {
      if (!(error instanceof BackLater)) throw error
      if (error.reason === 'deferred') {
        work.isDeferred = true
        this.#ports.onChange()
        await this.#bell.wait(this.#shutdown.signal, DEFERRED_RETRY_MS)
      }
    } finally {
      this.#work = undefined
      this.#ports.onChange()
    }
  }
}
