/** The activation under way, what it needs of the world, and how its steps and its end become durable. */

import type { Clock } from '../../base/clock.ts'
import { errorCode, errorMessage } from '../../base/errors.ts'
import type { Spawn } from '../../host/spawn.ts'
import type { Activation, ActivationError, Outcome, Step } from '../../model/activation.ts'
import type { Profile } from '../../nix/profile.ts'
import type { DeviceState } from '../../state/device.ts'
import { openOffer } from '../../trust/offer.ts'
import { openRelease } from '../../trust/release.ts'
import type { Root } from '../../trust/root.ts'
import type { ContentSource } from '../fetch/source.ts'
import type { FetchPorts, FetchProgress } from './fetch.ts'
import type { Guard } from './guard.ts'
import type { OfferBundle } from './judge.ts'
import type { Scripts } from './script.ts'

export interface Work {
  row: Activation
  readonly bundle: OfferBundle
  readonly controller: AbortController
  /** True from `trying` on: nothing may cancel it any more. */
  isPastReturn: boolean
  isDeferred: boolean
  readonly progress: FetchProgress
}

export interface WorkPorts {
  readonly fleet: string
  readonly root: Root
  readonly state: DeviceState
  readonly clock: Clock
  readonly spawn: Spawn
  /** Kernel boot id of this boot. */
  readonly bootId: string
  readonly fetch: FetchPorts
  readonly scripts: Scripts
  readonly guard: Guard
  readonly limits: { readonly activationMs: number; readonly healthMs: number; readonly confirmMs: number }
  /** Aborted when the daemon stops: work past `trying` then waits for the next start. */
  readonly stopSignal: AbortSignal
  /** A coordinator that can be asked for content now; waits until there is one. */
  source(signal: AbortSignal): Promise<ContentSource>
  /** The profile for a toplevel: the system's, or shoal's own for one that is not NixOS. */
  profile(toplevel: string): Profile
  /** The toplevel that runs now; empty when none does. */
  runningToplevel(): Promise<string>
  /** Remembers what runs from now on. */
  setRunning(toplevel: string): Promise<void>
  /** Units that fail now. */
  failedUnits(signal: AbortSignal): Promise<readonly string[]>
  /** True for a unit that this device's policy lets fail. */
  mayFail(unit: string): boolean
  /** The owner's own check. Throws RefusedError (`health_check`) when it says no. */
  healthCheck(signal: AbortSignal): Promise<void>
  /** Throws RefusedError (`nix_version`) when this machine's Nix is one that must not be used. */
  nixVersion(signal: AbortSignal): Promise<void>
  /** Leaves the connections and resolves when a coordinator answered on a new one. */
  confirm(signal: AbortSignal): Promise<void>
  /** Resolves when a coordinator is in contact: nothing is tried that could not be confirmed. */
  contact(signal: AbortSignal): Promise<void>
  /** Milliseconds until the hours begin in which this device may be changed; 0 within them. */
  windowOpensInMs(): number
  /** Brings all data of the store's file system to disk. */
  sync(signal: AbortSignal): Promise<void>
  /** Appends to the log of a rollout (empty: of the device). */
  log(rollout: string, text: string): Promise<void>
  /** Called after each change that a report would show. */
  onChange(): void
}

/** Leaves a row without an outcome of its own: superseded, cancelled, or put off. */
export class BackLater extends Error {
  override name = 'BackLater'
  readonly reason: 'superseded' | 'cancelled' | 'deferred'

  constructor(reason: 'superseded' | 'cancelled' | 'deferred') {
    super(reason)
    this.reason = reason
  }
}

export const described = (error: unknown): ActivationError => ({
  code: errorCode(error),
  message: errorMessage(error)
})

/** Writes the step to the journal, then shows it. */
export async function enter(
  ports: WorkPorts,
  work: Work,
  step: Step,
  changes: Partial<Activation> = {}
): Promise<void> {
  // A row that has ended meanwhile (superseded, cancelled) is told as it ended.
  if (await ports.state.updateActivation(work.row.rollout, { step, ...changes })) {
    await ports.state.addStep(work.row.rollout, { step, at: ports.clock.now() })
  }
  work.row = { ...work.row, step, ...changes }
  ports.onChange()
}

/**
 * Makes the outcome durable. What was committed raises the counters in the same transaction (`test` and
 * `dry-activate` the offer's only: the next boot runs the release before); a release that was rolled back is remembered.
 */
export async function finish(
  ports: WorkPorts,
  work: Work,
  outcome: Outcome,
  error: ActivationError | null
): Promise<void> {
  const { row, progress } = work
  const generation = (await ports.profile(row.toplevel).current())?.generation ?? 0
  const result = {
    error,
    generation,
    bytesReceived: progress.bytesReceived,
    endedAt: ports.clock.now()
  }
  if (outcome === 'committed' || outcome === 'degraded') {
    const { offer } = openOffer(work.bundle.offer, ports.fleet, ports.root)
    const { release } = openRelease(work.bundle.release, ports.fleet, ports.root)
    const lasts = row.action === 'switch' || row.action === 'boot'
    await ports.state.commit(row.rollout, {
      ...result,
      outcome,
      offerCounter: offer.counter,
      release: lasts
        ? {
            id: row.release,
            channel: row.channel,
            counter: release.counter,
            version: row.version,
            toplevel: row.toplevel
          }
        : null
    })
  } else {
    if (outcome === 'rolled-back') await ports.state.addRolledBack(row.release)
    await ports.state.updateActivation(row.rollout, { ...result, outcome })
  }
  await ports.log(row.rollout, error == null ? outcome : `${outcome}: ${error.code}: ${error.message}`)
  ports.onChange()
}
