/** The composition root: one state directory, one node, the services of its role. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { FlooredClock, seconds, systemClock } from '../base/clock.ts'
import { InvalidError, RefusedError, UnreachableError } from '../base/errors.ts'
import { lockDirectory } from '../host/lock.ts'
import type { NetworkState } from '../host/network.ts'
import { watchNetwork } from '../host/network.ts'
import { systemSpawn } from '../host/spawn.ts'
import type { Member, Role } from '../model/peer.ts'
import { isNear } from '../node/addresses.ts'
import { openPeerDatastore } from '../node/datastore.ts'
import type { MeshNode } from '../node/node.ts'
import { createNode } from '../node/node.ts'
import type { Paths } from '../node/paths.ts'
import { MeshPaths } from '../node/paths-mesh.ts'
import { pingConnection } from '../node/ping.ts'
import { isQuic } from '../node/quic-address.ts'
import type { Admin } from '../protocols/admin.ts'
import { admin } from '../protocols/admin.ts'
import type { Content } from '../protocols/content.ts'
import { content } from '../protocols/content.ts'
import type { Enrol } from '../protocols/enrol.ts'
import { enrol } from '../protocols/enrol.ts'
import type { Hello } from '../protocols/hello.ts'
import { HELLO, hello } from '../protocols/hello.ts'
import type { OfferProtocol } from '../protocols/offer.ts'
import { offer } from '../protocols/offer.ts'
import type { StatusProtocol } from '../protocols/status.ts'
import { status } from '../protocols/status.ts'
import type { Tunnel } from '../protocols/tunnel.ts'
import { tunnel } from '../protocols/tunnel.ts'
import { createAddressRecords } from '../services/address-record.ts'
import type { Discovery } from '../services/discovery.ts'
import type { Enrolments } from '../services/enrolments.ts'
import type { Home } from '../services/home.ts'
import {
  openHome,
  readIdentity,
  storeAddressRecord,
  storeBundle,
  storeRevocations
} from '../services/home.ts'
import type { Keeper } from '../services/keep-alive.ts'
import type { Membership } from '../services/membership.ts'
import { createMembership } from '../services/membership.ts'
import type { PortMapping } from '../services/port-mapping.ts'
import { signingKey } from '../trust/keys.ts'
import type { VerifiedMember } from '../trust/membership.ts'
import { issuedOf, verifyBundle } from '../trust/membership.ts'
import type { Config } from './config.ts'
import { readConfig } from './config.ts'
import { CoordinatorFinder, createDiscovery } from './finding.ts'
import { openKeeper } from './keeping.ts'
import { announceOf, listenOn } from './listen.ts'
import type { Log } from './log.ts'
import { createLog } from './log.ts'
import { openPortMapping } from './port-mapping.ts'

interface Protocols extends Record<string, unknown> {
  readonly hello: Hello
  readonly enrol: Enrol
  readonly status: StatusProtocol
  readonly offer: OfferProtocol
  readonly content: Content
  readonly admin: Admin
  readonly tunnel: Tunnel
}

/** What a role's services answer on the protocols; what is absent is refused. */
export interface RoleHandlers {
  readonly status?: Pick<Parameters<typeof status>[0], 'onDevice'>
  readonly offer?: Pick<Parameters<typeof offer>[0], 'offered' | 'cancelled'>
  readonly content?: Parameters<typeof content>[0]
  readonly admin?: Pick<Parameters<typeof admin>[0], 'handle'>
  readonly tunnel?: Parameters<typeof tunnel>[0]
  readonly enrolments?: Enrolments['enrol']
  /** A verified member, before it is admitted; durable when this resolves. */
  seen?(verified: VerifiedMember, bundle: Uint8Array): Promise<void>
  pin?(ticket: string, key: Uint8Array): Promise<boolean>
  storeRevocations?(signed: Uint8Array): Promise<void>
}

/** A node on a state directory: the ground on which a role's services stand. */
export interface Ground {
  readonly home: Home
  readonly config: Config
  readonly clock: FlooredClock
  readonly log: Log
  readonly role: Role
  readonly node: MeshNode<Protocols>
  readonly membership: Membership
  /** How links are kept alive. */
  readonly keeper: Keeper
  readonly paths: Paths
  /** Addresses on our own networks at which a peer was known. */
  near(peer: string): Promise<readonly Multiaddr[]>
  readonly discovery: Discovery
  /** Started by a daemon alone. */
  readonly portMapping: PortMapping
  /** Set before `start`. */
  handlers: RoleHandlers
  /** The links to coordinators and relays may be gone. Set by who holds links. */
  lookAtLinks: () => void
  /** Calls back after the machine's addresses or ways out have changed and the node knows; what is returned ends it. */
  onNetworkChange(listener: (state: NetworkState) => void): () => void
  /** Calls back when a newer address record was stored; what is returned ends it. */
  onCoordinatorMove(listener: () => void): () => void
  /** Own membership as it is now. */
  self(): Member
  /** Dials a coordinator at one of the known addresses. */
  connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }>
  /** An admitted connection to a coordinator: one that is open, else a new one. */
  coordinator(signal: AbortSignal): Promise<Connection>
  /** Round trip to a connected member in milliseconds. */
  ping(peer: string, signal: AbortSignal): Promise<number>
  /** Aborted, with the reason, when this node can never become what it is to be. */
  readonly end: AbortController
  start(): Promise<void>
  /** Disposes of what was deferred, newest first, then of the node and the lock. */
  readonly stack: AsyncDisposableStack
}

export interface GroundOptions {
  readonly listen?: readonly string[]
  /** Log lines on stderr; commands keep it for people. */
  readonly isQuiet: boolean
  /** A node for the length of a command: it serves nobody, and takes no port that a daemon is configured to have. */
  readonly isCommand?: boolean
}

/** Opens a state directory and makes its node, not started yet. Throws ConflictError (`directory_locked`) and what reading throws. */
export async function openGround(dir: string, options: GroundOptions): Promise<Ground> {
  await using cleanup = new AsyncDisposableStack()
  const home = await openHome(dir)
  const config = readConfig(dir)
  cleanup.use(await lockDirectory(dir))
  const log = createLog(options.isQuiet ? 'silent' : config.logLevel)
  const identity = await readIdentity(dir)
  // Our own certificate was made on this machine or for it: the time is not before that.
  const clock = new FlooredClock(systemClock, issuedOf(home.bundle) * 1000)
  const own = (): Member => {
    const now = seconds(clock.now())
    return verifyBundle(home.bundle, { fleet: home.fleet, root: home.root, now }).member
  }
  const { role } = own()
  await mkdir(join(dir, 'cache'), { recursive: true, mode: 0o700 })
  const datastore = openPeerDatastore(join(dir, 'cache', 'peers.db'))
  cleanup.defer(() => {
    datastore[Symbol.dispose]()
  })
  const held: { ground?: Ground } = {}
  const handlers = (): RoleHandlers => held.ground?.handlers ?? {}
  const roleOf = (peer: string): Role | undefined => held.ground?.node.admission.member(peer)?.role
  const node = await createNode<Protocols>({
    role,
    fleet: home.fleet,
    privateKey: identity.privateKey,
    listen: listenOn(role, options, config),
    announce: announceOf(config, own()),
    relayBytesPerHour: config.relayBytesPerHour,
    punch: { mayPairBlocks: config.searchBlocks },
    datastore,
    logger: log.libp2p,
    greeting: HELLO.id,
    now: () => clock.now(),
    protocols: protocolsOf(held, handlers, roleOf)
  })
  const moved = new Set<() => void>()
  const membership = createMembership({
    fleet: home.fleet,
    root: home.root,
    bundle: home.bundle,
    revocations: home.revocations,
    addresses: createAddressRecords({
      fleet: home.fleet,
      root: home.root,
      record: home.addressRecord,
      store: async (signed, coordinators) => await storeAddressRecord(dir, signed, coordinators),
      changed: () => {
        log.info('coordinators are reached elsewhere')
        for (const listener of moved) listener()
      }
    }),
    node,
    hello: node.protocols.hello,
    enrol: node.protocols.enrol,
    ...(role === 'coordinator'
      ? {
          enrolments: {
            key: signingKey(identity.seed),
            enrol: async (newcomer) => {
              const count = handlers().enrolments
              if (count == null) throw new TypeError('a coordinator without enrolments')
              return await count(newcomer)
            }
          }
        }
      : {}),
    clock,
    log: log.libp2p.forComponent('shoal:membership'),
    storeBundle: async (bundle) => await storeBundle(dir, bundle),
    storeRevocations: async (signed) => {
      await handlers().storeRevocations?.(signed)
      await storeRevocations(dir, signed)
    },
    pin: async (ticket, key) => (await handlers().pin?.(ticket, key)) ?? true,
    seen: async (verified, bundle) => await handlers().seen?.(verified, bundle)
  })
  const paths = new MeshPaths({
    admission: node.admission,
    punch: node.services.punch,
    transport: node.transport,
    local: () => node.local(),
    isNeighbour: (peer) => (held.ground?.discovery.heard(peer).length ?? 0) > 0,
    clock,
    log: log.libp2p.forComponent('shoal:paths'),
    connect: async (addresses, signal) => await membership.connect(addresses, signal),
    ping: pingConnection
  })
  const keeping = await openKeeper(dir, config.heartbeatMs, node, clock, log)
  cleanup.defer(async () => {
    await keeping.close()
    await paths.stop()
    await node.stop()
    await membership.stop()
  })
  const discovery = createDiscovery({ home, config, node, membership, clock, log })
  const finder = new CoordinatorFinder({ dir, clock, node, membership, discovery })
  cleanup.defer(async () => {
    await discovery.close()
  })
  const portMapping = openPortMapping(node, clock, log)
  cleanup.defer(async () => await portMapping.stop())
  const network = watchNode(node, clock, log)
  network.listeners.add(() => {
    paths.networkChanged()
    portMapping.networkChanged()
    discovery.networkChanged().catch((error: unknown) => log.warn('the local network', error))
  })
  cleanup.defer(async () => await network.stop())
  const ground: Ground = {
    home,
    config,
    clock,
    log,
    role,
    node,
    membership,
    paths,
    near: async (peer) => [...discovery.heard(peer), ...(await knownNear(node, peer))],
    discovery,
    portMapping,
    keeper: keeping.keeper,
    handlers: {},
    lookAtLinks: () => undefined,
    self: own,
    end: new AbortController(),
    connect: async (signal) => await finder.connect(signal),
    coordinator: async (signal) => finder.open() ?? (await finder.connect(signal)).connection,
    ping: async (peer, signal) => {
      const connection = node.admission.connections(peer).at(-1)
      if (connection == null) throw new UnreachableError('not_connected', 'no connection to that peer')
      return await pingConnection(connection, signal)
    },
    onCoordinatorMove: (listener) => {
      moved.add(listener)
      return () => moved.delete(listener)
    },
    onNetworkChange: (listener) => {
      network.listeners.add(listener)
      return () => network.listeners.delete(listener)
    },
    start: async () => {
      await startNode(node)
      // A command is over before a network changes.
      if (options.isCommand !== true) network.start()
    },
    stack: cleanup.move()
  }
  held.ground = ground
  return ground
}

/** Tells the node, then whoever listens, of each change of the machine's network. */
function watchNode(node: MeshNode<Protocols>, clock: FlooredClock, log: Log) {
  const over = new AbortController()
  const listeners = new Set<(state: NetworkState) => void>()
  let watching: Promise<void> | undefined
  return {
    listeners,
    start: () => {
      watching ??= watchNetwork(
        {
          spawn: systemSpawn,
          clock,
          onChange: (state) => {
            log.info('the network has changed', { ...state })
            node.services.observer.networkChanged()
            for (const listener of listeners) listener(state)
          },
          onLog: (what, error) => log.warn(what, error)
        },
        over.signal
      )
    },
    stop: async () => {
      over.abort()
      await watching
    }
  }
}

/**
 * Others may be behind a router that a dial from outside would confuse: the hole punch reaches those. Every other home has these
 * addresses too: they are no sign of a neighbour.
 */
async function knownNear(node: MeshNode<Protocols>, peer: string): Promise<readonly Multiaddr[]> {
  const known = await node.libp2p.peerStore.get(peerIdFromString(peer)).catch(() => undefined)
  const own = node.local().lan
  return (known?.addresses ?? [])
    .map(({ multiaddr }) => multiaddr)
    .filter((address) => isQuic(address) && own.some((each) => isNear(each, address)))
}

function protocolsOf(
  held: { ground?: Ground },
  handlers: () => RoleHandlers,
  roleOf: (peer: string) => Role | undefined
): Parameters<typeof createNode<Protocols>>[0]['protocols'] {
  const membership = (): Membership => {
    if (held.ground == null) throw new TypeError('a protocol was asked before its node was made')
    return held.ground.membership
  }
  return {
    hello: hello({ answer: async (request, context) => await membership().answerHello(request, context) }),
    enrol: enrol({ answer: async (bundle, context) => await membership().answerEnrol(bundle, context) }),
    status: status({
      now: () => performance.now(),
      mayReport: (peer) => handlers().status != null && roleOf(peer) !== 'coordinator',
      onDevice: async (link, signal) => await handlers().status?.onDevice(link, signal)
    }),
    offer: offer({
      mayOffer: (peer) => handlers().offer != null && roleOf(peer) === 'coordinator',
      offered: async (bundle, context) => await must(handlers().offer).offered(bundle, context),
      cancelled: async (rollout, context) => await must(handlers().offer).cancelled(rollout, context)
    }),
    content: content({
      manifest: async (ask, signal) => await must(handlers().content).manifest(ask, signal),
      chunks: async (ask, signal) => await must(handlers().content).chunks(ask, signal),
      chunk: async (ask, signal) => await must(handlers().content).chunk(ask, signal)
    }),
    admin: admin({
      mayCall: (peer) => handlers().admin != null && roleOf(peer) === 'admin',
      handle: (call, signal) => must(handlers().admin).handle(call, signal)
    }),
    tunnel: tunnel({
      greeted: (greeting, peer) => {
        const served = handlers().tunnel
        if (served == null) throw new RefusedError('service_unknown', 'sessions are not served here')
        return served.greeted(greeting, peer)
      }
    })
  }
}

function must<T>(handler: T | undefined): T {
  if (handler == null) throw new UnreachableError('not_served', 'this node does not serve that')
  return handler
}

async function startNode(node: MeshNode<Protocols>): Promise<void> {
  try {
    await node.start()
  } catch (cause) {
    throw new InvalidError('listen_failed', `cannot listen: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
      hint: 'another process may hold the port, or the address is not of this machine: up --listen MULTIADDR'
    })
  }
}
