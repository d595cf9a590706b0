/**
 * Which connections carry data: a new direct one is proven by two round trips, one that stops answering is doubted, and one
 * that nobody uses is closed.
 */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import type { Tasks } from '../base/tasks.ts'
import type { Member } from '../model/peer.ts'
import type { Local } from './punch/transport.ts'
import type { MeshTransport } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

export interface HealthInit {
  readonly transport: MeshTransport
  readonly clock: Clock
  readonly tasks: Tasks
  readonly signal: AbortSignal
  local(): Local
  ping(connection: Connection, signal: AbortSignal): Promise<number>
  /** Somebody uses its peer, and it is one that the peer's users need. */
  isUsed(connection: Connection): boolean
  /** A connection is proven, or doubted. */
  onChange(peer: string): void
  /** A connection carries nothing any more. */
  onFailed(connection: Connection): void
}

/** Round trips that prove a new direct path. */
const PROOFS = 2
const PROOF_TIMEOUT_MS = 3_000
/** How often a connection with open streams is looked at, and for how long it may send without an answer. */
const LOOK_MS = 500
const SILENCE_MS = 1_500
/** A connection without streams or users is closed after this time. */
const UNUSED_MS = 60_000
/**
 * Keep-alive of a punched path while it is in use, where the NATs' lifetime is not known: half of the shortest that is common
 * (30 s). Nothing is sent on one that nobody uses.
 */
const KEEP_ALIVE_MS = 15_000

interface Watched {
  readonly connection: Connection
  readonly member: Member
  /** Came about beside a relayed one: proven before it is used, kept alive while it is. */
  readonly isPunched: boolean
  isProven: boolean
  isDoubted: boolean
  keepAliveMs: number
  usedMs: number
  received: number
  sent: number
  answeredMs: number
}

export class Health {
  readonly #init: HealthInit
  readonly #watched = new Map<Connection, Watched>()

  #isLooking = false

  constructor(init: HealthInit) {
    this.#init = init
  }

  isProven(connection: Connection): boolean {
    return this.#watched.get(connection)?.isProven ?? true
  }

  /** Takes a connection under its eyes, until it closes. */
  watch(connection: Connection, about: Pick<Watched, 'member' | 'isPunched'>): void {
    const now = this.#init.clock.now()
    const watched: Watched = {
      ...about,
      connection,
      isProven: !about.isPunched,
      isDoubted: false,
      keepAliveMs: 0,
      usedMs: now,
      received: 0,
      sent: 0,
      answeredMs: now
    }
    this.#watched.set(connection, watched)
    connection.addEventListener('close', () => this.#watched.delete(connection))
    if (!about.isPunched) return
    this.#prove(watched)
    if (this.#isLooking) return
    this.#isLooking = true
    this.#init.tasks.run('paths: looks', async () => await this.#looks())
  }

  /** Has a direct connection prove itself again; until then another is better. */
  doubt(connection: Connection): void {
    const watched = this.#watched.get(connection)
    if (watched == null || watched.isDoubted) return
    watched.isProven = false
    this.#init.onChange(watched.member.peer)
    this.#prove(watched)
  }

  /** Closes what nobody has used for a while, and fits the keep-alive of the rest. */
  sweep(): void {
    const now = this.#init.clock.now()
    for (const watched of this.#watched.values()) {
      const { connection, isPunched } = watched
      const isUsed = connection.streams.length > 0 || this.#init.isUsed(connection)
      if (isUsed) watched.usedMs = now
      if (isPunched && connection.direction === 'outbound') this.#keepAlive(watched, isUsed)
      // Links to coordinators belong to whoever holds them.
      const isOurs = isPunched || !connection.direct
      if (isOurs && now - watched.usedMs >= UNUSED_MS) {
        this.#init.tasks.run('paths: unused', async () => await connection.close())
      }
    }
  }

  #keepAlive(watched: Watched, isUsed: boolean): void {
    const { lifetimeMs } = this.#init.local().nat
    const wanted = isUsed ? Math.min(KEEP_ALIVE_MS, (lifetimeMs ?? 2 * KEEP_ALIVE_MS) / 2) : 0
    if (wanted === watched.keepAliveMs) return
    watched.keepAliveMs = wanted
    this.#init.transport.setKeepAlive(watched.connection, wanted)
  }

  #prove(watched: Watched): void {
    const { connection, member } = watched
    const { tasks, signal, onChange, onFailed } = this.#init
    watched.isDoubted = true
    tasks.run('paths: proof', async () => {
      try {
        for (let i = 0; i < PROOFS; i++) {
          await this.#init.ping(connection, AbortSignal.any([signal, AbortSignal.timeout(PROOF_TIMEOUT_MS)]))
        }
        watched.isProven = true
        watched.answeredMs = this.#init.clock.now()
        onChange(member.peer)
      } catch (error) {
        if (!signal.aborted) onFailed(connection)
        throw error
      } finally {
        watched.isDoubted = false
      }
    })
  }

  /** Looks at punched connections, as long as there are any. */
  async #looks(): Promise<void> {
    const { clock, signal } = this.#init
    const punched = (): Watched[] => [...this.#watched.values()].filter(({ isPunched }) => isPunched)
    while (!signal.aborted && punched().length > 0) {
      await clock.sleep(LOOK_MS, signal).catch(() => undefined)
      for (const watched of punched()) this.#look(watched, clock.now())
    }
    this.#isLooking = false
  }

  /** Packets that leave while none come back: the path is gone, long before QUIC gives up. */
  #look(watched: Watched, now: number): void {
    const { connection } = watched
    if (connection.streams.length === 0 || watched.isDoubted) {
      watched.answeredMs = now
      return
    }
    const figures = this.#init.transport.figures(connection)
    if (figures === UNSUPPORTED) return
    const isAnswered = figures.receivedBytes !== watched.received || figures.sentBytes === watched.sent
    watched.received = figures.receivedBytes
    if (isAnswered) {
      watched.sent = figures.sentBytes
      watched.answeredMs = now
    } else if (now - watched.answeredMs >= SILENCE_MS) this.doubt(connection)
  }
}
