/**
 * The whole table of pairs, run after run: `npm run natlab -- [--pairs prc×sym,…] [--runs 20] [--rtt 20] [--json]`.
 * docs/natlab.md; results are in docs/figures.md. A run that ends otherwise than expected keeps the processes' logs.
 */

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawLab, drawRun } from './draw.ts'
import { createLab } from './lab.ts'
import type { Cell, Quantiles, Run } from './measure.ts'
import { assertPlaces, cellOf, measure } from './measure.ts'
import type { Pair } from './pairs.ts'
import { ADMIN, COORDINATOR, DEVICE, PAIRS, RELAY, titleOf, topologyOf } from './pairs.ts'
import { LabFleet } from './shoal.ts'

const { values: flags } = parseArgs({
  options: {
    pairs: { type: 'string' },
    runs: { type: 'string', default: '20' },
    rtt: { type: 'string', default: '20' },
    pings: { type: 'string', default: '3' },
    peer: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const parties = { admin: ADMIN, device: DEVICE, relays: [COORDINATOR, RELAY] }

if (flags.peer != null) {
  const { runPeer } = await import('./peers/run.ts')
  await runPeer(flags.peer, flags)
  process.exit()
}
const cells: Cell[] = []
for (const pair of chosen(flags.pairs)) {
  try {
    const cell = await runPair(pair)
    cells.push(cell)
    say(line(cell))
  } catch (error) {
    say(`${titleOf(pair)}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
process.stdout.write(flags.json ? `${JSON.stringify({ cells })}\n` : table(cells))
if (cells.some((cell) => !isExpected(cell))) process.exitCode = 1

/** Titles may be written with x for ×. Throws on one that is unknown. */
function chosen(text: string | undefined): readonly Pair[] {
  if (text == null) return PAIRS
  return text.split(',').map((title) => {
    const found = PAIRS.find((pair) => [titleOf(pair), titleOf(pair).replace('×', 'x')].includes(title))
    if (found == null) throw new Error(`no pair ${title}; there are ${PAIRS.map(titleOf).join(' ')}`)
    return found
  })
}

async function runPair(pair: Pair): Promise<Cell> {
  const rttMs = Number(flags.rtt)
  await using lab = await createLab(topologyOf(pair, rttMs))
  say(`\n${titleOf(pair)}, expected ${pair.expected}\n${drawLab(lab)}`)
  await assertPlaces(lab, pair, parties)
  await using fleet = await LabFleet.create(lab, {
    coordinators: [COORDINATOR, RELAY],
    admins: [ADMIN],
    devices: [DEVICE]
  })
  const runs: Run[] = []
  let kept = false
  for (let index = 0; index < Number(flags.runs); index++) {
    const run = await measure(lab, fleet, parties, Number(flags.pings))
    runs.push(run)
    say(drawRun(ADMIN, DEVICE, run))
    if (run.ping.path === pair.expected || kept) continue
    kept = true
    const path = join(await mkdtemp(join(tmpdir(), 'natlab-failed-')), 'logs')
    await writeFile(path, `${drawLab(lab)}\n${JSON.stringify(run, null, 2)}\n${await fleet.logs()}`)
    say(`logs: ${path}`)
  }
  return cellOf(titleOf(pair), pair, rttMs, runs)
}

function isExpected({ expected, directCount, runsCount }: Cell): boolean {
  return expected === 'direct' ? directCount === runsCount : directCount === 0
}

function line(cell: Cell): string {
  const how = Object.entries(cell.how).map(([word, count]) => `${word} ${count}`)
  return [
    cell.pair.padEnd(16),
    cell.expected.padEnd(8),
    `${cell.directCount}/${cell.runsCount}`.padEnd(8),
    times(cell.directMs),
    times(cell.firstByteMs),
    `${cell.sentPackets.admin}/${cell.sentPackets.device}`.padEnd(10),
    how.join(', ')
  ].join(' ')
}

function times(value: Quantiles | null): string {
  return (value == null ? '–' : `${value.p50.toFixed(0)}/${value.p95.toFixed(0)}`).padEnd(14)
}

function table(all: readonly Cell[]): string {
  const heads = ['pair', 'expected', 'direct', 'directMs 50/95', 'firstByte 50/95', 'packets a/d', 'how']
  const widths = [16, 8, 8, 14, 14, 10, 0]
  const head = heads.map((each, index) => each.padEnd(widths[index] ?? 0)).join(' ')
  return `${[head, ...all.map(line)].join('\n')}\n`
}
