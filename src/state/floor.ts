/** The ground on which a device judges order: what it has committed, what it has rolled back (design section 6). */

import { sql } from 'kysely'
import type { Activation, Outcome } from '../model/activation.ts'
import type { Floor } from '../model/offer.ts'
import type { DeviceDatabase } from './device-schema.ts'
import { updateActivation } from './journal.ts'
import { getMetaText, setMeta } from './meta.ts'

/** The release that runs from the next boot on. */
export interface CommittedRelease {
  /** Id of the release. */
  readonly release: string
  readonly version: string
  readonly toplevel: string
  readonly channel: string
}

export interface Commit extends Pick<Activation, 'error' | 'generation' | 'bytesReceived'> {
  readonly outcome: Extract<Outcome, 'committed' | 'degraded'>
  readonly endedAt: number
  /** Counter of the offer. */
  readonly offerCounter: number
  /** Null when what was committed does not outlast a boot (`test`, `dry-activate`). */
  readonly release: {
    readonly id: string
    readonly channel: string
    readonly counter: number
    readonly version: string
    readonly toplevel: string
  } | null
}

/** Releases that are remembered as rolled back, the newest. */
export const ROLLED_BACK_MAX = 1000

const FLOOR = 'floor'
const COMMITTED = 'committed'
const NO_FLOOR: Floor = { offerCounter: 0, releaseCounters: {} }

/** What has been committed here. */
export async function floor(db: DeviceDatabase): Promise<Floor> {
  const text = await getMetaText(db, FLOOR)
  const held: Floor = text == null ? NO_FLOOR : JSON.parse(text)
  return held
}

/** The release that was committed last. */
export async function committed(db: DeviceDatabase): Promise<CommittedRelease | undefined> {
  const text = await getMetaText(db, COMMITTED)
  const held: CommittedRelease | undefined = text == null ? undefined : JSON.parse(text)
  return held
}

/**
 * Ends an activation as committed: outcome, floor and committed release in one transaction. The offer counter
 * only rises; the channel's counter becomes that of the release, which an ordered rollback lowers. Returns
 * false, and changes nothing, when the row has an outcome or does not exist.
 */
export async function commit(db: DeviceDatabase, rollout: string, end: Commit): Promise<boolean> {
  const { outcome, error, generation, bytesReceived, endedAt, offerCounter, release } = end
  return await db.transaction().execute(async (trx) => {
    const result = { outcome, error, generation, bytesReceived, endedAt }
    if (!(await updateActivation(trx, rollout, result))) return false
    const before = await floor(trx)
    const releaseCounters = { ...before.releaseCounters }
    if (release != null) {
      const { id, version, toplevel, channel, counter } = release
      releaseCounters[channel] = counter
      await setMeta(trx, COMMITTED, JSON.stringify({ release: id, version, toplevel, channel }))
      await trx.deleteFrom('rolledBack').where('release', '=', id).execute()
    }
    const after: Floor = { offerCounter: Math.max(before.offerCounter, offerCounter), releaseCounters }
    await setMeta(trx, FLOOR, JSON.stringify(after))
    return true
  })
}

/** Ids of the releases that were rolled back here and have not been committed since. */
export async function rolledBack(db: DeviceDatabase): Promise<Set<string>> {
  const rows = await db.selectFrom('rolledBack').select('release').execute()
  return new Set(rows.map((row) => row.release))
}

/** Remembers a release as rolled back; the oldest above ROLLED_BACK_MAX are forgotten. */
export async function addRolledBack(db: DeviceDatabase, release: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('rolledBack')
      .values({ release })
      .onConflict((conflict) => conflict.column('release').doNothing())
      .execute()
    const kept = trx.selectFrom('rolledBack').select('release').orderBy(sql`rowid`, 'desc')
    await trx.deleteFrom('rolledBack').where('release', 'not in', kept.limit(ROLLED_BACK_MAX)).execute()
  })
}
