/**
 * TCP between nodes of one process, in steps: what was sent is held until nobody sends any more, and then goes over
 * all links at once. So the number of steps until something happens is the number of one-way trips that it needs, on
 * whatever machine.
 */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Without a byte for this long, everybody waits for the network. All nodes run on this thread, which is busy or idle. */
const QUIET_MS = 40

export class StepNetwork {
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  #held: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  /** Steps that carried something. */
  steps = 0

  /** A port that leads to `target` by a link of its own. */
  async link(target: number): Promise<number> {
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
      for (const [from, to] of [
        [near, far],
        [far, near]
      ] as const) {
        this.#sockets.add(from)
        from.on('data', (bytes) => this.#hold(() => to.write(bytes)))
        from.on('close', () => to.destroy())
        from.on('error', () => to.destroy())
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.#servers.push(server)
    return (server.address() as AddressInfo).port
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const socket of this.#sockets) socket.destroy()
    for (const server of this.#servers) server.close()
  }

  #hold(deliver: () => void): void {
    this.#held.push(deliver)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.steps++
      for (const each of this.#held.splice(0)) each()
    }, QUIET_MS)
  }
}
