import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ATTEMPTS_MAX, fetchedShare, resume, STEPS } from '../../src/model/activation.ts'

const at = (step: (typeof STEPS)[number], boot = 'this', attempts = 1) =>
  resume({ step, bootId: boot, attempts }, 'this')

test.each([
  ['accepted', 'restart', 'restart'],
  ['fetching', 'restart', 'restart'],
  ['importing', 'restart', 'restart'],
  ['verified', 'restart', 'restart'],
  ['trying', 'await-activation', 'go-back'],
  ['health', 'check-health', 'go-back'],
  ['confirming', 'check-health', 'go-back'],
  ['committing', 'commit', 'commit'],
  ['going-back', 'go-back', 'go-back']
] as const)('found at %s: %s in the same boot, %s after another', (step, same, other) => {
  assert.equal(at(step), same)
  assert.equal(at(step, 'another'), other)
})

test('a row that was begun too often goes back, wherever it stands', () => {
  for (const step of STEPS) {
    assert.equal(at(step, 'this', ATTEMPTS_MAX + 1), 'go-back')
    assert.equal(at('trying', 'this', ATTEMPTS_MAX), 'await-activation')
  }
})

test('a bar shows what is here of a closure, and is full for who has nothing to fetch', () => {
  const share = (step: string, bytesDone: number, bytesTotal: number): number =>
    fetchedShare({ step, bytesDone, bytesTotal })
  // How much is missing is not known yet.
  assert.deepEqual([share('accepted', 0, 0), share('fetching', 0, 0)], [0, 0])
  assert.deepEqual(
    [share('fetching', 5, 10), share('importing', 10, 10), share('fetching', 11, 10)],
    [0.5, 1, 1]
  )
  assert.deepEqual([share('importing', 0, 0), share('trying', 0, 0), share('confirming', 0, 0)], [1, 1, 1])
})
