/** Cells of the table of pairs: what many runs come to, kept on disk one by one, and shown as text and as Markdown. */

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Quantiles, Run } from './measure.ts'
import { quantiles } from './measure.ts'
import type { Pair } from './pairs.ts'
import { titleOf } from './pairs.ts'

/** A run, or why there is none: a command that failed or hung, answers that were lost, a path that is not what it says. */
export type Outcome = Run | { readonly failure: string }

const quantilesSchema = z.object({ p50: z.number(), p95: z.number() })

/** Times in milliseconds, null where no run has one. */
export const cellSchema = z.object({
  pair: z.string(),
  expected: z.enum(['direct', 'relay', 'either']),
  rttMs: z.number(),
  runsCount: z.number(),
  directCount: z.number(),
  relayedCount: z.number(),
  /** Runs that are neither, and the first words of their failures. */
  failures: z.array(z.string()),
  directMs: quantilesSchema.nullable(),
  firstByteMs: quantilesSchema.nullable(),
  /** From each side straight to the other until the end of a run: openers, probes, and what the direct path carried. */
  straightPackets: z.object({ admin: quantilesSchema, device: quantilesSchema }).nullable(),
  /** Median packets from each side in a run, all included. */
  sentPackets: z.object({ admin: z.number(), device: z.number() }),
  /** How often each method or reason was given. */
  how: z.record(z.string(), z.number()),
  seconds: z.number(),
  load: z.number()
})
export type Cell = z.infer<typeof cellSchema>

const FAILURE_CHARACTERS_MAX = 300

/** What the outcomes of a pair come to. */
export function cellOf(
  pair: Pair,
  outcomes: readonly Outcome[],
  about: Pick<Cell, 'rttMs' | 'seconds' | 'load'>
): Cell {
  const runs = outcomes.flatMap((each) => ('failure' in each ? [] : [each]))
  const failures = outcomes.flatMap((each) => ('failure' in each ? [each.failure] : []))
  const how: Record<string, number> = {}
  const count = (word: string): void => void (how[word] = (how[word] ?? 0) + 1)
  for (const { ping } of runs) {
    count(ping.path === 'direct' ? (ping.method ?? 'direct') : (ping.reason ?? 'no reason'))
  }
  for (const _ of failures) count('failed')
  const direct = runs.filter(({ ping }) => ping.path === 'direct')
  const present = (values: readonly (number | null)[]) => quantiles(values.filter((value) => value != null))
  const admin = quantiles(runs.map(({ straightPackets }) => straightPackets.admin))
  const device = quantiles(runs.map(({ straightPackets }) => straightPackets.device))
  return {
    pair: titleOf(pair),
    expected: pair.expected,
    ...about,
    runsCount: outcomes.length,
    directCount: direct.length,
    relayedCount: runs.length - direct.length,
    failures: failures.map((each) => each.slice(0, FAILURE_CHARACTERS_MAX)),
    directMs: present(direct.map(({ ping }) => ping.directMs)),
    firstByteMs: present(runs.map(({ ping }) => ping.firstByteMs)),
    straightPackets: admin == null || device == null ? null : { admin, device },
    sentPackets: {
      admin: quantiles(runs.map(({ sentPackets }) => sentPackets.admin))?.p50 ?? 0,
      device: quantiles(runs.map(({ sentPackets }) => sentPackets.device))?.p50 ?? 0
    },
    how
  }
}

/** Whether every run ended as it should: those that stay relayed say why. */
export function isExpected({ expected, directCount, relayedCount, runsCount, how }: Cell): boolean {
  if (directCount + relayedCount < runsCount || how['no reason'] != null) return false
  if (expected === 'either') return true
  return (expected === 'direct' ? directCount : relayedCount) === runsCount
}

/** Finished cells in a directory, each in a file of its own. */
export class CellStore {
  readonly #dir: string

  private constructor(dir: string) {
    this.#dir = dir
  }

  static async open(dir: string): Promise<CellStore> {
    await mkdir(dir, { recursive: true })
    return new CellStore(dir)
  }

  async put(cell: Cell): Promise<void> {
    const path = join(this.#dir, `${cell.rttMs}ms-${cell.pair.replace('×', 'x')}.json`)
    await writeFile(`${path}.new`, `${JSON.stringify(cell, null, 2)}\n`)
    await rename(`${path}.new`, path)
  }

  async all(): Promise<Cell[]> {
    const names = (await readdir(this.#dir)).filter((name) => name.endsWith('.json')).toSorted()
    const texts = await Promise.all(names.map(async (name) => await readFile(join(this.#dir, name), 'utf8')))
    return texts.map((text) => cellSchema.parse(JSON.parse(text)))
  }
}

/** A line for the terminal. */
export function line(cell: Cell): string {
  const values = [rate(cell), span(cell.directMs), span(cell.firstByteMs), straight(cell), how(cell)]
  return [cell.pair, cell.expected, ...values].map((each, index) => each.padEnd(WIDTHS[index] ?? 0)).join(' ')
}

const WIDTHS = [34, 8, 8, 12, 12, 22, 0]
const HEADS = [
  'pair',
  'expected',
  'as such',
  'direct ms',
  'first byte ms',
  'packets straight',
  'method or reason, runs'
]

/** The table for the terminal. */
export const table = (cells: readonly Cell[]): string =>
  `${[HEADS.map((each, index) => each.padEnd(WIDTHS[index] ?? 0)).join(' '), ...cells.map(line)].join('\n')}\n`

/** The table for docs/figures.md. */
export function markdown(cells: readonly Cell[], order: readonly string[]): string {
  const rtts = [...new Set(cells.map(({ rttMs }) => rttMs))].toSorted((one, other) => one - other)
  return rtts
    .map((rttMs) => {
      const rows = order.flatMap((title) =>
        cells.filter((cell) => cell.rttMs === rttMs && cell.pair === title)
      )
      const seconds = rows.reduce((sum, cell) => sum + cell.seconds, 0)
      const loads = rows.map(({ load }) => load)
      return `${rttMs} ms between any two hosts; ${(seconds / 60).toFixed(0)} min, load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}:

| pair (admin × device) | expected | as expected | ms until direct, p50 / p95 | first byte ms, p50 / p95 | packets straight, admin and device, p50 (p95) | method or reason, runs |
|---|---|---|---|---|---|---|
${rows.map(row).join('\n')}
`
    })
    .join('\n')
}

function row(cell: Cell): string {
  const values = [rate(cell), span(cell.directMs), span(cell.firstByteMs), straight(cell), how(cell)]
  return `| ${[cell.pair.replace('×', ' × '), cell.expected, ...values].join(' | ')} |`
}

function rate({ expected, directCount, relayedCount, runsCount }: Cell): string {
  if (expected === 'either') return `${directCount}/${runsCount} direct`
  return `${expected === 'direct' ? directCount : relayedCount}/${runsCount}`
}

const span = (value: Quantiles | null): string =>
  value == null ? '–' : `${value.p50.toFixed(0)} / ${value.p95.toFixed(0)}`

function straight({ straightPackets }: Cell): string {
  if (straightPackets == null) return '–'
  const side = ({ p50, p95 }: Quantiles): string => `${p50} (${p95})`
  return `${side(straightPackets.admin)}, ${side(straightPackets.device)}`
}

const how = (cell: Cell): string =>
  Object.entries(cell.how)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
