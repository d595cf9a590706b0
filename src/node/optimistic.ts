/**
 * multistream-select without its round trip. Who proposes exactly one protocol says what it has to say right behind the
 * proposal; the peer's answer is checked and taken away when it comes, before anything of the peer's is delivered. On
 * the wire nothing changes but the time, so that every peer understands it: go-libp2p and rust-libp2p do the same.
 *
 * A peer that does not speak the protocol reads our bytes as further proposals, in vain: ours begin with the length of
 * a protobuf message, and none of those can begin with the '/' of a protocol.
 */

import type {
  CreateStreamOptions,
  MultiaddrConnection,
  StreamMuxer,
  StreamMuxerFactory,
  Transport,
  Upgrader
} from '@libp2p/interface'
import { UnsupportedProtocolError } from '@libp2p/interface'
import { AbstractMessageStream, AbstractStream, AbstractStreamMuxer } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'

/** The protocol of multistream-select, which both sides say first. */
const MULTISTREAM = '/multistream/1.0.0'
/** multistream-select knows no longer names. */
const NAME_BYTES_MAX = 1_024
/** Proposals kept ready; there are as many protocols as the node speaks. */
const READY_MAX = 64

type OutboundOptions = Parameters<Upgrader['upgradeOutbound']>[1]

const ready = new Map<string, Uint8Array>()

/** Both lines as they go over the wire. Asked and answered are the same bytes. */
function lines(protocol: string): Uint8Array {
  const known = ready.get(protocol)
  if (known != null) return known
  const made = Buffer.concat([line(MULTISTREAM), line(protocol)])
  if (ready.size < READY_MAX) ready.set(protocol, made)
  return made
}

function line(text: string): Buffer {
  const bytes = Buffer.from(`${text}\n`)
  if (bytes.byteLength > NAME_BYTES_MAX) throw new UnsupportedProtocolError('the name is too long')
  const { byteLength } = bytes
  const prefix = byteLength < 0x80 ? [byteLength] : [(byteLength & 0x7f) | 0x80, byteLength >>> 7]
  return Buffer.concat([Buffer.from(prefix), bytes])
}

/**
 * Proposes `protocol` on a stream that we have opened and takes it for accepted. The proposal leaves with the first
 * bytes that are written, or at the end of this turn. If the peer answers otherwise the stream is aborted with
 * UnsupportedProtocolError, which is what readers and writers then get.
 */
export function proposeAtOnce(stream: AbstractStream, protocol: string): void {
  stream.protocol = protocol
  expectAnswer(stream, protocol)
  const { close } = stream
  const propose = sendFirst(stream, lines(protocol))
  const closeAfter: typeof close = async (options) => {
    if (stream.close === closeAfter) stream.close = close
    propose()
    await close.call(stream, options)
  }
  stream.close = closeAfter
}

/**
 * Sends `first` before all else: with the first data, or alone when the answer is called, at the latest when this turn
 * ends. Whoever wraps `send` in between keeps the wrapping.
 */
function sendFirst(stream: AbstractMessageStream, first: Uint8Array): () => void {
  const { send } = stream
  let isSent = false
  const sendAfter = (data?: Uint8Array | Uint8ArrayList): boolean => {
    if (stream.send === sendAfter) stream.send = send
    clearImmediate(later)
    const wasSent = isSent
    isSent = true
    if (data == null) return wasSent || send.call(stream, first)
    return send.call(stream, wasSent ? data : new Uint8ArrayList(first, data))
  }
  const later = setImmediate(() => {
    if (stream.writeStatus === 'writable') sendAfter()
  })
  stream.send = sendAfter
  return () => {
    sendAfter()
  }
}

/** From now on `stream` takes away the peer's answer; what is returned delivers past that. */
function expectAnswer(
  stream: AbstractMessageStream,
  protocol: string
): (data: Uint8Array | Uint8ArrayList) => void {
  const expected = lines(protocol)
  const { onData, onRemoteCloseWrite } = stream
  let seen = 0
  const refuse = (why: string): void => {
    stream.onData = onData
    stream.onRemoteCloseWrite = onRemoteCloseWrite
    stream.abort(new UnsupportedProtocolError(`the peer does not speak ${protocol}: ${why}`))
  }
  stream.onData = (data) => {
    const length = Math.min(expected.byteLength - seen, data.byteLength)
    const answer = data.subarray(0, length)
    if (Buffer.compare(answer, expected.subarray(seen, seen + length)) !== 0) {
      refuse('it answered otherwise')
      return
    }
    seen += length
    if (seen < expected.byteLength) return
    stream.onData = onData
    stream.onRemoteCloseWrite = onRemoteCloseWrite
    if (data.byteLength > length) stream.onData(after(data, length))
  }
  stream.onRemoteCloseWrite = () => {
    refuse('it ended the stream')
  }
  return (data) => {
    onData.call(stream, data)
  }
}

function after(data: Uint8Array | Uint8ArrayList, length: number): Uint8Array | Uint8ArrayList {
  return data instanceof Uint8Array ? data.subarray(length) : data.sublist(length)
}

/**
 * The peer has ended its half: tells the stream so that nobody misses it. Who opens a stream no longer waits, and so
 * its request and the end may both be here before multistream-select is done with the stream, or before its handler
 * listens; then the end is told after, and once more to who comes late.
 */
export function tellEnd(stream: AbstractStream): void {
  if (stream.direction === 'inbound' && stream.protocol === '') {
    whenNegotiated(stream, () => {
      tellEnd(stream)
    })
    return
  }
  const unread = stream.readBufferLength > 0
  const unheard = stream.listenerCount('remoteCloseWrite') === 0
  Object.getPrototypeOf(stream).onRemoteCloseWrite.call(stream)
  const again = (): void => {
    if (stream.status !== 'aborted' && stream.status !== 'reset') stream.safeDispatchEvent('remoteCloseWrite')
  }
  if (unread) {
    stream.addEventListener('end', again, { once: true })
  } else if (unheard) {
    const { addEventListener } = stream
    stream.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      addEventListener.apply(stream, args)
      if (args[0] !== 'remoteCloseWrite') return
      stream.addEventListener = addEventListener
      queueMicrotask(again)
    }
  }
}

/** Calls back when multistream-select has named the stream's protocol. */
function whenNegotiated(stream: AbstractStream, then: () => void): void {
  Object.defineProperty(stream, 'protocol', {
    configurable: true,
    get: () => '',
    set: (value: string) => {
      Object.defineProperty(stream, 'protocol', { value, writable: true, configurable: true })
      then()
    }
  })
}

/**
 * The muxer with streams that wait for no answer where one protocol alone is proposed, and with inbound ones that keep
 * their end for who reads them.
 */
export function optimisticMuxer<T>(
  create: (components: T) => StreamMuxerFactory
): (components: T) => StreamMuxerFactory {
  return (components) => {
    const factory = create(components)
    return {
      protocol: factory.protocol,
      createStreamMuxer: (connection) => optimisticStreams(factory.createStreamMuxer(connection))
    }
  }
}

function optimisticStreams(muxer: StreamMuxer): StreamMuxer {
  const create = muxer.createStream.bind(muxer)
  muxer.createStream = async (options?: CreateStreamOptions) => {
    const stream = await create(options)
    const protocol = options?.protocol
    if (protocol != null && stream instanceof AbstractStream) proposeAtOnce(stream, protocol)
    return stream
  }
  if (muxer instanceof AbstractStreamMuxer) {
    const onRemoteStream = muxer.onRemoteStream.bind(muxer)
    muxer.onRemoteStream = (stream: AbstractStream) => {
      stream.onRemoteCloseWrite = () => {
        tellEnd(stream)
      }
      onRemoteStream(stream)
    }
  }
  return muxer
}

/**
 * The transport with dialed connections that wait for no answer to their first proposal, the encrypter. Only right where
 * one encrypter is offered: one that the peer refuses ends the connection.
 */
export function optimisticDials<T extends Transport>(transport: T, encrypter: string): T {
  const dial = transport.dial.bind(transport)
  transport.dial = async (address, options) =>
    await dial(address, { ...options, upgrader: optimisticUpgrader(options.upgrader, encrypter) })
  return transport
}

function optimisticUpgrader(upgrader: Upgrader, encrypter: string): Upgrader {
  return {
    upgradeOutbound: async (connection: MultiaddrConnection, options: OutboundOptions) => {
      if (connection instanceof AbstractMessageStream) answerAtOnce(connection, encrypter)
      return await upgrader.upgradeOutbound(connection, options)
    },
    upgradeInbound: upgrader.upgradeInbound.bind(upgrader),
    createInboundAbortSignal: upgrader.createInboundAbortSignal.bind(upgrader),
    getConnectionEncrypters: upgrader.getConnectionEncrypters.bind(upgrader),
    getStreamMuxers: upgrader.getStreamMuxers.bind(upgrader)
  }
}

/** Answers our own first proposal on a new connection, if it is `protocol`, and checks the peer's answer later. */
function answerAtOnce(connection: AbstractMessageStream, protocol: string): void {
  const { send } = connection
  connection.send = (data) => {
    connection.send = send
    const proposal = lines(protocol)
    if (Buffer.compare(data.subarray(), proposal) !== 0) return connection.send(data)
    const deliver = expectAnswer(connection, protocol)
    sendFirst(connection, proposal)
    deliver(proposal)
    return true
  }
}
