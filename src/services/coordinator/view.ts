/** What a coordinator knows, in the shapes of the control API. Nothing is shown that was not reported. */

import { rfc3339, seconds } from '../../base/clock.ts'
import { NotFoundError } from '../../base/errors.ts'
import type {
  ActivationView,
  Device,
  DeviceDetail,
  ReleaseView,
  RolloutView,
  Status
} from '../../model/control.ts'
import type { ActivationReport, DeviceReport } from '../../model/report.ts'
import { isFinal, rolloutOutcome } from '../../model/rollout.ts'
import { waveSizes } from '../../model/rollout-plan.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { StoredMember } from '../../state/members.ts'
import type { ReleaseSummary } from '../../state/releases.ts'
import type { StoredReport } from '../../state/reports.ts'
import type { RolloutDevice, StoredRollout } from '../../state/rollouts.ts'
import type { Presence } from './presence.ts'

const ACTIVATIONS_SHOWN = 10

export interface ViewPorts {
  readonly fleet: string
  readonly state: CoordinatorState
  readonly presence: Presence
  /** This coordinator's own peer ID and addresses. */
  self(): { peer: string; addresses: string[] }
  /** Where this coordinator writes. */
  disk(): Promise<{ freeBytes: number; reserveBytes: number }>
  /** Where another member is reached, as it says itself. */
  addresses(peer: string): Promise<readonly string[]>
  now(): number
}

interface Wanted {
  readonly release: string
  readonly version: string
  readonly toplevel: string
}

/** The fleet as this coordinator knows it. Throws NotFoundError (`selector_empty`) for a selector without a hit. */
export async function statusView(ports: ViewPorts, selector: string | undefined): Promise<Status> {
  const all = await ports.state.members()
  const chosen = selector == null ? undefined : parseSelector(selector)
  const devices = all.filter(
    (member) => member.role === 'device' && (chosen == null || matches(chosen, member))
  )
  if (chosen != null && devices.length === 0) throw emptySelector(selector ?? '')
  const reports = new Map((await ports.state.reports()).map((report) => [report.peer, report]))
  const pauses = await ports.state.pauses(seconds(ports.now()))
  const views: Device[] = []
  for (const member of devices) {
    const view = await deviceView(ports, member, reports.get(member.peer))
    views.push(pauses.has(member.peer) ? paused(view) : view)
  }
  return {
    fleet: ports.fleet,
    at: rfc3339(ports.now()),
    coordinators: await serversView(ports, all, 'coordinator'),
    relays: await serversView(ports, all, 'relay'),
    devices: views
  }
}

/** Paused is what keeps a device that would wait, or is as it should be, from what comes next; what it does now stays. */
const paused = (view: Device): Device =>
  view.state === 'waiting' || view.state === 'current' ? { ...view, state: 'paused' } : view

export const emptySelector = (selector: string): NotFoundError =>
  new NotFoundError('selector_empty', `no device matches ${selector}`, {
    hint: "'shoal status' lists the devices; '*' is all of them"
  })

/** Coordinators, or relays, and where they are reached. */
async function serversView(
  ports: ViewPorts,
  all: readonly StoredMember[],
  role: 'coordinator' | 'relay'
): Promise<Status['coordinators']> {
  const self = ports.self()
  const views: Status['coordinators'] = []
  for (const member of all.filter((each) => each.role === role)) {
    const isSelf = self.peer === member.peer
    views.push({
      name: member.name,
      peer: member.peer,
      online: isSelf || ports.presence.isOnline(member.peer, ports.now()),
      addresses: isSelf ? self.addresses : [...(await ports.addresses(member.peer))],
      disk: isSelf ? await ports.disk() : null
    })
  }
  return views
}

async function deviceView(
  ports: ViewPorts,
  member: StoredMember,
  stored: StoredReport | undefined
): Promise<Device> {
  const { state, presence } = ports
  const report = stored?.report
  const contact = presence.contact(member.peer)
  const online = presence.isOnline(member.peer, ports.now())
  const here = online && contact?.isConnected === true ? contact : undefined
  const lastSeenMs = Math.max(contact?.lastHeardMs ?? 0, member.lastSeenAt ?? 0)
  const { wanted, isWaiting, isDeferred } = await wantedOf(state, member)
  return {
    name: member.name,
    peer: member.peer,
    role: member.role,
    labels: { ...member.labels },
    system: report == null || report.system === '' ? null : report.system,
    online,
    lastSeen: lastSeenMs === 0 ? null : rfc3339(lastSeenMs),
    path: here?.path ?? null,
    relay: null,
    transport: here?.transport ?? null,
    rttMs: here?.rttMs ?? null,
    running: report == null || report.running.toplevel === '' ? null : runningView(report.running),
    wanted,
    state: shownState(report, { isWaiting, isDeferred }),
    outcome: report == null || report.lastOutcome === '' ? null : report.lastOutcome,
    progress: report == null || report.progress.step === '' ? null : report.progress,
    units: { state: report?.units.state ?? '', failed: [...(report?.units.failed ?? [])] },
    disk: { freeBytes: report == null ? null : report.diskFreeBytes },
    lastError:
      report == null || report.lastError.code === ''
        ? null
        : {
            code: report.lastError.code,
            message: report.lastError.message,
            at: rfc3339(report.lastError.atMs)
          },
    reportedAt: stored == null ? null : rfc3339(stored.reportedAt)
  }
}

/** Who puts an offer off knows nothing of it afterwards: that it is not up to date is seen in the rollout only. */
function shownState(
  report: DeviceReport | undefined,
  { isWaiting, isDeferred }: { isWaiting: boolean; isDeferred: boolean }
): Device['state'] {
  if (report == null) return 'unknown'
  if (isWaiting && report.progress.step === '') return 'waiting'
  return isDeferred && report.state === 'current' ? 'deferred' : report.state
}

type Running = NonNullable<Device['running']>

/** What runs, as it was reported. */
export const runningView = (running: DeviceReport['running']): Running => ({
  toplevel: running.toplevel,
  generation: running.generation,
  release: running.release === '' ? null : running.release,
  version: running.version === '' ? null : running.version,
  bootedKernel: running.bootedKernel === '' ? null : running.bootedKernel,
  kernelChanged: running.kernelChanged
})

/** What the newest rollout with this device wants, and whether the device has not taken it yet. */
async function wantedOf(
  state: CoordinatorState,
  member: StoredMember
): Promise<{ wanted: Wanted | null; isWaiting: boolean; isDeferred: boolean }> {
  const newest = await state.newestRolloutOf(member.peer)
  if (newest == null) return { wanted: null, isWaiting: false, isDeferred: false }
  const release = await state.release(newest.rollout.release)
  const target = release?.targets.find(({ match }) => matches(parseSelector(match), member))
  return {
    wanted:
      release == null || target == null
        ? null
        : { release: release.id, version: release.version, toplevel: target.toplevel },
    isWaiting:
      newest.rollout.state !== 'aborted' && newest.device.state !== 'done' && newest.device.outcome == null,
    isDeferred: newest.rollout.state !== 'aborted' && newest.device.outcome === 'deferred'
  }
}

export const deviceNotFound = (name: string): NotFoundError =>
  new NotFoundError('device_not_found', `no device is called ${name}`, {
    hint: "'shoal status' lists the devices"
  })

/** One device with its last activations. Throws NotFoundError (`device_not_found`). */
export async function deviceDetail(ports: ViewPorts, name: string): Promise<DeviceDetail> {
  const member = await ports.state.memberByName(name)
  if (member == null || member.role !== 'device') {
    throw deviceNotFound(name)
  }
  const report = await ports.state.report(member.peer)
  const activations = await ports.state.activations(member.peer, ACTIVATIONS_SHOWN)
  const view = await deviceView(ports, member, report)
  const pauses = await ports.state.pauses(seconds(ports.now()))
  return {
    ...(pauses.has(member.peer) ? paused(view) : view),
    activations: activations.map(activationView)
  }
}

export const activationView = (activation: ActivationReport): ActivationView => ({
  rollout: activation.rollout,
  release: activation.release,
  outcome: activation.outcome,
  error: activation.error,
  steps: activation.steps.map(({ step, atMs, ms, detail }) => ({
    step,
    at: rfc3339(atMs),
    ms,
    detail: detail === '' ? null : detail
  }))
})

export const releaseView = (release: ReleaseSummary): ReleaseView => ({
  release: release.id,
  version: release.version,
  channel: release.channel,
  counter: release.counter,
  issuedAt: rfc3339(release.issued * 1000),
  targets: release.targets.map(({ match, system, toplevel, pathsCount, narBytes }) => ({
    match,
    system,
    toplevel,
    pathsCount,
    narBytes
  }))
})

/** A rollout with every device in it. */
export async function rolloutView(state: CoordinatorState, rollout: StoredRollout): Promise<RolloutView> {
  const rows = await state.rolloutDevices(rollout.id)
  const release = await state.release(rollout.release)
  const names = await state.namesInRollout(rollout.id)
  return {
    rollout: rollout.id,
    release: rollout.release,
    version: release?.version ?? '',
    kind: rollout.kind,
    action: rollout.action,
    selector: rollout.selector,
    createdAt: rfc3339(rollout.createdAt),
    outcome: rolloutOutcome(rollout.progress, rows),
    ...planView(rollout, rows),
    devices: rows.map((row) => rolloutDeviceView(row, names.get(row.peer) ?? row.peer))
  }
}

function planView(
  { plan, progress }: StoredRollout,
  rows: readonly RolloutDevice[]
): Pick<RolloutView, 'phase' | 'reason' | 'plan' | 'wave' | 'wavesCount'> {
  const { notBefore, ...rest } = plan
  const { reason, wave } = progress
  // The next turn writes it down; whoever asks before that is told the same.
  const isDone = progress.phase === 'running' && rows.every((row) => isFinal(row.outcome))
  const phase = isDone ? 'done' : progress.phase
  const wavesCount = waveSizes(plan, rows.filter((row) => !row.isLate).length).length
  const at = notBefore === 0 ? null : rfc3339(notBefore * 1000)
  return { phase, reason, plan: { ...rest, waves: [...rest.waves], at }, wave, wavesCount }
}

const rolloutDeviceView = (row: RolloutDevice, name: string): RolloutView['devices'][number] => ({
  name,
  outcome: row.outcome,
  state: row.state,
  generation: row.generation,
  bytesReceived: row.bytesReceived,
  seconds: row.startedAt == null || row.endedAt == null ? null : (row.endedAt - row.startedAt) / 1000,
  progress: row.progress,
  error: row.error,
  wave: row.wave
})
