/** What a relay or an admin says on its status stream: that it is there, and how often it is heard from. */

import type { Clock } from '../base/clock.ts'
import { SteadyClock } from '../base/clock.ts'
import type { StatusLink } from '../protocols/status.ts'
import type { Reporter } from './device/link.ts'

/** A report of the interval alone, whenever it changes. */
export function followerReporter(link: StatusLink, interval: () => number, clock: Clock): Reporter {
  const pending = new Map<number, number>()
  const steady = new SteadyClock(clock)
  let seq = 0
  let told: number | undefined
  return {
    get waitedMs() {
      const [oldest] = pending.values()
      return oldest == null ? undefined : steady.now() - oldest
    },
    send: async (signal) => {
      const heartbeatMs = interval()
      if (heartbeatMs === told) return false
      const full = told == null
      told = heartbeatMs
      pending.set(++seq, steady.now())
      await link.report({ seq, atMs: clock.now(), full, heartbeatMs }, signal)
      return true
    },
    acknowledged: (until) => {
      for (const number of pending.keys()) if (number <= until) pending.delete(number)
    }
  }
}
