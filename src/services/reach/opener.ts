/**
 * The opener's side of a session: which connection carries it. It follows the best one, looks at silence, and reaches
 * anew until the session goes on or is lost. docs/mesh.md.
 */

import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { ProtocolError, RefusedError, UnreachableError } from '../../base/errors.ts'
import { Doorbell } from '../../base/tasks.ts'
import type { Paths, ReachOptions } from '../../node/paths.ts'
import type { Service, Tunnel } from '../../protocols/tunnel.ts'
import { ControlMeter, requireBulk } from '../../wire/bulk.ts'
import { Session } from '../../wire/session.ts'

/** Between looks at a session, and between attempts to carry it on. */
const LOOK_MS = 100
const RETRY_MS = 300
/** An idle session asks for an answer this often: the sooner it knows that its carrier died, the sooner it is back. */
const PING_IDLE_MS = 5_000
/** One on which something was sent or came just now. */
const PING_BUSY_MS = 300
const BUSY_FOR_MS = 4_000
/** A stream on an open connection, and a look whether the connection answers: so long, or so many round trips. */
const ATTACH_MS = 1_200
const ANSWER_MS = { min: 600, max: 2_000 }
const ROUND_TRIPS = 4
/** Twice as long after each attempt in vain, as a way may be slow: up to so many times. */
const DOUBLED_MAX = 2
/** A dial, the first one and later ones: what was lost may be back where the first one did not find it. */
const REACH_MS = { first: 1_500, later: 3_000 }
/** A connection that answers nothing for so long is closed, so that others are best, or it is dialed anew. */
const DEAD_MS = 1_000
/** A carrier that is slow although its connection answers is left only after so long. */
const SLOW_MS = 15_000
/** A session that nobody took for so long is lost: as long as the acceptor keeps it. */
export const RESUME_MS = 90_000

export interface OpenerPorts {
  readonly tunnel: Pick<Tunnel, 'open'>
  readonly paths: Pick<Paths, 'best' | 'follow' | 'reach' | 'doubt'>
  readonly clock: Clock
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** The carrier of a session has not answered for some round trips: the own links may be gone too. */
  onSilence(): void
  /** Round trip on a connection, milliseconds. */
  ping(connection: Connection, signal: AbortSignal): Promise<number>
}

export interface Destination {
  readonly peer: string
  /** How the peer may be reached; asked before each dial, and told when an earlier one had been good and was lost. */
  options(isAgain: boolean, signal: AbortSignal): Promise<ReachOptions>
}

export type PathState =
  | { readonly state: 'open'; readonly path: 'direct' | 'relay' }
  /** No carrier; it is sought. */
  | { readonly state: 'waiting' }

/** A session that is carried until it ends, or its signal aborts. */
export interface CarriedSession {
  readonly session: Session
  readonly state: PathState
  /** Resolves when the session is over and nothing of it runs any more. Never rejects. */
  readonly over: Promise<void>
}

/**
 * Opens a session with a peer within the time of `limit`; afterwards `signal` ends it. Throws RefusedError with the
 * acceptor's code, UnreachableError (`peer_unreachable`), or a signal's reason.
 */
export async function openSession(
  ports: OpenerPorts,
  destination: Destination,
  service: Service,
  signals: { readonly limit: AbortSignal; readonly signal: AbortSignal },
  onState: (state: PathState) => void = () => undefined
): Promise<CarriedSession> {
  const carried = new Carried(ports, destination, service, onState)
  await carried.open(AbortSignal.any([signals.limit, signals.signal]))
  carried.begin(signals.signal)
  return carried
}

class Carried implements CarriedSession {
  readonly session: Session
  readonly #ports: OpenerPorts
  readonly #to: Destination
  readonly #service: Service
  readonly #onState: (state: PathState) => void
  readonly #bell = new Doorbell()
  #state: PathState = { state: 'waiting' }
  #connection: Connection | undefined
  #best: Connection | undefined
  #attempt = 0
  /** The acceptor has answered: it knows the session. */
  #isBegun = false
  /** Nobody has taken the session since. */
  #lostMs: number | undefined
  /** Attempts of either kind in vain since somebody took it. */
  #failed = { attaches: 0, reaches: 0 }
  /** The connection that is asked to take the session now, and what ends that. */
  #asked: { readonly connection: Connection; readonly overtaken: AbortController } | undefined
  readonly #meter: ControlMeter
  /** A connection that did not take the session; others are tried first. */
  #shunned: { readonly connection: Connection; readonly untilMs: number } | undefined
  over: Promise<void> = Promise.resolve()

  constructor(ports: OpenerPorts, to: Destination, service: Service, onState: (state: PathState) => void) {
    this.#ports = ports
    this.#to = to
    this.#service = service
    this.#onState = onState
    this.#meter = new ControlMeter(ports.now())
    this.session = new Session({
      id: new Uint8Array(randomBytes(16)),
      now: ports.now,
      onCarrier: () => this.#bell.ring()
    })
  }

  get state(): PathState {
    return this.#state
  }

  /** Finds the first carrier. */
  async open(signal: AbortSignal): Promise<void> {
    const { paths, clock } = this.#ports
    for (;;) {
      const options = await this.#to.options(false, signal)
      const connection = await paths.reach(this.#to.peer, options, signal)
      try {
        await this.#take(connection, signal)
        return
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  /** Carries the session from now on. */
  begin(signal: AbortSignal): void {
    this.over = this.#carry(signal)
  }

  async #carry(signal: AbortSignal): Promise<void> {
    const { session } = this
    const ended = AbortSignal.any([session.closed, signal])
    const following = this.#follow(ended)
    while (!ended.aborted) {
      try {
        await this.#look(ended)
      } catch (error) {
        if (isFinal(error)) session.abort(error)
        else if (!ended.aborted) throw error
      }
      await this.#bell.wait(ended, LOOK_MS)
    }
    if (!session.closed.aborted) session.abort(asError(signal.reason))
    await following
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      for await (const best of this.#ports.paths.follow(this.#to.peer, signal)) {
        this.#best = best
        // A relayed way may answer late, or never when its far end is gone: who has a direct one does not wait for it.
        if (best?.direct === true && this.#asked?.connection.direct === false)
          this.#asked.overtaken.abort(OVERTAKEN)
        this.#bell.ring()
      }
    } catch {
      // Without news the looks go on; the reach says what is wrong.
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { session } = this
    this.#heedQuota()
    if (!session.isAttached || this.#connection?.status !== 'open' || session.isStalled) {
      await this.#recover(signal)
      return
    }
    this.#lostMs = undefined
    const best = this.#best
    if (best != null && best !== this.#connection && this.#isTry(best)) {
      await this.#attachTo(best, signal).catch((error: unknown) => {
        if (isFinal(error)) throw error
        this.#shun(best)
      })
    }
    const pingMs = session.idleMs < BUSY_FOR_MS ? PING_BUSY_MS : PING_IDLE_MS
    if (session.quietMs >= pingMs) session.ping()
  }

  /** A terminal is control whatever it shows. Throws RefusedError (`relay_quota`). */
  #heedQuota(): void {
    const isBulk = this.#meter.isBulk(this.session.movedBytes, this.#ports.now())
    const isTerminal = this.#service.kind === 'shell' && this.#service.pty
    if (isBulk && !isTerminal && this.#connection != null) requireBulk(this.#connection)
  }

  /** One attempt to carry the session on. */
  async #recover(signal: AbortSignal): Promise<void> {
    const { session } = this
    const { clock, now } = this.#ports
    if (this.#lostMs == null) this.#ports.onSilence()
    this.#lostMs ??= now()
    if (now() - this.#lostMs >= RESUME_MS) {
      throw new UnreachableError('session_lost', `nobody was reached for ${RESUME_MS / 1000} s`)
    }
    const held = this.#connection
    const isHeldOpen = session.isAttached && held?.status === 'open'
    // It may be the relay that died: whether others answer is asked beside.
    const options = held?.direct === false ? this.#to.options(true, signal) : undefined
    options?.catch(() => undefined)
    if (isHeldOpen && (await this.#isOnlySlow(held, signal))) return
    const began = now()
    try {
      await this.#take(await this.#another(held, options, signal), signal)
      this.#lostMs = undefined
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error
      if (!session.isAttached) this.#tell({ state: 'waiting' })
      if (error === OVERTAKEN) return this.#bell.ring()
      await clock.sleep(Math.max(0, RETRY_MS - (now() - began)), signal).catch(() => undefined)
    }
  }

  /**
   * True when the connection in use answers, and so the carrier is slow: it stays. Else false: a direct connection is
   * doubted, and the only one, silent for too long, is closed.
   */
  async #isOnlySlow(held: Connection, signal: AbortSignal): Promise<boolean> {
    const { session } = this
    const other = this.#ports.paths.best(this.#to.peer)
    if (other != null && other !== held && this.#isTry(other)) return false
    const before = session.silentMs
    const msMax = other == null || other === held ? ANSWER_MS.max : ANSWER_MS.min
    const answers = await this.#answers(held, msMax, signal)
    // It went on by itself meanwhile.
    if (session.silentMs < before) return true
    if (answers && session.silentMs < SLOW_MS) {
      session.excuse()
      return true
    }
    if (answers) return false
    this.#ports.paths.doubt(held)
    // A doubted direct connection may prove itself; nobody looks after relayed ones.
    const isDoubted = held.direct && this.#ports.paths.best(this.#to.peer) !== held
    if (!isDoubted && session.silentMs >= DEAD_MS) held.abort(pathDead())
    return false
  }

  async #answers(connection: Connection, msMax: number, signal: AbortSignal): Promise<boolean> {
    const least = Math.max(this.#patience * ANSWER_MS.min, ROUND_TRIPS * (this.session.rttMs ?? 0))
    const ms = Math.ceil(Math.min(msMax, least))
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)])
    return await this.#ports.ping(connection, limit).then(
      () => true,
      () => false
    )
  }

  /** The best connection but one that was just tried in vain, else a new one. */
  async #another(
    held: Connection | undefined,
    options: Promise<ReachOptions> | undefined,
    signal: AbortSignal
  ): Promise<Connection> {
    const { paths } = this.#ports
    const best = paths.best(this.#to.peer)
    if (best != null && best.status === 'open' && this.#isTry(best)) return best
    if (held?.status === 'open' && best === held) return held
    const ms = REACH_MS[this.#failed.reaches++ === 0 ? 'first' : 'later']
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)])
    return await paths.reach(this.#to.peer, await (options ?? this.#to.options(true, limit)), limit)
  }

  get #patience(): number {
    return 2 ** Math.min(this.#failed.attaches, DOUBLED_MAX)
  }

  /**
   * Goes on over a connection. A direct one that does not take the session is doubted, and another is best then; the only one is
   * closed when nothing is answered on it: a restarted peer knows it no more.
   */
  async #take(connection: Connection, signal: AbortSignal): Promise<void> {
    const answers = this.#answers(connection, ANSWER_MS.max, signal)
    try {
      await this.#attachTo(connection, signal)
    } catch (error) {
      if (signal.aborted || isFinal(error) || error === OVERTAKEN) throw error
      this.#ports.paths.doubt(connection)
      const isOnly = this.#ports.paths.best(this.#to.peer) === connection
      if (isOnly && !(await answers) && !signal.aborted) connection.abort(pathDead())
      throw error
    }
  }

  async #attachTo(connection: Connection, signal: AbortSignal): Promise<void> {
    const { session } = this
    // Nothing but bulk.
    if (this.#service.kind === 'speed') requireBulk(connection)
    const attempt = ++this.#attempt
    // Of a relayed way that is new nothing is known; a direct one that was slow would not have been proven.
    const isUnknown = !this.#isBegun && !connection.direct
    const least = ATTACH_MS * (isUnknown ? ROUND_TRIPS : this.#patience)
    const ms = Math.ceil(Math.max(least, ROUND_TRIPS * (session.rttMs ?? 0)))
    const overtaken = new AbortController()
    const limit = AbortSignal.any([signal, session.closed, overtaken.signal, AbortSignal.timeout(ms)])
    const service = this.#isBegun ? undefined : this.#service
    const greeting = { session: session.id, attempt, service, ...session.position }
    this.#asked = { connection, overtaken }
    try {
      const { carrier, told } = await this.#ports.tunnel.open(connection, greeting, limit)
      this.#isBegun = true
      this.#connection = connection
      this.#shunned = undefined
      this.#failed = { attaches: 0, reaches: 0 }
      session.attach(carrier, told)
      if (session.rttMs == null) session.ping()
    } catch (error) {
      if (overtaken.signal.aborted) throw OVERTAKEN
      this.#failed.attaches++
      if (!signal.aborted) this.#shun(connection)
      throw error
    } finally {
      this.#asked = undefined
    }
    this.#tell({ state: 'open', path: connection.direct ? 'direct' : 'relay' })
  }

  #shun(connection: Connection): void {
    this.#shunned = { connection, untilMs: this.#ports.now() + ATTACH_MS }
  }

  #isTry(connection: Connection): boolean {
    const shunned = this.#shunned
    return shunned?.connection !== connection || this.#ports.now() >= shunned.untilMs
  }

  #tell(state: PathState): void {
    this.#state = state
    this.#onState(state)
  }
}

/** The other side, or a rule, said no: trying again gives the same. */
const isFinal = (error: unknown): error is Error =>
  error instanceof RefusedError ||
  error instanceof ProtocolError ||
  (error instanceof UnreachableError && error.code === 'session_lost')

const OVERTAKEN = new UnreachableError('path_overtaken', 'a direct connection came first', {
  retryable: true
})

const pathDead = (): UnreachableError =>
  new UnreachableError('path_dead', 'nothing was answered on this connection', { retryable: true })

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))
