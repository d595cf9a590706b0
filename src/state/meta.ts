import type { Kysely } from 'kysely'
import { kept } from './kept.ts'

export interface MetaTables {
  /** Single facts by name. */
  meta: { key: string; value: Uint8Array }
}

/** Any database with this table: Kysely's own type would accept one with exactly this table only. */
type MetaDatabase = Kysely<any>

const metaOf = (db: MetaDatabase): Kysely<MetaTables> => db

const valueOf = kept((db: Kysely<MetaTables>, { key }: { key: string }) =>
  db.selectFrom('meta').select('value').where('key', '=', key)
)
const setValue = kept((db: Kysely<MetaTables>, { key, value }: { key: string; value: Uint8Array }) =>
  db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
)

/** The bytes under `key`, or undefined. */
export async function getMeta(db: MetaDatabase, key: string): Promise<Uint8Array | undefined> {
  const [row] = await valueOf(metaOf(db), { key })
  return row?.value
}

/** The text under `key`, or undefined. */
export async function getMetaText(db: MetaDatabase, key: string): Promise<string | undefined> {
  const value = await getMeta(db, key)
  return value == null ? undefined : Buffer.from(value).toString('utf8')
}

/** Sets or replaces the value under `key`; text is kept as UTF-8. */
export async function setMeta(db: MetaDatabase, key: string, value: Uint8Array | string): Promise<void> {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  await setValue(metaOf(db), { key, value: bytes })
}
