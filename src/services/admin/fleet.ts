/** Making a fleet, joining one, and the tickets between: what needs no network. */

import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rfc3339, seconds } from '../../base/clock.ts'
import { InvalidError, RefusedError } from '../../base/errors.ts'
import { writeFileDurably } from '../../host/disk.ts'
import type { TicketView } from '../../model/control.ts'
import { ticketSchema } from '../../model/control.ts'
import type { Labels, Role } from '../../model/peer.ts'
import { announceLabels, checkLabels, checkName } from '../../model/peer.ts'
import type { Identity } from '../../node/identity.ts'
import { createIdentity, importSshKey } from '../../node/identity.ts'
import { signingKey } from '../../trust/keys.ts'
import { createMember, encodeBundle } from '../../trust/membership.ts'
import { generateNixKey } from '../../trust/nix-key.ts'
import { createRoot } from '../../trust/root.ts'
import { createTicket, decodeTicketText, encodeTicketText } from '../../trust/ticket.ts'
import type { FleetKeys, Home } from '../home.ts'
import {
  alreadyMember,
  createHome,
  createKeys,
  isHome,
  openHome,
  storeCoordinators,
  storeIdentityPath
} from '../home.ts'

const YEAR_SECONDS = 365 * 24 * 3600
const ROOT_YEARS = 10
/** A ticket list that is longer than this is not read any further. */
const TICKETS_COUNT_MAX = 10_000

const EMPTY = new Uint8Array(0)

/** A fleet of one person: one admin with all keys, threshold 1. Throws ConflictError (`already_member`). */
export async function initFleet(dir: string, name: string, nowMs: number): Promise<Home> {
  checkName(name)
  if (isHome(dir)) throw alreadyMember(dir)
  const nix = generateNixKey(`${name}-shoal-1`)
  const keys = await createKeys(dir, nix.secret)
  const now = seconds(nowMs)
  const only = (key: Uint8Array) => ({ threshold: 1, keys: [key] })
  const { bytes: rootBytes, fleet } = createRoot(
    {
      version: 1,
      name,
      issued: now,
      expires: now + ROOT_YEARS * YEAR_SECONDS,
      roles: {
        membership: only(keys.admin.publicKey),
        release: only(keys.release.publicKey),
        offer: only(keys.release.publicKey),
        rollback: only(keys.release.publicKey),
        revocation: only(keys.admin.publicKey)
      },
      nixKeys: [nix.public],
      offerProof: false
    },
    [keys.admin]
  )
  const identity = await createIdentity(dir)
  const member = createMember(
    {
      peerKey: signingKey(identity.seed).publicKey,
      name: 'admin',
      role: 'admin',
      labels: {},
      issued: now,
      expires: now + YEAR_SECONDS,
      ticket: ''
    },
    fleet,
    [keys.admin]
  )
  const bundle = encodeBundle({ member: member.bytes, ticket: EMPTY, admission: EMPTY, coordinator: EMPTY })
  await createHome(dir, { rootBytes, bundle, name: 'admin', coordinators: [] })
  return await openHome(dir)
}

export interface TicketOrder {
  readonly role: Role
  readonly labels: Labels
  readonly uses: number
  readonly lifeSeconds: number
  /** Where a coordinator will be reached; later tickets carry it. */
  readonly announce: readonly string[]
}

/** The keys, or RefusedError (`no_keys`): only the directory that made the fleet has them. */
export function requireKeys(home: Home, keys: FleetKeys | undefined): FleetKeys {
  if (keys != null) return keys
  throw new RefusedError('no_keys', `${home.dir} does not hold the fleet's keys`, {
    hint: "this needs the directory in which 'shoal init' was run"
  })
}

/** Signs a ticket; works without any coordinator. Throws InvalidError, RefusedError (`no_keys`). */
export async function issueTicket(
  home: Home,
  keys: FleetKeys,
  order: TicketOrder,
  nowMs: number
): Promise<{ text: string; view: TicketView }> {
  if (order.role !== 'device' && order.uses !== 1) {
    throw new InvalidError('ticket_uses', `a ticket for ${order.role} has one use`, {
      hint: 'make one ticket for each'
    })
  }
  const issued = seconds(nowMs)
  const { role, uses } = order
  // Who relays is no coordinator: its addresses are certified with it, and coordinators tell them to the others.
  const labels = role === 'relay' ? { ...order.labels, ...announceLabels(order.announce) } : order.labels
  checkLabels(labels)
  const terms = { role, labels, uses, issued, expires: issued + order.lifeSeconds }
  const { bytes, id, seed } = createTicket(terms, home.fleet, [keys.admin])
  const announce = role === 'relay' ? [] : order.announce
  const addresses = [...new Set([...announce, ...home.coordinators])]
  if (announce.length > 0) await storeCoordinators(home.dir, home.name, addresses)
  const text = encodeTicketText({
    root: home.rootBytes,
    ticket: bytes,
    seed,
    addresses: addresses.slice(0, 16)
  })
  const view = {
    id,
    role,
    labels: { ...labels },
    uses,
    used: 0,
    expires: rfc3339(terms.expires * 1000),
    revoked: false
  }
  await mkdir(join(home.dir, 'tickets'), { recursive: true, mode: 0o700 })
  await writeFileDurably(join(home.dir, 'tickets', `${id}.json`), Buffer.from(JSON.stringify(view)), 0o600)
  return { text, view }
}

/** Tickets that were issued from this directory, by expiry; their counts are as of issue. */
export async function issuedTickets(home: Home): Promise<TicketView[]> {
  const dir = join(home.dir, 'tickets')
  if (!existsSync(dir)) return []
  const views: TicketView[] = []
  for (const file of (await readdir(dir)).slice(0, TICKETS_COUNT_MAX)) {
    const parsed = ticketSchema.safeParse(JSON.parse(await readFile(join(dir, file), 'utf8')))
    if (parsed.success) views.push(parsed.data)
  }
  return views.toSorted((a, b) => a.expires.localeCompare(b.expires))
}

export interface Joining {
  readonly ticket: string
  readonly name: string
  /** An OpenSSH host key to be the identity; a fresh one otherwise. */
  readonly sshKey: string | undefined
}

/**
 * Takes a ticket: verifies it, makes or takes the identity and signs the certificate with the ticket's key.
 * Enrolment completes at first contact. Throws InvalidError (`ticket_invalid`, `name_invalid`,
 * `identity_unsupported`), RefusedError (`ticket_expired`), ConflictError (`already_member`).
 */
export async function joinFleet(
  dir: string,
  joining: Joining,
  nowMs: number
): Promise<{ home: Home; role: Role; peer: string }> {
  checkName(joining.name)
  if (isHome(dir)) throw alreadyMember(dir)
  const decoded = decodeTicketText(joining.ticket)
  const now = seconds(nowMs)
  const { ticket } = decoded
  if (now >= ticket.expires) {
    throw new RefusedError('ticket_expired', `the ticket expired at ${rfc3339(ticket.expires * 1000)}`, {
      hint: "ask an admin for a new one ('shoal ticket'), and look at this machine's clock"
    })
  }
  // A clock that is behind the ticket's own date is wrong; the ticket's date is the better one.
  const issued = Math.max(now, ticket.issued)
  const identity = await identityFor(dir, joining.sshKey)
  const member = createMember(
    {
      peerKey: signingKey(identity.seed).publicKey,
      name: joining.name,
      role: ticket.role,
      labels: ticket.labels,
      issued,
      expires: issued + YEAR_SECONDS,
      ticket: ticket.id
    },
    decoded.fleet,
    [signingKey(decoded.seed)]
  )
  const bundle = encodeBundle({
    member: member.bytes,
    ticket: decoded.ticketBytes,
    admission: EMPTY,
    coordinator: EMPTY
  })
  await createHome(dir, {
    rootBytes: decoded.root,
    bundle,
    name: joining.name,
    coordinators: decoded.addresses
  })
  return { home: await openHome(dir), role: ticket.role, peer: identity.peer }
}

async function identityFor(dir: string, sshKey: string | undefined): Promise<Identity> {
  if (sshKey == null) return await createIdentity(dir)
  const identity = await importSshKey(sshKey)
  await storeIdentityPath(dir, sshKey)
  return identity
}
