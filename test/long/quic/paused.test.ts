// A reader that pauses for a minute against a sender at full speed. PAUSE_MS shortens it.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stream } from '@libp2p/interface'
import { it } from 'vitest'
import { describeWithAddon } from '../../quic/addon.ts'
import { drained, echoes, startNode } from '../../quic/nodes.ts'

const PAUSE_MS = Number(process.env['PAUSE_MS'] ?? 60_000)
const MIB = 1_048_576
const WINDOW = 16 * MIB
const GROWTH_MIB_MAX = 96

describeWithAddon('a paused reader', () => {
  it(`${PAUSE_MS} ms: memory bounded, other streams served, nothing lost`, {
    timeout: PAUSE_MS + 60_000
  }, async () => {
    const [reader, sender] = [await startNode(), await startNode([])]
    const [address] = reader.node.getMultiaddrs()
    assert.ok(address)
    const paused = Promise.withResolvers<Stream>()
    let received = 0
    const ended = Promise.withResolvers<void>()
    await reader.node.handle('/paused', (stream) => {
      stream.pause()
      stream.addEventListener('message', ({ data }) => {
        received += data.byteLength
      })
      stream.addEventListener('remoteCloseWrite', () => ended.resolve())
      paused.resolve(stream)
    })
    const connection = await sender.node.dial(address)
    sender.transport.setWindows(connection, { connectionBytes: WINDOW })
    for (const open of reader.node.getConnections())
      reader.transport.setWindows(open, { connectionBytes: WINDOW })
    await echoes(connection, MIB)
    const before = process.memoryUsage.rss()
    const stream = await connection.newStream('/paused')
    let sent = 0
    const stop = new AbortController()
    const sending = (async () => {
      while (!stop.signal.aborted) {
        sent += 65_536
        if (!stream.send(Buffer.alloc(65_536))) await drained(stream)
      }
      await stream.close()
    })()
    const until = performance.now() + PAUSE_MS
    while (performance.now() < until) {
      await echoes(connection, MIB)
      const grown = (process.memoryUsage.rss() - before) / MIB
      assert.ok(grown < GROWTH_MIB_MAX, `grew by ${grown} MiB`)
      await sleep(Math.min(1_000, PAUSE_MS / 10))
    }
    assert.equal(received, 0)
    stop.abort()
    const reading = await paused.promise
    reading.resume()
    await sending
    await ended.promise
    assert.equal(received, sent)
    await sender.node.stop()
    await reader.node.stop()
  })
})
