import assert from 'node:assert/strict'
import { chmod, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, test } from 'vitest'
import { ConflictError, InvalidError, NoRoomError } from '../../src/base/errors.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'
import { COORDINATOR_MIGRATIONS } from '../../src/state/coordinator-schema.ts'
import type { Migrations } from '../../src/state/database.ts'
import { openDatabase } from '../../src/state/database.ts'

interface Tables {
  first: { value: string }
  second: { value: string }
}

const create = (table: string): Migrations[string] => ({
  up: async (db) => {
    await db.schema.createTable(table).addColumn('value', 'text').execute()
  }
})
const FIRST: Migrations = { '0001': create('first') }

let dir: string
let count = 0
const fresh = (): string => join(dir, `${count++}.db`)
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-state-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

test('a database is made, reopened and migrated further', async () => {
  const path = fresh()
  {
    await using db = await openDatabase<Tables>(path, FIRST)
    await db.kysely.insertInto('first').values({ value: 'kept' }).execute()
  }
  await using db = await openDatabase<Tables>(path, { ...FIRST, '0002': create('second') })
  assert.deepEqual(await db.kysely.selectFrom('first').selectAll().execute(), [{ value: 'kept' }])
  assert.deepEqual(await db.kysely.selectFrom('second').selectAll().execute(), [])
})

test('commits are durable and references are checked', async () => {
  await using db = await openDatabase<Tables>(fresh(), FIRST)
  const pragma = async (name: string): Promise<unknown> => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db.kysely)
    return Object.values(rows[0] ?? {})[0]
  }
  assert.equal(await pragma('journal_mode'), 'wal')
  assert.equal(await pragma('synchronous'), 2)
  assert.equal(await pragma('foreign_keys'), 1)
  assert.equal(await pragma('busy_timeout'), 5000)
})

test('only the owner may read it, whatever it was before', async () => {
  const path = fresh()
  await writeFile(path, '')
  await chmod(path, 0o666)
  await using db = await openDatabase<Tables>(path, FIRST)
  await db.kysely.insertInto('first').values({ value: 'x' }).execute()
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    assert.equal((await stat(file)).mode & 0o777, 0o600, file)
  }
})

test('a database of a newer program is refused and left as it is', async () => {
  const path = fresh()
  await (await openDatabase<Tables>(path, { ...FIRST, '0002': create('second') }))[Symbol.asyncDispose]()
  const before = await readFile(path)
  await assert.rejects(openDatabase<Tables>(path, FIRST), (error: ConflictError) => {
    assert.ok(error instanceof ConflictError)
    assert.equal(error.code, 'state_newer')
    return error.hint != null
  })
  assert.deepEqual(await readFile(path), before)
})

test('a migration that fails half-way leaves nothing behind', async () => {
  const path = fresh()
  const torn: Migrations = {
    ...FIRST,
    '0002': {
      up: async (db) => {
        await create('second').up(db)
        throw new RangeError('torn')
      }
    }
  }
  await assert.rejects(openDatabase<Tables>(path, torn), RangeError)
  await using db = await openDatabase<Tables>(path, { ...FIRST, '0002': create('second') })
  assert.deepEqual(await db.kysely.selectFrom('second').selectAll().execute(), [])
})

const corrupt = (error: InvalidError): boolean =>
  error instanceof InvalidError && error.code === 'state_corrupt' && error.hint != null

test('a file that is no database is refused by name', async () => {
  const path = fresh()
  await writeFile(path, 'this is no database, and long enough to look at\n'.repeat(100))
  await assert.rejects(openDatabase<Tables>(path, FIRST), corrupt)
})

test('a damaged page is found on opening, wherever it is', async () => {
  const path = fresh()
  {
    await using db = await openCoordinatorDatabase(path)
    const state = createCoordinatorState(db)
    const lines = Array.from({ length: 500 }, (_, number) => ({
      number,
      rollout: null,
      at: number,
      text: 'x'.repeat(200)
    }))
    await state.appendLog('peer', lines)
  }
  const pages = Math.floor((await stat(path)).size / 4096)
  const sound = await readFile(path)
  let found = 0
  for (let page = 0; page < pages; page++) {
    await using file = await open(path, 'r+')
    await file.write(new Uint8Array(4096).fill(0xa5), 0, 4096, page * 4096)
    await assert.rejects(openDatabase(path, COORDINATOR_MIGRATIONS), corrupt, `page ${page}`)
    await file.write(sound, page * 4096, 4096, page * 4096)
    found++
  }
  assert.ok(found > 20)
  await (await openCoordinatorDatabase(path))[Symbol.asyncDispose]()
})

test('a full disk is reported as such, and the transaction is gone', async () => {
  await using db = await openDatabase<Tables>(fresh(), FIRST)
  await sql`pragma max_page_count = 20`.execute(db.kysely)
  const write = db.kysely.transaction().execute(async (trx) => {
    for (let i = 0; i < 100; i++) {
      await trx
        .insertInto('first')
        .values({ value: 'x'.repeat(4096) })
        .execute()
    }
  })
  await assert.rejects(write, (error) => error instanceof NoRoomError && error.code === 'disk_full')
  assert.deepEqual(await db.kysely.selectFrom('first').selectAll().execute(), [])
})

test('transactions that are started together follow one another', async () => {
  await using db = await openDatabase<Tables>(fresh(), FIRST)
  await db.kysely.insertInto('first').values({ value: '0' }).execute()
  const add = (): Promise<unknown> =>
    db.kysely.transaction().execute(async (trx) => {
      const { value } = await trx.selectFrom('first').select('value').executeTakeFirstOrThrow()
      await trx
        .updateTable('first')
        .set({ value: String(Number(value) + 1) })
        .execute()
    })
  await Promise.all(Array.from({ length: 50 }, add))
  assert.deepEqual(await db.kysely.selectFrom('first').selectAll().execute(), [{ value: '50' }])
})
