/** What many seeds come to: played in one process, or read from the result files of many. */

import { z } from 'zod'
import type { EpisodeResult } from './episode.ts'

const TOTALS = z.object({
  seeds: z.number(),
  rollouts: z.number(),
  /** Rollouts by the number of devices that their fleet began with. */
  fleets: z.record(z.string(), z.number()),
  events: z.number(),
  push: z.number(),
  outcome: z.number(),
  machine: z.number(),
  /** Processor time, not of the clock. */
  seconds: z.number(),
  outcomes: z.record(z.string(), z.number()),
  isBroken: z.boolean()
})

export type Totals = z.infer<typeof TOTALS>

export const parseTotals = (text: string): Totals => TOTALS.parse(JSON.parse(text))

const NUMBERS = ['seeds', 'rollouts', 'events', 'push', 'outcome', 'machine', 'seconds'] as const

export const noTotals = (): Totals => ({
  seeds: 0,
  rollouts: 0,
  fleets: {},
  events: 0,
  push: 0,
  outcome: 0,
  machine: 0,
  seconds: 0,
  outcomes: {},
  isBroken: false
})

export function addTotals(to: Totals, more: Totals): void {
  for (const key of NUMBERS) to[key] += more[key]
  addCounts(to.fleets, more.fleets)
  addCounts(to.outcomes, more.outcomes)
  to.isBroken ||= more.isBroken
}

export function addEpisode(to: Totals, devices: number, played: EpisodeResult): void {
  const { rollouts, events, checks, outcomes } = played
  const isBroken = played.violation != null
  const fleets = { [devices]: rollouts }
  addTotals(to, { seeds: 1, rollouts, fleets, events, ...checks, seconds: 0, outcomes, isBroken })
}

function addCounts(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [word, count] of Object.entries(more)) to[word] = (to[word] ?? 0) + count
}
