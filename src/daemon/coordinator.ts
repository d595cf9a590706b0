/** A coordinator daemon: the role's services on a ground, and what its control socket answers. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { InvalidError, RefusedError } from '../base/errors.ts'
import { freeBytes } from '../host/disk.ts'
import { systemSpawn } from '../host/spawn.ts'
import type { Method } from '../model/control.ts'
import { REQUESTS } from '../model/control.ts'
import type { Member } from '../model/peer.ts'
import { announcedBy } from '../model/peer.ts'
import type { CoordinatorRole } from '../roles/coordinator.ts'
import { startCoordinator } from '../roles/coordinator.ts'
import { answer, READING } from '../services/coordinator/admin-api.ts'
import { Alarms } from '../services/coordinator/alarms.ts'
import { peerIn } from '../services/home.ts'
import type { CoordinatorState } from '../state/coordinator.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../state/coordinator.ts'
import { openEnvelope, payloadDigest } from '../trust/envelope.ts'
import { decodeBundle } from '../trust/membership.ts'
import { openRevocations } from '../trust/revocations.ts'
import { openTicket } from '../trust/ticket.ts'
import type { Control } from './control.ts'
import { greetRelays } from './greet-relays.ts'
import type { Ground } from './runtime.ts'
import { serveLinks } from './server-links.ts'

/** A key that can be guessed signs nothing. */
const SECRET_LENGTH_MIN = 16
/** So that one relay with many interfaces leaves room for the others. */
const ADDRESSES_PER_RELAY_MAX = 4
const RELAY_ADDRESSES_MAX = 16

/** Starts the coordinator on its ground. Throws what opening the state throws. */
export async function runCoordinator(ground: Ground): Promise<Control> {
  const { home, config, clock, log, node, membership, stack } = ground
  const database = await openCoordinatorDatabase(join(home.dir, 'coordinator.db'))
  stack.use(database)
  const state = createCoordinatorState(database)
  await remember(ground, state, home.bundle, ground.self())
  // Devices go on with the sessions of before a restart.
  node.services.observer.know(
    (await state.members()).filter(({ revoked }) => !revoked).map(({ peer }) => peer)
  )
  const addresses = (): string[] => node.libp2p.getMultiaddrs().map((address) => address.toString())
  const wakes = serveLinks(ground)
  greetRelays(ground, async () => await state.members('relay'))
  const role = await startCoordinator({
    dir: home.dir,
    fleet: home.fleet,
    root: home.root,
    state,
    spawn: systemSpawn,
    clock,
    settings: config,
    offer: node.protocols.offer,
    content: node.protocols.content,
    connections: (peer) => node.admission.connections(peer),
    ping: async (peer, signal) => await ground.ping(peer, signal),
    self: () => ({ peer: node.peer, addresses: addresses() }),
    addresses: async (peer) => await knownAddresses(ground, await state.memberByPeer(peer)),
    wake: (peer) => wakes.wake(peer),
    roleOf: (peer) => node.admission.member(peer)?.role,
    putRevocations: async (bytes) => {
      await membership.putRevocations(bytes)
    },
    // Addresses that others were told of; what this host listens on may mean nothing elsewhere.
    fleetFrame: async () => ({
      revocationList: membership.revocations.signed,
      coordinators: config.announce.map((address) =>
        peerIn(address) == null ? `${address}/p2p/${node.peer}` : address
      ),
      relays: await relayAddresses(ground),
      epoch: await state.restoreEpoch()
    }),
    onLog: (what, error) => {
      log.warn(what, error)
    }
  })
  stack.defer(async () => {
    await role.stop()
  })
  const alarms = await startAlarms(ground, role, state)
  stack.defer(async () => {
    await alarms.stop()
  })
  ground.handlers = handlersOf(ground, role, state)
  node.services.observer.addEventListener('heard', ({ detail: { peer } }) => role.heard(peer))
  // A relay that came: everyone may take it for a second link.
  node.libp2p.addEventListener('peer:identify', ({ detail: { peerId } }) => {
    if (node.admission.member(peerId.toString())?.role !== 'relay') return
    relayAddresses(ground)
      .then((relays) => role.broadcast({ revocationList: new Uint8Array(0), coordinators: [], relays }))
      .catch((error: unknown) => log.warn('news of a relay', error))
  })
  return { call: (method, body, signal) => control(ground, role, { method, body, signal }) }
}

async function startAlarms(ground: Ground, role: CoordinatorRole, state: CoordinatorState): Promise<Alarms> {
  const { home, config, clock, log } = ground
  return new Alarms({
    fleet: home.fleet,
    state,
    presence: role.api.presence,
    clock,
    limits: {
      silentMs: config.silentMinutes * 60_000,
      certificateMs: config.certificateDays * 86_400_000,
      reserveBytes: config.reserveBytes
    },
    freeBytes: async () => await freeBytes(home.dir),
    self: ground.self(),
    receivers: await Promise.all(
      config.webhooks.map(async ({ url, secretFile, events }) => ({
        url,
        secret: await readSecret(secretFile),
        events
      }))
    ),
    post: async (url, headers, body, signal) => {
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })
      await response.body?.cancel()
      return response.status
    },
    onLog: (what, error) => {
      log.warn(what, error)
    }
  })
}

async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidError('config_invalid', `webhooks: cannot read ${file}`, { cause })
  })
  if (text.trim().length >= SECRET_LENGTH_MIN) return text.trim()
  throw new InvalidError(
    'config_invalid',
    `webhooks: ${file} holds less than ${SECRET_LENGTH_MIN} characters`,
    {
      hint: 'make one: openssl rand -hex 32'
    }
  )
}

function handlersOf(ground: Ground, role: CoordinatorRole, state: CoordinatorState): Ground['handlers'] {
  const { clock, home } = ground
  return {
    status: { onDevice: async (link, signal) => await role.onDevice(link, signal) },
    content: role.content,
    admin: {
      handle: ({ peer, method, body, data }, signal) => answer(role.api, method, { peer, body, data, signal })
    },
    enrolments: async (newcomer) => await state.enrol(newcomer),
    seen: async ({ member }, bundle) => {
      if (member.role !== 'device') await remember(ground, state, bundle, member)
      else {
        const known = await state.memberByPeer(member.peer)
        if (known?.revoked === true) throw new RefusedError('member_revoked', `${member.name} is revoked`)
        // Countersigned by another coordinator, or by this one before its database was lost.
        if (known == null) await readmit(ground, state, bundle, member)
      }
    },
    pin: async (ticket, key) => await state.pin(ticket, key),
    storeRevocations: async (signed) => {
      const list = openRevocations(signed, home.fleet, home.root)
      await state.putRevocations({ number: list.number, bytes: signed }, list, {
        actor: 'admin',
        at: clock.now()
      })
      role.broadcast({ revocationList: signed, coordinators: [], relays: [] })
    }
  }
}

/** Where a relay or another coordinator says that it is reached: its certificate, and what it told us last. */
async function knownAddresses({ node }: Ground, member: Member | undefined): Promise<string[]> {
  if (member == null) return []
  const { peer } = member
  const certified = member.role === 'relay' ? announcedBy(member.labels) : []
  const stored = await node.libp2p.peerStore.get(peerIdFromString(peer)).catch(() => undefined)
  const told = (stored?.addresses ?? []).map(({ multiaddr }) => multiaddr.toString())
  const open = [...certified, ...told].filter((address) => !address.includes('/p2p-circuit'))
  const bare = open.map((address) => address.replace(/\/p2p\/[^/]+$/, ''))
  return [...new Set(bare)].slice(0, ADDRESSES_PER_RELAY_MAX).map((address) => `${address}/p2p/${peer}`)
}

/** Of the relays that are here now; each member picks one for itself. */
async function relayAddresses(ground: Ground): Promise<string[]> {
  const { admission } = ground.node
  const all: string[] = []
  for (const member of admission.members()) {
    if (member.role === 'relay') all.push(...(await knownAddresses(ground, member)))
  }
  return all.slice(0, RELAY_ADDRESSES_MAX)
}

/** Keeps a member whose bundle verified, and the ticket that it used up. */
async function remember(
  ground: Ground,
  state: CoordinatorState,
  bundle: Uint8Array,
  member: Member
): Promise<void> {
  const { home, clock } = ground
  const by = { actor: member.peer, at: clock.now() }
  const parts = decodeBundle(bundle)
  await state.putMember({ member, digest: payloadDigest(openEnvelope(parts.member).payload), bundle }, by)
  if (parts.ticket.byteLength === 0 || member.role === 'device') return
  const { id, role, labels, uses, expires } = openTicket(parts.ticket, home.fleet, home.root)
  await state.addTicket({ id, bytes: parts.ticket, role, labels, uses, expires }, by)
}

/** A device that was admitted, and that this database does not know: it was enrolled elsewhere, or after a backup. */
async function readmit(
  ground: Ground,
  state: CoordinatorState,
  bundle: Uint8Array,
  member: Member
): Promise<void> {
  const { home, clock } = ground
  const parts = decodeBundle(bundle)
  const digest = payloadDigest(openEnvelope(parts.member).payload)
  const ticket =
    parts.ticket.byteLength === 0
      ? undefined
      : { ...openTicket(parts.ticket, home.fleet, home.root), bytes: parts.ticket }
  await state.readmit({ member, digest, bundle, ticket }, { actor: member.peer, at: clock.now() })
}

async function* control(
  ground: Ground,
  role: CoordinatorRole,
  call: { method: string; body: unknown; signal: AbortSignal }
): AsyncGenerator {
  const isReading = Object.hasOwn(REQUESTS, call.method) && READING.includes(call.method as Method)
  if (!isReading) {
    throw new RefusedError('not_an_admin', 'a coordinator shows the fleet, it does not change it', {
      hint: 'use the directory of an admin: --dir DIR'
    })
  }
  yield* answer(role.api, call.method, {
    peer: ground.node.peer,
    body: call.body,
    data: new Uint8Array(0),
    signal: call.signal
  })
}
