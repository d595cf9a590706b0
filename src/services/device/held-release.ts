/** Which releases a device has content of: those of its journal. What it keeps of the committed one for its neighbours. */

import { toHex } from '../../base/bytes.ts'
import type { Release, Target } from '../../model/release.ts'
import { decodeManifest } from '../../nix/manifest.ts'
import type { DeviceState } from '../../state/device.ts'
import { idOfDigest } from '../../trust/envelope.ts'
import { openRelease } from '../../trust/release.ts'
import type { Root } from '../../trust/root.ts'
import type { ContentStore, Keep } from '../content-store.ts'

export interface HeldReleasePorts {
  readonly state: Pick<DeviceState, 'recent' | 'bundle' | 'committed'>
  readonly fleet: string
  readonly root: Root
  readonly staging: Pick<ContentStore, 'getManifest'>
}

/** Activations looked at; as many as the journal keeps. */
const ROWS_MAX = 50
/** Opened releases that are remembered: neighbours ask for the newest. */
const RELEASES_MAX = 4

export class HeldReleases {
  readonly #ports: HeldReleasePorts
  readonly #opened = new Map<string, Release>()

  constructor(ports: HeldReleasePorts) {
    this.#ports = ports
  }

  /** Targets of the release with this payload digest, when this device has taken an offer of it. */
  async targets(digest: Uint8Array): Promise<readonly Target[] | undefined> {
    return (await this.#release(idOfDigest('r', digest)))?.targets
  }

  /** The target that is committed here. */
  async committed(): Promise<Target | undefined> {
    const committed = await this.#ports.state.committed()
    if (committed == null) return undefined
    const release = await this.#release(committed.release)
    return release?.targets.find(({ toplevel }) => toplevel === committed.toplevel)
  }

  /** Of the staged content, what neighbours need to fetch the committed closure from the Nix store. */
  async keep(): Promise<Keep> {
    const target = await this.committed()
    const root = target == null ? '' : toHex(target.manifestRoot)
    const manifest = target == null ? undefined : await this.#ports.staging.getManifest(root)
    if (target == null || manifest == null) {
      return { chunks: new Set(), lists: new Set(), manifests: new Set() }
    }
    const entries = decodeManifest(manifest, target.manifestRoot, target.toplevel)
    const lists = new Set(entries.map(({ chunksDigest }) => toHex(chunksDigest)))
    return { chunks: new Set(), lists, manifests: new Set([root]) }
  }

  async #release(id: string): Promise<Release | undefined> {
    const held = this.#opened.get(id)
    if (held != null) return held
    const { state, fleet, root } = this.#ports
    const row = (await state.recent(ROWS_MAX)).find(({ release }) => release === id)
    if (row == null) return undefined
    const { release } = openRelease((await state.bundle(row.rollout)).release, fleet, root)
    const [oldest] = this.#opened.keys()
    if (this.#opened.size >= RELEASES_MAX && oldest != null) this.#opened.delete(oldest)
    this.#opened.set(id, release)
    return release
  }
}
