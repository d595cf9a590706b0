/**
 * A member's link to a coordinator: dials for ever, says what changed, and is kept alive when nothing does
 * (docs/protocols.md, status; docs/mesh.md, Links). A device reports on it; relays and admins listen.
 */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { deadline } from '../../base/clock.ts'
import { UnreachableError } from '../../base/errors.ts'
import { Broadcast, Doorbell } from '../../base/tasks.ts'
import type { Fleet, StatusLink, StatusProtocol } from '../../protocols/status.ts'
import type { KeptLink, LinkKeeper } from '../keep-alive.ts'

/** At most four reports a second: progress is for people. */
const REPORT_PAUSE_MS = 250
const RETRY_MS = { min: 500, max: 60_000 }
/** A report that was not acknowledged by then: the coordinator is gone, whatever the transport believes. */
const ACK_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 500

/** What a member says on one stream. */
export interface Reporter {
  /** For how long the oldest message that is not acknowledged has waited. */
  readonly waitedMs: number | undefined
  /** Sends what is new, and tells whether there was anything. */
  send(signal: AbortSignal): Promise<boolean>
  /** Everything up to this sequence number is durable at the coordinator. */
  acknowledged(seq: number): void
  /** What was acknowledged is lost, and is to be told again. */
  repeat?(): Promise<void>
}

export interface LinkPorts {
  readonly clock: Clock
  readonly keeper: LinkKeeper
  readonly status: Pick<StatusProtocol, 'open'>
  /** 0 to 1, for jitter. */
  random(): number
  /** Dials, greets and is admitted. */
  connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }>
  /** For each new stream; `ring` asks for another `send`. */
  reporter(link: StatusLink, ring: () => void): Reporter
  onFleet(fleet: Fleet): void
  onLog(what: string, error?: unknown): void
}

interface Session {
  readonly connection: Connection
  readonly link: StatusLink
  readonly reporter: Reporter
  readonly kept: KeptLink
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
  /** Somebody asked for a look, and no answer has come since: a loss is no surprise, and is mended at once. */
  #isLooked = false
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

  /** One item now and after each change of `connection`, until `signal` aborts. */
  follow(signal: AbortSignal): AsyncIterable<void> {
    return this.#changes.follow(signal, 0)
  }

  /** Something changed that a report would show. */
  changed(): void {
    this.#bell.ring()
  }

  /** The link may be gone, or may be had again: it is looked at now. */
  look(): void {
    this.#isLooked = this.#session != null
    this.#session?.kept.look()
    this.#bell.ring()
  }

  /** Leaves a connection, if it is the one in use, for a new one. */
  leave(connection: Connection): void {
    if (this.#session?.connection !== connection) return
    this.#isLooked = true
    connection.abort(new UnreachableError('link_left', 'another connection is better'))
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
    await this.#session?.reporter.repeat?.()
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
      const pause = this.#isHurried || this.#isLooked ? 50 : waitMs * (0.5 + this.#ports.random())
      this.#isLooked = false
      // A ring cuts the pause short: the network is there again, or someone waits.
      await this.#bell.wait(signal, pause)
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
      const ring = (): void => this.#bell.ring()
      const reporter = ports.reporter(link, ring)
      using kept = ports.keeper.keep(connection, link, ring)
      this.#session = { connection, link, reporter, kept }
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

  async #serve({ reporter, kept }: Session, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports
    while (!signal.aborted) {
      if (await reporter.send(signal)) kept.sent()
      requireAcks(reporter)
      await clock.sleep(REPORT_PAUSE_MS, signal).catch(() => undefined)
      const waits = reporter.waitedMs != null
      await this.#bell.wait(signal, waits ? ACK_TIMEOUT_MS : Math.max(0, kept.dueInMs))
      if (!signal.aborted && kept.dueInMs <= 0 && reporter.waitedMs == null) {
        this.#rttMs = (await kept.beat(signal)) ?? this.#rttMs
        this.#isLooked = false
      }
    }
    if (!this.#shutdown.signal.aborted) throw new UnreachableError('link_closed', 'the coordinator is gone')
  }

  #acknowledged(seq: number): void {
    const session = this.#session
    if (session == null) return
    session.reporter.acknowledged(seq)
    if (this.#hasContact) return
    this.#hasContact = true
    this.#isHurried = false
    this.#contacts++
    this.#changes.notify()
  }
}

function requireAcks({ waitedMs }: Reporter): void {
  if (waitedMs != null && waitedMs >= ACK_TIMEOUT_MS) {
    throw new UnreachableError('ack_timeout', 'the coordinator does not acknowledge', { retryable: true })
  }
}
