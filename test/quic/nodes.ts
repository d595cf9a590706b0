/** Nodes and transfers that the tests of the transport share. */

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, Stream, Transport } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { type QuicComponents, type QuicInit, type QuicTransport, quic } from '../../src/node/quic.ts'

export const ECHO = '/shoal-test/echo'
export const SINK = '/shoal-test/sink'
export const LISTEN = '/ip4/127.0.0.1/udp/0/quic-v1'

export interface TestNode {
  readonly node: Libp2p<{
    ping: ReturnType<ReturnType<typeof ping>>
    identify: ReturnType<ReturnType<typeof identify>>
  }>
  /** Ours; another transport under test has none of its calls. */
  readonly transport: QuicTransport
}

/** A node with one transport, an echo and a sink; `other` instead of ours. */
export async function startNode(
  listen: string[] = [LISTEN],
  init: QuicInit = {},
  options: Libp2pOptions & { other?: (components: never) => Transport } = {}
): Promise<TestNode> {
  let transport: QuicTransport | undefined
  const ours = (components: QuicComponents): QuicTransport => (transport = quic(init)(components))
  const { other, ...rest } = options
  const node = (await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen },
    transports: [(other ?? ours) as (components: QuicComponents) => Transport],
    connectionManager: {
      maxConnections: 10_000,
      inboundConnectionThreshold: 10_000,
      maxIncomingPendingConnections: 1_000
    },
    services: { ping: ping(), identify: identify() },
    ...rest
  })) as TestNode['node']
  const limits = { maxInboundStreams: 10_000, maxOutboundStreams: 10_000 }
  await node.handle(ECHO, echo, limits)
  await node.handle(SINK, sink, limits)
  return { node, transport: transport as QuicTransport }
}

/** Sends back what comes, and no faster than the other side reads. */
export function echo(stream: Stream): void {
  stream.addEventListener('message', ({ data }) => {
    if (stream.send(data)) return
    stream.pause()
    stream.addEventListener('drain', () => stream.readStatus === 'paused' && stream.resume(), { once: true })
  })
  stream.addEventListener('remoteCloseWrite', () => void stream.close().catch(() => {}))
}

/** Answers with the SHA-256 of all that came. */
function sink(stream: Stream): void {
  const hash = createHash('sha256')
  stream.addEventListener('message', ({ data }) => {
    for (const part of data instanceof Uint8Array ? [data] : data) hash.update(part)
  })
  stream.addEventListener('remoteCloseWrite', () => {
    stream.send(hash.digest())
    void stream.close().catch(() => {})
  })
}

/** Resolves at the next `drain`; rejects when the stream closes before. */
export function drained(stream: Stream): Promise<void> {
  return stream.onDrain({ signal: AbortSignal.timeout(120_000) })
}

/** All that comes until the peer's FIN, hashed; rejects when the stream is cut off. */
export function hashed(stream: Stream): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<{ bytes: number; sha256: string }>()
  stream.addEventListener('message', ({ data }) => {
    bytes += data.byteLength
    for (const part of data instanceof Uint8Array ? [data] : data) hash.update(part)
  })
  stream.addEventListener('remoteCloseWrite', () => resolve({ bytes, sha256: hash.digest('hex') }))
  stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed before its end')))
  return promise
}

/** Writes `size` random bytes with back-pressure and ends; the answer is their hash. */
export async function sendRandom(
  stream: Stream,
  size: number,
  onBlock?: (sent: number) => void
): Promise<string> {
  const block = randomBytes(65_536)
  const hash = createHash('sha256')
  for (let sent = 0; sent < size; sent += block.byteLength) {
    // A fresh number in each block, so that one that is lost or doubled shows.
    block.writeUInt32LE(sent / block.byteLength)
    const part = Buffer.from(block.subarray(0, Math.min(block.byteLength, size - sent)))
    hash.update(part)
    onBlock?.(sent)
    if (!stream.send(part)) await drained(stream)
  }
  await stream.close()
  return hash.digest('hex')
}

/** Sends `size` bytes to the echo and checks what comes back. */
export async function echoes(connection: Connection, size: number): Promise<void> {
  const stream = await connection.newStream(ECHO, { maxOutboundStreams: 10_000 })
  const back = hashed(stream)
  const sent = await sendRandom(stream, size)
  assert.deepEqual(await back, { bytes: size, sha256: sent })
}

/** Sends `size` bytes to the sink and checks its hash. */
export async function sinks(
  connection: Connection,
  size: number,
  onBlock?: (sent: number) => void
): Promise<void> {
  const stream = await connection.newStream(SINK, { maxOutboundStreams: 10_000 })
  const answer: Buffer[] = []
  stream.addEventListener('message', ({ data }) => answer.push(Buffer.from(data.subarray())))
  const end = new Promise<void>((resolve, reject) => {
    stream.addEventListener('remoteCloseWrite', () => resolve())
    stream.addEventListener('close', ({ error }) => (error == null ? resolve() : reject(error)))
  })
  const sent = await sendRandom(stream, size, onBlock)
  await end
  assert.equal(Buffer.concat(answer).toString('hex'), sent)
}
