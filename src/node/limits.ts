/** Every limit of the libp2p node that is not a protocol's own, with its reason. Times in milliseconds. */

import type { ConnectionManagerInit } from 'libp2p'
import type { Role } from '../model/peer.ts'
import { isRelaying } from '../model/peer.ts'
import { compareAddresses } from './addresses.ts'

const DAY_MS = 86_400_000

/** A connection on which nothing came for this long is gone. Above twice the slowest heartbeat of 120 s. */
export const IDLE_TIMEOUT_MS = 300_000

/** Addresses and peers are kept for robots that are stored away over weeks (the default is 1 h and 6 h). */
export const PEER_STORE = { maxAddressAge: 60 * DAY_MS, maxPeerAge: 60 * DAY_MS } as const

/** Fleets of thousands of devices at a coordinator; a device talks to coordinators, its site and some admins. */
const CONNECTIONS_MAX: Record<Role, number> = { coordinator: 8_192, relay: 8_192, device: 64, admin: 512 }

/** QUIC connections in memory, half-open ones included: what the connection manager takes and as much again for a storm. */
export const QUIC_CONNECTIONS_MAX: Record<Role, number> = {
  coordinator: 16_384,
  relay: 16_384,
  device: 128,
  admin: 1_024
}

/** Limits of connections for a role. */
export function connectionLimits(role: Role): ConnectionManagerInit {
  return {
    maxConnections: CONNECTIONS_MAX[role],
    // A whole site sits behind one address and comes back at once; the default of 5 a second turns it away.
    inboundConnectionThreshold: isRelaying(role) ? 256 : 10,
    maxIncomingPendingConnections: isRelaying(role) ? 128 : 16,
    // Two round trips of a bad mobile link; strangers get no longer.
    inboundUpgradeTimeout: 5_000,
    inboundStreamProtocolNegotiationTimeout: 5_000,
    outboundStreamProtocolNegotiationTimeout: 5_000,
    // A peer that is gone must not delay a stop.
    connectionCloseTimeout: 500,
    // Addresses are tried one after another, so a dead one may not eat the time of the rest.
    addressDialTimeout: 5_000,
    dialTimeout: 20_000,
    maxPeerAddrsToDial: 12,
    // An admin pings a fleet, a device a handful; each dial holds a handshake.
    maxParallelDials: role === 'device' ? 16 : 64,
    maxDialQueueLength: 512,
    addressSorter: (a, b) => compareAddresses(a.multiaddr, b.multiaddr)
  }
}

/** No keep-alive of the muxer: the heartbeat of the status protocol does that, at a rate that the SIM can pay. */
export const YAMUX = {
  enableKeepAlive: false,
  // As many as QUIC allows, and no stream may fill more than a chunk and its request.
  maxInboundStreams: 64,
  maxOutboundStreams: 256,
  streamOptions: { initialStreamWindowSize: 262_144, maxStreamWindowSize: 1_048_576 }
} as const

/** A socket without traffic is closed when a QUIC connection would be. */
export const TCP = {
  inboundSocketInactivityTimeout: IDLE_TIMEOUT_MS,
  outboundSocketInactivityTimeout: IDLE_TIMEOUT_MS,
  backlog: 128
} as const

/**
 * Reservations are for members alone, one each, and end with their connection. Circuits are limited, so that only protocols
 * run on them that say so; what the limit is, relay-server.ts says for each circuit.
 */
export const RELAY = {
  hopTimeout: 10_000,
  maxInboundHopStreams: 64,
  maxOutboundStopStreams: 32,
  reservations: {
    maxReservations: CONNECTIONS_MAX.coordinator,
    reservationTtl: 7_200_000,
    applyDefaultLimit: false
  }
} as const

/** Bytes that a member may have relayed in an hour, unless configured otherwise: days of control, or one large release. */
export const RELAY_BYTES_PER_HOUR = 256 * 1024 * 1024

/**
 * The DHT is a hint. A device asks when it looks for something: refreshing every 5 minutes would cost it more
 * data in a month than everything else.
 */
export const DHT_REFRESH_MS: Record<Role, number> = {
  coordinator: 600_000,
  relay: 600_000,
  device: DAY_MS,
  admin: DAY_MS
}

/** A ping begins before the end of the one before it has been answered (the default of one allows none such). */
export const PING = { maxInboundStreams: 8, maxOutboundStreams: 8 } as const
