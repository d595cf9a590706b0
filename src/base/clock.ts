/** Time is passed in, so that the same code runs in a simulator. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await new Promise<void>((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error)
        return
      }
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal.reason as Error)
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
}

/**
 * For how long something lasts: goes on from where it was when the machine's clock is put back. What is due in a minute is
 * then due in a minute, and not when the clock has caught up.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock
  #lastMs: number
  /** What the machine's clock was put back by, in all. */
  #addedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lastMs = clock.now()
  }

  now(): number {
    const now = this.#clock.now() + this.#addedMs
    if (now >= this.#lastMs) this.#lastMs = now
    else this.#addedMs += this.#lastMs - now
    return this.#lastMs
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal)
  }
}

/** Ends a sleep that nobody waits for; made once, for an abort without a reason makes an error with its stack each time. */
export const NO_LONGER = new Error('nobody waits any longer')

/** A signal that ends by itself; disposing it lets go of the timer. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/** Aborts after `ms` of this clock (TimeoutError), or with the first of `signals`. */
export function deadline(clock: Clock, ms: number, ...signals: AbortSignal[]): Deadline {
  const timeout = new AbortController()
  const over = new AbortController()
  clock.sleep(ms, over.signal).then(
    () => timeout.abort(new DOMException(`nothing happened within ${ms} ms`, 'TimeoutError')),
    () => undefined
  )
  return {
    signal: AbortSignal.any([timeout.signal, ...signals]),
    [Symbol.dispose]: () => {
      over.abort(NO_LONGER)
    }
  }
}

/** Whole seconds since the epoch, as signed documents carry them. */
export const seconds = (ms: number): number => Math.floor(ms / 1000)

/** RFC 3339 in UTC. */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString()

/**
 * A clock that never shows less than what verified documents prove: a machine without a battery wakes in 1970, and a
 * signature made later than that is the better clock (docs/protocols.md, Payloads).
 */
export class FlooredClock implements Clock {
  readonly #clock: Clock
  #floorMs: number
  /** Added while the machine's own clock is behind, so that time goes on from the floor. */
  #offsetMs: number

  constructor(clock: Clock, floorMs: number) {
    this.#clock = clock
    this.#floorMs = floorMs
    this.#offsetMs = floorMs - clock.now()
  }

  now(): number {
    const now = this.#clock.now()
    return now >= this.#floorMs ? now : now + this.#offsetMs
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal)
  }

  /** True while the machine's own clock is behind what is known. */
  get isBehind(): boolean {
    return this.#clock.now() < this.#floorMs
  }

  /** A document of this time has verified. */
  raise(ms: number): void {
    if (ms <= this.now()) return
    this.#floorMs = ms
    this.#offsetMs = ms - this.#clock.now()
  }
}
