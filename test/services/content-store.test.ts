import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { toHex } from '../../src/base/bytes.ts'
import { IntegrityError, NoRoomError, NotFoundError } from '../../src/base/errors.ts'
import type { ManifestEntry } from '../../src/model/release.ts'
import { CHUNK_BYTES } from '../../src/model/release.ts'
import { encodeManifest } from '../../src/nix/manifest.ts'
import type { ContentStore, ContentStoreInit } from '../../src/services/content-store.ts'
import { compressChunk, createContentStore } from '../../src/services/content-store.ts'

let root: string
let count = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shoal-content-'))
})
afterAll(async () => {
  await rm(root, { recursive: true })
})

const freshDir = (): string => join(root, String(count++))
const open = async (init: Partial<ContentStoreInit> = {}): Promise<ContentStore> =>
  await createContentStore({ dir: freshDir(), reserveBytes: 0, ...init })
const digestOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', bytes, 'buffer'))

async function put(store: ContentStore, bytes: Uint8Array): Promise<Uint8Array> {
  const digest = digestOf(bytes)
  await store.putCompressed(digest, await compressChunk(bytes))
  return digest
}

const fileOf = (dir: string, digest: Uint8Array): string =>
  join(dir, 'chunks', toHex(digest).slice(0, 2), `${toHex(digest)}.zst`)

const fault =
  (kind: new (...args: never[]) => Error, code: string) =>
  (error: unknown): boolean =>
    error instanceof kind && 'code' in error && error.code === code

const files = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

test('a chunk comes back as it went in, compressed or not, also after a restart', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const bytes = randomBytes(CHUNK_BYTES)
  const digest = await put(store, bytes)
  const small = await put(store, new Uint8Array(CHUNK_BYTES))
  const absent = digestOf(Uint8Array.of(1))
  for (const each of [store, await open({ dir })]) {
    assert.deepEqual(await each.has(Buffer.concat([digest, absent, small])), [true, false, true])
    assert.ok(Buffer.from(await each.get(digest)).equals(bytes))
    assert.deepEqual(await readFile(fileOf(dir, small)), Buffer.from(await each.getCompressed(small)))
    assert.ok(each.totalBytes > CHUNK_BYTES && each.totalBytes < 1.01 * CHUNK_BYTES)
  }
  await assert.rejects(store.get(absent), fault(NotFoundError, 'chunk_missing'))
  await assert.rejects(store.getCompressed(absent), fault(NotFoundError, 'chunk_missing'))
})

test('any bytes up to a chunk are kept; what is not the chunk never is', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const roundTrip = async (bytes: Uint8Array): Promise<void> => {
    assert.deepEqual(Buffer.from(await store.get(await put(store, bytes))), Buffer.from(bytes))
  }
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), roundTrip), { numRuns: 30 })
  const held = await files(dir)
  const refuse = async (digest: Uint8Array, compressed: Uint8Array): Promise<void> => {
    await assert.rejects(store.putCompressed(digest, compressed), fault(IntegrityError, 'chunk_digest'))
  }
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
  await fc.assert(fc.asyncProperty(digest, fc.uint8Array({ maxLength: 200 }), refuse), { numRuns: 100 })
  const chunk = randomBytes(3000)
  const compressed = await compressChunk(chunk)
  for (let length = 0; length < compressed.byteLength; length += 97) {
    await refuse(digestOf(chunk), compressed.subarray(0, length))
  }
  await refuse(digestOf(chunk), await compressChunk(randomBytes(3000)))
  assert.deepEqual((await files(dir)).toSorted(), held.toSorted())
})

test('a flipped bit is found, and the chunk can come again', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const bytes = randomBytes(2000)
  const digest = await put(store, bytes)
  const sound = await readFile(fileOf(dir, digest))
  for (let position = 0; position < sound.byteLength; position += position < 20 ? 1 : 211) {
    const damaged = Uint8Array.from(sound)
    damaged[position] = (damaged[position] ?? 0) ^ 0x10
    await writeFile(fileOf(dir, digest), damaged)
    const got = await store.get(digest).catch((error: unknown) => error)
    // A frame header may say the same in several ways.
    if (position < 20 && got instanceof Uint8Array) {
      assert.deepEqual(Buffer.from(got), bytes)
      continue
    }
    assert.ok(fault(IntegrityError, 'chunk_digest')(got), `byte ${position}`)
    assert.deepEqual(await store.has(digest), [false])
    assert.equal(store.totalBytes, 0)
    await put(store, bytes)
    assert.deepEqual(Buffer.from(await store.get(digest)), bytes)
  }
})

test('a file that went away is missing, no matter what the index says', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const digest = await put(store, randomBytes(100))
  await rm(fileOf(dir, digest))
  await assert.rejects(store.getCompressed(digest), fault(NotFoundError, 'chunk_missing'))
  assert.deepEqual(await store.has(digest), [false])
})

test('what a power cut leaves is not taken for content', async () => {
  const dir = freshDir()
  const digest = await put(await open({ dir }), randomBytes(100))
  await truncate(fileOf(dir, digest), 0)
  await writeFile(join(dir, 'tmp', '0'), 'half a chu')
  const store = await open({ dir })
  assert.deepEqual(await store.has(digest), [false])
  assert.deepEqual(await readdir(join(dir, 'tmp')), [])
})

/**
 * A zstd frame (RFC 8878) of `blocks` RLE blocks of 128 KiB, 4 bytes each, that says it holds `bytes` (nothing
 * about its size when null).
 */
function rleFrame(blocks: number, bytes: bigint | null, windowLog: number): Uint8Array {
  const header = Buffer.alloc(bytes == null ? 6 : 14)
  header.writeUInt32LE(0xfd2fb528, 0)
  header.writeUInt8(bytes == null ? 0 : 0xc0, 4)
  header.writeUInt8((windowLog - 10) << 3, 5)
  if (bytes != null) header.writeBigUInt64LE(bytes, 6)
  const body = Buffer.alloc(blocks * 4)
  for (let i = 0; i < blocks; i++) {
    body.writeUIntLE((131_072 << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0), i * 4, 3)
  }
  return Buffer.concat([header, body])
}

const zeros = (bytes: number): Uint8Array => digestOf(new Uint8Array(bytes))

test('a bomb stops at the size of a chunk', async () => {
  const store = await open()
  await store.putCompressed(zeros(CHUNK_BYTES), rleFrame(8, BigInt(CHUNK_BYTES), 17))
  const tenGiB = 81_920
  const bombs = [
    rleFrame(9, 9n * 131_072n, 17),
    rleFrame(250, 10n * 2n ** 30n, 17),
    rleFrame(tenGiB, BigInt(tenGiB) * 131_072n, 17),
    rleFrame(tenGiB, null, 23),
    Buffer.concat(Array.from({ length: 9 }, () => rleFrame(1, 131_072n, 17)))
  ]
  const before = process.memoryUsage().rss
  for (const bomb of bombs) {
    await assert.rejects(store.putCompressed(zeros(10), bomb), fault(IntegrityError, 'chunk_digest'))
  }
  assert.ok(process.memoryUsage().rss - before < 32 * 1024 * 1024)
  const compressed = zstdCompressSync(new Uint8Array(CHUNK_BYTES + 1))
  const digest = zeros(CHUNK_BYTES + 1)
  await assert.rejects(store.putCompressed(digest, compressed), fault(IntegrityError, 'chunk_digest'))
})

test('a window above 8 MiB and an oversized input are refused', async () => {
  const store = await open()
  const digest = zeros(131_072)
  await assert.rejects(store.putCompressed(digest, rleFrame(1, null, 24)), IntegrityError)
  await store.putCompressed(digest, rleFrame(1, null, 23))
  const padded = Buffer.concat([rleFrame(1, 131_072n, 17), new Uint8Array(2 * CHUNK_BYTES)])
  const other = await open()
  await assert.rejects(other.putCompressed(digest, padded), fault(IntegrityError, 'chunk_digest'))
})

test('the budget holds, also when chunks come at the same time', async () => {
  const store = await open({ bytesMax: 10_500 })
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, async () => await put(store, randomBytes(1000)))
  )
  const kept = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  const faults = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason)
  assert.equal(kept.length, 10)
  assert.ok(faults.every(fault(NoRoomError, 'quota')))
  assert.ok(store.totalBytes <= 10_500)
  assert.equal(await store.hasRoom(100), true)
  assert.equal(await store.hasRoom(1000), false)
  await store.delete(kept[0] ?? new Uint8Array(32))
  await put(store, randomBytes(1000))
})

test('the reserve of the disk stays free', async () => {
  const store = await open({ reserveBytes: 5000, freeBytes: async () => 5500 })
  await put(store, randomBytes(400))
  await assert.rejects(put(store, randomBytes(600)), fault(NoRoomError, 'disk_full'))
  assert.equal(await store.hasRoom(500), true)
  assert.equal(await store.hasRoom(501), false)
})

test('a full disk is told as such and costs nothing that was there', async (context) => {
  const dir = freshDir()
  await mkdir(dir)
  const script = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" "$1"'
  const child = join(import.meta.dirname, 'full-disk.child.ts')
  const run = promisify(execFile)
  const isAllowed = await run('unshare', ['-rm', 'true']).then(
    () => true,
    () => false
  )
  context.skip(!isAllowed, 'needs mount namespaces')
  const args = ['-rm', 'sh', '-c', script, 'sh', dir, process.execPath, child]
  const { stdout } = await run('unshare', args)
  const { code, kept, temporary, totalBytes } = JSON.parse(stdout)
  assert.equal(code, 'disk_full')
  assert.ok(kept >= 5)
  assert.deepEqual(temporary, [])
  assert.ok(totalBytes >= kept * 100_000)
})

test('one chunk that comes many times at once is counted once', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const bytes = randomBytes(50_000)
  await Promise.all(Array.from({ length: 20 }, async () => await put(store, bytes)))
  assert.equal((await files(dir)).length, 1)
  assert.equal(store.totalBytes, (await readFile(fileOf(dir, digestOf(bytes)))).byteLength)
})

const entry = (name: string): ManifestEntry => ({
  storePath: `/nix/store/${'a'.repeat(32)}-${name}`,
  narHash: digestOf(Buffer.from(name)),
  narSize: 1,
  references: [],
  signatures: [],
  chunksDigest: digestOf(Buffer.from(`chunks ${name}`))
})

test('manifests are kept under their root and nothing else', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  for (const paths of [1, 2, 3, 200]) {
    const manifest = encodeManifest(Array.from({ length: paths }, (_, i) => entry(`p${i}`)))
    const name = toHex(manifest.root)
    assert.equal(await store.getManifest(name), undefined)
    await store.putManifest(name, manifest.bytes)
    assert.deepEqual(Buffer.from((await store.getManifest(name)) ?? []), Buffer.from(manifest.bytes))
    for (let position = 0; position < manifest.bytes.byteLength; position += paths) {
      const other = manifest.bytes.slice()
      other[position] = (other[position] ?? 0) ^ 0x80
      await assert.rejects(store.putManifest(name, other), fault(IntegrityError, 'manifest_root'))
    }
    const file = join(dir, 'manifests', name.slice(0, 2), name)
    await writeFile(file, manifest.bytes.subarray(1))
    assert.equal(await store.getManifest(name), undefined)
    assert.deepEqual(await store.getManifest(name), undefined)
    await store.putManifest(name, manifest.bytes)
    assert.ok(await store.getManifest(name))
  }
})

test('chunk lists are kept under their digest and nothing else', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const list = randomBytes(32 * 5)
  const name = toHex(digestOf(list))
  await assert.rejects(store.putChunkList(name, list.subarray(32)), fault(IntegrityError, 'chunk_list'))
  assert.equal(await store.getChunkList(name), undefined)
  await store.putChunkList(name, list)
  assert.deepEqual(Buffer.from((await (await open({ dir })).getChunkList(name)) ?? []), list)
  await writeFile(join(dir, 'lists', name.slice(0, 2), name), list.subarray(1))
  assert.equal(await store.getChunkList(name), undefined)
})

test('what is not named goes, the rest stays', async () => {
  const dir = freshDir()
  const store = await open({ dir })
  const [kept, gone] = [await put(store, randomBytes(500)), await put(store, randomBytes(500))]
  const lists = [randomBytes(32), randomBytes(64)] as const
  const manifests = [encodeManifest([entry('a')]), encodeManifest([entry('b')])] as const
  for (const list of lists) await store.putChunkList(toHex(digestOf(list)), list)
  for (const manifest of manifests) await store.putManifest(toHex(manifest.root), manifest.bytes)
  const names = {
    chunks: new Set([toHex(kept)]),
    lists: new Set([toHex(digestOf(lists[0]))]),
    manifests: new Set([toHex(manifests[0].root)])
  }
  await store.retain(names)
  for (const each of [store, await open({ dir })]) {
    assert.deepEqual(await each.has(Buffer.concat([kept, gone])), [true, false])
    assert.ok(await each.getChunkList(toHex(digestOf(lists[0]))))
    assert.equal(await each.getChunkList(toHex(digestOf(lists[1]))), undefined)
    assert.ok(await each.getManifest(toHex(manifests[0].root)))
    assert.equal(await each.getManifest(toHex(manifests[1].root)), undefined)
  }
  assert.equal((await files(dir)).length, 3)
  await store.retain({ chunks: new Set(), lists: new Set(), manifests: new Set() })
  assert.deepEqual([store.totalBytes, await files(dir)], [0, []])
})
