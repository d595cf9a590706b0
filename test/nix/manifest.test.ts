import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'vitest'
import { toHex } from '../../src/base/bytes.ts'
import { InvalidError, ShoalError } from '../../src/base/errors.ts'
import type { ManifestEntry } from '../../src/model/release.ts'
import { chunksDigest, decodeManifest, encodeManifest } from '../../src/nix/manifest.ts'
import { encode } from '../../src/trust/codec.ts'
import { merkleRoot } from '../../src/trust/merkle.ts'

const pathOf = (name: string): string => `/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-${name}`
const digest = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest())

function entry(name: string, references: string[] = [], changes: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    storePath: pathOf(name),
    narHash: digest(name),
    narSize: 120,
    references: references.map(pathOf),
    signatures: [`acme-1:${Buffer.alloc(64, 1).toString('base64')}`],
    chunksDigest: digest(`chunks of ${name}`),
    ...changes
  }
}

const TOP = pathOf('top')
const closure = [entry('top', ['a', 'b']), entry('b', ['b', 'c']), entry('a'), entry('c', ['a'])]
const invalid = { code: 'manifest_invalid', name: 'InvalidError' }
const mismatch = { code: 'manifest_root', name: 'IntegrityError' }

/** A manifest of anything, under its own root. */
function forged(...values: Parameters<typeof encode>[0][]): { bytes: Uint8Array; root: Uint8Array } {
  const leaves = values.map((value) => encode(value))
  const bytes = Buffer.concat(
    leaves.flatMap((leaf) => [Uint8Array.of((leaf.byteLength & 0x7f) | 0x80, leaf.byteLength >>> 7), leaf])
  )
  return { bytes: new Uint8Array(bytes), root: merkleRoot(leaves) }
}

const raw = (one: ManifestEntry): Parameters<typeof encode>[0] => [
  one.storePath,
  one.narHash,
  one.narSize,
  one.references,
  one.signatures,
  one.chunksDigest
]
const open = ({ bytes, root }: { bytes: Uint8Array; root: Uint8Array }): readonly ManifestEntry[] =>
  decodeManifest(bytes, root, TOP)

test('a manifest reads back, sorted by store path', () => {
  const entries = open(encodeManifest(closure))
  assert.deepEqual(
    entries,
    closure.toSorted((a, b) => (a.storePath < b.storePath ? -1 : 1))
  )
  assert.deepEqual(encodeManifest(entries), encodeManifest(closure))
  assert.deepEqual(open(forged(...entries.map(raw))), entries)
})

test('its encoding stays what it was', () => {
  const { bytes, root } = encodeManifest(closure)
  const vector: unknown = JSON.parse(readFileSync('test/vectors/manifest.json', 'utf8'))
  assert.deepEqual(vector, { manifest: toHex(bytes), root: toHex(root) })
})

test('no flipped bit and no truncation is accepted', () => {
  const { bytes, root } = encodeManifest(closure)
  for (let bit = 0; bit < 8 * bytes.byteLength; bit++) {
    const copy = bytes.slice()
    copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => decodeManifest(copy, root, TOP), ShoalError, `bit ${bit}`)
  }
  for (let length = 0; length < bytes.byteLength; length++) {
    assert.throws(() => decodeManifest(bytes.subarray(0, length), root, TOP), ShoalError, `length ${length}`)
  }
})

test('another root', () => {
  const { bytes } = encodeManifest(closure)
  assert.throws(() => decodeManifest(bytes, encodeManifest([entry('top')]).root, TOP), mismatch)
  assert.throws(() => decodeManifest(bytes, new Uint8Array(), TOP), mismatch)
})

test('the closure is whole, and holds nothing else', () => {
  for (const name of ['a', 'b', 'c', 'top']) {
    assert.throws(
      () => open(encodeManifest(closure.filter((one) => one.storePath !== pathOf(name)))),
      invalid,
      name
    )
  }
  assert.throws(() => open(encodeManifest([...closure, entry('stray')])), invalid)
  assert.throws(() => open(encodeManifest([...closure, entry('x', ['y']), entry('y', ['x'])])), invalid)
  assert.throws(() => open(encodeManifest([])), invalid)
  assert.ok(open(encodeManifest([entry('top', ['a']), entry('a', ['top'])])))
})

test('entries and references stand in order, once', () => {
  const sorted = open(encodeManifest(closure))
  assert.throws(() => open(forged(...sorted.toReversed().map(raw))), invalid)
  const [first] = sorted
  assert.ok(first)
  assert.throws(() => open(forged(raw(first), ...sorted.map(raw))), invalid)
  assert.throws(() => open(forged(raw(entry('a')), raw(entry('b')), raw(entry('top', ['b', 'a'])))), invalid)
  assert.throws(() => open(forged(raw(entry('a')), raw(entry('top', ['a', 'a'])))), invalid)
  assert.throws(() => encodeManifest([...closure, entry('a')]), invalid)
  assert.throws(() => encodeManifest([entry('top', ['b', 'a'])]), invalid)
})

test('bad entries', () => {
  const bad: Partial<ManifestEntry>[] = [
    { storePath: '/etc/passwd' },
    { narHash: new Uint8Array(31) },
    { narSize: 0 },
    { narSize: 64 * 1024 ** 3 + 1 },
    { narSize: 1.5 },
    { references: ['top'] },
    { references: Array.from({ length: 4097 }, (_, index) => pathOf(String(10_000 + index))) },
    { signatures: ['x'] },
    { signatures: Array.from({ length: 17 }, (_, index) => `k${index}:${'A'.repeat(86)}==`) },
    { chunksDigest: new Uint8Array(33) }
  ]
  for (const changes of bad) {
    const one = entry('top', [], changes)
    assert.throws(() => encodeManifest([one]), invalid, JSON.stringify(changes))
    assert.throws(() => open(forged(raw(one))), invalid, JSON.stringify(changes))
  }
  assert.throws(() => open(forged('text')), invalid)
  assert.ok(open(encodeManifest([entry('top', [], { narSize: 64 * 1024 ** 3, signatures: [] })])))
})

test('lengths: the shortest form, within the manifest, none for nothing', () => {
  const leaf = encode(raw(entry('top')))
  const root = merkleRoot([leaf])
  const framed = (...length: number[]): Uint8Array => new Uint8Array([...length, ...leaf])
  const low = (leaf.byteLength & 0x7f) | 0x80
  const high = leaf.byteLength >>> 7
  assert.equal(high, 1)
  assert.ok(decodeManifest(framed(low, high), root, TOP))
  const bad = [
    framed(low, high | 0x80, 0),
    framed(low, high + 1),
    framed(0, low, high),
    framed(0xff, 0xff, 0xff, 0x7f),
    framed(0xff, 0xff, 0xff, 0xff, 0x01),
    Uint8Array.of(0x80)
  ]
  for (const bytes of bad)
    assert.throws(() => decodeManifest(bytes, root, TOP), invalid, toHex(bytes.subarray(0, 6)))
})

test('limits: 32 MiB and 65,536 paths', () => {
  assert.throws(() => decodeManifest(new Uint8Array(32 * 1024 * 1024 + 1), digest(''), TOP), invalid)
  const many = new Uint8Array(2 * 65_537).fill(1)
  assert.throws(() => decodeManifest(many, digest(''), TOP), invalid)
  assert.throws(() => decodeManifest(many.subarray(2), digest(''), TOP), mismatch)
})

test('decoding anything at all throws nothing but ShoalError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => decodeManifest(bytes, digest(''), TOP), ShoalError)
    })
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (leaf) => {
      const bytes = new Uint8Array([leaf.byteLength, ...leaf])
      assert.throws(() => decodeManifest(bytes, merkleRoot([leaf]), TOP), InvalidError)
    })
  )
})

test('the digest of a chunk list', () => {
  const digests = new Uint8Array([...digest('1'), ...digest('2')])
  assert.deepEqual(chunksDigest(digests), new Uint8Array(createHash('sha256').update(digests).digest()))
  assert.throws(() => chunksDigest(new Uint8Array(33)), invalid)
})
