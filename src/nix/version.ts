/** Which versions of Nix may import and activate. */

const VERSION = /^(\d+)\.(\d+)(?:\.(\d+))?(pre)?/

/** The first release without known holes of each series that has one. */
const FIXED: readonly string[] = ['2.28.8', '2.30.6', '2.31.6', '2.34.9', '2.35.3']

/**
 * Order of two versions such as `2.31.2` or `2.33.0pre20251107_abc`: negative when `a` is older.
 * A pre-release is older than its release; what cannot be read is older than everything.
 */
export function compareNixVersions(a: string, b: string): number {
  const left = parts(a)
  const right = parts(b)
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * True when this version may be used. Without `floor`: at least the fixed release of its series, or a series that
 * is newer than all of the table; a series without a fixed release is refused. With `floor`, at least that.
 */
export function nixVersionAllowed(version: string, floor?: string): boolean {
  if (!VERSION.test(version)) return false
  if (floor != null) return compareNixVersions(version, floor) >= 0
  const newest = FIXED.at(-1) ?? ''
  const fixed = FIXED.find((release) => series(release) === series(version)) ?? newest
  return compareNixVersions(version, fixed) >= 0
}

const series = (version: string): string => parts(version).slice(0, 2).join('.')

/** Major, minor, patch, and 0 for a pre-release, 1 for a release. */
function parts(version: string): readonly number[] {
  const match = VERSION.exec(version)
  if (match == null) return [-1, 0, 0, 0]
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0), match[4] == null ? 1 : 0]
}
