/** Which QUIC runs: our own, where its addon was built for this machine, else `@chainsafe/libp2p-quic`. */

import type { QuicComponents as ChainsafeComponents } from '@chainsafe/libp2p-quic'
import type { Role } from '../model/peer.ts'
import { IDLE_TIMEOUT_MS, QUIC_CONNECTIONS_MAX } from './limits.ts'
import type { QuicComponents } from './quic.ts'
import { quic } from './quic.ts'
import { quicChainsafe } from './quic-chainsafe.ts'
import { loadAddon, quicIsBuilt } from './quic-native.ts'
import type { MeshTransport } from './transport.ts'

/** Bytes that a member may send on all streams before we read: three chunks under way, and room for the rest. */
export const MEMBER_WINDOW_BYTES = 8 * 1024 * 1024

/** True when our own transport runs on this machine. */
export function hasOwnQuic(): boolean {
  if (!quicIsBuilt()) return false
  try {
    loadAddon()
    return true
  } catch {
    // Built for another machine or C library: `doctor` says that the other one runs.
    return false
  }
}

/** The factory that libp2p calls. */
export function quicTransport(
  role: Role
): (components: QuicComponents & ChainsafeComponents) => MeshTransport {
  if (!hasOwnQuic()) return quicChainsafe({ idleTimeoutMs: IDLE_TIMEOUT_MS })
  return quic({
    connectionsMax: QUIC_CONNECTIONS_MAX[role],
    idleMs: IDLE_TIMEOUT_MS,
    idleMaxMs: IDLE_TIMEOUT_MS,
    // The heartbeat of the status protocol keeps NAT mapping and connection; packets beside it would only cost data.
    keepAliveMs: 0
  })
}
