/** Starts agents on hosts and speaks with them. */

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import type { Endpoint, Heard, Task } from './agent.ts'
import type { Lab } from './lab.ts'

/** What Linux gives packets. */
const HOPS = 64

const answerSchema = z.object({ id: z.number(), result: z.unknown(), error: z.string().optional() })
const endpointSchema = z.object({ address: z.string(), port: z.number() })
const heardSchema = z.array(endpointSchema.extend({ text: z.string() }))

export class Agent implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  readonly #ready = Promise.withResolvers<unknown>()
  #asked = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#waiting.set(0, this.#ready)
    child.on('message', (message) => {
      const { id, result, error } = answerSchema.parse(message)
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error == null) waiting?.resolve(result)
      else waiting?.reject(new Error(error))
    })
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the agent has ended'))
    })
  }

  /** Starts an agent on a host. */
  static async start(lab: Lab, host: string): Promise<Agent> {
    const [program, args] = lab.enter(host, [process.execPath, join(import.meta.dirname, 'agent.ts')])
    const agent = new Agent(spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))
    await agent.#ready.promise
    return agent
  }

  /** Opens a UDP socket, which answers those that ask; its port. */
  async open(socket: string, address: string, port = 0): Promise<number> {
    return z.number().parse(await this.#perform({ do: 'open', socket, address, port }))
  }

  async send(socket: string, to: Endpoint, text: string, hops = HOPS): Promise<void> {
    await this.#perform({ do: 'send', socket, to, text, hops })
  }

  /** What address the other side sees; null when it does not answer. */
  async ask(socket: string, to: Endpoint, timeoutMs: number): Promise<Endpoint | null> {
    return endpointSchema.nullable().parse(await this.#perform({ do: 'ask', socket, to, timeoutMs }))
  }

  /** What a socket has heard since it was last asked, other than answers; waits for the text `until`, if given. */
  async heard(socket: string, until: string | null = null): Promise<Heard[]> {
    return heardSchema.parse(await this.#perform({ do: 'heard', socket, until }))
  }

  /** Takes TCP connections and ends them. */
  async listen(at: Endpoint): Promise<void> {
    await this.#perform({ do: 'listen', at })
  }

  async connects(to: Endpoint, timeoutMs: number): Promise<boolean> {
    return z.boolean().parse(await this.#perform({ do: 'connect', to, timeoutMs }))
  }

  async #perform(task: Task): Promise<unknown> {
    const id = ++this.#asked
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, task })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode != null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.disconnect()
    await gone
  }
}
