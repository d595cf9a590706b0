/** Keeps idle links: the NAT's mapping, and the knowledge that the other side lives. docs/mesh.md, Keep-alive. */

import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { SteadyClock } from '../base/clock.ts'
import { errorCode, UnreachableError } from '../base/errors.ts'
import type { Observer } from '../node/observation.ts'
import { isQuic } from '../node/quic-address.ts'
import type { MeshTransport } from '../node/transport.ts'
import { UNSUPPORTED } from '../node/transport.ts'
import type { StatusLink } from '../protocols/status.ts'
import { changed, missed, nextTrial, survived } from './keep-alive-lifetime.ts'
import type { Networks } from './keep-alive-networks.ts'

/** One link while it is kept. Disposed of with its connection. */
export interface KeptLink extends Disposable {
  /** Milliseconds until `beat` is to be called; 0 or less when it is due. */
  readonly dueInMs: number
  /** Something else was sent on the link. */
  sent(): void
  /** The link may be gone: the next beat is due now, and asks the other end itself. */
  look(): void
  /** Keeps the link; gives the round trip in milliseconds if it made one. Throws UnreachableError (`heartbeat_lost`). */
  beat(signal: AbortSignal): Promise<number | undefined>
}

/** What a link to a coordinator needs of its keeper. */
export type LinkKeeper = Pick<Keeper, 'intervalMs' | 'keep'>

/** Keeps each link by heartbeats on its stream. */
export function streamKeeper(heartbeatMs: number, clock: Clock): LinkKeeper {
  return {
    intervalMs: heartbeatMs,
    keep: (_connection, link) => new StreamKept({ heartbeatMs, clock }, link)
  }
}

export interface KeeperPorts {
  /** Longest silence on a link of ours that configuration allows, milliseconds. */
  readonly heartbeatMs: number
  readonly clock: Clock
  readonly observer: Pick<
    Observer,
    'probe' | 'view' | 'setLifetime' | 'addEventListener' | 'removeEventListener'
  >
  readonly transport: Pick<MeshTransport, 'figures' | 'setKeepAlive'>
  readonly networks: Networks
  /** A round trip on a connection, milliseconds. */
  ping(connection: Connection, signal: AbortSignal): Promise<number>
}

/** A link without a stream is kept this seldom at most; where the NAT forgets before that, it is left to go cold. */
const SECOND_MS_MIN = 115_000
const SECOND_MS_MAX = 175_000
/**
 * QUIC's own timer wants a packet of its own kind: raw datagrams are none. Below the idle limit of 300 s on both sides.
 */
const QUIC_KEEP_ALIVE_MS = 270_000
/** A datagram that is not answered by then is asked again; so many in a row, and nobody is there. */
const PROBE_TIMEOUT_MS = 2_000
const PROBES_MAX = 4
/** A wake datagram that is later than asked for: the other side's timers, and the way here. */
const WAKE_LATE_MS = 3_000
const PING_TIMEOUT_MS = 10_000
/** Someone said that the link may be gone: so long, or so many round trips, is waited for the other end to answer. */
const LOOK_MS = { min: 1_500, max: 3_000 }
const LOOK_ROUND_TRIPS = 8
/** A wake that comes so much before its time is none of a trial: the other end has lost us. */
const WAKE_EARLY_MS = 1_000

/** Below it no mapping is learned: tests and demos ask for quick heartbeats, and get the stream's. */
const LEARN_MS_MIN = 20_000

export class Keeper {
  readonly #ports: KeeperPorts

  constructor(ports: KeeperPorts) {
    this.#ports = ports
  }

  /** How often a link of ours is heard from when it is idle, milliseconds: what others are told. */
  get intervalMs(): number {
    const { heartbeatMs, networks } = this.#ports
    return Math.min(heartbeatMs, this.#learns ? networks.current.goodMs : heartbeatMs)
  }

  /** Keeps a link; `ring` asks for another look at `dueInMs`. */
  keep(connection: Connection, link: StatusLink, ring: () => void): KeptLink {
    const ports = this.#ports
    const byStream = (): KeptLink => new StreamKept(ports, link)
    if (!this.#learns || !isOwnQuic(connection, ports)) return byStream()
    return new DatagramKept(ports, { connection, link, ring, byStream })
  }

  /** Keeps a connection that no stream lives on until it is lost or `signal` aborts. Never throws. */
  async keepOpen(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock, networks, observer, heartbeatMs } = this.#ports
    const scoped = AbortSignal.any([signal, closedSignal(connection)])
    const isQuicLink = this.#learns && isOwnQuic(connection, this.#ports)
    // Someone there knows nothing of this connection any more: the next look is now.
    let look = new AbortController()
    const onWake = ({ detail: { peer } }: CustomEvent<{ readonly peer: string }>): void => {
      if (peer === connection.remotePeer.toString()) look.abort()
    }
    observer.addEventListener('wake', onWake)
    while (!scoped.aborted) {
      const { goodMs } = networks.current
      const isCold = isQuicLink && goodMs < SECOND_MS_MIN
      const waitMs = isQuicLink
        ? Math.min(SECOND_MS_MAX, Math.max(SECOND_MS_MIN, goodMs))
        : Math.max(SECOND_MS_MIN, heartbeatMs)
      await clock.sleep(waitMs, AbortSignal.any([scoped, look.signal])).catch(() => undefined)
      const isDoubted = look.signal.aborted
      look = new AbortController()
      if (scoped.aborted || (isCold && !isDoubted)) continue
      try {
        if (isQuicLink && !isDoubted) await probe(observer, connection, scoped)
        else
          await this.#ping(
            connection,
            isDoubted ? lookMs(this.#ports.transport, connection) : PING_TIMEOUT_MS,
            scoped
          )
      } catch (error) {
        if (!scoped.aborted) connection.abort(error instanceof Error ? error : new Error(String(error)))
      }
    }
    observer.removeEventListener('wake', onWake)
  }

  async #ping(connection: Connection, ms: number, signal: AbortSignal): Promise<void> {
    await this.#ports.ping(connection, AbortSignal.any([signal, AbortSignal.timeout(ms)]))
  }

  get #learns(): boolean {
    return this.#ports.heartbeatMs >= LEARN_MS_MIN
  }
}

function isOwnQuic(connection: Connection, { transport }: KeeperPorts): boolean {
  if (!connection.direct || !isQuic(connection.remoteAddr)) return false
  return transport.setKeepAlive(connection, QUIC_KEEP_ALIVE_MS) == null
}

/** A heartbeat on the stream, where there is nothing cheaper: TCP, and QUIC that is not ours. */
class StreamKept implements KeptLink {
  readonly #heartbeatMs: number
  readonly #clock: SteadyClock
  readonly #link: StatusLink
  #dueMs: number

  constructor(ports: Pick<KeeperPorts, 'heartbeatMs' | 'clock'>, link: StatusLink) {
    this.#heartbeatMs = ports.heartbeatMs
    this.#clock = new SteadyClock(ports.clock)
    this.#link = link
    this.#dueMs = this.#clock.now() + ports.heartbeatMs
  }

  get dueInMs(): number {
    return this.#dueMs - this.#clock.now()
  }

  sent(): void {
    this.#dueMs = this.#clock.now() + this.#heartbeatMs
  }

  look(): void {
    this.#dueMs = this.#clock.now()
  }

  async beat(signal: AbortSignal): Promise<number> {
    this.sent()
    return await this.#link.heartbeat(signal)
  }

  [Symbol.dispose](): void {
    this.#dueMs = Infinity
  }
}

interface Kept {
  readonly connection: Connection
  readonly link: StatusLink
  readonly ring: () => void
  readonly byStream: () => KeptLink
}

/** Datagrams of 17 bytes; trials of longer silences while nothing else happens. */
class DatagramKept implements KeptLink {
  readonly #ports: KeeperPorts
  readonly #kept: Kept
  readonly #peer: string
  readonly #onWake: (event: CustomEvent<{ readonly peer: string }>) => void
  /** What takes over where the other end takes no datagrams. */
  #instead: KeptLink | undefined
  readonly #steady: SteadyClock
  #lastMs: number
  #isDoubted = false
  #trial: { readonly ms: number; readonly endsMs: number; hasCome: boolean } | undefined
  #address: { readonly text: string; readonly epoch: number } | undefined

  constructor(ports: KeeperPorts, kept: Kept) {
    this.#ports = ports
    this.#kept = kept
    this.#peer = kept.connection.remotePeer.toString()
    this.#steady = new SteadyClock(ports.clock)
    this.#lastMs = this.#steady.now()
    this.#onWake = ({ detail: { peer } }) => {
      if (peer !== this.#peer) return
      const trial = this.#trial
      const awaitedMs = trial == null ? Infinity : trial.endsMs - WAKE_LATE_MS - WAKE_EARLY_MS
      // Nobody asked for it: the other end has forgotten us, or believes so.
      if (trial == null || this.#steady.now() < awaitedMs) this.#isDoubted = true
      else trial.hasCome = true
      kept.ring()
    }
    ports.observer.addEventListener('wake', this.#onWake)
  }

  get dueInMs(): number {
    if (this.#instead != null) return this.#instead.dueInMs
    if (this.#isDoubted || this.#trial?.hasCome === true) return 0
    return (this.#trial?.endsMs ?? this.#lastMs + this.#intervalMs) - this.#steady.now()
  }

  get #intervalMs(): number {
    return Math.min(this.#ports.heartbeatMs, this.#ports.networks.current.goodMs)
  }

  sent(): void {
    this.#instead?.sent()
    this.#lastMs = this.#steady.now()
    // The mapping was refreshed in the middle: the trial proves nothing.
    this.#trial = undefined
  }

  look(): void {
    this.#instead?.look()
    this.#isDoubted = true
  }

  async beat(signal: AbortSignal): Promise<number | undefined> {
    if (this.#instead != null) return await this.#instead.beat(signal)
    const { link } = this.#kept
    const { clock, networks, heartbeatMs } = this.#ports
    if (this.#isDoubted) {
      this.#isDoubted = false
      this.sent()
      return await heartbeatWithin(link, lookMs(this.#ports.transport, this.#kept.connection), signal)
    }
    const trial = this.#trial
    this.#trial = undefined
    if (trial != null) {
      const now = clock.now()
      if (trial.hasCome) networks.learn((known) => survived(known, trial.ms))
      else networks.learn((known) => missed(known, trial.ms, now))
      this.#ports.observer.setLifetime(networks.current.badMs == null ? null : networks.current.goodMs)
    }
    const silenceMs = this.#steady.now() - this.#lastMs
    const rttMs = await this.#probe(silenceMs, trial == null, signal)
    if (rttMs == null) return await this.beat(signal)
    const next = nextTrial(networks.current, heartbeatMs, clock.now())
    if (next == null) return rttMs
    await link.heartbeat(signal, next)
    this.#lastMs = this.#steady.now()
    this.#trial = { ms: next, endsMs: this.#lastMs + next + WAKE_LATE_MS, hasCome: false }
    return rttMs
  }

  [Symbol.dispose](): void {
    this.#instead?.[Symbol.dispose]()
    this.#ports.observer.removeEventListener('wake', this.#onWake)
  }

  /** `isSafe`: the silence before it was one that counts as safe. */
  async #probe(silenceMs: number, isSafe: boolean, signal: AbortSignal): Promise<number | undefined> {
    const { observer, networks, clock } = this.#ports
    try {
      const { address, rttMs } = await probe(observer, this.#kept.connection, signal)
      this.#lastMs = this.#steady.now()
      const before = this.#address
      const { epoch } = observer.view()
      this.#address = { text: address.toString(), epoch }
      networks.enter(hostOf(address))
      const isOther = before != null && before.epoch === epoch && before.text !== this.#address.text
      if (isOther && isSafe) networks.learn((known) => changed(known, silenceMs, clock.now()))
      return rttMs
    } catch (error) {
      if (errorCode(error) !== 'observe_unsupported') throw error
      this.#instead = this.#kept.byStream()
      this.#instead.look()
      return undefined
    }
  }
}

const hostOf = (address: Multiaddr): string => address.getComponents()[0]?.value ?? ''

/** A datagram and its answer, as often as a bad link needs. Throws UnreachableError (`heartbeat_lost`, `observe_unsupported`). */
async function probe(
  observer: Pick<Observer, 'probe'>,
  connection: Connection,
  signal: AbortSignal
): Promise<{ readonly address: Multiaddr; readonly rttMs: number }> {
  const peer = connection.remotePeer.toString()
  for (let i = 0; i < PROBES_MAX; i++) {
    try {
      return await observer.probe(peer, AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]))
    } catch (error) {
      signal.throwIfAborted()
      if (errorCode(error) === 'observe_unsupported') throw error
    }
  }
  throw new UnreachableError('heartbeat_lost', 'the other end is silent', { retryable: true })
}

async function heartbeatWithin(link: StatusLink, ms: number, signal: AbortSignal): Promise<number> {
  const limit = AbortSignal.timeout(ms)
  try {
    return await link.heartbeat(AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error
    throw new UnreachableError('heartbeat_lost', 'the other end is silent', { retryable: true })
  }
}

/** How long the other end of a link that may be gone has to answer: some round trips, 1.5 to 3 s. */
export function lookMs(transport: Pick<MeshTransport, 'figures'>, connection: Connection): number {
  const figures = transport.figures(connection)
  const ms = figures === UNSUPPORTED ? LOOK_MS.max : LOOK_ROUND_TRIPS * figures.rttMs
  return Math.min(LOOK_MS.max, Math.max(LOOK_MS.min, ms))
}

/** Aborts when the connection is gone. */
function closedSignal(connection: Connection): AbortSignal {
  const closed = new AbortController()
  if (connection.status !== 'open') closed.abort()
  else connection.addEventListener('close', () => closed.abort(), { once: true })
  return closed.signal
}
