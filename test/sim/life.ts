/** The life of a process: once it is over, nothing that it began goes on. */

/** A kill takes effect between two awaits: whatever the process waits for then never comes. */
export class Life {
  isOver = false
  /** Calls of `counted` things until it is killed by itself. */
  #left = Number.POSITIVE_INFINITY
  #isBefore = false
  readonly #onKill: () => void

  constructor(onKill: () => void) {
    this.#onKill = onKill
  }

  end(): void {
    this.isOver = true
  }

  /** Kills the process at the n-th write from now on, just before or just after it. */
  endAfter(writes: number, isBefore: boolean): void {
    this.#left = writes
    this.#isBefore = isBefore
  }

  /** Resolves with the promise while the process lives, never after. */
  async bound<T>(promise: Promise<T>): Promise<T> {
    try {
      const value = await promise
      if (this.isOver) return await NEVER
      return value
    } catch (error) {
      if (this.isOver) return await NEVER
      throw error
    }
  }

  /** The same object with its promises bound to this life; with `isCounted` a call may be the last. */
  of<T extends object>(target: T, isCounted: (name: string) => boolean = () => false): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          if (this.isOver) return NEVER
          const isLast = typeof name === 'string' && isCounted(name) && --this.#left <= 0
          if (isLast && this.#isBefore) return this.#kill()
          const result: unknown = Reflect.apply(value, object, args)
          if (!(result instanceof Promise)) return result
          if (isLast) return result.then(async () => await this.#kill())
          return this.bound(result)
        }
      }
    })
  }

  async #kill(): Promise<never> {
    this.isOver = true
    this.#left = Number.POSITIVE_INFINITY
    this.#onKill()
    return await NEVER
  }
}

const NEVER = new Promise<never>(() => undefined)
