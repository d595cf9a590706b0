import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { agoText, bar, bytesText, clean, table } from '../../src/cli/output.ts'

test('nothing that a terminal would obey gets through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      assert.doesNotMatch(clean(text), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    })
  )
  assert.equal(clean('\u001b[31mred\u001b[0m'), 'red')
  assert.equal(clean('a\u202eb\nc'), 'a\ufffdb\ufffdc')
  assert.equal(clean('Zürich 7'), 'Zürich 7')
})

test('columns are as wide as their widest cell; colours do not count', () => {
  assert.deepEqual(
    table(
      ['A', 'B'],
      [
        ['longer', 'x'],
        ['\u001b[31mred\u001b[39m', '']
      ]
    ),
    ['A       B', 'longer  x', '\u001b[31mred\u001b[39m']
  )
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_345_678, '12.3 MB'],
  [5e15, '5000.0 TB']
])('%i bytes are %s', (bytes, expected) => {
  assert.equal(bytesText(bytes), expected)
})

test('how long ago', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  const ago = (seconds: number): string => agoText(new Date(now - seconds * 1000).toISOString(), now)
  assert.deepEqual([5, 120, 7200, 200_000].map(ago), ['5 s ago', '2 min ago', '2 h ago', '2 d ago'])
  assert.equal(ago(-30), '0 s ago', 'a clock that is ahead')
  assert.equal(agoText(null, now), 'never')
})

test('a bar is as full as the work is done', () => {
  assert.deepEqual(
    [bar(0, 0), bar(5, 10), bar(99, 100), bar(100, 100), bar(200, 100)],
    ['[..........]', '[#####.....]', '[#########.]', '[##########]', '[##########]']
  )
})
