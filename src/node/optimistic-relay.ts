/**
 * Dials over a relay without waiting for it: the first bytes of the connection to the destination go out behind the
 * request to relay (libp2p/specs, relay circuit v2). The relay keeps what comes early until the destination has agreed,
 * as @libp2p/circuit-relay-v2 4.2.13 and go-libp2p do. Its answer is checked before anything from behind it is
 * delivered; a refusal ends the dial.
 */

import type {
  AbortOptions,
  Connection,
  ConnectionLimits,
  DialTransportOptions,
  Stream,
  Transport
} from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import { peerIdFromString } from '@libp2p/peer-id'
import type { SendResult } from '@libp2p/utils'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import protobuf from 'protobufjs/minimal.js'
import { Uint8ArrayList } from 'uint8arraylist'
import { InvalidError, ProtocolError, type ShoalError, UnreachableError } from '../base/errors.ts'

const HOP = '/libp2p/circuit/relay/0.2.0/hop'
/** HopMessage.Type and Status of the specification. */
const CONNECT = 1
const STATUS = 2
const OK = 100
/** The longest message of the specification. */
const ANSWER_BYTES_MAX = 4_096

export interface RelayDialComponents {
  readonly connectionManager: ConnectionManager
}

interface Answer {
  type: number
  status: number
  /** Seconds and bytes; 0: no limit. */
  seconds: number
  bytes: bigint
}

/** Replaces the `dial` of the relay transport; dials to relays themselves stay the connection manager's. */
export function dialAtOnce<T extends Transport>(transport: T, components: RelayDialComponents): T {
  transport.dial = async (address, options) => await dial(address, options, components)
  return transport
}

/**
 * Throws InvalidError (`relay_address`), UnreachableError (`relay_refused`), ProtocolError (`relay_answer`), and what
 * dialing the relay or the upgrade throws.
 */
async function dial(
  address: Multiaddr,
  options: DialTransportOptions,
  { connectionManager }: RelayDialComponents
): Promise<Connection> {
  const { relay, destination } = parts(address)
  const over =
    // The newest: the network may have changed under an older one.
    connectionManager.getConnections(relay.peer).findLast((each) => each.direct && each.status === 'open') ??
    (await connectionManager.openConnection(relay.address, { signal: options.signal }))
  const stream = await over.newStream(HOP, { signal: options.signal })
  const circuit = new Circuit(stream, address)
  try {
    stream.send(request(destination))
    // Asked after the handshake, and so after the relay's answer.
    const upgrade = Object.defineProperty({ ...options }, 'limits', { get: () => circuit.limits })
    return await options.upgrader.upgradeOutbound(circuit, upgrade)
  } catch (error) {
    const cause = circuit.refusal ?? error
    circuit.abort(cause as Error)
    throw cause
  }
}

function parts(address: Multiaddr): {
  relay: { peer: ReturnType<typeof peerIdFromString>; address: Multiaddr }
  destination: Uint8Array
} {
  const [before = '', behind = ''] = address.toString().split('/p2p-circuit')
  const peer = (text: string): string | undefined =>
    text === ''
      ? undefined
      : multiaddr(text)
          .getComponents()
          .findLast(({ code }) => code === CODE_P2P)?.value
  const [relay, destination] = [peer(before), peer(behind)]
  if (relay == null || destination == null) {
    throw new InvalidError('relay_address', `a relay or a destination is missing: ${address.toString()}`)
  }
  return {
    relay: { peer: peerIdFromString(relay), address: multiaddr(before) },
    destination: peerIdFromString(destination).toMultihash().bytes
  }
}

/** HopMessage { type: CONNECT, peer: { id } }, behind its length. */
function request(destination: Uint8Array): Uint8Array {
  const writer = protobuf.Writer.create().fork()
  writer.uint32(8).int32(CONNECT)
  writer.uint32(18).fork().uint32(10).bytes(destination).ldelim()
  return writer.ldelim().finish()
}

/** The relay's HopMessage; what it carries beyond is skipped. Throws what protobufjs throws. */
function decode(bytes: Uint8Array): Answer {
  const reader = protobuf.Reader.create(bytes)
  const answer: Answer = { type: -1, status: 0, seconds: 0, bytes: 0n }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === 8) answer.type = reader.int32()
    else if (tag === 40) answer.status = reader.int32()
    else if (tag === 34) decodeLimit(reader, reader.uint32(), answer)
    else reader.skipType(tag & 7)
  }
  return answer
}

function decodeLimit(reader: protobuf.Reader, length: number, answer: Answer): void {
  const end = reader.pos + length
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 8) answer.seconds = reader.uint32()
    else if (tag === 16) answer.bytes = BigInt(Number(reader.uint64()))
    else reader.skipType(tag & 7)
  }
}

/** The stream to the relay as a connection to the destination. */
class Circuit extends AbstractMultiaddrConnection {
  readonly #stream: Stream
  /** Before the relay's answer is complete. */
  #answer: Uint8ArrayList | undefined = new Uint8ArrayList()
  #bytesLeft: bigint | undefined
  #until: number | undefined
  refusal: ShoalError | undefined

  constructor(stream: Stream, remoteAddr: Multiaddr) {
    super({ remoteAddr, direction: 'outbound', log: stream.log.newScope('circuit') })
    this.#stream = stream
    stream.addEventListener('message', ({ data }) => {
      this.#take(data)
    })
    stream.addEventListener('drain', () => {
      this.safeDispatchEvent('drain')
    })
    stream.addEventListener('remoteCloseWrite', () => {
      if (this.#answer != null)
        this.#refuse(new UnreachableError('relay_refused', 'the relay ended the stream'))
      this.onRemoteCloseWrite()
      this.close().catch((error: unknown) => {
        this.abort(error as Error)
      })
    })
    stream.addEventListener('close', ({ error }) => {
      this.onTransportClosed(error)
    })
  }

  /** What the relay has left for this connection; undefined when it limits nothing. */
  get limits(): ConnectionLimits | undefined {
    if (this.#bytesLeft == null && this.#until == null) return undefined
    const bytes = (): bigint => this.#bytesLeft ?? 0n
    const until = this.#until
    const limits: ConnectionLimits = {}
    if (this.#bytesLeft != null) Object.defineProperty(limits, 'bytes', { get: bytes })
    if (until != null) {
      Object.defineProperty(limits, 'seconds', { get: () => Math.round((until - Date.now()) / 1_000) })
    }
    return limits
  }

  sendData(data: Uint8ArrayList): SendResult {
    this.#count(data.byteLength)
    return { sentBytes: data.byteLength, canSendMore: this.#stream.send(data) }
  }

  async sendClose(options?: AbortOptions): Promise<void> {
    await this.#stream.close(options)
  }

  sendReset(error: Error): void {
    this.#stream.abort(error)
  }

  sendPause(): void {
    this.#stream.pause()
  }

  sendResume(): void {
    this.#stream.resume()
  }

  #take(data: Uint8Array | Uint8ArrayList): void {
    if (this.#answer == null) {
      this.#count(data.byteLength)
      this.onData(data)
      return
    }
    this.#answer.append(data)
    try {
      const answered = this.#answered(this.#answer)
      if (answered == null) return
      const behind = this.#answer.sublist(answered)
      this.#answer = undefined
      if (behind.byteLength > 0) this.#take(behind)
    } catch (error) {
      const invalid = new ProtocolError('relay_answer', 'the relay answered nonsense', { cause: error })
      this.#refuse(error instanceof UnreachableError ? error : invalid)
    }
  }

  /** Length of the relay's answer; undefined while it is incomplete. Throws when it is no consent. */
  #answered(bytes: Uint8ArrayList): number | undefined {
    const head = protobuf.Reader.create(bytes.subarray(0, Math.min(bytes.byteLength, 2)))
    // Both bytes of the longest prefix, or one that is complete.
    if (bytes.byteLength === 0 || (bytes.byteLength === 1 && (bytes.get(0) & 0x80) !== 0)) return undefined
    const length = head.uint32()
    if (length > ANSWER_BYTES_MAX) throw new RangeError(`an answer of ${length} bytes`)
    const end = head.pos + length
    if (bytes.byteLength < end) return undefined
    const { type, status, seconds, bytes: most } = decode(bytes.subarray(head.pos, end))
    if (type !== STATUS) throw new TypeError(`a message of type ${type}`)
    if (status !== OK) {
      throw new UnreachableError('relay_refused', `the relay refused with status ${status}`, {
        retryable: true
      })
    }
    if (seconds > 0) this.#until = Date.now() + seconds * 1_000
    if (most > 0n) this.#bytesLeft = most
    return end
  }

  #count(bytes: number): void {
    if (this.#bytesLeft == null) return
    this.#bytesLeft = this.#bytesLeft > BigInt(bytes) ? this.#bytesLeft - BigInt(bytes) : 0n
  }

  #refuse(error: ShoalError): void {
    this.refusal ??= error
    this.abort(error)
  }
}
