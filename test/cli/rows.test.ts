// What people look at, at the sizes of their terminals: it fits, it says who is in trouble, and no device is forgotten.
import assert from 'node:assert/strict'
import { stripVTControlCharacters, styleText } from 'node:util'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { Drawing } from '../../src/cli/drawing.ts'
import { rolloutNews, rolloutRows } from '../../src/cli/rollout-rows.ts'
import type { Item, Paint } from '../../src/cli/rows.ts'
import { fitTable, pick, widthOf, wrap } from '../../src/cli/rows.ts'
import { statusRows } from '../../src/cli/status-rows.ts'
import { rolloutOf, statusOf } from '../support/views.ts'

const bare: Paint = (word, shown = word) => shown
const red: Paint = (word, shown = word) => styleText('red', shown, { validateStream: false })

describe.each([40, 80, 140])('at %i columns', (columns) => {
  const size = { columns, rows: 40 }
  const draws: [string, (count: number, tick: number, paint: Paint) => string[]][] = [
    ['a rollout', (count, tick, paint) => rolloutRows(rolloutOf(count, tick), size, paint)],
    ['the fleet', (count, tick, paint) => statusRows(statusOf(count, tick), size, paint)]
  ]

  test.each(draws)('%s of 200 fits, and every device is counted', (_, rowsOf) => {
    const rows = rowsOf(200, 0, bare)
    assert.ok(rows.length < 40, `${rows.length} rows`)
    for (const row of rows) assert.ok(widthOf(row) <= columns, row)
    const text = rows.join('\n')
    for (const name of ['robot-008', 'robot-048', 'robot-088', 'robot-128'])
      assert.ok(text.includes(name), name)
    assert.match(text, /robot-008 +rolled-back/)
    assert.match(text, /\n {2}health_units: robot/, 'why')
    const hidden = Number(/^and (\d+) more: /m.exec(text)?.[1])
    const named = rows.filter((row) => /^robot-\d/.test(row)).length
    assert.equal(named + hidden, 200)
  })

  test.each(draws)('rows of %s stand still while bytes come, in colour too', (_, rowsOf) => {
    const place = (rows: readonly string[]): string[] =>
      rows.map((row) => row.slice(0, 24).replace(/\d+\.\d+ \wB/g, ''))
    assert.deepEqual(place(rowsOf(200, 1, bare)), place(rowsOf(200, 30, bare)))
    assert.deepEqual(
      rowsOf(200, 1, red).map(stripVTControlCharacters).map(widthOf),
      rowsOf(200, 1, bare).map(widthOf)
    )
  })

  test.each(draws)('%s of three is shown whole', (_, rowsOf) => {
    const text = rowsOf(3, 0, bare).join('\n')
    assert.deepEqual(text.match(/^robot-00\d/gm), ['robot-001', 'robot-002', 'robot-003'])
    assert.doesNotMatch(text, / more: /)
  })
})

test('more in trouble or at work than there are rows: both are seen', () => {
  const kinds = fc.array(fc.constantFrom('trouble', 'work', 'rest'), { maxLength: 300 })
  fc.assert(
    fc.property(kinds, fc.integer({ min: 2, max: 60 }), (all, rows) => {
      const items: Item[] = all.map((kind) => ({ kind, word: kind, height: kind === 'trouble' ? 2 : 1 }))
      const { shown, hidden } = pick(items, rows)
      assert.ok(shown.reduce((sum, { height }) => sum + height, 0) <= rows)
      assert.equal(shown.length + hidden.length, items.length)
      assert.deepEqual(
        shown,
        items.filter((item) => shown.includes(item)),
        'in their own order'
      )
      if (hidden.length === 0) return
      for (const kind of ['trouble', 'work'] as const) {
        if (all.includes(kind) && rows >= 4)
          assert.ok(
            shown.some((item) => item.kind === kind),
            kind
          )
      }
    })
  )
})

test('columns give way in their order, then the name', () => {
  const columns = [
    { title: 'NAME', drop: 0 },
    { title: 'A', drop: 1 },
    { title: 'B', drop: 2 }
  ]
  const cells = [['a-long-name-indeed', 'aaaa', 'bbbb']]
  assert.deepEqual(fitTable(columns, cells, 80)[1], 'a-long-name-indeed  aaaa  bbbb')
  assert.deepEqual(fitTable(columns, cells, 26)[1], 'a-long-name-indeed  aaaa')
  assert.deepEqual(fitTable(columns, cells, 18)[1], 'a-long-name-indeed')
  assert.deepEqual(fitTable(columns, cells, 12)[1], 'a-long-name…')
})

test('a long error is wrapped at words, and cut in its last line', () => {
  assert.deepEqual(
    wrap('one two three four', 9, 2),
    ['one two', 'three fo…'].map((line, at) => (at === 0 ? line : 'three fo…'))
  )
  assert.deepEqual(wrap('short', 9, 2), ['short'])
})

test('off a terminal a state is a line, told once, and bytes are none', () => {
  let text = ''
  const drawing = new Drawing({ write: (part) => void (text += part) })
  drawing.tell(rolloutNews(rolloutOf(10, 0), red))
  const first = text
  assert.match(first, /^2026\.11\.28 {2}switch {2}running {2}wave 2 of 3/)
  assert.match(first, /\nrobot-008: fetching\n/)
  for (const none of ['\u001b', 'robot-010', 'MB']) assert.ok(!first.includes(none), none)
  drawing.tell(rolloutNews(rolloutOf(10, 50), red))
  assert.equal(text, first)
})

test('on a terminal what is drawn replaces what was, in one write, also after it became narrower', () => {
  const writes: string[] = []
  const out = { isTTY: true, columns: 20, rows: 5, write: (part: string) => void writes.push(part) }
  const drawing = new Drawing(out)
  drawing.draw(['one', 'two'])
  drawing.draw(['one', 'two'])
  drawing.draw(['1', 'a row that is longer than it'])
  out.columns = 10
  drawing.draw(['a', 'b', 'c', 'd', 'e', 'f'])
  assert.deepEqual(writes, [
    'one\u001b[K\ntwo\u001b[K\n',
    '\u001b[2A\r1\u001b[K\na row that is longe…\u001b[K\n\u001b[J',
    '\u001b[3A\ra\u001b[K\nb\u001b[K\nc\u001b[K\nd\u001b[K\n\u001b[J'
  ])
})
