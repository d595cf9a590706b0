/**
 * One attempt at a direct connection, after both sides have told each other their addresses: opens the own NATs, sends and
 * answers probes, dials, searches ports. Ends with the first connection or with its time. docs/mesh.md, Hole punching.
 */

import { setImmediate } from 'node:timers/promises'
import type { Connection, Upgrader } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import type { Tasks } from '../../base/tasks.ts'
import type { Method, Nat } from '../../model/nat.ts'
import type { Plan, Search } from '../../model/punch.ts'
import { blockPorts, PROBES_PER_SECOND, searchPorts } from '../../model/punch.ts'
import { resolve } from '../quic-address.ts'
import type { QuicSocket } from '../quic-socket.ts'
import type { Datagram } from '../transport.ts'
import type { Candidate } from './candidates.ts'
import { addressOf } from './candidates.ts'
import type { PunchKey } from './datagrams.ts'
import { encodeOpener, encodeProbe, FULL_TTL, OPENER_TTLS, readProbe } from './datagrams.ts'
import type { PunchSocket, PunchTransport } from './transport.ts'

/** When probes go to each candidate after both sides have opened, milliseconds: dense at first, then for lossy links. */
const PROBE_TIMES_MS = [0, 20, 60, 120, 250, 400, 600, 900, 1_300] as const
/** What an attempt waits beside its search and three round trips over the relay. */
const PATIENCE_MS = 1_500
/** A second dial to an address whose probe came through, when the first has had no answer for this long. */
const REDIAL_MS = 150
const DIALS_PER_ADDRESS_MAX = 2
/** Dials of one attempt: 16 candidates, and sources that probes came from. */
const DIALS_MAX = 24
/** Probes that are answered in one attempt: more than the other side sends in any. */
const ANSWERS_MAX = 64
/** The search sends what is due this often. */
const SEARCH_TICK_MS = 10
/** Sockets of a search that are opened at a time: others get their turn in between. */
const SPRAY_FIRST = 16
/** After an answer to a search the probes stop for this long, and go on if no connection has come. */
const SEARCH_REST_MS = 1_000

export interface AttemptInit {
  readonly peer: string
  readonly plan: Plan
  readonly keys: PunchKey
  readonly candidates: readonly Candidate[]
  /** The other side's NAT. */
  readonly theirNat: Nat
  readonly transport: PunchTransport
  readonly upgrader: Upgrader
  readonly clock: Clock
  readonly tasks: Tasks
  /** 0 to 1. */
  readonly random: () => number
  readonly signal: AbortSignal
}

export interface Direct {
  readonly connection: Connection
  readonly method: Method
}

export class Attempt {
  readonly #init: AttemptInit
  readonly #over = new AbortController()
  readonly #signal: AbortSignal
  readonly #won = Promise.withResolvers<Direct | undefined>()
  readonly #unsubscribe: (() => void)[] = []
  readonly #dials = new Map<string, { count: number; atMs: number }>()
  /** Sockets of a search; those by which a connection came live as long as it. */
  readonly #sprayed = new Set<PunchSocket>()
  readonly #kept = new Set<PunchSocket>()
  #probeCount = 0
  #answers = 0
  #dialsCount = 0
  /** Ports that our search has tried, and from how many sockets. */
  readonly #searched = new Map<number, number>()
  #hasHit = false
  #restUntilMs = 0
  #isGoing = false

  constructor(init: AttemptInit) {
    this.#init = init
    this.#signal = AbortSignal.any([init.signal, this.#over.signal])
    this.#signal.addEventListener('abort', () => this.#settle(undefined), { once: true })
    // Nobody would tell, and whoever waits may hold the search slot.
    if (this.#signal.aborted) this.#settle(undefined)
    for (const socket of mainSockets(init.transport)) this.#listen(socket)
  }

  /** The connection, or undefined when the time is over. */
  get outcome(): Promise<Direct | undefined> {
    return this.#won.promise
  }

  /** Lets the other side in through our own NATs, with packets that die before the other's. */
  async open(): Promise<void> {
    const { candidates, plan, keys } = this.#init
    for (const candidate of candidates) await this.#sendOpeners(this.#socketFor(candidate), candidate)
    if (plan.search?.sprayer !== keys.side && !this.#isMutual) return
    const { sockets = 0 } = plan.search ?? {}
    await this.#spray(Math.min(sockets, SPRAY_FIRST))
    // The rest opens while the other side is being told.
    this.#init.tasks.run('punch: spray', async () => {
      for (let left = sockets - SPRAY_FIRST; left > 0 && !this.#signal.aborted; left -= SPRAY_FIRST) {
        await setImmediate()
        await this.#spray(Math.min(left, SPRAY_FIRST))
      }
    })
  }

  /** Both sides have opened: dials if we are the client, probes, searches. `rttMs` is that of the relayed path. */
  go(rttMs: number): void {
    if (this.#isGoing || this.#signal.aborted) return
    this.#isGoing = true
    const { plan, keys, tasks, candidates } = this.#init
    if (plan.client === keys.side) {
      for (const candidate of candidates) this.#dial(this.#socketFor(candidate), candidate)
    }
    tasks.run('punch: probes', async () => await this.#probe())
    const { search } = plan
    if (search != null && search.sprayer !== keys.side) {
      tasks.run('punch: search', async () => await this.#search(search))
    }
    const searchMs = ((search?.probes ?? 0) / PROBES_PER_SECOND) * 1_000
    this.#endAfter(searchMs + PATIENCE_MS + 3 * rttMs)
  }

  /** The other side's connection came in. */
  taken(connection: Connection): void {
    const { plan, candidates } = this.#init
    // Nothing tells by which of our sockets it came.
    if (this.#isMutual) for (const socket of this.#sprayed) this.#keep(socket, connection)
    const [host, udp] = connection.remoteAddr.getComponents()
    const known = candidates.find(({ ip, port }) => ip === host?.value && String(port) === udp?.value)
    if (known?.isLan === true) this.#settle({ connection, method: 'lan' })
    else if (plan.search == null) this.#settle({ connection, method: plan.method })
    else {
      const isFound = known == null && this.#searched.has(Number(udp?.value))
      this.#settle({ connection, method: isFound ? plan.method : 'punch' })
    }
  }

  /** Ends the attempt and closes what it opened. */
  async end(): Promise<void> {
    this.#over.abort()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    const losers = [...this.#sprayed].filter((socket) => !this.#kept.has(socket))
    await Promise.all(losers.map((socket) => socket.close()))
  }

  /** Both sides open sockets and search. */
  get #isMutual(): boolean {
    return this.#init.plan.search?.sprayer === 'both'
  }

  #endAfter(ms: number): void {
    this.#init.tasks.run('punch: time', async () => {
      await this.#init.clock.sleep(ms, this.#signal).catch(() => undefined)
      this.#settle(undefined)
    })
  }

  #settle(direct: Direct | undefined): void {
    this.#won.resolve(direct)
    if (!this.#over.signal.aborted) this.#over.abort()
  }

  #socketFor(candidate: Pick<Candidate, 'family' | 'ip' | 'port'>): PunchSocket | undefined {
    return mainSockets(this.#init.transport, candidate)[0]
  }

  #listen(socket: PunchSocket): void {
    this.#unsubscribe.push(socket.onDatagram((datagram) => this.#onDatagram(socket, datagram)))
  }

  async #sendOpeners(socket: PunchSocket | undefined, to: Omit<Candidate, 'isLan'>): Promise<void> {
    for (const ttl of OPENER_TTLS) await send(socket, to, encodeOpener(), ttl)
  }

  /** Each socket has a port of its own at our NAT, from which one packet went to the other side's address. */
  async #spray(count: number): Promise<void> {
    const { transport, candidates, plan, keys } = this.#init
    const target = candidates.find(({ family, isLan }) => family === 4 && !isLan)
    if (target == null) return
    for (let i = 0; i < count && !this.#signal.aborted; i++) {
      const socket = transport.openSocket(4)
      // Where both search, the other side may dial to any of them.
      if (plan.client !== keys.side) socket.adopt()
      this.#sprayed.add(socket)
      this.#listen(socket)
      await this.#sendOpeners(socket, target)
    }
  }

  async #probe(): Promise<void> {
    const { candidates, clock } = this.#init
    let passedMs = 0
    for (const atMs of PROBE_TIMES_MS) {
      if (atMs > passedMs) await clock.sleep(atMs - passedMs, this.#signal).catch(() => undefined)
      passedMs = atMs
      if (this.#signal.aborted) return
      for (const candidate of candidates) await this.#sendProbe(candidate)
    }
  }

  async #search(search: Search): Promise<void> {
    const { candidates, theirNat, plan, clock, random } = this.#init
    const target = candidates.find(({ family, isLan }) => family === 4 && !isLan)
    const { method } = plan
    if (target == null || (method !== 'predict' && method !== 'block' && method !== 'random')) return
    const ports = this.#isMutual
      ? blockPorts(theirNat, search, random)
      : searchPorts(method, theirNat, search.probes, random)
    let sinceMs = clock.now()
    let sent = 0
    while (ports.length > 0 && !this.#signal.aborted) {
      const now = clock.now()
      if (now < this.#restUntilMs) {
        await clock.sleep(this.#restUntilMs - now, this.#signal).catch(() => undefined)
        sinceMs = clock.now()
        sent = 0
        continue
      }
      const due = Math.floor(((now - sinceMs) * PROBES_PER_SECOND) / 1_000) + 1
      for (const port of ports.splice(0, due - sent)) {
        const times = this.#searched.get(port) ?? 0
        this.#searched.set(port, times + 1)
        // Each socket has a port of its own towards the same one.
        const socket = this.#isMutual ? [...this.#sprayed][times] : this.#socketFor(target)
        await this.#sendProbe({ ...target, port }, socket)
      }
      sent = due
      await clock.sleep(SEARCH_TICK_MS, this.#signal).catch(() => undefined)
    }
  }

  async #sendProbe(to: Omit<Candidate, 'isLan'>, socket = this.#socketFor(to)): Promise<void> {
    const bytes = encodeProbe(this.#init.keys, false, this.#probeCount++)
    await send(socket, to, bytes, FULL_TTL)
  }

  /** A probe is answered to where it came from, which is then an address like those that were named. */
  #onDatagram(socket: PunchSocket, datagram: Datagram): void {
    const { keys, plan, tasks } = this.#init
    if (this.#signal.aborted) return
    const probe = readProbe(datagram.bytes, keys)
    if (probe == null) return
    tasks.run('punch: answer', async () => {
      const { ip, port, family } = await resolve(datagram.from)
      const source = { ip, port, family, isLan: this.#isLan(ip, port) }
      if (!probe.isAnswer && this.#answers++ < ANSWERS_MAX) {
        await send(socket, source, encodeProbe(keys, true, this.#probeCount++), FULL_TTL)
      }
      if (plan.client === keys.side) {
        // One of the other side's search has hit a port of ours.
        if (plan.search != null && !probe.isAnswer) this.#hasHit = true
        this.#dial(socket, source)
      } else if (probe.isAnswer && plan.search != null && plan.search.sprayer !== keys.side) {
        this.#restUntilMs = this.#init.clock.now() + SEARCH_REST_MS
      }
    })
  }

  #isLan(ip: string, port: number): boolean {
    return this.#init.candidates.some((each) => each.isLan && each.ip === ip && each.port === port)
  }

  #dial(socket: PunchSocket | undefined, to: Candidate): void {
    if (socket == null || this.#signal.aborted || this.#dialsCount >= DIALS_MAX) return
    const { clock, tasks } = this.#init
    const key = `${socket.bound.id} ${to.ip} ${to.port}`
    const last = this.#dials.get(key) ?? { count: 0, atMs: Number.NEGATIVE_INFINITY }
    if (last.count >= DIALS_PER_ADDRESS_MAX || clock.now() - last.atMs < REDIAL_MS) return
    this.#dials.set(key, { count: last.count + 1, atMs: clock.now() })
    this.#dialsCount++
    tasks.run(`punch: dial ${to.ip}`, async () => await this.#dialOnce(socket, to))
  }

  async #dialOnce(socket: PunchSocket, to: Candidate): Promise<void> {
    const { transport, upgrader, peer } = this.#init
    const options = { signal: this.#signal, upgrader }
    const connection = await transport
      .dialFrom(socket as QuicSocket, addressOf(to, peer), options)
      .catch(() => undefined)
    if (connection == null) return
    if (this.#signal.aborted) {
      // Another of our dials was quicker.
      connection.abort(new Error('another path was quicker'))
      return
    }
    const isSprayed = this.#sprayed.has(socket)
    if (isSprayed) this.#keep(socket, connection)
    this.#settle({ connection, method: this.#methodOf(to, isSprayed) })
  }

  /** A socket of a search that got through: it goes with its connection. */
  #keep(socket: PunchSocket, connection: Connection): void {
    this.#kept.add(socket)
    connection.addEventListener('close', () => {
      this.#init.tasks.run('punch: socket', async () => await socket.close())
    })
  }

  #methodOf(to: Candidate, isSprayed: boolean): Method {
    const { plan } = this.#init
    if (to.isLan) return 'lan'
    return plan.search == null || isSprayed || this.#hasHit ? plan.method : 'punch'
  }
}

/** A packet that the kernel does not take (no route, no room) is as good as one that was lost on the way. */
export async function send(
  socket: PunchSocket | undefined,
  to: Omit<Candidate, 'isLan'>,
  bytes: Uint8Array,
  ttl: number
): Promise<void> {
  await socket?.send(addressOf(to), bytes, ttl).catch(() => undefined)
}

/** The sockets that take connections, and of these the ones that reach an address. */
export function mainSockets(
  transport: PunchTransport,
  to?: Pick<Candidate, 'family' | 'ip' | 'port'>
): readonly PunchSocket[] {
  return transport.sockets().filter((socket) => socket.accepts && (to == null || socket.reaches(to)))
}
