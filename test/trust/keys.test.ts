import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fromHex, toHex } from '../../src/base/bytes.ts'
import { generateSeed, signingKey, verifySignature } from '../../src/trust/keys.ts'

test('RFC 8032 section 7.1, test 2', () => {
  const key = signingKey(fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))
  const message = Uint8Array.of(0x72)
  assert.equal(toHex(key.publicKey), '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  assert.equal(
    toHex(key.sign(message)),
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
  )
  assert.ok(verifySignature(key.publicKey, message, key.sign(message)))
  assert.ok(!verifySignature(key.publicKey, Uint8Array.of(0x73), key.sign(message)))
})

test('a signature has one form: S plus the group order is refused', () => {
  const key = signingKey(generateSeed())
  const message = new TextEncoder().encode('shoal')
  const signature = key.sign(message)
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const scalar = BigInt(`0x${toHex(signature.slice(32).toReversed())}`) + order
  const malleated = new Uint8Array([
    ...signature.subarray(0, 32),
    ...fromHex(scalar.toString(16).padStart(64, '0')).toReversed()
  ])
  assert.ok(verifySignature(key.publicKey, message, signature))
  assert.ok(!verifySignature(key.publicKey, message, malleated))
})

test('keys of small order and non-canonical ones sign nothing', () => {
  const keys = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `01${'00'.repeat(30)}80`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`
  ].map(fromHex)
  // With R of small order and S = 0, a lax verifier takes one message in eight for such a key, or every one.
  for (const key of keys) {
    for (const point of keys) {
      for (let message = 0; message < 32; message++) {
        const signature = new Uint8Array([...point, ...new Uint8Array(32)])
        assert.ok(!verifySignature(key, Uint8Array.of(message), signature))
      }
    }
  }
})

test('malformed input is false or an InvalidError, nothing else', () => {
  const key = signingKey(generateSeed())
  assert.ok(!verifySignature(key.publicKey.subarray(1), new Uint8Array(), new Uint8Array(64)))
  assert.ok(!verifySignature(key.publicKey, new Uint8Array(), new Uint8Array(63)))
  assert.ok(!verifySignature(key.publicKey, new Uint8Array(), key.sign(new Uint8Array()).subarray(1)))
  assert.throws(() => signingKey(new Uint8Array(31)), { code: 'seed_invalid' })
})

test('seeds are 32 fresh bytes', () => {
  assert.equal(generateSeed().byteLength, 32)
  assert.notDeepEqual(generateSeed(), generateSeed())
})
