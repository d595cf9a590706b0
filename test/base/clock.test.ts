import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FlooredClock } from '../../src/base/clock.ts'

const manual = (start: number) => {
  const clock = { ms: start, now: () => clock.ms, sleep: async () => undefined }
  return clock
}

test('a clock that could be right is believed', () => {
  const machine = manual(5_000)
  const clock = new FlooredClock(machine, 1_000)
  assert.equal(clock.now(), 5_000)
  assert.ok(!clock.isBehind)
})

test('one that is behind goes on from what is known, and from newer documents', () => {
  const machine = manual(10)
  const clock = new FlooredClock(machine, 1_000)
  assert.ok(clock.isBehind)
  assert.equal(clock.now(), 1_000)
  machine.ms += 50
  assert.equal(clock.now(), 1_050, 'time does not stand still')
  clock.raise(1_020)
  assert.equal(clock.now(), 1_050, 'an older document changes nothing')
  clock.raise(2_000)
  machine.ms += 5
  assert.equal(clock.now(), 2_005)
})

test('once it has been set right it is believed again', () => {
  const machine = manual(10)
  const clock = new FlooredClock(machine, 1_000)
  machine.ms = 7_000
  assert.equal(clock.now(), 7_000)
  assert.ok(!clock.isBehind)
})
