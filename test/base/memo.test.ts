import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memo } from '../../src/base/memo.ts'

test('what was made is given again, up to a number; what failed is tried again', () => {
  let made = 0
  const upper = memo(2, (text) => {
    made++
    if (text === 'bad' && made < 6) throw new TypeError(text)
    return { text: text.toUpperCase() }
  })
  const a = upper('a')
  assert.equal(upper('a'), a)
  upper('b')
  assert.equal(made, 2)
  upper('c')
  assert.notEqual(upper('a'), a)
  assert.equal(made, 4)
  assert.throws(() => upper('bad'), TypeError)
  assert.deepEqual(upper('bad'), { text: 'BAD' })
})
