/** Time and chance of a simulation: both come from its seed and from nothing else. */

import { createHash } from 'node:crypto'
import type { Clock } from '../../src/base/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
  isOff: boolean
}

/** Lets every promise that can go on do so. */
const settle = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve)
  })
}

/** Time that goes on only when everybody waits. */
export class SimClock implements Clock {
  #now: number
  #order = 0
  /** A binary heap by time, then by order of setting. */
  readonly #heap: Timer[] = []

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  /** Runs `work` after `ms`; returns what takes it back. */
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.ceil(Math.max(0, ms)), order: this.#order++, run, isOff: false }
    this.#push(timer)
    return () => {
      timer.isOff = true
    }
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => {
      off()
      reject(signal.reason)
    }
    const off = this.after(ms, () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    signal.addEventListener('abort', onAbort, { once: true })
    await promise
  }

  /** Goes on, one event after another, until `isOver` says so or the time is reached. */
  async run(untilMs: number, isOver: () => boolean = () => false): Promise<void> {
    await settle()
    while (!isOver()) {
      const timer = this.#pop()
      if (timer == null || timer.at > untilMs) {
        if (timer != null) this.#push(timer)
        break
      }
      this.#now = timer.at
      timer.run()
      await settle()
    }
    if (!isOver()) this.#now = Math.max(this.#now, untilMs)
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(timer, heap[parent] as Timer)) break
      heap[index] = heap[parent] as Timer
      index = parent
    }
    heap[index] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    for (;;) {
      const first = heap[0]
      const last = heap.pop()
      if (first == null || last == null) return undefined
      if (heap.length > 0) this.#sink(last)
      if (!first.isOff) return first
    }
  }

  #sink(timer: Timer): void {
    const heap = this.#heap
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++
      if (!isBefore(heap[child] as Timer, timer)) break
      heap[index] = heap[child] as Timer
      index = child
    }
    heap[index] = timer
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Mulberry32: small, quick, and the same everywhere. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number of `min` to `max`. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T
  }
}

/** What happened, as lines for people and as a hash that tells two runs apart. */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []
  readonly #clock: SimClock
  readonly #began: number
  #count = 0

  constructor(clock: SimClock) {
    this.#clock = clock
    this.#began = clock.now()
  }

  add(text: string): void {
    const line = `${((this.#clock.now() - this.#began) / 1000).toFixed(3)} ${text}`
    this.#hash.update(line)
    this.#count++
    this.#lines.push(line)
    if (this.#lines.length > LINES_KEPT) this.#lines.splice(0, LINES_KEPT / 2)
  }

  get count(): number {
    return this.#count
  }

  /** The newest lines. */
  tail(count: number): string[] {
    return this.#lines.slice(-count)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

const LINES_KEPT = 20_000
