/** A program that answers each line with a line of JSON: `{"ok": …}` or `{"error": text}`. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export class LineProcess {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(program: string, args: string[] = []) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const { stdout } = this.#child
    if (stdout == null) throw new Error('no output')
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  async ask(line: string): Promise<unknown> {
    this.#child.stdin?.write(`${line}\n`)
    const { value } = (await this.#answers.next()) as IteratorResult<string, undefined>
    const answer = JSON.parse(value ?? '{"error":"the process is gone"}') as { ok: unknown; error?: string }
    if (answer.error != null) throw new Error(answer.error)
    return answer.ok
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}
