/**
 * The table of pairs, run after run: `npm run natlab -- [--all] [--more] [--pairs prc×sym,…] [--runs 20] [--rtt 20] [--pings 2]
 * [--json] [--out DIR]`; `--render DIR` prints the Markdown of what lies there; `--peer` measures another project. docs/natlab.md;
 * results are in docs/figures.md. With --out each cell is written when it is finished, and a second start does only those that lack;
 * with --minutes M nothing is begun after M minutes, and it ends with 3 while cells lack.
 */

import { mkdtemp, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Cell, Outcome } from './cells.ts'
import { CellStore, cellOf, isExpected, line, markdown, table } from './cells.ts'
import { assertKind } from './classify.ts'
import { drawLab, drawRun } from './draw.ts'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'
import type { Parties } from './measure.ts'
import { measure } from './measure.ts'
import type { Pair } from './pairs.ts'
import {
  adminAt,
  COORDINATOR,
  configsOf,
  deviceAt,
  isIpv6,
  MORE,
  membersOf,
  PLACES,
  pairsNamed,
  RELAY,
  TABLE,
  titleOf,
  topologyOf
} from './pairs.ts'
import { LabFleet } from './shoal.ts'

const { values: flags } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    more: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    runs: { type: 'string', default: '20' },
    rtt: { type: 'string', default: '20' },
    pings: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    peer: { type: 'string' },
    out: { type: 'string' },
    minutes: { type: 'string' },
    render: { type: 'string' }
  }
})
/** Pairs that share a laboratory: each place costs a daemon, and a laboratory that fails costs its cells. */
const PAIRS_PER_LAB = 12
/** How far apart the sides begin in the last run of a pair with a lead. */
const LEAD_MS_MAX = 200
/** Ends so where its minutes are over before the cells are done. */
const GO_ON = 3
/** A round trip on the core takes four links. */
const LINKS_A_ROUND_TRIP = 4

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

if (flags.peer != null) {
  const { runPeer } = await import('./peers/run.ts')
  await runPeer(flags.peer, flags)
  process.exit()
} else if (flags.render != null) {
  const cells = await (await CellStore.open(flags.render)).all()
  process.stdout.write(markdown(cells, [...TABLE, ...MORE].map(titleOf)))
} else await run(chosen())

/** Throws where nothing is chosen. */
function chosen(): readonly Pair[] {
  const named = flags.pairs == null ? [] : pairsNamed(flags.pairs.split(','))
  const all = [...(flags.all ? TABLE : []), ...(flags.more ? MORE : []), ...named]
  if (all.length === 0) throw new Error('--all, --more, or --pairs with some')
  return all
}

async function run(wanted: readonly Pair[]): Promise<void> {
  const rttMs = Number(flags.rtt)
  const store = flags.out == null ? undefined : await CellStore.open(flags.out)
  const known = ((await store?.all()) ?? []).filter((cell) => cell.rttMs === rttMs)
  const cells = known.filter((cell) => wanted.some((pair) => titleOf(pair) === cell.pair))
  const left = wanted.filter((pair) => !cells.some((cell) => cell.pair === titleOf(pair)))
  const beganMs = performance.now()
  const isOver = (): boolean => performance.now() - beganMs >= Number(flags.minutes ?? Infinity) * 60_000
  for (const pairs of batches(left)) {
    if (isOver()) break
    try {
      for await (const cell of runBatch(pairs, rttMs, isOver)) {
        cells.push(cell)
        await store?.put(cell)
        say(line(cell))
      }
    } catch (error) {
      say(`a laboratory failed: ${wordsOf(error)}`)
      process.exitCode = 1
    }
  }
  const minutes = (performance.now() - beganMs) / 60_000
  say(`${left.length} cells in ${minutes.toFixed(1)} minutes, ${cells.length} of ${wanted.length} there`)
  process.stdout.write(flags.json ? `${JSON.stringify({ minutes, cells })}\n` : table(cells))
  if (cells.some((cell) => !isExpected(cell))) process.exitCode = 1
  if (cells.length < wanted.length) process.exitCode = isOver() ? GO_ON : 1
}

/** Those with IPv6 by themselves: the whole laboratory has it, or none of it. */
function batches(pairs: readonly Pair[]): Pair[][] {
  return [false, true].flatMap((six) => {
    const own = pairs.filter((pair) => isIpv6(pair) === six)
    const count = Math.ceil(own.length / PAIRS_PER_LAB)
    const size = Math.ceil(own.length / Math.max(1, count))
    return Array.from({ length: count }, (_, index) => own.slice(index * size, (index + 1) * size))
  })
}

async function* runBatch(pairs: readonly Pair[], rttMs: number, isOver: () => boolean): AsyncGenerator<Cell> {
  await using lab = await createLab(topologyOf(pairs, rttMs))
  say(`\n${drawLab(lab)}`)
  await lab.assertClosed()
  for (const [name, place] of membersOf(pairs)) await assertKind(lab, name, PLACES[place])
  await using fleet = await LabFleet.create(lab, {
    coordinators: [COORDINATOR, RELAY],
    admins: [...new Set(pairs.map(({ admin }) => adminAt(admin)))],
    devices: [...new Set(pairs.map(({ device }) => deviceAt(device)))],
    configs: configsOf(pairs)
  })
  for (const pair of pairs) {
    if (isOver()) return
    const beganMs = performance.now()
    say(`\n${titleOf(pair)}, expected ${pair.expected}`)
    const outcomes = await runPair(lab, fleet, pair).catch((error: unknown) => {
      say(`${titleOf(pair)}: ${wordsOf(error)}`)
      process.exitCode = 1
    })
    const seconds = (performance.now() - beganMs) / 1_000
    if (outcomes != null) yield cellOf(pair, outcomes, { rttMs, seconds, load: loadavg()[0] ?? 0 })
  }
}

/** Each run is that of a new process with a new socket, between NATs that know nothing of the pair. */
async function runPair(lab: Lab, fleet: LabFleet, pair: Pair): Promise<Outcome[]> {
  const parties = { admin: adminAt(pair.admin), device: deviceAt(pair.device), relays: [COORDINATOR, RELAY] }
  const outcomes: Outcome[] = []
  const count = Number(flags.runs)
  let isKept = false
  for (let index = 0; index < count; index++) {
    if (pair.lead === true) tuneLead(lab, (LEAD_MS_MAX * index) / Math.max(1, count - 1))
    const outcome = await runOnce(lab, fleet, parties)
    outcomes.push(outcome)
    say('failure' in outcome ? `failed: ${outcome.failure}` : drawRun(parties.admin, parties.device, outcome))
    const isFine = !('failure' in outcome) && ['either', outcome.ping.path].includes(pair.expected)
    if (isFine || isKept) continue
    isKept = true
    const path = join(await mkdtemp(join(tmpdir(), 'natlab-failed-')), 'logs')
    await writeFile(path, `${drawLab(lab)}\n${JSON.stringify(outcome, null, 2)}\n${await fleet.logs()}`)
    say(`logs: ${path}`)
  }
  if (pair.lead === true) tuneLead(lab, 0)
  return outcomes
}

async function runOnce(lab: Lab, fleet: LabFleet, parties: Parties): Promise<Outcome> {
  try {
    await lab.forgetBetween(parties.admin, parties.device)
    return await measure(lab, fleet, parties, Number(flags.pings))
  } catch (error) {
    return { failure: wordsOf(error) }
  }
}

/** What is said over a relay takes its links twice: the side that hears of it begins that much later. */
function tuneLead(lab: Lab, leadMs: number): void {
  const delayMs = Number(flags.rtt) / LINKS_A_ROUND_TRIP + leadMs / 2
  for (const relay of [COORDINATOR, RELAY]) lab.tune(relay, { delayMs })
}
