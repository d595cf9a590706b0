// Peers and networks that mean harm: the process lives, memory stays bounded, others are served.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { setImmediate as turn } from 'node:timers/promises'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, it } from 'vitest'
import { loadAddon } from '../../src/node/quic-native.ts'
import { describeWithAddon } from './addon.ts'
import { echoes, sinks, startNode, type TestNode } from './nodes.ts'
import { UdpRelay } from './udp-relay.ts'

const MIB = 1_048_576
/** Growth of this process, both sides of each attack in it. */
const GROWTH_MIB_MAX = 128

const rss = (): number => process.memoryUsage.rss() / MIB

describeWithAddon('hostile peers', () => {
  let victim: TestNode
  let friend: TestNode
  let connection: Connection
  let before: number

  beforeEach(async () => {
    victim = await startNode(undefined, { handshakesMax: 16, handshakeTimeoutMs: 1_000 })
    friend = await startNode([])
    const [address] = victim.node.getMultiaddrs()
    assert.ok(address)
    connection = await friend.node.dial(address)
    await echoes(connection, MIB)
    before = rss()
  })

  afterEach(async () => {
    // Whatever was done, others are served and nothing has grown.
    await echoes(connection, 4 * MIB)
    assert.ok(rss() - before < GROWTH_MIB_MAX, `grew by ${rss() - before} MiB`)
    await friend.node.stop()
    await victim.node.stop()
  })

  const port = (): number => victim.transport.sockets()[0]?.local.port ?? 0
  const through = (relay: UdpRelay): ReturnType<typeof multiaddr> =>
    multiaddr(`/ip4/127.0.0.1/udp/${relay.port}/quic-v1/p2p/${victim.node.peerId.toString()}`)

  it('random datagrams as fast as they go', async () => {
    const socket = createSocket('udp4')
    for (let i = 0; i < 20_000; i++) {
      const length = 1 + (randomBytes(2).readUInt16LE() % 1_400)
      socket.send(randomBytes(length), port(), '127.0.0.1')
      if (i % 64 === 0) await turn()
    }
    await echoes(connection, MIB)
    socket.close()
    assert.equal(victim.transport.totals()?.handshakes, 0)
  })

  it('half-open handshakes: bounded, and a friend still gets in', async () => {
    // Answers never arrive, so that each handshake hangs until its time is over.
    const relay = await UdpRelay.open(port(), (_, toListener) => ({ copies: toListener ? 1 : 0, delayMs: 0 }))
    const attacker = await startNode([], { handshakeTimeoutMs: 1_500 })
    const signal = AbortSignal.timeout(1_200)
    const dials = Array.from({ length: 200 }, () =>
      attacker.node.dial(through(relay), { force: true, signal }).catch(() => {})
    )
    let most = 0
    while (!signal.aborted) {
      most = Math.max(most, victim.transport.totals()?.handshakes ?? 0)
      await turn()
    }
    await Promise.all(dials)
    assert.ok(most > 0 && most <= 2 * 16, `${most} handshakes at once`)
    const other = await startNode([])
    const [address] = victim.node.getMultiaddrs()
    assert.ok(address)
    await echoes(await other.node.dial(address), MIB)
    await other.node.stop()
    await attacker.node.stop()
    relay.close()
  })

  it('10,000 streams that are reset', async () => {
    const resets = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 50) {
        await Promise.all(
          Array.from({ length: 50 }, async () => {
            const stream = await connection.newStream('/shoal-test/echo', { maxOutboundStreams: 10_000 })
            stream.send(Buffer.from('x'))
            stream.abort(new Error('reset'))
          })
        )
      }
      await echoes(connection, MIB)
    }
    // V8 widens its young generation for so many objects and never gives it back: what a leak would add comes after.
    await resets(5_000)
    before = rss()
    await resets(10_000)
    assert.equal(connection.streams.length, 0)
  }, 60_000)

  it('windows that a stranger fills and nobody reads', async () => {
    const unread: Stream[] = []
    await victim.node.handle(
      '/unread',
      (stream) => {
        stream.pause()
        unread.push(stream)
      },
      { maxInboundStreams: 1_000 }
    )
    const strangers = await Promise.all(Array.from({ length: 8 }, () => startNode([])))
    const [address] = victim.node.getMultiaddrs()
    assert.ok(address)
    for (const { node } of strangers) {
      const open = await node.dial(address)
      const options = { maxOutboundStreams: 100 }
      const streams = await Promise.all(Array.from({ length: 8 }, () => open.newStream('/unread', options)))
      // Until neither window nor buffer takes more.
      const block = Buffer.alloc(65_536)
      for (const stream of streams) while (stream.send(block));
    }
    await echoes(connection, MIB)
    for (const { node } of strangers) await node.stop()
    assert.ok(unread.length > 0)
  })

  it('packets lost, doubled and out of order: not a byte wrong', async () => {
    let count = 0
    const relay = await UdpRelay.open(port(), () => {
      count++
      return { copies: count % 10 === 0 ? 0 : count % 7 === 0 ? 2 : 1, delayMs: count % 3 === 0 ? 2 : 0 }
    })
    const dialer = await startNode([])
    await sinks(await dialer.node.dial(through(relay), { force: true }), 2 * MIB)
    await dialer.node.stop()
    relay.close()
  }, 60_000)

  it('a certificate with any byte changed never crashes the parser', () => {
    const { certificatePeer } = loadAddon()
    const seed = randomBytes(600)
    for (let i = 0; i < 2_000; i++) {
      seed[i % 600] = i & 255
      assert.throws(() => certificatePeer(seed.subarray(0, 1 + (i % 600))))
    }
  })

  it('the dialer moves to another port in mid-transfer, and the transfer goes on', async () => {
    const relay = await UdpRelay.open(port(), () => ({ copies: 1, delayMs: 0 }))
    const dialer = await startNode([])
    const moved = Promise.withResolvers<string>()
    victim.transport.onPathChange(({ remote }) => moved.resolve(remote.toString()))
    const open = await dialer.node.dial(through(relay), { force: true })
    const old = victim.node.getConnections(dialer.node.peerId)[0]?.remoteAddr.toString()
    let done = false
    await sinks(open, 8 * MIB, (sent) => {
      if (sent < 2 * MIB || done) return
      done = true
      relay.rebind()
    })
    const now = await moved.promise
    assert.notEqual(now, old)
    assert.equal(victim.node.getConnections(dialer.node.peerId)[0]?.remoteAddr.toString(), now)
    await dialer.node.stop()
    relay.close()
  })
})
