/**
 * Trying, proving, committing, going back (design section 8). `switch` means `test`, health, contact, then profile and
 * `boot`; whatever fails before the commit runs the previous system's `test` again.
 */

import { deadline } from '../../base/clock.ts'
import { errorCode, errorMessage, RefusedError } from '../../base/errors.ts'
import type { ActivationError, Outcome } from '../../model/activation.ts'
import type { Work, WorkPorts } from './work.ts'
import { described, enter, finish } from './work.ts'

/** `switch-to-configuration`: some units failed, everything else is done. */
const EXIT_UNITS_FAILED = 4
/** The guard waits this much longer than all of the daemon's own limits together. */
const GUARD_MARGIN_MS = 60_000

type Trial = { readonly isDegraded: boolean }

/** Carries out the row's action from `verified`, or goes on with one that a restart interrupted. */
export async function tryActivation(ports: WorkPorts, work: Work): Promise<void> {
  if (work.row.action === 'dry-activate') {
    await dryActivate(ports, work)
    return
  }
  if (work.row.step === 'verified') {
    work.isPastReturn = true
    await enter(ports, work, 'trying', {
      bootId: ports.bootId,
      previous: await ports.runningToplevel()
    })
    await ports.scripts.forget(work.row.rollout)
    await ports.scripts.forget(`${work.row.rollout}-back`)
  }
  if (work.row.action === 'boot') {
    await commit(ports, work, 'committed')
    return
  }
  let trial: Trial
  try {
    trial = await prove(ports, work)
  } catch (error) {
    if (ports.stopSignal.aborted) throw error
    await goBack(ports, work, described(error))
    return
  }
  if (!(await ports.guard.claim(work.row.rollout))) {
    await goBack(ports, work, {
      code: 'guard_fired',
      message: 'the deadline passed before the system was confirmed'
    })
    return
  }
  await commit(ports, work, trial.isDegraded ? 'degraded' : 'committed')
}

async function script(
  ports: WorkPorts,
  work: Work,
  what: { id: string; toplevel: string; action: 'test' | 'boot' | 'dry-activate' }
): Promise<number | null> {
  const lines: Promise<void>[] = []
  const code = await ports.scripts.run(
    {
      ...what,
      timeoutMs: ports.limits.activationMs,
      onLine: (line) => lines.push(ports.log(work.row.rollout, line))
    },
    ports.stopSignal
  )
  await Promise.all(lines)
  return code
}

async function dryActivate(ports: WorkPorts, work: Work): Promise<void> {
  const { rollout, toplevel } = work.row
  await ports.scripts.forget(rollout)
  await enter(ports, work, 'trying', { bootId: ports.bootId })
  const code = await script(ports, work, { id: rollout, toplevel, action: 'dry-activate' })
  if (code === 0) {
    await end(ports, work, 'committed', null)
    return
  }
  await end(ports, work, 'failed', {
    code: 'dry_activate',
    message: `dry-activate ended with ${code ?? 'a kill'}`
  })
}

/** Runs `test`, then health, then contact. Throws what is wrong with the new system. */
async function prove(ports: WorkPorts, work: Work): Promise<Trial> {
  const { rollout, toplevel, previous } = work.row
  const { activationMs, healthMs, confirmMs } = ports.limits
  const before =
    work.row.step === 'trying' && !ports.scripts.hasRun(rollout)
      ? await ports.failedUnits(ports.stopSignal)
      : []
  let isDegraded = false
  if (work.row.step === 'trying') {
    if (!ports.scripts.hasRun(rollout)) {
      await ports.guard.arm({ rollout, previous }, activationMs + healthMs + confirmMs + GUARD_MARGIN_MS)
    }
    const code = await script(ports, work, { id: rollout, toplevel, action: 'test' })
    if (code !== 0 && code !== EXIT_UNITS_FAILED) {
      throw new RefusedError(
        'activation_failed',
        `activation ended with ${code == null ? 'a kill or time-out' : `exit code ${code}`}`
      )
    }
    const failed = (await ports.failedUnits(ports.stopSignal)).filter((unit) => !before.includes(unit))
    if (code === EXIT_UNITS_FAILED || failed.length > 0) {
      const fatal = failed.filter((unit) => !ports.mayFail(unit))
      if (fatal.length > 0 || failed.length === 0) {
        throw new RefusedError('units_failed', `units failed: ${fatal.join(' ') || 'see the log'}`)
      }
      isDegraded = true
    }
    await ports.setRunning(toplevel)
    await enter(ports, work, 'health')
  }
  {
    using limit = deadline(ports.clock, healthMs, ports.stopSignal)
    await ports.healthCheck(limit.signal)
  }
  await enter(ports, work, 'confirming')
  try {
    using limit = deadline(ports.clock, confirmMs, ports.stopSignal)
    await ports.confirm(limit.signal)
  } catch (error) {
    if (ports.stopSignal.aborted) throw error
    throw new RefusedError(
      'confirm_timeout',
      `no coordinator was reached within ${confirmMs / 1000} s (${errorCode(error)})`
    )
  }
  return { isDegraded }
}

/** Makes it last: profile, `boot`, sync, then outcome and counters in one transaction. Every part may be repeated. */
export async function commit(ports: WorkPorts, work: Work, outcome: 'committed' | 'degraded'): Promise<void> {
  const { rollout, toplevel, action } = work.row
  const profile = ports.profile(toplevel)
  if (action === 'switch' || action === 'boot') {
    if (work.row.step !== 'committing') {
      await ports.scripts.forget(`${rollout}-boot`)
      await enter(ports, work, 'committing')
    }
    try {
      await profile.set(toplevel, ports.stopSignal)
      await ports.scripts.forget(`${rollout}-boot`)
      const code = await script(ports, work, { id: `${rollout}-boot`, toplevel, action: 'boot' })
      if (code !== 0)
        throw new RefusedError('boot_failed', `installing the boot entry ended with ${code ?? 'a kill'}`)
      await ports.sync(ports.stopSignal)
    } catch (error) {
      if (ports.stopSignal.aborted) throw error
      await goBack(ports, work, described(error))
      return
    }
  }
  await end(ports, work, outcome, null)
}

/** Runs the previous system again and ends the row as rolled back, or as failed when that fails too. */
export async function goBack(ports: WorkPorts, work: Work, cause: ActivationError): Promise<void> {
  const { rollout, previous, toplevel } = work.row
  await ports.log(rollout, `going back: ${cause.code}: ${cause.message}`)
  await enter(ports, work, 'going-back', { error: work.row.error ?? cause })
  await ports.guard.claim(rollout)
  if (previous === '') {
    await end(ports, work, 'failed', {
      code: 'no_previous',
      message: `${cause.message}; there is no system to go back to`
    })
    return
  }
  try {
    const profile = ports.profile(toplevel)
    if ((await profile.current())?.toplevel === toplevel && previous !== toplevel) {
      await profile.set(previous, ports.stopSignal)
      await ports.scripts.forget(`${rollout}-back-boot`)
      await script(ports, work, { id: `${rollout}-back-boot`, toplevel: previous, action: 'boot' })
    }
    const code =
      work.row.action === 'boot'
        ? 0
        : await script(ports, work, { id: `${rollout}-back`, toplevel: previous, action: 'test' })
    if (code !== 0 && code !== EXIT_UNITS_FAILED)
      throw new RefusedError('rollback_failed', `going back ended with ${code ?? 'a kill'}`)
  } catch (error) {
    if (ports.stopSignal.aborted) throw error
    await end(ports, work, 'failed', {
      code: 'rollback_failed',
      message: `${cause.message}; then ${errorMessage(error)}`
    })
    return
  }
  await ports.setRunning(previous)
  await end(ports, work, 'rolled-back', work.row.error ?? cause)
}

/** Ends the row, then forgets what only the activation needed. */
async function end(
  ports: WorkPorts,
  work: Work,
  outcome: Outcome,
  error: ActivationError | null
): Promise<void> {
  const { rollout } = work.row
  await finish(ports, work, outcome, error)
  await ports.guard.disarm(rollout)
  for (const suffix of ['', '-boot', '-back', '-back-boot']) await ports.scripts.forget(rollout + suffix)
}
