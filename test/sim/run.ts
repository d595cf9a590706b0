/**
 * `npm run sim -- --seed N [--seeds COUNT] [--devices 20|mixed] [--rollouts 10] [--plant gate] [--twice]`: simulated
 * rollouts, from seed N on. A seed that breaks something prints its trace and ends with 1; the same seed plays the same
 * again. The last line is the sum as JSON. Many seeds over several processes: many.ts.
 */

import { parseArgs } from 'node:util'
import { runEpisode } from './episode.ts'
import type { Plant } from './plant.ts'
import { PLANTS } from './plant.ts'
import { addEpisode, noTotals } from './totals.ts'

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
const [first, count, rollouts] = [values.seed, values.seeds, values.rollouts].map(Number)
if (first == null || count == null || rollouts == null) throw new TypeError('numbers, please')

/** `mixed`: small fleets mostly, where most orders of things are met soonest; some of 30 and few of 200 devices. */
function devicesOf(seed: number): number {
  if (values.devices !== 'mixed') return Number(values.devices)
  if (seed % 500 === 0) return 200
  return seed % 50 === 0 ? 30 : 6
}

const total = noTotals()
for (let seed = first; seed < first + count && !total.isBroken; seed++) {
  const devices = devicesOf(seed)
  const played = await runEpisode(seed, { devices, rollouts, plant })
  addEpisode(total, devices, played)
  if (values.twice) {
    const again = await runEpisode(seed, { devices, rollouts, plant })
    if (again.digest !== played.digest) {
      total.isBroken = true
      process.stdout.write(`seed ${seed} does not play the same again\n`)
    }
  }
  if (played.violation != null) {
    process.stdout.write(`${played.tail.join('\n')}\n\nseed ${seed}: ${played.violation}\n`)
    process.stdout.write(`again: npm run sim -- --seed ${seed} --devices ${devices} --rollouts ${rollouts}\n`)
  }
  if (count > 1) process.stderr.write(`seed ${seed}: ${total.rollouts} rollouts\n`)
}
const { user, system } = process.cpuUsage()
process.stdout.write(`${JSON.stringify({ ...total, seconds: (user + system) / 1e6 })}\n`)
process.exitCode = total.isBroken ? 1 : 0
