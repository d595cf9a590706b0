import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ATTEMPTS_MAX, resume, STEPS } from '../../src/model/activation.ts'

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
