import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Key } from 'interface-datastore'
import { afterAll, test } from 'vitest'
import { openPeerDatastore } from '../../src/node/datastore.ts'

const dir = mkdtempSync(join(tmpdir(), 'shoal-datastore-'))
afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})
const bytes = (value: number): Uint8Array => new Uint8Array(8).fill(value)
const limits = { entriesMax: 3, valueBytesMax: 16 }

test('entries survive a reopening and are found by prefix', async () => {
  const path = join(dir, 'peers.db')
  {
    using store = openPeerDatastore(path)
    store.put(new Key('/peers/a'), bytes(1))
    store.put(new Key('/peers/b'), bytes(2))
    store.put(new Key('/other_'), bytes(3))
    store.put(new Key('/peers/a'), bytes(4))
  }
  using store = openPeerDatastore(path)
  assert.deepEqual(store.get(new Key('/peers/a')), bytes(4))
  assert.equal(store.has(new Key('/peers/c')), false)
  assert.throws(() => store.get(new Key('/peers/c')), { name: 'NotFoundError' })
  const found: string[] = []
  for await (const { key, value } of store.query({ prefix: '/peers' }))
    found.push(`${key.toString()} ${value[0]}`)
  assert.deepEqual(found, ['/peers/a 4', '/peers/b 2'])
  store.delete(new Key('/peers/a'))
  const keys: string[] = []
  for await (const key of store.queryKeys({})) keys.push(key.toString())
  assert.deepEqual(keys, ['/other_', '/peers/b'])
})

test('the entries that were not written for longest make room', () => {
  using store = openPeerDatastore(':memory:', limits)
  for (const name of ['a', 'b', 'c']) store.put(new Key(name), bytes(1))
  store.put(new Key('a'), bytes(2))
  store.put(new Key('d'), bytes(1))
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((name) => store.has(new Key(name))),
    [true, false, true, true]
  )
  assert.throws(() => store.put(new Key('e'), new Uint8Array(17)), { code: 'peer_entry_size' })
})

test('a damaged file is made anew', () => {
  const path = join(dir, 'damaged.db')
  writeFileSync(path, 'no database at all'.repeat(300))
  {
    using store = openPeerDatastore(path)
    for (let i = 0; i < 400; i++) store.put(new Key(`/peers/${i}`), new Uint8Array(100).fill(i))
  }
  const file = readFileSync(path)
  file.fill(0xa5, 4_096, file.byteLength - 100)
  writeFileSync(path, file)
  using store = openPeerDatastore(path)
  store.put(new Key('/peers/1'), bytes(1))
  assert.deepEqual(store.get(new Key('/peers/1')), bytes(1))
})
