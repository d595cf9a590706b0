/** A rollout's machine with devices that do what they are told. */

import type { Outcome } from '../../src/model/activation.ts'
import type {
  RolloutEvent,
  RolloutOutcome,
  RolloutProgress,
  RolloutRow,
  RolloutStep
} from '../../src/model/rollout.ts'
import { advance, BEGINNING, rolloutOutcome } from '../../src/model/rollout.ts'
import type { RolloutPlan } from '../../src/model/rollout-plan.ts'
import { planOf } from '../../src/model/rollout-plan.ts'

export const NOW = 1_800_000_000
const DAY = 86_400

export class Fleet {
  readonly plan: RolloutPlan
  readonly rows = new Map<string, RolloutRow>()
  readonly cancelled: string[] = []
  progress: RolloutProgress = BEGINNING
  now = NOW
  readonly #awaySince = new Map<string, number>()
  readonly #ended: { peer: string; code: string }[] = []

  constructor(init: { devices: number; away?: readonly string[]; plan?: Partial<RolloutPlan> }) {
    this.plan = { ...planOf(0), ...init.plan }
    for (let index = 0; index < init.devices; index++) this.#add(`p${index}`, false)
    for (const peer of init.away ?? []) this.leave(peer)
  }

  get outcome(): RolloutOutcome {
    return rolloutOutcome(this.progress, [...this.rows.values()])
  }

  /** One turn; the peers that were pushed to, who take the offer. */
  turn(): string[] {
    return this.#apply({ kind: 'turn' }) ?? []
  }

  /** False when the machine refuses it. */
  command(kind: 'pause' | 'resume' | 'abort'): boolean {
    return this.#apply({ kind }) != null
  }

  ended(code: string): string[] {
    return this.#ended.filter((end) => end.code === code).map(({ peer }) => peer)
  }

  set(peer: string, changes: Partial<RolloutRow>): void {
    const row = this.rows.get(peer)
    if (row != null) this.rows.set(peer, { ...row, ...changes })
  }

  end(peer: string, outcome: Outcome, errorCode: string | null = null): void {
    this.set(peer, { state: 'done', outcome, errorCode })
  }

  leave(peer: string): void {
    if (!this.#awaySince.has(peer)) this.#awaySince.set(peer, this.now)
  }

  come(peer: string): void {
    this.#awaySince.delete(peer)
  }

  join(peer: string): void {
    this.#add(peer, true)
  }

  wait(seconds: number): void {
    this.now += seconds
  }

  isHere(peer: string): boolean {
    return !this.#awaySince.has(peer)
  }

  step(event: RolloutEvent): RolloutStep | undefined {
    return advance(
      { plan: this.plan, expires: NOW + DAY, progress: this.progress, rows: [...this.rows.values()] },
      event,
      {
        now: this.now,
        isFree: (peer) => this.isHere(peer),
        awaySeconds: (peer) => {
          const since = this.#awaySince.get(peer)
          return since == null ? 0 : Math.max(0.001, this.now - since)
        }
      }
    )
  }

  #apply(event: RolloutEvent): string[] | undefined {
    const step = this.step(event)
    if (step == null) return undefined
    this.progress = step.progress
    const pushed: string[] = []
    for (const effect of step.effects) {
      if (effect.kind === 'end') {
        this.#ended.push(effect)
        this.end(effect.peer, 'failed', effect.code)
      } else if (effect.kind === 'cancel') this.cancelled.push(effect.peer)
      else {
        pushed.push(effect.peer)
        this.set(effect.peer, { state: 'accepted', wave: effect.wave, outcome: null })
      }
    }
    return pushed
  }

  #add(peer: string, isLate: boolean): void {
    this.rows.set(peer, {
      peer,
      state: 'waiting',
      outcome: null,
      errorCode: null,
      wave: null,
      isLate,
      hasBegun: false,
      askAfter: 0
    })
  }
}
