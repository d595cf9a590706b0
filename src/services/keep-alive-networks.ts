/** What was learned of NATs, by network, kept over restarts: a robot comes back to the same few places. */

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeFileDurably } from '../host/disk.ts'
import type { Lifetime } from './keep-alive-lifetime.ts'
import { UNKNOWN_LIFETIME } from './keep-alive-lifetime.ts'

/** Networks that are remembered; the one that was left longest ago is forgotten first. */
const NETWORKS_MAX = 32
const FILE_BYTES_MAX = 65_536

const fileSchema = z.array(
  z.tuple([
    z.string().max(64),
    z.object({
      goodMs: z.number().min(20_000).max(600_000),
      badMs: z.number().min(20_000).nullable(),
      badAtMs: z.number().min(0),
      misses: z.number().int().min(0)
    })
  ])
)

export class Networks {
  readonly #path: string
  readonly #onError: (error: unknown) => void
  /** By the address at which a network shows itself outside; last used last. */
  readonly #known: Map<string, Lifetime>
  #key: string | undefined
  /** Of a network that is not known yet, or has changed. */
  #current: Lifetime = UNKNOWN_LIFETIME
  #writing = Promise.resolve()

  private constructor(path: string, known: Map<string, Lifetime>, onError: (error: unknown) => void) {
    this.#path = path
    this.#known = known
    this.#onError = onError
  }

  /** Reads what is there; a file that is damaged counts as none. */
  static async open(path: string, onError: (error: unknown) => void): Promise<Networks> {
    const text = await readFile(path, 'utf8').catch(() => '[]')
    return new Networks(path, new Map(parse(text)), onError)
  }

  get current(): Lifetime {
    return this.#current
  }

  /** We are seen at this address now: another than before is another network. */
  enter(address: string): void {
    if (address === this.#key) return
    this.#key = address
    this.#current = this.#known.get(address) ?? UNKNOWN_LIFETIME
  }

  learn(step: (known: Lifetime) => Lifetime): void {
    this.#current = step(this.#current)
    if (this.#key == null) return
    this.#known.delete(this.#key)
    this.#known.set(this.#key, this.#current)
    const oldest = this.#known.keys().next().value
    if (this.#known.size > NETWORKS_MAX && oldest != null) this.#known.delete(oldest)
    const text = JSON.stringify([...this.#known])
    this.#writing = this.#writing
      .then(async () => await writeFileDurably(this.#path, Buffer.from(text), 0o600))
      .catch((error: unknown) => this.#onError(error))
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#writing
  }
}

function parse(text: string): [string, Lifetime][] {
  try {
    return text.length > FILE_BYTES_MAX ? [] : fileSchema.parse(JSON.parse(text))
  } catch {
    return []
  }
}
