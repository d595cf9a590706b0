/** The libp2p node of every role: transports, identify, DHT, relay and admission around our own protocols. */

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Identify, IdentifyPush } from '@libp2p/identify'
import { identify, identifyPush } from '@libp2p/identify'
import type { ComponentLogger, Connection, Ed25519PrivateKey, Logger, ServiceMap } from '@libp2p/interface'
import { FaultTolerance } from '@libp2p/interface'
import type { ConnectionManager, TransportManager } from '@libp2p/interface-internal'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import type { Ping } from '@libp2p/ping'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Datastore } from 'interface-datastore'
import type { Libp2p, ServiceFactoryMap } from 'libp2p'
import { createLibp2p } from 'libp2p'
import { systemClock } from '../base/clock.ts'
import type { Role } from '../model/peer.ts'
import { isRelaying } from '../model/peer.ts'
import { SEED_BYTES } from '../trust/keys.ts'
import type { AdmissionComponents } from './admission.ts'
import { Admission } from './admission.ts'
import {
  connectionLimits,
  DHT_REFRESH_MS,
  PEER_STORE,
  PING,
  RELAY_BYTES_PER_HOUR,
  TCP,
  YAMUX
} from './limits.ts'
import type { Observer } from './observation.ts'
import type { ObserverComponents } from './observe.ts'
import { observer } from './observe.ts'
import { optimisticDials, optimisticMuxer } from './optimistic.ts'
import { dialAtOnce } from './optimistic-relay.ts'
import { noteProtocolsOnce } from './protocol-notes.ts'
import type { Punch, PunchComponents, PunchGate, PunchInit } from './punch/service.ts'
import { punch } from './punch/service.ts'
import type { Local } from './punch/transport.ts'
import { QuicTransport } from './quic.ts'
import { isQuic } from './quic-address.ts'
import { MEMBER_WINDOW_BYTES, quicTransport } from './quic-choice.ts'
import { stopReconnecting } from './reconnect.ts'
import type { RelayTransport } from './relay.ts'
import { Reservations, relayTransport } from './relay.ts'
import type { Relay } from './relay-server.ts'
import { relayServer } from './relay-server.ts'
import type { MeshTransport } from './transport.ts'

export interface NodeOptions<T extends ServiceMap> {
  readonly role: Role
  /** Fleet id: names the private DHT. */
  readonly fleet: string
  readonly privateKey: Ed25519PrivateKey
  /** Multiaddrs to listen on; none for a node that only dials. */
  readonly listen: readonly string[]
  /** Multiaddrs to announce instead of those that are listened on. */
  readonly announce?: readonly string[]
  readonly datastore: Datastore
  readonly logger: ComponentLogger
  /** Protocol of which a stranger may make one request. */
  readonly greeting: string
  /** Our own protocols. */
  readonly protocols: ServiceFactoryMap<T>
  /** What the node knows of its own addresses and NAT, and how far it goes to get through. */
  readonly punch?: Partial<Pick<PunchInit, 'local' | 'mayLoop' | 'mayPairBlocks'>>
  /** Bytes that a member may have relayed here in an hour; RELAY_BYTES_PER_HOUR by default. */
  readonly relayBytesPerHour?: number | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The only encrypter of connections that are not QUIC. */
const NOISE = '/noise'

/** Parts that libp2p constructs and does not show. */
interface Held {
  transport?: MeshTransport
  relay?: RelayTransport
  observer?: Observer
  transports?: TransportManager
  log?: Logger
}

interface OwnServices {
  readonly identify: Identify
  readonly identifyPush: IdentifyPush
  readonly ping: Ping
  readonly dht: KadDHT
  readonly observer: Observer
  readonly punch: Punch
  /** The relay, on coordinators and relays. */
  readonly relay?: Relay
}

export interface MeshNode<T extends ServiceMap> {
  /** libp2p peer ID. */
  readonly peer: string
  readonly libp2p: Libp2p
  readonly services: OwnServices
  readonly protocols: T
  readonly admission: Admission
  /** Own addresses and NAT as others are told of them. */
  local(): Local
  /** The QUIC transport with what it offers beyond libp2p. */
  readonly transport: MeshTransport
  /** Where members reach us by circuit. */
  readonly reservations: Reservations
  /** Dials a circuit beside another to the same peer: libp2p has the second wait until the first has failed. */
  dialBeside(circuit: Multiaddr, signal: AbortSignal): Promise<Connection>
  /** Begins to listen and to relay. A node is started once. */
  start(): Promise<void>
  /** Ends every connection; the datastore stays open for whoever opened it. Takes under 1.5 s. */
  stop(): Promise<void>
}

/**
 * Makes a node that is not started, so that what answers its protocols can be made around it first.
 * `start` throws libp2p's error when no address can be listened on.
 */
export async function createNode<T extends ServiceMap>(options: NodeOptions<T>): Promise<MeshNode<T>> {
  const admission = new Admission(options.greeting, options.now)
  const createQuic = quicTransport(options.role)
  const held: Held = {}
  const services = {
    admission: (
      components: AdmissionComponents & {
        transportManager: TransportManager
        connectionManager: ConnectionManager
      }
    ) => {
      stopReconnecting(components.connectionManager)
      held.transports = components.transportManager
      held.log = components.logger.forComponent('shoal:relay')
      admission.attach(components)
      return admission
    },
    ...ownServices(options, admission),
    observer: (components: ObserverComponents) =>
      (held.observer = observer({
        secret: options.privateKey.raw.subarray(0, SEED_BYTES),
        admission,
        transport: () => must(held.transport),
        now: options.now
      })(components)),
    punch: (components: PunchComponents) => {
      const { local = () => localOf(must(held.observer), admission), ...rest } = options.punch ?? {}
      const transport = (): QuicTransport | undefined =>
        held.transport instanceof QuicTransport ? held.transport : undefined
      return punch({
        ...rest,
        local,
        ...(options.punch?.local == null
          ? { fresh: async (signal: AbortSignal) => await freshen(must(held.observer), signal) }
          : {}),
        transport,
        gate: gateOf(admission),
        clock: systemClock,
        random: Math.random
      })(components)
    },
    ...options.protocols
  }
  const libp2p: Libp2p = await createLibp2p({
    start: false,
    privateKey: options.privateKey,
    logger: options.logger,
    datastore: options.datastore,
    nodeInfo: { name: 'shoal', version: '1', userAgent: 'shoal/1' },
    addresses: { listen: [...options.listen], announce: [...(options.announce ?? [])] },
    transports: [
      (components) => (held.transport = createQuic(components)),
      (components) => optimisticDials(tcp(TCP)(components), NOISE),
      (components) => {
        const relayed = relayTransport((transport) => (held.relay = transport))(components)
        return optimisticDials(dialAtOnce(relayed, components), NOISE)
      }
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [optimisticMuxer(yamux(YAMUX))],
    connectionGater: admission.gater,
    connectionManager: connectionLimits(options.role),
    // It pings each connection every 10 s: some 300 MB a month, and cuts those that answer late.
    connectionMonitor: { enabled: false },
    peerStore: PEER_STORE,
    transportManager: { faultTolerance: FaultTolerance.FATAL_ALL },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each factory names the components it needs
    services: services as ServiceFactoryMap
  })
  noteProtocolsOnce(libp2p.peerStore)
  const [transport, relay, transports, log] = [
    must(held.transport),
    must(held.relay),
    must(held.transports),
    must(held.log)
  ]
  // Strangers have narrow windows; a member may fill wide ones.
  admission.addEventListener('member:connected', ({ detail: { connection } }) => {
    transport.setWindows(connection, {
      streamBytes: MEMBER_WINDOW_BYTES,
      connectionBytes: MEMBER_WINDOW_BYTES
    })
  })
  const reservations = new Reservations({
    admission,
    transport: relay,
    transports,
    log,
    isRelay: isRelaying(options.role),
    random: Math.random
  })
  return {
    peer: libp2p.peerId.toString(),
    libp2p,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- libp2p made them from our factories
    services: libp2p.services as unknown as OwnServices,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
    protocols: libp2p.services as T,
    admission,
    local: options.punch?.local ?? (() => localOf(must(held.observer), admission)),
    transport,
    reservations,
    dialBeside: async (circuit, signal) => await transports.dial(circuit, { signal }),
    start: async () => {
      await libp2p.start()
    },
    stop: async () => {
      reservations.stop()
      await libp2p.stop()
    }
  }
}

/** The observer's view; who has come through by TCP alone need not wait for it to know that UDP does not pass. */
function localOf(own: Observer, admission: Admission): Local {
  const view = own.view()
  const links = admission.connections().filter(({ direct, direction }) => direct && direction === 'outbound')
  const isTcpOnly = links.length > 0 && !links.some(({ remoteAddr }) => isQuic(remoteAddr))
  const isUnseen = view.nat.name === 'unknown' && view.external.length === 0
  return isUnseen && isTcpOnly ? { ...view, nat: { ...view.nat, name: 'udp-blocked' } } : view
}

/** Resolves once the mapping is known, with the newest ports where each flow has another. Throws the signal's reason. */
async function freshen(own: Observer, signal: AbortSignal): Promise<void> {
  while (own.view().nat.mapping === 'unknown') {
    signal.throwIfAborted()
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        own.removeEventListener('change', wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      own.addEventListener('change', wake)
      signal.addEventListener('abort', wake)
    })
  }
  if (own.view().nat.mapping === 'edm') await own.refresh(signal)
}

/** A direct connection is let in by the relayed one beside it. */
function gateOf(admission: Admission): PunchGate {
  return {
    onOpened: (listener) => {
      admission.addEventListener('connection:new', ({ detail }) => {
        listener(detail)
      })
    },
    onAdmitted: (listener) => {
      admission.addEventListener('member:connected', ({ detail }) => {
        listener(detail.connection)
      })
    },
    isAdmitted: (connection) => admission.member(connection) != null,
    succeed: (connection) => admission.succeed(connection)
  }
}

function must<T>(part: T | undefined): T {
  if (part == null) throw new TypeError('libp2p did not construct its components')
  return part
}

/** Identifies the peer of an admitted connection: its addresses and protocols go to the peer store. */
export async function identifyPeer(
  node: { readonly services: Pick<OwnServices, 'identify'> },
  connection: Connection,
  signal: AbortSignal
): Promise<void> {
  await node.services.identify.identify(connection, { signal })
}

function ownServices<T extends ServiceMap>(options: NodeOptions<T>, admission: Admission) {
  const isServer = isRelaying(options.role)
  return {
    // Only after admission, by whoever admits: to a stranger we say nothing about ourselves.
    identify: identify({ runOnConnectionOpen: false }),
    identifyPush: identifyPush(),
    ping: ping({ runOnLimitedConnection: true, ...PING }),
    dht: (components: KadDHTComponents) => {
      const refreshMs = DHT_REFRESH_MS[options.role]
      const dht = kadDHT({
        protocol: `/shoal/${options.fleet}/kad/1.0.0`,
        clientMode: !isServer,
        // The fleet's own network: private addresses are as good as others, and an empty one is no error.
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
        querySelfInterval: refreshMs,
        maxInboundStreams: 8,
        maxOutboundStreams: 8,
        incomingMessageTimeout: 5_000
      })(components)
      // kad-dht (16.4.5, pinned) has no option for it.
      if (!hasRefresh(dht)) throw new TypeError('the DHT has another form than 16.4.5')
      dht.routingTableRefresh.refreshInterval = refreshMs
      return dht
    },
    ...(isServer
      ? { relay: relayServer({ admission, bytesPerHour: options.relayBytesPerHour ?? RELAY_BYTES_PER_HOUR }) }
      : {})
  }
}

function hasRefresh(dht: KadDHT): dht is KadDHT & { routingTableRefresh: { refreshInterval: number } } {
  return 'routingTableRefresh' in dht
}
