/** What a coordinator that came out of a backup knows of that. */

import type { CoordinatorDatabase } from './coordinator-schema.ts'
import { appendEvent } from './events.ts'
import { getMetaText, setMeta } from './meta.ts'

const FLOOR = 'counter_floor'
const EPOCH = 'restore_epoch'
const MISSING = 'content_missing'
/** More than any fleet signs between a backup and the loss that it is restored after. */
const COUNTERS_SKIPPED = 1_000_000

/**
 * Marks a database as restored, once for each restore: counters go on far above what may have been signed since the
 * backup, since a device refuses any offer that is not above its own; and devices are asked to repeat what they reported.
 * `hasContent` is false when the content of the releases has to be published again.
 */
export async function markRestored(
  db: CoordinatorDatabase,
  restore: { backupAt: number; at: number; hasContent: boolean; actor: string }
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { offer, release } = await trx
      .selectNoFrom([
        trx
          .selectFrom('rollouts')
          .select((of) => of.fn.max('counter').as('n'))
          .as('offer'),
        trx
          .selectFrom('releases')
          .select((of) => of.fn.max('counter').as('n'))
          .as('release')
      ])
      .executeTakeFirstOrThrow()
    const highest = Math.max(offer ?? 0, release ?? 0, await counterFloor(trx))
    await setMeta(trx, FLOOR, String(highest + COUNTERS_SKIPPED))
    await setMeta(trx, EPOCH, String(restore.at))
    const releases = restore.hasContent ? [] : await trx.selectFrom('releases').select('id').execute()
    await setMeta(trx, MISSING, JSON.stringify(releases.map(({ id }) => id)))
    const detail = { backupAt: restore.backupAt, hasContent: restore.hasContent }
    const { actor, at } = restore
    await appendEvent(trx, { type: 'restored', actor, at, subject: actor, detail })
  })
}

/** Counters of offers and releases are above this; 0 unless the database was restored. */
export async function counterFloor(db: CoordinatorDatabase): Promise<number> {
  return Number((await getMetaText(db, FLOOR)) ?? 0)
}

/** Another number after each restore; 0 before the first. */
export async function restoreEpoch(db: CoordinatorDatabase): Promise<number> {
  return Number((await getMetaText(db, EPOCH)) ?? 0)
}

/** Ids of the releases whose content was lost and has not been published again. */
export async function contentMissing(db: CoordinatorDatabase): Promise<string[]> {
  const ids: string[] = JSON.parse((await getMetaText(db, MISSING)) ?? '[]')
  return ids
}

/** The content of a release was lost. */
export async function contentLost(db: CoordinatorDatabase, release: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const all = new Set([...(await contentMissing(trx)), release])
    await setMeta(trx, MISSING, JSON.stringify([...all]))
  })
}

/** The content of a release is here again. */
export async function contentReturned(db: CoordinatorDatabase, release: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const left = (await contentMissing(trx)).filter((id) => id !== release)
    await setMeta(trx, MISSING, JSON.stringify(left))
  })
}
