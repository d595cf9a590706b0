/**
 * The device's link to a coordinator: dials for ever, reports what changed, beats when nothing does
 * (docs/protocols.md, status). Its heartbeat is the only traffic of an idle device.
 */

import { createHash } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { deadline } from '../../base/clock.ts'
import { UnreachableError } from '../../base/errors.ts'
import { Broadcast, Doorbell } from '../../base/tasks.ts'
import type { ActivationReport, DeviceReport } from '../../model/report.ts'
import { reportChanges } from '../../model/report.ts'
import type { Fleet, StatusLink, StatusProtocol } from '../../protocols/status.ts'
import type { DeviceState } from '../../state/device.ts'
import { encodeReport, REPORT_ACTIVATIONS_MAX } from '../report-codec.ts'

/** At most four reports a second: progress is for people. */
const REPORT_PAUSE_MS = 250
const LOG_LINES_MAX = 256
const RETRY_MS = { min: 500, max: 60_000 }
/** A report that was not acknowledged by then: the coordinator is gone, whatever the transport believes. */
const ACK_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 500
const ACTIVATIONS_LOOKED_AT = 32

export interface LinkPorts {
  readonly state: DeviceState
  readonly clock: Clock
  readonly heartbeatMs: number
  readonly status: Pick<StatusProtocol, 'open'>
  /** 0 to 1, for jitter. */
  random(): number
  /** Dials, greets and is admitted. */
  connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }>
  /** What the device is now. */
  report(): Promise<DeviceReport>
  /** An activation as it is told to others. */
  activation(rollout: string): Promise<ActivationReport | undefined>
  onFleet(fleet: Fleet): void
  onLog(what: string, error?: unknown): void
}

interface Session {
  readonly connection: Connection
  readonly link: StatusLink
  /** What becomes durable with the acknowledgement of each sequence number. */
  readonly pending: Map<number, { atMs: number; durable: () => Promise<void> }>
  seq: number
  sent: DeviceReport | undefined
  /** Forms of activations that were sent on this stream. */
  readonly forms: Map<string, string>
  logsSentTo: number
  lastSentMs: number
}

export class CoordinatorLink {
  readonly #ports: LinkPorts
  readonly #shutdown = new AbortController()
  readonly #bell: Doorbell
  /** Notified when a session begins, is first acknowledged, or ends. */
  readonly #changes = new Broadcast()
  #session: Session | undefined
  /** Counts sessions that a coordinator acknowledged. */
  #contacts = 0
  #hasContact = false
  #isHurried = false
  #rttMs: number | null = null
  #running: Promise<void> | undefined

  constructor(ports: LinkPorts) {
    this.#ports = ports
    this.#bell = new Doorbell(ports.clock)
  }

  /** Begins to dial. */
  start(): void {
    this.#running ??= this.#loop()
  }

  /** The connection of a session that a coordinator has acknowledged. */
  get connection(): Connection | undefined {
    return this.#hasContact ? this.#session?.connection : undefined
  }

  get rttMs(): number | null {
    return this.#rttMs
  }

  /** Something changed that a report would show. */
  changed(): void {
    this.#bell.ring()
  }

  /** Resolves with a connection on which a coordinator answers. Throws the signal's reason. */
  async contact(signal: AbortSignal): Promise<Connection> {
    for await (const _ of this.#changes.follow(signal, 0)) {
      const { connection } = this
      if (connection != null) return connection
    }
    throw signal.reason
  }

  /** Leaves the connection and resolves when a coordinator answered on a new one. Throws the signal's reason. */
  async confirm(signal: AbortSignal): Promise<void> {
    const before = this.#contacts
    this.#isHurried = true
    this.#session?.connection.abort(new UnreachableError('reconnecting', 'proving that we can be reached'))
    this.#bell.ring()
    for await (const _ of this.#changes.follow(signal, 0)) if (this.#contacts > before) return
    throw signal.reason
  }

  /** Everything is to be told again: what the coordinator acknowledged it has lost. */
  async repeat(): Promise<void> {
    await this.#ports.state.forgetAcknowledgements()
    this.#session?.forms.clear()
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    this.#bell.ring()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { signal } = this.#shutdown
    let waitMs = RETRY_MS.min
    while (!signal.aborted) {
      try {
        await this.#connectOnce()
        waitMs = RETRY_MS.min
      } catch (error) {
        if (signal.aborted) break
        this.#ports.onLog('no coordinator', error)
        waitMs = this.#hasContact ? RETRY_MS.min : Math.min(waitMs * 2, RETRY_MS.max)
      }
      this.#lost()
      if (signal.aborted) break
      const pause = this.#isHurried ? 50 : waitMs * (0.5 + this.#ports.random())
      await this.#ports.clock.sleep(pause, signal).catch(() => undefined)
    }
  }

  #lost(): void {
    this.#session = undefined
    this.#hasContact = false
    this.#rttMs = null
    this.#changes.notify()
  }

  /** One session from dial to loss. Resolves when it had been acknowledged, rejects otherwise. */
  async #connectOnce(): Promise<void> {
    const { ports, stop } = { ports: this.#ports, stop: this.#shutdown.signal }
    using limit = deadline(ports.clock, CONNECT_TIMEOUT_MS, stop)
    const { connection } = await ports.connect(limit.signal)
    const contactsBefore = this.#contacts
    let link: StatusLink | undefined
    try {
      link = await ports.status.open(
        connection,
        {
          acknowledged: (seq) => this.#acknowledged(seq),
          fleet: (fleet) => ports.onFleet(fleet)
        },
        limit.signal
      )
      limit[Symbol.dispose]()
      this.#session = newSession(connection, link, ports.clock.now())
      await this.#serve(this.#session, AbortSignal.any([stop, link.closed]))
    } catch (error) {
      connection.abort(error instanceof Error ? error : new Error(String(error)))
      if (this.#contacts === contactsBefore) throw error
      ports.onLog('lost the coordinator', error)
    } finally {
      using closing = deadline(ports.clock, CLOSE_TIMEOUT_MS)
      await link?.close(closing.signal).catch(() => undefined)
    }
  }

  async #serve(session: Session, signal: AbortSignal): Promise<void> {
    const { clock, heartbeatMs } = this.#ports
    while (!signal.aborted) {
      await this.#sendReport(session, signal)
      await this.#sendLogs(session, signal)
      this.#requireAcks(session)
      await clock.sleep(REPORT_PAUSE_MS, signal).catch(() => undefined)
      const wait = session.pending.size > 0 ? ACK_TIMEOUT_MS : session.lastSentMs + heartbeatMs - clock.now()
      await this.#bell.wait(signal, Math.max(0, wait))
      if (!signal.aborted && clock.now() - session.lastSentMs >= heartbeatMs && session.pending.size === 0) {
        session.lastSentMs = clock.now()
        this.#rttMs = await session.link.heartbeat(signal)
      }
    }
    if (!this.#shutdown.signal.aborted) throw new UnreachableError('link_closed', 'the coordinator is gone')
  }

  #requireAcks(session: Session): void {
    const [oldest] = session.pending.values()
    if (oldest != null && this.#ports.clock.now() - oldest.atMs >= ACK_TIMEOUT_MS) {
      throw new UnreachableError('ack_timeout', 'the coordinator does not acknowledge', { retryable: true })
    }
  }

  async #sendReport(session: Session, signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#ports
    const report = await this.#ports.report()
    const full = session.sent == null
    const changes = session.sent == null ? report : reportChanges(session.sent, report)
    const activations: ActivationReport[] = []
    const durable: (() => Promise<void>)[] = []
    for (const { rollout } of (await state.recent(ACTIVATIONS_LOOKED_AT)).toReversed()) {
      if (activations.length >= REPORT_ACTIVATIONS_MAX) break
      const activation = await this.#ports.activation(rollout)
      if (activation == null) continue
      const form = createHash('sha256').update(JSON.stringify(activation)).digest('hex')
      if (session.forms.get(rollout) === form || (await state.acknowledged(rollout, form))) continue
      session.forms.set(rollout, form)
      activations.push(activation)
      durable.push(async () => {
        await state.acknowledge(rollout, form)
      })
    }
    if (!full && Object.keys(changes).length === 0 && activations.length === 0) return
    const seq = ++session.seq
    const atMs = clock.now()
    session.pending.set(seq, {
      atMs,
      durable: async () => {
        for (const each of durable) await each()
      }
    })
    await session.link.report(encodeReport(changes, activations, { seq, atMs, full }), signal)
    session.sent = session.sent == null ? report : { ...session.sent, ...changes }
    session.lastSentMs = atMs
    // More activations wait than one report holds.
    if (activations.length >= REPORT_ACTIVATIONS_MAX) this.#bell.ring()
  }

  async #sendLogs(session: Session, signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#ports
    const lines = (await state.pendingLogs(LOG_LINES_MAX)).filter((line) => line.number > session.logsSentTo)
    let run: typeof lines = []
    const flush = async (): Promise<void> => {
      const last = run.at(-1)
      if (last == null) return
      const seq = ++session.seq
      session.pending.set(seq, {
        atMs: clock.now(),
        durable: async () => {
          await state.ackLogs(last.number)
          this.#bell.ring()
        }
      })
      const wire = run.map(({ at, text, number }) => ({ atMs: at, text: text.slice(0, 1024), number }))
      await session.link.log({ seq, rollout: last.rollout ?? '', lines: wire }, signal)
      session.logsSentTo = last.number
      session.lastSentMs = clock.now()
      run = []
    }
    for (const line of lines) {
      if (run.length > 0 && run[0]?.rollout !== line.rollout) await flush()
      run.push(line)
    }
    await flush()
  }

  #acknowledged(seq: number): void {
    const session = this.#session
    if (session == null) return
    for (const [number, { durable }] of session.pending) {
      if (number > seq) continue
      session.pending.delete(number)
      durable().catch((error: unknown) => this.#ports.onLog('acknowledgement', error))
    }
    if (this.#hasContact) return
    this.#hasContact = true
    this.#isHurried = false
    this.#contacts++
    this.#changes.notify()
  }
}

const newSession = (connection: Connection, link: StatusLink, nowMs: number): Session => ({
  connection,
  link,
  pending: new Map(),
  seq: 0,
  sent: undefined,
  forms: new Map(),
  logsSentTo: 0,
  lastSentMs: nowMs
})
