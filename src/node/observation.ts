/** What this machine knows of its own addresses, and what it can ask others about them: the seam of src/node/observe.ts. */

import type { Startable, TypedEventTarget } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Nat } from '../model/nat.ts'
import type { Datagrams } from './datagrams.ts'

/** What this machine looks like from outside, in one epoch. */
export interface Observation {
  /** Rises when the machine's network changes; nothing of an older epoch is in here. */
  readonly epoch: number
  /** Milliseconds since the epoch of time. */
  readonly at: number
  /** `/ip/udp/quic-v1` at which the shared sockets were seen, and those that a router maps to them. */
  readonly external: readonly Multiaddr[]
  /** Those of `external` that a router maps to us. */
  readonly mapped: readonly Multiaddr[]
  /** The machine's own addresses with the port that it listens on. */
  readonly lan: readonly Multiaddr[]
  readonly nat: Nat
}

export interface ObserverEvents {
  /** Another observation than before. */
  change: CustomEvent<Observation>
  /** A member asked by datagram how it is seen: it is alive, and reached at this UDP address. */
  heard: CustomEvent<{ readonly peer: string; readonly address: Multiaddr }>
  /** An answerer asks us to look at our link to it. */
  wake: CustomEvent<{ readonly peer: string }>
}

export interface Observer extends TypedEventTarget<ObserverEvents>, Startable {
  view(): Observation
  /** The same after one round trip to an answerer: with the newest ports of a NAT that changes them. Throws the signal's reason. */
  refresh(signal: AbortSignal): Promise<Observation>
  /**
   * One keep-alive datagram to an answerer's main socket; how it sees us, and the round trip. Throws UnreachableError
   * (`observe_unknown`: no session with that peer; `observe_unsupported`: not with this QUIC) or the signal's reason
   * where no answer came.
   */
  probe(peer: string, signal: AbortSignal): Promise<{ readonly address: Multiaddr; readonly rttMs: number }>
  /** Asks a member that was heard at `address` to look at its link to us. */
  wake(peer: string, address: Multiaddr): void
  /** Members that may still use sessions of before our restart. */
  know(peers: Iterable<string>): void
  /** The machine's network has changed: a new epoch. */
  networkChanged(): void
  /** How long an idle mapping lasts, as the keep-alive has learned; forgotten with the epoch. */
  setLifetime(ms: number | null): void
  /** Addresses that a router maps to ours. They count once an answerer has seen us at the same IP: a router may say anything. */
  setMapped(addresses: readonly Multiaddr[]): void
  /** For hole punching and whoever else sends raw datagrams. */
  readonly datagrams: Datagrams
}
