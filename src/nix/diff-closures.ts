/** What changed between two closures, by package, as `nix store diff-closures` groups them. */

import { parseStorePath } from './store-path.ts'

export interface SizedPath {
  readonly storePath: string
  readonly narSize: number
}

export interface Package {
  readonly name: string
  /** Sorted; an empty one where the path's name holds no version. */
  readonly versions: readonly string[]
  readonly narBytes: number
}

export interface Change {
  readonly name: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly narBytes: number
}

export interface ClosureDiff {
  readonly added: readonly Package[]
  readonly removed: readonly Package[]
  readonly changed: readonly Change[]
  /** Same versions, other paths. */
  readonly rebuilt: readonly Change[]
}

/**
 * Package and version of a store path's name, as Nix splits it: the version begins after the first dash that no letter follows.
 * An output's name behind a version (`openssl-3.0.7-bin`) belongs to neither.
 */
export function packageOf(name: string): { readonly name: string; readonly version: string } {
  const at = name.search(/-[^A-Za-z]/)
  if (at < 0) return { name, version: '' }
  return {
    name: name.slice(0, at),
    version: name.slice(at + 1).replace(/(?<=.)-(?:[a-z]+|lib32|lib64)$/, '')
  }
}

/** Compares by package; every list is in the order of names. */
export function diffClosures(before: readonly SizedPath[], after: readonly SizedPath[]): ClosureDiff {
  const old = byPackage(before)
  const now = byPackage(after)
  const diff = {
    added: [] as Package[],
    removed: [] as Package[],
    changed: [] as Change[],
    rebuilt: [] as Change[]
  }
  for (const name of [...new Set([...old.keys(), ...now.keys()])].toSorted()) {
    const one = old.get(name)
    const two = now.get(name)
    if (one == null || two == null) {
      const { versions, narBytes } = one ?? two ?? { versions: new Set<string>(), narBytes: 0 }
      const list = one == null ? diff.added : diff.removed
      list.push({ name, versions: [...versions].toSorted(), narBytes })
      continue
    }
    if (isSame(one.paths, two.paths)) continue
    const change = { name, from: [...one.versions].toSorted(), to: [...two.versions].toSorted() }
    const list = isSame(one.versions, two.versions) ? diff.rebuilt : diff.changed
    list.push({ ...change, narBytes: two.narBytes - one.narBytes })
  }
  return diff
}

interface Group {
  readonly versions: Set<string>
  readonly paths: Set<string>
  narBytes: number
}

function byPackage(paths: readonly SizedPath[]): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const { storePath, narSize } of paths) {
    const { name, version } = packageOf(parseStorePath(storePath).name)
    const group = groups.get(name) ?? { versions: new Set(), paths: new Set(), narBytes: 0 }
    group.versions.add(version)
    group.paths.add(storePath)
    group.narBytes += narSize
    groups.set(name, group)
  }
  return groups
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && a.isSubsetOf(b)
