/**
 * How long a NAT keeps an idle mapping, learned from trials: nothing is sent for a time, then the other side sends one
 * datagram; it comes in or it does not. That also tells of NATs that give the same port again, where one's own address
 * says nothing. Pure. docs/mesh.md, Keep-alive.
 */

/** Just under the times after which NATs forget: 30, 60, 120, 180 s and what lies between. Milliseconds. */
const STEPS_MS = [20_000, 25_000, 28_000, 40_000, 55_000, 85_000, 115_000, 175_000] as const
const FIRST_MS = 25_000
const FLOOR_MS = STEPS_MS[0]
/** A datagram may be lost on a network of its own accord: that many in a row mean the NAT. */
const MISSES_MAX = 2
/** What did not hold is tried again after this time: it may have been the network's bad hour. */
const AGAIN_MS = 6 * 3_600_000

/** What was learned of one network. Milliseconds. */
export interface Lifetime {
  /** The longest silence after which the mapping was there, or the first guess. */
  readonly goodMs: number
  /** The shortest after which it was not; null when none is known. */
  readonly badMs: number | null
  /** When `badMs` was found, since the epoch. */
  readonly badAtMs: number
  /** Trials of the next step that failed in a row. */
  readonly misses: number
}

export const UNKNOWN_LIFETIME: Lifetime = { goodMs: FIRST_MS, badMs: null, badAtMs: 0, misses: 0 }

/** The silence to try next, at most `maxMs`; undefined when all that may be known is known. */
export function nextTrial(
  { goodMs, badMs, badAtMs }: Lifetime,
  maxMs: number,
  nowMs: number
): number | undefined {
  const isOld = badMs != null && nowMs - badAtMs >= AGAIN_MS
  const limit = badMs == null || isOld ? Infinity : badMs
  return STEPS_MS.find((step) => step > goodMs && step < limit && step <= maxMs)
}

/** The mapping was there after a silence of `ms`. */
export function survived(lifetime: Lifetime, ms: number): Lifetime {
  const isDisproved = lifetime.badMs != null && lifetime.badMs <= ms
  return {
    ...lifetime,
    goodMs: Math.max(lifetime.goodMs, ms),
    badMs: isDisproved ? null : lifetime.badMs,
    misses: 0
  }
}

/** Nothing came in after a silence of `ms`. */
export function missed(lifetime: Lifetime, ms: number, nowMs: number): Lifetime {
  const misses = lifetime.misses + 1
  if (misses < MISSES_MAX) return { ...lifetime, misses }
  return { ...lifetime, badMs: ms, badAtMs: nowMs, misses: 0 }
}

/** After a silence of `ms` our address was another: the mapping was lost within what counted as safe. */
export function changed(_lifetime: Lifetime, ms: number, nowMs: number): Lifetime {
  const half = Math.max(FLOOR_MS, ms / 2)
  const goodMs = STEPS_MS.findLast((step) => step <= half) ?? FLOOR_MS
  return { goodMs, badMs: ms > FLOOR_MS ? ms : null, badAtMs: nowMs, misses: 0 }
}
