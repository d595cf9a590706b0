/** Tries several addresses for one purpose: one after another, without waiting for the slow ones. */

import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { errorMessage, InvalidError, ShoalError, UnreachableError } from '../base/errors.ts'
import { isQuic } from '../node/quic-address.ts'

/** Coordinators of a fleet and their addresses. */
const ADDRESSES_MAX = 16
/** Head start of each address: a QUIC handshake on a slow link, before TCP is tried beside it. */
const HEAD_START_MS = 1_000

/**
 * Calls `attempt` with each address, QUIC first: the next one after a second or once the last has failed. The
 * first success is the answer, and the others' signal aborts. Throws the first refusal if there was one, else
 * the signal's reason, else InvalidError (`address_invalid`) or UnreachableError (`unreachable`).
 */
export async function dialAny<T>(
  addresses: readonly string[],
  clock: Clock,
  signal: AbortSignal,
  attempt: (address: Multiaddr, signal: AbortSignal) => Promise<T>
): Promise<T> {
  const parsed = addresses.slice(0, ADDRESSES_MAX).map(parse)
  const sorted = [...parsed.filter(isQuic), ...parsed.filter((address) => !isQuic(address))]
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  const failures: unknown[] = []
  const won = Promise.withResolvers<{ value: T } | undefined>()
  const attempts: Promise<void>[] = []
  for (const address of sorted) {
    if (scoped.aborted) break
    const ended = attempt(address, scoped).then(
      (value) => {
        over.abort()
        won.resolve({ value })
      },
      (error: unknown) => {
        failures.push(error)
      }
    )
    attempts.push(ended)
    const next = new AbortController()
    const headStart = clock.sleep(HEAD_START_MS, AbortSignal.any([scoped, next.signal]))
    await Promise.race([ended, headStart.catch(() => undefined)])
    next.abort()
  }
  void Promise.all(attempts).then(() => {
    won.resolve(undefined)
  })
  const winner = await won.promise
  if (winner != null) return winner.value
  throw telling(failures, signal)
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
