/** What a device says of itself: a full report, and the difference to the one before (docs/protocols.md, status). */

import type { Outcome } from './activation.ts'
import type { DeviceState } from './control.ts'

export interface DeviceReport {
  readonly system: string
  readonly running: {
    readonly toplevel: string
    readonly generation: number
    readonly release: string
    readonly version: string
    readonly channel: string
    readonly bootedKernel: string
    readonly kernelChanged: boolean
  }
  readonly state: DeviceState
  /** Outcome of the last activation; empty before the first. */
  readonly lastOutcome: Outcome | ''
  /** `step` is empty when no work is under way. */
  readonly progress: { readonly step: string; readonly bytesDone: number; readonly bytesTotal: number }
  readonly units: { readonly state: string; readonly failed: readonly string[] }
  readonly diskFreeBytes: number
  /** `code` is empty when there was none. */
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number }
  readonly heartbeatMs: number
}

export type ReportChanges = Partial<DeviceReport>

/** Free disk space changes all the time; less than this is not worth a report of its own. */
const DISK_STEP_BYTES = 64 * 1024 * 1024

/** The fields in which `next` differs from `previous`. */
export function reportChanges(previous: DeviceReport, next: DeviceReport): ReportChanges {
  const changes: Record<string, unknown> = {}
  for (const key of Object.keys(next) as (keyof DeviceReport)[]) {
    if (key === 'diskFreeBytes') continue
    if (JSON.stringify(previous[key]) !== JSON.stringify(next[key])) changes[key] = next[key]
  }
  const diskStep = Math.abs(previous.diskFreeBytes - next.diskFreeBytes)
  // Beside other news it costs nothing, and whoever reads that a disk is full should see how full it is now.
  const isTold = diskStep >= DISK_STEP_BYTES || (diskStep > 0 && Object.keys(changes).length > 0)
  return isTold ? { ...changes, diskFreeBytes: next.diskFreeBytes } : changes
}

export const EMPTY_REPORT: DeviceReport = {
  system: '',
  running: {
    toplevel: '',
    generation: 0,
    release: '',
    version: '',
    channel: '',
    bootedKernel: '',
    kernelChanged: false
  },
  state: 'unknown',
  lastOutcome: '',
  progress: { step: '', bytesDone: 0, bytesTotal: 0 },
  units: { state: '', failed: [] },
  diskFreeBytes: 0,
  lastError: { code: '', message: '', atMs: 0 },
  heartbeatMs: 0
}

/** One activation as a device reports it. */
export interface ActivationReport {
  readonly rollout: string
  readonly release: string
  readonly step: string
  readonly outcome: Outcome | null
  readonly error: { readonly code: string; readonly message: string } | null
  readonly bytesReceived: number
  readonly generation: number
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly steps: readonly {
    readonly step: string
    readonly atMs: number
    readonly ms: number
    readonly detail: string
  }[]
}
