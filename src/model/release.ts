import type { Labels } from './peer.ts'
import { matches, parseSelector } from './selector.ts'

/** One toplevel of a release with the devices that it is for. */
export interface Target {
  /** A selector over the certified name and labels. */
  readonly match: string
  /** Nix system, e.g. `x86_64-linux`. */
  readonly system: string
  /** Absolute store path of the toplevel. */
  readonly toplevel: string
  /** RFC 6962 root over the manifest's entries, 32 bytes. */
  readonly manifestRoot: Uint8Array
  readonly pathsCount: number
  readonly narBytes: number
}

/** A signed statement of what may be installed. */
export interface Release {
  readonly channel: string
  /** For people; unique within a channel. */
  readonly version: string
  /** Rises with every release of a channel. */
  readonly counter: number
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
  /** Nix public keys (`name:base64`) that sign the paths of this release. */
  readonly nixKeys: readonly string[]
  readonly targets: readonly Target[]
}

/** One store path of a closure. Entries are sorted by store path as bytes. */
export interface ManifestEntry {
  readonly storePath: string
  /** SHA-256 of the NAR, 32 bytes. */
  readonly narHash: Uint8Array
  readonly narSize: number
  /** Absolute store paths, sorted, the path itself included where it refers to itself. */
  readonly references: readonly string[]
  /** `name:base64` signatures over Nix's fingerprint. */
  readonly signatures: readonly string[]
  /** SHA-256 of the concatenated chunk digests. */
  readonly chunksDigest: Uint8Array
}

export const CHUNK_BYTES = 1024 * 1024
export const TARGETS_COUNT_MAX = 4096
export const PATHS_COUNT_MAX = 65_536
export const REFERENCES_COUNT_MAX = 4096

export const chunksCount = (narSize: number): number => Math.ceil(narSize / CHUNK_BYTES)

export type TargetChoice =
  | { readonly target: Target; readonly index: number }
  | { readonly code: 'target_none' | 'target_ambiguous' | 'target_system' }

/** The one target for a device, or why there is none: no match, several, or another system. */
export function chooseTarget(
  release: Pick<Release, 'targets'>,
  device: { readonly name: string; readonly labels: Labels; readonly system: string }
): TargetChoice {
  const subject = { name: device.name, labels: device.labels, role: 'device' as const }
  const hits = release.targets
    .map((target, index) => ({ target, index }))
    .filter(({ target }) => matches(parseSelector(target.match), subject))
  const [hit, second] = hits
  if (hit == null) return { code: 'target_none' }
  if (second != null) return { code: 'target_ambiguous' }
  return hit.target.system === device.system ? hit : { code: 'target_system' }
}
