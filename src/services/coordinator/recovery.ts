/**
 * Content that was lost with the coordinator's disk comes back from devices that hold it, when a rollout waits for it: what a
 * device runs it can read back from its own store. Nothing of it is trusted; each part is checked against the signed release.
 */

import { toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { NoRoomError } from '../../base/errors.ts'
import { parallel, Tasks } from '../../base/tasks.ts'
import type { ManifestEntry, Target } from '../../model/release.ts'
import { CHUNK_BYTES, chunksCount } from '../../model/release.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import { decodeManifest } from '../../nix/manifest.ts'
import type { ContentLink } from '../../protocols/content-link.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { StoredRelease } from '../../state/releases.ts'
import type { ContentStore } from '../content-store.ts'
import type { ChunkPlace, ContentKey } from '../fetch/source.ts'

/** After all were asked in vain it waits so long, or for a device that comes. */
const RETRY_MS = 30_000
/** Chunk lists asked for at once: a device may have to read every path for its list, within the time of one answer. */
const LISTS_BATCH = { entries: 64, narBytes: 64 * 1_048_576 }
/** The link bounds the bytes that are under way. */
const CHUNKS_IN_FLIGHT = 16

export interface RecoveryPorts {
  readonly state: Pick<
    CoordinatorState,
    'contentMissing' | 'contentReturned' | 'openRollouts' | 'release' | 'memberByPeer' | 'report'
  >
  readonly content: ContentStore
  readonly clock: Clock
  /** Devices that are connected. */
  devices(): readonly string[]
  /** A stream on which a device is asked for content. */
  open(peer: string, signal: AbortSignal): Promise<ContentLink>
  /** Brings all content to disk. */
  sync(): Promise<void>
  /** The content of a release is here again. */
  onReturned(): void
  onLog(what: string, error?: unknown): void
}

export class Recovery {
  readonly #ports: RecoveryPorts
  readonly #shutdown = new AbortController()
  readonly #tasks: Tasks
  #isAtWork = false
  #isAskedAgain = false
  #quietUntil = 0

  constructor(ports: RecoveryPorts) {
    this.#ports = ports
    this.#tasks = new Tasks((name, error) => {
      if (!this.#shutdown.signal.aborted) ports.onLog(name, error)
    })
  }

  /** A device has come that may hold something. */
  deviceCame(): void {
    this.#quietUntil = 0
    this.look()
  }

  /** Something that is lost is waited for. One search at a time. */
  look(): void {
    if (this.#shutdown.signal.aborted || this.#ports.clock.now() < this.#quietUntil) return
    if (this.#isAtWork) {
      this.#isAskedAgain = true
      return
    }
    this.#isAtWork = true
    this.#tasks.run('content from devices', async () => {
      try {
        do {
          this.#isAskedAgain = false
          await this.#work()
        } while (this.#isAskedAgain && !this.#shutdown.signal.aborted)
      } finally {
        this.#isAtWork = false
        this.#quietUntil = this.#ports.clock.now() + RETRY_MS
      }
    })
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#tasks.idle()
  }

  async #work(): Promise<void> {
    const { state } = this.#ports
    const lost = new Set(await state.contentMissing())
    if (lost.size === 0) return
    const wanted = new Set((await state.openRollouts()).map(({ release }) => release))
    for (const id of wanted) {
      const release = lost.has(id) ? await state.release(id) : undefined
      if (release != null) await this.#bring(release)
    }
  }

  async #bring(release: StoredRelease): Promise<void> {
    const { state, sync, onReturned, onLog } = this.#ports
    for (const [index, target] of release.targets.entries()) {
      const key = { release: release.digest, target: index }
      if (!(await this.#bringTarget(key, target))) return
    }
    await sync()
    await state.contentReturned(release.id)
    onLog(`the content of ${release.version} is here again, from devices`)
    onReturned()
  }

  /** Whether all of a target is here, after every device that runs it was asked for what is missing. */
  async #bringTarget(key: ContentKey, target: Target): Promise<boolean> {
    const { content, devices, open, onLog } = this.#ports
    const { signal } = this.#shutdown
    if (await isWhole(content, target)) return true
    for (const peer of devices()) {
      signal.throwIfAborted()
      if (!(await this.#runs(peer, target))) continue
      try {
        const link = await open(peer, signal)
        await fetchTarget(content, link, key, target, signal)
        await link.close(signal)
        return true
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof NoRoomError) throw error
        onLog(`content from ${peer}`, error)
      }
    }
    return false
  }

  async #runs(peer: string, target: Target): Promise<boolean> {
    const { state } = this.#ports
    const member = await state.memberByPeer(peer)
    if (member == null || !matches(parseSelector(target.match), member)) return false
    return (await state.report(peer))?.report.running.toplevel === target.toplevel
  }
}

async function isWhole(content: ContentStore, target: Target): Promise<boolean> {
  const manifest = await content.getManifest(toHex(target.manifestRoot))
  if (manifest == null) return false
  for (const entry of decodeManifest(manifest, target.manifestRoot, target.toplevel)) {
    const list = await content.getChunkList(toHex(entry.chunksDigest))
    if (list == null || !(await content.has(list)).every(Boolean)) return false
  }
  return true
}

/** Brings what is missing of a target. Throws what the link throws, IntegrityError, NoRoomError. */
async function fetchTarget(
  content: ContentStore,
  link: ContentLink,
  key: ContentKey,
  target: Target,
  signal: AbortSignal
): Promise<void> {
  const root = toHex(target.manifestRoot)
  const held = await content.getManifest(root)
  const manifest = held ?? (await link.manifest(key, 0, signal))
  const entries = decodeManifest(manifest, target.manifestRoot, target.toplevel)
  if (held == null) await content.putManifest(root, manifest)
  for (const { first, count } of await listRuns(content, entries)) {
    await fetchLists(content, link, key, { first, entries: entries.slice(first, first + count) }, signal)
  }
  const missing = await missingChunks(content, entries)
  await parallel(missing, CHUNKS_IN_FLIGHT, async ({ digest, ...place }) => {
    await content.putCompressed(digest, await link.chunk(key, place, signal))
  })
}

/** In the order in which a device reads them quickest. */
async function missingChunks(
  content: ContentStore,
  entries: readonly ManifestEntry[]
): Promise<(ChunkPlace & { readonly digest: Uint8Array })[]> {
  const missing: (ChunkPlace & { readonly digest: Uint8Array })[] = []
  for (const [entry, { chunksDigest, narSize }] of entries.entries()) {
    const list = (await content.getChunkList(toHex(chunksDigest))) ?? new Uint8Array(0)
    for (const [index, isHere] of (await content.has(list)).entries()) {
      if (isHere) continue
      const bytes = Math.min(narSize - index * CHUNK_BYTES, CHUNK_BYTES)
      missing.push({ entry, index, bytes, digest: list.subarray(index * 32, index * 32 + 32) })
    }
  }
  return missing
}

/** Runs of neighbouring entries without a list, each small enough for one answer. */
async function listRuns(
  content: ContentStore,
  entries: readonly ManifestEntry[]
): Promise<{ first: number; count: number }[]> {
  const runs: { first: number; count: number; narBytes: number }[] = []
  for (const [index, { chunksDigest, narSize }] of entries.entries()) {
    if ((await content.getChunkList(toHex(chunksDigest))) != null) continue
    const run = runs.at(-1)
    const fits =
      run != null &&
      run.first + run.count === index &&
      run.count < LISTS_BATCH.entries &&
      run.narBytes + narSize <= LISTS_BATCH.narBytes
    if (fits) Object.assign(run, { count: run.count + 1, narBytes: run.narBytes + narSize })
    else runs.push({ first: index, count: 1, narBytes: narSize })
  }
  return runs
}

async function fetchLists(
  content: ContentStore,
  link: ContentLink,
  key: ContentKey,
  { first, entries }: { readonly first: number; readonly entries: readonly ManifestEntry[] },
  signal: AbortSignal
): Promise<void> {
  const sizes = entries.map(({ narSize }) => chunksCount(narSize) * 32)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const lists = await link.chunks(key, { first, count: entries.length, bytes }, signal)
  let offset = 0
  for (const [index, { chunksDigest }] of entries.entries()) {
    const list = lists.subarray(offset, offset + (sizes[index] ?? 0))
    offset += list.byteLength
    await content.putChunkList(toHex(chunksDigest), list)
  }
}
