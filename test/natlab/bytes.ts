/**
 * A long stream over a local TCP port, as a program behind a forward sees it; its own process, started by transfer.ts.
 * `give PORT BYTES RATE` sends BYTES to whoever connects, RATE a second (0: as fast as they are taken). `take PORT` reads to
 * the end. Both print documents: what was sent or has come, and when.
 */

import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

const BLOCK_BYTES = 65_536
/** A silence that is worth a line, milliseconds. */
const SILENCE_MS = 100
const TELL_MS = 50
const PACE_MS = 20

const say = (document: object): void => void process.stdout.write(`${JSON.stringify(document)}\n`)

async function give(socket: Socket, total: number, rate: number): Promise<void> {
  // The same bytes for everyone who knows the key, and none that compress.
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16))
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(BLOCK_BYTES)
  const began = performance.now()
  let sent = 0
  say({ event: 'begun', at: Date.now() })
  while (sent < total) {
    const allowed = rate === 0 ? total : ((performance.now() - began) * rate) / 1000
    if (sent >= allowed) {
      await new Promise((resolve) => setTimeout(resolve, PACE_MS))
      continue
    }
    const block = cipher.update(zeros.subarray(0, Math.min(BLOCK_BYTES, total - sent)))
    hash.update(block)
    sent += block.byteLength
    if (!socket.write(block)) await once(socket, 'drain')
  }
  say({ event: 'sent', bytes: sent, sha256: hash.digest('hex') })
  socket.end()
}

async function take(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const hash = createHash('sha256')
  let bytes = 0
  let last = Date.now()
  let told = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const at = Date.now()
    if (at - last >= SILENCE_MS) say({ event: 'silence', from: last, to: at, bytes })
    last = at
    bytes += chunk.byteLength
    hash.update(chunk)
    if (at - told < TELL_MS) continue
    told = at
    say({ event: 'come', at, bytes })
  }
  say({ event: 'taken', at: Date.now(), bytes, sha256: hash.digest('hex') })
}

const [mode, port, total, rate] = process.argv.slice(2)
if (mode === 'take') await take(Number(port))
else {
  const server = createServer((socket) => {
    const fail = (error: unknown): void => say({ event: 'failed', error: String(error) })
    socket.on('error', fail)
    give(socket, Number(total), Number(rate)).catch(fail)
  })
  server.listen(Number(port), '127.0.0.1', () => say({ event: 'listening' }))
}
