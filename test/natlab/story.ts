/** What a daemon's log tells, and when: the moments between commands that a test wants to see. */

import assert from 'node:assert/strict'
import { open, stat } from 'node:fs/promises'
import { z } from 'zod'

const LOOK_MS = 100
/** Longer than anything that is waited for here, every pause between attempts included. */
const WAIT_MS_MAX = 150_000

const lineSchema = z.looseObject({ time: z.string(), msg: z.string() })

export interface Entry {
  readonly atMs: number
  readonly what: string
  readonly fields: Readonly<Record<string, unknown>>
}

export class Story {
  readonly #path: string
  readonly #entries: Entry[] = []
  #readBytes = 0
  #rest = ''

  constructor(path: string) {
    this.#path = path
  }

  /** The newest entry of that name so far. */
  async last(what: string): Promise<Entry | undefined> {
    await this.#read()
    return this.#entries.findLast((each) => each.what === what)
  }

  /** The first entry of that name at or after a time, whose fields are such; waits for it. */
  async until(
    what: string,
    fromMs: number,
    isIt: (fields: Entry['fields']) => boolean = () => true
  ): Promise<Entry> {
    return await this.when(
      (entries) => entries.find((each) => each.what === what && each.atMs >= fromMs && isIt(each.fields)),
      what
    )
  }

  /** What `pick` makes of the entries so far, once it makes something. */
  async when<T>(pick: (entries: readonly Entry[]) => T | undefined, what = 'it'): Promise<T> {
    const endMs = Date.now() + WAIT_MS_MAX
    for (;;) {
      await this.#read()
      const found = pick(this.#entries)
      if (found != null) return found
      assert.ok(Date.now() < endMs, `${what} has not happened for ${WAIT_MS_MAX} ms`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  async #read(): Promise<void> {
    const { size } = await stat(this.#path)
    if (size <= this.#readBytes) return
    await using file = await open(this.#path)
    const { bytesRead, buffer } = await file.read({
      buffer: Buffer.alloc(size - this.#readBytes),
      position: this.#readBytes
    })
    this.#readBytes += bytesRead
    const lines = `${this.#rest}${buffer.toString('utf8', 0, bytesRead)}`.split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      // Other programs on the machine write here too.
      if (!line.startsWith('{')) continue
      const { time, msg, ...fields } = lineSchema.parse(JSON.parse(line))
      this.#entries.push({ atMs: Date.parse(time), what: msg, fields })
    }
  }
}
