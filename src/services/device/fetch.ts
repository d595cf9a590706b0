/**
 * Brings a closure into the local store: manifest, missing paths, missing chunks, import through Nix.
 * Chunks wait on disk until the closure is complete, so that a cut costs the chunks in flight
 * (design section 7, notes: Nix verifies signatures again when it imports).
 */

import { toHex } from '../../base/bytes.ts'
import { IntegrityError, NoRoomError } from '../../base/errors.ts'
import { parallel } from '../../base/tasks.ts'
import type { ManifestEntry, Target } from '../../model/release.ts'
import { CHUNK_BYTES, chunksCount } from '../../model/release.ts'
import { chunksDigest, decodeManifest } from '../../nix/manifest.ts'
import type { NixStore } from '../../nix/store.ts'
import { verifyPath } from '../../trust/nix-key.ts'
import type { ContentStore } from '../content-store.ts'
import { createBinaryCache } from '../fetch/binary-cache.ts'
import type { ChunkPlace, ContentKey, ContentSource } from '../fetch/source.ts'

/** Chunk lists of this many entries are asked for at once. */
const LISTS_BATCH = 512
/**
 * Chunks asked for at once; the source bounds what is under way by bytes as well. Of large ones enough to be received,
 * verified and written at the same time; of small ones as many as a slow round trip needs.
 */
const CHUNKS_IN_FLIGHT = { large: 6, small: 64 }
const SMALL_BYTES = 32 * 1024
/** Chunk lists written at once. */
const LISTS_IN_FLIGHT = 8
const CHUNK_TRIES_MAX = 2
/** Paths that Nix imports at the same time. */
const IMPORTS_MAX = 16

export interface FetchPorts {
  readonly store: NixStore
  readonly staging: ContentStore
  /** Port of the binary cache on loopback; 0 is any. */
  readonly cachePort: number
  freeBytes(): Promise<number>
  /** Bytes that stay free on the store's file system. */
  readonly reserveBytes: number
  readonly nixKeys: readonly string[]
  /** A fault of the loopback cache; Nix asks again, or the import fails. */
  onError(error: unknown): void
}

export interface FetchProgress {
  bytesDone: number
  bytesTotal: number
  /** Compressed bytes that came over the network. */
  bytesReceived: number
}

export interface Plan {
  readonly entries: readonly ManifestEntry[]
  readonly missing: readonly { readonly index: number; readonly entry: ManifestEntry }[]
}

/** Reads and verifies the manifest and asks Nix what is missing. Throws IntegrityError, NoRoomError. */
export async function planFetch(
  ports: FetchPorts,
  source: ContentSource,
  key: ContentKey,
  target: Target,
  signal: AbortSignal
): Promise<Plan> {
  const root = toHex(target.manifestRoot)
  const held = await ports.staging.getManifest(root)
  const bytes = held ?? (await source.manifest(key, signal))
  const entries = decodeManifest(bytes, target.manifestRoot, target.toplevel)
  if (held == null) await ports.staging.putManifest(root, bytes)
  const unsigned = entries.find((entry) => !verifyPath(ports.nixKeys, entry))
  if (unsigned != null) {
    throw new IntegrityError('path_unsigned', `${unsigned.storePath} has no signature of the fleet's Nix key`)
  }
  const paths = entries.map((entry) => entry.storePath)
  const valid = await ports.store.isValid(paths, signal)
  const missing = entries
    .map((entry, index) => ({ index, entry }))
    .filter(({ index }) => valid[index] !== true)
  const needed = missing.reduce((sum, { entry }) => sum + entry.narSize, 0) * 1.1 + ports.reserveBytes
  const free = await ports.freeBytes()
  if (missing.length > 0 && free < needed) {
    throw new NoRoomError('store_full', `needs ${Math.ceil(needed)} bytes free, has ${free}`, {
      retryable: true,
      hint: 'free disk space on the device, for example by nix-collect-garbage'
    })
  }
  return { entries, missing }
}

/** Fetches every chunk that is not staged yet; each is verified against its list, each list against the manifest. */
export async function fetchChunks(
  ports: FetchPorts,
  source: ContentSource,
  key: ContentKey,
  plan: Plan,
  progress: FetchProgress,
  signal: AbortSignal
): Promise<void> {
  const lists = await chunkLists(ports, source, key, plan, signal)
  progress.bytesTotal = plan.missing.reduce((sum, { entry }) => sum + entry.narSize, 0)
  progress.bytesDone = 0
  const wanted: Chunk[] = []
  const seen = new Set<string>()
  for (const { index, entry } of plan.missing) {
    const digests = lists.get(entry.storePath) ?? new Uint8Array(0)
    const present = await ports.staging.has(digests)
    for (let i = 0; i < present.length; i++) {
      const digest = digests.subarray(i * 32, i * 32 + 32)
      const bytes = Math.min(entry.narSize - i * CHUNK_BYTES, CHUNK_BYTES)
      const hex = toHex(digest)
      if (present[i] === true || seen.has(hex)) progress.bytesDone += bytes
      else wanted.push({ entry: index, index: i, digest, bytes })
      seen.add(hex)
    }
  }
  for (const size of ['large', 'small'] as const) {
    const chunks = wanted.filter(({ bytes }) => bytes <= SMALL_BYTES === (size === 'small'))
    await parallel(chunks, CHUNKS_IN_FLIGHT[size], async (chunk) => {
      await fetchChunk(ports, source, key, chunk, progress, signal)
      progress.bytesDone += chunk.bytes
    })
  }
}

interface Chunk extends ChunkPlace {
  readonly digest: Uint8Array
}

async function fetchChunk(
  ports: FetchPorts,
  source: ContentSource,
  key: ContentKey,
  chunk: Chunk,
  progress: FetchProgress,
  signal: AbortSignal
): Promise<void> {
  let tries = 0
  for (;;) {
    const compressed = await source.chunk(key, chunk, signal)
    progress.bytesReceived += compressed.byteLength
    try {
      await ports.staging.putCompressed(chunk.digest, compressed)
      return
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error
      const isElsewhere = (await source.reject?.(compressed)) ?? false
      if (!isElsewhere && ++tries >= CHUNK_TRIES_MAX) throw error
    }
  }
}

/** Digest lists of the missing paths by store path: from disk, else from the source. */
async function chunkLists(
  ports: FetchPorts,
  source: ContentSource,
  key: ContentKey,
  plan: Plan,
  signal: AbortSignal
): Promise<Map<string, Uint8Array>> {
  const lists = new Map<string, Uint8Array>()
  let run: { first: number; entries: ManifestEntry[] } | undefined
  const flush = async (): Promise<void> => {
    if (run == null) return
    const size = run.entries.reduce((sum, entry) => sum + chunksCount(entry.narSize) * 32, 0)
    const range = { first: run.first, count: run.entries.length, bytes: size }
    const bytes = await source.chunkLists(key, range, signal)
    let offset = 0
    await parallel(run.entries, LISTS_IN_FLIGHT, async (entry) => {
      const digests = bytes.subarray(offset, offset + chunksCount(entry.narSize) * 32)
      offset += digests.byteLength
      if (toHex(chunksDigest(digests)) !== toHex(entry.chunksDigest)) {
        throw new IntegrityError('chunk_list', `the chunk list of ${entry.storePath} is not the signed one`)
      }
      await ports.staging.putChunkList(toHex(entry.chunksDigest), digests)
      lists.set(entry.storePath, digests)
    })
    run = undefined
  }
  for (const { index, entry } of plan.missing) {
    const held = await ports.staging.getChunkList(toHex(entry.chunksDigest))
    if (held != null) {
      lists.set(entry.storePath, held)
      continue
    }
    const isFull = run != null && run.entries.length >= LISTS_BATCH
    if (run != null && (isFull || run.first + run.entries.length !== index)) await flush()
    run ??= { first: index, entries: [] }
    run.entries.push(entry)
  }
  await flush()
  return lists
}

/**
 * Lets Nix import the closure from the loopback cache with signature checks on.
 * Throws NixError; IntegrityError (`closure_differs`) when Nix' closure is not the signed one.
 */
export async function importClosure(
  ports: FetchPorts,
  plan: Plan,
  toplevel: string,
  gcRoot: string,
  signal: AbortSignal
): Promise<void> {
  if (plan.missing.length > 0) {
    const byHash = new Map(plan.entries.map((entry) => [entry.storePath.slice(11, 43), entry]))
    const cache = createBinaryCache({
      entry: (hash) => byHash.get(hash),
      nar: (entry, offset) => narFromChunks(ports.staging, entry, offset),
      onError: ports.onError
    })
    await using serving = await cache.listen({ port: ports.cachePort, signal })
    await ports.store.realise({
      toplevel,
      cacheUrl: serving.url,
      publicKeys: ports.nixKeys,
      gcRoot,
      jobs: IMPORTS_MAX,
      signal
    })
  } else {
    await ports.store.setRoot(gcRoot, toplevel)
  }
  const closure = await ports.store.closure(toplevel, signal)
  const signed = new Set(plan.entries.map((entry) => entry.storePath))
  if (closure.length !== signed.size || closure.some((path) => !signed.has(path))) {
    throw new IntegrityError('closure_differs', 'the closure in the store is not the one that was signed')
  }
}

/** A NAR put together from staged chunks, from a byte offset. */
async function* narFromChunks(
  staging: ContentStore,
  entry: ManifestEntry,
  offset: number
): AsyncGenerator<Uint8Array> {
  const digests = await staging.getChunkList(toHex(entry.chunksDigest))
  if (digests == null) throw new IntegrityError('chunk_list', `no chunk list of ${entry.storePath}`)
  const first = Math.floor(offset / CHUNK_BYTES)
  for (let i = first; i * 32 < digests.byteLength; i++) {
    const bytes = await staging.get(digests.subarray(i * 32, i * 32 + 32))
    yield i === first ? bytes.subarray(offset - first * CHUNK_BYTES) : bytes
  }
}
