import type { Selectable } from 'kysely'
import { equalBytes, toHex } from '../base/bytes.ts'
import { ConflictError, RefusedError } from '../base/errors.ts'
import type { Labels, Member, Role } from '../model/peer.ts'
import type { CoordinatorDatabase, CoordinatorTables } from './coordinator-schema.ts'
import type { By } from './events.ts'
import { appendEvent } from './events.ts'
import { kept } from './kept.ts'

/** A ticket as its document states it. */
export interface TicketFacts {
  readonly id: string
  readonly bytes: Uint8Array
  readonly role: Role
  readonly labels: Labels
  readonly uses: number
  /** Seconds since the epoch. */
  readonly expires: number
}

export interface StoredTicket extends TicketFacts {
  readonly used: number
  readonly revoked: boolean
}

/** A member as its certificate states it, with what is known of it here. */
export interface StoredMember extends Member {
  /** SHA-256 of the member document. */
  readonly digest: Uint8Array
  /** The membership bundle. */
  readonly bundle: Uint8Array
  readonly admittedAt: number
  readonly revoked: boolean
  /** Null until it was first heard from. */
  readonly lastSeenAt: number | null
}

/** A newcomer's certificate that was verified against its ticket. */
export interface Enrolment {
  readonly ticket: TicketFacts
  readonly member: Member
  /** SHA-256 of the member document. */
  readonly memberDigest: Uint8Array
  /** Makes the bundle with the admission, once nothing speaks against it. */
  admit(): Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Bound of one statement's variables; SQLite takes 32,766. */
const VALUES_BATCH = 4096

/** Remembers a ticket; one that is known already stays as it is. */
export async function addTicket(db: CoordinatorDatabase, ticket: TicketFacts, by: By): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await insertTicket(trx, ticket))) return
    const { role, labels, uses, expires } = ticket
    const detail = { role, labels, uses, expires }
    await appendEvent(trx, { ...by, type: 'ticket_added', subject: ticket.id, detail })
  })
}

/** True when the ticket was not known before. */
async function insertTicket(trx: CoordinatorDatabase, ticket: TicketFacts): Promise<boolean> {
  const { id, bytes, role, uses, expires } = ticket
  const revoked = (await isRevoked(trx, 'ticket', id)) ? 1 : 0
  const row = { id, bytes, role, labels: JSON.stringify(ticket.labels), uses, used: 0, expires, revoked }
  const inserted = await trx
    .insertInto('tickets')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted != null
}

function parseLabels(text: string): Labels {
  const labels: Labels = JSON.parse(text)
  return labels
}

/** All tickets known here, by expiry. */
export async function listTickets(db: CoordinatorDatabase): Promise<StoredTicket[]> {
  const rows = await db.selectFrom('tickets').selectAll().orderBy('expires').orderBy('id').execute()
  return rows.map((row) => ({
    ...row,
    labels: parseLabels(row.labels),
    revoked: row.revoked === 1
  }))
}

/**
 * Admits a newcomer and counts the use of its ticket, in one transaction (docs/protocols.md, enrol). The same
 * certificate again gives the stored bundle and counts nothing. Returns the bundle, and whether it is new.
 * Throws RefusedError: `ticket_revoked`, `ticket_expired`, `ticket_used_up`, `name_taken`, `member_revoked`,
 * `serial_taken`.
 */
export async function enrol(
  db: CoordinatorDatabase,
  enrolment: Enrolment
): Promise<{ bundle: Uint8Array; fresh: boolean }> {
  const { ticket, member, memberDigest, now } = enrolment
  return await db.transaction().execute(async (trx) => {
    const known = await memberByPeer(trx, member.peer)
    if (known != null && equalBytes(known.digest, memberDigest)) {
      if (known.revoked) throw revokedMember(member)
      return { bundle: known.bundle, fresh: false }
    }
    await refuseRevoked(trx, member)
    await countUse(trx, ticket, now)
    const bundle = enrolment.admit()
    await storeMember(trx, { member, digest: memberDigest, bundle, at: now })
    const { name, role, serial } = member
    const detail = { name, role, serial, ticket: ticket.id }
    await appendEvent(trx, { at: now, type: 'enrolled', actor: member.peer, subject: member.peer, detail })
    return { bundle, fresh: true }
  })
}

async function countUse(trx: CoordinatorDatabase, ticket: TicketFacts, now: number): Promise<void> {
  await insertTicket(trx, ticket)
  const { id } = ticket
  const row = await trx.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  if (row.revoked === 1) throw new RefusedError('ticket_revoked', `ticket ${id} is revoked`)
  if (row.expires * 1000 <= now) throw new RefusedError('ticket_expired', `ticket ${id} has expired`)
  if (row.used >= row.uses) {
    throw new RefusedError('ticket_used_up', `ticket ${id} has no use left`, {
      hint: "ask for a new ticket ('shoal ticket', --uses N for several devices)"
    })
  }
  await trx
    .updateTable('tickets')
    .set({ used: row.used + 1 })
    .where('id', '=', id)
    .execute()
}

/**
 * Remembers a member whose bundle verified by itself: coordinators and admins. Known certificates change
 * nothing. Throws RefusedError: `name_taken`, `serial_taken`, `member_revoked`.
 */
export async function putMember(
  db: CoordinatorDatabase,
  entry: { member: Member; digest: Uint8Array; bundle: Uint8Array },
  by: By
): Promise<void> {
  const { member } = entry
  await db.transaction().execute(async (trx) => {
    const known = await memberByPeer(trx, member.peer)
    if (known != null && equalBytes(known.digest, entry.digest)) return
    await refuseRevoked(trx, member)
    await storeMember(trx, { ...entry, at: by.at })
    const detail = { name: member.name, role: member.role, serial: member.serial }
    await appendEvent(trx, { ...by, type: 'member_added', subject: member.peer, detail })
  })
}

/**
 * Remembers a device that was admitted, here or elsewhere, and is not known (any more): after a restore the uses of its ticket
 * count again. One that is revoked counts too, and is refused afterwards. Throws as `putMember`.
 */
export async function readmit(
  db: CoordinatorDatabase,
  entry: { member: Member; digest: Uint8Array; bundle: Uint8Array; ticket: TicketFacts | undefined },
  by: By
): Promise<void> {
  const { member, ticket } = entry
  const revoked = await db.transaction().execute(async (trx) => {
    const isOut = await isRevokedMember(trx, member)
    await storeMember(trx, { ...entry, at: by.at, isRevoked: isOut })
    if (ticket != null) {
      await insertTicket(trx, ticket)
      await trx
        .updateTable('tickets')
        .set((row) => ({ used: row('used', '+', 1) }))
        .where('id', '=', ticket.id)
        .whereRef('used', '<', 'uses')
        .execute()
    }
    const detail = { name: member.name, role: member.role, serial: member.serial }
    await appendEvent(trx, { ...by, type: 'member_readmitted', subject: member.peer, detail })
    return isOut
  })
  if (revoked) throw revokedMember(member)
}

/** A peer has one row, that of its newest certificate; its name and serial belong to nobody else. */
async function storeMember(
  trx: CoordinatorDatabase,
  entry: { member: Member; digest: Uint8Array; bundle: Uint8Array; at: number; isRevoked?: boolean }
): Promise<void> {
  const { member, digest, bundle, at, isRevoked: isOut = false } = entry
  const { peer, key, serial, name, role, ticket, issued, expires } = member
  const others = trx.selectFrom('members').select('peer').where('peer', '<>', peer)
  if ((await others.where('serial', '=', serial).executeTakeFirst()) != null) {
    throw new RefusedError('serial_taken', 'another member has a certificate with this serial')
  }
  const namesakes = others.where('name', '=', name).where('revoked', '=', 0)
  // Who is revoked has no name any more that another could want.
  if (!isOut && (await namesakes.executeTakeFirst()) != null) {
    throw new RefusedError('name_taken', `another member is called ${name}`, {
      hint: "choose another name: 'shoal join TICKET --name NAME'"
    })
  }
  const facts = { key, serial, name, role, labels: JSON.stringify(member.labels), ticket, issued, expires }
  const row = { ...facts, digest, bundle, admittedAt: at, revoked: isOut ? 1 : 0 }
  await trx
    .insertInto('members')
    .values({ ...row, peer, lastSeenAt: null })
    .onConflict((conflict) => conflict.column('peer').doUpdateSet(row))
    .execute()
}

const isRevoked = async (
  trx: CoordinatorDatabase,
  kind: 'serial' | 'ticket' | 'key',
  value: string
): Promise<boolean> =>
  (await trx
    .selectFrom('revoked')
    .select('kind')
    .where('kind', '=', kind)
    .where('value', '=', value)
    .executeTakeFirst()) != null

const isRevokedMember = async (trx: CoordinatorDatabase, member: Member): Promise<boolean> =>
  (await isRevoked(trx, 'serial', member.serial)) || (await isRevoked(trx, 'key', toHex(member.key)))

async function refuseRevoked(trx: CoordinatorDatabase, member: Member): Promise<void> {
  if (await isRevokedMember(trx, member)) throw revokedMember(member)
}

const revokedMember = (member: Member): RefusedError =>
  new RefusedError('member_revoked', `the membership of ${member.name} is revoked`)

/** Members that are not revoked, by name; with `role`, those of that role. */
export async function members(db: CoordinatorDatabase, role?: Role): Promise<StoredMember[]> {
  const live = db.selectFrom('members').selectAll().where('revoked', '=', 0).orderBy('name')
  return (await (role == null ? live : live.where('role', '=', role)).execute()).map(toMember)
}

/** The member that is not revoked and has this name. */
export async function memberByName(db: CoordinatorDatabase, name: string): Promise<StoredMember | undefined> {
  const live = db.selectFrom('members').selectAll().where('revoked', '=', 0)
  const row = await live.where('name', '=', name).executeTakeFirst()
  return row == null ? undefined : toMember(row)
}

const byPeer = kept((db: CoordinatorDatabase, { peer }: { peer: string }) =>
  db.selectFrom('members').selectAll().where('peer', '=', peer)
)

/** The member with this peer ID, revoked or not. */
export async function memberByPeer(db: CoordinatorDatabase, peer: string): Promise<StoredMember | undefined> {
  const [row] = await byPeer(db, { peer })
  return row == null ? undefined : toMember(row)
}

const namesOf = kept((db: CoordinatorDatabase, { rollout }: { rollout: string }) => {
  const peers = db.selectFrom('rolloutDevices').select('peer').where('rollout', '=', rollout)
  return db.selectFrom('members').select(['peer', 'name']).where('peer', 'in', peers)
})

/** Names of the devices of a rollout by peer ID: one question for a screen that is drawn after each change. */
export async function namesInRollout(db: CoordinatorDatabase, rollout: string): Promise<Map<string, string>> {
  return new Map((await namesOf(db, { rollout })).map(({ peer, name }) => [peer, name]))
}

const toMember = (row: Selectable<CoordinatorTables['members']>): StoredMember => ({
  ...row,
  labels: parseLabels(row.labels),
  revoked: row.revoked === 1
})

const seen = kept((db: CoordinatorDatabase, { peer, at }: { peer: string; at: number }) =>
  db
    .updateTable('members')
    .set({ lastSeenAt: at })
    .where('peer', '=', peer)
    .where((where) => where.or([where('lastSeenAt', 'is', null), where('lastSeenAt', '<', at)]))
)

/** Moves the time at which a member was last heard from; never back. */
export async function setLastSeen(db: CoordinatorDatabase, peer: string, at: number): Promise<void> {
  await seen(db, { peer, at })
}

/** Pins the first peer key seen for a ticket. True when `key` is that one (protocols.md, Membership bundle). */
export async function pin(db: CoordinatorDatabase, ticket: string, key: Uint8Array): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('pins')
      .values({ ticket, key })
      .onConflict((conflict) => conflict.column('ticket').doNothing())
      .execute()
    const pinned = trx.selectFrom('pins').select('key').where('ticket', '=', ticket)
    return equalBytes((await pinned.executeTakeFirstOrThrow()).key, key)
  })
}

/** The newest revocation list. */
export async function latestRevocations(
  db: CoordinatorDatabase
): Promise<{ number: number; bytes: Uint8Array } | undefined> {
  return await db.selectFrom('revocations').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst()
}

/**
 * Takes a newer revocation list and marks the members and tickets that it names, those not seen yet included.
 * The newest list again changes nothing. Returns whether it was new; throws ConflictError (`revocations_old`).
 */
export async function putRevocations(
  db: CoordinatorDatabase,
  list: { number: number; bytes: Uint8Array },
  named: { serials: readonly string[]; tickets: readonly string[]; keys: readonly Uint8Array[] },
  by: By
): Promise<boolean> {
  const { number, bytes } = list
  return await db.transaction().execute(async (trx) => {
    const last = await latestRevocations(trx)
    if (last != null && number <= last.number) {
      if (number === last.number && equalBytes(bytes, last.bytes)) return false
      throw new ConflictError('revocations_old', `revocation list ${last.number} is in force already`, {
        hint: `sign it again with a number above ${last.number}`
      })
    }
    await trx.insertInto('revocations').values({ number, bytes }).execute()
    const keys = named.keys.map(toHex)
    await mark(trx, 'serial', named.serials)
    await mark(trx, 'ticket', named.tickets)
    await mark(trx, 'key', keys)
    const revoked = { revoked: 1 }
    await trx.updateTable('tickets').set(revoked).where('id', 'in', revokedValues(trx, 'ticket')).execute()
    await trx
      .updateTable('members')
      .set(revoked)
      .where((where) =>
        where.or([
          where('serial', 'in', revokedValues(trx, 'serial')),
          where('key', 'in', named.keys.length > 0 ? named.keys : [new Uint8Array(0)])
        ])
      )
      .execute()
    const detail = { serials: named.serials, tickets: named.tickets, keys }
    await appendEvent(trx, { ...by, type: 'revoked', subject: String(number), detail })
    return true
  })
}

const revokedValues = (trx: CoordinatorDatabase, kind: 'serial' | 'ticket') =>
  trx.selectFrom('revoked').select('value').where('kind', '=', kind)

async function mark(
  trx: CoordinatorDatabase,
  kind: 'serial' | 'ticket' | 'key',
  values: readonly string[]
): Promise<void> {
  for (let first = 0; first < values.length; first += VALUES_BATCH) {
    const rows = values.slice(first, first + VALUES_BATCH).map((value) => ({ kind, value }))
    await trx
      .insertInto('revoked')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['kind', 'value']).doNothing())
      .execute()
  }
}
