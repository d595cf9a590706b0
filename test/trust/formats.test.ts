// Formats that others define: RFC 6962 trees, libp2p peer IDs, Nix's base32, keys and signatures.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { test } from 'vitest'
import { z } from 'zod'
import { fromHex, toHex } from '../../src/base/bytes.ts'
import { ShoalError } from '../../src/base/errors.ts'
import { leafHash, merkleRoot } from '../../src/trust/merkle.ts'
import { decodeNixBase32, encodeNixBase32 } from '../../src/trust/nix-base32.ts'
import { generateNixKey, nixFingerprint, signPath, verifyPath } from '../../src/trust/nix-key.ts'
import { keyOfPeerId, peerIdOfKey } from '../../src/trust/peer-id.ts'
import { key } from './fleet.ts'

test('Merkle roots of the Certificate Transparency test leaves', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f'
  ]
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
  ]
  for (const [count, root] of roots.entries()) {
    assert.equal(toHex(merkleRoot(leaves.slice(0, count).map(fromHex))), root)
  }
})

const sha256 = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())

test('the streamed Merkle root is that of the recursive definition', () => {
  const recursive = (leaves: Uint8Array[]): Uint8Array => {
    const [first = new Uint8Array()] = leaves
    if (leaves.length === 0) return sha256()
    if (leaves.length === 1) return sha256(Uint8Array.of(0), first)
    let half = 1
    while (2 * half < leaves.length) half *= 2
    return sha256(Uint8Array.of(1), recursive(leaves.slice(0, half)), recursive(leaves.slice(half)))
  }
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), (leaves) => {
      assert.deepEqual(merkleRoot(leaves), recursive(leaves))
    })
  )
  assert.deepEqual(merkleRoot([Uint8Array.of(7)]), leafHash(Uint8Array.of(7)))
})

test('peer IDs are those of libp2p, both ways', () => {
  fc.assert(
    fc.property(fc.string(), (word) => {
      const { publicKey } = key(word)
      const peer = peerIdOfKey(publicKey)
      assert.equal(peer, peerIdFromPublicKey(publicKeyFromRaw(publicKey)).toString())
      assert.deepEqual(peerIdFromString(peer).publicKey?.raw, publicKey)
      assert.deepEqual(keyOfPeerId(peer), publicKey)
    })
  )
})

test('what is no Ed25519 peer ID', () => {
  const peer = peerIdOfKey(key('robot').publicKey)
  const bad = [
    '',
    peer.slice(1),
    `${peer}1`,
    peer.replace('12D3', '12D4'),
    `z${peer.slice(1)}`,
    `1${peer}`,
    peer.replace(/.$/, '0'),
    'z'.repeat(52),
    '1'.repeat(52),
    'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'
  ]
  for (const text of bad) assert.throws(() => keyOfPeerId(text), { code: 'peer_id_invalid' }, text)
})

test('Nix base32 reads back and has one form', () => {
  assert.equal(
    encodeNixBase32(fromHex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')),
    '1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s'
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.deepEqual(decodeNixBase32(encodeNixBase32(bytes)), bytes)
    })
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('0', '1', '2', 'a', 'x', 'y', 'z', 'e', 't'), maxLength: 60 }),
      (text) => {
        try {
          assert.equal(encodeNixBase32(decodeNixBase32(text)), text)
        } catch (error) {
          assert.ok(error instanceof ShoalError)
        }
      }
    )
  )
  for (const text of ['e', '0', 'zz', 'E0', '00z']) {
    assert.throws(() => decodeNixBase32(text), { code: 'nix_base32_invalid' }, text)
  }
})

const path = {
  storePath: '/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-b',
  narHash: new Uint8Array(32),
  narSize: 120,
  references: [
    '/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-b',
    '/nix/store/0p9q0bz6f22dyxh4lw8xs08p4201vyq4-a'
  ]
}

test("Nix's fingerprint sorts the references and names them in full", () => {
  assert.equal(
    nixFingerprint(path),
    `1;${path.storePath};sha256:${'0'.repeat(52)};120;${path.references[1]},${path.references[0]}`
  )
})

test('a path is signed by one of the keys, over all that the fingerprint holds', () => {
  const ours = generateNixKey('acme-1')
  const others = generateNixKey('other-1')
  const entry = { ...path, signatures: [signPath(others.secret, path), signPath(ours.secret, path)] }
  assert.ok(verifyPath([ours.public], entry))
  assert.ok(!verifyPath([], entry))
  assert.ok(!verifyPath([generateNixKey('acme-1').public], entry))
  assert.ok(!verifyPath([ours.public], { ...entry, narSize: 121 }))
  assert.ok(!verifyPath([ours.public], { ...entry, references: [] }))
  assert.ok(!verifyPath([ours.public], { ...entry, narHash: new Uint8Array(32).fill(1) }))
  assert.ok(!verifyPath([ours.public], { ...entry, signatures: [] }))
  assert.ok(
    !verifyPath(['', ':', 'acme-1:', 'acme-1:AAAA'], { ...entry, signatures: ['', 'x', ':', 'acme-1:x'] })
  )
  assert.ok(verifyPath([ours.public, generateNixKey('acme-1').public], entry))
  const renamed = ours.public.replace('acme-1', 'acme-2')
  assert.ok(!verifyPath([renamed], entry))
  const halves = [ours.secret, others.secret].map((text) => Buffer.from(text.split(':')[1] ?? '', 'base64'))
  const mixed = Buffer.concat([
    ...halves.slice(0, 1).map((half) => half.subarray(0, 32)),
    ...halves.slice(1).map((half) => half.subarray(32))
  ])
  for (const secret of [
    `acme-1:${mixed.toString('base64')}`,
    '',
    'acme-1',
    ours.public,
    `:${ours.secret.split(':')[1]}`,
    `${ours.secret.slice(0, -4)}AAA=`
  ]) {
    assert.throws(() => signPath(secret, path), { code: 'nix_key_invalid' }, secret)
  }
  assert.throws(() => generateNixKey('a:b'), { code: 'nix_key_invalid' })
})

const facts = z.object({ narHash: z.string(), narSize: z.number(), signatures: z.array(z.string()) })
/** Older releases print a list, newer ones an object keyed by path. */
const pathInfo = z
  .union([z.array(facts), z.record(z.string(), facts)])
  .transform((paths) => Object.values(paths)[0])
  .pipe(facts)

test('Nix signs as we do, with our key and with its own', () => {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-nix-'))
  const run = (...args: string[]): string =>
    execFileSync(
      'nix',
      ['--extra-experimental-features', 'nix-command', '--store', join(dir, 'store'), ...args],
      {
        encoding: 'utf8',
        env: { ...process.env, HOME: dir },
        stdio: ['ignore', 'pipe', 'ignore']
      }
    ).trim()
  try {
    writeFileSync(join(dir, 'content'), 'hello\n')
    const storePath = run('store', 'add-file', join(dir, 'content'))
    execFileSync('nix-store', ['--generate-binary-cache-key', 'nix-1', join(dir, 'nix'), join(dir, 'public')])
    const ours = generateNixKey('acme-1')
    writeFileSync(join(dir, 'ours'), ours.secret)
    for (const file of ['nix', 'ours']) run('store', 'sign', '-k', join(dir, file), storePath)

    const info = pathInfo.parse(JSON.parse(run('path-info', '--json', '--sigs', storePath)))
    const narHash = new Uint8Array(Buffer.from(info.narHash.replace('sha256-', ''), 'base64'))
    const signed = { storePath, narHash, narSize: info.narSize, references: [] }
    const theirs = readFileSync(join(dir, 'nix'), 'utf8')
    assert.deepEqual(
      info.signatures.toSorted(),
      [signPath(ours.secret, signed), signPath(theirs, signed)].toSorted()
    )
    assert.ok(
      verifyPath([readFileSync(join(dir, 'public'), 'utf8')], { ...signed, signatures: info.signatures })
    )
  } finally {
    // Nix leaves its store read-only.
    execFileSync('chmod', ['-R', 'u+w', dir])
    chmodSync(dir, 0o700)
    rmSync(dir, { recursive: true })
  }
})
