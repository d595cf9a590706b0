/** A device judges an offer by itself: everything that docs/protocols.md (offer) lists is checked here. */

import { equalBytes } from '../../base/bytes.ts'
import { RefusedError } from '../../base/errors.ts'
import type { Floor, Offer } from '../../model/offer.ts'
import { orderFault, REFUSALS } from '../../model/offer.ts'
import type { Member } from '../../model/peer.ts'
import type { Release, Target } from '../../model/release.ts'
import { chooseTarget } from '../../model/release.ts'
import { matches, parseSelector } from '../../model/selector.ts'
import { checkTimes } from '../../trust/fields.ts'
import type { OpenOffer } from '../../trust/offer.ts'
import { openOffer } from '../../trust/offer.ts'
import type { OpenRelease } from '../../trust/release.ts'
import { openRelease } from '../../trust/release.ts'
import type { Root } from '../../trust/root.ts'

/** An offer with its release, as signed bytes. */
export interface OfferBundle {
  readonly offer: Uint8Array
  readonly release: Uint8Array
}

export interface Ground {
  readonly root: Root
  readonly member: Member
  readonly system: string
  /** Seconds since the epoch. */
  readonly now: number
  readonly floor: Floor
  /** Ids of releases that were rolled back here. */
  readonly rolledBack: ReadonlySet<string>
}

export interface Judgement {
  readonly rollout: string
  readonly offer: Offer
  readonly release: Release
  readonly releaseId: string
  readonly releaseDigest: Uint8Array
  readonly target: Target
  readonly targetIndex: number
}

/** A bundle whose signatures are right. */
export interface OpenBundle {
  readonly offer: OpenOffer
  readonly release: OpenRelease
}

/** Verifies the signatures of offer and release for this fleet. Throws as `openOffer` and `openRelease` do. */
export const openBundle = (bundle: OfferBundle, fleet: string, root: Root): OpenBundle => ({
  offer: openOffer(bundle.offer, fleet, root),
  release: openRelease(bundle.release, fleet, root)
})

/**
 * Judges what has been verified: times, that offer and release belong together, selector, order, target.
 * Throws RefusedError or InvalidError with a code of docs/protocols.md (offer).
 */
export function judgeOffer(bundle: OpenBundle, ground: Ground): Judgement {
  const { offer, id: rollout } = bundle.offer
  const { release, id: releaseId, digest } = bundle.release
  checkTimes('root', ground.root, ground.now)
  checkTimes('offer', offer, ground.now)
  checkTimes('release', release, ground.now)
  if (!equalBytes(offer.release, digest)) throw refuse('offer_release')
  const { name, labels, role } = ground.member
  if (!matches(parseSelector(offer.selector), { name, labels, role })) throw refuse('offer_not_for_us')
  const fault = orderFault(
    offer,
    { id: releaseId, channel: release.channel, counter: release.counter },
    ground.floor,
    ground.rolledBack
  )
  if (fault != null) throw refuse(fault)
  if (release.nixKeys.some((key) => !ground.root.nixKeys.includes(key))) throw refuse('release_nix_key')
  const choice = chooseTarget(release, { name, labels, system: ground.system })
  if ('code' in choice) throw refuse(choice.code)
  return {
    rollout,
    offer,
    release,
    releaseId,
    releaseDigest: digest,
    target: choice.target,
    targetIndex: choice.index
  }
}

const refuse = (code: string): RefusedError => new RefusedError(code, REFUSALS[code] ?? code)
