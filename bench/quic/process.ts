import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const ANSWER_MS_MAX = 120_000

/** One process of the bench: a line there, a line of JSON back. */
export class Peer {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(command: string[], isQuiet = false) {
    const [program = '', ...args] = command
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', isQuiet ? 'ignore' : 'inherit'] })
    const { stdout } = this.#child
    if (stdout == null) throw new Error('no output')
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  async ask<T>(line: string): Promise<T> {
    this.#child.stdin?.write(`${line}\n`)
    const timer = setTimeout(() => this.#child.kill(), ANSWER_MS_MAX)
    const { value } = (await this.#answers.next()) as IteratorResult<string, undefined>
    clearTimeout(timer)
    const answer = JSON.parse(value ?? '{"error":"gone"}') as { ok: T; error?: string }
    if (answer.error != null) throw new Error(`${line}: ${answer.error}`)
    return answer.ok
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}
