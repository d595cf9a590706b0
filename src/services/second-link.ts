/**
 * The second link of a device or an admin: a connection with a reservation at another coordinator or at a relay, so that
 * the loss of the first costs nobody the way in. It reports nothing. docs/mesh.md, Links.
 */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import { UnreachableError } from '../base/errors.ts'
import { Doorbell } from '../base/tasks.ts'
import type { Reservations } from '../node/relay.ts'
import { peerIn } from './home.ts'

/** Pause after a loss, and after each candidate that failed; doubled for the same one, up to the limit. Milliseconds. */
const RETRY_MS = { min: 1_000, max: 300_000 }
const CONNECT_TIMEOUT_MS = 15_000
/** Of each candidate, before the next one is dialed beside it. */
const HEAD_START_MS = 1_000
/** A connection on which no reservation was made by then is of no use. */
const RESERVE_TIMEOUT_MS = 10_000
/** Without any candidate the list is looked at again this often; news of the fleet ring before. */
const IDLE_MS = 600_000
const CANDIDATES_MAX = 16

export interface Candidate {
  /** Peer ID, or the host or the address itself where that is not known. */
  readonly id: string
  readonly addresses: readonly string[]
}

interface Found {
  readonly id: string
  readonly peer: string
  readonly connection: Connection
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
  /** What is held, or about to be, and what ends that. */
  #held: { readonly id: string; readonly over: AbortController } | undefined
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

  /** Candidates may have changed, or the first link: one that goes to the same peer now is no second one. */
  look(): void {
    const held = this.#held
    if (held != null && this.#peerOf(held.id) === this.#ports.first()) held.over.abort()
    this.#bell.ring()
  }

  /** A relay says that it is there: if it is not held, it is worth a try at once. */
  woken(peer: string): void {
    for (const id of this.#backoff.keys()) if (this.#peerOf(id) === peer) this.#backoff.delete(id)
    this.#bell.ring()
  }

  /** Leaves a connection, if it is the one that is held, for a new one. */
  leave(connection: Connection): void {
    if (this.#connection !== connection) return
    connection.abort(new UnreachableError('link_left', 'another connection is better'))
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { clock, random, onLog } = this.#ports
    const { signal } = this.#shutdown
    while (!signal.aborted) {
      const free = await this.#free().catch((error: unknown) => {
        onLog('second link', error)
        return []
      })
      const found = free.length === 0 ? undefined : await this.#connect(free, signal)
      if (found == null) {
        await this.#bell.wait(signal, this.#idleMs())
        continue
      }
      const wasHeld = await this.#hold(found, signal)
      this.#connection = undefined
      if (signal.aborted) return
      if (wasHeld) this.#backoff.delete(found.id)
      else this.#failed(found.id)
      // All that lost the same relay come back one after another, within the 5 s that a loss may cost.
      const pause = RETRY_MS.min * (0.2 + 2 * random())
      await clock.sleep(pause, signal).catch(() => undefined)
    }
  }

  /** Those that are not the first link's and did not fail just now; each member orders for itself, which spreads them. */
  async #free(): Promise<Candidate[]> {
    const { clock, random } = this.#ports
    const first = this.#ports.first()
    const now = clock.now()
    const free = (await this.#ports.candidates()).slice(0, CANDIDATES_MAX).filter(({ id }) => {
      if (first == null || this.#peerOf(id) === first) return false
      return (this.#backoff.get(id)?.untilMs ?? 0) <= now
    })
    const places = new Map(free.map((each) => [each, random()]))
    return free.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
  }

  /** Dials one after another without waiting for the slow ones: the first that answers and is not the first link's. */
  async #connect(candidates: readonly Candidate[], signal: AbortSignal): Promise<Found | undefined> {
    const { clock, connect, first, onLog } = this.#ports
    const over = new AbortController()
    const scoped = AbortSignal.any([signal, over.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
    const won = Promise.withResolvers<Found | undefined>()
    const attempts: Promise<void>[] = []
    for (const { id, addresses } of candidates) {
      if (scoped.aborted) break
      const attempt = connect(addresses, scoped).then(
        ({ peer, connection }) => {
          this.#know(id, peer)
          if (peer === first()) return
          won.resolve({ id, peer, connection })
          over.abort()
        },
        (error: unknown) => {
          if (signal.aborted) return
          onLog(`second link ${id}`, error)
          this.#failed(id)
        }
      )
      attempts.push(attempt)
      await Promise.race([attempt, clock.sleep(HEAD_START_MS, scoped).catch(() => undefined)])
    }
    void Promise.all(attempts).then(() => won.resolve(undefined))
    return await won.promise
  }

  #know(id: string, peer: string): void {
    if (peer === id) return
    if (this.#peers.size >= 4 * CANDIDATES_MAX) this.#peers.clear()
    this.#peers.set(id, peer)
  }

  #peerOf(id: string): string {
    return this.#peers.get(id) ?? id
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

  /** Waits for the reservation and keeps it with its connection. Gives whether there was one. */
  async #hold({ id, peer, connection }: Found, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController()
    const scoped = AbortSignal.any([signal, over.signal])
    this.#held = { id, over }
    try {
      const limit = AbortSignal.any([scoped, AbortSignal.timeout(RESERVE_TIMEOUT_MS)])
      await this.#reserved(peer, connection, limit)
      this.#connection = connection
      const lost = this.#until('refused', peer, connection, scoped)
      await Promise.race([this.#ports.keep(connection, scoped), lost])
    } catch (error) {
      if (!signal.aborted) this.#ports.onLog(`second link ${id}`, error)
    } finally {
      over.abort()
      this.#held = undefined
    }
    return this.#connection != null
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

/**
 * Groups addresses by the peer ID at their end; those without one by their host, where it has one UDP address: behind more
 * there may be several peers.
 */
export function candidatesOf(addresses: readonly string[]): Candidate[] {
  const groups = Map.groupBy(addresses, (address) => peerIn(address) ?? hostOf(address))
  return [...groups].flatMap(([id, own]) => {
    const isOnePeer = peerIn(own[0] ?? '') != null || own.filter((each) => each.includes('/udp/')).length <= 1
    return isOnePeer
      ? [{ id, addresses: own }]
      : own.map((address) => ({ id: address, addresses: [address] }))
  })
}

const hostOf = (address: string): string => /^\/[^/]+\/[^/]+/.exec(address)?.[0] ?? address
