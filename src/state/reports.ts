import type { Selectable } from 'kysely'
import type { ActivationReport, DeviceReport } from '../model/report.ts'
import type { SessionRecord } from '../model/session.ts'
import type { CoordinatorDatabase, CoordinatorTables } from './coordinator-schema.ts'
import { appendEvent } from './events.ts'
import { kept } from './kept.ts'

export interface StoredReport {
  readonly peer: string
  readonly report: DeviceReport
  readonly seq: number
  readonly reportedAt: number
}

/** One line of a device's output; `number` rises from line to line of a device, not always by one. */
export interface LogLine {
  readonly number: number
  readonly rollout: string | null
  readonly at: number
  readonly text: string
}

/** A line as it comes; what it tells of a session becomes an event, once. */
export interface NewLogLine extends LogLine {
  readonly session?: SessionRecord | null
}

export interface StoredLogLine extends LogLine {
  /** Rises in the order of arrival. */
  readonly rowId: number
  readonly peer: string
}

export const ACTIVATIONS_PER_PEER_MAX = 50
export const LOG_LINES_PER_PEER_MAX = 20_000
export const LOG_LINES_MAX = 1_000_000
export const LOGS_LIMIT_MAX = 10_000
/** Characters kept of one line. */
export const LOG_LINE_LENGTH_MAX = 4096

/** Rows of one insert: five values each, and SQLite takes 32,766 variables. */
const LINES_BATCH = 4096

const put = kept((db: CoordinatorDatabase, row: Selectable<CoordinatorTables['reports']>) => {
  const { peer, ...facts } = row
  return db
    .insertInto('reports')
    .values({ peer, ...facts })
    .onConflict((conflict) => conflict.column('peer').doUpdateSet(facts))
})

/** Replaces a device's report; the order is that of its status stream. */
export async function putReport(db: CoordinatorDatabase, entry: StoredReport): Promise<void> {
  await put(db, { ...entry, report: JSON.stringify(entry.report) })
}

/** The last report of a device. */
export async function report(db: CoordinatorDatabase, peer: string): Promise<StoredReport | undefined> {
  const row = await db.selectFrom('reports').selectAll().where('peer', '=', peer).executeTakeFirst()
  return row == null ? undefined : toReport(row)
}

/** The last report of every device that ever sent one. */
export async function reports(db: CoordinatorDatabase): Promise<StoredReport[]> {
  const rows = await db.selectFrom('reports').selectAll().orderBy('peer').execute()
  return rows.map(toReport)
}

function toReport(row: Selectable<CoordinatorTables['reports']>): StoredReport {
  const parsed: DeviceReport = JSON.parse(row.report)
  return { ...row, report: parsed }
}

type ActivationRow = Selectable<CoordinatorTables['activations']>
const putView = kept((db: CoordinatorDatabase, row: ActivationRow) => {
  const { peer, rollout, view, startedAt, updatedAt } = row
  return db
    .insertInto('activations')
    .values({ peer, rollout, view, startedAt, updatedAt })
    .onConflict((conflict) =>
      conflict.columns(['peer', 'rollout']).doUpdateSet({ view, startedAt, updatedAt })
    )
})
const viewOf = kept((db: CoordinatorDatabase, { peer, rollout }: { peer: string; rollout: string }) =>
  db.selectFrom('activations').select('rollout').where('peer', '=', peer).where('rollout', '=', rollout)
)
const dropViews = kept((db: CoordinatorDatabase, { peer }: { peer: string }) => {
  const own = db.selectFrom('activations').select('rollout').where('peer', '=', peer)
  const newest = own.orderBy('startedAt', 'desc').orderBy('rollout').limit(ACTIVATIONS_PER_PEER_MAX)
  return db.deleteFrom('activations').where('peer', '=', peer).where('rollout', 'not in', newest)
})

/** Keeps the newest form of an activation, and of each device the last ACTIVATIONS_PER_PEER_MAX. */
export async function putActivation(
  db: CoordinatorDatabase,
  peer: string,
  activation: ActivationReport,
  updatedAt: number
): Promise<void> {
  const { rollout, startedAtMs: startedAt } = activation
  const row = { peer, rollout, view: JSON.stringify(activation), startedAt, updatedAt }
  await db.transaction().execute(async (trx) => {
    const isNew = (await viewOf(trx, { peer, rollout })).length === 0
    await putView(trx, row)
    if (isNew) await dropViews(trx, { peer })
  })
}

/** The last `limit` activations of a device, newest first. */
export async function activations(
  db: CoordinatorDatabase,
  peer: string,
  limit: number
): Promise<ActivationReport[]> {
  const own = db.selectFrom('activations').select('view').where('peer', '=', peer)
  const rows = await own.orderBy('startedAt', 'desc').orderBy('rollout').limit(limit).execute()
  return rows.map(({ view }) => {
    const activation: ActivationReport = JSON.parse(view)
    return activation
  })
}

/**
 * Keeps lines of a device; numbers that are held already are left out, so the same lines may come twice.
 * At most LOG_LINES_PER_PEER_MAX a device and LOG_LINES_MAX in all are kept, the newest.
 */
export async function appendLog(
  db: CoordinatorDatabase,
  peer: string,
  lines: readonly NewLogLine[]
): Promise<void> {
  if (lines.length === 0) return
  await db.transaction().execute(async (trx) => {
    for (let first = 0; first < lines.length; first += LINES_BATCH) {
      const rows = lines.slice(first, first + LINES_BATCH).map(({ number, rollout, at, text }) => ({
        peer,
        number,
        rollout,
        at,
        text: text.slice(0, LOG_LINE_LENGTH_MAX)
      }))
      const added = await trx
        .insertInto('logLines')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['peer', 'number']).doNothing())
        .returning('number')
        .execute()
      await appendSessions(trx, peer, lines, new Set(added.map(({ number }) => number)))
    }
    const own = trx.selectFrom('logLines').select('id').where('peer', '=', peer).orderBy('id', 'desc')
    const surplus = await own.limit(1).offset(LOG_LINES_PER_PEER_MAX).executeTakeFirst()
    if (surplus != null) {
      const stale = trx.deleteFrom('logLines').where('peer', '=', peer)
      await stale.where('id', '<=', surplus.id).execute()
    }
    const ids = trx.selectFrom('logLines').select('id').orderBy('id', 'desc').limit(1)
    const last = await ids.executeTakeFirstOrThrow()
    await trx
      .deleteFrom('logLines')
      .where('id', '<=', last.id - LOG_LINES_MAX)
      .execute()
  })
}

/** Events of the sessions that new lines tell of: whoever opened one, on this device, when and for how long. */
async function appendSessions(
  db: CoordinatorDatabase,
  device: string,
  lines: readonly NewLogLine[],
  added: ReadonlySet<number>
): Promise<void> {
  for (const { session: record, number, at } of lines) {
    if (record == null || !added.has(number)) continue
    const { peer, admin, session, what, ended } = record
    const type = ended == null ? 'session_began' : 'session_ended'
    const detail = { session, admin, what, ...ended }
    await appendEvent(db, { at, type, actor: peer, subject: device, detail })
  }
}

/**
 * Lines in the order of arrival: the first `limit` after `afterRowId`, or the last `limit` without it.
 * At most LOGS_LIMIT_MAX.
 */
export async function logs(
  db: CoordinatorDatabase,
  query: { peer?: string; rollout?: string; sinceMs?: number; afterRowId?: number; limit: number }
): Promise<StoredLogLine[]> {
  let found = db.selectFrom('logLines').selectAll().limit(Math.min(query.limit, LOGS_LIMIT_MAX))
  if (query.peer != null) found = found.where('peer', '=', query.peer)
  if (query.rollout != null) found = found.where('rollout', '=', query.rollout)
  if (query.sinceMs != null) found = found.where('at', '>=', query.sinceMs)
  const rows =
    query.afterRowId == null
      ? (await found.orderBy('id', 'desc').execute()).toReversed()
      : await found.where('id', '>', query.afterRowId).orderBy('id').execute()
  return rows.map(({ id, ...line }) => ({ ...line, rowId: id }))
}
