/** One SQLite file behind Kysely: durable commits, migrations, and faults that say what to do. */

import { chmod, open } from 'node:fs/promises'
import type { SQLInputValue } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type {
  DatabaseConnection,
  Dialect,
  Kysely,
  LimitNode,
  OffsetNode,
  OperationNode,
  SqliteStatement
} from 'kysely'
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely as KyselyDatabase,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode
} from 'kysely'
import type { Migration } from 'kysely/migration'
import { Migrator } from 'kysely/migration'
import { ConflictError, errorMessage, InvalidError, NoRoomError } from '../base/errors.ts'

/** Names sort in the order of the steps and are never reused. */
export type Migrations = Readonly<Record<string, Migration>>

/** An open database; disposing it closes the file. */
export interface Database<Tables> extends AsyncDisposable {
  readonly kysely: Kysely<Tables>
  /** Counts the statements run here that may have changed something. */
  readonly writes: number
}

/** Another process (a backup) may hold the write lock for this long before a statement fails. */
const BUSY_TIMEOUT_MS = 5000
const FILE_MODE = 0o600
/** Statements that are prepared once: preparing costs more than most of them do. Far above the number in the program. */
const STATEMENTS_KEPT_MAX = 512
/** They change nothing, or leave what was written before them as it was written. A rollback undoes: it is none. */
const READS = /^(?:select|begin|commit)\b/i
const KEPT = /^(?:select|insert|update|delete|begin|commit|rollback)\b/i

/** Primary result codes of SQLite (sqlite3.h); extended ones hold them in their low byte. */
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/**
 * Opens or makes the database at `path` (`:memory:` for one without a file) and brings its schema up to date,
 * each start in one transaction.
 * Throws ConflictError (`state_newer`) for a schema with steps that this program does not know, InvalidError
 * (`state_corrupt`) for a damaged file, NoRoomError (`disk_full`).
 */
export async function openDatabase<Tables>(path: string, migrations: Migrations): Promise<Database<Tables>> {
  if (path !== ':memory:') {
    // Before SQLite opens it: the files beside it (-wal, -shm) take over this mode.
    await (await open(path, 'a', FILE_MODE)).close()
    await chmod(path, FILE_MODE)
  }
  const file = translated(path, () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }))
  const count: Count = { writes: 0 }
  const kysely = new KyselyDatabase<Tables>({
    dialect: nodeSqlite(path, file, count),
    plugins: [new FlatCamelCase()]
  })
  try {
    translated(path, () => {
      file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
      const { quick_check: verdict } = file.prepare('PRAGMA quick_check(1)').get() ?? {}
      if (verdict !== 'ok') throw corrupt(path, new Error(String(verdict)))
    })
    await migrate(path, kysely, migrations)
  } catch (error) {
    file.close()
    throw error
  }
  return {
    kysely,
    get writes() {
      return count.writes
    },
    [Symbol.asyncDispose]: async () => {
      await kysely.destroy()
      if (file.isOpen) file.close()
    }
  }
}

async function migrate<Tables>(path: string, kysely: Kysely<Tables>, migrations: Migrations): Promise<void> {
  const applied = await appliedMigrations(kysely)
  const unknown = applied.find((name) => !Object.hasOwn(migrations, name))
  if (unknown != null) {
    throw new ConflictError('state_newer', `${path} was written by a newer shoal (${unknown})`, {
      hint: 'run the newer version again, or restore a backup from before it'
    })
  }
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) }
  // Steps of two pieces of work meet in either order: one that is missing between others is made up for.
  const options = { db: kysely, provider, allowUnorderedMigrations: true }
  const { error } = await new Migrator(options).migrateToLatest()
  if (error != null) throw error
}

async function appliedMigrations<Tables>(kysely: Kysely<Tables>): Promise<string[]> {
  const tables = await kysely.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const { rows } = await kysely.executeQuery<{ name: string }>(
    CompiledQuery.raw('select name from kysely_migration')
  )
  return rows.map(({ name }) => name)
}

interface Count {
  writes: number
}

const nodeSqlite = (path: string, file: DatabaseSync, count: Count): Dialect => ({
  createAdapter: () => new TransactionalDdlAdapter(),
  createDriver: () => new NodeSqliteDriver(path, file, count),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new LimitsInText()
})

/** Columns hold no objects: nothing below a row's own names is looked at. */
class FlatCamelCase extends CamelCasePlugin {
  protected override mapRow(row: Record<string, unknown>): Record<string, unknown> {
    const mapped: Record<string, unknown> = {}
    for (const name in row) mapped[this.camelCase(name)] = row[name]
    return mapped
  }
}

/**
 * Limits stand in the text: SQLite plans by the value of one that is bound, and so prepares such a statement again each time
 * it is run. They are constants of this program, or within its bounds.
 */
class LimitsInText extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    this.#visit('limit ', node.limit)
  }

  protected override visitOffset(node: OffsetNode): void {
    this.#visit('offset ', node.offset)
  }

  #visit(word: string, number: OperationNode): void {
    const value = ValueNode.is(number) ? number.value : undefined
    this.append(word)
    if (Number.isSafeInteger(value)) this.append(String(value))
    else this.visitNode(number)
  }
}

/** SQLite rolls schema changes back like any other: a kill in the middle of a migration leaves nothing behind. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #file: DatabaseSync

  constructor(path: string, file: DatabaseSync, count: Count) {
    const prepared = new Map<string, SqliteStatement>()
    const prepare = (sql: string): SqliteStatement => {
      const held = prepared.get(sql)
      if (held != null) return held
      const made = statement(path, file, sql, count)
      // What was prepared before the schema changed may know other columns.
      if (!KEPT.test(sql) || prepared.size >= STATEMENTS_KEPT_MAX) prepared.clear()
      if (KEPT.test(sql)) prepared.set(sql, made)
      return made
    }
    super({ database: { prepare, close: () => file.close() } })
    this.#file = file
  }

  /** The write lock at once: one that is taken only after a read may fail without waiting. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** On a full disk SQLite has rolled back by itself, and a second rollback would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#file.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
}

/** What Kysely's driver wants of better-sqlite3, on node:sqlite. */
function statement(path: string, file: DatabaseSync, sql: string, count: Count): SqliteStatement {
  const prepared = translated(path, () => file.prepare(sql))
  const written = READS.test(sql) ? 0 : 1
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => {
      count.writes += written
      return translated(path, () => prepared.all(...inputs(parameters)))
    },
    run: (parameters) => {
      count.writes += written
      return translated(path, () => prepared.run(...inputs(parameters)))
    },
    iterate: (parameters) => translated(path, () => prepared.iterate(...inputs(parameters)))
  }
}

function inputs(parameters: readonly unknown[]): readonly SQLInputValue[] {
  if (parameters.every(isInput)) return parameters
  throw new TypeError('SQLite keeps null, numbers, text and bytes only')
}

const isInput = (value: unknown): value is SQLInputValue =>
  value === null || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array

function translated<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    switch (resultCode(error)) {
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        throw corrupt(path, error)
      case SQLITE_FULL:
        throw new NoRoomError('disk_full', `${path}: no room left to write`, {
          cause: error,
          retryable: true,
          hint: 'free space on this file system'
        })
      default:
        throw error
    }
  }
}

/** The primary result code in an error of node:sqlite; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return undefined
  return error.errcode & 0xff
}

function corrupt(path: string, cause: unknown): InvalidError {
  return new InvalidError('state_corrupt', `${path} is damaged: ${errorMessage(cause)}`, {
    cause,
    hint: 'move the file (and those ending in -wal and -shm) away and restore it from a backup'
  })
}

type Bound<F> = F extends (db: never, ...rest: infer A) => infer R ? (...rest: A) => R : never

/** The functions with their first argument filled in: plain async methods for those who hold no database. */
export function bindAll<Db, F extends Record<string, (db: Db, ...rest: never[]) => unknown>>(
  db: Db,
  functions: F
): { readonly [K in keyof F]: Bound<F[K]> } {
  const bound: any = Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => [name, fn.bind(undefined, db)])
  )
  return bound
}
