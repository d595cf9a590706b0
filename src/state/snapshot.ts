/** A consistent copy of a database that another process may be writing. */

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { errorMessage, NoRoomError, NotFoundError, ShoalError } from '../base/errors.ts'

/** A writer holds the lock for one transaction at a time; a reader of the log waits for none. */
const BUSY_TIMEOUT_MS = 5000
const SQLITE_FULL = 13

/**
 * Writes the state of one moment to a new file, compacted; writers go on meanwhile. Throws NotFoundError
 * (`state_missing`), NoRoomError (`disk_full`), ShoalError (`snapshot_failed`).
 */
export function snapshotDatabase(from: string, to: string): void {
  if (!existsSync(from)) throw new NotFoundError('state_missing', `there is no ${from}`)
  try {
    using database = new DatabaseSync(from, { timeout: BUSY_TIMEOUT_MS, readOnly: true })
    database.prepare('VACUUM INTO ?').run(to)
  } catch (cause) {
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0
    if (code === SQLITE_FULL) throw new NoRoomError('disk_full', `no room for ${to}`, { cause })
    throw new ShoalError('snapshot_failed', `cannot copy ${from}: ${errorMessage(cause)}`, { cause })
  }
}
