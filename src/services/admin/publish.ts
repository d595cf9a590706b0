/**
 * Publishing: closure → NARs → chunks → manifest → signed release, and its content to a coordinator
 * (docs/architecture.md, The life of a rollout). Only what the coordinator lacks is sent.
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { seconds } from '../../base/clock.ts'
import { IntegrityError, InvalidError, ShoalError, UnreachableError } from '../../base/errors.ts'
import { parallel } from '../../base/tasks.ts'
import type { ManifestEntry, Target } from '../../model/release.ts'
import { CHUNK_BYTES } from '../../model/release.ts'
import { chunksDigest, encodeManifest } from '../../nix/manifest.ts'
import { dumpNar } from '../../nix/nar.ts'
import type { PathInfo } from '../../nix/path-info.ts'
import type { NixStore } from '../../nix/store.ts'
import { signPath } from '../../trust/nix-key.ts'
import { createRelease } from '../../trust/release.ts'
import { compressChunk } from '../content-store.ts'
import type { FleetKeys, Home } from '../home.ts'
import type { AdminClient } from './client.ts'
import type { ListCache } from './list-cache.ts'

const RELEASE_SECONDS = 180 * 24 * 3600
/** Pages of a manifest, and lists of chunk digests, in one message. */
const PAGE_BYTES = 256 * 1024
const LISTS_COUNT_MAX = 512
/** Paths that are read at the same time; hashing is bound by the processor. */
const READS_MAX = 2
/** Chunks that are compressed and under way at the same time. */
const CHUNKS_IN_FLIGHT = 6
const COUNTER_TRIES_MAX = 3
/** Before content is sent again to a coordinator that went away; who publishes limits the time without progress. */
const AGAIN_MS = [250, 1_000, 2_000, 4_000, 8_000] as const

export interface PublishTarget {
  readonly match: string
  readonly path: string
  /** Nix system, for a path that does not say; default: this machine's. */
  readonly system?: string | undefined
}

export interface PublishOrder {
  readonly targets: readonly PublishTarget[]
  readonly channel: string
  /** For people; made from the date and the counter when absent. */
  readonly version: string | undefined
}

export interface PublishPorts {
  readonly home: Home
  readonly keys: FleetKeys
  readonly store: NixStore
  /** Nix system of this machine, for closures that do not say. */
  readonly system: string
  /** Chunk lists of paths that were read before. */
  readonly lists: ListCache
  readonly client: AdminClient
  readonly clock: Clock
  onProgress(progress: PublishProgress): void
}

export interface PublishProgress {
  readonly step: 'reading' | 'sending' | 'finishing'
  readonly bytesDone: number
  readonly bytesTotal: number
}

export interface Published {
  readonly release: string
  readonly version: string
  readonly channel: string
  readonly targets: readonly Omit<Target, 'manifestRoot'>[]
  readonly sentBytes: number
}

interface ReadPath {
  readonly entry: ManifestEntry
  readonly digests: Uint8Array
}

/**
 * Publishes toplevels as one release. Throws NotFoundError (`store_path_missing`), InvalidError (`not_activatable`,
 * `closure_invalid`), IntegrityError (`store_path_corrupt`), NoRoomError, ConflictError (`release_exists`),
 * UnreachableError.
 */
export async function publish(
  ports: PublishPorts,
  order: PublishOrder,
  signal: AbortSignal
): Promise<Published> {
  const closures = new Map<string, PathInfo[]>()
  for (const { path } of order.targets) {
    const paths = await ports.store.closure(path, signal)
    requireActivatable(path)
    closures.set(path, await ports.store.info(paths, signal))
  }
  const paths = new Map([...closures.values()].flat().map((info) => [info.path, info]))
  const bytesTotal = [...paths.values()].reduce((sum, info) => sum + info.narSize, 0)
  await ports.client.call('release.begin', { bytes: bytesTotal }, undefined, signal)
  const read = await readPaths(ports, [...paths.values()], bytesTotal, signal)
  const targets = await sendManifests(ports, order, closures, read, signal)
  const missing = await sendLists(ports, [...read.values()], signal)
  const sentBytes = await sendChunks(ports, missing, signal)
  ports.onProgress({ step: 'finishing', bytesDone: bytesTotal, bytesTotal })
  const { release, version } = await sign(ports, order, targets, signal)
  return {
    release,
    version,
    channel: order.channel,
    targets: targets.map(({ manifestRoot: _, ...target }) => target),
    sentBytes
  }
}

function requireActivatable(path: string): void {
  const scripts = ['bin/switch-to-configuration', 'activate', 'bin/activate']
  if (scripts.some((script) => existsSync(join(path, script)))) return
  throw new InvalidError('not_activatable', `${path} is no system: nothing in it can be activated`, {
    hint: 'publish a toplevel with bin/switch-to-configuration, or a profile with an activate script'
  })
}

/** Reads every path as a NAR, checks it against what the store says, and signs it. */
async function readPaths(
  ports: PublishPorts,
  infos: readonly PathInfo[],
  bytesTotal: number,
  signal: AbortSignal
): Promise<Map<string, ReadPath>> {
  const read = new Map<string, ReadPath>()
  let bytesDone = 0
  await parallel(infos, READS_MAX, async (info) => {
    signal.throwIfAborted()
    const name = toHex(info.narHash)
    const digests = (await ports.lists.get(name)) ?? (await hashPath(info, signal))
    await ports.lists.put(name, digests)
    const facts = {
      storePath: info.path,
      narHash: info.narHash,
      narSize: info.narSize,
      references: info.references
    }
    const signatures = [...info.signatures.slice(0, 8), signPath(ports.keys.nix, facts)]
    read.set(info.path, { entry: { ...facts, signatures, chunksDigest: chunksDigest(digests) }, digests })
    bytesDone += info.narSize
    ports.onProgress({ step: 'reading', bytesDone, bytesTotal })
  })
  return read
}

/** The digests of a path's chunks. Throws IntegrityError (`store_path_corrupt`) when its NAR is not the registered one. */
async function hashPath(info: PathInfo, signal: AbortSignal): Promise<Uint8Array> {
  const whole = createHash('sha256')
  const digests: Uint8Array[] = []
  for await (const chunk of chunksOf(info.path, signal)) {
    whole.update(chunk)
    digests.push(createHash('sha256').update(chunk).digest())
  }
  if (whole.digest('hex') !== toHex(info.narHash)) {
    throw new IntegrityError('store_path_corrupt', `${info.path} is not what the Nix store registered`, {
      hint: `repair it: nix-store --repair-path ${info.path}`
    })
  }
  return Buffer.concat(digests)
}

/** The NAR of a path in pieces of exactly 1 MiB, the last one shorter. */
async function* chunksOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const piece of dumpNar(path)) {
    signal.throwIfAborted()
    let rest = piece
    while (size + rest.byteLength >= CHUNK_BYTES) {
      const take = CHUNK_BYTES - size
      yield held.length === 0 ? rest.subarray(0, take) : Buffer.concat([...held, rest.subarray(0, take)])
      rest = rest.subarray(take)
      held = []
      size = 0
    }
    if (rest.byteLength > 0) held.push(rest)
    size += rest.byteLength
  }
  if (size > 0) yield Buffer.concat(held)
}

async function sendManifests(
  ports: PublishPorts,
  order: PublishOrder,
  closures: ReadonlyMap<string, PathInfo[]>,
  read: ReadonlyMap<string, ReadPath>,
  signal: AbortSignal
): Promise<Target[]> {
  const targets: Target[] = []
  for (const { match, path, system } of order.targets) {
    const entries = (closures.get(path) ?? []).flatMap((info) => read.get(info.path)?.entry ?? [])
    const { bytes, root } = encodeManifest(entries)
    for (let offset = 0; offset < bytes.byteLength; offset += PAGE_BYTES) {
      const last = offset + PAGE_BYTES >= bytes.byteLength
      const page = bytes.subarray(offset, offset + PAGE_BYTES)
      await ports.client.call('release.manifest', { root: toHex(root), toplevel: path, last }, page, signal)
    }
    targets.push({
      match,
      system: await systemOf(path, system ?? ports.system),
      toplevel: path,
      manifestRoot: root,
      pathsCount: entries.length,
      narBytes: entries.reduce((sum, entry) => sum + entry.narSize, 0)
    })
  }
  return targets
}

/** NixOS toplevels say their system in a file. */
async function systemOf(toplevel: string, fallback: string): Promise<string> {
  const file = join(toplevel, 'system')
  return existsSync(file) ? (await readFile(file, 'utf8')).trim() : fallback
}

interface MissingChunk {
  readonly digest: string
  readonly path: string
  readonly index: number
}

/** Sends chunk lists; answers which chunks the coordinator lacks, each once, by path. */
async function sendLists(
  ports: PublishPorts,
  paths: readonly ReadPath[],
  signal: AbortSignal
): Promise<Map<string, MissingChunk[]>> {
  const missing = new Map<string, MissingChunk[]>()
  const seen = new Set<string>()
  let batch: ReadPath[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const lists = batch.map((path) => `${toHex(path.entry.chunksDigest)}:${path.digests.byteLength / 32}`)
    const data = Buffer.concat(batch.map((path) => path.digests))
    const answer = await persist(
      ports,
      async () => await ports.client.call('release.chunks', { lists }, data, signal),
      signal
    )
    const lacks = new Set(answer.missing)
    let position = 0
    for (const { entry, digests } of batch) {
      for (let index = 0; index * 32 < digests.byteLength; index++, position++) {
        const digest = toHex(digests.subarray(index * 32, index * 32 + 32))
        if (!lacks.has(position) || seen.has(digest)) continue
        seen.add(digest)
        const { storePath } = entry
        const own = missing.get(storePath) ?? []
        own.push({ digest, path: storePath, index })
        missing.set(storePath, own)
      }
    }
    batch = []
    bytes = 0
  }
  for (const path of paths) {
    if (batch.length >= LISTS_COUNT_MAX || bytes + path.digests.byteLength > PAGE_BYTES) await flush()
    batch.push(path)
    bytes += path.digests.byteLength
  }
  await flush()
  return missing
}

/** Reads the paths with missing chunks again and sends those, compressed. Returns the bytes that went out. */
async function sendChunks(
  ports: PublishPorts,
  missing: ReadonlyMap<string, readonly MissingChunk[]>,
  signal: AbortSignal
): Promise<number> {
  const total = [...missing.values()].reduce((sum, chunks) => sum + chunks.length, 0) * CHUNK_BYTES
  let sentBytes = 0
  let done = 0
  const wanted = async function* (): AsyncGenerator<{ digest: string; bytes: Uint8Array }> {
    for (const [path, chunks] of missing) {
      const byIndex = new Map(chunks.map((chunk) => [chunk.index, chunk.digest]))
      let index = 0
      for await (const bytes of chunksOf(path, signal)) {
        const digest = byIndex.get(index++)
        if (digest != null) yield { digest, bytes }
      }
    }
  }
  const source = wanted()
  await parallel(Array.from({ length: CHUNKS_IN_FLIGHT }), CHUNKS_IN_FLIGHT, async () => {
    for (;;) {
      const next = await source.next()
      if (next.done === true) return
      const { digest, bytes } = next.value
      const compressed = await compressChunk(bytes)
      await persist(
        ports,
        async () => await ports.client.call('release.chunk', { digest }, compressed, signal),
        signal
      )
      sentBytes += compressed.byteLength
      done += CHUNK_BYTES
      ports.onProgress({ step: 'sending', bytesDone: Math.min(done, total), bytesTotal: total })
    }
  })
  return sentBytes
}

/** Asks what may be asked twice, and again after a coordinator was restarted or the network has changed. Throws what `ask` throws. */
async function persist<T>({ clock }: PublishPorts, ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pauseMs of AGAIN_MS) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof UnreachableError) || !error.retryable) throw error
      await clock.sleep(pauseMs, signal)
    }
  }
  return await ask()
}

/** Signs and hands over the release; a counter that somebody took meanwhile is chosen again. */
async function sign(
  ports: PublishPorts,
  order: PublishOrder,
  targets: readonly Target[],
  signal: AbortSignal
): Promise<{ release: string; version: string }> {
  const { home, keys, client, clock } = ports
  for (let attempt = 1; ; attempt++) {
    const last = await client.call('order', { channel: order.channel }, undefined, signal)
    const issued = seconds(clock.now())
    const counter = last.release + 1
    const version = order.version ?? `${new Date(clock.now()).toISOString().slice(0, 10)}.${counter}`
    const { bytes } = createRelease(
      {
        channel: order.channel,
        version,
        counter,
        issued,
        expires: issued + RELEASE_SECONDS,
        nixKeys: home.root.nixKeys,
        targets
      },
      home.fleet,
      [keys.release]
    )
    try {
      // Of a version whose content was lost it is the release of before.
      const { release } = await client.call('release.finish', {}, bytes, signal)
      return { release, version }
    } catch (error) {
      const isRace = error instanceof ShoalError && error.code === 'release_counter'
      if (!isRace || attempt >= COUNTER_TRIES_MAX) throw error
    }
  }
}
