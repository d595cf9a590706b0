/** Log lines that wait until a coordinator has made them durable. */

import type { SessionRecord } from '../model/session.ts'
import type { DeviceDatabase } from './device-schema.ts'
import { getMetaText, setMeta } from './meta.ts'

/** One line of output; `number` rises from line to line, not always by one. */
export interface OutboxLine {
  readonly number: number
  /** Null for the device's own. */
  readonly rollout: string | null
  readonly at: number
  readonly text: string
  /** What the line tells of a session, for the coordinator's events. */
  readonly session: SessionRecord | null
}

export type NewLine = Omit<OutboxLine, 'number' | 'session'> & { readonly session?: SessionRecord | null }

export const OUTBOX_LINES_MAX = 10_000
/** Characters kept of one line. */
export const OUTBOX_LINE_LENGTH_MAX = 4096

const LAST_NUMBER = 'outbox_number'
/** Rows of one insert: five values each, and SQLite takes 32,766 variables. */
const LINES_BATCH = 4096

/**
 * Appends lines; of more than OUTBOX_LINES_MAX waiting ones the oldest are dropped. Numbers begin at the first
 * line's time in ms, so that a device that lost its state does not repeat numbers a coordinator holds.
 * Returns the last number given, 0 when there never was one.
 */
export async function appendLog(db: DeviceDatabase, lines: readonly NewLine[]): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const last = Number((await getMetaText(trx, LAST_NUMBER)) ?? 0)
    const [first] = lines
    if (first == null) return last
    const start = last === 0 ? first.at : last + 1
    const rows = lines.map(({ rollout, at, text, session }, index) => ({
      number: start + index,
      rollout,
      at,
      text: text.slice(0, OUTBOX_LINE_LENGTH_MAX),
      session: session == null ? null : JSON.stringify(session)
    }))
    for (let done = 0; done < rows.length; done += LINES_BATCH) {
      await trx
        .insertInto('outbox')
        .values(rows.slice(done, done + LINES_BATCH))
        .execute()
    }
    const number = start + lines.length - 1
    await setMeta(trx, LAST_NUMBER, String(number))
    await trx
      .deleteFrom('outbox')
      .where('number', '<=', number - OUTBOX_LINES_MAX)
      .execute()
    return number
  })
}

/** The oldest waiting lines, at most `limit`. */
export async function pendingLogs(db: DeviceDatabase, limit: number): Promise<OutboxLine[]> {
  const rows = await db.selectFrom('outbox').selectAll().orderBy('number').limit(limit).execute()
  return rows.map((row) => {
    const session: SessionRecord | null = row.session == null ? null : JSON.parse(row.session)
    return { ...row, session }
  })
}

/** Drops the lines up to `number`: a coordinator has them. */
export async function ackLogs(db: DeviceDatabase, number: number): Promise<void> {
  await db.deleteFrom('outbox').where('number', '<=', number).execute()
}
