/** Reaching a member through the mesh: the path at once, then round trips, then how the direct path came about. */

import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../base/clock.ts'
import { errorMessage, UnreachableError } from '../../base/errors.ts'
import type { Ping } from '../../model/control.ts'
import type { Paths, PathView } from '../../node/paths.ts'

const PAUSE_MS = 200
const PING_TIMEOUT_MS = 5_000
/** A direct connection that was good and answers nothing for so long, retransmissions included, is most likely cut. */
const DIRECT_TIMEOUT_MS = 1_200
/** Connections that are tried until one answers: a restarted member knows the old ones no more. */
const TRIES_MAX = 3
/** A search of ports lasts up to 8.2 s, and what is said before and after it crosses a slow network several times. */
const UPGRADE_TIMEOUT_MS = 20_000

export interface PingPorts {
  readonly clock: Clock
  readonly paths: Pick<Paths, 'best' | 'doubt' | 'reach' | 'settled' | 'view'>
  /** A member by name. */
  find(name: string, signal: AbortSignal): Promise<{ name: string; peer: string; online: boolean }>
  /** An open, admitted connection to the coordinator. */
  coordinator(signal: AbortSignal): Promise<Connection>
  /** Addresses on our own networks at which the peer was known. */
  near(peer: string): Promise<readonly Multiaddr[]>
  /** Where it may be, by what the local network and the DHT say. */
  lookUp(peer: string, signal: AbortSignal): Promise<readonly Multiaddr[]>
  ping(connection: Connection, signal: AbortSignal): Promise<number>
}

/**
 * Pings a member `count` times, each time over the path that is best then; yields the result so far once connected, after
 * each answer, and when it is known whether the path becomes direct.
 * Throws NotFoundError (`member_not_found`), UnreachableError (`device_unreachable`).
 */
export async function* pingMember(
  ports: PingPorts,
  name: string,
  count: number,
  signal: AbortSignal
): AsyncGenerator<Ping> {
  const { clock, paths } = ports
  const askedMs = clock.now()
  const member = await ports.find(name, signal)
  const findMs = clock.now() - askedMs
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  try {
    const beganMs = clock.now()
    await connect(ports, member, scoped)
    const firstByteMs = clock.now() - beganMs
    const about = { name: member.name, peer: member.peer, findMs, firstByteMs }
    let result: Ping = { ...pathOf(paths.view(member.peer)), ...about, ...NOTHING }
    yield result
    for (let i = 0; i < count; i++) {
      if (i > 0) await clock.sleep(PAUSE_MS, signal)
      const rtt =
        i === 0 ? await firstAnswer(ports, member, scoped) : await pingOnce(ports, member.peer, signal)
      result = {
        ...result,
        ...pathOf(paths.view(member.peer)),
        rttMs: rtt == null ? result.rttMs : [...result.rttMs, rtt],
        sent: result.sent + 1,
        received: result.received + (rtt == null ? 0 : 1)
      }
      yield result
    }
    if (result.received === 0) throw unreachable(member.name, 'it does not answer')
    const settled = await paths.settled(
      member.peer,
      AbortSignal.any([signal, AbortSignal.timeout(UPGRADE_TIMEOUT_MS)])
    )
    signal.throwIfAborted()
    yield { ...result, ...pathOf(settled) }
  } finally {
    over.abort()
  }
}

const NOTHING = { rttMs: [], sent: 0, received: 0 }

async function connect(
  ports: PingPorts,
  member: { name: string; peer: string; online: boolean },
  signal: AbortSignal
): Promise<void> {
  // A neighbour that was found by its name is connected already, and there may be no coordinator.
  const relays =
    ports.paths.best(member.peer) == null ? [(await ports.coordinator(signal)).remotePeer.toString()] : []
  try {
    await ports.paths.reach(member.peer, { addresses: await ports.near(member.peer), relays }, signal)
  } catch (error) {
    signal.throwIfAborted()
    const addresses = await ports.lookUp(member.peer, signal)
    await ports.paths.reach(member.peer, { addresses }, signal).catch(() => {
      signal.throwIfAborted()
      throw unreachable(
        member.name,
        member.online ? errorMessage(error) : 'it is not connected to the coordinator'
      )
    })
  }
}

/**
 * A round trip on the first connection that answers. A direct one that does not is doubted, and another is best then; the only
 * one is closed, and the member is reached anew.
 */
async function firstAnswer(
  ports: PingPorts,
  member: { name: string; peer: string; online: boolean },
  signal: AbortSignal
): Promise<number | undefined> {
  for (let tries = 1; ; tries++) {
    const held = ports.paths.best(member.peer)
    const isLast = tries === TRIES_MAX
    const ms = held?.direct === true && !isLast ? DIRECT_TIMEOUT_MS : PING_TIMEOUT_MS
    const rtt = await pingOnce(ports, member.peer, signal, ms)
    if (rtt != null || isLast) return rtt
    if (held != null) ports.paths.doubt(held)
    if (held === ports.paths.best(member.peer)) {
      held?.abort(new UnreachableError('path_dead', 'nothing was answered on this connection'))
    }
    await connect(ports, member, signal)
  }
}

async function pingOnce(
  ports: PingPorts,
  peer: string,
  signal: AbortSignal,
  timeoutMs = PING_TIMEOUT_MS
): Promise<number | undefined> {
  const best = ports.paths.best(peer)
  if (best == null) return undefined
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const rtt = await ports.ping(best, limit).catch(() => undefined)
  signal.throwIfAborted()
  return rtt
}

function pathOf(view: PathView | undefined) {
  if (view == null) return NOWHERE
  const { path, relay, transport, nat, directMs, method, attempts, reason } = view
  return { path, relay, transport, nat: { ...nat }, directMs, method, attempts, reason }
}

const NOWHERE = {
  path: null,
  relay: null,
  transport: null,
  nat: { ours: 'unknown', theirs: 'unknown' },
  directMs: null,
  method: null,
  attempts: 0,
  reason: null
} as const

const unreachable = (name: string, why: string): UnreachableError =>
  new UnreachableError('device_unreachable', `${name} cannot be reached: ${why}`, {
    retryable: true,
    hint: `'shoal device ${name}' shows when it was last heard from`
  })
