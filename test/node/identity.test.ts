import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, test } from 'vitest'
import { createIdentity, importSshKey, loadIdentity } from '../../src/node/identity.ts'
import { signingKey } from '../../src/trust/keys.ts'
import { peerIdOfKey } from '../../src/trust/peer-id.ts'

const dir = mkdtempSync(join(tmpdir(), 'shoal-identity-'))
afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})

const text = (value: string | Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}

/** PROTOCOL.key of OpenSSH for one unencrypted Ed25519 key. */
function armoured(seed: Uint8Array): string {
  const { publicKey } = signingKey(seed)
  const inner = Buffer.concat([
    Buffer.from('0102030401020304', 'hex'),
    text('ssh-ed25519'),
    text(publicKey),
    text(Buffer.concat([seed, publicKey])),
    text('a comment')
  ])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (inner.byteLength % 8)) % 8))
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    text('none'),
    text('none'),
    text(''),
    Buffer.from('00000001', 'hex'),
    text(Buffer.concat([text('ssh-ed25519'), text(publicKey)])),
    text(Buffer.concat([inner, padding]))
  ])
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

const SEED = new Uint8Array(32).fill(7)
const PLAIN = armoured(SEED)
const PEER = peerIdOfKey(signingKey(SEED).publicKey)

function file(name: string, content: string): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

test('an identity is made once, for its owner alone, and read again', async () => {
  const own = join(dir, 'own')
  const made = await createIdentity(own)
  assert.equal(statSync(join(own, 'identity.key')).mode & 0o777, 0o600)
  const read = await loadIdentity(own)
  assert.equal(read.peer, made.peer)
  assert.deepEqual(new Uint8Array(read.seed), new Uint8Array(made.seed))
  await assert.rejects(createIdentity(own), { name: 'ConflictError', code: 'identity_exists' })
  assert.equal((await loadIdentity(own)).peer, made.peer)
})

test('a missing, a damaged and an exposed identity are told apart', async () => {
  await assert.rejects(loadIdentity(join(dir, 'nowhere')), {
    name: 'NotFoundError',
    code: 'identity_missing'
  })
  const own = join(dir, 'damaged')
  await createIdentity(own)
  const path = join(own, 'identity.key')
  const line = readFileSync(path, 'utf8')
  chmodSync(path, 0o644)
  await assert.rejects(loadIdentity(own), { code: 'identity_exposed' })
  chmodSync(path, 0o600)
  for (const bad of ['', line.slice(0, -2), `${line}x`, line.replace('ed25519', 'rsa')]) {
    writeFileSync(path, bad)
    await assert.rejects(loadIdentity(own), { name: 'InvalidError', code: 'identity_invalid' })
  }
})

test('a plain Ed25519 key of OpenSSH is an identity', async () => {
  const identity = await importSshKey(file('plain', PLAIN))
  assert.equal(identity.peer, PEER)
  assert.deepEqual(identity.seed, SEED)
})

const HAS_OPENSSH = spawnSync('ssh-keygen', ['-?']).error == null || process.env['CI'] === 'true'

test.runIf(HAS_OPENSSH)(
  'what ssh-keygen makes is taken when it is plain Ed25519, and nothing else',
  async () => {
    const make = (name: string, ...options: string[]): string => {
      const path = join(dir, name)
      execFileSync('ssh-keygen', ['-q', '-f', path, ...options])
      return path
    }
    const plain = make('plain-real', '-t', 'ed25519', '-N', '')
    const blob = Buffer.from(readFileSync(`${plain}.pub`, 'utf8').split(' ')[1] ?? '', 'base64')
    const { privateKey } = await importSshKey(plain)
    assert.equal(blob.subarray(-32).toString('hex'), privateKey.publicKey.raw.toHex())
    for (const path of [
      make('encrypted', '-t', 'ed25519', '-N', 'passphrase'),
      make('rsa', '-t', 'rsa', '-b', '2048', '-N', ''),
      make('ecdsa', '-t', 'ecdsa', '-N', ''),
      make('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''),
      `${plain}.pub`
    ]) {
      await assert.rejects(importSshKey(path), { name: 'InvalidError', code: 'identity_unsupported' }, path)
    }
    await assert.rejects(importSshKey(join(dir, 'nowhere')), { code: 'identity_missing' })
  }
)

test('no change of the file passes as another key', async () => {
  const [head = '', ...rest] = PLAIN.trim().split('\n')
  const tail = rest.pop() ?? ''
  const blob = Buffer.from(rest.join(''), 'base64')
  await fc.assert(
    fc.asyncProperty(fc.nat(blob.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(blob)
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at)
      const path = file('changed', [head, changed.toString('base64'), tail, ''].join('\n'))
      try {
        // The comment, the padding and the copy of the public key do not make the key.
        assert.equal((await importSshKey(path)).peer, PEER)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'identity_unsupported')
      }
    }),
    { numRuns: 300 }
  )
})
