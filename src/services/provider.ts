/** Serves content, to a device only what a target that matches it holds (docs/protocols.md, content). */

import { toHex } from '../base/bytes.ts'
import { NotFoundError, RefusedError } from '../base/errors.ts'
import type { Member } from '../model/peer.ts'
import type { ManifestEntry, Target } from '../model/release.ts'
import { matches, parseSelector } from '../model/selector.ts'
import { decodeManifest } from '../nix/manifest.ts'
import type { ContentInit } from '../protocols/content.ts'
import type { ContentKey } from './fetch/source.ts'

/** Decoded manifests kept in memory; a fleet updates to few releases at a time. */
const MANIFESTS_MAX = 8
/** A decision who may read what is asked again after this: revocation closes the connection anyway. */
const TARGETS_MAX = 4096
/** Chunk lists kept in memory: a requester asks for the chunks of a path one after another. */
const LISTS_MAX = 256
const ENTRIES_PER_ANSWER_MAX = 512

/** One chunk that is asked for. */
export interface WantedChunk {
  readonly entry: ManifestEntry
  readonly index: number
  readonly digest: Uint8Array
  /** Peer ID of who asks. */
  readonly peer: string
}

export interface ProviderPorts {
  /** The targets of a release that this node has content of, by the digest of its payload. */
  targets(release: Uint8Array): Promise<readonly Target[] | undefined>
  /** A member that may ask; undefined when it is none, or revoked. */
  member(peer: string): Promise<Member | undefined>
  manifest(root: string): Promise<Uint8Array | undefined>
  /** The digest list of a path. */
  chunkList(entry: ManifestEntry): Promise<Uint8Array | undefined>
  /** A chunk as zstd-compressed bytes. Throws NotFoundError when it is not here. */
  chunk(wanted: WantedChunk): Promise<Uint8Array>
}

export class Provider {
  readonly #ports: ProviderPorts
  readonly #manifests = new Map<string, readonly ManifestEntry[]>()
  readonly #lists = new Map<string, Uint8Array>()
  /** Targets by peer, release and index: what `#entitled` found. */
  readonly #targets = new Map<string, Target>()

  constructor(ports: ProviderPorts) {
    this.#ports = ports
  }

  /** The manifest's bytes. Throws NotFoundError, RefusedError (`content_refused`). */
  async manifest(peer: string, key: ContentKey): Promise<Uint8Array> {
    const target = await this.#entitled(peer, key)
    const bytes = await this.#ports.manifest(toHex(target.manifestRoot))
    if (bytes == null) throw new NotFoundError('manifest_missing', 'the manifest is not here')
    return bytes
  }

  /** The digest lists of several entries, one after another. */
  async chunkLists(peer: string, key: ContentKey, first: number, count: number): Promise<Uint8Array> {
    if (count < 1 || count > ENTRIES_PER_ANSWER_MAX) throw new NotFoundError('entry_range', 'no such entries')
    const entries = (await this.#entries(peer, key)).slice(first, first + count)
    if (entries.length !== count) throw new NotFoundError('entry_range', 'no such entries')
    const lists: Uint8Array[] = []
    for (const entry of entries) lists.push(await this.#list(entry))
    return Buffer.concat(lists)
  }

  /** One compressed chunk as it is stored. */
  async chunk(peer: string, key: ContentKey, entry: number, index: number): Promise<Uint8Array> {
    const found = (await this.#entries(peer, key))[entry]
    if (found == null) throw new NotFoundError('entry_range', 'no such entry')
    const digest = (await this.#list(found)).subarray(index * 32, index * 32 + 32)
    if (digest.byteLength !== 32) throw new NotFoundError('chunk_range', 'no such chunk')
    return await this.#ports.chunk({ entry: found, index, digest, peer })
  }

  async #list(entry: ManifestEntry): Promise<Uint8Array> {
    const digest = toHex(entry.chunksDigest)
    const held = this.#lists.get(digest)
    if (held != null) return held
    const list = await this.#ports.chunkList(entry)
    if (list == null) throw new NotFoundError('chunk_list_missing', 'a chunk list is not here')
    keepNewest(this.#lists, LISTS_MAX)
    this.#lists.set(digest, list)
    return list
  }

  async #entries(peer: string, key: ContentKey): Promise<readonly ManifestEntry[]> {
    const target = await this.#entitled(peer, key)
    const root = toHex(target.manifestRoot)
    const held = this.#manifests.get(root)
    if (held != null) return held
    const bytes = await this.manifest(peer, key)
    const entries = decodeManifest(bytes, target.manifestRoot, target.toplevel)
    keepNewest(this.#manifests, MANIFESTS_MAX)
    this.#manifests.set(root, entries)
    return entries
  }

  async #entitled(peer: string, key: ContentKey): Promise<Target> {
    const name = `${peer} ${toHex(key.release)} ${key.target}`
    const held = this.#targets.get(name)
    if (held != null) return held
    const target = (await this.#ports.targets(key.release))?.[key.target]
    if (target == null) throw new NotFoundError('release_not_found', 'no such release or target')
    const member = await this.#ports.member(peer)
    const isOurs =
      member != null && (member.role !== 'device' || matches(parseSelector(target.match), member))
    if (!isOurs) throw new RefusedError('content_refused', 'this target is for other devices')
    keepNewest(this.#targets, TARGETS_MAX)
    this.#targets.set(name, target)
    return target
  }
}

/** What the content protocol asks of a provider. */
export const contentOf = (provider: Provider): ContentInit => ({
  manifest: async ({ peer, offset, ...key }) => (await provider.manifest(peer, key)).subarray(offset),
  chunks: async ({ peer, first, count, ...key }) => await provider.chunkLists(peer, key, first, count),
  chunk: async ({ peer, entry, index, ...key }) => await provider.chunk(peer, key, entry, index)
})

/** Makes room for one more: the entry that came first goes. */
function keepNewest(map: Map<string, unknown>, max: number): void {
  const [oldest] = map.keys()
  if (map.size >= max && oldest != null) map.delete(oldest)
}
