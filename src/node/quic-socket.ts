/**
 * One UDP socket of the engine: a listener's, the one that only dials, the one for AutoNAT dial-backs, or one of
 * a port probe. QUIC and raw datagrams share it; QUIC's fixed bit tells them apart.
 */

import type { Multiaddr } from '@multiformats/multiaddr'
import { InvalidError } from '../base/errors.ts'
import {
  expand,
  isLoopback,
  isWildcard,
  parseSocket,
  quicAddress,
  resolve,
  type SocketAddress,
  udpAddress
} from './quic-address.ts'
import type { ConnectionSink, EndpointSink, QuicEngine } from './quic-engine.ts'
import type { Bound, Buffers } from './quic-native.ts'
import type { Datagram, RawSocket } from './transport.ts'

/** A first byte with this bit would be taken for QUIC. */
const FIXED_BIT = 0x40

export interface SocketInit {
  engine: QuicEngine
  ip: string
  port: number
  /** Takes connections from the start. */
  accept: boolean
  /** Asked of the kernel each way until it dials or accepts, bytes; what the engine's settings say is the default. */
  bufferBytes?: number
  onInbound(socket: QuicSocket, conn: number): ConnectionSink
  onIncoming(remote: string): boolean
  onUnbound(socket: QuicSocket): void
}

export class QuicSocket implements EndpointSink, RawSocket {
  readonly bound: Bound
  readonly local: SocketAddress
  readonly #init: SocketInit
  readonly #listeners = new Set<(datagram: Datagram) => void>()
  readonly #unbound = Promise.withResolvers<void>()
  #accepts: boolean
  #closing = false

  /** Throws what the kernel says: the port is taken, the address is not ours. */
  constructor(init: SocketInit) {
    this.#init = init
    this.#accepts = init.accept
    this.bound = init.engine.native.bind(init.ip, init.port, init.accept, init.bufferBytes)
    this.local = { family: init.ip.includes(':') ? 6 : 4, ip: this.bound.ip, port: this.bound.port }
    init.engine.addEndpoint(this.bound.id, this)
  }

  get accepts(): boolean {
    return this.#accepts
  }

  /** What the kernel has granted it; undefined once it is closed. */
  get buffers(): Buffers | undefined {
    return this.#init.engine.native.buffers(this.bound.id) ?? undefined
  }

  /** The addresses at which peers reach this socket, wildcards expanded. */
  addresses(): Multiaddr[] {
    return expand(this.local).map((local) => quicAddress(local))
  }

  /** Whether a packet to `target` can leave by it. */
  reaches(target: SocketAddress): boolean {
    if (this.#closing || target.family !== this.local.family) return false
    return isWildcard(this.local.ip) || isLoopback(this.local.ip) === isLoopback(target.ip)
  }

  /** Takes connections from now on: a socket by which a port probe got through. */
  adopt(): void {
    this.#accepts = true
    this.#init.engine.native.setAccept(this.bound.id, true)
  }

  /**
   * Sends one raw datagram with its own hop limit. False: the kernel's buffer is full and it was dropped.
   * Throws InvalidError (`quic_raw`) for an empty one or one that a QUIC socket would take for QUIC.
   */
  async send(to: Multiaddr, bytes: Uint8Array, ttl: number): Promise<boolean> {
    if (bytes[0] == null || (bytes[0] & FIXED_BIT) !== 0) {
      throw new InvalidError('quic_raw', 'the first byte of a raw datagram must lack the bit 0x40')
    }
    const { ip, port } = await resolve(to)
    return this.#init.engine.native.sendRaw(this.bound.id, ip, port, bytes, ttl)
  }

  /** Calls back with each raw datagram; the answer ends it. */
  onDatagram(listener: (datagram: Datagram) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Closes the socket and its connections, dialed ones too. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true
      this.#init.engine.native.unbind(this.bound.id)
    }
    await this.#unbound.promise
  }

  onInbound(conn: number): ConnectionSink {
    return this.#init.onInbound(this, conn)
  }

  onIncoming(remote: string): boolean {
    return this.#init.onIncoming(remote)
  }

  onRaw(from: string, bytes: Buffer): void {
    const datagram = { from: udpAddress(parseSocket(from)), bytes, socket: this }
    for (const listener of this.#listeners) listener(datagram)
  }

  onUnbound(): void {
    this.#closing = true
    this.#init.onUnbound(this)
    this.#unbound.resolve()
  }
}
