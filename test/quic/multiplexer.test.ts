// The multiplexer suite that every js-libp2p muxer passes, on real QUIC connections.
//
// The suite gives each muxer a byte pipe; here each gets one end of a QUIC connection, which closes when its pipe
// does. And it expects a stream to be announced before its first byte, which QUIC does not know: so each new
// stream says one byte, as multistream-select does in a node, and the other side takes it away again and names a protocol.
import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type {
  Listener,
  MultiaddrConnection,
  StreamMessageEvent,
  StreamMuxer,
  StreamMuxerFactory,
  Upgrader
} from '@libp2p/interface'
import muxerSuite from '@libp2p/interface-compliance-tests/stream-muxer'
import { defaultLogger } from '@libp2p/logger'
import type { AbstractStreamMuxer } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, beforeAll } from 'vitest'
import { type QuicTransport, quic } from '../../src/node/quic.ts'
import type { QuicStream } from '../../src/node/quic-stream.ts'
import { describeWithAddon } from './addon.ts'
import { installMocha } from './mocha.ts'

const FIRST = Buffer.of(0)

/** Why: docs/quic.md, Tests. */
const NOT_FOR_QUIC = ['can close a stream for writing', 'should abort close due to timeout with slow sender']

interface End {
  connection: MultiaddrConnection
  factory: StreamMuxerFactory
}

/** An upgrader that goes no further than the connection as the transport made it. */
function upgrader(onEnd: (end: End) => void): Upgrader {
  const take = async (
    connection: MultiaddrConnection,
    { muxerFactory }: { muxerFactory?: StreamMuxerFactory }
  ): Promise<void> => {
    assert.ok(muxerFactory)
    onEnd({ connection, factory: muxerFactory })
  }
  return { upgradeInbound: take, upgradeOutbound: take } as unknown as Upgrader
}

/** The muxer of one end, so that a stream is announced when it is created. */
function announced({ connection, factory }: End): StreamMuxer {
  const muxer = factory.createStreamMuxer(connection) as AbstractStreamMuxer<QuicStream>
  const create = muxer.createStream.bind(muxer)
  muxer.createStream = async (options) => {
    const stream = await create(options)
    stream.send(FIRST)
    return stream
  }
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  muxer.onRemoteStream = (stream) => {
    const onMessage = ({ data }: StreamMessageEvent): void => {
      stream.unshift(data.subarray(FIRST.byteLength))
      // Negotiated, as the end of a stream is told after that.
      stream.protocol = '/test'
      onRemoteStream(stream)
    }
    stream.addEventListener('message', onMessage, { once: true })
  }
  return muxer
}

describeWithAddon('multiplexer compliance', () => {
  let transports: QuicTransport[]
  let listener: Listener
  let accepted: PromiseWithResolvers<End>
  let dialed: PromiseWithResolvers<End>
  let other: End | undefined

  beforeAll(async () => {
    const inbound = upgrader((end) => accepted.resolve(end))
    const outbound = upgrader((end) => dialed.resolve(end))
    const make = async (of: Upgrader): Promise<QuicTransport> =>
      quic()({ privateKey: await generateKeyPair('Ed25519'), logger: defaultLogger(), upgrader: of })
    transports = [await make(outbound), await make(inbound)]
    const [, listening] = transports
    assert.ok(listening)
    listener = listening.createListener({ upgrader: inbound })
    await listener.listen(multiaddr('/ip4/127.0.0.1/udp/0/quic-v1'))
  })

  afterAll(async () => {
    for (const transport of transports) await transport.stop()
  })

  /** The dialing end of a new connection, and the next time the listening end of the same. */
  async function nextEnd(): Promise<End> {
    const ready = other
    other = undefined
    if (ready != null) return ready
    accepted = Promise.withResolvers()
    dialed = Promise.withResolvers()
    const [address] = listener.getAddrs()
    const [dialing] = transports
    assert.ok(address && dialing)
    const unused = upgrader((end) => dialed.resolve(end))
    await dialing.dial(address, { upgrader: unused, signal: AbortSignal.timeout(5_000) })
    other = await accepted.promise
    return await dialed.promise
  }

  installMocha(NOT_FOR_QUIC)
  muxerSuite({
    setup: async () => {
      const end = await nextEnd()
      return {
        protocol: end.factory.protocol,
        createStreamMuxer: (pipe) => {
          pipe.addEventListener('close', () => void end.connection.close())
          return announced(end)
        }
      }
    },
    teardown: async () => {}
  })
})
