/**
 * The seam between the mesh and the carrier of its packets: libp2p's `Transport` and what hole punching,
 * roaming and adaptive keep-alive need beyond it. An implementation says `UNSUPPORTED` for what it lacks,
 * and callers live with that answer; nothing here throws for it.
 */

import type { Connection, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** The answer of an implementation that lacks a feature. A value, so that callers must look at it. */
export const UNSUPPORTED = 'unsupported'
export type Unsupported = typeof UNSUPPORTED

/** A datagram that is not QUIC, as it came in on the socket that dials and listens. */
export interface Datagram {
  readonly from: Multiaddr
  readonly bytes: Uint8Array
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
  /** Calls back with each raw datagram; the answer ends it. */
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
