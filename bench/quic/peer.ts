// One Node process of the bench, driven by lines on standard input:
//   node peer.ts ours|chainsafe|tcp|tls [IP]
//   listen | bulk ADDR STREAMS BYTES | rtt ADDR N | streams ADDR N | conns ADDR N | meets ADDR N | idle ADDR N | usage | lag
//   stall | figures
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { noise } from '@chainsafe/libp2p-noise'
import { quic as chainsafe } from '@chainsafe/libp2p-quic'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2pEvents, Stream, TypedEventTarget } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { pEvent } from 'p-event'
import { noteProtocolsOnce } from '../../src/node/protocol-notes.ts'
import { type QuicComponents, type QuicTransport, quic } from '../../src/node/quic.ts'

const SINK = '/shoal-test/sink'
const ECHO = '/shoal-test/echo'
const BLOCK = Buffer.alloc(65_536, 7)
const MEMBER_WINDOW = 16_777_216

let ours: QuicTransport | undefined
const oursAsMember = (
  components: QuicComponents & { events: TypedEventTarget<Libp2pEvents> }
): QuicTransport => {
  const transport = quic()(components)
  components.events.addEventListener('connection:open', ({ detail }) => {
    transport.setWindows(detail, { connectionBytes: MEMBER_WINDOW })
  })
  ours = transport
  return transport
}

const ip = process.argv[3] ?? '127.0.0.1'
const udp = `/ip4/${ip}/udp/0/quic-v1`
const plain = `/ip4/${ip}/tcp/0`
const FLAVOURS: Record<string, Libp2pOptions> = {
  ours: { addresses: { listen: [udp] }, transports: [oursAsMember] },
  chainsafe: { addresses: { listen: [udp] }, transports: [chainsafe()] },
  tcp: {
    addresses: { listen: [plain] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()]
  },
  tls: {
    addresses: { listen: [plain] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()]
  }
}

const node = await createLibp2p({
  ...FLAVOURS[process.argv[2] ?? ''],
  privateKey: await generateKeyPair('Ed25519'),
  connectionManager: {
    maxConnections: 2_000,
    inboundConnectionThreshold: 10_000,
    maxIncomingPendingConnections: 1_000
  },
  // Its ping waits behind what a transfer has queued, and a late one ends the connection.
  connectionMonitor: { enabled: false },
  services: { ping: ping(), identify: identify() }
})
// As our node does; the others are libp2p's as it is.
if (ours != null) noteProtocolsOnce(node.peerStore)
const lag = monitorEventLoopDelay({ resolution: 2 })
/** Longest time in which a stream to SINK brought nothing. */
let stallMs = 0
/** Calls back when each has told the other who it is. */
const onIdentify = new Map<string, () => void>()
node.addEventListener('peer:identify', ({ detail }) => onIdentify.get(detail.connection.id)?.())

await node.handle(
  SINK,
  (stream) => {
    let count = 0
    let last = performance.now()
    lag.enable()
    stream.addEventListener('message', ({ data }) => {
      const now = performance.now()
      stallMs = Math.max(stallMs, now - last)
      last = now
      count += data.byteLength
    })
    stream.addEventListener('remoteCloseWrite', () => {
      stream.send(Buffer.from(`${count}`))
      void stream.close()
    })
  },
  { maxInboundStreams: 1_000 }
)
await node.handle(
  ECHO,
  (stream) => {
    stream.addEventListener('message', ({ data }) => {
      stream.send(data)
    })
    stream.addEventListener('remoteCloseWrite', () => void stream.close())
  },
  { maxInboundStreams: 10_000 }
)

/**
 * Until the stream takes more; rejects when it closes before. The base class's own promise is good for one 'drain'
 * only, and after one the queue may be full again at once.
 */
async function drained(stream: Stream): Promise<void> {
  while (stream.writableNeedsDrain) await pEvent(stream, 'drain', { rejectionEvents: ['close'] })
}

async function sendBulk(connection: Connection, size: number): Promise<void> {
  const stream = await connection.newStream(SINK)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  stream.addEventListener('message', ({ data }) => resolve(Buffer.from(data.subarray()).toString()))
  stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed before the count')))
  for (let left = size; left > 0; left -= BLOCK.byteLength) {
    if (!stream.send(left < BLOCK.byteLength ? BLOCK.subarray(0, left) : BLOCK)) await drained(stream)
  }
  await Promise.all([stream.close(), promise])
  if (Number(await promise) !== size) throw new Error('the count differs')
}

async function roundTrips(connection: Connection, count: number, fresh: boolean): Promise<void> {
  const block = BLOCK.subarray(0, 100)
  let stream: Stream | undefined
  let got = 0
  let wake = (): void => {}
  for (let i = 0; i < count; i++) {
    if (stream == null || fresh) {
      await stream?.close()
      stream = await connection.newStream(ECHO, { maxOutboundStreams: 10_000 })
      got = 0
      stream.addEventListener('message', ({ data }) => {
        got += data.byteLength
        if (got === 100) {
          got = 0
          wake()
        }
      })
    }
    const back = new Promise<void>((resolve) => {
      wake = resolve
    })
    stream.send(block)
    await back
  }
  await stream?.close()
}

const dial = (address: string): Promise<Connection> => node.dial(multiaddr(address), { force: true })
let connection: Connection | undefined

/** Dials, learns who the peer is, closes. */
async function meet(address: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const made = await dial(address)
  onIdentify.set(made.id, resolve)
  await promise
  onIdentify.delete(made.id)
  await made.close()
}

async function run(words: string[]): Promise<unknown> {
  const [command, address = '', first, second] = words
  if (command === 'listen') {
    // libp2p keeps to itself a public address that nobody has verified.
    const own = ours?.sockets()[0]?.addresses()[0]?.encapsulate(`/p2p/${node.peerId.toString()}`)
    return (node.getMultiaddrs()[0] ?? own)?.toString()
  }
  if (command === 'figures') return connection == null ? undefined : ours?.figures(connection)
  if (command === 'stall') return stallMs
  if (command === 'lag') return { p50: lag.percentile(50) / 1e6, p99: lag.percentile(99) / 1e6 }
  if (command === 'usage') {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    return { cpu: (user + system) / 1e6, rss: process.memoryUsage.rss() / 1024 }
  }
  connection ??= await dial(address)
  const count = Number(first)
  const start = performance.now()
  if (command === 'bulk') {
    const open = connection
    await Promise.all(Array.from({ length: count }, () => sendBulk(open, Number(second) / count)))
  } else if (command === 'rtt') await roundTrips(connection, count, false)
  else if (command === 'streams') await roundTrips(connection, count, true)
  else if (command === 'conns') for (let i = 0; i < count; i++) await (await dial(address)).close()
  else if (command === 'meets') for (let i = 0; i < count; i++) await meet(address)
  else if (command === 'idle') for (let i = 0; i < count; i++) await dial(address)
  return (performance.now() - start) / 1e3
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ ok: (await run(line.split(' '))) ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
process.exit()
