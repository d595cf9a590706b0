/**
 * A rollout as a pure state machine: which device gets its offer next, when a wave is well, when to halt, what it all
 * amounts to. Design section 9, docs/operations.md (Rollouts).
 *
 * A wave is a number of places, not a list of devices: it takes those that are there. So a device that is away waits in
 * the queue without holding a gate, and a canary that comes late is simply not a canary.
 */

import type { Outcome } from './activation.ts'
import type { RolloutPlan } from './rollout-plan.ts'
import { failuresBorne, waveSizes } from './rollout-plan.ts'

export const ROW_STATES = ['waiting', 'offered', 'accepted', 'done'] as const
export type RowState = (typeof ROW_STATES)[number]

export const PHASES = ['running', 'paused', 'halted', 'aborted', 'done'] as const
export type Phase = (typeof PHASES)[number]

/** One device of one rollout. */
export interface RolloutRow {
  readonly peer: string
  readonly state: RowState
  /** `deferred` may still change; every other outcome is final. */
  readonly outcome: Outcome | null
  readonly errorCode: string | null
  /** The wave in which it was offered; null before, and again when it deferred the offer. */
  readonly wave: number | null
  /** It came when the rollout was under way: the last wave takes it. */
  readonly isLate: boolean
  /** Its activation had begun when it was last heard. */
  readonly hasBegun: boolean
  /** Seconds since the epoch before which it does not want to be asked. */
  readonly askAfter: number
}

export interface RolloutProgress {
  readonly phase: Phase
  readonly wave: number
  /** Seconds since the epoch at which the present wave was found well: its soak began. */
  readonly settledAt: number | null
  /** Failures that a person has seen and gone on from. */
  readonly forgiven: number
  /** The wave whose gate a person has opened; -1 is none. */
  readonly waived: number
  /** Why it halted. */
  readonly reason: string | null
}

export const BEGINNING: RolloutProgress = {
  phase: 'running',
  wave: 0,
  settledAt: null,
  forgiven: 0,
  waived: -1,
  reason: null
}

export interface RolloutFacts {
  readonly plan: RolloutPlan
  /** Seconds since the epoch. */
  readonly expires: number
  readonly progress: RolloutProgress
  readonly rows: readonly RolloutRow[]
}

export interface RolloutWorld {
  /** Seconds since the epoch. */
  readonly now: number
  /** The device can be asked now. */
  isFree(peer: string): boolean
  /** Seconds for which the device has not been heard; 0 when it is there. */
  awaySeconds(peer: string): number
}

export type RolloutEvent = { readonly kind: 'turn' | 'pause' | 'resume' | 'abort' }

export type RolloutEffect =
  /** Offers are pushed only after the row with its wave is durable. */
  | { readonly kind: 'push'; readonly peer: string; readonly wave: number }
  | { readonly kind: 'end'; readonly peer: string; readonly code: 'offer_expired' | 'rollout_aborted' }
  /** The device may have taken the offer: it is asked to leave it, and says itself what became of it. */
  | { readonly kind: 'cancel'; readonly peer: string }

export interface RolloutStep {
  readonly progress: RolloutProgress
  readonly effects: readonly RolloutEffect[]
}

/**
 * A device that took the offer and has not been heard for this long no longer counts as at work: when its activation
 * had begun, as a failure; when not, its place goes to another. Longer than activation, health check, confirmation,
 * guard and the longest pause between two dials together, at their defaults.
 */
export const AWAY_SECONDS_MAX = 1800

/** Ends that say nothing about the release. */
const NOT_OF_THE_RELEASE: ReadonlySet<string> = new Set([
  'offer_expired',
  'rollout_aborted',
  'offer_old',
  'offer_not_for_us',
  'release_rolled_back'
])

/** What a row counts as in its wave and for the limit of failures. */
type Standing = 'work' | 'well' | 'failed' | 'excused'

function standingOf(row: RolloutRow, world: RolloutWorld): Standing {
  switch (row.outcome) {
    case 'committed':
    case 'degraded':
      return 'well'
    case 'failed':
    case 'rolled-back':
      return NOT_OF_THE_RELEASE.has(row.errorCode ?? '') ? 'excused' : 'failed'
    case 'superseded':
    case 'deferred':
      return 'excused'
    case null:
      if (world.awaySeconds(row.peer) < AWAY_SECONDS_MAX) return 'work'
      return row.hasBegun ? 'failed' : 'excused'
  }
}

export const isFinal = (outcome: Outcome | null): boolean => outcome != null && outcome !== 'deferred'

/** Devices that count as failures of the release now. */
export const failuresOf = (rows: readonly RolloutRow[], world: RolloutWorld): number =>
  rows.filter((row) => row.wave != null && standingOf(row, world) === 'failed').length

/** One step; undefined when the event does not fit: a rollout that has ended, a halted one that is paused. */
export function advance(
  facts: RolloutFacts,
  event: RolloutEvent,
  world: RolloutWorld
): RolloutStep | undefined {
  const { progress, rows } = facts
  const { phase } = progress
  const isEnded = phase === 'aborted' || phase === 'done'
  switch (event.kind) {
    case 'turn':
      return turn(facts, world)
    case 'pause':
      if (isEnded || phase === 'halted') return undefined
      return { progress: { ...progress, phase: 'paused' }, effects: [] }
    case 'resume':
      return isEnded ? undefined : { progress: resumed(facts, world), effects: [] }
    case 'abort':
      if (isEnded) return undefined
      return { progress: { ...progress, phase: 'aborted' }, effects: leave(rows, world) }
  }
}

/** Paused: as before. Halted: what has failed is borne, and the gate that is shut opens once. */
function resumed(facts: RolloutFacts, world: RolloutWorld): RolloutProgress {
  const { progress, rows } = facts
  if (progress.phase !== 'halted') return { ...progress, phase: 'running' }
  const forgiven = failuresOf(rows, world)
  return { ...progress, phase: 'running', forgiven, waived: progress.wave, reason: null }
}

/** What an aborted rollout still has to do: nobody begins, and who may have begun is asked to leave it. */
function leave(rows: readonly RolloutRow[], world: RolloutWorld): RolloutEffect[] {
  return rows.flatMap((row): RolloutEffect[] => {
    if (isFinal(row.outcome)) return []
    if (row.wave == null) return [{ kind: 'end', peer: row.peer, code: 'rollout_aborted' }]
    return world.isFree(row.peer) ? [{ kind: 'cancel', peer: row.peer }] : []
  })
}

function turn(facts: RolloutFacts, world: RolloutWorld): RolloutStep {
  const { progress, rows, expires } = facts
  if (progress.phase === 'aborted') return { progress, effects: leave(rows, world) }
  if (progress.phase === 'done') return { progress, effects: [] }
  if (rows.every((row) => isFinal(row.outcome))) {
    return { progress: { ...progress, phase: 'done' }, effects: [] }
  }
  if (world.now >= expires) {
    const waiting = rows.filter((row) => row.state === 'waiting' && !isFinal(row.outcome))
    return {
      progress,
      effects: waiting.map(({ peer }) => ({ kind: 'end', peer, code: 'offer_expired' }))
    }
  }
  if (progress.phase !== 'running' || world.now < facts.plan.notBefore) return { progress, effects: [] }
  return offers(facts, world)
}

/** Opens the gates that may be opened, halts where one must not be, and fills the places of the present wave. */
function offers(facts: RolloutFacts, world: RolloutWorld): RolloutStep {
  const { plan, rows } = facts
  const total = rows.filter((row) => !row.isLate).length
  const sizes = waveSizes(plan, total)
  const isLeft = rows.some((row) => row.wave == null && !isFinal(row.outcome))
  const failed = failuresOf(rows, world)
  // Who was given up and came back well after all does not make room for another failure.
  let progress = { ...facts.progress, forgiven: Math.min(facts.progress.forgiven, failed) }
  const failures = failed - progress.forgiven
  if (isLeft && failures > failuresBorne(plan, total)) {
    return halted(progress, `${failures} device(s) failed`)
  }
  for (;;) {
    const counted = rows.filter((row) => row.wave === progress.wave && standingOf(row, world) !== 'excused')
    const places = (sizes[progress.wave] ?? Number.POSITIVE_INFINITY) - counted.length
    // Who came late waits for the last wave: places that only they could take stay empty.
    const isForLate = isLeft && progress.wave < sizes.length - 1 && !rows.some(isOnTimeAndLeft)
    if (places > 0 && !isForLate) {
      const effects = pushes(facts, world, progress.wave, places)
      return { progress: { ...progress, settledAt: null }, effects }
    }
    if (counted.some((row) => standingOf(row, world) === 'work')) {
      return { progress: { ...progress, settledAt: null }, effects: again(rows, world) }
    }
    // A later wave in which nobody counts says nothing, and the gates before it hold.
    const isEmpty = isForLate && counted.length === 0 && progress.wave > 0
    const isWell = isEmpty || counted.some((row) => standingOf(row, world) === 'well')
    if (!isWell && progress.waived < progress.wave && isLeft) {
      return halted(progress, `no device of wave ${progress.wave + 1} is well`)
    }
    const settledAt = progress.settledAt ?? world.now
    if (world.now < settledAt + plan.soakSeconds) {
      return { progress: { ...progress, settledAt }, effects: again(rows, world) }
    }
    progress = { ...progress, wave: progress.wave + 1, settledAt: null }
  }
}

const isOnTimeAndLeft = (row: RolloutRow): boolean => row.wave == null && !row.isLate && !isFinal(row.outcome)

const halted = (progress: RolloutProgress, reason: string): RolloutStep => ({
  progress: { ...progress, phase: 'halted', reason },
  effects: []
})

/** Devices that were offered already, and whose answer is not known: they are asked again, and know what they have. */
const again = (rows: readonly RolloutRow[], world: RolloutWorld): RolloutEffect[] =>
  rows.flatMap((row): RolloutEffect[] => {
    const isOpen = row.state === 'waiting' && row.wave != null && !isFinal(row.outcome)
    return isOpen && world.isFree(row.peer) ? [{ kind: 'push', peer: row.peer, wave: row.wave }] : []
  })

function pushes(facts: RolloutFacts, world: RolloutWorld, wave: number, places: number): RolloutEffect[] {
  const { plan, rows } = facts
  const total = rows.filter((row) => !row.isLate).length
  const isLast = wave >= waveSizes(plan, total).length - 1
  const repeated = again(rows, world)
  const atWork = rows.filter(
    (row) => row.wave != null && row.outcome == null && world.awaySeconds(row.peer) === 0
  ).length
  const room = plan.parallel === 0 ? places : Math.min(places, Math.max(0, plan.parallel - atWork))
  const fresh = rows
    .filter((row) => row.state === 'waiting' && row.wave == null && !isFinal(row.outcome))
    .filter((row) => (isLast || !row.isLate) && row.askAfter <= world.now && world.isFree(row.peer))
    .slice(0, Math.min(room, rows.length))
  return [...repeated, ...fresh.map(({ peer }) => ({ kind: 'push', peer, wave }) as const)]
}

export type RolloutOutcome = 'running' | 'aborted' | 'halted' | 'paused' | Outcome

/** The order in which one device's outcome decides the whole (contract.md section 1). */
const WORST_FIRST: readonly Outcome[] = ['failed', 'rolled-back', 'degraded', 'deferred', 'superseded']

/** What a rollout amounts to: `running` while any device is neither done nor deferred. */
export function rolloutOutcome(
  progress: Pick<RolloutProgress, 'phase' | 'reason'>,
  rows: readonly Pick<RolloutRow, 'outcome'>[]
): RolloutOutcome {
  if (progress.phase === 'aborted') return 'aborted'
  if (progress.reason != null) return 'halted'
  if (progress.phase === 'paused') return 'paused'
  if (rows.some((row) => row.outcome == null)) return 'running'
  return WORST_FIRST.find((outcome) => rows.some((row) => row.outcome === outcome)) ?? 'committed'
}
