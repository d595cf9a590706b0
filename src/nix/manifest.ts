/** The list of a closure's paths behind a target's manifest root. Spec: docs/protocols.md section 1, Manifest. */

import { createHash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { IntegrityError, InvalidError, ShoalError } from '../base/errors.ts'
import type { ManifestEntry } from '../model/release.ts'
import { PATHS_COUNT_MAX, REFERENCES_COUNT_MAX } from '../model/release.ts'
import { bytes, list, readDocument, text, tuple, uint, unique, writeDocument } from '../trust/codec.ts'
import { merkleRoot } from '../trust/merkle.ts'
import { isStorePath } from '../trust/store-path.ts'

export const MANIFEST_BYTES_MAX = 32 * 1024 * 1024
/** 65,536 chunks, whose digests are 2 MiB. */
export const NAR_BYTES_MAX = 64 * 1024 ** 3
const ENTRY_BYTES_MAX = 2 * 1024 * 1024
const SIGNATURES_COUNT_MAX = 16
const DIGEST_BYTES = 32
/** Enough for the length of the longest entry. */
const VARINT_BYTES_MAX = 4

const storePath = text('a store path', isStorePath)

const ENTRY = tuple<ManifestEntry>({
  storePath,
  narHash: bytes(DIGEST_BYTES),
  narSize: uint(1, NAR_BYTES_MAX),
  references: list(storePath, 0, REFERENCES_COUNT_MAX),
  signatures: unique(
    text('a Nix signature', /^[A-Za-z0-9._-]{1,128}:[A-Za-z0-9+/]{85}[AQgw]==$/),
    0,
    SIGNATURES_COUNT_MAX
  ),
  chunksDigest: bytes(DIGEST_BYTES)
})

/**
 * The manifest of entries in any order, and its root.
 * Throws InvalidError (`manifest_invalid`) on a bad entry, a path twice or a limit passed.
 */
export function encodeManifest(entries: readonly ManifestEntry[]): {
  readonly bytes: Uint8Array
  readonly root: Uint8Array
} {
  if (entries.length > PATHS_COUNT_MAX) throw fault(`more than ${PATHS_COUNT_MAX} paths`)
  const sorted = entries.toSorted((a, b) => comparePaths(a.storePath, b.storePath))
  checkOrder(sorted)
  const leaves = withFaults(() => sorted.map((entry) => writeDocument(ENTRY, entry, ENTRY_BYTES_MAX)))
  const content = new Uint8Array(Buffer.concat(leaves.flatMap((leaf) => [varint(leaf.byteLength), leaf])))
  if (content.byteLength > MANIFEST_BYTES_MAX) throw fault(`more than ${MANIFEST_BYTES_MAX} bytes`)
  return { bytes: content, root: merkleRoot(leaves) }
}

/**
 * The entries of a manifest in the order of their paths: its root is the expected one, every reference is
 * an entry, and the toplevel needs every entry.
 * Throws IntegrityError (`manifest_root`), InvalidError (`manifest_invalid`).
 */
export function decodeManifest(
  content: Uint8Array,
  expectedRoot: Uint8Array,
  toplevel: string
): readonly ManifestEntry[] {
  if (content.byteLength > MANIFEST_BYTES_MAX) throw fault(`more than ${MANIFEST_BYTES_MAX} bytes`)
  const leaves = split(content)
  if (!equalBytes(merkleRoot(leaves), expectedRoot)) {
    throw new IntegrityError('manifest_root', 'the manifest is not the one that was signed')
  }
  const entries = withFaults(() => leaves.map((leaf) => readDocument(ENTRY, leaf, ENTRY_BYTES_MAX)))
  checkOrder(entries)
  checkClosure(entries, toplevel)
  return entries
}

/** What `chunksDigest` of an entry holds. Throws InvalidError (`manifest_invalid`) unless these are whole digests. */
export function chunksDigest(digests: Uint8Array): Uint8Array {
  if (digests.byteLength % DIGEST_BYTES !== 0) throw fault('not a list of digests')
  return new Uint8Array(createHash('sha256').update(digests).digest())
}

/** Entries and references must be sorted and stand once. */
function checkOrder(entries: readonly ManifestEntry[]): void {
  checkAscending(entries.map((entry) => entry.storePath))
  for (const { references } of entries) checkAscending(references)
}

function checkAscending(paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const before = paths[index - 1]
    if (before != null && comparePaths(before, path) >= 0)
      throw fault(`${path} is out of order or there twice`)
  }
}

/** Store paths are ASCII, so that the order of code units is that of bytes. */
function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function checkClosure(entries: readonly ManifestEntry[], toplevel: string): void {
  const byPath = new Map(entries.map((entry) => [entry.storePath, entry]))
  const reached = new Set([toplevel])
  // A Set that grows is walked to its end: this is the queue as well.
  for (const path of reached) {
    const entry = byPath.get(path)
    if (entry == null) throw fault(`${path.slice(0, 300)} is not in it`)
    for (const reference of entry.references) reached.add(reference)
  }
  const stray = entries.find((entry) => !reached.has(entry.storePath))
  if (stray != null) throw fault(`the toplevel does not need ${stray.storePath}`)
}

/** The entries' bytes, without their lengths. */
function split(content: Uint8Array): readonly Uint8Array[] {
  const leaves: Uint8Array[] = []
  for (let position = 0; position < content.byteLength; ) {
    if (leaves.length === PATHS_COUNT_MAX) throw fault(`more than ${PATHS_COUNT_MAX} paths`)
    const { value: length, end: start } = readVarint(content, position)
    position = start + length
    if (length === 0 || length > ENTRY_BYTES_MAX || position > content.byteLength)
      throw fault('a wrong length')
    leaves.push(content.subarray(start, position))
  }
  return leaves
}

/** Unsigned LEB128, its shortest form only. */
function readVarint(content: Uint8Array, position: number): { value: number; end: number } {
  let value = 0
  for (let index = 0; index < VARINT_BYTES_MAX; index++) {
    const byte = content[position + index]
    if (byte == null || (byte === 0 && index > 0)) break
    value |= (byte & 0x7f) << (7 * index)
    if (byte < 0x80) return { value, end: position + index + 1 }
  }
  throw fault('a wrong length')
}

function varint(value: number): Uint8Array {
  const encoded: number[] = []
  let rest = value
  for (; rest >= 0x80; rest >>>= 7) encoded.push((rest & 0x7f) | 0x80)
  return Uint8Array.of(...encoded, rest)
}

function withFaults<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ShoalError)) throw error
    throw fault(error.message, error)
  }
}

function fault(why: string, cause?: unknown): InvalidError {
  return new InvalidError('manifest_invalid', `not a valid manifest: ${why}`, { cause })
}
