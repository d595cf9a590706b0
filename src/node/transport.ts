/**
 * The seam between the mesh and the carrier of its packets: libp2p's `Transport` and what hole punching,
 * roaming and adaptive keep-alive need beyond it. An implementation says `UNSUPPORTED` for what it lacks,
 * and callers live with that answer; nothing here throws for it.
 */

import type { Connection, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Family, SocketAddress } from './quic-address.ts'

/** The answer of an implementation that lacks a feature. A value, so that callers must look at it. */
export const UNSUPPORTED = 'unsupported'
export type Unsupported = typeof UNSUPPORTED

/** A datagram that is not QUIC, as it came in. */
export interface Datagram {
  readonly from: Multiaddr
  readonly bytes: Uint8Array
  /** The socket that it came in on: an answer leaves by the same. */
  readonly socket: RawSocket
}

/** One UDP socket, for datagrams that are not QUIC. */
export interface RawSocket {
  readonly local: SocketAddress
  /** False: the kernel's buffer is full and it was dropped. Throws what the kernel says. */
  send(to: Multiaddr, bytes: Uint8Array, ttl: number): Promise<boolean>
  onDatagram(listener: (datagram: Datagram) => void): () => void
  close(): Promise<void>
}

/** A connection goes on from, or to, another address. */
export interface PathChange {
  readonly connection: Connection
  readonly local: Multiaddr
  readonly remote: Multiaddr
}

/** Figures of one connection. Milliseconds and bytes. */
export interface Figures {
  readonly rttMs: number
  readonly cwndBytes: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** Receive windows of one connection, in bytes: what a peer may send before we read. */
export interface Windows {
  readonly streamBytes: number
  readonly connectionBytes: number
}

export interface MeshTransport extends Transport {
  /** Sends one raw datagram from the shared socket; `ttl` is the IP hop limit. */
  sendDatagram(
    address: Multiaddr,
    bytes: Uint8Array,
    options: { readonly ttl: number }
  ): Promise<void> | Unsupported
  /** The socket that dials `target`, opened if need be. */
  socketTo(target: SocketAddress): RawSocket | Unsupported
  /** Another socket, which its opener closes; what comes in on it is told to its own listeners only. */
  openSocket(family: Family, port?: number): RawSocket | Unsupported
  /** The machine's addresses have changed: dialed connections probe their new path at once. */
  networkChanged(): Unsupported | undefined
  /** Calls back with each raw datagram on sockets that listen or dial; the answer ends it. */
  onDatagram(listener: (datagram: Datagram) => void): (() => void) | Unsupported
  /** Our own address as this connection's peer sees it. */
  observedAddress(connection: Connection): Multiaddr | Unsupported
  /** Calls back when a connection has moved to another path; the answer ends it. */
  onPathChange(listener: (change: PathChange) => void): (() => void) | Unsupported
  /** Interval of the transport's own keep-alive packets, milliseconds; 0 sends none. */
  setKeepAlive(connection: Connection, intervalMs: number): Unsupported | undefined
  setWindows(connection: Connection, windows: Windows): Unsupported | undefined
  figures(connection: Connection): Figures | Unsupported
}
