/** What a device says on its status stream: what changed, activations until they are acknowledged, log lines. */

import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { SteadyClock } from '../../base/clock.ts'
import type { ActivationReport, DeviceReport } from '../../model/report.ts'
import { reportChanges } from '../../model/report.ts'
import type { StatusLink } from '../../protocols/status.ts'
import type { DeviceState } from '../../state/device.ts'
import { encodeReport, encodeSession, REPORT_ACTIVATIONS_MAX } from '../report-codec.ts'
import type { Reporter } from './link.ts'

const LOG_LINES_MAX = 256
/** Begins the form of an activation that has its outcome: nothing of it changes any more. */
const ENDED = 'ended '

export interface ReporterPorts {
  readonly state: DeviceState
  readonly clock: Clock
  /** What the device is now. */
  report(): Promise<DeviceReport>
  /** An activation as it is told to others. */
  activation(rollout: string): Promise<ActivationReport | undefined>
  onLog(what: string, error?: unknown): void
}

export class DeviceReporter implements Reporter {
  readonly #ports: ReporterPorts
  readonly #link: StatusLink
  readonly #ring: () => void
  /** What becomes durable with the acknowledgement of each sequence number. */
  readonly #pending = new Map<number, { sentMs: number; durable: () => Promise<void> }>()
  readonly #steady: SteadyClock
  /** Forms of activations that were sent on this stream. */
  readonly #forms = new Map<string, string>()
  #seq = 0
  #sent: DeviceReport | undefined
  #logsSentTo = 0
  /** The journal's count of writes when activations and log lines were looked at. */
  #looked: { activations?: number; logs?: number } = {}

  /** `ring` asks for another `send`. */
  constructor(ports: ReporterPorts, link: StatusLink, ring: () => void) {
    this.#ports = ports
    this.#link = link
    this.#ring = ring
    this.#steady = new SteadyClock(ports.clock)
  }

  get waitedMs(): number | undefined {
    const [oldest] = this.#pending.values()
    return oldest == null ? undefined : this.#steady.now() - oldest.sentMs
  }

  async send(signal: AbortSignal): Promise<boolean> {
    const hasReported = await this.#sendReport(signal)
    return (await this.#sendLogs(signal)) || hasReported
  }

  acknowledged(seq: number): void {
    for (const [number, { durable }] of this.#pending) {
      if (number > seq) continue
      this.#pending.delete(number)
      durable().catch((error: unknown) => this.#ports.onLog('acknowledgement', error))
    }
  }

  async repeat(): Promise<void> {
    await this.#ports.state.forgetAcknowledgements()
    this.#forms.clear()
    this.#looked = {}
  }

  async #sendReport(signal: AbortSignal): Promise<boolean> {
    const { state, clock } = this.#ports
    const report = await this.#ports.report()
    const full = this.#sent == null
    const changes = this.#sent == null ? report : reportChanges(this.#sent, report)
    const writes = state.writes()
    const isQuiet = !full && Object.keys(changes).length === 0
    if (isQuiet && writes === this.#looked.activations) return false
    const activations: ActivationReport[] = []
    const durable: (() => Promise<void>)[] = []
    for (const row of (await state.recentForms()).toReversed()) {
      const { rollout } = row
      if (activations.length >= REPORT_ACTIVATIONS_MAX) break
      if (row.acknowledgedForm?.startsWith(ENDED) === true) continue
      const activation = await this.#ports.activation(rollout)
      if (activation == null) continue
      const hash = createHash('sha256').update(JSON.stringify(activation)).digest('hex')
      const form = row.outcome == null ? hash : `${ENDED}${hash}`
      if (this.#forms.get(rollout) === form || row.acknowledgedForm === form) continue
      this.#forms.set(rollout, form)
      activations.push(activation)
      durable.push(async () => {
        await state.acknowledge(rollout, form)
      })
    }
    if (activations.length < REPORT_ACTIVATIONS_MAX) this.#looked.activations = writes
    if (isQuiet && activations.length === 0) return false
    const seq = ++this.#seq
    const atMs = clock.now()
    this.#pending.set(seq, {
      sentMs: this.#steady.now(),
      durable: async () => {
        for (const each of durable) await each()
      }
    })
    await this.#link.report(encodeReport(changes, activations, { seq, atMs, full }), signal)
    this.#sent = this.#sent == null ? report : { ...this.#sent, ...changes }
    // More activations wait than one report holds.
    if (activations.length >= REPORT_ACTIVATIONS_MAX) this.#ring()
    return true
  }

  async #sendLogs(signal: AbortSignal): Promise<boolean> {
    const { state } = this.#ports
    const writes = state.writes()
    if (writes === this.#looked.logs) return false
    this.#looked.logs = writes
    const lines = (await state.pendingLogs(LOG_LINES_MAX)).filter((line) => line.number > this.#logsSentTo)
    let run: typeof lines = []
    const flush = async (): Promise<void> => {
      const last = run.at(-1)
      if (last == null) return
      const seq = ++this.#seq
      this.#pending.set(seq, {
        sentMs: this.#steady.now(),
        durable: async () => {
          await state.ackLogs(last.number)
          this.#ring()
        }
      })
      const wire = run.map(({ at, text, number, session }) => ({
        atMs: at,
        text: text.slice(0, 1024),
        number,
        ...(session == null ? {} : { session: encodeSession(session) })
      }))
      await this.#link.log({ seq, rollout: last.rollout ?? '', lines: wire }, signal)
      this.#logsSentTo = last.number
      run = []
    }
    for (const line of lines) {
      if (run.length > 0 && run[0]?.rollout !== line.rollout) await flush()
      run.push(line)
    }
    await flush()
    return lines.length > 0
  }
}
