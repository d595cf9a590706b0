import type { Clock } from './clock.ts'
import { NO_LONGER, systemClock } from './clock.ts'

/**
 * Background work that is waited for: every promise that nobody awaits is put here, so that stopping
 * waits for it and a failure is reported instead of lost.
 */
export class Tasks {
  readonly #running = new Set<Promise<void>>()
  readonly #onError: (name: string, error: unknown) => void

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError
  }

  /** Starts `work` at once; its failure goes to the error callback under `name`. */
  run(name: string, work: () => Promise<void>): void {
    const task = work()
      .catch((error: unknown) => {
        this.#onError(name, error)
      })
      .finally(() => {
        this.#running.delete(task)
      })
    this.#running.add(task)
  }

  /** Resolves when nothing runs any more, work started meanwhile included. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}

/**
 * Runs `work` over `items`, at most `limit` at a time, in order of start.
 * The first failure stops further starts and is thrown after the running ones ended.
 */
export async function parallel<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, index: number) => Promise<void>
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let index = 0
  let failure: { error: unknown } | undefined
  const lane = async (): Promise<void> => {
    while (failure == null) {
      const next = iterator.next()
      if (next.done === true) return
      try {
        await work(next.value, index++)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, lane))
  if (failure != null) throw failure.error
}

/** Wakes one waiting loop; a ring while nobody waits is kept for the next wait. */
export class Doorbell {
  readonly #clock: Clock
  #rung = false
  #answer: (() => void) | undefined

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  ring(): void {
    this.#rung = true
    this.#answer?.()
  }

  /** Resolves at the next ring (or at once when it rang since the last wait), after `ms`, or on abort. */
  async wait(signal: AbortSignal, ms?: number): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const wake = (): void => resolve()
      const over = new AbortController()
      if (ms != null) this.#clock.sleep(ms, over.signal).then(wake, () => undefined)
      signal.addEventListener('abort', wake, { once: true })
      this.#answer = wake
      await promise
      over.abort(NO_LONGER)
      signal.removeEventListener('abort', wake)
      this.#answer = undefined
    }
    this.#rung = false
  }
}

/** Tells any number of followers that something changed; changes while a follower is busy become one. */
export class Broadcast {
  #version = 0
  readonly #waiting = new Set<() => void>()

  notify(): void {
    this.#version++
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** One item now, and one after each change; at most one every `pauseMs`. Ends with the signal. */
  async *follow(signal: AbortSignal, pauseMs: number): AsyncGenerator<void> {
    for (let seen = -1; !signal.aborted; ) {
      if (seen === this.#version) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const wake = (): void => resolve()
        this.#waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
        await promise
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        continue
      }
      seen = this.#version
      yield
      if (pauseMs > 0) await systemClock.sleep(pauseMs, signal).catch(() => undefined)
    }
  }
}
