/** A transfer of many megabytes through a real forward in the laboratory, while the network changes under it. */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Lab } from './lab.ts'
import type { LabFleet } from './shoal.ts'

/** A transfer that stands still for so long will not go on. */
const SILENT_MS_MAX = 60_000
/** At the device, and at the admin. */
const PORTS = { given: 7000, forwarded: 7001 }

const documentSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('listening') }),
  z.object({ event: z.literal('begun'), at: z.number() }),
  z.object({ event: z.literal('sent'), bytes: z.number(), sha256: z.string() }),
  z.object({ event: z.literal('failed'), error: z.string() }),
  z.object({ event: z.literal('come'), at: z.number(), bytes: z.number() }),
  z.object({ event: z.literal('silence'), from: z.number(), to: z.number(), bytes: z.number() }),
  z.object({ event: z.literal('taken'), at: z.number(), bytes: z.number(), sha256: z.string() })
])
type Document = z.infer<typeof documentSchema>

/** A time without bytes at the receiver, milliseconds since the epoch. */
export interface Silence {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

export interface Result {
  readonly bytes: number
  readonly sha256: string
  readonly givenSha256: string
  readonly ms: number
}

/** A process on a host that prints documents. */
class Program implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #seen: Document[] = []
  readonly #listeners = new Set<() => void>()
  #hasEnded = false

  constructor(lab: Lab, host: string, args: readonly string[]) {
    const script = join(import.meta.dirname, 'bytes.ts')
    const [program, rest] = lab.enter(host, [process.execPath, script, ...args])
    this.#child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    assert.ok(this.#child.stdout != null)
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#seen.push(documentSchema.parse(JSON.parse(line)))
      this.#ring()
    })
    this.#child.once('close', () => {
      this.#hasEnded = true
      this.#ring()
    })
  }

  get seen(): readonly Document[] {
    return this.#seen
  }

  /** The first document so far, or to come, that `pick` makes something of. */
  async until<T>(pick: (document: Document) => T | undefined): Promise<T> {
    for (;;) {
      for (const document of this.#seen) {
        const found = pick(document)
        if (found != null) return found
      }
      assert.ok(!this.#hasEnded, 'the program has ended')
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#listeners.add(resolve)
      const timer = setTimeout(resolve, SILENT_MS_MAX)
      const before = this.#seen.length
      await promise
      clearTimeout(timer)
      assert.ok(this.#hasEnded || this.#seen.length > before, `nothing has come for ${SILENT_MS_MAX} ms`)
    }
  }

  #ring(): void {
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}

/** A transfer from the device to the admin, under way. */
export class Transfer implements AsyncDisposable {
  readonly #giver: Program
  readonly #taker: Program
  readonly #held: AsyncDisposableStack
  readonly #beganMs = Date.now()

  private constructor(giver: Program, taker: Program, held: AsyncDisposableStack) {
    this.#giver = giver
    this.#taker = taker
    this.#held = held
  }

  /** Begins one of `bytes`, at most `rate` a second (0: as fast as the way is), through `shoal forward`. */
  static async begin(
    lab: Lab,
    fleet: LabFleet,
    ends: { readonly admin: string; readonly device: string },
    { bytes, rate = 0 }: { readonly bytes: number; readonly rate?: number }
  ): Promise<Transfer> {
    await using held = new AsyncDisposableStack()
    const giver = held.use(new Program(lab, ends.device, ['give', `${PORTS.given}`, `${bytes}`, `${rate}`]))
    await giver.until(({ event }) => (event === 'listening' ? true : undefined))
    const forward = fleet
      .machine(ends.admin)
      .start(['forward', ends.device, `${PORTS.forwarded}:${PORTS.given}`])
    held.defer(async () => void (await forward.end('SIGTERM')))
    const { done } = await forward.documents.next()
    assert.notEqual(done, true, 'the forward does not listen')
    const taker = held.use(new Program(lab, ends.admin, ['take', `${PORTS.forwarded}`]))
    return new Transfer(giver, taker, held.move())
  }

  /** Resolves once so many bytes have come. */
  async come(bytes: number): Promise<void> {
    await this.#taker.until((each) => {
      assert.notEqual(each.event, 'taken', 'it was over before')
      return each.event === 'come' && each.bytes >= bytes ? true : undefined
    })
  }

  get bytes(): number {
    const last = this.#taker.seen.findLast((each) => each.event === 'come')
    return last?.event === 'come' ? last.bytes : 0
  }

  /** The end of it: hashes of both ends. */
  async end(): Promise<Result> {
    const taken = await this.#taker.until((each) => (each.event === 'taken' ? each : undefined))
    const sent = this.#giver.seen.find((each) => each.event === 'sent')
    const begins = this.#giver.seen.filter((each) => each.event === 'begun').length
    assert.equal(begins, 1, 'the stream was begun once')
    return {
      bytes: taken.bytes,
      sha256: taken.sha256,
      givenSha256: sent?.event === 'sent' ? sent.sha256 : 'nothing',
      ms: taken.at - this.#beganMs
    }
  }

  /** Bytes a second from the first that came to the last. */
  get rate(): number {
    const comes = this.#taker.seen.filter((each) => each.event === 'come' || each.event === 'taken')
    const [first, last] = [comes[0], comes.at(-1)]
    return first == null || last == null ? 0 : ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
  }

  /** Times of 0.1 s and more in which nothing came, within two moments. */
  silences(from = 0, to = Infinity): Silence[] {
    return this.#taker.seen
      .filter((each) => each.event === 'silence')
      .filter((each) => each.to > from && each.from < to)
  }

  /**
   * From `upMs` until bytes came again, milliseconds: the end of the longest silence that begins within `withinMs` of it;
   * 0 without one.
   */
  resumedMs(upMs: number, withinMs = 3_000): number {
    const near = this.silences(upMs).filter(({ from }) => from < upMs + withinMs)
    const longest = near.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]
    return longest == null ? 0 : longest.to - upMs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
  }
}
