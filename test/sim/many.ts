/**
 * `node test/sim/many.ts --seed N --seeds COUNT [--chunk 10] [--workers 2] [--results DIR] [--devices …] [--rollouts …]`:
 * seeds in chunks, each a process of run.ts. With `--results` each chunk that ended well is kept as DIR/<first seed>.json and
 * not played again by a later call; one that broke something is kept as DIR/<first seed>.failed.txt, and nothing more is
 * begun. Prints the sum. `--sum` plays nothing and sums what is there.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { parallel } from '../../src/base/tasks.ts'
import { addTotals, noTotals, parseTotals } from './totals.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    chunk: { type: 'string', default: '10' },
    workers: { type: 'string', default: '2' },
    results: { type: 'string' },
    devices: { type: 'string', default: 'mixed' },
    rollouts: { type: 'string', default: '10' },
    sum: { type: 'boolean', default: false }
  }
})
const [first, count, chunk, workers] = [values.seed, values.seeds, values.chunk, values.workers].map(Number)
if (first == null || count == null || chunk == null || workers == null) throw new TypeError('numbers, please')
const { results: folder } = values

const total = noTotals()
const held = new Set<number>()
if (folder != null) {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (!/^\d+\.json$/.test(name)) continue
    addTotals(total, parseTotals(await readFile(join(folder, name), 'utf8')))
    held.add(Number.parseInt(name, 10))
  }
}
const chunks = Array.from({ length: Math.ceil(count / chunk) }, (_, index) => first + index * chunk)
const open = values.sum ? [] : chunks.filter((seed) => !held.has(seed))
await parallel(open, workers, playChunk).catch((error: unknown) => {
  total.isBroken = true
  process.stdout.write(`${String(error)}\n`)
})
process.stdout.write(`${JSON.stringify(total)}\n`)
process.exitCode = total.isBroken ? 1 : 0

async function playChunk(seed: number): Promise<void> {
  const seeds = Math.min(chunk as number, (first as number) + (count as number) - seed)
  const { devices, rollouts } = values
  const sizes = ['--devices', devices, '--rollouts', rollouts]
  const run = join(import.meta.dirname, 'run.ts')
  const child = spawn(process.execPath, [run, '--seed', `${seed}`, '--seeds', `${seeds}`, ...sizes], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit')
  ])
  if (code !== 0) {
    if (folder != null) await writeFile(join(folder, `${seed}.failed.txt`), `${errors}\n${output}`)
    throw new Error(`seeds ${seed} to ${seed + seeds - 1} ended with ${String(code)}:\n${errors}\n${output}`)
  }
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  addTotals(total, parseTotals(last))
  if (folder == null) return
  // Whole or not at all: a chunk that was cut is played again.
  const path = join(folder, `${seed}.json`)
  await writeFile(`${path}.part`, last)
  await rename(`${path}.part`, path)
}
