/**
 * A rollout as a pure state machine: which device gets its offer next, what a rollout amounts to.
 * Design section 9; devices that are away wait in the queue and hold no place in flight.
 */

import type { Outcome } from './activation.ts'

export const ROW_STATES = ['waiting', 'offered', 'accepted', 'done'] as const
export type RowState = (typeof ROW_STATES)[number]

/** One device of one rollout. */
export interface RolloutRow {
  readonly peer: string
  readonly state: RowState
  /** `deferred` may still change; every other outcome is final. */
  readonly outcome: Outcome | null
}

export interface RolloutPlan {
  /** Devices at work at once; 0 is no limit. */
  readonly parallel: number
  /** Seconds since the epoch. */
  readonly expires: number
  readonly aborted: boolean
}

export type RolloutEffect =
  | { readonly kind: 'push'; readonly peer: string }
  | { readonly kind: 'end'; readonly peer: string; readonly code: 'offer_expired' | 'rollout_aborted' }

/**
 * What to do now: offers to push to devices that are there, within `parallel`, in the order of the rows;
 * devices to give up on because the offer has expired or the rollout was aborted before they took it.
 */
export function nextEffects(
  plan: RolloutPlan,
  rows: readonly RolloutRow[],
  isOnline: (peer: string) => boolean,
  nowSeconds: number
): RolloutEffect[] {
  const code = plan.aborted ? 'rollout_aborted' : nowSeconds >= plan.expires ? 'offer_expired' : undefined
  if (code != null) {
    return rows.filter((row) => row.state === 'waiting').map((row) => ({ kind: 'end', peer: row.peer, code }))
  }
  const atWork = rows.filter((row) => isUnderWay(row) && isOnline(row.peer)).length
  const room = plan.parallel === 0 ? rows.length : Math.max(0, plan.parallel - atWork)
  return rows
    .filter((row) => row.state === 'waiting' && isOnline(row.peer))
    .slice(0, room)
    .map((row) => ({ kind: 'push', peer: row.peer }))
}

const isUnderWay = (row: RolloutRow): boolean =>
  (row.state === 'offered' || row.state === 'accepted') && row.outcome == null

export type RolloutOutcome = 'running' | 'aborted' | Outcome

/** The order in which one device's outcome decides the whole (contract.md section 1). */
const WORST_FIRST: readonly Outcome[] = ['failed', 'rolled-back', 'degraded', 'deferred', 'superseded']

/** What a rollout amounts to: `running` while any device is neither done nor deferred. */
export function rolloutOutcome(aborted: boolean, rows: readonly RolloutRow[]): RolloutOutcome {
  if (aborted) return 'aborted'
  if (rows.some((row) => row.outcome == null)) return 'running'
  return WORST_FIRST.find((outcome) => rows.some((row) => row.outcome === outcome)) ?? 'committed'
}
