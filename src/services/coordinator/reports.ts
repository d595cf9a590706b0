/** The coordinator's end of the status protocol: what devices say becomes durable, then it is acknowledged. */

import { toSafeInteger } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { ProtocolError } from '../../base/errors.ts'
import type { DeviceReport } from '../../model/report.ts'
import { EMPTY_REPORT } from '../../model/report.ts'
import type { Log, Report, StatusFrame } from '../../protocols/status.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import { decodeReport, decodeSession } from '../report-codec.ts'
import type { Contact, Presence } from './presence.ts'

const LINE_LENGTH_MAX = 1024
/** A device may not promise to be silent for longer. */
const HEARTBEAT_MS_MAX = 3_600_000
/** Being seen is written down at most this often: it is for people, and the contact itself is exact. */
const SEEN_EVERY_MS = 60_000

export interface ReportPorts {
  readonly state: CoordinatorState
  readonly presence: Presence
  readonly clock: Clock
  /** An activation in its present form; called before the report is acknowledged. */
  onActivation(
    peer: string,
    activation: ReturnType<typeof decodeReport>['activations'][number],
    progress: { bytesDone: number; bytesTotal: number } | null
  ): Promise<void>
  onChange(): void
}

/** The stream of a relay or an admin: it is there, and says how often it is heard from. Nothing of it is kept. */
export class FollowerStream {
  readonly #ports: Pick<ReportPorts, 'clock' | 'onChange'>
  readonly #contact: Contact

  constructor(ports: Pick<ReportPorts, 'clock' | 'onChange'>, _peer: string, contact: Contact) {
    this.#ports = ports
    this.#contact = contact
  }

  /** Takes one frame; returns the sequence number to acknowledge. Throws ProtocolError for what only devices say. */
  async take(frame: StatusFrame): Promise<number | undefined> {
    this.#contact.lastHeardMs = this.#ports.clock.now()
    if (frame.kind === 'log') throw new ProtocolError('status_sender', 'only devices send logs')
    if (frame.kind !== 'report') return undefined
    const { heartbeatMs } = frame.report
    if (heartbeatMs != null) this.#contact.heartbeatMs = Math.min(heartbeatMs, HEARTBEAT_MS_MAX)
    this.#ports.onChange()
    return toSafeInteger(frame.report.seq)
  }
}

/** One device's stream. Frames are given to it one after another. */
export class ReportStream {
  readonly #ports: ReportPorts
  readonly #peer: string
  readonly #contact: Contact
  #report: DeviceReport | undefined
  #seenWrittenMs = 0

  constructor(ports: ReportPorts, peer: string, contact: Contact) {
    this.#ports = ports
    this.#peer = peer
    this.#contact = contact
  }

  /** Takes one frame; returns the sequence number to acknowledge once it is durable. Throws ProtocolError. */
  async take(frame: StatusFrame): Promise<number | undefined> {
    const { clock, state } = this.#ports
    const now = clock.now()
    this.#contact.lastHeardMs = now
    if (now - this.#seenWrittenMs > SEEN_EVERY_MS) {
      this.#seenWrittenMs = now
      await state.setLastSeen(this.#peer, now)
    }
    if (frame.kind === 'report') return await this.#takeReport(frame.report)
    if (frame.kind === 'log') return await this.#takeLog(frame.log)
    return undefined
  }

  async #takeReport(wire: Report): Promise<number> {
    const { state, clock, onActivation, onChange } = this.#ports
    const { seq, full, changes, activations } = decodeReport(wire)
    if (this.#report == null && !full) {
      throw new ProtocolError('status_first', 'the first report of a stream must be full')
    }
    const report: DeviceReport = { ...(full ? EMPTY_REPORT : (this.#report ?? EMPTY_REPORT)), ...changes }
    this.#report = report
    if (report.heartbeatMs > 0) this.#contact.heartbeatMs = Math.min(report.heartbeatMs, HEARTBEAT_MS_MAX)
    await state.putReport({ peer: this.#peer, report, seq, reportedAt: clock.now() })
    for (const activation of activations) {
      await state.putActivation(this.#peer, activation, clock.now())
      await onActivation(this.#peer, activation, report.progress.step === '' ? null : report.progress)
    }
    onChange()
    return seq
  }

  async #takeLog(log: Log): Promise<number> {
    const rollout = log.rollout == null || log.rollout === '' ? null : log.rollout.slice(0, 64)
    await this.#ports.state.appendLog(
      this.#peer,
      log.lines.map((line) => ({
        number: toSafeInteger(line.number),
        rollout,
        at: toSafeInteger(line.atMs),
        text: (line.text ?? '').slice(0, LINE_LENGTH_MAX),
        session: line.session == null ? null : decodeSession(line.session)
      }))
    )
    this.#ports.onChange()
    return toSafeInteger(log.seq)
  }
}
