/**
 * The second link of a device or an admin: a connection with a reservation at another coordinator or at a relay, so that
 * the loss of the first costs nobody the way in. It reports nothing. docs/mesh.md, Links.
 */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import { Doorbell } from '../base/tasks.ts'
import type { Reservations } from '../node/relay.ts'

/** Pause after a loss, and after each candidate that failed; doubled for the same one, up to the limit. Milliseconds. */
const RETRY_MS = { min: 1_000, max: 300_000 }
const CONNECT_TIMEOUT_MS = 15_000
/** A connection on which no reservation was made by then is of no use. */
const RESERVE_TIMEOUT_MS = 10_000
/** Without any candidate the list is looked at again this often; news of the fleet ring before. */
const IDLE_MS = 600_000
const CANDIDATES_MAX = 16

export interface Candidate {
  /** Peer ID, or the address itself where that is not known. */
  readonly id: string
  readonly addresses: readonly string[]
}

export interface SecondLinkPorts {
  readonly clock: Clock
  readonly reservations: Pick<Reservations, 'held' | 'addEventListener' | 'removeEventListener'>
  /** 0 to 1, for jitter and choice. */
  random(): number
  /** Relays and coordinators of the fleet. */
  candidates(): Promise<readonly Candidate[]>
  /** Peer ID at the other end of the first link. */
  first(): string | undefined
  /** Dials, greets and is admitted. */
  connect(
    addresses: readonly string[],
    signal: AbortSignal
  ): Promise<{ peer: string; connection: Connection }>
  /** Keeps the connection until it is lost (resolves) or `signal` aborts. */
  keep(connection: Connection, signal: AbortSignal): Promise<void>
  onLog(what: string, error?: unknown): void
}

export class SecondLink {
  readonly #ports: SecondLinkPorts
  readonly #shutdown = new AbortController()
  readonly #bell: Doorbell
  /** Candidates that failed: not to be asked again before that time. */
  readonly #backoff = new Map<string, { waitMs: number; untilMs: number }>()
  /** Peer IDs behind candidates that were known by address only. */
  readonly #peers = new Map<string, string>()
  #connection: Connection | undefined
  #running: Promise<void> | undefined

  constructor(ports: SecondLinkPorts) {
    this.#ports = ports
    this.#bell = new Doorbell(ports.clock)
  }

  start(): void {
    this.#running ??= this.#loop()
  }

  /** The connection on which a reservation is held. */
  get connection(): Connection | undefined {
    return this.#connection
  }

  /** Candidates may have changed, or the first link is gone. */
  look(): void {
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { signal } = this.#shutdown
    while (!signal.aborted) {
      const candidate = await this.#choose().catch((error: unknown) => {
        this.#ports.onLog('second link', error)
        return undefined
      })
      if (candidate == null) {
        await this.#bell.wait(signal, this.#idleMs())
        continue
      }
      const heldMs = await this.#hold(candidate, signal)
      this.#connection = undefined
      if (signal.aborted) return
      if (heldMs == null) this.#failed(candidate.id)
      else this.#backoff.delete(candidate.id)
      // All that lost the same relay come back one after another, within the 5 s that a loss may cost.
      const pause = RETRY_MS.min * (0.2 + 2 * this.#ports.random())
      await this.#ports.clock.sleep(pause, signal).catch(() => undefined)
    }
  }

  /** Any that is not the first link's and did not fail just now; each member picks for itself, which spreads them. */
  async #choose(): Promise<Candidate | undefined> {
    const { clock, random } = this.#ports
    const first = this.#ports.first()
    const now = clock.now()
    const free = (await this.#ports.candidates()).slice(0, CANDIDATES_MAX).filter(({ id }) => {
      if (first == null || (this.#peers.get(id) ?? id) === first) return false
      return (this.#backoff.get(id)?.untilMs ?? 0) <= now
    })
    return free[Math.floor(random() * free.length)]
  }

  #idleMs(): number {
    const now = this.#ports.clock.now()
    const waits = [...this.#backoff.values()].map(({ untilMs }) => untilMs - now)
    return Math.max(RETRY_MS.min, Math.min(IDLE_MS, ...waits))
  }

  #failed(id: string): void {
    const { clock, random } = this.#ports
    const waitMs = Math.min(2 * (this.#backoff.get(id)?.waitMs ?? RETRY_MS.min), RETRY_MS.max)
    if (this.#backoff.size >= 4 * CANDIDATES_MAX) this.#backoff.clear()
    this.#backoff.set(id, { waitMs, untilMs: clock.now() + waitMs * (0.5 + random()) })
  }

  /** Connects, waits for the reservation and keeps both. Gives for how long, undefined when there was none. */
  async #hold({ id, addresses }: Candidate, signal: AbortSignal): Promise<number | undefined> {
    const { clock, onLog } = this.#ports
    const over = new AbortController()
    const scoped = AbortSignal.any([signal, over.signal])
    let beganMs: number | undefined
    try {
      const limit = AbortSignal.any([scoped, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
      const { peer, connection } = await this.#ports.connect(addresses, limit)
      if (peer !== id) {
        if (this.#peers.size >= 4 * CANDIDATES_MAX) this.#peers.clear()
        this.#peers.set(id, peer)
      }
      if (peer === this.#ports.first()) return undefined
      await this.#reserved(
        peer,
        connection,
        AbortSignal.any([scoped, AbortSignal.timeout(RESERVE_TIMEOUT_MS)])
      )
      beganMs = clock.now()
      this.#connection = connection
      const lost = this.#until('refused', peer, connection, scoped)
      await Promise.race([this.#ports.keep(connection, scoped), lost])
    } catch (error) {
      if (!signal.aborted) onLog(`second link ${id}`, error)
    } finally {
      over.abort()
    }
    return beganMs == null ? undefined : clock.now() - beganMs
  }

  /** Resolves once a reservation is held. Throws when it is refused, the connection is lost or the signal aborts. */
  async #reserved(peer: string, connection: Connection, signal: AbortSignal): Promise<void> {
    if (this.#ports.reservations.held.includes(peer)) return
    const over = new AbortController()
    const scoped = AbortSignal.any([signal, over.signal])
    try {
      const refused = this.#until('refused', peer, connection, scoped).then(() => {
        throw new Error('no reservation')
      })
      await Promise.race([this.#until('reserved', peer, connection, scoped), refused])
      signal.throwIfAborted()
    } finally {
      over.abort()
    }
    if (!this.#ports.reservations.held.includes(peer)) throw new Error('no reservation')
  }

  /** Resolves with the event for this relay, when the connection closes, or when the signal aborts. */
  async #until(
    type: 'reserved' | 'refused',
    peer: string,
    connection: Connection,
    signal: AbortSignal
  ): Promise<void> {
    const { reservations } = this.#ports
    const { promise, resolve } = Promise.withResolvers<void>()
    const onEvent = ({ detail }: CustomEvent<string>): void => {
      if (detail === peer) resolve()
    }
    const onOver = (): void => resolve()
    reservations.addEventListener(type, onEvent)
    connection.addEventListener('close', onOver)
    signal.addEventListener('abort', onOver)
    if (!signal.aborted && connection.status === 'open') await promise
    reservations.removeEventListener(type, onEvent)
    connection.removeEventListener('close', onOver)
    signal.removeEventListener('abort', onOver)
  }
}

/** Groups addresses by the peer ID at their end. */
export function candidatesOf(addresses: readonly string[]): Candidate[] {
  const groups = Map.groupBy(addresses, (address) => /\/p2p\/([^/]+)$/.exec(address)?.[1] ?? address)
  return [...groups].map(([id, own]) => ({ id, addresses: own }))
}
