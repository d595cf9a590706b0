/** Fills a content store on the small file system that it is given; says how that ended. */

import { hash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compressChunk, createContentStore } from '../../src/services/content-store.ts'

const [dir = ''] = process.argv.slice(2)
// Whoever asks for free bytes learns too late: another process may take them.
const store = await createContentStore({ dir, reserveBytes: 0, freeBytes: async () => 2 ** 40 })
const kept: Uint8Array[] = []
let code: unknown
while (code == null && kept.length < 100) {
  const bytes = randomBytes(100_000)
  const digest = hash('sha256', bytes, 'buffer')
  try {
    await store.putCompressed(digest, await compressChunk(bytes))
    kept.push(digest)
  } catch (error) {
    code = error instanceof Error && 'code' in error ? error.code : String(error)
  }
}
for (const digest of kept) await store.get(digest)
const [first] = kept
if (first != null) await store.delete(first)
const bytes = randomBytes(100_000)
await store.putCompressed(hash('sha256', bytes, 'buffer'), await compressChunk(bytes))
const temporary = await readdir(join(dir, 'tmp'))
process.stdout.write(JSON.stringify({ code, kept: kept.length, temporary, totalBytes: store.totalBytes }))
