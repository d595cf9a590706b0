import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Connection, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { streamPair } from '@libp2p/utils'
import fc from 'fast-check'
import type { Libp2p } from 'libp2p'
import { createLibp2p } from 'libp2p'
import { afterAll, beforeAll, test } from 'vitest'
import { YAMUX } from '../../src/node/limits.ts'
import { quicChainsafe } from '../../src/node/quic-chainsafe.ts'
import type { Codec } from '../../src/wire/flow.ts'
import { Flow } from '../../src/wire/flow.ts'
import { shoal } from '../../src/wire/messages.js'

const { Response, Request } = shoal.content.v1
type Response = shoal.content.v1.Response
const MESSAGE_BYTES_MAX = 266_240
const ID = '/test/flow/1.0.0'

const codec: Codec<Response> = Response
function flow(stream: Stream, stallMs = 5_000): Flow<Response, Response> {
  const limits = { writeBytesMax: MESSAGE_BYTES_MAX, readBytesMax: MESSAGE_BYTES_MAX, stallMs }
  return new Flow(stream, new EventTarget(), { read: codec, write: codec, ...limits })
}
const message = (bytes: number, fill = 1): Response =>
  Response.create({ status: Response.Status.STATUS_OK, data: new Uint8Array(bytes).fill(fill) })
const soon = (): AbortSignal => AbortSignal.timeout(10_000)

async function peer(): Promise<Libp2p> {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/udp/0/quic-v1'] },
    transports: [tcp(), (components) => quicChainsafe({ idleTimeoutMs: 60_000 })(components)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(YAMUX)],
    services: { identify: identify() }
  })
}

let dialer: Libp2p
let listener: Libp2p
const connections: { tcp?: Connection; quic?: Connection } = {}
const inbound: ((stream: Stream) => void)[] = []
beforeAll(async () => {
  ;[dialer, listener] = await Promise.all([peer(), peer()])
  await listener.handle(ID, (stream) => inbound.shift()?.(stream))
})
afterAll(async () => {
  await Promise.all([dialer.stop(), listener.stop()])
})

/** A real stream from dialer to listener, and its other end. */
async function streams(transport: 'tcp' | 'quic'): Promise<[Stream, Stream]> {
  const address = listener.getMultiaddrs().find((known) => known.toString().includes(transport))
  assert.ok(address)
  const connection: Connection = (connections[transport] ??= await dialer.dial(address, { force: true }))
  const { promise, resolve } = Promise.withResolvers<Stream>()
  inbound.push(resolve)
  const near = await connection.newStream(ID)
  return [near, await promise]
}

test('a slow reader holds the writer back, and nothing is lost', async () => {
  const [near, far] = await streams('tcp')
  const writer = flow(near)
  const reader = flow(far)
  const count = 400
  let queuedMax = 0
  const writing = (async () => {
    for (let i = 0; i < count; i++) {
      await writer.write(message(131_072, i), soon())
      queuedMax = Math.max(queuedMax, near.writeBufferLength)
    }
    await writer.close(soon())
  })()
  let readMax = 0
  for (let i = 0; i < count; i++) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    readMax = Math.max(readMax, far.readBufferLength)
    const got = await reader.read(soon())
    assert.equal(got?.data.at(-1), i % 256)
  }
  assert.equal(await reader.read(soon()), undefined)
  await writing
  assert.ok(queuedMax <= 2 * 131_200, `the writer queued ${queuedMax} bytes`)
  assert.ok(readMax < 4_194_304, `the reader held ${readMax} bytes`)
})

test('a reader that stops cuts the writer off after the stall time, with little in between', async () => {
  const [near, far] = await streams('tcp')
  const writer = flow(near, 300)
  flow(far)
  let sent = 0
  await assert.rejects(
    async () => {
      for (; sent < 1_000; sent++) await writer.write(message(131_072), soon())
    },
    { name: 'UnreachableError', code: 'stream_stalled', retryable: true }
  )
  assert.ok(sent < 256, `${sent} messages were taken`)
  await assert.rejects(writer.read(soon()), { code: 'stream_stalled' })
})

test.each(['tcp', 'quic'] as const)('messages cross %s in order, both ways at once', async (transport) => {
  const [near, far] = (await streams(transport)).map((stream) => flow(stream))
  assert.ok(near != null && far != null)
  const sizes = [0, 1, 127, 128, 16_383, 16_384, 200_000]
  await Promise.all(
    sizes.flatMap((size) => [near.write(message(size), soon()), far.write(message(size), soon())])
  )
  for (const size of sizes) {
    assert.equal((await far.read(soon()))?.data.byteLength, size)
    assert.equal((await near.read(soon()))?.data.byteLength, size)
  }
  await Promise.all([near.close(soon()), far.close(soon())])
  assert.equal(await near.read(soon()), undefined)
  assert.equal(near.closed.aborted, true)
})

const hostile: readonly (readonly [string, number[], string])[] = [
  ['a length above the limit', [0x81, 0xa0, 0x10], 'frame_size'],
  ['a length of 2^28 and more', [0x80, 0x80, 0x80, 0x80, 0x01], 'frame_prefix'],
  ['a length without end', Array.from({ length: 64 }, () => 0xff), 'frame_prefix'],
  ['a message that is no message', [0x02, 0xff, 0xff], 'message_invalid']
]
test.each(hostile)('%s resets the stream', async (_name, bytes, code) => {
  const [near, far] = await streams('tcp')
  const reader = flow(far)
  const reset = new Promise((resolve) => near.addEventListener('close', resolve, { once: true }))
  near.send(Uint8Array.from(bytes))
  await assert.rejects(reader.read(soon()), { name: 'ProtocolError', code })
  await reset
  assert.notEqual(near.status, 'open')
})

test('a message that ends early is no message', async () => {
  const [near, far] = await streams('tcp')
  near.send(Uint8Array.from([0x10, 1, 2, 3]))
  await near.close()
  await assert.rejects(flow(far).read(soon()), { name: 'ProtocolError', code: 'frame_truncated' })
})

test('a message that does not go on is cut off', async () => {
  const [near, far] = await streams('tcp')
  near.send(Uint8Array.from([0x10, 1, 2, 3]))
  await assert.rejects(flow(far, 200).read(soon()), { code: 'stream_stalled' })
})

test('a message above our own limit is not sent', async () => {
  const [near] = await streams('tcp')
  await assert.rejects(flow(near).write(message(MESSAGE_BYTES_MAX), soon()), { code: 'frame_size' })
})

test('an abort ends a read and leaves the stream as it is', async () => {
  const [near, far] = await streams('tcp')
  const reader = flow(far)
  const stop = new AbortController()
  const reading = assert.rejects(reader.read(stop.signal), { name: 'AbortError' })
  stop.abort()
  await reading
  await flow(near).write(message(5), soon())
  assert.equal((await reader.read(soon()))?.data.byteLength, 5)
})

test('a reset by the peer is an unreachable peer', async () => {
  const [near, far] = await streams('tcp')
  const reading = assert.rejects(flow(far).read(soon()), { name: 'UnreachableError', code: 'stream_failed' })
  near.abort(new Error('gone'))
  await reading
})

test('however the bytes are cut, the same messages come out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(300), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      async (sizes, cuts) => {
        const [near, far] = await streamPair()
        const reader = flow(far)
        const frames = Buffer.concat(sizes.map((size) => frame(Response.encode(message(size)).finish())))
        for (let at = 0, i = 0; at < frames.byteLength; i++) {
          const length = cuts[i % cuts.length] ?? 1
          near.send(frames.subarray(at, at + length))
          at += length
        }
        const closing = near.close()
        for (const size of sizes) assert.equal((await reader.read(soon()))?.data.byteLength, size)
        assert.equal(await reader.read(soon()), undefined)
        await closing
      }
    ),
    { numRuns: 60 }
  )
})

test('any bytes give messages or an error, never a hang', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const [near, far] = await streamPair()
      const limits = { writeBytesMax: 256, readBytesMax: 256, stallMs: 5_000 }
      const reader = new Flow(far, new EventTarget(), { read: Request, write: Request, ...limits })
      if (bytes.byteLength > 0) near.send(bytes)
      near.close().catch(() => undefined)
      try {
        while ((await reader.read(soon())) != null);
      } catch (error) {
        assert.ok(error instanceof Error)
        assert.equal(error.name, 'ProtocolError')
      }
    }),
    { numRuns: 200 }
  )
})

function frame(bytes: Uint8Array): Uint8Array {
  const length = bytes.byteLength
  return Buffer.concat([
    Uint8Array.from(length < 128 ? [length] : [(length & 127) | 128, length >> 7]),
    bytes
  ])
}
