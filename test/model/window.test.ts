import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { opensInMs, parseWindow } from '../../src/model/window.ts'

const HOUR = 3_600_000
const at = (text: string): number => Date.parse(`2026-03-01T${text}Z`)

test.each([
  ['22:00-05:30', '23:00', 0],
  ['22:00-05:30', '05:29', 0],
  ['22:00-05:30', '05:30', 16.5 * HOUR],
  ['22:00-05:30', '21:00', HOUR],
  ['01:00-02:00', '01:00', 0],
  ['01:00-02:00', '02:00', 23 * HOUR],
  ['01:00-02:00', '00:30', HOUR / 2]
])('%s at %s opens in %i ms', (window, now, expected) => {
  const parsed = parseWindow(window)
  assert.ok(parsed)
  assert.equal(opensInMs(parsed, at(now)), expected)
})

test.each(['', '1:00-2:00', '01:00-01:00', '24:00-01:00', '01:00-02:00 ', '01:60-02:00'])(
  '%j is none',
  (text) => {
    assert.equal(parseWindow(text), undefined)
  }
)

test('it is open exactly when the wait is over, and the wait is less than a day', () => {
  const minute = fc.integer({ min: 0, max: 1439 })
  fc.assert(
    fc.property(minute, minute, fc.integer({ min: -1e12, max: 4e12 }), (from, to, now) => {
      fc.pre(from !== to)
      const wait = opensInMs({ from, to }, now)
      assert.ok(wait >= 0 && wait < 24 * HOUR)
      assert.equal(opensInMs({ from, to }, now + wait), 0)
      if (wait > 0) assert.ok(opensInMs({ from, to }, now + wait - 1) > 0)
    })
  )
})
