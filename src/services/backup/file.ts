/**
 * A backup is one file: a magic line, a line of JSON that says whose it is, for each entry a line of JSON and its bytes, a last
 * line with their number, and the SHA-256 of all that as 64 hex digits and a newline. Nothing of it is used before the digest
 * was found right (docs/operations.md, Backup).
 */

import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, InvalidError, NoRoomError, NotFoundError } from '../../base/errors.ts'

const MAGIC = 'shoal-backup/1\n'
const DIGEST_BYTES = 65
const PIECE_BYTES = 1024 * 1024
const LINE_BYTES_MAX = 64 * 1024
/** A path inside of a state directory, never out of it. */
const PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/

const headerSchema = z.object({
  fleet: z.string(),
  name: z.string(),
  peer: z.string(),
  /** When the database was copied, ms since the epoch. */
  at: z.number(),
  content: z.boolean()
})
export type BackupHeader = z.infer<typeof headerSchema>

const entrySchema = z.object({ path: z.string().regex(PATH), bytes: z.number().int().min(0) })
const endSchema = z.object({ entries: z.number().int().min(0) })

/** One file of the state directory; its bytes must be read before the next is asked for. */
export interface BackupEntry {
  readonly path: string
  readonly bytes: number
  read(): AsyncGenerator<Uint8Array>
}

const damaged = (file: string, why: string, cause?: unknown): InvalidError =>
  new InvalidError('backup_damaged', `${file} is no whole backup: ${why}`, {
    cause,
    hint: 'it was cut or changed on its way; take another copy of it'
  })

/** Writes a backup to a new file and syncs it. Throws NoRoomError (`disk_full`) and what opening throws. */
export class BackupWriter {
  readonly #file: FileHandle
  readonly #path: string
  readonly #hash = createHash('sha256')
  #entries = 0
  bytes = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async create(path: string, header: BackupHeader): Promise<BackupWriter> {
    const writer = new BackupWriter(path, await open(path, 'wx', 0o600))
    await writer.#write(MAGIC)
    await writer.#write(`${JSON.stringify(header)}\n`)
    return writer
  }

  /** `bytes` is how many `pieces` gives; another number is a TypeError. */
  async add(path: string, bytes: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.#entries++
    await this.#write(`${JSON.stringify({ path, bytes })}\n`)
    let written = 0
    for await (const piece of pieces) {
      written += piece.byteLength
      await this.#write(piece)
    }
    if (written !== bytes) throw new TypeError(`${path} has ${written} bytes, not ${bytes}`)
  }

  /** The digest, in hex. */
  async finish(): Promise<string> {
    await this.#write(`${JSON.stringify({ entries: this.#entries })}\n`)
    const digest = this.#hash.digest('hex')
    await this.#put(`${digest}\n`)
    await this.#file.sync()
    return digest
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(piece: Uint8Array | string): Promise<void> {
    this.#hash.update(piece)
    await this.#put(piece)
  }

  async #put(piece: Uint8Array | string): Promise<void> {
    try {
      const bytes = Buffer.from(piece)
      await this.#file.writeFile(bytes)
      this.bytes += bytes.byteLength
    } catch (cause) {
      if (!['enospc', 'edquot'].includes(errorCode(cause))) throw cause
      throw new NoRoomError('disk_full', `no room for ${this.#path}`, { cause })
    }
  }
}

/** A backup whose digest is right. */
export class BackupReader implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #path: string
  readonly #end: number
  #offset: number
  readonly header: BackupHeader

  private constructor(
    path: string,
    file: FileHandle,
    end: number,
    first: { header: BackupHeader; offset: number }
  ) {
    this.#path = path
    this.#file = file
    this.#end = end
    this.#offset = first.offset
    this.header = first.header
  }

  /** Reads it once through. Throws NotFoundError (`backup_missing`), InvalidError (`backup_damaged`). */
  static async open(path: string): Promise<BackupReader> {
    let file: FileHandle
    try {
      file = await open(path, 'r')
    } catch (cause) {
      throw new NotFoundError('backup_missing', `cannot read ${path}`, { cause })
    }
    try {
      const end = await checkDigest(path, file)
      const reader = new BackupReader(path, file, end, { header: EMPTY_HEADER, offset: 0 })
      if ((await reader.#line()) !== MAGIC.trim()) throw damaged(path, 'it is something else')
      const header = headerSchema.parse(JSON.parse(await reader.#line()))
      return new BackupReader(path, file, end, { header, offset: reader.#offset })
    } catch (error) {
      await file.close()
      if (error instanceof InvalidError) throw error
      throw damaged(path, 'its head cannot be read', error)
    }
  }

  async *entries(): AsyncGenerator<BackupEntry> {
    for (let count = 0; ; count++) {
      const line: unknown = JSON.parse(await this.#line())
      const end = endSchema.safeParse(line)
      if (end.success) {
        if (end.data.entries !== count || this.#offset !== this.#end)
          throw damaged(this.#path, 'entries are missing')
        return
      }
      const entry = entrySchema.safeParse(line)
      if (!entry.success) throw damaged(this.#path, 'an entry has no name that could be one')
      const { path, bytes } = entry.data
      const start = this.#offset
      if (start + bytes > this.#end) throw damaged(this.#path, 'an entry is longer than the file')
      yield { path, bytes, read: () => this.#pieces(start, bytes) }
      this.#offset = start + bytes
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  async *#pieces(start: number, bytes: number): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < bytes; ) {
      const buffer = Buffer.alloc(Math.min(PIECE_BYTES, bytes - done))
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.byteLength, start + done)
      if (bytesRead === 0) throw damaged(this.#path, 'it became shorter')
      done += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async #line(): Promise<string> {
    const buffer = Buffer.alloc(Math.min(LINE_BYTES_MAX, this.#end - this.#offset))
    await this.#file.read(buffer, 0, buffer.byteLength, this.#offset)
    const at = buffer.indexOf(0x0a)
    if (at < 0) throw damaged(this.#path, 'a line does not end')
    this.#offset += at + 1
    return buffer.toString('utf8', 0, at)
  }
}

const EMPTY_HEADER: BackupHeader = { fleet: '', name: '', peer: '', at: 0, content: false }

/** Where the digested part ends. */
async function checkDigest(path: string, file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  const end = size - DIGEST_BYTES
  if (end <= 0) throw damaged(path, 'it is too short')
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(PIECE_BYTES)
  for (let offset = 0; offset < end; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(PIECE_BYTES, end - offset), offset)
    if (bytesRead === 0) throw damaged(path, 'it became shorter')
    hash.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
  }
  const tail = Buffer.alloc(DIGEST_BYTES)
  await file.read(tail, 0, DIGEST_BYTES, end)
  if (tail.toString('latin1') !== `${hash.digest('hex')}\n`) throw damaged(path, 'its digest is another')
  return end
}
