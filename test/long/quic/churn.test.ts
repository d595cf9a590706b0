// Connections opened, used and dropped by the ten thousand: handles, memory and sockets stay flat.
// CHURN=100000 for the full run; without it a slice.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { it } from 'vitest'
import { QuicEngine } from '../../../src/node/quic-engine.ts'
import { IGNORE } from '../../../src/node/quic-handshake.ts'
import type { Settings } from '../../../src/node/quic-native.ts'
import { describeWithAddon } from '../../quic/addon.ts'

const CHURN = Number(process.env['CHURN'] ?? 10_000)
const AT_ONCE = 16
const GROWTH_MIB_MAX = 48
const MIB = 1_048_576

async function settings(): Promise<Settings> {
  return {
    privateKey: Buffer.from(privateKeyToProtobuf(await generateKeyPair('Ed25519'))),
    connectionsMax: 4_096,
    handshakesMax: 1_024,
    handshakeTimeoutMs: 5_000,
    idleMaxMs: 60_000,
    idleMs: 30_000,
    keepAliveMs: 0,
    streamsMax: 64,
    streamWindow: MIB,
    receiveWindow: MIB,
    sendWindow: MIB,
    congestion: 'cubic',
    socketBuffer: 4 * MIB,
    gate: false
  }
}

const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
const fail = (message: string): void => {
  throw new Error(message)
}

describeWithAddon('churn', () => {
  it(`${CHURN} connections, each with a stream there and back`, { timeout: 1_800_000 }, async () => {
    const [listener, dialer] = [
      new QuicEngine(await settings(), fail),
      new QuicEngine(await settings(), fail)
    ]
    const bound = listener.native.bind('127.0.0.1', 0, true)
    listener.addEndpoint(bound.id, {
      // What comes on a stream goes back, and the stream ends with the peer's end.
      onInbound: (conn) => ({
        ...IGNORE,
        onConnected: () => {},
        onStreamData: (stream, bytes) => void listener.native.write(conn, stream, bytes),
        onStreamFin: (stream) => listener.native.finish(conn, stream)
      }),
      onIncoming: () => true,
      onRaw: () => {},
      onUnbound: () => {}
    })
    const from = dialer.native.bind('127.0.0.1', 0, false)

    const once = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const conn = dialer.native.dial(from.id, '127.0.0.1', bound.port, undefined)
        let got = 0
        dialer.addConnection(conn, {
          ...IGNORE,
          onConnected: () => {
            const stream = dialer.native.open(conn)
            dialer.native.write(conn, stream, Buffer.alloc(1_000))
            dialer.native.finish(conn, stream)
          },
          onStreamData: (_, bytes) => {
            got += bytes.byteLength
          },
          onStreamFin: () => dialer.native.close(conn, 0, 0),
          onEnded: (reason) => (got === 1_000 ? resolve() : reject(new Error(`${reason} after ${got} bytes`)))
        })
      })

    const lane = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await once()
    }
    const rush = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: AT_ONCE }, () => lane(count / AT_ONCE)))

    await rush(2_000)
    const [rss, files] = [process.memoryUsage.rss(), openFiles()]
    await rush(CHURN)
    const grown = (process.memoryUsage.rss() - rss) / MIB
    assert.ok(grown < GROWTH_MIB_MAX, `grew by ${grown} MiB`)
    assert.ok(openFiles() <= files + 2, `${openFiles()} open files after ${files}`)
    // Those that ended last are still drained, which takes three times the probe timeout.
    while (dialer.native.totals().connections + listener.native.totals().connections > 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(dialer.connections + listener.connections, 0)
    assert.equal(dialer.native.totals().timers + listener.native.totals().timers, 0)
    console.log(`${CHURN} connections: grew by ${grown.toFixed(1)} MiB`)
    dialer.stop()
    listener.stop()
  })
})
