/**
 * What a relay carries for its members, and how fast. Circuits are encrypted from end to end, so a relay cannot tell
 * bulk from control: it tells both ends how much bulk the quota still allows (they stop at it, `wire/bulk.ts`), and holds
 * what comes above it to a rate at which control still passes. Nothing is ever cut off for its size.
 */

import type { Stream } from '@libp2p/interface'

/** Members whose traffic is counted; who was quiet longest is forgotten first, and has a full quota then. */
const MEMBERS_MAX = 16_384
/** Of a member whose quota is used up, bytes a second: shells and status pass, a transfer is not worth it. */
export const THROTTLED_BYTES_PER_SECOND = 16_384
/** A piece of bulk under way when the quota ends must not hold up the control behind it for longer. */
const REST_MS_MAX = 2_000
const HOUR_MS = 3_600_000

/** Bytes that members may have relayed: each its own bucket, filled evenly over the hour. */
export class RelayQuota {
  readonly #bytesPerHour: number
  readonly #now: () => number
  readonly #buckets = new Map<string, { left: number; atMs: number }>()

  /** `now` in milliseconds of a clock that never goes back. */
  constructor(bytesPerHour: number, now: () => number) {
    this.#bytesPerHour = bytesPerHour
    this.#now = now
  }

  /** Bytes that both of these members may still have relayed now. */
  left(members: readonly string[]): number {
    return Math.max(0, Math.floor(Math.min(...members.map((member) => this.#bucket(member).left))))
  }

  /** Charges the members of a circuit. Gives the milliseconds for which it must rest: 0 within the quota. */
  take(members: readonly string[], bytes: number): number {
    let isOver = false
    for (const member of members) {
      const bucket = this.#bucket(member)
      bucket.left -= bytes
      // What was let through above the quota is paid with the rest below, not with the next hour.
      if (bucket.left < 0) {
        bucket.left = 0
        isOver = true
      }
    }
    return isOver ? Math.min(REST_MS_MAX, Math.ceil((bytes / THROTTLED_BYTES_PER_SECOND) * 1000)) : 0
  }

  #bucket(member: string): { left: number; atMs: number } {
    const now = this.#now()
    const known = this.#buckets.get(member)
    const filled = known == null ? Infinity : ((now - known.atMs) / HOUR_MS) * this.#bytesPerHour
    const bucket = { left: Math.min(this.#bytesPerHour, (known?.left ?? 0) + filled), atMs: now }
    this.#buckets.delete(member)
    const oldest = this.#buckets.keys().next().value
    if (this.#buckets.size >= MEMBERS_MAX && oldest != null) this.#buckets.delete(oldest)
    this.#buckets.set(member, bucket)
    return bucket
  }
}

/** What a stream of a circuit says goes to the other, counted; that one slows it down. Ends with either, or with `signal`. */
export function forward(
  from: Stream,
  to: Stream,
  take: (bytes: number) => number,
  signal: AbortSignal
): void {
  let isFull = false
  let rest: NodeJS.Timeout | undefined
  const go = (): void => {
    if (!isFull && rest == null && from.readStatus === 'paused') from.resume()
  }
  const onMessage = (event: Event & { data: { byteLength: number; subarray(): Uint8Array } }): void => {
    if (to.writeStatus !== 'writable') return
    isFull = !to.send(event.data.subarray())
    const restMs = take(event.data.byteLength)
    if (restMs > 0) {
      clearTimeout(rest)
      rest = setTimeout(() => {
        rest = undefined
        go()
      }, restMs)
    }
    if ((isFull || restMs > 0) && from.readStatus === 'readable') from.pause()
  }
  const onDrain = (): void => {
    isFull = false
    go()
  }
  const onEnd = (): void => {
    to.close({ signal: AbortSignal.timeout(CLOSE_MS) }).catch((error: unknown) => {
      to.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }
  const onAbort = (): void => {
    from.abort(signal.reason instanceof Error ? signal.reason : new Error('the relay stops'))
  }
  const onClose = (event: Event & { error?: Error }): void => {
    clearTimeout(rest)
    from.removeEventListener('message', onMessage)
    from.removeEventListener('remoteCloseWrite', onEnd)
    to.removeEventListener('drain', onDrain)
    signal.removeEventListener('abort', onAbort)
    if (event.error != null) to.abort(event.error)
    else onEnd()
  }
  from.addEventListener('remoteCloseWrite', onEnd)
  from.addEventListener('close', onClose, { once: true })
  to.addEventListener('drain', onDrain)
  signal.addEventListener('abort', onAbort, { once: true })
  from.addEventListener('message', onMessage)
}

/** A peer that takes no more must not hold the stream. */
const CLOSE_MS = 10_000
