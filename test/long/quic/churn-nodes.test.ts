// The same as churn.test.ts through whole nodes of libp2p: connections dialed, identified, used and closed.
// CHURN=100000 for the full run; without it a slice.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'
import { describeWithAddon } from '../../quic/addon.ts'
import { ECHO, startNode, type TestNode } from '../../quic/nodes.ts'

const CHURN = Number(process.env['CHURN'] ?? 1_000)
/** Each dials by itself: dials of one node to one address that run at once share their connection. */
const DIALERS = 8
const WARM_UP = 1_000
const GROWTH_MIB_MAX = 64
const MIB = 1_048_576

const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)

describeWithAddon('churn of nodes', () => {
  it(`${CHURN} connections, each with a stream there and back`, { timeout: 7_200_000 }, async () => {
    const answering = await startNode()
    const [to] = answering.node.getMultiaddrs()
    assert.ok(to != null)
    const dialing = await Promise.all(Array.from({ length: DIALERS }, async () => await startNode()))
    const nodes = [answering, ...dialing]

    const once = async (dialer: TestNode['node']): Promise<void> => {
      const connection = await dialer.dial(to, { force: true })
      const stream = await connection.newStream(ECHO, { maxOutboundStreams: 10_000 })
      let got = 0
      const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
      stream.addEventListener('message', ({ data }) => {
        got += data.byteLength
      })
      stream.addEventListener('remoteCloseWrite', () => resolve())
      stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed before its end')))
      stream.send(new Uint8Array(1_000))
      await stream.close()
      await ended
      assert.equal(got, 1_000)
      await connection.close()
    }
    const lane = async (dialer: TestNode['node'], count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await once(dialer)
    }
    const rush = async (count: number): Promise<void> => {
      await Promise.all(dialing.map(async ({ node }) => await lane(node, Math.ceil(count / DIALERS))))
      // Those that ended last are still drained, which takes three times the probe timeout.
      while (nodes.some(({ transport }) => transport.totals()?.connections !== 0)) await sleep(20)
      globalThis.gc?.()
    }

    await rush(WARM_UP)
    const { rss, heapUsed } = process.memoryUsage()
    const files = openFiles()
    await rush(CHURN)
    const after = process.memoryUsage()
    const grown = (after.rss - rss) / MIB
    const heap = (after.heapUsed - heapUsed) / MIB
    console.log(`${CHURN} connections: grew by ${grown.toFixed(1)} MiB, heap ${heap.toFixed(1)} MiB`)
    assert.ok(grown < GROWTH_MIB_MAX, `grew by ${grown} MiB`)
    assert.ok(openFiles() <= files + 2, `${openFiles()} open files after ${files}`)
    for (const { transport } of nodes) assert.equal(transport.totals()?.timers, 0)
    assert.equal(nodes.flatMap(({ node }) => node.getConnections()).length, 0)
    await Promise.all(nodes.map(async ({ node }) => await node.stop()))
  })
})
