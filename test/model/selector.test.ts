import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { Subject } from '../../src/model/selector.ts'
import { matches, parseSelector } from '../../src/model/selector.ts'

const ROBOT: Subject = { name: 'lyon-7', role: 'device', labels: { site: 'lyon', canary: '', rack: 'a/b' } }
const selects = (text: string, subject = ROBOT): boolean => matches(parseSelector(text), subject)

test.each([
  ['*', true],
  ['lyon-7', true],
  ['lyon-*', true],
  ['lyon-?', true],
  ['lyon', false],
  ['*-7', true],
  ['*on*7', true],
  ['LYON-7', false],
  ['site=lyon', true],
  ['site=l*', true],
  ['site=paris', false],
  ['site=', false],
  ['rack=a/b', true],
  ['missing=', false],
  ['@canary', true],
  ['@site', false],
  ['role=device', true],
  ['role=admin', false],
  ['!site=paris', true],
  ['! lyon-7', false],
  ['lyon-* & @canary', true],
  ['lyon-*&!@canary', false],
  ['paris-1,lyon-7', true],
  ['paris-1&@canary,site=lyon', true],
  ['site=paris,@canary&!lyon-7', false],
  // What every object inherits is no label.
  ['constructor=*', false],
  ['!constructor=*', true]
])('%j selects the robot: %j', (text, expected) => {
  assert.equal(selects(text), expected)
})

test('a label cannot pass for a role', () => {
  assert.equal(selects('role=admin', { ...ROBOT, labels: { role: 'admin' } }), false)
})

test.each(['', ' ', ',', 'a,', '&', 'a&', 'a&&b', '!', '!!a', '@', '=x', 'a b', 'a(b', 'é', '\u0000'])(
  '%j is no selector',
  (text) => {
    assert.throws(() => parseSelector(text), { code: 'selector_invalid' })
  }
)

test('one that is too long is refused, at the limit it is not', () => {
  assert.doesNotThrow(() => parseSelector('a'.repeat(1024)))
  assert.throws(() => parseSelector('a'.repeat(1025)), { code: 'selector_invalid' })
})

describe('properties', () => {
  const name = fc.stringMatching(/^[a-c]([a-c-]{0,6}[a-c])?$/)
  const word = fc.oneof(
    fc.stringMatching(/^[a-c*?-]{1,8}$/),
    fc.stringMatching(/^@[a-c]{1,2}$/),
    fc.stringMatching(/^[a-c]{1,2}=[a-c*]{0,3}$/)
  )
  const subject = fc.record({
    name,
    role: fc.constant('device' as const),
    labels: fc.dictionary(fc.stringMatching(/^[a-c]{1,2}$/), fc.stringMatching(/^[a-c]{0,3}$/))
  })

  test('! is not, & is and, and , is or', () => {
    fc.assert(
      fc.property(word, word, subject, (a, b, who) => {
        assert.equal(selects(`!${a}`, who), !selects(a, who))
        assert.equal(selects(`${a}&${b}`, who), selects(a, who) && selects(b, who))
        assert.equal(selects(`${a},${b}`, who), selects(a, who) || selects(b, who))
      })
    )
  })

  test('a glob matches what the same regular expression does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{1,8}$/), fc.stringMatching(/^[ab]{1,10}$/), (glob, text) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        assert.equal(selects(glob, { ...ROBOT, name: text }), expression.test(text))
      })
    )
  })

  test('a glob made to be slow is not', () => {
    const long = 'a'.repeat(1000)
    assert.equal(selects(`${'*a'.repeat(500)}b`, { ...ROBOT, name: long }), false)
  })

  test('whatever comes, it parses or is refused by its code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          parseSelector(text)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'selector_invalid')
        }
      })
    )
  })
})
