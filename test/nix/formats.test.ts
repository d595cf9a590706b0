import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NixError } from '../../src/base/errors.ts'
import type { ManifestEntry } from '../../src/model/release.ts'
import { formatNarinfo } from '../../src/nix/narinfo.ts'
import { parsePathInfo } from '../../src/nix/path-info.ts'
import { parseStorePath } from '../../src/nix/store-path.ts'
import { compareNixVersions, nixVersionAllowed } from '../../src/nix/version.ts'

const HASH = '0c8ld5yxcr6a6j63mvrqbqiy08q6f85w'
const PATH = `/nix/store/${HASH}-hello-2.10`

test('a store path is taken apart', () => {
  assert.deepEqual(parseStorePath(PATH), { path: PATH, hash: HASH, name: 'hello-2.10' })
})

test.each([
  '',
  'hello',
  `${PATH}/bin`,
  `${PATH}\n`,
  `/nix/store/${HASH}`,
  `/nix/store/${HASH}-`,
  `/nix/store/${HASH}-..`,
  `/nix/store/${HASH}-a b`,
  `/nix/store/${HASH.replace('c', 'e')}-x`,
  `/nix/store/${HASH}-${'x'.repeat(212)}`,
  `/nix/store/../store/${HASH}-x`,
  `/gnu/store/${HASH}-x`
])('not a store path: %j', (text) => {
  assert.throws(() => parseStorePath(text), { name: 'InvalidError', code: 'store_path_invalid' })
})

const entry: ManifestEntry = {
  storePath: PATH,
  narHash: new Uint8Array(32).fill(1),
  narSize: 120,
  references: [PATH, `/nix/store/${HASH.replace('0', '1')}-glibc`],
  signatures: ['fleet-1:AAAA', 'cache.nixos.org-1:BBBB=='],
  chunksDigest: new Uint8Array(32)
}

test('a narinfo', () => {
  expect(formatNarinfo(entry, 'nar/x.nar')).toMatchInlineSnapshot(`
    "StorePath: /nix/store/0c8ld5yxcr6a6j63mvrqbqiy08q6f85w-hello-2.10
    URL: nar/x.nar
    Compression: none
    NarHash: sha256:0081040h2081040h2081040h2081040h2081040h2081040h2081
    NarSize: 120
    References: 0c8ld5yxcr6a6j63mvrqbqiy08q6f85w-hello-2.10 1c8ld5yxcr6a6j63mvrqbqiy08q6f85w-glibc
    Sig: fleet-1:AAAA
    Sig: cache.nixos.org-1:BBBB==
    "
  `)
})

test('a narinfo without references keeps the space that Nix wants', () => {
  const text = formatNarinfo({ ...entry, references: [], signatures: [] }, 'nar/x.nar')
  assert.ok(text.endsWith('\nReferences: \n'))
})

test('nothing in an entry breaks out of its line', () => {
  const bad = { name: 'InvalidError', code: 'narinfo_invalid' }
  assert.throws(() => formatNarinfo({ ...entry, signatures: ['a:AAAA\nCA: text:x'] }, 'nar/x.nar'), bad)
  assert.throws(() => formatNarinfo({ ...entry, signatures: ['a:AAAA '] }, 'nar/x.nar'), bad)
  assert.throws(() => formatNarinfo(entry, 'nar/x.nar\nCompression: xz'), bad)
  assert.throws(() => formatNarinfo({ ...entry, references: [`${PATH} x`] }, 'nar/x.nar'), {
    code: 'store_path_invalid'
  })
})

const SRI = `sha256-${Buffer.alloc(32, 7).toString('base64')}`
const INFO = { narHash: SRI, narSize: 120, references: [`${PATH}-b`, `${PATH}-a`], deriver: null, ca: null }
const PARSED = {
  path: PATH,
  narHash: new Uint8Array(32).fill(7),
  narSize: 120,
  references: [`${PATH}-a`, `${PATH}-b`],
  signatures: []
}

test('both shapes of path-info are read', () => {
  const array = [
    { path: PATH, ...INFO },
    { path: `${PATH}-missing`, valid: false }
  ]
  const object = { [PATH]: { ...INFO, signatures: ['k:AAAA'] }, [`${PATH}-missing`]: null }
  assert.deepEqual([...parsePathInfo(JSON.stringify(array))], [[PATH, PARSED]])
  assert.deepEqual(
    [...parsePathInfo(JSON.stringify(object))],
    [[PATH, { ...PARSED, signatures: ['k:AAAA'] }]]
  )
})

test.each([
  '',
  '1',
  'null',
  JSON.stringify({ [PATH]: {} }),
  JSON.stringify({ [PATH]: { ...INFO, narHash: 'sha256-AAAA' } }),
  JSON.stringify({ [PATH]: { ...INFO, narHash: SRI.replace('sha256', 'sha512') } }),
  JSON.stringify({ [PATH]: { ...INFO, narSize: '120' } }),
  JSON.stringify([{ path: PATH, ...INFO, references: 'x' }])
])('path-info that is refused: %s', (text) => {
  assert.throws(() => parsePathInfo(text), { name: 'NixError', code: 'nix_output_invalid' })
})

test('path-info: any text gives a map or a NixError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      try {
        assert.ok(parsePathInfo(text) instanceof Map)
      } catch (error) {
        assert.ok(error instanceof NixError)
      }
    })
  )
})

test('versions are ordered', () => {
  const ordered = [
    'what',
    '2.3',
    '2.3.16',
    '2.8.0',
    '2.18.1',
    '2.28.8',
    '2.30.0pre20250101_abc',
    '2.30.0',
    '2.30.6',
    '3.0'
  ]
  for (const [index, version] of ordered.entries()) {
    assert.equal(compareNixVersions(version, version), 0)
    for (const later of ordered.slice(index + 1)) {
      assert.ok(compareNixVersions(version, later) < 0, `${version} < ${later}`)
      assert.ok(compareNixVersions(later, version) > 0, `${later} > ${version}`)
    }
  }
})

test.each([
  ['2.8.0', false],
  ['2.26.3', false],
  ['2.28.7', false],
  ['2.28.8', true],
  ['2.28.8pre1', false],
  ['2.29.9', false],
  ['2.30.5', false],
  ['2.30.6', true],
  ['2.31.5', false],
  ['2.31.6', true],
  ['2.32.9', false],
  ['2.33.9', false],
  ['2.34.8', false],
  ['2.34.9', true],
  ['2.34.10', true],
  ['2.35.2', false],
  ['2.35.3', true],
  ['2.36.0', true],
  ['3.0.0', true],
  ['', false],
  ['unknown', false]
])('Nix %s is allowed by default: %s', (version, allowed) => {
  assert.equal(nixVersionAllowed(version), allowed)
})

test('a floor takes the place of the table', () => {
  assert.ok(nixVersionAllowed('2.8.0', '2.8'))
  assert.ok(nixVersionAllowed('2.29.1', '2.8'))
  assert.ok(!nixVersionAllowed('2.7.9', '2.8'))
  assert.ok(!nixVersionAllowed('2.35.3', '2.36'))
  assert.ok(!nixVersionAllowed('junk', '2.8'))
})
