/**
 * Keeps a reservation on the relay of every coordinator that we are connected to, so that members reach us
 * through it. js-libp2p makes a configured reservation once, and neither again after the connection was lost
 * (#3601) nor after one failure, when it blacklists the relay.
 */

import type { CircuitRelayTransportComponents } from '@libp2p/circuit-relay-v2'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { Connection, Logger, PeerId, Transport } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'
import { createScalableCuckooFilter } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { errorMessage } from '../base/errors.ts'
import type { Admission } from './admission.ts'

/** A relay that cannot be reserved on is asked again after this time, doubled to the limit, milliseconds. */
const RETRY_MS = 2_000
const RETRY_MS_MAX = 300_000
/** Circuits that may end here at once; each is a stream on the connection to the relay. */
const CIRCUITS_MAX = 32

/** Parts of the relay transport (4.2.13, pinned) that its interface does not name. */
export interface RelayTransport extends Transport {
  readonly reservationStore: {
    relayFilter: ReturnType<typeof createScalableCuckooFilter>
    addRelay(peer: PeerId, type: 'configured'): Promise<unknown>
    hasReservation(peer: PeerId): boolean
  }
}

/** The relay transport for libp2p; `hold` gets it, for `keepReservations`. */
export function relayTransport(
  hold: (transport: RelayTransport) => void
): (components: CircuitRelayTransportComponents) => Transport {
  return (components) => {
    const transport = circuitRelayTransport({ maxInboundStopStreams: CIRCUITS_MAX })(components)
    if (!isRelayTransport(transport)) throw new TypeError('the relay transport has another form than 4.2.13')
    hold(transport)
    return transport
  }
}

function isRelayTransport(transport: Transport): transport is RelayTransport {
  return 'reservationStore' in transport
}

/** Reserves after each admission of a coordinator on a direct connection, until `signal` aborts. */
export function keepReservations(
  admission: Admission,
  transport: RelayTransport,
  transports: TransportManager,
  log: Logger,
  signal: AbortSignal
): void {
  /** Relays that have a listener; a second one would announce every address twice. */
  const listened = new Set<string>()
  const reserve = async (connection: Connection): Promise<void> => {
    const peer = connection.remotePeer
    transport.reservationStore.relayFilter = createScalableCuckooFilter(100)
    if (listened.has(peer.toString())) await transport.reservationStore.addRelay(peer, 'configured')
    else await transports.listen([relayAddress(connection)])
    listened.add(peer.toString())
  }
  const attempt = (connection: Connection, waitMs: number): void => {
    if (signal.aborted || connection.status !== 'open') return
    reserve(connection).catch((error: unknown) => {
      log('no reservation on %p: %s', connection.remotePeer, errorMessage(error))
      const again = setTimeout(attempt, waitMs, connection, Math.min(2 * waitMs, RETRY_MS_MAX))
      again.unref()
    })
  }
  const onConnected = (event: CustomEvent<{ connection: Connection; member: { role: string } }>): void => {
    const { connection, member } = event.detail
    if (member.role === 'coordinator' && connection.direct) attempt(connection, RETRY_MS)
  }
  admission.addEventListener('member:connected', onConnected)
  signal.addEventListener('abort', () => {
    admission.removeEventListener('member:connected', onConnected)
  })
}

/** The relay's listen form is its peer ID alone: the connection is there already. */
function relayAddress(connection: Connection): Multiaddr {
  return multiaddr(`/p2p/${connection.remotePeer.toString()}/p2p-circuit`)
}
