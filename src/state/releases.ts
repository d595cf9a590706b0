import type { Selectable } from 'kysely'
import { equalBytes } from '../base/bytes.ts'
import { ConflictError, InvalidError } from '../base/errors.ts'
import type { Release, Target } from '../model/release.ts'
import type { CoordinatorDatabase, CoordinatorTables } from './coordinator-schema.ts'
import type { By } from './events.ts'
import { appendEvent } from './events.ts'
import { counterFloor } from './restored.ts'

export interface ReleaseSummary {
  readonly id: string
  /** SHA-256 of the release's payload. */
  readonly digest: Uint8Array
  readonly channel: string
  readonly version: string
  readonly counter: number
  /** Seconds since the epoch. */
  readonly issued: number
  readonly publishedAt: number
  readonly targets: readonly Target[]
}

export interface StoredRelease extends ReleaseSummary {
  /** The signed document. */
  readonly bytes: Uint8Array
}

export const RELEASES_LIST_MAX = 1000

/** Rows of one insert: eight columns each, and SQLite takes 32,766 variables. */
const TARGETS_BATCH = 1024

/**
 * Keeps a signed release. The same document again changes nothing. Returns whether it was new.
 * Throws ConflictError: `release_exists` when the channel has this version with other content,
 * `release_counter` unless the counter is above the channel's last.
 */
export async function putRelease(
  db: CoordinatorDatabase,
  entry: { id: string; digest: Uint8Array; bytes: Uint8Array; release: Release },
  by: By
): Promise<boolean> {
  const { id, digest, bytes } = entry
  const { channel, version, counter, issued, targets } = entry.release
  return await db.transaction().execute(async (trx) => {
    const same = trx.selectFrom('releases').select('digest').where('channel', '=', channel)
    const held = await same.where('version', '=', version).executeTakeFirst()
    if (held != null) {
      if (equalBytes(held.digest, digest)) return false
      throw new ConflictError('release_exists', `channel ${channel} has a version ${version} already`, {
        hint: 'choose another version: --as VERSION'
      })
    }
    const last = await lastReleaseCounter(trx, channel)
    if (counter <= last) {
      throw new ConflictError('release_counter', `channel ${channel} is at counter ${last} already`, {
        retryable: true,
        hint: 'another release came in between: publish again'
      })
    }
    const row = { id, digest, bytes, channel, version, counter, issued, publishedAt: by.at }
    await trx.insertInto('releases').values(row).execute()
    const rows = targets.map((target, idx) => ({ ...column(target), release: id, idx }))
    for (let first = 0; first < rows.length; first += TARGETS_BATCH) {
      await trx
        .insertInto('releaseTargets')
        .values(rows.slice(first, first + TARGETS_BATCH))
        .execute()
    }
    await appendEvent(trx, { ...by, type: 'published', subject: id, detail: { channel, version, counter } })
    return true
  })
}

const column = ({ match, system, toplevel, manifestRoot, pathsCount, narBytes }: Target): Target => ({
  match,
  system,
  toplevel,
  manifestRoot,
  pathsCount,
  narBytes
})

/**
 * The release with this id; else the newest that has this toplevel (a reference that begins with `/`);
 * else the one with this version. Throws InvalidError (`release_ambiguous`) when several channels have it.
 */
export async function release(
  db: CoordinatorDatabase,
  reference: string
): Promise<StoredRelease | undefined> {
  const all = db.selectFrom('releases').selectAll()
  const byId = await all.where('id', '=', reference).executeTakeFirst()
  if (byId != null) return await withTargets(db, byId)
  if (reference.startsWith('/')) {
    const holders = db.selectFrom('releaseTargets').select('release').where('toplevel', '=', reference)
    const newest = all.where('id', 'in', holders).orderBy('publishedAt', 'desc').orderBy('counter', 'desc')
    return await withTargets(db, await newest.limit(1).executeTakeFirst())
  }
  const [first, second] = await all.where('version', '=', reference).limit(2).execute()
  if (second != null) {
    throw new InvalidError('release_ambiguous', `several channels have a version ${reference}`, {
      hint: 'name the release by its id (r-…)'
    })
  }
  return await withTargets(db, first)
}

/** The release with this SHA-256 of its payload. */
export async function releaseByDigest(
  db: CoordinatorDatabase,
  digest: Uint8Array
): Promise<StoredRelease | undefined> {
  const rows = db.selectFrom('releases').selectAll().where('digest', '=', digest)
  return await withTargets(db, await rows.executeTakeFirst())
}

async function withTargets(
  db: CoordinatorDatabase,
  row: Selectable<CoordinatorTables['releases']> | undefined
): Promise<StoredRelease | undefined> {
  if (row == null) return undefined
  return { ...row, targets: (await targetsOf(db, [row.id])).get(row.id) ?? [] }
}

/** Releases without their documents, newest first; with `channel`, those of it. At most RELEASES_LIST_MAX. */
export async function releases(db: CoordinatorDatabase, channel?: string): Promise<ReleaseSummary[]> {
  const newest = db
    .selectFrom('releases')
    .select(['id', 'digest', 'channel', 'version', 'counter', 'issued', 'publishedAt'])
    .orderBy('publishedAt', 'desc')
    .orderBy('counter', 'desc')
    .limit(RELEASES_LIST_MAX)
  const rows = await (channel == null ? newest : newest.where('channel', '=', channel)).execute()
  const ids = rows.map(({ id }) => id)
  const targets = await targetsOf(db, ids)
  return rows.map((row) => ({ ...row, targets: targets.get(row.id) ?? [] }))
}

async function targetsOf(db: CoordinatorDatabase, ids: readonly string[]): Promise<Map<string, Target[]>> {
  const targets = new Map<string, Target[]>()
  if (ids.length === 0) return targets
  const found = db.selectFrom('releaseTargets').selectAll().where('release', 'in', ids)
  for (const { release: id, idx: _, ...target } of await found.orderBy('release').orderBy('idx').execute()) {
    targets.set(id, [...(targets.get(id) ?? []), target])
  }
  return targets
}

/** Counter of the channel's last release; 0 before the first. */
export async function lastReleaseCounter(db: CoordinatorDatabase, channel: string): Promise<number> {
  const counters = db.selectFrom('releases').select('counter').where('channel', '=', channel)
  const last = (await counters.orderBy('counter', 'desc').limit(1).executeTakeFirst())?.counter ?? 0
  return Math.max(last, await counterFloor(db))
}
