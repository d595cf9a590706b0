/** Tries several addresses for one purpose: one after another, without waiting for the slow ones. */

import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { CODE_P2P, CODE_P2P_CIRCUIT, multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { errorMessage, InvalidError, ShoalError, UnreachableError } from '../base/errors.ts'
import type { Admission } from '../node/admission.ts'
import { isQuic } from '../node/quic-address.ts'
import { peerIn } from './home.ts'

/** Coordinators of a fleet and their addresses. */
const ADDRESSES_MAX = 16
/** Head start of each turn: a QUIC handshake on a slow link, before TCP is tried beside it. */
const HEAD_START_MS = 1_000
/** Of a circuit, before another relay is tried beside it: the handshakes of one over a relay that is near. */
const CIRCUIT_HEAD_START_MS = 500

export interface Dialer {
  readonly admission: Pick<Admission, 'connections'>
  readonly libp2p: Pick<Libp2p, 'dial'>
}

/**
 * Calls `attempt` with each address: the first of QUIC, then by turns the next of QUIC and one that is not, so that a network
 * without UDP costs one head start however many addresses there are. A turn comes a second after the last (after a circuit half
 * of that), or once it has failed. The first success is the answer, and the others' signal aborts. Throws the first refusal if
 * there was one, else the signal's reason, else InvalidError (`address_invalid`) or UnreachableError (`unreachable`).
 */
export async function dialAny<T>(
  addresses: readonly string[],
  clock: Clock,
  signal: AbortSignal,
  attempt: (address: Multiaddr, signal: AbortSignal) => Promise<T>
): Promise<T> {
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  const failures: unknown[] = []
  const won = Promise.withResolvers<{ value: T } | undefined>()
  const attempts: Promise<void>[] = []
  for (const turn of turnsOf(addresses.slice(0, ADDRESSES_MAX).map(parse))) {
    if (scoped.aborted) break
    const begun = turn.map(async (address) => {
      await attempt(address, scoped).then(
        (value) => {
          over.abort()
          won.resolve({ value })
        },
        (error: unknown) => {
          failures.push(error)
        }
      )
    })
    attempts.push(...begun)
    const next = new AbortController()
    const ms = turn.every(isCircuit) ? CIRCUIT_HEAD_START_MS : HEAD_START_MS
    const headStart = clock.sleep(ms, AbortSignal.any([scoped, next.signal]))
    await Promise.race([Promise.all(begun), headStart.catch(() => undefined)])
    next.abort()
  }
  void Promise.all(attempts).then(() => {
    won.resolve(undefined)
  })
  const winner = await won.promise
  if (winner != null) return winner.value
  throw telling(failures, signal)
}

/**
 * libp2p joins dials of one peer, and a second address then waits until the first has failed. So a direct address goes without
 * its peer ID, which is compared afterwards. Throws UnreachableError (`peer_mismatch`).
 */
export async function dialOne(
  { admission, libp2p }: Dialer,
  address: Multiaddr,
  signal: AbortSignal
): Promise<Connection> {
  const expected = isCircuit(address) ? undefined : peerIn(address.toString())
  if (expected == null) return await libp2p.dial(address, { signal })
  const open = admission.connections(expected).findLast(({ direct, status }) => direct && status === 'open')
  if (open != null) return open
  const connection = await libp2p.dial(address.decapsulateCode(CODE_P2P), { signal })
  if (connection.remotePeer.toString() === expected) return connection
  const error = new UnreachableError('peer_mismatch', `another peer answers at ${address.toString()}`)
  connection.abort(error)
  throw error
}

export const isCircuit = (address: Multiaddr): boolean =>
  address.getComponents().some(({ code }) => code === CODE_P2P_CIRCUIT)

function turnsOf(addresses: readonly Multiaddr[]): Multiaddr[][] {
  const quic = addresses.filter(isQuic)
  const others = addresses.filter((address) => !isQuic(address))
  const [first, ...rest] = quic.length > 0 ? quic : others.splice(0, 1)
  if (first == null) return []
  const count = Math.max(rest.length, others.length)
  const pairs = Array.from({ length: count }, (_, i) => [rest[i], others[i]].filter((each) => each != null))
  return [[first], ...pairs]
}

function parse(address: string): Multiaddr {
  try {
    return multiaddr(address)
  } catch (error) {
    throw new InvalidError('address_invalid', `not a multiaddr: ${address.slice(0, 120)}`, { cause: error })
  }
}

function telling(failures: readonly unknown[], signal: AbortSignal): unknown {
  const refusal = failures.find(
    (error) => error instanceof ShoalError && !(error instanceof UnreachableError)
  )
  if (refusal != null) return refusal
  if (signal.aborted) return signal.reason
  return new UnreachableError(
    'unreachable',
    `no address answered: ${failures.map(errorMessage).join('; ')}`,
    {
      cause: new AggregateError(failures),
      retryable: true,
      hint: 'look at the network, and whether a coordinator runs at these addresses'
    }
  )
}
