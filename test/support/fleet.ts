/** A fleet in one process: real nodes over loopback with real certificates. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, Logger, ServiceMap, Stream } from '@libp2p/interface'
import type { ServiceFactoryMap } from 'libp2p'
import { equalBytes } from '../../src/base/bytes.ts'
import { systemClock } from '../../src/base/clock.ts'
import { RefusedError } from '../../src/base/errors.ts'
import type { Role } from '../../src/model/peer.ts'
import { openPeerDatastore } from '../../src/node/datastore.ts'
import type { Identity } from '../../src/node/identity.ts'
import { createIdentity } from '../../src/node/identity.ts'
import type { MeshNode } from '../../src/node/node.ts'
import { createNode } from '../../src/node/node.ts'
import type { Enrol } from '../../src/protocols/enrol.ts'
import { enrol } from '../../src/protocols/enrol.ts'
import type { Hello } from '../../src/protocols/hello.ts'
import { HELLO, hello } from '../../src/protocols/hello.ts'
import { createAddressRecords } from '../../src/services/address-record.ts'
import type { Newcomer } from '../../src/services/enrolments.ts'
import type { Membership } from '../../src/services/membership.ts'
import { createMembership } from '../../src/services/membership.ts'
import { createAddressRecord } from '../../src/trust/addresses.ts'
import type { SigningKey } from '../../src/trust/keys.ts'
import { generateSeed, signingKey } from '../../src/trust/keys.ts'
import { createMember, encodeBundle } from '../../src/trust/membership.ts'
import { createRevocations } from '../../src/trust/revocations.ts'
import type { Root } from '../../src/trust/root.ts'
import { createRoot } from '../../src/trust/root.ts'
import { createTicket } from '../../src/trust/ticket.ts'

export const EMPTY = new Uint8Array()
const DAY = 86_400

export type OurProtocols = { readonly hello: Hello; readonly enrol: Enrol }

export interface TestNode<T extends ServiceMap> extends AsyncDisposable {
  readonly identity: Identity
  readonly node: MeshNode<T & OurProtocols>
  readonly membership: Membership
  /** Multiaddrs with peer ID. */
  readonly addresses: string[]
  /** What was handed to the ports. */
  readonly stored: {
    bundle: Uint8Array
    revocations: Uint8Array
    enrolled: Newcomer[]
    coordinators: readonly string[]
  }
}

export interface NodeSettings<T extends ServiceMap> {
  readonly name: string
  readonly role: Role
  readonly protocols?: ServiceFactoryMap<T>
  readonly listen?: readonly string[]
  readonly punch?: Parameters<typeof createNode>[0]['punch']
  readonly identity?: Identity
  readonly bundle?: Uint8Array
  /** A ticket of its own otherwise, with one use. */
  readonly ticket?: TestTicket
  /** Called before each admission. */
  readonly seen?: () => Promise<void>
  /** The first admin, whose certificate comes from no ticket. */
  readonly first?: boolean
  /** Of a relay: what a member may have relayed in an hour. */
  readonly relayBytesPerHour?: number
  /** Seconds by which its certificate is over. */
  readonly expiredFor?: number
}

export type TestTicket = ReturnType<typeof createTicket>

export interface TestFleet extends Disposable {
  readonly fleet: string
  readonly root: Root
  node<T extends ServiceMap = Record<never, never>>(settings: NodeSettings<T>): Promise<TestNode<T>>
  /** A signed list that revokes these peers' keys. */
  revocations(number: number, keys: readonly Uint8Array[]): Uint8Array
  /** A signed record of where coordinators are. */
  addresses(number: number, coordinators: readonly string[]): Uint8Array
  ticket(role: Role, uses: number): TestTicket
  identity(): Promise<Identity>
}

export const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']

const quiet: Logger = Object.assign(() => undefined, {
  error: () => undefined,
  trace: () => undefined,
  enabled: false,
  newScope: () => quiet
})
export const quietLogger = { forComponent: () => quiet }

/** Resolves with the detail of the next event that `when` accepts. */
export async function next<D>(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  type: string,
  when: (detail: D) => boolean = () => true
): Promise<D> {
  return await new Promise((resolve) => {
    const listener = (event: Event): void => {
      const { detail } = event as CustomEvent<D>
      if (!when(detail)) return
      target.removeEventListener(type, listener)
      resolve(detail)
    }
    target.addEventListener(type, listener)
  })
}

/** Resolves once the connection is closed. */
export async function gone(connection: Connection): Promise<void> {
  if (connection.status === 'open' || connection.status === 'closing') {
    await new Promise((resolve) => {
      connection.addEventListener('close', resolve, { once: true })
    })
  }
}

/** Resolves once the other end of a stream has ended or reset it; the QUIC fallback shows both as an end. */
export async function ended(stream: Stream): Promise<void> {
  await new Promise((resolve) => {
    stream.addEventListener('end', resolve, { once: true })
    stream.addEventListener('close', resolve, { once: true })
  })
}

export const soon = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms)

export function createFleet(): TestFleet {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-fleet-'))
  const admin = signingKey(generateSeed())
  const now = Math.floor(Date.now() / 1000)
  const keys = { threshold: 1, keys: [admin.publicKey] }
  const root: Root = {
    version: 1,
    name: 'test',
    issued: now - DAY,
    expires: now + 10 * DAY,
    roles: { membership: keys, release: keys, offer: keys, rollback: keys, revocation: keys },
    nixKeys: [],
    offerProof: false
  }
  const { fleet } = createRoot(root, [admin])
  let identities = 0
  const identity = async (): Promise<Identity> => await createIdentity(join(dir, `id-${identities++}`))
  return {
    fleet,
    root,
    identity,
    ticket: (role, uses) => newTicket(role, uses, { fleet, admin, now }),
    revocations: (number, revoked) =>
      createRevocations({ number, issued: now, serials: [], tickets: [], keys: revoked }, fleet, [admin]),
    addresses: (number, coordinators) =>
      createAddressRecord({ number, issued: now, coordinators }, fleet, [admin]),
    node: async (settings) => {
      const own = settings.identity ?? (await identity())
      const bundle = settings.bundle ?? newBundle(settings, own, { fleet, admin, now })
      return await startNode(settings, own, bundle, { fleet, root })
    },
    [Symbol.dispose]: () => {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

function newBundle<T extends ServiceMap>(
  settings: NodeSettings<T>,
  identity: Identity,
  { fleet, admin, now }: { fleet: string; admin: SigningKey; now: number }
): Uint8Array {
  const { name, role, first = false, expiredFor } = settings
  const expires = expiredFor == null ? now + DAY : now - expiredFor
  const terms = {
    peerKey: identity.privateKey.publicKey.raw,
    name,
    role,
    labels: {},
    issued: now - 3_600,
    expires
  }
  if (first) {
    const { bytes } = createMember({ ...terms, ticket: '' }, fleet, [admin])
    return encodeBundle({ member: bytes, ticket: EMPTY, admission: EMPTY, coordinator: EMPTY })
  }
  const ticket = settings.ticket ?? newTicket(role, 1, { fleet, admin, now })
  const member = createMember({ ...terms, ticket: ticket.id }, fleet, [signingKey(ticket.seed)])
  return encodeBundle({ member: member.bytes, ticket: ticket.bytes, admission: EMPTY, coordinator: EMPTY })
}

function newTicket(
  role: Role,
  uses: number,
  { fleet, admin, now }: { fleet: string; admin: SigningKey; now: number }
): TestTicket {
  return createTicket({ role, labels: {}, uses, issued: now - 7_200, expires: now + DAY }, fleet, [admin])
}

async function startNode<T extends ServiceMap>(
  settings: NodeSettings<T>,
  identity: Identity,
  bundle: Uint8Array,
  { fleet, root }: { fleet: string; root: Root }
): Promise<TestNode<T>> {
  const datastore = openPeerDatastore(':memory:')
  const made = Promise.withResolvers<Membership>()
  const node = await createNode<T & OurProtocols>({
    role: settings.role,
    fleet,
    privateKey: identity.privateKey,
    listen: settings.listen ?? LISTEN,
    ...(settings.punch == null ? {} : { punch: settings.punch }),
    datastore,
    logger: quietLogger,
    greeting: HELLO.id,
    relayBytesPerHour: settings.relayBytesPerHour,
    now: Date.now,
    protocols: {
      hello: hello({
        answer: async (request, context) => (await made.promise).answerHello(request, context)
      }),
      enrol: enrol({ answer: async (asked, context) => (await made.promise).answerEnrol(asked, context) }),
      ...settings.protocols
    } as unknown as ServiceFactoryMap<T & OurProtocols>
  })
  const stored: TestNode<T>['stored'] = { bundle, revocations: EMPTY, enrolled: [], coordinators: [] }
  const pins = new Map<string, Uint8Array>()
  const membership = createMembership({
    fleet,
    root,
    bundle,
    revocations: EMPTY,
    addresses: createAddressRecords({
      fleet,
      root,
      record: EMPTY,
      store: async (_, coordinators) => void (stored.coordinators = coordinators),
      changed: () => undefined
    }),
    node,
    hello: node.protocols.hello,
    enrol: node.protocols.enrol,
    ...(settings.role === 'coordinator' ? { enrolments: enrolments(identity, stored) } : {}),
    clock: systemClock,
    log: quiet,
    storeBundle: async (bytes) => void (stored.bundle = bytes),
    storeRevocations: async (bytes) => void (stored.revocations = bytes),
    pin: async (ticket, key) => {
      const known = pins.get(ticket) ?? key
      pins.set(ticket, known)
      return equalBytes(known, key)
    },
    seen: async () => await settings.seen?.()
  })
  made.resolve(membership)
  await node.start()
  return {
    identity,
    node,
    membership,
    stored,
    addresses: node.libp2p.getMultiaddrs().map(String),
    [Symbol.asyncDispose]: async () => {
      await node.stop()
      await membership.stop()
      datastore[Symbol.dispose]()
    }
  }
}

/** As a coordinator's state does it, in memory. */
function enrolments(identity: Identity, stored: { enrolled: Newcomer[] }) {
  const bundles = new Map<string, Uint8Array>()
  return {
    key: signingKey(identity.seed),
    enrol: async (newcomer: Newcomer) => {
      const id = newcomer.memberDigest.toHex()
      const known = bundles.get(id)
      if (known != null) return { bundle: known }
      const used = stored.enrolled.filter(({ ticket }) => ticket.id === newcomer.ticket.id).length
      if (used >= newcomer.ticket.uses) throw new RefusedError('ticket_used_up', 'no use left')
      if (stored.enrolled.some(({ member }) => member.name === newcomer.member.name)) {
        throw new RefusedError('name_taken', 'another has this name')
      }
      const bundle = newcomer.admit()
      bundles.set(id, bundle)
      stored.enrolled.push(newcomer)
      return { bundle }
    }
  }
}
