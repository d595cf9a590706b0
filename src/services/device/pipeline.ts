/**
 * One activation from accepted to its outcome (design section 8). Each step is in the journal before its effect
 * begins; what a restart makes of a row is decided by `resume` in the model.
 */

import { seconds } from '../../base/clock.ts'
import {
  errorCode,
  errorMessage,
  IntegrityError,
  InvalidError,
  NixError,
  NoRoomError,
  NotFoundError,
  RefusedError,
  ShoalError
} from '../../base/errors.ts'
import type { ActivationError } from '../../model/activation.ts'
import { resume } from '../../model/activation.ts'
import { REFUSALS } from '../../model/offer.ts'
import { commit, goBack, tryActivation } from './activate.ts'
import { fetchChunks, importClosure, planFetch } from './fetch.ts'
import type { Judgement } from './judge.ts'
import type { Work, WorkPorts } from './work.ts'
import { BackLater, described, enter, finish } from './work.ts'

/** Imports are tried this often: a chunk that rotted on disk is found by Nix, dropped and fetched again. */
const IMPORT_TRIES_MAX = 3
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000]

/**
 * Works on a row until it has an outcome. `judge` repeats the verification of the stored offer.
 * Throws BackLater when it is cancelled, superseded or deferred, and the signal's reason on shutdown.
 */
export async function runActivation(
  ports: WorkPorts,
  work: Work,
  judge: () => Promise<Judgement>
): Promise<void> {
  const { row } = work
  const from = resume(row, ports.bootId)
  await ports.state.updateActivation(row.rollout, { attempts: row.attempts + 1 })
  work.row = { ...row, attempts: row.attempts + 1 }
  if (from === 'restart') {
    const judgement = await prepare(ports, work, judge)
    if (judgement == null) return
    await ports.contact(work.controller.signal)
    if (judgement.offer.kind !== 'rollback' && ports.windowOpensInMs() > 0) {
      const message = REFUSALS['update_window'] ?? ''
      await putOff(ports, work, { code: 'update_window', message })
    }
    await tryActivation(ports, work)
    return
  }
  work.isPastReturn = true
  // The offer may have expired meanwhile, or its floor have risen: what it said is in the row.
  if (from === 'go-back') {
    await goBack(ports, work, {
      code: 'interrupted',
      message: 'the machine or shoal stopped while it was tried'
    })
  } else if (from === 'commit') {
    // A power cut before the boot entry was made: the system before came up, and what was ordered does not run.
    const isRunning = row.action === 'boot' || (await ports.runningToplevel()) === row.toplevel
    if (isRunning) await commit(ports, work, 'committed')
    else {
      const message = 'the machine stopped before the new system was made to last'
      await goBack(ports, work, { code: 'interrupted', message })
    }
  } else await tryActivation(ports, work)
}

/** Fetches and imports; undefined when the row ended as failed. */
async function prepare(
  ports: WorkPorts,
  work: Work,
  judge: () => Promise<Judgement>
): Promise<Judgement | undefined> {
  for (let attempt = 0, imports = 1; ; attempt++) {
    try {
      const judgement = await judge()
      await bring(ports, work, judgement)
      return judgement
    } catch (error) {
      if (work.controller.signal.aborted) throw work.controller.signal.reason
      if (error instanceof NoRoomError) {
        await putOff(ports, work, described(error))
      }
      const isLast = isFinal(error) || (error instanceof NixError && imports++ >= IMPORT_TRIES_MAX)
      if (isLast) {
        await finish(ports, work, 'failed', described(error))
        return undefined
      }
      await ports.log(work.row.rollout, `will try again: ${errorCode(error)}: ${errorMessage(error)}`)
      const pause = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 30_000
      await ports.clock.sleep(pause, work.controller.signal)
    }
  }
}

/** Puts the row off, and says why. */
async function putOff(ports: WorkPorts, work: Work, error: ActivationError): Promise<never> {
  await ports.log(work.row.rollout, `deferred: ${error.message}`)
  work.row = { ...work.row, error }
  await ports.state.updateActivation(work.row.rollout, { error })
  throw new BackLater('deferred')
}

/** Faults that another try with the same offer cannot mend. Lost connections and time-outs are not among them. */
function isFinal(error: unknown): boolean {
  if (error instanceof ShoalError && error.retryable) return false
  return (
    error instanceof IntegrityError ||
    error instanceof InvalidError ||
    error instanceof RefusedError ||
    error instanceof NotFoundError
  )
}

async function bring(ports: WorkPorts, work: Work, judgement: Judgement): Promise<void> {
  const { signal } = work.controller
  await ports.nixVersion(signal)
  await enter(ports, work, 'fetching')
  const source = await ports.source(signal)
  const key = { release: judgement.releaseDigest, target: judgement.targetIndex }
  const { target } = judgement
  const plan = await planFetch(ports.fetch, source, key, target, signal)
  const ticker = setInterval(() => ports.onChange(), 250)
  try {
    await fetchChunks(ports.fetch, source, key, plan, work.progress, signal)
  } finally {
    clearInterval(ticker)
    await ports.state.updateActivation(work.row.rollout, { bytesReceived: work.progress.bytesReceived })
  }
  work.row = { ...work.row, bytesReceived: work.progress.bytesReceived }
  const nearBytes = source.nearBytes ?? 0
  if (nearBytes > 0) await ports.log(work.row.rollout, `${nearBytes} bytes came from neighbours`)
  await enter(ports, work, 'importing')
  await importClosure(ports.fetch, plan, target.toplevel, work.row.rollout, signal)
  await ports.sync(signal)
  if (seconds(ports.clock.now()) > judgement.offer.expires) {
    throw new RefusedError('document_expired', 'the offer expired while its content was fetched')
  }
  await enter(ports, work, 'verified')
}
