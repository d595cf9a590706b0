/** Reads what `nix path-info --json` writes. */

import { NixError } from '../base/errors.ts'

/** What a Nix store has registered about a path. */
export interface PathInfo {
  readonly path: string
  /** SHA-256 of the NAR, 32 bytes. */
  readonly narHash: Uint8Array
  readonly narSize: number
  /** Absolute store paths, sorted. */
  readonly references: readonly string[]
  /** `name:base64`. */
  readonly signatures: readonly string[]
}

const HASH_PREFIX = 'sha256-'
const HASH_BYTES = 32

/**
 * The valid paths of either shape: an array (up to 2.18), where a missing path has `valid: false`, or an object keyed
 * by path (from 2.19; `--json-format 1` from 2.33), where it is null. Throws NixError (`nix_output_invalid`).
 */
export function parsePathInfo(text: string): Map<string, PathInfo> {
  const found = new Map<string, PathInfo>()
  for (const [path, value] of entries(text)) {
    if (isRecord(value) && value['valid'] !== false) found.set(path, toPathInfo(path, value))
  }
  return found
}

function entries(text: string): [string, unknown][] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw invalid('no JSON', text, cause)
  }
  if (Array.isArray(json)) {
    return json.map((value: unknown) => [isRecord(value) ? String(value['path']) : '', value])
  }
  if (isRecord(json)) return Object.entries(json)
  throw invalid('neither array nor object', text)
}

function toPathInfo(path: string, value: Readonly<Record<string, unknown>>): PathInfo {
  const { narHash, narSize, references } = value
  const signatures = value['signatures'] ?? []
  if (!isTexts(references) || !isTexts(signatures) || typeof narSize !== 'number') {
    throw invalid('a field has another type', JSON.stringify(value))
  }
  return {
    path,
    narHash: parseHash(narHash),
    narSize,
    references: references.toSorted(),
    signatures
  }
}

function parseHash(value: unknown): Uint8Array {
  const text = typeof value === 'string' ? value : ''
  const bytes = Buffer.from(text.slice(HASH_PREFIX.length), 'base64')
  if (!text.startsWith(HASH_PREFIX) || bytes.byteLength !== HASH_BYTES) throw invalid('no SHA-256', text)
  return new Uint8Array(bytes)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function invalid(why: string, text: string, cause?: unknown): NixError {
  const detail = text.slice(0, 2000)
  return new NixError('nix_output_invalid', `nix path-info --json: ${why}`, detail, { cause })
}
