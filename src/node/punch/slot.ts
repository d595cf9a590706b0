/** One search of ports at a time on this machine: hundreds of packets and mappings are enough for any router. */

import type { Clock } from '../../base/clock.ts'
import type { Plan, Reason } from '../../model/punch.ts'

/** Where a search of all ports led to nothing, the next one with that peer waits for this time, milliseconds (HyperDHT's figure). */
const PAUSE_MS = 20_000
/** Peers whose last search is remembered; older ones may come again. */
const PEERS_MAX = 256

export class SearchSlot {
  readonly #clock: Clock
  /** Ends of searches by peer, oldest first. */
  readonly #ended = new Map<string, number>()
  #holder: string | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  isFree(peer: string): boolean {
    const ended = this.#ended.get(peer)
    return this.#holder == null && (ended == null || this.#clock.now() - ended >= PAUSE_MS)
  }

  /** Runs `work`, holding the slot where the plan searches; `busy` when it is not free then. */
  async within<T>(plan: Plan, peer: string, work: () => Promise<T>): Promise<T | Extract<Reason, 'busy'>> {
    if (plan.search == null) return await work()
    if (!this.isFree(peer)) return 'busy'
    this.#holder = peer
    let found: T | undefined
    try {
      found = await work()
      return found
    } finally {
      this.#holder = undefined
      const isWide = plan.method === 'random' || plan.search.sprayer === 'both'
      if (isWide && found == null) this.#remember(peer)
    }
  }

  #remember(peer: string): void {
    this.#ended.delete(peer)
    this.#ended.set(peer, this.#clock.now())
    const oldest = this.#ended.keys().next().value
    if (this.#ended.size > PEERS_MAX && oldest != null) this.#ended.delete(oldest)
  }
}
