/** Ways to a member: which connection is best now, and how to get one. docs/mesh.md. */

import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Method, NatName } from '../model/nat.ts'

/** What is told of the way to a peer (`ping`, `net`, `status`). Times in milliseconds. */
export interface PathView {
  readonly path: 'direct' | 'relay'
  /** Peer ID of the relay. */
  readonly relay: string | null
  readonly transport: string
  readonly nat: { readonly ours: NatName; readonly theirs: NatName }
  /** From the relayed connection until the direct one was admitted; null while there is none. */
  readonly directMs: number | null
  readonly method: Method | null
  /** Attempts that the hole punch has made so far. */
  readonly attempts: number
  /** Why there is no direct path, as a stable code; null while one is open or still sought. */
  readonly reason: string | null
}

export interface ReachOptions {
  /** Addresses at which the peer may be dialed directly, LAN ones included. */
  readonly addresses?: readonly Multiaddr[]
  /** Members that relay, in the order to be asked: connected ones first. */
  readonly relays?: readonly string[]
}

export interface Paths {
  /** The best open, admitted connection: direct before relayed, QUIC before TCP, newest before older. */
  best(peer: string): Connection | undefined
  /** Yields the best connection now and after each change, undefined while there is none. Ends with the signal. */
  follow(peer: string, signal: AbortSignal): AsyncIterable<Connection | undefined>
  /**
   * An admitted connection: the open one that is best, else the first of LAN, direct and relayed that succeeds. Seeks
   * a direct one beside it, and keeps what it needs for that, until `signal` aborts or nobody uses the peer.
   * Throws UnreachableError (`peer_unreachable`) or the signal's reason.
   */
  reach(peer: string, options: ReachOptions, signal: AbortSignal): Promise<Connection>
  /** A direct connection is silent: until it and its like have answered twice relayed ones are better; what does not is closed. */
  doubt(connection: Connection): void
  view(peer: string): PathView | undefined
  /** The view once the path is direct, or it is known why it stays relayed; the view as it is when `signal` aborts. */
  settled(peer: string, signal: AbortSignal): Promise<PathView | undefined>
}
