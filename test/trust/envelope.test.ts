import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toBase32 } from '../../src/base/bytes.ts'
import { encode } from '../../src/trust/codec.ts'
import {
  addSignature,
  documentId,
  openEnvelope,
  payloadDigest,
  requireSigners,
  seal
} from '../../src/trust/envelope.ts'
import { FLEET, key } from './fleet.ts'

const payload = Uint8Array.of(1, 2, 3)
const signature = { code: 'document_signature', name: 'IntegrityError' }
const keysOf = (...words: string[]): Uint8Array[] => words.map((word) => key(word).publicKey)

test('the domain line stands before the payload', () => {
  const message = Buffer.concat([Buffer.from(`shoal/offer/v1\n${FLEET}\n`), payload])
  const [only] = openEnvelope(seal('offer', FLEET, payload, [key('a')])).signatures
  assert.deepEqual(only, { key: key('a').publicKey, signature: key('a').sign(message) })
})

test('a threshold counts distinct keys of the role', () => {
  const envelope = openEnvelope(seal('offer', FLEET, payload, [key('a'), key('stranger')]))
  const require = (keys: Uint8Array[], threshold: number): void => {
    requireSigners('offer', FLEET, envelope, keys, threshold)
  }
  require(keysOf('a', 'b'), 1)
  assert.throws(() => {
    require(keysOf('a', 'b'), 2)
  }, signature)
  assert.throws(() => {
    require(keysOf('a', 'a'), 2)
  }, signature)
  assert.throws(() => {
    require(keysOf('b'), 1)
  }, signature)
  assert.throws(() => {
    require([], 0)
  }, signature)
})

test('a wrong signature beside enough right ones is refused', () => {
  const { signatures } = openEnvelope(seal('offer', FLEET, payload, [key('a'), key('b')]))
  const changed = signatures.map((one, index) =>
    index === 0 ? { ...one, signature: new Uint8Array(64) } : one
  )
  assert.throws(() => {
    requireSigners('offer', FLEET, { payload, signatures: changed }, keysOf('a', 'b'), 1)
  }, signature)
  // The same when the wrong one is a stranger's, which does not count anyway.
  const right = changed.slice(1).map((one) => one.key)
  assert.throws(() => {
    requireSigners('offer', FLEET, { payload, signatures: changed }, right, 1)
  }, signature)
})

test('signatures can be added by one after the other', () => {
  const both = seal('release', FLEET, payload, [key('a'), key('b')])
  const first = seal('release', FLEET, payload, [key('b')])
  assert.deepEqual(addSignature('release', FLEET, first, key('a')), both)
  assert.deepEqual(addSignature('release', FLEET, both, key('a')), both)
})

test('an envelope has 1 to 16 signatures, sorted, each key once', () => {
  const invalid = { code: 'document_invalid' }
  const many = Array.from({ length: 17 }, (_, index) => key(`many ${index}`))
  const [last = key('none'), ...sixteen] = many
  const full = seal('offer', FLEET, payload, sixteen)
  assert.equal(openEnvelope(full).signatures.length, 16)
  assert.throws(() => addSignature('offer', FLEET, full, last), invalid)
  assert.throws(() => seal('offer', FLEET, payload, many), invalid)
  assert.throws(() => seal('offer', FLEET, payload, []), invalid)
  assert.throws(() => seal('offer', FLEET, payload, [key('a'), key('a')]), invalid)

  const { signatures } = openEnvelope(seal('offer', FLEET, payload, [key('a'), key('b')]))
  const pairs = signatures.map((one) => [one.key, one.signature])
  assert.equal(openEnvelope(encode([payload, pairs])).signatures.length, 2)
  assert.throws(() => openEnvelope(encode([payload, pairs.toReversed()])), invalid)
  assert.throws(() => openEnvelope(encode([payload, [...pairs, pairs[1] ?? []]])), invalid)
})

test('a document has at most 64 KiB, a release 1 MiB', () => {
  const invalid = { code: 'document_invalid' }
  const large = new Uint8Array(64 * 1024)
  assert.throws(() => seal('offer', FLEET, large, [key('a')]), invalid)
  const release = seal('release', FLEET, large, [key('a')])
  assert.throws(() => openEnvelope(release), invalid)
  assert.deepEqual(openEnvelope(release, 1024 * 1024).payload, large)
  assert.throws(() => seal('release', FLEET, new Uint8Array(1024 * 1024), [key('a')]), invalid)
})

test('ids are a letter and the first 20 characters of the digest', () => {
  assert.equal(documentId('r', payload), `r-${toBase32(payloadDigest(payload)).slice(0, 20)}`)
  assert.match(documentId('t', payload), /^t-[a-z2-7]{20}$/)
})
