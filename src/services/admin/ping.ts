/** Reaching a device through the mesh: the path, then round trips. */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { errorMessage, UnreachableError } from '../../base/errors.ts'
import type { Ping } from '../../model/control.ts'

const PAUSE_MS = 200
const PING_TIMEOUT_MS = 5_000

export interface PingPorts {
  readonly clock: Clock
  /** Peer and relay address of a member by name. */
  find(name: string, signal: AbortSignal): Promise<{ name: string; peer: string; online: boolean }>
  /** An open, admitted connection to the coordinator. */
  coordinator(signal: AbortSignal): Promise<Connection>
  /** Dials, greets and is admitted. */
  connect(addresses: readonly string[], signal: AbortSignal): Promise<{ connection: Connection }>
  ping(peer: string, signal: AbortSignal): Promise<number>
}

/**
 * Pings a member `count` times; yields the result so far after the connection and after each answer.
 * Throws NotFoundError (`member_not_found`), UnreachableError (`device_unreachable`).
 */
export async function* pingMember(
  ports: PingPorts,
  name: string,
  count: number,
  signal: AbortSignal
): AsyncGenerator<Ping> {
  const member = await ports.find(name, signal)
  const began = ports.clock.now()
  const coordinator = await ports.coordinator(signal)
  const isCoordinator = coordinator.remotePeer.toString() === member.peer
  const connection = isCoordinator ? coordinator : await throughRelay(ports, member, coordinator, signal)
  const isDirect = connection.direct
  let result: Ping = {
    name: member.name,
    peer: member.peer,
    path: isDirect ? 'direct' : 'relay',
    relay: isDirect ? null : coordinator.remotePeer.toString(),
    transport: connection.remoteAddr.toString().includes('/quic-v1') ? 'quic' : 'tcp',
    firstByteMs: null,
    rttMs: [],
    sent: 0,
    received: 0
  }
  for (let i = 0; i < count; i++) {
    if (i > 0) await ports.clock.sleep(PAUSE_MS, signal)
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PING_TIMEOUT_MS)])
    const rtt = await ports.ping(member.peer, limit).catch(() => undefined)
    signal.throwIfAborted()
    result = {
      ...result,
      firstByteMs: result.firstByteMs ?? (rtt == null ? null : ports.clock.now() - began),
      rttMs: rtt == null ? result.rttMs : [...result.rttMs, rtt],
      sent: result.sent + 1,
      received: result.received + (rtt == null ? 0 : 1)
    }
    yield result
  }
  if (result.received === 0) throw unreachable(member.name, 'it does not answer')
}

async function throughRelay(
  ports: PingPorts,
  member: { name: string; peer: string; online: boolean },
  coordinator: Connection,
  signal: AbortSignal
): Promise<Connection> {
  const relay = coordinator.remoteAddr.toString().replace(/\/p2p\/.*$/, '')
  const address = `${relay}/p2p/${coordinator.remotePeer.toString()}/p2p-circuit/p2p/${member.peer}`
  try {
    return (await ports.connect([address], signal)).connection
  } catch (error) {
    signal.throwIfAborted()
    throw unreachable(
      member.name,
      member.online ? errorMessage(error) : 'it is not connected to the coordinator'
    )
  }
}

const unreachable = (name: string, why: string): UnreachableError =>
  new UnreachableError('device_unreachable', `${name} cannot be reached: ${why}`, {
    retryable: true,
    hint: `'shoal device ${name}' shows when it was last heard from`
  })
