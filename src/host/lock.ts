import { readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { ConflictError, NotFoundError, ShoalError } from '../base/errors.ts'

const LOCK_FILE = 'lock.db'
const PID_FILE = 'lock.pid'
const SQLITE_BUSY = 5
const SQLITE_CANTOPEN = 14

/**
 * Takes a directory for this process until disposed of. The lock is the kernel's (fcntl, by way of SQLite), so
 * it ends with the process, however that ends. Nothing else in this process may open `lock.db`: closing
 * any descriptor of it would drop the lock.
 * Throws ConflictError (`directory_locked`) when it is taken, NotFoundError (`directory_missing`) when it is
 * not there or not ours to write.
 */
export async function lockDirectory(directory: string): Promise<AsyncDisposable> {
  const database = open(`${directory}/${LOCK_FILE}`)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isSqliteError(error, SQLITE_BUSY)) {
      throw new ShoalError('lock_failed', `cannot lock ${directory}`, { cause: error })
    }
    const pid = await readFile(`${directory}/${PID_FILE}`, 'utf8').catch(() => '')
    throw new ConflictError('directory_locked', `another process holds ${directory}`, {
      cause: error,
      hint: `${pid === '' ? 'wait for it' : `process ${pid} holds it`}; while 'shoal up' runs in a directory, any number of commands work there at once`
    })
  }
  try {
    await writeFile(`${directory}/${PID_FILE}`, String(process.pid))
  } catch (error) {
    database.close()
    throw error
  }
  return {
    [Symbol.asyncDispose]: async () => {
      database.close()
    }
  }
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (error) {
    if (!isSqliteError(error, SQLITE_CANTOPEN)) throw error
    throw new NotFoundError('directory_missing', `cannot write ${path}`, { cause: error })
  }
}

const isSqliteError = (error: unknown, code: number): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === code
