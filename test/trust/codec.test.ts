import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { fromHex, toHex } from '../../src/base/bytes.ts'
import { errorCode } from '../../src/base/errors.ts'
import type { Codec, Value } from '../../src/trust/codec.ts'
import {
  bool,
  bytes,
  choice,
  decode,
  document,
  encode,
  hex,
  index,
  list,
  readDocument,
  text,
  textMap,
  tuple,
  uint,
  unique,
  writeDocument
} from '../../src/trust/codec.ts'

const invalid = { code: 'document_invalid' }
const BYTES_MAX = 1 << 20

const everything: Codec<{
  count: number
  flag: boolean
  raw: Uint8Array
  id: string
  kind: 'a' | 'b'
  step: 'x' | 'y'
  words: readonly string[]
  labels: Readonly<Record<string, string>>
  pair: { left: number; right: string }
}> = document({
  count: uint(),
  flag: bool,
  raw: bytes(0, 40),
  id: hex(2),
  kind: choice('a or b', ['a', 'b']),
  step: index('x or y', ['x', 'y']),
  words: unique(text('a word', /^[a-z]*$/), 0, 3),
  labels: textMap,
  pair: tuple({ left: uint(1, 9), right: text('text', /./u) })
})

const value = {
  count: 256,
  flag: true,
  raw: Uint8Array.of(1, 2),
  id: 'beef',
  kind: 'b',
  step: 'y',
  words: ['b', 'a'],
  labels: { zz: '1', b: '' },
  pair: { left: 9, right: 'é' }
} as const

test('a document is the CBOR that RFC 8949 section 4.2.1 gives', () => {
  const expected =
    'aa00010119010002f5034201020442beef0561620601' +
    '0782616261610' +
    '8a261626062' +
    '7a7a6131' +
    '098209' +
    '62c3a9'
  assert.equal(toHex(writeDocument(everything, value, BYTES_MAX)), expected)
  assert.deepEqual(readDocument(everything, fromHex(expected), BYTES_MAX), value)
})

test('what is not the one encoding of a value is refused', () => {
  const bad: Record<string, string> = {
    'integer in long form': '1801',
    'length in long form': '580100',
    'indefinite list': '9f01ff',
    'indefinite bytes': '5f4101ff',
    float: 'f93c00',
    'double that is whole': 'fb3ff0000000000000',
    tag: 'c001',
    'duplicate key': 'a200010002',
    'keys out of order': 'a201000000',
    'trailing byte': '0100',
    undefined: 'f7',
    'unknown simple value': 'f0',
    'text that is not UTF-8': '61ff',
    'above 2^53-1': '1b0020000000000000',
    'list that ends early': '8201',
    'list as a key': 'a1800100',
    break: 'ff',
    nothing: ''
  }
  for (const [what, encoded] of Object.entries(bad)) {
    assert.throws(() => decode(fromHex(encoded), BYTES_MAX), invalid, what)
  }
})

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)

test('limits: bytes, nesting, elements of a list and of a map', () => {
  assert.deepEqual(decode(fromHex('81'.repeat(7) + '80'), 8), [[[[[[[[]]]]]]]])
  assert.throws(() => decode(fromHex('81'.repeat(8) + '80'), BYTES_MAX), invalid)
  assert.throws(() => decode(fromHex('81'.repeat(500_000) + '80'), BYTES_MAX), invalid)
  assert.ok(decode(fromHex(`${'a100'.repeat(7)}a0`), BYTES_MAX))
  assert.throws(() => decode(fromHex(`${'a100'.repeat(8)}a0`), BYTES_MAX), invalid)
  assert.throws(() => decode(fromHex('4200ff'), 2), invalid)

  assert.deepEqual(decode(encode(zeros(4096)), BYTES_MAX), zeros(4096))
  assert.throws(() => decode(encode(zeros(4097)), BYTES_MAX), invalid)
  const pairs = (count: number): Map<number, number> => new Map(zeros(count).map((zero, key) => [key, zero]))
  assert.deepEqual(decode(encode(pairs(4096)), BYTES_MAX), pairs(4096))
  assert.throws(() => decode(encode(pairs(4097)), BYTES_MAX), invalid)
  assert.throws(() => decode(fromHex('9bffffffffffffffff'), BYTES_MAX), invalid)
  // Lists beside each other do not nest.
  const beside = zeros(100).map(() => [[]])
  assert.deepEqual(decode(encode(beside), BYTES_MAX), beside)
})

test('an unknown, missing or mistyped key and another format version are refused', () => {
  const codec = document({ a: uint(), b: bool })
  assert.deepEqual(readDocument(codec, fromHex('a30001010502f4'), BYTES_MAX), { a: 5, b: false })
  const bad = [
    'a200010105', // b is missing
    'a30001010503f4', // 3 instead of 2
    'a40001010502f403f4', // one more
    'a30002010502f4', // version 2
    'a2010502f4', // no version
    'a3000101050200', // b is a number
    'a30001012002f4', // a is negative
    'a3000101f602f4', // a is null
    '830105f4', // a list
    '05'
  ]
  for (const encoded of bad)
    assert.throws(() => readDocument(codec, fromHex(encoded), BYTES_MAX), invalid, encoded)
})

test('each reader refuses what is outside its bounds', () => {
  const refuses = <T>(codec: Codec<T>, ...values: T[]): void => {
    for (const bad of values) assert.throws(() => writeDocument(codec, bad, BYTES_MAX), invalid, String(bad))
  }
  refuses(uint(2, 5), 1, 6, 2.5, -1, Number.NaN, 2 ** 53)
  refuses(bytes(2), new Uint8Array(1), new Uint8Array(3))
  refuses(bytes(1, 2), new Uint8Array(), new Uint8Array(3))
  refuses(hex(2), 'be', 'beefee', 'BEEF', 'xyzw', 'bee')
  refuses(text('digits', /^[0-9]+$/), '', 'a')
  refuses(list(bool, 1, 2), [], [true, true, true])
  refuses(unique(text('text', /./), 0, 9), ['a', 'a'])
  refuses(unique(bytes(1), 0, 9), [Uint8Array.of(1), Uint8Array.of(1)])
  for (const bad of [2, -1, 'a', 'c']) {
    assert.throws(() => readDocument(index('a step', ['a', 'b']), encode(bad), BYTES_MAX), invalid)
  }
  for (const bad of ['c', '', 0]) {
    assert.throws(() => readDocument(choice('a role', ['a', 'b']), encode(bad), BYTES_MAX), invalid)
  }
  assert.throws(() => readDocument(textMap, encode(new Map([['a', 1]])), BYTES_MAX), invalid)
  assert.throws(() => readDocument(textMap, encode(new Map([[1, 'a']])), BYTES_MAX), invalid)
})

test('a Buffer reads like the bytes that it holds', () => {
  const encoded = Buffer.from(writeDocument(everything, value, BYTES_MAX))
  const read = readDocument(everything, encoded, BYTES_MAX)
  assert.deepEqual(read, value)
  assert.ok(!Buffer.isBuffer(read.raw))
})

test('decode is the inverse of encode, and whatever it takes it gives again', () => {
  const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.nat(Number.MAX_SAFE_INTEGER),
      fc.boolean(),
      fc.string(),
      fc.uint8Array(),
      fc.array(tie('tree'), { maxLength: 5 })
    )
  }))
  fc.assert(
    fc.property(tree, (any) => {
      assert.deepEqual(decode(encode(any), BYTES_MAX), any)
    })
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (any) => {
      let read: ReturnType<typeof decode>
      try {
        read = decode(any, BYTES_MAX)
      } catch (error) {
        assert.equal(errorCode(error), 'document_invalid')
        return
      }
      assert.deepEqual(encode(read), any)
    }),
    { numRuns: 5000 }
  )
})
