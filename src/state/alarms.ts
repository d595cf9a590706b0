/** Alarms that were raised, each once, and the deliveries of them that wait. */

import type { CoordinatorDatabase } from './coordinator-schema.ts'

export interface Alarm {
  /** The same occasion has the same key: it is raised once. */
  readonly key: string
  readonly event: string
  /** The document that receivers get. */
  readonly body: string
}

export interface Delivery {
  readonly id: number
  readonly url: string
  readonly event: string
  readonly body: string
  readonly attempts: number
  readonly nextAt: number
}

/** Waiting for one receiver; of more the oldest go: whoever was away so long is told of what is new. */
export const DELIVERIES_PER_URL_MAX = 1_000
/** An occasion is remembered for so long; none comes back with its old key after that. */
const ALARM_AGE_MS = 400 * 86_400_000

/** Raises an alarm unless it was raised before, with a delivery for each receiver. Returns whether it is new. */
export async function raiseAlarm(
  db: CoordinatorDatabase,
  { key, event, body }: Alarm,
  urls: readonly string[],
  at: number
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const fresh = await trx
      .insertInto('alarms')
      .values({ key, at })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst()
    if (fresh == null) return false
    await trx
      .deleteFrom('alarms')
      .where('at', '<', at - ALARM_AGE_MS)
      .execute()
    for (const url of urls) {
      await trx.insertInto('deliveries').values({ url, event, body, attempts: 0, nextAt: at }).execute()
      const newest = trx.selectFrom('deliveries').select('id').where('url', '=', url).orderBy('id', 'desc')
      const surplus = await newest.limit(1).offset(DELIVERIES_PER_URL_MAX).executeTakeFirst()
      if (surplus != null) {
        await trx.deleteFrom('deliveries').where('url', '=', url).where('id', '<=', surplus.id).execute()
      }
    }
    return true
  })
}

/** The delivery for a receiver that is to be tried first, due or not. */
export async function nextDelivery(db: CoordinatorDatabase, url: string): Promise<Delivery | undefined> {
  const waiting = db.selectFrom('deliveries').selectAll().where('url', '=', url)
  return await waiting.orderBy('nextAt').orderBy('id').limit(1).executeTakeFirst()
}

/** Delivered, or given up. */
export async function deleteDelivery(db: CoordinatorDatabase, id: number): Promise<void> {
  await db.deleteFrom('deliveries').where('id', '=', id).execute()
}

/** Not delivered: again at `nextAt`. */
export async function postponeDelivery(db: CoordinatorDatabase, id: number, nextAt: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set((row) => ({ nextAt, attempts: row('attempts', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Forgets deliveries for receivers that the configuration no longer names. */
export async function keepReceivers(db: CoordinatorDatabase, urls: readonly string[]): Promise<void> {
  const all = db.deleteFrom('deliveries')
  await (urls.length === 0 ? all : all.where('url', 'not in', [...urls])).execute()
}

/** Rollouts that have stopped by themselves and wait for somebody. */
export async function haltedRollouts(
  db: CoordinatorDatabase
): Promise<{ rollout: string; reason: string | null }[]> {
  const halted = db.selectFrom('rollouts').select(['id as rollout', 'reason'])
  return await halted.where('state', '=', 'halted').execute()
}

/** Devices of rollouts that were rolled back since a moment. */
export async function rolledBackSince(
  db: CoordinatorDatabase,
  sinceMs: number
): Promise<{ rollout: string; peer: string; errorCode: string | null; endedAt: number | null }[]> {
  return await db
    .selectFrom('rolloutDevices')
    .select(['rollout', 'peer', 'errorCode', 'endedAt'])
    .where('outcome', '=', 'rolled-back')
    .where('endedAt', '>=', sinceMs)
    .execute()
}
