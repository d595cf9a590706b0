/** What `switch-to-configuration` is asked to do. */
export const ACTIONS = ['switch', 'boot', 'test', 'dry-activate'] as const
export type Action = (typeof ACTIONS)[number]

export const OFFER_KINDS = ['update', 'rollback'] as const
export type OfferKind = (typeof OFFER_KINDS)[number]

/** A signed statement of who gets which release, how and until when. One offer is one rollout. */
export interface Offer {
  /** Rises with every offer of the fleet; chosen by the signer, taken only if higher than the last. */
  readonly counter: number
  readonly kind: OfferKind
  readonly action: Action
  /** SHA-256 of the release's payload, 32 bytes. */
  readonly release: Uint8Array
  readonly selector: string
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
  /** Devices at work at once; 0 is no limit. */
  readonly parallel: number
  /** True: devices that rolled this release back before try it again. */
  readonly again: boolean
}

/** What a device has committed: the ground on which it judges order. */
export interface Floor {
  /** Counter of the last committed offer; 0 before the first. */
  readonly offerCounter: number
  /** Counter of the committed release by channel. */
  readonly releaseCounters: Readonly<Record<string, number>>
}

/** What a device's refusal means, by the codes of docs/protocols.md (offer). */
export const REFUSALS: Readonly<Record<string, string>> = {
  document_signature: 'a signature of the offer or its release is not valid',
  document_invalid: 'the offer or its release cannot be read',
  document_expired: 'the offer or its release has expired, or the clock of the device is wrong',
  document_not_yet: 'the offer or its release is from the future, or the clock of the device is wrong',
  offer_release: 'the offer names another release',
  offer_not_for_us: 'the offer does not select this device',
  offer_old: 'the offer is not newer than the last committed one',
  offer_proof: 'the fleet demands a log proof, and the offer has none',
  release_old: 'the release is older than the committed one, and the offer is no rollback',
  release_rolled_back: 'this release was rolled back here before: --again tries it once more',
  release_nix_key: 'the release names a Nix key that the fleet does not have',
  target_none: 'the release has no target for this device',
  target_ambiguous: 'the release has several targets for this device',
  target_system: 'the release is for another kind of machine',
  update_window: "outside the hours in which the device may be changed (its configuration's updateWindow)",
  offer_expired: 'the offer expired before the device took it',
  rollout_aborted: 'the rollout was aborted before the device began to activate'
}

export type OrderFault = 'offer_old' | 'release_old' | 'release_rolled_back'

/**
 * Design section 6, Order: an offer must be newer than the last committed one, and a release older than
 * the committed one of its channel needs an offer of kind `rollback`. Undefined when it may proceed.
 */
export function orderFault(
  offer: Pick<Offer, 'counter' | 'kind' | 'again'>,
  release: { readonly id: string; readonly channel: string; readonly counter: number },
  floor: Floor,
  rolledBack: ReadonlySet<string>
): OrderFault | undefined {
  if (offer.counter <= floor.offerCounter) return 'offer_old'
  const committed = floor.releaseCounters[release.channel] ?? 0
  if (offer.kind === 'update' && release.counter < committed) return 'release_old'
  if (offer.kind === 'update' && rolledBack.has(release.id) && !offer.again) return 'release_rolled_back'
  return undefined
}
