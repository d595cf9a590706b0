import type { CoordinatorDatabase } from './coordinator-schema.ts'
import { kept } from './kept.ts'

/** Who did something and when (ms); every change of the fleet is recorded under it. */
export interface By {
  /** A peer ID, or the key that signed, in hex. */
  readonly actor: string
  readonly at: number
}

/** One thing that was done, never changed afterwards. */
export interface FleetEvent extends By {
  /** What was done, for example `enrolled`. */
  readonly type: string
  /** What it was done to: a ticket, a member, a release, a rollout. */
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

export const EVENTS_LIMIT_MAX = 10_000

const put = kept((db: CoordinatorDatabase, row: Omit<FleetEvent, 'detail'> & { detail: string }) =>
  db
    .insertInto('events')
    .values({ type: row.type, actor: row.actor, subject: row.subject, at: row.at, detail: row.detail })
)

/** Records what was done; called with the transaction of the change itself. */
export async function appendEvent(db: CoordinatorDatabase, event: FleetEvent): Promise<void> {
  await put(db, { ...event, detail: JSON.stringify(event.detail) })
}

/**
 * What was done, oldest first: the first `limit` after `afterId`, or the last `limit` without it.
 * At most EVENTS_LIMIT_MAX.
 */
export async function events(
  db: CoordinatorDatabase,
  query: { afterId?: number; limit: number }
): Promise<(FleetEvent & { id: number })[]> {
  const base = db.selectFrom('events').selectAll().limit(Math.min(query.limit, EVENTS_LIMIT_MAX))
  const rows =
    query.afterId == null
      ? (await base.orderBy('id', 'desc').execute()).toReversed()
      : await base.where('id', '>', query.afterId).orderBy('id').execute()
  return rows.map((row) => {
    const detail: FleetEvent['detail'] = JSON.parse(row.detail)
    return { ...row, detail }
  })
}
