/**
 * `npm run sim -- --seed N [--seeds COUNT] [--devices 20] [--rollouts 10] [--plant gate] [--twice]`: simulated rollouts,
 * from seed N on. A seed that breaks something prints its trace and ends with 1; the same seed plays the same again.
 * A long run goes on from any seed.
 */

import { parseArgs } from 'node:util'
import { runEpisode } from './episode.ts'
import type { Plant } from './plant.ts'
import { PLANTS } from './plant.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    devices: { type: 'string', default: '20' },
    rollouts: { type: 'string', default: '10' },
    plant: { type: 'string' },
    twice: { type: 'boolean', default: false }
  }
})
const plant = PLANTS.find((each): each is Plant => each === values.plant)
const [first, count, devices, rollouts] = [values.seed, values.seeds, values.devices, values.rollouts].map(
  Number
)
if (first == null || count == null || devices == null || rollouts == null)
  throw new TypeError('numbers, please')

const PROGRESS_EVERY = 1
const began = performance.now()
const elapsed = (): number => (performance.now() - began) / 1000
const outcomes: Record<string, number> = {}
const total = { rollouts: 0, events: 0, push: 0, outcome: 0, machine: 0 }
let isBroken = false
for (let seed = first; seed < first + count && !isBroken; seed++) {
  const played = await runEpisode(seed, { devices, rollouts, plant })
  total.rollouts += played.rollouts
  total.events += played.events
  for (const key of ['push', 'outcome', 'machine'] as const) total[key] += played.checks[key]
  for (const [word, n] of Object.entries(played.outcomes)) outcomes[word] = (outcomes[word] ?? 0) + n
  if (values.twice) {
    const again = await runEpisode(seed, { devices, rollouts, plant })
    if (again.digest !== played.digest) {
      isBroken = true
      process.stdout.write(`seed ${seed} does not play the same again\n`)
    }
  }
  if (played.violation != null) {
    isBroken = true
    process.stdout.write(`${played.tail.join('\n')}\n\nseed ${seed}: ${played.violation}\n`)
    process.stdout.write(`again: npm run sim -- --seed ${seed} --devices ${devices} --rollouts ${rollouts}\n`)
  }
  if (count > 1 && (seed - first) % PROGRESS_EVERY === PROGRESS_EVERY - 1) {
    process.stderr.write(`seed ${seed}: ${total.rollouts} rollouts, ${elapsed().toFixed(0)} s\n`)
  }
}
process.stdout.write(`${JSON.stringify({ ...total, seconds: elapsed(), outcomes, isBroken })}\n`)
process.exitCode = isBroken ? 1 : 0
