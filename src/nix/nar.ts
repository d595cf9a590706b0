/**
 * Writes NARs: the archive form of a store path, byte for byte as `nix-store --dump` does.
 * Tokens are a little-endian u64 length, the bytes, zeros up to a multiple of 8.
 */

import {
  close,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readdirSync,
  readlinkSync,
  readSync
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { IntegrityError, InvalidError } from '../base/errors.ts'

const readAsync = promisify(read)
const closeAsync = promisify(close)

/** Size of all pieces but the last; also that of a chunk, so that a piece is a chunk. */
export const PIECE_BYTES = 1024 * 1024
/** Files up to this size are read at once: a round trip through the thread pool costs more than the read. */
const SMALL_FILE_BYTES = 64 * 1024
/** How long the event loop may be held by synchronous calls in a row. */
const SLICE_MS = 8

const tokens = (...words: string[]): Buffer =>
  Buffer.concat(
    words.map((word) => {
      const token = Buffer.alloc(8 + Math.ceil(word.length / 8) * 8)
      token.writeUInt32LE(word.length)
      token.write(word, 8, 'latin1')
      return token
    })
  )

const MAGIC = tokens('nix-archive-1')
const REGULAR = tokens('(', 'type', 'regular', 'contents')
const EXECUTABLE = tokens('(', 'type', 'regular', 'executable', '', 'contents')
const SYMLINK = tokens('(', 'type', 'symlink', 'target')
const DIRECTORY = tokens('(', 'type', 'directory')
const ENTRY = tokens('entry', '(', 'name')
const NODE = tokens('node')
const CLOSE = tokens(')')
const CLOSE_ENTRY = tokens(')', ')')
const ZEROS = Buffer.alloc(8)
const SLASH = Buffer.from('/')
const NONE: readonly Buffer[] = []

/** A directory under way. Their number is bounded by the kernel's limit on the length of a path (4096). */
interface Frame {
  readonly path: Buffer
  readonly names: readonly Buffer[]
  next: number
}

/** A file that is too large to be read in one go. */
interface LargeFile {
  readonly path: Buffer
  readonly size: number
}

/**
 * The NAR of a file, link or directory, in fresh pieces of PIECE_BYTES (the last one shorter).
 * Throws IntegrityError (`nar_changed`) when a file changes its size while it is read, InvalidError
 * (`nar_file_type`) on a socket, pipe or device, and Node's own error when something cannot be read.
 */
export async function* dumpNar(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const out = new Pieces()
  const stack: Frame[] = []
  const end = (): void => {
    out.put(stack.length > 0 ? CLOSE_ENTRY : CLOSE)
  }
  let sliceEnd = performance.now() + SLICE_MS
  let node: Buffer | undefined = Buffer.from(path)
  out.put(MAGIC)
  do {
    if (node != null) {
      const depth = stack.length
      const large = writeNode(node, out, stack)
      if (large != null) yield* writeLargeFile(large, out)
      if (stack.length === depth) end()
    } else {
      stack.pop()
      end()
    }
    for (const piece of out.full()) yield piece
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + SLICE_MS
    }
    node = nextEntry(stack.at(-1), out)
  } while (node != null || stack.length > 0)
  const rest = out.rest()
  if (rest.byteLength > 0) yield rest
}

/** Writes the head of the next entry and gives its path, or undefined at the end of the directory. */
function nextEntry(frame: Frame | undefined, out: Pieces): Buffer | undefined {
  const name = frame?.names[frame.next++]
  if (frame == null || name == null) return undefined
  out.put(ENTRY)
  out.token(name)
  out.put(NODE)
  return Buffer.concat([frame.path, SLASH, name])
}

/** Writes a link or small file whole, a large file up to its content, and of a directory the head. */
function writeNode(path: Buffer, out: Pieces, stack: Frame[]): LargeFile | undefined {
  const stats = lstatSync(path)
  if (stats.isDirectory()) {
    // By bytes: readdir's order is the file system's, and UTF-16 sorts otherwise.
    const names = readdirSync(path, { encoding: 'buffer' }).toSorted((a, b) => a.compare(b))
    out.put(DIRECTORY)
    stack.push({ path, names, next: 0 })
  } else if (stats.isSymbolicLink()) {
    out.put(SYMLINK)
    out.token(readlinkSync(path, { encoding: 'buffer' }))
  } else if (stats.isFile()) {
    out.put((stats.mode & constants.S_IXUSR) === 0 ? REGULAR : EXECUTABLE)
    out.length(stats.size)
    if (stats.size > SMALL_FILE_BYTES) return { path, size: stats.size }
    writeSmallFile(path, stats.size, out)
  } else {
    throw new InvalidError('nar_file_type', `neither file, link nor directory: ${path.toString()}`)
  }
  return undefined
}

function writeSmallFile(path: Buffer, size: number, out: Pieces): void {
  const file = openFile(path)
  try {
    let left = size
    while (left > 0) {
      const count = readSync(file, out.room(left))
      if (count === 0) break
      out.filled(count)
      left -= count
    }
    checkSize(path, file, size, left)
  } finally {
    closeSync(file)
  }
  out.pad(size)
}

async function* writeLargeFile({ path, size }: LargeFile, out: Pieces): AsyncGenerator<Uint8Array> {
  const file = openFile(path)
  try {
    let left = size
    while (left > 0) {
      const room = out.room(left)
      const { bytesRead } = await readAsync(file, room, 0, room.byteLength, null)
      if (bytesRead === 0) break
      out.filled(bytesRead)
      left -= bytesRead
      for (const piece of out.full()) yield piece
    }
    checkSize(path, file, size, left)
  } finally {
    await closeAsync(file)
  }
  out.pad(size)
}

const openFile = (path: Buffer): number =>
  openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)

/** Called after the last read, with the bytes that were missing: what the NAR says must still be so. */
function checkSize(path: Buffer, file: number, size: number, left: number): void {
  if (left === 0 && fstatSync(file).size === size) return
  throw new IntegrityError('nar_changed', `the file changed while it was read: ${path.toString()}`)
}

/** Gathers bytes into pieces of one size. */
class Pieces {
  #piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
  #used = 0
  #full: Buffer[] = []

  put(bytes: Uint8Array): void {
    let done = 0
    while (done < bytes.byteLength) {
      const room = this.room(bytes.byteLength - done)
      room.set(bytes.subarray(done, done + room.byteLength))
      this.filled(room.byteLength)
      done += room.byteLength
    }
  }

  /** Length, bytes and padding. */
  token(bytes: Uint8Array): void {
    this.length(bytes.byteLength)
    this.put(bytes)
    this.pad(bytes.byteLength)
  }

  length(length: number): void {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeUInt32LE(length % 2 ** 32)
    bytes.writeUInt32LE(Math.floor(length / 2 ** 32), 4)
    this.put(bytes)
  }

  pad(length: number): void {
    this.put(ZEROS.subarray(0, (8 - (length % 8)) % 8))
  }

  /** Space for at most `count` bytes, never empty; `filled` says how many were written there. */
  room(count: number): Buffer {
    return this.#piece.subarray(this.#used, Math.min(this.#used + count, PIECE_BYTES))
  }

  filled(count: number): void {
    this.#used += count
    if (this.#used < PIECE_BYTES) return
    this.#full.push(this.#piece)
    this.#piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    this.#used = 0
  }

  /** The pieces that have become full, once. */
  full(): readonly Buffer[] {
    if (this.#full.length === 0) return NONE
    const full = this.#full
    this.#full = []
    return full
  }

  /** What is left at the end: a copy, so that a small NAR does not hold a whole piece. */
  rest(): Buffer {
    return Buffer.from(this.#piece.subarray(0, this.#used))
  }
}
