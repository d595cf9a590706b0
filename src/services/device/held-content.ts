/**
 * What a device can give its neighbours: the closure that it runs, read from the Nix store when it is asked for, and the one
 * that it fetches, as far as it has come. Nothing is stored twice; only digest lists and the manifest are kept.
 */

import { toHex } from '../../base/bytes.ts'
import { IntegrityError, NotFoundError } from '../../base/errors.ts'
import type { ManifestEntry, Target } from '../../model/release.ts'
import { CHUNK_BYTES } from '../../model/release.ts'
import type { ContentStore } from '../content-store.ts'
import { compressChunk, sha256 } from '../content-store.ts'
import type { ProviderPorts, WantedChunk } from '../provider.ts'

/** On a local network the processor is slower than the wire. */
const ZSTD_LEVEL = 1
/** NARs that are read at once: the chunks of a path are asked for one after another. */
const READERS_MAX = 8

export interface HeldContentPorts {
  readonly staging: ContentStore
  /** Targets of a release in this device's journal. */
  targets(release: Uint8Array): Promise<readonly Target[] | undefined>
  member: ProviderPorts['member']
  isValid(path: string): Promise<boolean>
  /** The NAR of a valid path in pieces of one chunk each. */
  dump(path: string): AsyncGenerator<Uint8Array, void, undefined>
}

interface Reader {
  readonly pieces: AsyncGenerator<Uint8Array, void, undefined>
  /** Index of the chunk that comes next. */
  next: number
}

/** Ports of a `Provider` over a device's store. */
export function heldContent(ports: HeldContentPorts): ProviderPorts {
  const readers = new Readers(ports)
  return {
    targets: async (release) => await ports.targets(release),
    member: async (peer) => await ports.member(peer),
    manifest: async (root) => await ports.staging.getManifest(root),
    chunkList: async (entry) =>
      (await ports.staging.getChunkList(toHex(entry.chunksDigest))) ?? (await readList(ports, entry)),
    chunk: async (wanted) => {
      const [isStaged] = await ports.staging.has(wanted.digest)
      if (isStaged === true) return await ports.staging.getCompressed(wanted.digest)
      const bytes = await readers.chunk(wanted)
      // A requester drops whoever gives it a wrong byte: a store that has rotted gives none.
      if (sha256(bytes) !== toHex(wanted.digest)) {
        throw new NotFoundError('chunk_missing', `${wanted.entry.storePath} is not what it was`)
      }
      return await compressChunk(bytes, ZSTD_LEVEL)
    }
  }
}

/** The digest list of a path that was never fetched, read from the store and kept; undefined when it is not there. */
async function readList(ports: HeldContentPorts, entry: ManifestEntry): Promise<Uint8Array | undefined> {
  if (!(await ports.isValid(entry.storePath))) return undefined
  const digests: Uint8Array[] = []
  for await (const piece of ports.dump(entry.storePath)) digests.push(Buffer.from(sha256(piece), 'hex'))
  const list = Buffer.concat(digests)
  const name = toHex(entry.chunksDigest)
  if (sha256(list) !== name) {
    throw new IntegrityError('chunk_list', `${entry.storePath} is not the path that was signed`)
  }
  await ports.staging.putChunkList(name, list)
  return list
}

class Readers {
  readonly #ports: HeldContentPorts
  /** By requester and path, the one that was used longest ago first. */
  readonly #readers = new Map<string, Reader>()
  /** The read that was asked for last, by requester and path; bounded by the requests that streams may have under way. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(ports: HeldContentPorts) {
    this.#ports = ports
  }

  /** Chunks of one path for one requester are read one after another: in order they are one pass over the path. */
  async chunk(wanted: WantedChunk): Promise<Uint8Array> {
    const key = `${wanted.peer} ${wanted.entry.storePath}`
    const turn = (this.#turns.get(key) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => await this.#read(key, wanted))
    this.#turns.set(key, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    }
  }

  async #read(key: string, { entry, index }: WantedChunk): Promise<Uint8Array> {
    const held = this.#readers.get(key)
    this.#readers.delete(key)
    const reader = held != null && held.next <= index ? held : await this.#open(entry.storePath, held)
    for (;;) {
      const piece = await reader.pieces.next()
      if (piece.done === true) throw new NotFoundError('chunk_range', 'no such chunk')
      if (reader.next++ !== index) continue
      if ((index + 1) * CHUNK_BYTES < entry.narSize) await this.#keep(key, reader)
      else await reader.pieces.return()
      return piece.value
    }
  }

  async #open(path: string, before: Reader | undefined): Promise<Reader> {
    await before?.pieces.return()
    if (!(await this.#ports.isValid(path))) {
      throw new NotFoundError('chunk_missing', `${path} is not in this store`)
    }
    return { pieces: this.#ports.dump(path), next: 0 }
  }

  async #keep(key: string, reader: Reader): Promise<void> {
    this.#readers.set(key, reader)
    const [oldest] = this.#readers
    if (this.#readers.size > READERS_MAX && oldest != null) {
      this.#readers.delete(oldest[0])
      await oldest[1].pieces.return()
    }
  }
}
