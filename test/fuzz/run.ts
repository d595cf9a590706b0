/**
 * Blind, structure-aware fuzzing of one decoder:
 * `node test/fuzz/run.ts --target documents|messages|manifest|narinfo-json|selector|ticket [--seconds 60] [--seed 1] [--keep]`
 *
 * Each input must be decoded or refused with an expected error, in under 50 ms, and memory must not grow. What
 * breaks that goes to test/corpus/TARGET, and the exit code is 1. `--keep` also stores the first input of each kind
 * of outcome.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDraw, pick } from './mutate.ts'
import type { Outcome } from './outcome.ts'
import { fileName, outcomeOf } from './outcome.ts'
import type { Target } from './target.ts'
import { TARGETS } from './targets.ts'

const SLOW_MS = 50
/** A slow input is run again: on a loaded machine the process itself may have been kept waiting. */
const SLOW_TRIES = 3
const GROWTH_BYTES_MAX = 32 * 1024 * 1024
/** Part of the time after which caches and compiled code are there, and growth counts. */
const WARM_PART = 0.3
const MUTATIONS_MAX = 4
/** Mutations double things; what is longer tells nothing new and takes its time. */
const INPUT_BYTES_MAX = 32 * 1024
/** Files that `--keep` lets the corpus of a target grow to. */
const CORPUS_COUNT_MAX = 40

const { values: flags } = parseArgs({
  options: {
    target: { type: 'string', default: '' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false }
  }
})
const name = flags.target
const target = TARGETS[name]
if (target == null) throw new RangeError(`--target is one of ${Object.keys(TARGETS).join(', ')}`)
const dir = join(import.meta.dirname, '../corpus', name)
mkdirSync(dir, { recursive: true })
process.exitCode = fuzz(target, Number(flags.seconds) * 1000, Number(flags.seed)) ? 0 : 1

/** True when nothing was found. */
function fuzz(on: Target, ms: number, seed: number): boolean {
  const draw = createDraw(seed)
  const seeds = [
    ...on.seeds,
    ...readdirSync(dir).map((file) => new Uint8Array(readFileSync(join(dir, file))))
  ]
  const kinds = new Set<string>()
  const counts = { ok: 0, refused: 0, faults: 0, slow: 0 }
  const began = performance.now()
  let warmBytes: number | undefined
  let inputs = 0
  let room = flags.keep ? CORPUS_COUNT_MAX - readdirSync(dir).length : 0
  while (performance.now() - began < ms) {
    let input = pick(draw, seeds)
    for (let count = 1 + draw(MUTATIONS_MAX); count > 0; count--) input = on.mutate(input, draw, on.seeds)
    if (input.byteLength > INPUT_BYTES_MAX) continue
    inputs++
    const started = performance.now()
    const outcome = outcomeOf(on, input)
    if (performance.now() - started > SLOW_MS && isSlow(on, input)) {
      counts.slow++
      found({ ...outcome, name: 'slow' }, input)
    }
    if (outcome.name === 'fault') {
      counts.faults++
      if (isNew(kinds, outcome)) found(outcome, input)
    } else {
      counts[outcome.name === 'ok' ? 'ok' : 'refused']++
      if (isNew(kinds, outcome) && room-- > 0) writeFileSync(join(dir, fileName(outcome, input)), input)
    }
    if (warmBytes == null && performance.now() - began > ms * WARM_PART) warmBytes = heldBytes()
  }
  const grownBytes = Math.max(0, heldBytes() - (warmBytes ?? 0))
  const isGrowing = grownBytes > GROWTH_BYTES_MAX
  const perSecond = Math.round((inputs * 1000) / (performance.now() - began))
  process.stdout.write(
    `${JSON.stringify({ target: name, seed, inputs, perSecond, ...counts, kinds: kinds.size, grownBytes })}\n`
  )
  return counts.faults === 0 && counts.slow === 0 && !isGrowing
}

function isNew(kinds: Set<string>, { name: outcome, detail }: Outcome): boolean {
  const kind = `${outcome} ${detail}`
  if (kinds.has(kind)) return false
  kinds.add(kind)
  return true
}

function isSlow(on: Target, input: Uint8Array): boolean {
  for (let attempt = 0; attempt < SLOW_TRIES; attempt++) {
    const started = performance.now()
    outcomeOf(on, input)
    if (performance.now() - started <= SLOW_MS) return false
  }
  return true
}

function found(outcome: Outcome, input: Uint8Array): void {
  const path = join(dir, fileName(outcome, input))
  writeFileSync(path, input)
  process.stderr.write(`${outcome.name}: ${path}\n`)
  if (outcome.error instanceof Error) process.stderr.write(`${outcome.error.stack}\n`)
}

/** Bytes that are held after a full collection. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
