import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { diffClosures, packageOf } from '../../src/nix/diff-closures.ts'

test.each([
  ['hello-2.12.1', 'hello', '2.12.1'],
  ['openssl-3.0.7-bin', 'openssl', '3.0.7'],
  ['linux-6.1.55-modules', 'linux', '6.1.55'],
  ['python3.10-requests-2.28.1', 'python3.10-requests', '2.28.1'],
  ['gcc-12.2.0-lib', 'gcc', '12.2.0'],
  ['unit-network.service', 'unit-network.service', ''],
  ['etc-hosts', 'etc-hosts', ''],
  ['nixos-system-robot-1-23.11', 'nixos-system-robot', '1-23.11'],
  ['source', 'source', '']
])('%s is %s at %s', (name, expected, version) => {
  assert.deepEqual(packageOf(name), { name: expected, version })
})

const HASH = '0123456789abcdfghijklmnpqrsvwxyz'
const path = (name: string, narSize = 100, salt = 'a') => ({
  storePath: `/nix/store/${HASH.slice(1)}${salt}-${name}`,
  narSize
})

test('added, removed, changed and rebuilt packages', () => {
  const before = [
    path('a-1'),
    path('b-1', 50),
    path('c-1'),
    path('lib-1.0'),
    path('lib-1.0-bin'),
    path('same')
  ]
  const after = [
    path('a-2', 130),
    path('b-1', 40, 'b'),
    path('d-1', 7),
    path('lib-1.0'),
    path('lib-1.1'),
    path('same')
  ]
  assert.deepEqual(diffClosures(before, after), {
    added: [{ name: 'd', versions: ['1'], narBytes: 7 }],
    removed: [{ name: 'c', versions: ['1'], narBytes: 100 }],
    changed: [
      { name: 'a', from: ['1'], to: ['2'], narBytes: 30 },
      { name: 'lib', from: ['1.0'], to: ['1.0', '1.1'], narBytes: 0 }
    ],
    rebuilt: [{ name: 'b', from: ['1'], to: ['1'], narBytes: -10 }]
  })
})

test('nothing differs from itself, and a diff is the other way round the other way round', () => {
  const closure = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c-bin', 'd'),
      version: fc.constantFrom('', '-1', '-2.0'),
      salt: fc.constantFrom('a', 'b')
    }),
    { selector: ({ name, version, salt }) => name + version + salt }
  )
  const paths = closure.map((all) => all.map(({ name, version, salt }) => path(name + version, 10, salt)))
  fc.assert(
    fc.property(paths, paths, (one, two) => {
      assert.deepEqual(diffClosures(one, one), { added: [], removed: [], changed: [], rebuilt: [] })
      const there = diffClosures(one, two)
      const back = diffClosures(two, one)
      assert.deepEqual(there.added, back.removed)
      assert.deepEqual(
        there.changed.map(({ name, from, to, narBytes }) => [name, from, to, narBytes + 0]),
        back.changed.map(({ name, from, to, narBytes }) => [name, to, from, 0 - narBytes])
      )
    })
  )
})
