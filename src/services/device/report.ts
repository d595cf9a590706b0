/** What a device says of itself, put together from journal, profile and machine. */

import type { Outcome, Step } from '../../model/activation.ts'
import type { DeviceState as ShownState } from '../../model/control.ts'
import type { DeviceReport } from '../../model/report.ts'
import type { Profile } from '../../nix/profile.ts'
import type { DeviceState } from '../../state/device.ts'
import type { DeviceAgent } from './agent.ts'

export interface ReportPorts {
  readonly state: DeviceState
  readonly agent: DeviceAgent
  readonly heartbeatMs: number
  readonly system: string
  running(): Promise<string>
  /** True for the toplevel that shoal made run last. */
  isExpected(toplevel: string): Promise<boolean>
  profile(toplevel: string): Profile
  bootedKernel(): Promise<string>
  kernelChanged(toplevel: string): Promise<boolean>
  units(): Promise<{ state: string; failed: readonly string[] }>
  freeBytes(): Promise<number>
}

const STATE_OF_STEP: Record<Step, ShownState> = {
  accepted: 'fetching',
  fetching: 'fetching',
  importing: 'fetching',
  verified: 'fetching',
  trying: 'activating',
  health: 'activating',
  confirming: 'confirming',
  committing: 'confirming',
  'going-back': 'activating'
}

/** The report of this moment. */
export async function deviceReport(ports: ReportPorts): Promise<DeviceReport> {
  const { state, agent } = ports
  const last = await state.lastEnded()
  const committed = await state.committed()
  const toplevel = await ports.running()
  const generation = toplevel === '' ? null : await ports.profile(toplevel).current()
  const work = agent.work
  const known = committed?.toplevel === toplevel ? committed : await state.lastEndedOf(toplevel)
  return {
    system: ports.system,
    running: {
      toplevel,
      generation: generation?.generation ?? 0,
      release: known?.release ?? '',
      version: known?.version ?? '',
      channel: known?.channel ?? '',
      bootedKernel: await ports.bootedKernel(),
      kernelChanged: toplevel !== '' && (await ports.kernelChanged(toplevel))
    },
    state: await shownState(ports, {
      outcome: last?.outcome ?? null,
      toplevel,
      committed: committed?.toplevel
    }),
    lastOutcome: work?.isDeferred === true ? 'deferred' : (last?.outcome ?? ''),
    progress:
      work == null
        ? { step: '', bytesDone: 0, bytesTotal: 0 }
        : { step: work.row.step, bytesDone: work.progress.bytesDone, bytesTotal: work.progress.bytesTotal },
    units: await ports.units(),
    diskFreeBytes: await ports.freeBytes(),
    lastError: lastError(ports, last),
    heartbeatMs: ports.heartbeatMs
  }
}

type Ended = Awaited<ReturnType<DeviceState['lastEnded']>>

/** The newer of a refusal and the error of the last activation. */
function lastError(ports: ReportPorts, last: Ended): DeviceReport['lastError'] {
  const refusal = ports.agent.lastRefusal
  const work = ports.agent.work?.isDeferred === true ? ports.agent.work.row.error : null
  if (work != null) return { ...work, atMs: ports.agent.work?.row.startedAt ?? 0 }
  if (refusal != null && refusal.atMs >= (last?.endedAt ?? 0)) return refusal
  return last?.error == null ? { code: '', message: '', atMs: 0 } : { ...last.error, atMs: last.endedAt ?? 0 }
}

async function shownState(
  ports: ReportPorts,
  seen: { outcome: Outcome | null; toplevel: string; committed: string | undefined }
): Promise<ShownState> {
  const { outcome, toplevel, committed } = seen
  const { work } = ports.agent
  if (work != null) return work.isDeferred ? 'deferred' : STATE_OF_STEP[work.row.step]
  if (outcome === 'rolled-back' || outcome === 'failed' || outcome === 'degraded') return outcome
  const isOurs = committed == null || committed === toplevel || (await ports.isExpected(toplevel))
  return isOurs ? 'current' : 'drifted'
}
