/** What a release would change on a device, and what its delivery would cost: from the manifests that are kept here. */

import { toHex } from '../../base/bytes.ts'
import { InvalidError, NotFoundError } from '../../base/errors.ts'
import type { DiffView } from '../../model/control.ts'
import type { ManifestEntry, Target } from '../../model/release.ts'
import { CHUNK_BYTES, chooseTarget } from '../../model/release.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import type { ClosureDiff } from '../../nix/diff-closures.ts'
import { diffClosures } from '../../nix/diff-closures.ts'
import { decodeManifest } from '../../nix/manifest.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { StoredMember } from '../../state/members.ts'
import type { ReleaseSummary } from '../../state/releases.ts'
import type { ContentStore } from '../content-store.ts'
import { deviceNotFound } from './view.ts'

export interface DiffPorts {
  readonly state: CoordinatorState
  readonly content: Pick<ContentStore, 'getManifest' | 'getChunkList' | 'chunkBytes'>
}

/** Bytes of JSON that the packages of one answer may take; one frame of the admin protocol holds 1.4 MB. */
const PACKAGES_BYTES_MAX = 1_000_000
const DIGEST_BYTES = 32

/**
 * Compares what a device runs with a release: the one named, else the one that it should run and does not, else the newest for it.
 * Throws NotFoundError (`device_not_found`, `release_not_found`, `target_none`, `manifest_missing`), InvalidError
 * (`target_ambiguous`, `target_system`).
 */
export async function diffView(ports: DiffPorts, name: string, reference: string | null): Promise<DiffView> {
  const { state } = ports
  const member = await state.memberByName(name)
  if (member?.role !== 'device') throw deviceNotFound(name)
  const report = (await state.report(member.peer))?.report
  const running = report?.running.toplevel ?? ''
  const release = await chooseRelease(state, member, reference, running)
  const target = targetFor(release, member, report?.system ?? '')
  const after = await entriesOf(ports, target)
  if (after == null) {
    throw new NotFoundError('manifest_missing', `the content of ${release.version} is no longer kept here`, {
      hint: 'publish it again: only what is missing is sent'
    })
  }
  const before = await runningEntries(ports, running)
  const held = new Set(before?.map(({ storePath }) => storePath))
  const missing = after.filter(({ storePath }) => !held.has(storePath))
  return {
    device: name,
    from: running === '' ? null : sideOf(report?.running.release, report?.running.version, running),
    to: sideOf(release.id, release.version, target.toplevel),
    ...within(diffClosures(before ?? [], after)),
    basis: before == null ? 'none' : 'closure',
    pathsCount: missing.length,
    narBytes: missing.reduce((sum, { narSize }) => sum + narSize, 0),
    bytes: await deliveryBytes(ports, missing)
  }
}

const sideOf = (release = '', version = '', toplevel: string): NonNullable<DiffView['from']> => ({
  release: release === '' ? null : release,
  version: version === '' ? null : version,
  toplevel
})

async function chooseRelease(
  state: CoordinatorState,
  member: StoredMember,
  reference: string | null,
  running: string
): Promise<ReleaseSummary> {
  const isFor = ({ targets }: ReleaseSummary): Target | undefined =>
    targets.find(({ match }) => matches(parseSelector(match), member))
  if (reference != null) {
    const named = await state.release(reference)
    if (named != null) return named
  } else {
    const newest = await state.newestRolloutOf(member.peer)
    const wanted = newest == null ? undefined : await state.release(newest.rollout.release)
    if (wanted != null && isFor(wanted)?.toplevel !== running) return wanted
    const latest = (await state.releases()).find((each) => isFor(each) != null)
    if (latest != null) return latest
  }
  throw new NotFoundError(
    'release_not_found',
    reference == null ? `no release is for ${member.name}` : `no release ${reference}`,
    { hint: "'shoal publish PATH' makes one; a release is named by its id, its version or a toplevel" }
  )
}

/** The target for the device; its system is asked for once it has told it. */
function targetFor(release: ReleaseSummary, member: StoredMember, system: string): Target {
  const hit = release.targets.find(({ match }) => matches(parseSelector(match), member))
  const device = {
    name: member.name,
    labels: member.labels,
    system: system === '' ? (hit?.system ?? '') : system
  }
  const choice = chooseTarget({ targets: release.targets }, device)
  if ('target' in choice) return choice.target
  if (choice.code === 'target_none') {
    throw new NotFoundError(choice.code, `release ${release.version} has nothing for ${member.name}`, {
      hint: "its targets are in 'shoal publish' and its name and labels in 'shoal device NAME'"
    })
  }
  throw new InvalidError(choice.code, `release ${release.version} does not suit ${member.name}`)
}

/** The closure that a device runs, where some release here has it and its manifest is kept. */
async function runningEntries(
  ports: DiffPorts,
  toplevel: string
): Promise<readonly ManifestEntry[] | undefined> {
  if (toplevel === '') return undefined
  const release = await ports.state.release(toplevel)
  const target = release?.targets.find((each) => each.toplevel === toplevel)
  return target == null ? undefined : await entriesOf(ports, target)
}

async function entriesOf(ports: DiffPorts, target: Target): Promise<readonly ManifestEntry[] | undefined> {
  const bytes = await ports.content.getManifest(toHex(target.manifestRoot))
  return bytes == null ? undefined : decodeManifest(bytes, target.manifestRoot, target.toplevel)
}

/**
 * Bytes of the distinct chunks of these paths, compressed as they are kept and sent. One that is no longer kept counts
 * as it is unpacked.
 */
async function deliveryBytes(ports: DiffPorts, missing: readonly ManifestEntry[]): Promise<number> {
  const seen = new Set<string>()
  let bytes = 0
  for (const { chunksDigest, narSize } of missing) {
    const list = await ports.content.getChunkList(toHex(chunksDigest))
    if (list == null) bytes += narSize
    for (let at = 0; at < (list?.byteLength ?? 0); at += DIGEST_BYTES) {
      const digest = list?.subarray(at, at + DIGEST_BYTES) ?? new Uint8Array(0)
      const name = toHex(digest)
      if (seen.has(name)) continue
      seen.add(name)
      const unpacked = Math.min(CHUNK_BYTES, narSize - (at / DIGEST_BYTES) * CHUNK_BYTES)
      bytes += ports.content.chunkBytes(digest) ?? unpacked
    }
  }
  return bytes
}

type Lists = Pick<DiffView, 'added' | 'removed' | 'changed' | 'rebuilt' | 'omitted'>

/** As many packages as an answer holds; what changed goes before what was built anew. */
function within(diff: ClosureDiff): Lists {
  let room = PACKAGES_BYTES_MAX
  let omitted = 0
  const fit = <T>(items: readonly T[]): T[] =>
    items.filter((item) => {
      room -= JSON.stringify(item).length + 1
      if (room < 0) omitted++
      return room >= 0
    })
  const changed = fit(
    diff.changed.map(({ from, to, ...rest }) => ({ ...rest, from: [...from], to: [...to] }))
  )
  const added = fit(diff.added.map(({ versions, ...rest }) => ({ ...rest, versions: [...versions] })))
  const removed = fit(diff.removed.map(({ versions, ...rest }) => ({ ...rest, versions: [...versions] })))
  const rebuilt = fit(
    diff.rebuilt.map(({ from, to, ...rest }) => ({ ...rest, from: [...from], to: [...to] }))
  )
  return { added, removed, changed, rebuilt, omitted }
}
