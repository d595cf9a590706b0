// What a device learns of its NAT, with NATs that keep mappings for a known time.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import type { Lifetime } from '../../src/services/keep-alive-lifetime.ts'
import {
  changed,
  missed,
  nextTrial,
  survived,
  UNKNOWN_LIFETIME
} from '../../src/services/keep-alive-lifetime.ts'
import { Networks } from '../../src/services/keep-alive-networks.ts'

const MAX_MS = 120_000

/** All trials against a NAT that forgets after `natMs`; what is known then, and how many trials it took. */
function learnAll(natMs: number): { known: Lifetime; trials: number } {
  let known = UNKNOWN_LIFETIME
  for (let trials = 0; trials < 100; trials++) {
    const ms = nextTrial(known, MAX_MS, 0)
    if (ms == null) return { known, trials }
    known = ms < natMs ? survived(known, ms) : missed(known, ms, 0)
  }
  return assert.fail('it never ends')
}

test.each([
  [30_000, 28_000],
  [60_000, 55_000],
  [120_000, 115_000],
  [300_000, 115_000]
])('behind a NAT of %d ms the longest safe silence is %d ms, in few trials', (natMs, goodMs) => {
  const { known, trials } = learnAll(natMs)
  assert.equal(known.goodMs, goodMs)
  assert.ok(trials <= 7, `${trials} trials`)
})

test('one lost datagram is no NAT', () => {
  const once = missed(UNKNOWN_LIFETIME, 28_000, 0)
  assert.equal(nextTrial(once, MAX_MS, 0), 28_000)
  assert.equal(nextTrial(missed(once, 28_000, 0), MAX_MS, 0), undefined)
  assert.equal(survived(once, 28_000).misses, 0)
})

test('a mapping that was lost within what counted as safe halves it, not below 20 s', () => {
  const { known } = learnAll(300_000)
  const half = changed(known, 115_000, 0)
  assert.equal(half.goodMs, 55_000)
  assert.equal(changed(half, 55_000, 0).goodMs, 25_000)
  assert.equal(changed(changed(half, 25_000, 0), 20_000, 0).goodMs, 20_000)
})

test('what did not hold is tried again hours later', () => {
  const { known } = learnAll(60_000)
  assert.equal(nextTrial(known, MAX_MS, 3_600_000), undefined)
  assert.equal(nextTrial(known, MAX_MS, 7 * 3_600_000), 85_000)
})

test('a network is known again after a restart, and a damaged file counts as none', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shoal-networks-'))
  const path = join(dir, 'networks.json')
  const open = async (): Promise<Networks> => await Networks.open(path, (error) => assert.fail(String(error)))
  const first = await open()
  first.enter('25.10.0.7')
  first.learn((known) => survived(known, 55_000))
  first.enter('25.10.0.8')
  assert.deepEqual(first.current, UNKNOWN_LIFETIME)
  await first.close()
  const second = await open()
  second.enter('25.10.0.7')
  assert.equal(second.current.goodMs, 55_000)
  await writeFile(path, '[["x", {"goodMs": 1}]]')
  const third = await open()
  third.enter('x')
  assert.deepEqual(third.current, UNKNOWN_LIFETIME)
  await rm(dir, { recursive: true })
})
