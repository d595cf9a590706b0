/** What hole punching needs of the QUIC transport: sockets to send raw datagrams from, and dials from a given one. */

import type { Multiaddr } from '@multiformats/multiaddr'
import type { Nat } from '../../model/nat.ts'
import type { QuicTransport } from '../quic.ts'
import type { QuicSocket } from '../quic-socket.ts'

export type PunchSocket = Pick<
  QuicSocket,
  'accepts' | 'adopt' | 'bound' | 'close' | 'onDatagram' | 'reaches' | 'send'
>

export type PunchTransport = Pick<QuicTransport, 'dialFrom' | 'openSocket' | 'sockets'>

/** What this node knows of itself; the observer's view. */
export interface Local {
  readonly external: readonly Multiaddr[]
  readonly lan: readonly Multiaddr[]
  readonly nat: Nat
}
