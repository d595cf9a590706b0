/** Devices that are not to be changed for a while. */

import type { CoordinatorDatabase } from './coordinator-schema.ts'
import type { By } from './events.ts'
import { appendEvent } from './events.ts'
import { kept } from './kept.ts'

/** Pauses a device until a time in seconds since the epoch; null ends its pause. */
export async function setPause(
  db: CoordinatorDatabase,
  peer: string,
  until: number | null,
  by: By
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (until == null) await trx.deleteFrom('pauses').where('peer', '=', peer).execute()
    else {
      await trx
        .insertInto('pauses')
        .values({ peer, until })
        .onConflict((conflict) => conflict.column('peer').doUpdateSet({ until }))
        .execute()
    }
    const type = until == null ? 'device_resumed' : 'device_paused'
    await appendEvent(trx, { ...by, type, subject: peer, detail: until == null ? {} : { until } })
  })
}

const later = kept((db: CoordinatorDatabase, { now }: { now: number }) =>
  db.selectFrom('pauses').selectAll().where('until', '>', now)
)

/** Ends of the pauses by peer, in seconds since the epoch; those that are over are not among them. */
export async function pauses(db: CoordinatorDatabase, now: number): Promise<Map<string, number>> {
  const rows = await later(db, { now })
  return new Map(rows.map(({ peer, until }) => [peer, until]))
}
