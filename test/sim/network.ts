/** Connections between devices and the coordinator: slow, in order, and cut at any time. */

import type { Connection } from '@libp2p/interface'
import { UnreachableError } from '../../src/base/errors.ts'
import type { Log, Report, StatusFrame, StatusLink, StatusListener } from '../../src/protocols/status.ts'
import type { Dice, SimClock } from './clock.ts'

const lost = (): UnreachableError =>
  new UnreachableError('link_lost', 'the connection is gone', { retryable: true })

/** One connection; both ends learn of its cut some time later, each for itself. */
export class SimConnection {
  readonly peer: string
  readonly closed = new AbortController()
  isCut = false
  readonly #clock: SimClock
  readonly #dice: Dice
  readonly #frames: StatusFrame[] = []
  #wake: (() => void) | undefined
  #isEnded = false
  #arrives = { up: 0, down: 0 }
  listener: StatusListener | undefined

  constructor(peer: string, clock: SimClock, dice: Dice) {
    this.peer = peer
    this.#clock = clock
    this.#dice = dice
  }

  /** What the services see of it. */
  get handle(): Connection {
    return { direct: true, abort: () => this.cut(0) } as unknown as Connection
  }

  /** Delivers in order; never after the cut. */
  deliver(way: 'up' | 'down', run: () => void): void {
    const at = Math.max(this.#arrives[way], this.#clock.now() + this.#dice.int(5, 250))
    this.#arrives[way] = at
    this.#clock.after(at - this.#clock.now(), () => {
      if (!this.isCut) run()
    })
  }

  cut(noticedMs: number): void {
    if (this.isCut) return
    this.isCut = true
    this.#clock.after(this.#dice.int(0, noticedMs), () => this.closed.abort(lost()))
    this.#clock.after(this.#dice.int(0, noticedMs), () => this.#end())
  }

  #end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  /** The coordinator's end of the status stream. */
  async *frames(): AsyncGenerator<StatusFrame> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame != null) yield frame
      else if (this.#isEnded) return
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  /** The device's end. */
  link(): StatusLink {
    const send = async (frame: StatusFrame): Promise<void> => {
      if (this.closed.signal.aborted) throw lost()
      this.deliver('up', () => {
        this.#frames.push(frame)
        this.#wake?.()
      })
    }
    return {
      closed: this.closed.signal,
      report: async (report) => await send({ kind: 'report', report: report as Report }),
      log: async (log) => await send({ kind: 'log', log: log as Log }),
      heartbeat: async (signal) => {
        const began = this.#clock.now()
        const { promise, resolve, reject } = Promise.withResolvers<number>()
        const off = this.#clock.after(HEARTBEAT_TIMEOUT_MS, () => {
          this.cut(0)
          reject(lost())
        })
        const stop = (): void => reject(signal.reason)
        signal.addEventListener('abort', stop, { once: true })
        this.closed.signal.addEventListener('abort', () => reject(lost()), { once: true })
        await send({ kind: 'heartbeat', wakeAfterMs: undefined })
        this.deliver('up', () => this.deliver('down', () => resolve(this.#clock.now() - began)))
        try {
          return await promise
        } finally {
          off()
          signal.removeEventListener('abort', stop)
        }
      },
      close: () => {
        this.cut(0)
        return Promise.resolve()
      }
    }
  }

  /** A request from the coordinator and its answer; on a cut it hangs until the caller gives up. */
  async call<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.isCut && this.#dice.chance(0.5)) throw lost()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    this.deliver('down', () => {
      work().then((answer) => this.deliver('up', () => resolve(answer)), reject)
    })
    return await promise
  }
}

const HEARTBEAT_TIMEOUT_MS = 10_000
