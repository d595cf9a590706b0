import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ControlMeter } from '../../src/wire/bulk.ts'

const KIB = 1_024

test('what a person does at a terminal is control for ever, a page of a megabyte now and then too', () => {
  const meter = new ControlMeter(0)
  let moved = 0
  for (let second = 1; second <= 3_600; second++) {
    moved += 4 * KIB
    if (second % 600 === 0) moved += 512 * KIB
    assert.equal(meter.isBulk(moved, second * 1_000), false)
  }
})

test('a transfer is bulk, also one that the relay has slowed to 16 KiB a second; silence makes it control again', () => {
  const fast = new ControlMeter(0)
  assert.equal(fast.isBulk(4 * 1_024 * KIB, 1_000), true)
  assert.equal(fast.isBulk(4 * 1_024 * KIB + 100, 1_250), false)
  const slow = new ControlMeter(0)
  let moved = 0
  const told: number[] = []
  for (let second = 1; second <= 600; second++) {
    moved += 16 * KIB
    if (slow.isBulk(moved, second * 1_000)) told.push(second)
  }
  assert.deepEqual([told[0], told.length], [128, 473])
})
