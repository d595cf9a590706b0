/** The activation journal: steps, outcomes, and what a restart makes of a row found half-way. */

import type { Action } from './offer.ts'

export const OUTCOMES = ['committed', 'degraded', 'rolled-back', 'failed', 'deferred', 'superseded'] as const
export type Outcome = (typeof OUTCOMES)[number]

/**
 * Steps in order. Each is written to the journal before its effect begins:
 * accepted → fetching → importing → verified → trying → health → confirming → committing → (outcome)
 * and from trying, health or confirming → going-back → (outcome).
 */
export const STEPS = [
  'accepted',
  'fetching',
  'importing',
  'verified',
  'trying',
  'health',
  'confirming',
  'committing',
  'going-back'
] as const
export type Step = (typeof STEPS)[number]

/** One row of the journal: an offer that this device took on. */
export interface Activation {
  readonly rollout: string
  readonly release: string
  readonly version: string
  readonly channel: string
  readonly action: Action
  readonly toplevel: string
  /** What ran (and is gone back to): the toplevel before this activation; empty when there was none. */
  readonly previous: string
  readonly step: Step
  readonly outcome: Outcome | null
  /** Kernel boot id under which `trying` began; another one on restart means the machine rebooted. */
  readonly bootId: string
  readonly error: ActivationError | null
  readonly startedAt: number
  readonly endedAt: number | null
  /** Starts of this row; above the limit the device goes back (design 8, loop guard). */
  readonly attempts: number
  /** Compressed bytes that came over the network for it. */
  readonly bytesReceived: number
  /** Profile generation once committed; 0 before. */
  readonly generation: number
}

export interface ActivationError {
  readonly code: string
  readonly message: string
}

export const ATTEMPTS_MAX = 40

export type Resume = 'restart' | 'await-activation' | 'check-health' | 'commit' | 'go-back'

/**
 * What to do with an unfinished row after a restart of the daemon or the machine.
 * Before `trying` nothing has changed, so the work starts again (what is fetched stays). After it: the
 * same boot waits for the detached activation or goes on with health; another boot runs the committed
 * system by itself (the boot loader was not touched), so the row ends as rolled back.
 * `committing` is repeated, every part of it being idempotent.
 */
export function resume(row: Pick<Activation, 'step' | 'bootId' | 'attempts'>, bootId: string): Resume {
  if (row.attempts > ATTEMPTS_MAX) return 'go-back'
  switch (row.step) {
    case 'accepted':
    case 'fetching':
    case 'importing':
    case 'verified':
      return 'restart'
    case 'trying':
      return row.bootId === bootId ? 'await-activation' : 'go-back'
    case 'health':
    case 'confirming':
      return row.bootId === bootId ? 'check-health' : 'go-back'
    case 'committing':
      return 'commit'
    case 'going-back':
      return 'go-back'
  }
}

/**
 * The guard that goes back when the daemon cannot: it lives outside the daemon (a systemd timer where
 * there is systemd), is armed before `trying` and disarmed after the outcome is durable.
 */
export interface ActivationGuard {
  arm(row: Pick<Activation, 'rollout' | 'previous'>, deadlineMs: number): Promise<void>
  disarm(rollout: string): Promise<void>
}

/** In these it may not be known yet how much is missing. */
const BEFORE_CONTENT: ReadonlySet<string> = new Set<Step>(['accepted', 'fetching'])

/** How much of a closure is here, 0 to 1: past the fetching all of it, also where nothing was missing. */
export function fetchedShare(progress: {
  readonly step: string
  readonly bytesDone: number
  readonly bytesTotal: number
}): number {
  const { step, bytesDone, bytesTotal } = progress
  if (bytesTotal > 0) return Math.min(1, bytesDone / bytesTotal)
  return BEFORE_CONTENT.has(step) ? 0 : 1
}
