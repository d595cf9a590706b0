// Many sockets beside the one that listens, as hole punching opens them: cheap, and gone without a trace.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import type { Connection } from '@libp2p/interface'
import { pEvent } from 'p-event'
import { afterEach, beforeEach, it } from 'vitest'
import type { QuicSocket } from '../../src/node/quic-socket.ts'
import { describeWithAddon } from './addon.ts'
import { echoes, startNode, type TestNode } from './nodes.ts'

const MIB = 1_048_576
const SOCKETS = 256
/** Enough for a closing to fall into the moment before sleep. */
const CLOSINGS = 2_000
const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)

describeWithAddon('sockets beside the one that listens', () => {
  let peer: TestNode
  let puncher: TestNode

  beforeEach(async () => {
    peer = await startNode()
    puncher = await startNode()
  })

  afterEach(async () => {
    await peer.node.stop()
    await puncher.node.stop()
  })

  const totals = (): { endpoints: number; connections: number; timers: number } => {
    const all = puncher.transport.totals()
    assert.ok(all)
    return { endpoints: all.endpoints, connections: all.connections, timers: all.timers }
  }

  /** Dials from a given socket; the answer is the connection at the peer's side and ours. */
  async function dialFrom(socket: QuicSocket): Promise<Connection> {
    const [address] = peer.node.getMultiaddrs()
    assert.ok(address)
    const { upgrader } = (puncher.node as unknown as { components: { upgrader: never } }).components
    const opened = pEvent<'connection:open', CustomEvent<Connection>>(peer.node, 'connection:open')
    const options = { signal: AbortSignal.timeout(20_000), upgrader }
    const connection = await puncher.transport.dialFrom(socket, address, options)
    assert.ok((await opened).detail.remoteAddr.toString().includes(`/udp/${socket.local.port}/`))
    return connection
  }

  it(`${SOCKETS} at once: one dials, the others close, the connection goes on`, async () => {
    const before = { ...totals(), files: openFiles() }
    const sockets = Array.from({ length: SOCKETS }, () => puncher.transport.openSocket(4))
    const [winner, ...losers] = sockets
    assert.ok(winner)
    assert.equal(totals().endpoints, before.endpoints + SOCKETS)
    const connection = await dialFrom(winner)
    await echoes(connection, MIB)
    // They close while bytes are on their way: a busy connection must not keep them open.
    await Promise.all([echoes(connection, 16 * MIB), ...losers.map((socket) => socket.close())])
    assert.equal(totals().endpoints, before.endpoints + 1)
    assert.equal(totals().timers, 1)
    await echoes(connection, MIB)

    await connection.close()
    await winner.close()
    assert.deepEqual({ ...totals(), files: openFiles() }, before)
    assert.equal(puncher.transport.sockets().length, before.endpoints)
  }, 60_000)

  it('closes sockets without a connection while the native thread is about to sleep', async () => {
    const before = totals()
    for (let i = 0; i < CLOSINGS; i++) {
      const sockets = [puncher.transport.openSocket(4), puncher.transport.openSocket(4)]
      await Promise.all(sockets.map((socket) => socket.close()))
    }
    assert.deepEqual(totals(), before)
  })

  it('gives a socket the buffers of a connection when it dials or is adopted', async () => {
    const size = (socket: QuicSocket): number => socket.buffers?.receive ?? 0
    const [listening] = puncher.transport.sockets()
    const [dialing, adopted] = [puncher.transport.openSocket(4), puncher.transport.openSocket(4)]
    assert.ok(listening)
    const wide = size(listening)
    assert.ok(size(dialing) < wide, `${size(dialing)} of ${wide}`)
    const connection = await dialFrom(dialing)
    adopted.adopt()
    assert.deepEqual([size(dialing), size(adopted)], [wide, wide])
    await connection.close()
    await dialing.close()
    await adopted.close()
    assert.equal(adopted.buffers, undefined)
  })
})
