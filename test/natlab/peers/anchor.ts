/**
 * Other projects in our laboratory, `npm run natlab -- --peer hyperdht|go …`: the same places, each proven first, the same
 * count at the core of what went straight. Every run is a first contact: processes, sockets and mappings are new.
 */

import assert from 'node:assert/strict'
import { z } from 'zod'
import { LineProcess } from '../../quic/line-process.ts'
import { assertKind } from '../classify.ts'
import { drawLab } from '../draw.ts'
import type { Lab } from '../lab.ts'
import { createLab } from '../lab.ts'
import type { Quantiles } from '../measure.ts'
import { quantiles } from '../measure.ts'
import type { PlaceName } from '../pairs.ts'
import { ADMIN, DEVICE, PLACES, topologyWith } from '../pairs.ts'
import type { Topology } from '../plan.ts'

export interface Outcome {
  readonly directMs: number | null
  readonly firstByteMs: number | null
  /** What it says of the way, or why there is none. */
  readonly how: string
}

/** A network of another project, its public nodes running. */
export interface Net extends AsyncDisposable {
  /** A new dialer on the admin's host connects to a new listener on the device's. */
  contact(): Promise<Outcome>
}

export interface Anchor {
  readonly name: string
  topology(base: Topology): Topology
  start(lab: Lab, places: AnchorPair): Promise<Net>
}

export interface AnchorPair {
  readonly admin: PlaceName
  readonly device: PlaceName
}

export interface AnchorFlags {
  readonly pairs: string
  readonly runs: number
  readonly rttMs: number
  readonly json: boolean
}

interface Cell {
  readonly peer: string
  readonly pair: string
  readonly rttMs: number
  readonly runsCount: number
  readonly directCount: number
  readonly directMs: Quantiles | null
  readonly firstByteMs: Quantiles | null
  /** Median of packets straight between the two sides in a run, openers and probes included. */
  readonly straightPackets: number
  readonly how: Readonly<Record<string, number>>
}

export const milliseconds = z.number().nonnegative()

/** Starts a program of an anchor on a host. */
export function startOn(lab: Lab, host: string, command: readonly string[]): LineProcess {
  return new LineProcess(...lab.enter(host, command))
}

/** Measures the pairs one after another, and prints them. */
export async function runAnchor(anchor: Anchor, flags: AnchorFlags): Promise<void> {
  const cells: Cell[] = []
  for (const pair of flags.pairs.split(',').map(pairOf)) {
    const cell = await runPair(anchor, pair, flags)
    cells.push(cell)
    say(line(cell))
  }
  const text = flags.json ? JSON.stringify({ cells }) : cells.map(line).join('\n')
  process.stdout.write(`${text}\n`)
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const isPlace = (name: string | undefined): name is PlaceName => name != null && Object.hasOwn(PLACES, name)

function pairOf(title: string): AnchorPair {
  const [admin, device] = title.split(/[x×]/u)
  if (!isPlace(admin) || !isPlace(device)) throw new Error(`no pair ${title}`)
  return { admin, device }
}

async function runPair(anchor: Anchor, pair: AnchorPair, { runs: count, rttMs }: AnchorFlags): Promise<Cell> {
  const places = { [ADMIN]: pair.admin, [DEVICE]: pair.device }
  await using lab = await createLab(anchor.topology(topologyWith(places, rttMs)))
  say(`\n${anchor.name}, ${pair.admin}×${pair.device}\n${drawLab(lab)}`)
  await lab.assertClosed()
  await assertKind(lab, ADMIN, PLACES[pair.admin])
  await assertKind(lab, DEVICE, PLACES[pair.device])
  await using net = await anchor.start(lab, pair)
  const runs: (Outcome & { packets: number })[] = []
  for (let index = 0; index < count; index++) {
    const before = await lab.between(ADMIN, DEVICE)
    const outcome = await net.contact()
    const packets = (await lab.between(ADMIN, DEVICE)).packets - before.packets
    say(`${JSON.stringify(outcome)} ${packets} packets straight`)
    // A connection takes a packet each way at least.
    if (outcome.directMs != null) assert.ok(packets >= 2, 'not direct at all')
    runs.push({ ...outcome, packets })
  }
  return cellOf(anchor.name, pair, rttMs, runs)
}

function cellOf(
  peer: string,
  { admin, device }: AnchorPair,
  rttMs: number,
  runs: readonly (Outcome & { packets: number })[]
): Cell {
  const how: Record<string, number> = {}
  for (const run of runs) how[run.how] = (how[run.how] ?? 0) + 1
  const direct = runs.flatMap(({ directMs }) => directMs ?? [])
  return {
    peer,
    pair: `${admin}×${device}`,
    rttMs,
    runsCount: runs.length,
    directCount: direct.length,
    directMs: quantiles(direct),
    firstByteMs: quantiles(runs.flatMap(({ firstByteMs }) => firstByteMs ?? [])),
    straightPackets: quantiles(runs.map(({ packets }) => packets))?.p50 ?? 0,
    how
  }
}

function line({
  peer,
  pair,
  directCount,
  runsCount,
  directMs,
  firstByteMs,
  straightPackets,
  how
}: Cell): string {
  const times = (value: Quantiles | null): string =>
    (value == null ? '–' : `${value.p50.toFixed(0)}/${value.p95.toFixed(0)}`).padEnd(14)
  const words = Object.entries(how).map(([word, count]) => `${word} ${count}`)
  const share = `${directCount}/${runsCount}`.padEnd(8)
  return `${peer.padEnd(10)} ${pair.padEnd(16)} ${share} ${times(directMs)} ${times(firstByteMs)} ${String(straightPackets).padEnd(8)} ${words.join(', ')}`
}
