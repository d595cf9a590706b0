/**
 * Content by its digest, in files: compressed chunks, chunk lists and manifests. A file is whole or not there;
 * that it outlives a power cut is up to the caller, who syncs the file system before he relies on it.
 */

import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { toHex } from '../base/bytes.ts'
import { errorCode, IntegrityError, NoRoomError, NotFoundError } from '../base/errors.ts'
import { parallel } from '../base/tasks.ts'
import { CHUNK_BYTES } from '../model/release.ts'
import { merkleRoot } from '../trust/merkle.ts'

export interface ContentStoreInit {
  readonly dir: string
  /** All files together may have this many bytes. */
  readonly bytesMax?: number
  /** Free bytes of the file system; asked of the operating system when not given. */
  freeBytes?(): Promise<number>
  /** Bytes of the file system that are left free. */
  readonly reserveBytes: number
}

export interface ContentStore {
  /** Bytes of all files. */
  readonly totalBytes: number
  /** True when the budget and the file system hold this many bytes more. */
  hasRoom(bytes: number): Promise<boolean>
  /** Which chunks are here; `digests` are 32 bytes each, one after another. */
  has(digests: Uint8Array): Promise<boolean[]>
  /** Bytes of a chunk as it is kept; undefined when it is not here. */
  chunkBytes(digest: Uint8Array): number | undefined
  /**
   * Keeps a chunk that came compressed. Throws IntegrityError (`chunk_digest`) unless it unpacks to at most
   * 1 MiB with this SHA-256, NoRoomError (`quota`, `disk_full`).
   */
  putCompressed(digest: Uint8Array, compressed: Uint8Array): Promise<void>
  /** A chunk as it is kept, unverified: whoever unpacks it checks it. Throws NotFoundError (`chunk_missing`). */
  getCompressed(digest: Uint8Array): Promise<Uint8Array>
  /**
   * A chunk's bytes, verified. Throws NotFoundError (`chunk_missing`); IntegrityError (`chunk_digest`) for a
   * damaged file, which is gone then.
   */
  get(digest: Uint8Array): Promise<Uint8Array>
  /** Drops a chunk. */
  delete(digest: Uint8Array): Promise<void>
  /** Drops everything that is not named, in hex. What is being sent must be named too. */
  retain(keep: Keep): Promise<void>
  /**
   * Keeps a manifest under its root in hex (docs/protocols.md, Manifest). Throws IntegrityError
   * (`manifest_root`) when it has another root, NoRoomError.
   */
  putManifest(root: string, bytes: Uint8Array): Promise<void>
  /** The manifest; undefined when it is not here, or was damaged and is gone now. */
  getManifest(root: string): Promise<Uint8Array | undefined>
  /**
   * Keeps a list of digests under its SHA-256 in hex. Throws IntegrityError (`chunk_list`) when it has
   * another, NoRoomError.
   */
  putChunkList(chunksDigest: string, digests: Uint8Array): Promise<void>
  /** The list; undefined when it is not here, or was damaged and is gone now. */
  getChunkList(chunksDigest: string): Promise<Uint8Array | undefined>
}

export interface Keep {
  readonly chunks: ReadonlySet<string>
  readonly lists: ReadonlySet<string>
  readonly manifests: ReadonlySet<string>
}

const DIGEST_BYTES = 32
const DIGEST_HEX = /^[0-9a-f]{64}$/
/** zstd adds at most this much to what does not compress; more is no honest chunk. */
const COMPRESSED_BYTES_MAX = CHUNK_BYTES + 16 * 1024
/** The window limit of docs/protocols.md, content: 8 MiB. */
const WINDOW_LOG_MAX = 23
const FRAME_HEADER_BYTES_MAX = 18
/** An entry's length has at most four bytes of seven bits. */
const LENGTH_SHIFT_MAX = 21
const SCANS_IN_PARALLEL = 32
const NO_ROOM_CODES = new Set(['enospc', 'edquot'])

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/**
 * zstd in the thread pool. The frame says how long its content is: whoever unpacks it then needs no window beside
 * the content itself.
 */
export async function compressChunk(bytes: Uint8Array, level = 3): Promise<Uint8Array> {
  return await compress(bytes, {
    pledgedSrcSize: bytes.byteLength,
    params: { [constants.ZSTD_c_compressionLevel]: level }
  })
}

/** Opens the store in `dir`, which is made when missing, and finds what it holds. */
export async function createContentStore(init: ContentStoreInit): Promise<ContentStore> {
  const store = new FileStore(init)
  await store.scan()
  return store
}

/** One kind of file; `sizes` is the index: bytes by digest in hex. */
interface Shelf {
  readonly name: string
  readonly extension: string
  readonly sizes: Map<string, number>
}

const shelf = (name: string, extension: string): Shelf => ({ name, extension, sizes: new Map() })

class FileStore implements ContentStore {
  readonly #init: ContentStoreInit
  readonly #chunks = shelf('chunks', '.zst')
  readonly #lists = shelf('lists', '')
  readonly #manifests = shelf('manifests', '')
  /** Bytes of what is being written. */
  #pendingBytes = 0
  #totalBytes = 0
  #temporaryCount = 0
  /** The last change of each file that is being changed: changes of one file follow one another. */
  readonly #changes = new Map<string, Promise<void>>()

  constructor(init: ContentStoreInit) {
    this.#init = init
  }

  async scan(): Promise<void> {
    const temporary = join(this.#init.dir, 'tmp')
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    for (const each of [this.#chunks, this.#lists, this.#manifests]) {
      const dir = join(this.#init.dir, each.name)
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await parallel(await readdir(dir), SCANS_IN_PARALLEL, async (prefix) => {
        for (const file of await readdir(join(dir, prefix))) {
          const name = file.slice(0, DIGEST_BYTES * 2)
          const { size } = await stat(join(dir, prefix, file))
          // A power cut leaves empty files.
          if (size > 0 && DIGEST_HEX.test(name)) this.#count(each, name, size)
        }
      })
    }
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  async hasRoom(bytes: number): Promise<boolean> {
    return (await this.#roomFault(bytes)) == null
  }

  async has(digests: Uint8Array): Promise<boolean[]> {
    const count = Math.floor(digests.byteLength / DIGEST_BYTES)
    return Array.from({ length: count }, (_, index) => {
      const start = index * DIGEST_BYTES
      return this.#chunks.sizes.has(toHex(digests.subarray(start, start + DIGEST_BYTES)))
    })
  }

  chunkBytes(digest: Uint8Array): number | undefined {
    return this.#chunks.sizes.get(toHex(digest))
  }

  async putCompressed(digest: Uint8Array, compressed: Uint8Array): Promise<void> {
    const name = toHex(digest)
    if (this.#chunks.sizes.has(name)) return
    await unpack(name, compressed)
    await this.#write(this.#chunks, name, compressed)
  }

  async getCompressed(digest: Uint8Array): Promise<Uint8Array> {
    const name = toHex(digest)
    const bytes = await this.#read(this.#chunks, name)
    if (bytes == null) throw new NotFoundError('chunk_missing', `chunk ${name} is not here`)
    return bytes
  }

  async get(digest: Uint8Array): Promise<Uint8Array> {
    try {
      return await unpack(toHex(digest), await this.getCompressed(digest))
    } catch (error) {
      if (error instanceof IntegrityError) await this.delete(digest)
      throw error
    }
  }

  async delete(digest: Uint8Array): Promise<void> {
    await this.#drop(this.#chunks, toHex(digest))
  }

  async retain(keep: Keep): Promise<void> {
    await this.#retain(this.#manifests, keep.manifests)
    await this.#retain(this.#lists, keep.lists)
    await this.#retain(this.#chunks, keep.chunks)
  }

  async putManifest(root: string, bytes: Uint8Array): Promise<void> {
    if (manifestRoot(bytes) !== root) {
      throw new IntegrityError('manifest_root', `the manifest does not have the root ${root}`)
    }
    if (!this.#manifests.sizes.has(root)) await this.#write(this.#manifests, root, bytes)
  }

  async getManifest(root: string): Promise<Uint8Array | undefined> {
    return await this.#readVerified(this.#manifests, root, manifestRoot)
  }

  async putChunkList(chunksDigest: string, digests: Uint8Array): Promise<void> {
    if (sha256(digests) !== chunksDigest) {
      throw new IntegrityError('chunk_list', `the chunk list does not have the digest ${chunksDigest}`)
    }
    if (!this.#lists.sizes.has(chunksDigest)) await this.#write(this.#lists, chunksDigest, digests)
  }

  async getChunkList(chunksDigest: string): Promise<Uint8Array | undefined> {
    return await this.#readVerified(this.#lists, chunksDigest, sha256)
  }

  async #readVerified(
    from: Shelf,
    name: string,
    digestOf: (bytes: Uint8Array) => string | undefined
  ): Promise<Uint8Array | undefined> {
    const bytes = await this.#read(from, name)
    if (bytes == null || digestOf(bytes) === name) return bytes
    await this.#drop(from, name)
    return undefined
  }

  async #read(from: Shelf, name: string): Promise<Uint8Array | undefined> {
    if (!from.sizes.has(name)) return undefined
    try {
      return await readFile(this.#path(from, name))
    } catch (error) {
      if (errorCode(error) !== 'enoent') throw error
      await this.#drop(from, name)
      return undefined
    }
  }

  async #write(to: Shelf, name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(to, name)
    await this.#change(path, async () => {
      const fault = await this.#roomFault(bytes.byteLength)
      if (fault != null) throw fault
      this.#pendingBytes += bytes.byteLength
      const temporary = join(this.#init.dir, 'tmp', String(this.#temporaryCount++))
      try {
        await writeFile(temporary, bytes, { mode: 0o600 })
        await moveInto(temporary, path)
        this.#count(to, name, bytes.byteLength)
      } catch (error) {
        await rm(temporary, { force: true })
        throw NO_ROOM_CODES.has(errorCode(error)) ? diskFull(this.#init.dir, error) : error
      } finally {
        this.#pendingBytes -= bytes.byteLength
      }
    })
  }

  async #drop(from: Shelf, name: string): Promise<void> {
    const path = this.#path(from, name)
    await this.#change(path, async () => {
      await rm(path, { force: true })
      this.#count(from, name, 0)
    })
  }

  async #retain(on: Shelf, keep: ReadonlySet<string>): Promise<void> {
    // Names that come in from now on are not looked at.
    const stale = Array.from(on.sizes.keys()).filter((name) => !keep.has(name))
    for (const name of stale) await this.#drop(on, name)
  }

  async #change(path: string, work: () => Promise<void>): Promise<void> {
    const before = this.#changes.get(path) ?? Promise.resolve()
    const change = before.then(work, work)
    this.#changes.set(path, change)
    try {
      await change
    } finally {
      if (this.#changes.get(path) === change) this.#changes.delete(path)
    }
  }

  #count(on: Shelf, name: string, size: number): void {
    this.#totalBytes += size - (on.sizes.get(name) ?? 0)
    if (size > 0) on.sizes.set(name, size)
    else on.sizes.delete(name)
  }

  #path({ name: dir, extension }: Shelf, name: string): string {
    return join(this.#init.dir, dir, name.slice(0, 2), name + extension)
  }

  async #roomFault(bytes: number): Promise<NoRoomError | undefined> {
    const { dir, bytesMax, reserveBytes } = this.#init
    const free = (await this.#freeBytes()) - this.#pendingBytes
    if (free - bytes < reserveBytes) return diskFull(dir)
    // Last, so that nothing is awaited between this look and the count of what is pending.
    if (bytesMax == null || this.#totalBytes + this.#pendingBytes + bytes <= bytesMax) return undefined
    return new NoRoomError('quota', `${dir} has reached its ${bytesMax} bytes`, {
      retryable: true,
      hint: 'raise the content budget of this node, or publish fewer releases'
    })
  }

  async #freeBytes(): Promise<number> {
    if (this.#init.freeBytes != null) return await this.#init.freeBytes()
    const { bavail, bsize } = await statfs(this.#init.dir)
    return bavail * bsize
  }
}

/** Renames, and makes the directory where it is missing: there are 256, and most are there. */
async function moveInto(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (error) {
    if (errorCode(error) !== 'enoent') throw error
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rename(temporary, path)
  }
}

const diskFull = (dir: string, cause?: unknown): NoRoomError =>
  new NoRoomError('disk_full', `no room left in ${dir}`, {
    cause,
    retryable: true,
    hint: 'free space on this file system'
  })

/** The chunk's bytes when they have this SHA-256. Throws IntegrityError (`chunk_digest`). */
async function unpack(name: string, compressed: Uint8Array): Promise<Uint8Array> {
  const bytes = compressed.byteLength <= COMPRESSED_BYTES_MAX ? await decompressChunk(compressed) : undefined
  if (bytes != null && sha256(bytes) === name) return bytes
  throw new IntegrityError('chunk_digest', `what came as chunk ${name} is something else`)
}

/** Undefined for what is no zstd or unpacks to more than a chunk; stops at that size. */
async function decompressChunk(compressed: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await decompress(compressed, {
      // One byte more than the content: a buffer that is filled to its end makes zlib ask for another.
      chunkSize: Math.max(contentBytes(compressed) + 1, constants.Z_MIN_CHUNK),
      maxOutputLength: CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX }
    })
  } catch {
    return undefined
  }
}

/**
 * How long the content of a zstd frame claims to be (RFC 8878 section 3.1.1.1), at most a chunk, which it also is when
 * the frame does not say. Only for the size of a buffer.
 */
function contentBytes(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (view.byteLength < FRAME_HEADER_BYTES_MAX) return CHUNK_BYTES
  const descriptor = view.getUint8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const at = 5 + (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0)
  const flag = descriptor >> 6
  if (flag === 0) return isSingleSegment ? view.getUint8(at) : CHUNK_BYTES
  const bytes = flag === 1 ? view.getUint16(at, true) + 256 : view.getUint32(at, true)
  return Math.min(bytes, CHUNK_BYTES)
}

/** SHA-256 in hex: the name of a chunk, and of a chunk list. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

/** The root of a manifest in hex (docs/protocols.md, Manifest); undefined when its lengths are wrong. */
function manifestRoot(bytes: Uint8Array): string | undefined {
  const leaves: Uint8Array[] = []
  for (let position = 0; position < bytes.byteLength; ) {
    let length = 0
    let start = position
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[start++]
      if (byte == null || shift > LENGTH_SHIFT_MAX) return undefined
      length += (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    position = start + length
    if (position > bytes.byteLength) return undefined
    leaves.push(bytes.subarray(start, position))
  }
  return toHex(merkleRoot(leaves))
}
