// The transport between two nodes of ours: streams, flow control, raw datagrams, sockets, knobs, refusals.
import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Stream, Upgrader } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { pEvent } from 'p-event'
import { afterEach, beforeEach, it } from 'vitest'
import { errorCode } from '../../src/base/errors.ts'
import { UNSUPPORTED } from '../../src/node/transport.ts'
import { describeWithAddon } from './addon.ts'
import { ECHO, echoes, sinks, startNode, type TestNode } from './nodes.ts'

const MIB = 1_048_576

describeWithAddon('quic', () => {
  let a: TestNode
  let b: TestNode
  let connection: Connection

  beforeEach(async () => {
    a = await startNode()
    b = await startNode([])
    const [address] = a.node.getMultiaddrs()
    assert.ok(address)
    const opened = pEvent(a.node, 'connection:open')
    connection = await b.node.dial(address)
    await opened
  })

  afterEach(async () => {
    await b.node.stop()
    await a.node.stop()
  })

  it('carries 32 MiB there and back on one stream, and on 16 at once', async () => {
    await echoes(connection, 32 * MIB)
    await Promise.all(Array.from({ length: 16 }, () => echoes(connection, 2 * MIB + 17)))
  })

  it('tells a reader that comes after the end both the bytes and the end', async () => {
    const all = Promise.withResolvers<number>()
    await a.node.handle('/late', (stream) => {
      const read = async (): Promise<void> => {
        let bytes = 0
        for await (const part of stream) bytes += part.byteLength
        all.resolve(bytes)
      }
      if (stream.remoteWriteStatus === 'closed') void read()
      else stream.addEventListener('remoteCloseWrite', () => void read(), { once: true })
    })
    const stream = await connection.newStream('/late')
    stream.send(Buffer.alloc(1_000))
    await stream.close()
    assert.equal(await all.promise, 1_000)
  })

  it('stops the sender while the reader is paused, and loses nothing', async () => {
    const accepted = Promise.withResolvers<number>()
    const paused = Promise.withResolvers<Stream>()
    let received = 0
    await a.node.handle('/paused', (stream) => {
      stream.pause()
      stream.addEventListener('message', ({ data }) => {
        received += data.byteLength
      })
      stream.addEventListener('remoteCloseWrite', () => accepted.resolve(received))
      paused.resolve(stream)
    })
    const stream = await connection.newStream('/paused')
    const block = Buffer.alloc(65_536)
    let sent = 0
    while (stream.send(block)) sent += block.byteLength
    sent += block.byteLength
    // The window of a stranger and what the sender may hold: the writer is stopped well below this.
    assert.ok(sent <= 6 * MIB, `${sent} bytes were taken`)
    const reader = await paused.promise
    assert.equal(received, 0)
    reader.resume()
    await stream.close()
    assert.equal(await accepted.promise, sent)
  })

  it('tells a reset as a reset and other streams go on', async () => {
    await a.node.handle('/reset', (stream) => {
      stream.addEventListener('message', () => stream.abort(new Error('no')))
    })
    const stream = await connection.newStream('/reset')
    stream.send(Buffer.from('x'))
    if (stream.status === 'open') await pEvent(stream, 'close')
    assert.equal(stream.status, 'reset')
    await echoes(connection, MIB)
  })

  it('gives a cut-off stream an error, not an end', async () => {
    const stream = await connection.newStream(ECHO)
    const closed = pEvent<'close', Event & { error?: Error }>(stream, 'close')
    for (const open of a.node.getConnections()) open.abort(new Error('gone'))
    assert.ok((await closed).error)
  })

  it('delivers what was written before a close', async () => {
    const got = Promise.withResolvers<number>()
    await a.node.handle('/last-words', (stream) => {
      let bytes = 0
      stream.addEventListener('message', ({ data }) => {
        bytes += data.byteLength
      })
      stream.addEventListener('remoteCloseWrite', () => got.resolve(bytes))
    })
    const stream = await connection.newStream('/last-words')
    stream.send(Buffer.alloc(MIB))
    await stream.close()
    await connection.close()
    assert.equal(await got.promise, MIB)
  })

  it('dials from the socket that listens', async () => {
    const c = await startNode()
    const [address] = c.node.getMultiaddrs()
    assert.ok(address)
    const opened = pEvent<'connection:open', CustomEvent<Connection>>(c.node, 'connection:open')
    await a.node.dial(address)
    const { detail: seen } = await opened
    const [listening] = a.node.getMultiaddrs()
    assert.equal(seen.remoteAddr.toString(), listening?.toString())
    await c.node.stop()
  })

  it('listens on the socket that has dialed before, where any port will do', async () => {
    const { upgrader } = (b.node as unknown as { components: { upgrader: Upgrader } }).components
    const listener = b.transport.createListener({ upgrader })
    await listener.listen(multiaddr('/ip4/0.0.0.0/udp/0/quic-v1'))
    const [seen] = a.node.getConnections(b.node.peerId)
    const port = (address: Multiaddr | undefined) => address?.getComponents()[1]?.value
    assert.equal(port(listener.getAddrs()[0]), port(seen?.remoteAddr))
    assert.equal(b.transport.sockets().length, 1)
    await listener.close()
  })

  it('refuses another peer than the wanted one', async () => {
    const wanted = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const [address] = a.transport.sockets()[0]?.addresses() ?? []
    assert.ok(address)
    const dialing = b.transport.dial(address.encapsulate(`/p2p/${wanted.toString()}`), {
      signal: AbortSignal.timeout(5_000),
      upgrader: (b.node as unknown as { components: { upgrader: never } }).components.upgrader
    })
    await assert.rejects(dialing, (error) => errorCode(error) === 'quic_wrong_peer')
  })

  it('refuses before the handshake whom admit does not want', async () => {
    const asked: string[] = []
    const c = await startNode(undefined, {
      admit: ({ ip }) => {
        asked.push(ip)
        return false
      }
    })
    const [address] = c.node.getMultiaddrs()
    assert.ok(address)
    await assert.rejects(b.node.dial(address, { signal: AbortSignal.timeout(500) }))
    assert.equal(asked[0], '127.0.0.1')
    assert.equal(c.transport.totals()?.accepted, 0)
    await c.node.stop()
  })

  it('sends raw datagrams from the listening socket, with a hop limit, and gets them', async () => {
    const [to] = a.transport.sockets()[0]?.addresses() ?? []
    assert.ok(to)
    const got = Promise.withResolvers<{ from: string; text: string }>()
    const stop = a.transport.onDatagram(({ from, bytes }) =>
      got.resolve({ from: from.toString(), text: Buffer.from(bytes).toString() })
    )
    await b.transport.sendDatagram(to, Buffer.from('!punch'), { ttl: 3 })
    const { from, text } = await got.promise
    assert.equal(text, '!punch')
    assert.equal(multiaddr(from).getComponents()[1]?.value, `${b.transport.sockets()[0]?.local.port}`)
    stop()
    await assert.rejects(
      b.transport.sendDatagram(to, Buffer.from('QUIC'), { ttl: 3 }),
      (error) => errorCode(error) === 'quic_raw'
    )
    await echoes(connection, MIB)
  })

  it('adopts the socket of a probe: it dials and takes connections', async () => {
    const probe = b.transport.openSocket(4)
    const [peer] = a.node.getMultiaddrs()
    assert.ok(peer)
    const to = multiaddr(`/ip4/127.0.0.1/udp/${probe.local.port}/quic-v1/p2p/${b.node.peerId.toString()}`)
    await assert.rejects(a.node.dial(to, { force: true, signal: AbortSignal.timeout(300) }))
    probe.adopt()
    await echoes(await a.node.dial(to, { force: true, signal: AbortSignal.timeout(5_000) }), MIB)
    await probe.close()
  })

  it('dials back from a socket of its own', async () => {
    const socket = b.transport.openSocket(4)
    const [address] = a.node.getMultiaddrs()
    assert.ok(address)
    const { upgrader } = (b.node as unknown as { components: { upgrader: never } }).components
    const opened = pEvent<'connection:open', CustomEvent<Connection>>(a.node, 'connection:open')
    const back = await b.transport.dialFrom(socket, address, { signal: AbortSignal.timeout(5_000), upgrader })
    assert.ok((await opened).detail.remoteAddr.toString().includes(`/udp/${socket.local.port}/`))
    await back.close()
    await socket.close()
  })

  it('tells figures, and takes new limits on a live connection', async () => {
    b.transport.setWindows(connection, { connectionBytes: 16 * MIB })
    b.transport.setKeepAlive(connection, 25_000)
    b.transport.setIdle(connection, 60_000)
    await sinks(connection, 4 * MIB)
    const figures = b.transport.figures(connection)
    assert.ok(figures !== UNSUPPORTED)
    assert.ok(figures.sentBytes > 4 * MIB && figures.rttMs > 0 && figures.cwndBytes > 0)
    assert.equal(figures.keepAliveMs, 25_000)
    assert.equal(figures.idleMs, 60_000)
  })

  it('keeps to a send rate', async () => {
    b.transport.setRate(connection, 2 * MIB)
    const start = performance.now()
    await sinks(connection, MIB)
    const seconds = (performance.now() - start) / 1_000
    // A lower bound only: a busy machine is slower, never faster.
    assert.ok(seconds >= 0.45, `1 MiB took ${seconds} s at 2 MiB/s`)
  })

  it('ends a connection on which nothing comes', async () => {
    a.transport.setKeepAlive(a.node.getConnections()[0] as Connection, 0)
    b.transport.setKeepAlive(connection, 0)
    b.transport.setIdle(connection, 200)
    if (connection.status === 'open') await pEvent(connection, 'close')
    assert.equal(connection.status, 'aborted')
  })

  it('listens on IPv6 and both families have their own socket', async () => {
    const c = await startNode(['/ip6/::1/udp/0/quic-v1'])
    const [address] = c.node.getMultiaddrs()
    assert.ok(address)
    await echoes(await b.node.dial(address), MIB)
    await c.node.stop()
  })
})
