/** The flags that say how a rollout goes about its devices. */

import type { Command } from 'commander'
import { UsageError } from '../base/errors.ts'
import type { RolloutPlan, Size } from '../model/rollout-plan.ts'
import { count, seconds } from './command.ts'

export interface PlanOptions {
  readonly parallel: number
  readonly canary?: Size
  readonly wave?: readonly Size[]
  readonly soak: number
  readonly maxFailures?: Size
  readonly at?: number
}

const PARALLEL_DEFAULT = 50

/** Adds the flags of a plan to a command. */
export function addPlanFlags(command: Command): void {
  command
    .option('--canary <n>', 'a first wave of this many devices, or n%', size(1))
    .option('--wave <n>', 'devices in each wave, or n%; a list (10%,50%) is one size after another', sizes)
    .option('--soak <duration>', 'how long a wave that is well is watched before the next (10m)', seconds, 0)
    .option(
      '--max-failures <n>',
      'halt when more devices than this fail, or n% (default: 0 with canary or waves, else no limit)',
      size(0)
    )
    .option('--at <time>', 'begin then: 2026-12-01T02:00Z, or +8h', startTime)
    .option('--parallel <n>', 'devices at work at once; 0 is no limit', count(0), PARALLEL_DEFAULT)
}

/** The plan that the flags say. With waves, nothing may fail unless it is said. */
export function planFrom(options: PlanOptions): RolloutPlan {
  const { parallel, canary = null, wave: waves = [], soak: soakSeconds, at: notBefore = 0 } = options
  const isCareful = canary != null || waves.length > 0
  const maxFailures = options.maxFailures ?? (isCareful ? { count: 0 } : null)
  return { parallel, canary, waves, soakSeconds, maxFailures, notBefore }
}

/** `3` or `10%`. Throws UsageError (`size`). */
const size =
  (min: number) =>
  (text: string): Size => {
    const match = /^(\d{1,6})(%?)$/.exec(text)
    const value = Number(match?.[1])
    if (match != null && value >= min && (match[2] === '' || value <= 100)) {
      return match[2] === '' ? { count: value } : { percent: value }
    }
    throw new UsageError('size', `not a number of devices: ${text}`, { hint: 'write 3 or 10%' })
  }

const sizes = (text: string): Size[] => text.split(',').map(size(1))

/** Seconds since the epoch of an RFC 3339 time, or of `+8h` from now. Throws UsageError (`time`). */
function startTime(text: string): number {
  const now = Math.floor(Date.now() / 1000)
  if (text.startsWith('+')) return now + seconds(text.slice(1))
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Math.floor(Date.parse(text) / 1000) : Number.NaN
  if (Number.isNaN(at)) {
    throw new UsageError('time', `not a time: ${text}`, { hint: 'write 2026-12-01T02:00Z or +8h' })
  }
  if (at <= now) throw new UsageError('time', `${text} is over`, { hint: 'leave --at out to begin now' })
  return at
}
