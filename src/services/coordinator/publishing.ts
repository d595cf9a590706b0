/**
 * Takes a release and its content from a publisher: manifests, chunk lists, chunks, and last the signed release,
 * which is stored only when every chunk is here and on disk (design section 7).
 */

import { fromHex, toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { seconds } from '../../base/clock.ts'
import { InvalidError, NoRoomError, NotFoundError } from '../../base/errors.ts'
import type { ManifestEntry, Release, Target } from '../../model/release.ts'
import { chunksCount } from '../../model/release.ts'
import { chunksDigest, decodeManifest } from '../../nix/manifest.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import { openRelease } from '../../trust/release.ts'
import type { Root } from '../../trust/root.ts'
import type { ContentStore } from '../content-store.ts'

/** The manifest of one upload may have this many bytes (docs/protocols.md, Manifest). */
const MANIFEST_BYTES_MAX = 32 * 1024 * 1024
/** Manifests that are being sent at the same time, by all publishers together. */
const UPLOADS_MAX = 64
/** Releases whose content is kept, by channel, besides those that a device runs or wants. */
const RELEASES_KEPT = 5
/** An upload that has not finished by then no longer protects what it sent. */
const UPLOAD_AGE_MS = 3_600_000

export interface PublishingPorts {
  readonly fleet: string
  readonly root: Root
  readonly state: CoordinatorState
  readonly content: ContentStore
  readonly clock: Clock
  /** Brings all content to disk. */
  sync(): Promise<void>
  onError(what: string, error: unknown): void
}

export class Publishing {
  readonly #ports: PublishingPorts
  /** Manifests under way by root, in hex. */
  readonly #uploads = new Map<string, Uint8Array[]>()
  /** When uploads that have not finished began. */
  #begun: number[] = []
  #scrubbing = false

  constructor(ports: PublishingPorts) {
    this.#ports = ports
  }

  /**
   * Announces an upload of at most `bytes` NAR bytes. Where the budget does not hold them beside what is there,
   * content that no kept release names goes first, unless another upload is under way.
   * Throws NoRoomError (`no_room`).
   */
  async begin(bytes: number): Promise<void> {
    const { content, clock } = this.#ports
    const now = clock.now()
    this.#begun = this.#begun.filter((at) => now - at < UPLOAD_AGE_MS)
    if (!(await content.hasRoom(bytes)) && this.#begun.length === 0) await this.collect()
    if (!(await content.hasRoom(0))) {
      throw new NoRoomError('no_room', 'the coordinator has no room for more content', {
        retryable: true,
        hint: 'free its disk, or raise contentBytesMax in its config.json'
      })
    }
    this.#begun.push(now)
  }

  /** Takes one page of a manifest; the last one makes it whole, and it must then have this root and toplevel. */
  async manifest(page: { root: string; toplevel: string; last: boolean }, data: Uint8Array): Promise<void> {
    const pages = this.#uploads.get(page.root) ?? []
    if (pages.length === 0 && this.#uploads.size >= UPLOADS_MAX) {
      const [oldest] = this.#uploads.keys()
      this.#uploads.delete(oldest ?? '')
    }
    pages.push(data.slice())
    const size = pages.reduce((sum, bytes) => sum + bytes.byteLength, 0)
    if (size > MANIFEST_BYTES_MAX) {
      this.#uploads.delete(page.root)
      throw new InvalidError('manifest_size', `a manifest is larger than ${MANIFEST_BYTES_MAX} bytes`)
    }
    if (!page.last) {
      this.#uploads.set(page.root, pages)
      return
    }
    this.#uploads.delete(page.root)
    const bytes = Buffer.concat(pages)
    decodeManifest(bytes, rootBytes(page.root), page.toplevel)
    await this.#ports.content.putManifest(page.root, bytes)
  }

  /** Takes chunk lists (each checked against its digest); answers which of their chunks are missing, as a bit string. */
  async chunkLists(digests: readonly string[], data: Uint8Array): Promise<boolean[]> {
    const missing: boolean[] = []
    let offset = 0
    for (const word of digests) {
      const [digest, count] = word.split(':')
      const list = data.subarray(offset, offset + Number(count) * 32)
      offset += list.byteLength
      if (digest == null || toHex(chunksDigest(list)) !== digest) {
        throw new InvalidError('chunk_list', 'a chunk list does not have the digest that it was sent under')
      }
      await this.#ports.content.putChunkList(digest, list)
      missing.push(...(await this.#ports.content.has(list)).map((held) => !held))
    }
    return missing
  }

  /** Takes one compressed chunk. Throws IntegrityError, NoRoomError. */
  async chunk(digest: string, compressed: Uint8Array): Promise<void> {
    await this.#ports.content.putCompressed(fromHex(digest), compressed)
  }

  /**
   * Stores the signed release. Throws InvalidError (`content_missing`) unless every chunk of every target is here,
   * and what `openRelease` and the state throw (`release_exists`, `release_counter`).
   */
  async finish(bytes: Uint8Array, actor: string): Promise<{ id: string; release: Release }> {
    const { fleet, root, state, content, clock } = this.#ports
    const now = clock.now()
    const { release, id, digest } = openRelease(bytes, fleet, root, seconds(now))
    for (const target of release.targets) {
      for (const entry of await this.#entries(target.manifestRoot, target.toplevel)) {
        const list = await content.getChunkList(toHex(entry.chunksDigest))
        const isHere =
          list?.byteLength === chunksCount(entry.narSize) * 32 && (await content.has(list)).every(Boolean)
        if (!isHere) {
          throw new InvalidError('content_missing', `the content of ${entry.storePath} has not arrived`, {
            retryable: true,
            hint: 'publish again: only what is missing is sent'
          })
        }
      }
    }
    await this.#ports.sync()
    const again = await this.#republished(release)
    if (again != null) {
      this.#begun.shift()
      return { id: again, release }
    }
    await state.putRelease({ id, digest, bytes, release }, { actor, at: now })
    this.#begun.shift()
    return { id, release }
  }

  /** The release of this version whose content was lost, when this is the same content again; its id. */
  async #republished(release: Release): Promise<string | undefined> {
    const { state } = this.#ports
    const lost = new Set(await state.contentMissing())
    if (lost.size === 0) return undefined
    const held = (await state.releases()).find(
      ({ id, channel, version }) => lost.has(id) && channel === release.channel && version === release.version
    )
    if (held == null || targetsText(held.targets) !== targetsText(release.targets)) return undefined
    await state.contentReturned(held.id)
    return held.id
  }

  /**
   * Reads all content of a release again, after a device found some of it damaged: what is damaged goes, so that the
   * next publish sends it anew. One at a time; each finding is logged.
   */
  async scrub(releaseId: string): Promise<void> {
    if (this.#scrubbing) return
    this.#scrubbing = true
    try {
      const { state, content, onError } = this.#ports
      const release = await state.release(releaseId)
      for (const target of release?.targets ?? []) {
        for (const entry of await this.#entries(target.manifestRoot, target.toplevel)) {
          const list = (await content.getChunkList(toHex(entry.chunksDigest))) ?? new Uint8Array(0)
          for (let i = 0; i < list.byteLength; i += 32) {
            await content.get(list.subarray(i, i + 32)).catch((error: unknown) => {
              onError(`content of ${entry.storePath}`, error)
            })
          }
        }
      }
    } finally {
      this.#scrubbing = false
    }
  }

  /** Drops content that no kept release names: the last releases of each channel and all that a device runs or wants. */
  async collect(): Promise<void> {
    const { content } = this.#ports
    const keep = { chunks: new Set<string>(), lists: new Set<string>(), manifests: new Set<string>() }
    for (const release of await this.#keptReleases()) {
      for (const target of release.targets) {
        keep.manifests.add(toHex(target.manifestRoot))
        const entries = await this.#entries(target.manifestRoot, target.toplevel).catch((error: unknown) => {
          // It rotted on disk: that release is lost until it is published again, the others need room all the same.
          if (!(error instanceof NotFoundError)) throw error
          this.#ports.onError('manifest of a kept release', error)
          return []
        })
        for (const entry of entries) {
          const digest = toHex(entry.chunksDigest)
          keep.lists.add(digest)
          const list = (await content.getChunkList(digest)) ?? new Uint8Array(0)
          for (let i = 0; i < list.byteLength; i += 32) keep.chunks.add(toHex(list.subarray(i, i + 32)))
        }
      }
    }
    await content.retain(keep)
  }

  /**
   * Ids of the releases whose content went with its whole directory. A single file that is damaged is another thing: rollouts that
   * need it fail and say so, and publishing brings it back.
   */
  async findLost(): Promise<string[]> {
    if (this.#ports.content.totalBytes > 0) return []
    return (await this.#keptReleases()).map(({ id }) => id)
  }

  async #keptReleases(): Promise<Awaited<ReturnType<CoordinatorState['releases']>>> {
    const { state } = this.#ports
    const all = await state.releases()
    const live = new Set<string>()
    for (const { report } of await state.reports()) live.add(report.running.release)
    for (const rollout of await state.openRollouts()) live.add(rollout.release)
    const byChannel = new Map<string, number>()
    return all.filter((release) => {
      const rank = byChannel.get(release.channel) ?? 0
      byChannel.set(release.channel, rank + 1)
      return rank < RELEASES_KEPT || live.has(release.id)
    })
  }

  async #entries(root: Uint8Array, toplevel: string): Promise<readonly ManifestEntry[]> {
    const bytes = await this.#ports.content.getManifest(toHex(root))
    if (bytes == null) throw new NotFoundError('manifest_missing', `the manifest of ${toplevel} is not here`)
    return decodeManifest(bytes, root, toplevel)
  }
}

/** What devices would get, in an order of its own. */
const targetsText = (targets: readonly Target[]): string =>
  targets
    .map(({ match, system, toplevel, manifestRoot }) =>
      [match, system, toplevel, toHex(manifestRoot)].join(' ')
    )
    .toSorted()
    .join('\n')

function rootBytes(hex: string): Uint8Array {
  const bytes = /^[0-9a-f]{64}$/.test(hex) ? fromHex(hex) : new Uint8Array(0)
  if (bytes.byteLength !== 32) {
    throw new InvalidError('manifest_root', 'a manifest root is 32 bytes in hex')
  }
  return bytes
}
