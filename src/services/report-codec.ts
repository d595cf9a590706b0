/** Reports between model and wire, with the limits of docs/protocols.md (status). */

import { toSafeInteger } from '../base/bytes.ts'
import { ProtocolError } from '../base/errors.ts'
import type { Outcome } from '../model/activation.ts'
import { OUTCOMES } from '../model/activation.ts'
import type { DeviceState } from '../model/control.ts'
import { STATES } from '../model/control.ts'
import type { ActivationReport, ReportChanges } from '../model/report.ts'
import type { SessionRecord } from '../model/session.ts'
import { WHAT_LENGTH_MAX } from '../model/session.ts'
import { shoal } from '../wire/messages.js'

type WireReport = shoal.status.v1.Report
type WireActivation = shoal.status.v1.Activation
const { Report, Activation } = shoal.status.v1

const TEXT_LENGTH_MAX = 1024
const UNITS_COUNT_MAX = 64
const STEPS_COUNT_MAX = 64
export const REPORT_ACTIVATIONS_MAX = 8

const cut = (long: string, length = TEXT_LENGTH_MAX): string => long.slice(0, length)

/** A report for the wire; `full` when `changes` is a whole DeviceReport. */
export function encodeReport(
  changes: ReportChanges,
  activations: readonly ActivationReport[],
  frame: { seq: number; atMs: number; full: boolean }
): WireReport {
  const { running, progress, units, lastError } = changes
  return Report.create({
    ...frame,
    ...(changes.system == null ? {} : { system: changes.system }),
    ...(running == null ? {} : { running }),
    ...(changes.state == null ? {} : { state: changes.state }),
    ...(changes.lastOutcome == null ? {} : { lastOutcome: changes.lastOutcome }),
    ...(progress == null ? {} : { progress }),
    ...(units == null
      ? {}
      : { units: { state: units.state, failed: units.failed.slice(0, UNITS_COUNT_MAX) } }),
    ...(changes.diskFreeBytes == null ? {} : { diskFreeBytes: changes.diskFreeBytes }),
    ...(lastError == null ? {} : { lastError: { ...lastError, message: cut(lastError.message) } }),
    ...(changes.heartbeatMs == null ? {} : { heartbeatMs: changes.heartbeatMs }),
    activations: activations.map(encodeActivation)
  })
}

function encodeActivation(activation: ActivationReport): WireActivation {
  return Activation.create({
    rollout: activation.rollout,
    release: activation.release,
    step: activation.step,
    outcome: activation.outcome ?? '',
    ...(activation.error == null
      ? {}
      : { error: { code: activation.error.code, message: cut(activation.error.message) } }),
    bytesReceived: activation.bytesReceived,
    startedAtMs: activation.startedAtMs,
    endedAtMs: activation.endedAtMs ?? 0,
    generation: activation.generation,
    steps: activation.steps
      .slice(-STEPS_COUNT_MAX)
      .map(({ step, atMs, ms, detail }) => ({ step, atMs, ms, detail: cut(detail, 256) }))
  })
}

/** The changes that a wire report carries. Throws ProtocolError on a value outside its set or limit. */
export function decodeReport(report: WireReport): {
  seq: number
  atMs: number
  full: boolean
  changes: ReportChanges
  activations: ActivationReport[]
} {
  const { running, progress, units, lastError } = report
  const changes: Record<string, unknown> = {}
  if (report.system != null) changes.system = text(report.system)
  if (running != null) {
    changes.running = {
      toplevel: text(running.toplevel),
      generation: running.generation,
      release: text(running.release),
      version: text(running.version),
      channel: text(running.channel),
      bootedKernel: text(running.bootedKernel),
      kernelChanged: running.kernelChanged
    }
  }
  if (report.state != null) changes.state = oneOf<DeviceState>(STATES, report.state)
  if (report.lastOutcome != null) changes.lastOutcome = outcome(report.lastOutcome) ?? ''
  if (progress != null) {
    changes.progress = {
      step: text(progress.step),
      bytesDone: toSafeInteger(progress.bytesDone),
      bytesTotal: toSafeInteger(progress.bytesTotal)
    }
  }
  if (units != null) {
    changes.units = { state: text(units.state), failed: list(units.failed ?? [], UNITS_COUNT_MAX).map(text) }
  }
  if (report.diskFreeBytes != null) changes.diskFreeBytes = toSafeInteger(report.diskFreeBytes)
  if (lastError != null) {
    changes.lastError = {
      code: text(lastError.code),
      message: text(lastError.message),
      atMs: toSafeInteger(lastError.atMs)
    }
  }
  if (report.heartbeatMs != null) changes.heartbeatMs = report.heartbeatMs
  return {
    seq: toSafeInteger(report.seq),
    atMs: toSafeInteger(report.atMs),
    full: report.full,
    changes,
    activations: list(report.activations, REPORT_ACTIVATIONS_MAX).map(decodeActivation)
  }
}

function decodeActivation(activation: shoal.status.v1.IActivation): ActivationReport {
  const endedAtMs = toSafeInteger(activation.endedAtMs)
  return {
    rollout: text(activation.rollout),
    release: text(activation.release),
    step: text(activation.step),
    outcome: outcome(text(activation.outcome)),
    error:
      activation.error == null
        ? null
        : { code: text(activation.error.code), message: text(activation.error.message) },
    bytesReceived: toSafeInteger(activation.bytesReceived),
    generation: activation.generation ?? 0,
    startedAtMs: toSafeInteger(activation.startedAtMs),
    endedAtMs: endedAtMs === 0 ? null : endedAtMs,
    steps: list(activation.steps ?? [], STEPS_COUNT_MAX).map((entry) => ({
      step: text(entry.step),
      atMs: toSafeInteger(entry.atMs),
      ms: toSafeInteger(entry.ms),
      detail: text(entry.detail)
    }))
  }
}

const outcome = (value: string): Outcome | null => (value === '' ? null : oneOf<Outcome>(OUTCOMES, value))

function text(value: string | null | undefined): string {
  const string = value ?? ''
  if (string.length > TEXT_LENGTH_MAX) throw new ProtocolError('report_text', 'a text is too long')
  return string
}

function list<T>(values: readonly T[], max: number): readonly T[] {
  if (values.length > max) throw new ProtocolError('report_list', `a list has more than ${max} elements`)
  return values
}

function oneOf<T extends string>(values: readonly T[], value: string): T {
  const found = values.find((each) => each === value)
  if (found == null) throw new ProtocolError('report_value', `unknown value ${value.slice(0, 40)}`)
  return found
}

/** A session's record for the wire. */
export function encodeSession({ ended, ...about }: SessionRecord): shoal.status.v1.Session.$Properties {
  return ended == null ? about : { ...about, ...ended, ended: true }
}

/** A session's record from the wire, cut to what is kept. */
export function decodeSession(wire: shoal.status.v1.Session.$Properties): SessionRecord {
  const { session, admin, peer, what, ended, ms, code } = shoal.status.v1.Session.create(wire)
  return {
    session: cut(session, 64),
    admin: cut(admin, 64),
    peer: cut(peer, 128),
    what: cut(what, WHAT_LENGTH_MAX),
    ended: ended ? { ms: toSafeInteger(ms), code: cut(code, 64) } : null
  }
}
