/**
 * The relay of coordinators and relays: js-libp2p's, with what a fleet needs of it different. Of version 4.2.13 (pinned)
 *
 * - a reservation outlives its connection, so slots leak (#2833): here it ends with the member's last direct connection;
 * - the second refresh of a reservation leaves the timer of the first armed, which ends it early: here a refresh makes a new one;
 * - a circuit goes to the member's oldest connection, which is often one that its NAT has forgotten: here to the newest;
 * - what the source says is kept until the destination has agreed: here it follows the question at once, half a round trip sooner;
 * - one counter of bytes serves both directions and cuts the circuit: here members have a quota that slows (`relay-traffic.ts`).
 */

import type { CircuitRelayServerComponents, CircuitRelayService } from '@libp2p/circuit-relay-v2'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import type { AbortOptions, Connection, PeerId, Stream } from '@libp2p/interface'
import { setMaxListeners } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { pbStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import protobuf from 'protobufjs/minimal.js'
import type { Uint8ArrayList } from 'uint8arraylist'
import { UnreachableError } from '../base/errors.ts'
import { peerIdOfKey } from '../trust/peer-id.ts'
import { shoal } from '../wire/messages.js'
import type { Admission } from './admission.ts'
import { RELAY } from './limits.ts'
import { forward, RelayQuota } from './relay-traffic.ts'

const { HopStatus, Stop } = shoal.circuit.v1

/** Of the specification of circuit relay v2. */
const STATUS = {
  ok: 100,
  resourceLimit: 201,
  denied: 202,
  connectionFailed: 203,
  noReservation: 204,
  malformed: 400
} as const
const HOP_STATUS = 2
const STOP_CONNECT = 0
/** The longest message of the specification. */
const STOP_ANSWER_BYTES_MAX = 4_096
const STOP = '/libp2p/circuit/relay/0.2.0/stop'
/** Circuits of one member at once, as source and as destination. */
const CIRCUITS_PER_MEMBER_MAX = 32

export interface RelayOptions {
  readonly admission: Admission
  /** Bytes that a member may have relayed in an hour before it is slowed down. */
  readonly bytesPerHour: number
}

/** What a relay carries now. */
export interface RelayFigures {
  readonly reservations: number
  readonly circuits: number
}

export interface Relay extends CircuitRelayService {
  figures(): RelayFigures
}

interface HopStream {
  pb(codec: typeof HOP_CODEC): { write(message: HopFields, options: AbortOptions): Promise<void> }
  unwrap(): Stream
}
interface ConnectCall {
  readonly connection: Connection
  readonly request: { readonly peer?: { readonly id: Uint8Array } }
  readonly stream: HopStream
}
type HopFields = shoal.circuit.v1.HopStatus.$Properties
type StopFields = shoal.circuit.v1.Stop.$Properties

const HOP_CODEC = {
  encode: (message: HopFields) => HopStatus.encode(message).finish(),
  decode: (bytes: Uint8Array) => HopStatus.decode(bytes)
}
const STOP_CODEC = {
  encode: (message: StopFields) => Stop.encode(message).finish(),
  decode: (bytes: Uint8Array | Uint8ArrayList) => Stop.decode(bytes.subarray())
}

/** Parts of the relay server that its interface does not name. */
interface ServerParts extends CircuitRelayService {
  handleConnect(call: ConnectCall, options: AbortOptions): Promise<void>
  readonly reservationStore: {
    reserve(peer: PeerId, address: Multiaddr): { status: string }
    removeReservation(peer: PeerId): void
  }
}

/** The relay service for libp2p. */
export function relayServer(options: RelayOptions): (components: CircuitRelayServerComponents) => Relay {
  return (components) => {
    const server = circuitRelayServer(RELAY)(components)
    if (!isServer(server)) throw new TypeError('the relay server has another form than 4.2.13')
    const { admission } = options
    const circuits = new Circuits(admission, options.bytesPerHour)
    const forget = (peer: PeerId): void => {
      server.reservations.get(peer)?.signal.clear()
      server.reservationStore.removeReservation(peer)
    }
    const reserve = server.reservationStore.reserve.bind(server.reservationStore)
    server.reservationStore.reserve = (peer, address) => {
      forget(peer)
      return reserve(peer, address)
    }
    admission.addEventListener('member:disconnected', ({ detail: { member, connection } }) => {
      if (newestDirect(admission, member.peer) == null) forget(connection.remotePeer)
    })
    server.handleConnect = async (call, given) => {
      await circuits.open(server.reservations, call, given)
    }
    const stop = server.stop.bind(server)
    return Object.assign(server, {
      figures: () => ({ reservations: server.reservations.size, circuits: circuits.size }),
      stop: async () => {
        circuits.stop()
        await stop()
      }
    })
  }
}

function isServer(
  server: CircuitRelayService
): server is ServerParts & { start(): Promise<void>; stop(): Promise<void> } {
  return 'handleConnect' in server && 'reservationStore' in server
}

const newestDirect = (admission: Admission, peer: string): Connection | undefined =>
  admission.connections(peer).findLast((each) => each.direct && each.status === 'open')

/** A message behind its length, on a stream whose wrapper is gone. */
const framed = (message: HopFields): Uint8Array =>
  protobuf.Writer.create().bytes(HOP_CODEC.encode(message)).finish()

/** Of a circuit that may be: whose it is, the source's stream and the destination's connection. */
interface CircuitParts {
  readonly source: PeerId
  readonly members: readonly string[]
  readonly begin: HopStream
  readonly connection: Connection
}

class Circuits {
  readonly #admission: Admission
  readonly #quota: RelayQuota
  readonly #shutdown = new AbortController()
  /** Open circuits by member. */
  readonly #counts = new Map<string, number>()
  size = 0

  constructor(admission: Admission, bytesPerHour: number) {
    this.#admission = admission
    this.#quota = new RelayQuota(bytesPerHour, () => performance.now())
    // One listener for each direction of each circuit.
    setMaxListeners(0, this.#shutdown.signal)
  }

  stop(): void {
    this.#shutdown.abort(new Error('the relay stops'))
  }

  /** Answers a request for a circuit, and carries it. */
  async open(
    reservations: CircuitRelayService['reservations'],
    call: ConnectCall,
    options: AbortOptions
  ): Promise<void> {
    const hop = call.stream.pb(HOP_CODEC)
    const answer = async (status: number, data?: number): Promise<void> => {
      const limit = data == null ? {} : { limit: { data } }
      await hop.write({ type: HOP_STATUS, status, ...limit }, options)
    }
    const source = call.connection.remotePeer
    if (!call.connection.direct) return await answer(STATUS.denied)
    const destination = peerOf(call.request.peer?.id)
    if (destination == null) return await answer(STATUS.malformed)
    const members = [source.toString(), destination.toString()]
    const connection = newestDirect(this.#admission, destination.toString())
    if (reservations.get(destination) == null || connection == null) {
      return await answer(STATUS.noReservation)
    }
    if (await this.#admission.gater.denyOutboundRelayedConnection?.(source, destination)) {
      return await answer(STATUS.denied)
    }
    if (members.some((member) => (this.#counts.get(member) ?? 0) >= CIRCUITS_PER_MEMBER_MAX)) {
      return await answer(STATUS.resourceLimit)
    }
    const release = this.#hold(members)
    try {
      await this.#carry({ source, members, begin: call.stream, connection }, options, release)
    } catch (error) {
      release()
      throw error
    }
  }

  /**
   * What the source has said already goes to the destination behind the question, which is whether it takes the circuit; nothing
   * goes back before it has agreed and the source knows.
   */
  async #carry(circuit: CircuitParts, options: AbortOptions, release: () => void): Promise<void> {
    const { members, source, connection } = circuit
    // 0 would mean that there is no limit.
    const data = Math.max(1, this.#quota.left(members))
    const end = await connection.newStream(STOP, {
      maxOutboundStreams: RELAY.maxOutboundStopStreams,
      runOnLimitedConnection: true,
      ...options
    })
    end.addEventListener('close', release, { once: true })
    const asked = pbStream(end, { maxDataLength: STOP_ANSWER_BYTES_MAX })
    const stop = asked.pb(STOP_CODEC)
    await stop.write(
      { type: STOP_CONNECT, peer: { id: source.toMultihash().bytes }, limit: { data } },
      options
    )
    const begin = circuit.begin.unwrap()
    const take = (bytes: number): number => this.#quota.take(members, bytes)
    forward(begin, end, take, this.#shutdown.signal)
    const isTaken = await stop.read(options).then(
      ({ status }) => status === STATUS.ok,
      () => false
    )
    if (isTaken) {
      begin.send(framed({ type: HOP_STATUS, status: STATUS.ok, limit: { data } }))
      forward(asked.unwrap(), begin, take, this.#shutdown.signal)
    } else {
      if (begin.writeStatus === 'writable') {
        begin.send(framed({ type: HOP_STATUS, status: STATUS.connectionFailed }))
      }
      end.abort(new UnreachableError('circuit_refused', 'the destination does not take the circuit'))
      await begin.close(options).catch(() => undefined)
    }
  }

  #hold(members: readonly string[]): () => void {
    const change = (by: 1 | -1): void => {
      this.size += by
      for (const member of members) {
        const count = (this.#counts.get(member) ?? 0) + by
        if (count > 0) this.#counts.set(member, count)
        else this.#counts.delete(member)
      }
    }
    change(1)
    let isHeld = true
    return () => {
      if (isHeld) change(-1)
      isHeld = false
    }
  }
}

/** The peer ID of an Ed25519 key, the only kind there is here: an identity multihash of the key's message. */
function peerOf(id: Uint8Array | undefined): PeerId | undefined {
  if (id?.byteLength !== KEY_AT + 32) return undefined
  return peerIdFromString(peerIdOfKey(id.subarray(KEY_AT)))
}
const KEY_AT = 6
