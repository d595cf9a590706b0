/**
 * The peer store on disk: known addresses survive a restart. All of it is a hint that the network can give
 * again, so a damaged file is replaced and the oldest entries make room for new ones.
 */

import { rmSync } from 'node:fs'
import type { SQLInputValue } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import { BaseDatastore } from 'datastore-core/base'
import type { KeyQuery, Pair, Query } from 'interface-datastore'
import { Key } from 'interface-datastore'
import { InvalidError, NotFoundError } from '../base/errors.ts'

export interface PeerDatastoreLimits {
  readonly entriesMax: number
  readonly valueBytesMax: number
}

/** A peer takes one entry of about 1 KiB and, on a DHT server, one for each record it provides. */
const LIMITS: PeerDatastoreLimits = { entriesMax: 16_384, valueBytesMax: 65_536 }

/** Opens `path` (`:memory:` keeps nothing); a file that is no database is made anew. */
export function openPeerDatastore(path: string, limits: PeerDatastoreLimits = LIMITS): PeerDatastore {
  try {
    return new PeerDatastore(path, limits)
  } catch {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
    return new PeerDatastore(path, limits)
  }
}

export class PeerDatastore extends BaseDatastore implements Disposable {
  readonly #database: DatabaseSync
  readonly #limits: PeerDatastoreLimits

  constructor(path: string, limits: PeerDatastoreLimits) {
    super()
    this.#limits = limits
    this.#database = new DatabaseSync(path)
    try {
      // NORMAL: a power cut may lose the last writes, never the file. They are hints.
      this.#database.exec(`
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;
        CREATE TABLE IF NOT EXISTS entries (
          number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, value BLOB NOT NULL);`)
      // Damage inside the file would show later, as a failure of every new stream.
      const check = this.#database.prepare('PRAGMA quick_check(1)').get()
      if (check?.['quick_check'] !== 'ok') throw new InvalidError('peer_store_damaged', `${path} is damaged`)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  override put(key: Key, value: Uint8Array): Key {
    if (value.byteLength > this.#limits.valueBytesMax) {
      throw new InvalidError('peer_entry_size', `an entry of ${value.byteLength} bytes is too long`)
    }
    // REPLACE gives the entry a new number, so that the lowest numbers are those not written for longest.
    this.#write('INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)', key.toString(), value)
    this.#write(
      'DELETE FROM entries WHERE number <= (SELECT number FROM entries ORDER BY number DESC LIMIT 1 OFFSET ?)',
      this.#limits.entriesMax
    )
    return key
  }

  override get(key: Key): Uint8Array {
    const row = this.#database.prepare('SELECT value FROM entries WHERE key = ?').get(key.toString())
    if (row == null) throw new NotFoundError('peer_entry_missing', `no entry ${key.toString()}`)
    return valueOf(row)
  }

  override has(key: Key): boolean {
    return this.#database.prepare('SELECT 1 FROM entries WHERE key = ?').get(key.toString()) != null
  }

  override delete(key: Key): void {
    this.#write('DELETE FROM entries WHERE key = ?', key.toString())
  }

  /** libp2p writes here with every new stream, and fails the stream when that fails: on a full disk the hint is lost instead. */
  #write(sql: string, ...values: SQLInputValue[]): void {
    try {
      this.#database.prepare(sql).run(...values)
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
  }

  override *_all(query: Query): Generator<Pair> {
    for (const row of this.#select(query.prefix)) {
      yield { key: keyOf(row), value: valueOf(row) }
    }
  }

  override *_allKeys(query: KeyQuery): Generator<Key> {
    for (const row of this.#select(query.prefix)) yield keyOf(row)
  }

  /** All at once: a cursor that stays open over an await would see later writes. */
  #select(prefix = ''): Row[] {
    return this.#database
      .prepare('SELECT key, value FROM entries WHERE substr(key, 1, ?) = ? ORDER BY key')
      .all(prefix.length, prefix)
  }
}

type Row = Readonly<Record<string, unknown>>

const keyOf = (row: Row): Key => new Key(String(row['key']))

function valueOf({ value }: Row): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new InvalidError('peer_store_damaged', 'a value is not bytes')
  return value
}

/** SQLITE_FULL; or SQLITE_IOERR, which it is called when the log or its index cannot grow. */
const DISK_FULL = new Set([13, 10])

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && DISK_FULL.has(Number(error.errcode) & 0xff)
}
