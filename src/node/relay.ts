/**
 * Keeps a reservation on every coordinator and relay that we are connected to, so that members reach us through it.
 * js-libp2p makes a configured reservation once, and neither again after the connection was lost (#3601) nor after one
 * failure, when it blacklists the relay, nor after a refresh that failed.
 */

import type { CircuitRelayTransportComponents } from '@libp2p/circuit-relay-v2'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { Connection, Logger, PeerId, Transport } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'
import { createScalableCuckooFilter } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { errorMessage } from '../base/errors.ts'
import { isRelaying } from '../model/peer.ts'
import type { Admission } from './admission.ts'

/** A relay that cannot be reserved on is asked again after this time, doubled to the limit, with jitter, milliseconds. */
const RETRY_MS = 2_000
const RETRY_MS_MAX = 300_000
/** Circuits that may end here at once; each is a stream on the connection to the relay. */
const CIRCUITS_MAX = 32

interface ReservationEvent {
  readonly relay: PeerId
}

/** Parts of the relay transport (4.2.13, pinned) that its interface does not name. */
export interface RelayTransport extends Transport {
  readonly reservationStore: EventTarget & {
    relayFilter: ReturnType<typeof createScalableCuckooFilter>
    addRelay(peer: PeerId, type: 'configured'): Promise<unknown>
    hasReservation(peer: PeerId): boolean
  }
}

/** The relay transport for libp2p; `hold` gets it, for `Reservations`. */
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

export interface ReservationsInit {
  readonly admission: Admission
  readonly transport: RelayTransport
  readonly transports: Pick<TransportManager, 'listen'>
  readonly log: Logger
  /** We are reached without a relay. */
  readonly isRelay: boolean
  /** 0 to 1, for jitter. */
  random(): number
}

export interface ReservationEvents {
  /** Peer ID of a relay on which a reservation is held now. */
  reserved: CustomEvent<string>
  /** Peer ID of a relay on which none is held any more. */
  lost: CustomEvent<string>
  /** Peer ID of a relay that would not or could not give one; it is asked again later. */
  refused: CustomEvent<string>
}

/** Reserves after each admission of a relaying member on a direct connection, for as long as that lasts; who relays does not. */
export class Reservations extends TypedEventEmitter<ReservationEvents> {
  readonly #init: ReservationsInit
  readonly #shutdown = new AbortController()
  /** Relays that have a listener; a second one would announce every address twice. */
  readonly #listened = new Set<string>()

  constructor(init: ReservationsInit) {
    super()
    this.#init = init
    if (init.isRelay) return
    init.admission.addEventListener('member:connected', ({ detail: { connection, member } }) => {
      if (isRelaying(member.role) && connection.direct) this.#attempt(connection, RETRY_MS)
    })
    init.transport.reservationStore.addEventListener('relay:removed', (event) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the relay transport sends
      const { relay } = (event as CustomEvent<ReservationEvent>).detail
      this.safeDispatchEvent('lost', { detail: relay.toString() })
      // The connection is there yet: a refresh has failed.
      const open = this.#init.admission.connections(relay.toString()).findLast((each) => each.direct)
      if (open != null) this.#later(open, RETRY_MS)
    })
  }

  /** Peer IDs of the relays on which we hold a reservation. */
  get held(): string[] {
    const { admission, transport } = this.#init
    const relays = admission.connections().filter((each) => each.direct)
    const peers = relays.map(({ remotePeer }) => remotePeer)
    const held = peers.filter((peer) => transport.reservationStore.hasReservation(peer))
    return [...new Set(held.map((peer) => peer.toString()))]
  }

  stop(): void {
    this.#shutdown.abort()
  }

  #attempt(connection: Connection, waitMs: number): void {
    if (this.#shutdown.signal.aborted || connection.status !== 'open') return
    const peer = connection.remotePeer
    this.#reserve(peer).then(
      () => this.safeDispatchEvent('reserved', { detail: peer.toString() }),
      (error: unknown) => {
        this.#init.log('no reservation on %p: %s', peer, errorMessage(error))
        if (this.#shutdown.signal.aborted || connection.status !== 'open') return
        this.safeDispatchEvent('refused', { detail: peer.toString() })
        this.#later(connection, waitMs)
      }
    )
  }

  #later(connection: Connection, waitMs: number): void {
    const jittered = waitMs * (0.5 + this.#init.random())
    setTimeout(() => {
      this.#attempt(connection, Math.min(2 * waitMs, RETRY_MS_MAX))
    }, jittered).unref()
  }

  async #reserve(peer: PeerId): Promise<void> {
    const { transport, transports } = this.#init
    // A filter of relays that failed once, which nothing clears.
    transport.reservationStore.relayFilter = createScalableCuckooFilter(100)
    if (this.#listened.has(peer.toString())) {
      await transport.reservationStore.addRelay(peer, 'configured')
    } else await transports.listen([relayAddress(peer)])
    this.#listened.add(peer.toString())
  }
}

/** The relay's listen form is its peer ID alone: the connection is there already. */
function relayAddress(peer: PeerId): Multiaddr {
  return multiaddr(`/p2p/${peer.toString()}/p2p-circuit`)
}
