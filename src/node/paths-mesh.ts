/**
 * Keeps, for each member that somebody reaches, the best connection: relayed at once, direct when it has carried data, relayed
 * again when that is lost. docs/mesh.md, Paths.
 */

import type { Connection, Logger } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { errorMessage, UnreachableError } from '../base/errors.ts'
import { Broadcast, Tasks } from '../base/tasks.ts'
import { isRelaying } from '../model/peer.ts'
import { mayPass } from '../model/punch.ts'
import { isNear } from './addresses.ts'
import type { Admission, MemberConnection } from './admission.ts'
import type { Paths, PathView, ReachOptions } from './paths.ts'
import { Health } from './paths-health.ts'
import type { Dialed } from './paths-view.ts'
import { directView } from './paths-view.ts'
import type { Punch } from './punch/service.ts'
import type { Local } from './punch/transport.ts'
import type { MeshTransport } from './transport.ts'

export interface MeshPathsInit {
  readonly admission: Admission
  readonly punch: Punch
  readonly transport: MeshTransport
  local(): Local
  /** Whether the peer was heard on a local network of ours. */
  isNeighbour(peer: string): boolean
  readonly clock: Clock
  readonly log: Logger
  /** Dials one of the addresses, greets and is admitted; the same connection where there is one. */
  connect(addresses: readonly string[], signal: AbortSignal): Promise<{ readonly connection: Connection }>
  /** One round trip, milliseconds. */
  ping(connection: Connection, signal: AbortSignal): Promise<number>
}

/** What the dial of a neighbour is ahead of the relay: a handshake on a LAN takes some milliseconds. */
const HEAD_START_MS = 40
/** After a lost or failed direct path: when the next one is sought, milliseconds. */
const SEEK_PAUSES_MS = [0, 5_000, 20_000, 60_000, 300_000] as const
/** A direct path that held for this long starts the pauses again. */
const HELD_MS = 60_000
/** The side that was dialed over the relay begins at once; some round trips of a bad link later it is not going to. */
const EXCHANGE_BEGINS_MS = 2_000
/** A search beside a direct connection that is younger began before it. */
const SETTLED_MS = 2_000
/** How often connections are looked at. */
const SWEEP_MS = 5_000
/** Peers that are remembered; those that nobody uses go first. */
const PEERS_MAX = 4_096

interface Peer {
  readonly changes: Broadcast
  readonly users: Set<AbortSignal>
  /** Who waits for changes. */
  followers: number
  best: Connection | undefined
  seeks: number
  /** Since when there has been a direct path; never, once its end was seen. */
  directSinceMs: number
  isSeekPlanned: boolean
  dialed: Dialed | undefined
}

export class MeshPaths implements Paths {
  readonly #init: MeshPathsInit
  readonly #peers = new Map<string, Peer>()
  readonly #health: Health
  readonly #tasks: Tasks
  readonly #shutdown = new AbortController()

  constructor(init: MeshPathsInit) {
    this.#init = init
    this.#tasks = new Tasks((name, error) => init.log('%s: %s', name, errorMessage(error)))
    this.#health = new Health({
      ...init,
      tasks: this.#tasks,
      signal: this.#shutdown.signal,
      onChange: (peer) => this.#update(peer),
      isUsed: (connection) => {
        const peer = connection.remotePeer.toString()
        // Older ones beside them pile up on a machine that roams.
        const needed = [this.best(peer), this.#relayed(peer)]
        return this.#isUsed(peer) && needed.includes(connection)
      },
      onFailed: (connection) => {
        connection.abort(new UnreachableError('path_lost', 'the direct path carries nothing'))
      }
    })
    init.admission.addEventListener('member:connected', this.#onConnected)
    init.admission.addEventListener('member:disconnected', this.#onDisconnected)
    init.punch.addEventListener('punch:change', this.#onPunch)
    this.#tasks.run('paths: sweep', async () => await this.#sweep())
  }

  best(peer: string): Connection | undefined {
    const open = this.#init.admission.connections(peer).filter(({ status }) => status === 'open')
    return open.toSorted((a, b) => this.#rank(a) - this.#rank(b)).at(-1)
  }

  async *follow(peer: string, signal: AbortSignal): AsyncGenerator<Connection | undefined> {
    const scoped = AbortSignal.any([signal, this.#shutdown.signal])
    let last: Connection | undefined | null = null
    for await (const _ of this.#changes(peer, scoped)) {
      const best = this.best(peer)
      if (best === last) continue
      last = best
      yield best
    }
  }

  async reach(peer: string, options: ReachOptions, signal: AbortSignal): Promise<Connection> {
    const isNew = !this.#isUsed(peer)
    this.#use(peer, signal)
    const scoped = AbortSignal.any([signal, this.#shutdown.signal])
    scoped.throwIfAborted()
    const open = this.best(peer)
    if (open != null) {
      const reason = this.#init.punch.state(peer)?.reason ?? null
      // Somebody new may have better luck than who used the peer before.
      if (!open.direct && (isNew ? mayPass(reason) : reason == null)) this.#init.punch.seek(open)
      return open
    }
    const beganMs = this.#init.clock.now()
    const connection = await this.#race(peer, options, scoped)
    if (connection.direct) {
      const isLan = this.#isLan(connection.remoteAddr, options.addresses ?? [])
      this.#peer(peer).dialed = { ms: this.#init.clock.now() - beganMs, isLan }
    }
    return this.best(peer) ?? connection
  }

  view(peer: string): PathView | undefined {
    const best = this.best(peer)
    if (best == null) return undefined
    const state = this.#init.punch.state(peer)
    const dialed = this.#peers.get(peer)?.dialed
    const address = best.remoteAddr.toString()
    return {
      path: best.direct ? 'direct' : 'relay',
      relay: best.direct ? null : (/\/p2p\/([^/]+)\/p2p-circuit/.exec(address)?.[1] ?? null),
      transport: address.includes('/quic-v1') ? 'quic' : 'tcp',
      nat: { ours: this.#init.local().nat.name, theirs: state?.theirNat.name ?? 'unknown' },
      ...directView(best, state, dialed)
    }
  }

  async settled(peer: string, signal: AbortSignal): Promise<PathView | undefined> {
    const began = new AbortController()
    const scoped = AbortSignal.any([signal, this.#shutdown.signal, began.signal])
    this.#tasks.run('paths: no exchange', async () => {
      await this.#init.clock.sleep(EXCHANGE_BEGINS_MS, scoped).catch(() => undefined)
      // Nobody has begun to seek a direct path: the peer does not speak of one.
      if (this.#init.punch.state(peer) == null) began.abort()
    })
    for await (const _ of this.#changes(peer, scoped)) {
      const view = this.view(peer)
      if (view == null || view.path === 'direct' || view.reason != null) break
    }
    began.abort()
    return this.view(peer)
  }

  doubt({ direct, remotePeer }: Connection): void {
    // What cut one has cut the others.
    const all = this.#init.admission.connections(remotePeer.toString())
    for (const each of all) if (direct && each.direct) this.#health.doubt(each)
  }

  /** After a change of the machine's network: direct paths prove themselves, and are sought anew: the old mapping is likely gone. */
  networkChanged(): void {
    const connected = this.#init.admission.connections().map(({ remotePeer }) => remotePeer.toString())
    for (const peer of new Set([...connected, ...this.#peers.keys()])) {
      const best = this.best(peer)
      const relayed = this.#relayed(peer)
      // Links to coordinators are looked at by whoever holds them.
      if (best == null || (relayed == null && !this.#peers.has(peer))) continue
      const isUsed = this.#isUsed(peer) || best.streams.length > 0
      this.#init.punch.forget(peer)
      const state = this.#peers.get(peer)
      if (state != null) state.seeks = 0
      this.doubt(best)
      if (relayed != null && isUsed) this.#init.punch.seek(relayed)
    }
  }

  #isUsed(peer: string): boolean {
    return (this.#peers.get(peer)?.users.size ?? 0) > 0
  }

  #relayed(peer: string): Connection | undefined {
    return this.#init.admission
      .connections(peer)
      .findLast(({ direct, status }) => !direct && status === 'open')
  }

  /** Stops looking after paths; the connections are the node's. */
  async stop(): Promise<void> {
    this.#shutdown.abort()
    this.#init.admission.removeEventListener('member:connected', this.#onConnected)
    this.#init.admission.removeEventListener('member:disconnected', this.#onDisconnected)
    this.#init.punch.removeEventListener('punch:change', this.#onPunch)
    await this.#tasks.idle()
  }

  #rank(connection: Connection): number {
    const isQuic = connection.remoteAddr.toString().includes('/quic-v1') ? 1 : 0
    const isRelayed = connection.direct ? 0 : 1
    // A direct one that has not carried data yet is taken only where there is nothing else.
    return connection.direct ? (this.#health.isProven(connection) ? 4 : 0) + isQuic : 2 * isRelayed
  }

  async #race(peer: string, options: ReachOptions, signal: AbortSignal): Promise<Connection> {
    const over = new AbortController()
    const scoped = AbortSignal.any([signal, over.signal])
    const { addresses = [] } = options
    const direct = addresses.length === 0 ? undefined : this.#dial(addresses.map(String), scoped)
    const relays = this.#circuits(peer, options.relays ?? [])
    const relayed =
      relays.length === 0
        ? undefined
        : this.#after(this.#init.isNeighbour(peer) ? direct : undefined, scoped).then(
            async () => await this.#dial(relays, scoped)
          )
    const ways = [direct, relayed].filter((way) => way != null)
    try {
      return await Promise.any(ways)
    } catch (error) {
      signal.throwIfAborted()
      const cause = error instanceof AggregateError ? error.errors.at(-1) : error
      throw new UnreachableError('peer_unreachable', `no way to the peer: ${errorMessage(cause)}`, {
        cause,
        retryable: true
      })
    } finally {
      over.abort()
    }
  }

  /** The head start of a direct dial, or less when it fails before. */
  async #after(direct: Promise<Connection> | undefined, signal: AbortSignal): Promise<void> {
    if (direct == null) return
    const failed = direct.then(
      () => undefined,
      () => undefined
    )
    const waited = this.#init.clock.sleep(HEAD_START_MS, signal).catch(() => undefined)
    await Promise.race([failed, waited])
  }

  async #dial(addresses: readonly string[], signal: AbortSignal): Promise<Connection> {
    return (await this.#init.connect(addresses, signal)).connection
  }

  /** Addresses through relays that we are connected to, those that were named first. */
  #circuits(peer: string, named: readonly string[]): string[] {
    const { admission } = this.#init
    const connected = admission
      .connections()
      .filter((each) => each.direct && each.status === 'open' && isRelaying(admission.member(each)?.role))
    const order = (each: Connection): number => {
      const place = named.indexOf(each.remotePeer.toString())
      return place < 0 ? named.length : place
    }
    const byRelay = new Map(
      connected
        .toSorted((a, b) => order(a) - order(b))
        .map((each) => [each.remotePeer.toString(), each.remoteAddr.toString().replace(/\/p2p\/.*$/, '')])
    )
    byRelay.delete(peer)
    return [...byRelay].map(([relay, at]) => `${at}/p2p/${relay}/p2p-circuit/p2p/${peer}`)
  }

  async *#changes(peer: string, signal: AbortSignal): AsyncGenerator<void> {
    const state = this.#peer(peer)
    state.followers++
    try {
      yield* state.changes.follow(signal, 0)
    } finally {
      state.followers--
    }
  }

  #peer(peer: string): Peer {
    let found = this.#peers.get(peer)
    if (found == null) {
      if (this.#peers.size >= PEERS_MAX) this.#makeRoom()
      found = {
        changes: new Broadcast(),
        users: new Set(),
        followers: 0,
        best: undefined,
        seeks: 0,
        directSinceMs: Infinity,
        isSeekPlanned: false,
        dialed: undefined
      }
      this.#peers.set(peer, found)
    }
    return found
  }

  #makeRoom(): void {
    for (const [peer, state] of this.#peers) {
      if (isFree(state)) {
        this.#peers.delete(peer)
        return
      }
    }
    throw new UnreachableError('peers_max', `paths to ${PEERS_MAX} peers are in use`, { retryable: true })
  }

  #use(peer: string, signal: AbortSignal): void {
    const state = this.#peer(peer)
    const { users } = state
    if (users.has(signal) || signal.aborted) return
    // Somebody new has not waited yet.
    if (users.size === 0) state.seeks = 0
    users.add(signal)
    signal.addEventListener('abort', () => users.delete(signal), { once: true })
  }

  readonly #onConnected = ({ detail }: CustomEvent<MemberConnection>): void => {
    const { member, connection } = detail
    const others = this.#init.admission.connections(member.peer).filter((each) => each !== connection)
    const hasRelayed = others.some((each) => !each.direct)
    this.#health.watch(connection, { member, isPunched: connection.direct && hasRelayed })
    this.#update(member.peer)
  }

  readonly #onDisconnected = ({ detail }: CustomEvent<MemberConnection>): void => {
    const { member, connection } = detail
    this.#update(member.peer)
    if (connection.direct) this.#seekAgain(member.peer)
  }

  readonly #onPunch = ({ detail: peer }: CustomEvent<string>): void => {
    this.#peers.get(peer)?.changes.notify()
    const { isRunning, reason } = this.#init.punch.state(peer) ?? {}
    const best = this.best(peer)
    // One side seeks a path although there is one: its network has changed.
    const isOld = best != null && this.#init.clock.now() - best.timeline.open >= SETTLED_MS
    if (isRunning === true && isOld) this.doubt(best)
    if (isRunning === false && best?.direct === false && mayPass(reason ?? null)) this.#seekAgain(peer, 1)
  }

  #update(peer: string): void {
    const state = this.#peers.get(peer)
    if (state == null) return
    const best = this.best(peer)
    if (best === state.best) return
    if (best?.direct === true) state.directSinceMs = this.#init.clock.now()
    else if (state.best?.direct === true) state.dialed = undefined
    state.best = best
    state.changes.notify()
  }

  /** A direct path that was lost or not found is sought again while somebody uses the peer: at once, then ever later. */
  #seekAgain(peer: string, seeksMin = 0): void {
    const state = this.#peers.get(peer)
    const { punch, clock } = this.#init
    if (state == null || state.isSeekPlanned || state.users.size === 0) return
    if (clock.now() - state.directSinceMs >= HELD_MS) state.seeks = 0
    state.directSinceMs = Infinity
    state.seeks = Math.max(state.seeks, seeksMin)
    const pauseMs = SEEK_PAUSES_MS[Math.min(state.seeks++, SEEK_PAUSES_MS.length - 1)] ?? 0
    state.isSeekPlanned = true
    this.#tasks.run(`paths: seek ${peer}`, async () => {
      await clock.sleep(pauseMs, this.#shutdown.signal).catch(() => undefined)
      state.isSeekPlanned = false
      const best = this.best(peer)
      if (best != null && !best.direct && state.users.size > 0) punch.seek(best)
    })
  }

  async #sweep(): Promise<void> {
    const { signal } = this.#shutdown
    while (!signal.aborted) {
      await this.#init.clock.sleep(SWEEP_MS, signal).catch(() => undefined)
      if (signal.aborted) return
      this.#health.sweep()
      for (const [peer, state] of this.#peers) {
        if (isFree(state) && this.best(peer) == null) this.#peers.delete(peer)
      }
    }
  }

  #isLan(remote: Multiaddr, addresses: readonly Multiaddr[]): boolean {
    return addresses.length > 0 && this.#init.local().lan.some((own) => isNear(own, remote))
  }
}

const isFree = ({ users, followers }: Peer): boolean => users.size === 0 && followers === 0
