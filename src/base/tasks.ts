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
