/** A command on a pty of its own, with somebody who types at it and reads what it shows. */

import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onPty } from '../../src/host/pty.ts'
import type { Machine } from './processes.ts'
import { MAIN } from './processes.ts'

const SIZE = { rows: 40, columns: 120 }
const PATIENCE_MS = 60_000

/** What a terminal showed, and when. */
export interface Seen {
  readonly text: string
  /** Since the command was started. */
  readonly ms: number
}

export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #began = performance.now()
  readonly #ended: Promise<number | null>
  #shown = ''
  #wake: () => void = () => undefined

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    const take = (chunk: Buffer): void => {
      this.#shown += chunk.toString('utf8')
      this.#wake()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.stdin.on('error', () => undefined)
    this.#ended = once(child, 'close').then(() => {
      this.#wake()
      return child.exitCode
    })
  }

  /** `shoal ARGS` at a terminal of this machine. */
  static open(machine: Machine, args: readonly string[]): Terminal {
    const argv = [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      MAIN,
      '--dir',
      machine.dir,
      ...args
    ]
    const on = onPty(argv, SIZE)
    const [command, rest] = machine.world.enter([on.command, ...on.args])
    const env = { ...process.env, ...machine.env, TERM: 'xterm' }
    return new Terminal(spawn(command, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] }))
  }

  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  /** Waits until something that matches was shown, and takes what was shown until then. */
  async until(pattern: RegExp): Promise<Seen> {
    const limit = performance.now() + PATIENCE_MS
    for (;;) {
      if (pattern.test(this.#shown)) {
        const seen = { text: this.#shown, ms: performance.now() - this.#began }
        this.#shown = ''
        return seen
      }
      const left = limit - performance.now()
      assert.ok(left > 0 && this.#child.exitCode == null, `no ${pattern}: ${JSON.stringify(this.#shown)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** How the command ended. */
  async ended(): Promise<number | null> {
    return await this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
  }
}
