/** How a rollout goes about its devices: waves, soak, the failures it bears, when it begins. */

/** A number of devices, or a share of those that the rollout began with. */
export type Size = { readonly count: number } | { readonly percent: number }

export interface RolloutPlan {
  /** Devices at work at once; 0 is no limit. */
  readonly parallel: number
  /** The first wave; null is none. */
  readonly canary: Size | null
  /** The waves after it in order; the last size is repeated. Empty: one wave with everybody. */
  readonly waves: readonly Size[]
  /** A wave that is well is watched for this long before the next begins. */
  readonly soakSeconds: number
  /** More failures than this halt the rollout; null is no limit. */
  readonly maxFailures: Size | null
  /** Seconds since the epoch before which nobody is offered anything; 0 is at once. */
  readonly notBefore: number
}

/** No waves, no limit: what an offer without further wishes means. */
export const planOf = (parallel: number): RolloutPlan => ({
  parallel,
  canary: null,
  waves: [],
  soakSeconds: 0,
  maxFailures: null,
  notBefore: 0
})

/** Waves of one rollout, so that the largest fleet may go one by one: the last takes whoever is left. */
export const WAVES_MAX = 10_000

/** Devices in a size, of `total`; a share is rounded up, and never nobody. */
export const sizeOf = (size: Size, total: number): number =>
  'count' in size ? size.count : Math.max(1, Math.ceil((total * size.percent) / 100))

/** Failures that a rollout over `total` devices bears; a share is rounded down. */
export const failuresBorne = (plan: RolloutPlan, total: number): number => {
  if (plan.maxFailures == null) return Number.POSITIVE_INFINITY
  return 'count' in plan.maxFailures
    ? plan.maxFailures.count
    : Math.floor((total * plan.maxFailures.percent) / 100)
}

/**
 * How many devices each wave takes. The last has no bound: it takes who is left and who comes later. `total` are the
 * devices that the rollout began with.
 */
export function waveSizes(plan: RolloutPlan, total: number): number[] {
  const sizes: number[] = plan.canary == null ? [] : [sizeOf(plan.canary, total)]
  let left = total - (sizes[0] ?? 0)
  for (let index = 0; left > 0 && plan.waves.length > 0 && sizes.length < WAVES_MAX; index++) {
    const size = plan.waves[Math.min(index, plan.waves.length - 1)]
    if (size == null) break
    const count = Math.min(left, sizeOf(size, total))
    sizes.push(count)
    left -= count
  }
  // A canary without waves is followed by everybody else.
  if (plan.canary != null && sizes.length === 1) return [...sizes, Number.POSITIVE_INFINITY]
  return [...sizes.slice(0, -1), Number.POSITIVE_INFINITY]
}
