/**
 * Both ends of a connection that bench/forward.ts measures: who listens and gives or takes the payload, and who connects. Also
 * a process of its own, for hosts of the laboratory: `target PORT BYTES` prints its port, `client PORT BYTES` the rates both ways.
 */

import { createCipheriv, hash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { connect, createServer } from 'node:net'

const READ_BYTES = 1_048_576

export interface Rates {
  /** Megabytes (10^6) a second, from the first byte to the last at whoever receives. */
  readonly down: number
  readonly up: number
}

interface Payload {
  readonly bytes: Buffer
  readonly sha256: string
}

/** The same bytes for everyone, and none that compress. */
export function createPayload(length: number): Payload {
  const bytes = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16)).update(
    Buffer.alloc(length)
  )
  return { bytes, sha256: hash('sha256', bytes) }
}

/** Takes everything that comes through a connection into one buffer; gives the rate. */
class Receiver {
  readonly #payload: Payload
  readonly #kept: Buffer
  readonly done = Promise.withResolvers<number>()
  #received = 0
  #beganMs = 0

  constructor(payload: Payload) {
    this.#payload = payload
    this.#kept = Buffer.alloc(payload.bytes.byteLength)
  }

  /** Where the next bytes go: nothing is copied, so that the measurement costs little beside what is measured. */
  readonly onread = {
    buffer: (): Uint8Array => this.#kept.subarray(this.#received, this.#received + READ_BYTES),
    callback: (bytes: number): boolean => {
      if (this.#received === 0) this.#beganMs = performance.now()
      this.#received += bytes
      if (this.#received === this.#kept.byteLength) this.#finish(performance.now() - this.#beganMs)
      return true
    }
  }

  #finish(ms: number): void {
    const isSame = hash('sha256', this.#kept) === this.#payload.sha256
    if (isSame) this.done.resolve(this.#kept.byteLength / 1000 / ms)
    else this.done.reject(new Error('other bytes came than were sent'))
  }
}

async function down(port: number, payload: Payload): Promise<number> {
  const receiver = new Receiver(payload)
  const socket = connect({ port, host: '127.0.0.1', onread: receiver.onread })
  socket.once('error', receiver.done.reject)
  socket.write('get')
  const rate = await receiver.done.promise
  socket.destroy()
  return rate
}

/** The target tells the rate when it has everything. */
async function up(port: number, payload: Payload): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.write('put')
  const [begin] = (await once(socket, 'data')) as [Buffer]
  if (begin.toString() !== 'go') throw new Error('the target is not ready')
  socket.write(payload.bytes)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  const rate = Number(answer.toString())
  if (Number.isNaN(rate)) throw new Error('other bytes came than were sent')
  return rate
}

/** Both ways through a port, one after the other. */
export const through = async (port: number, payload: Payload): Promise<Rates> => ({
  down: await down(port, payload),
  up: await up(port, payload)
})

/** Gives the payload to whoever says `get`, takes it from whoever says `put`; and the port on which. */
export async function startTarget(port: number, payload: Payload): Promise<{ server: Server; port: number }> {
  const total = payload.bytes.byteLength
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (asked: Buffer) => {
      if (asked.toString() === 'get') {
        socket.write(payload.bytes)
        return
      }
      const kept: Buffer[] = []
      let received = 0
      let beganMs = 0
      socket.on('data', (part: Buffer) => {
        if (received === 0) beganMs = performance.now()
        kept.push(part)
        received += part.byteLength
        if (received < total) return
        const rate = total / 1000 / (performance.now() - beganMs)
        socket.end(hash('sha256', Buffer.concat(kept)) === payload.sha256 ? String(rate) : 'NaN')
      })
      socket.write('go')
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

if (import.meta.main) {
  const [mode, port, length] = process.argv.slice(2)
  const payload = createPayload(Number(length))
  const said =
    mode === 'target'
      ? { port: (await startTarget(Number(port), payload)).port }
      : await through(Number(port), payload)
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
