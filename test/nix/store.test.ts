import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFile, chmod, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { systemSpawn } from '../../src/host/spawn.ts'
import { dumpNar } from '../../src/nix/nar.ts'
import { createStore } from '../../src/nix/store.ts'
import type { StoreRoot } from '../support/nix-fixture.ts'
import { createStoreRoot } from '../support/nix-fixture.ts'

const signal = AbortSignal.timeout(55_000)
const MISSING = '/nix/store/00000000000000000000000000000000-missing'

let nix: StoreRoot
let first: string
let second: string
beforeAll(async () => {
  nix = await createStoreRoot()
  const dependencies = [
    { name: 'one', bytes: 1000 },
    { name: 'two', bytes: 100_000 }
  ]
  first = await nix.buildDemo({ name: 'demo', version: '1', dependencies })
  second = await nix.buildDemo({ name: 'demo', version: '2', dependencies })
})
afterAll(async () => {
  await nix[Symbol.asyncDispose]()
})

test('the version of the Nix that is installed', async () => {
  assert.match(await nix.store.version(signal), /^\d+\.\d+/)
})

test('a closure: its paths, and what is registered about them', async () => {
  const paths = await nix.store.closure(first, signal)
  assert.equal(paths.length, 4)
  const infos = await nix.store.info(paths, signal)
  assert.deepEqual(
    infos.map((info) => info.path),
    paths
  )
  for (const info of infos) {
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of dumpNar(nix.dir + info.path)) {
      hash.update(piece)
      size += piece.byteLength
    }
    assert.equal(size, info.narSize)
    assert.deepEqual(new Uint8Array(hash.digest()), info.narHash)
    assert.ok(info.references.every((path) => paths.includes(path)))
  }
  const toplevel = infos.find((info) => info.path === first)
  assert.equal(
    toplevel?.references.length,
    4,
    'the toplevel refers to itself, the script and both dependencies'
  )
  assert.deepEqual(toplevel.references, toplevel.references.toSorted())
})

test('what is not there', async () => {
  const missing = { name: 'NotFoundError', code: 'store_path_missing' }
  assert.deepEqual(await nix.store.isValid([MISSING, first, MISSING], signal), [false, true, false])
  assert.deepEqual(await nix.store.isValid([], signal), [])
  await assert.rejects(nix.store.closure(MISSING, signal), missing)
  await assert.rejects(nix.store.info([first, MISSING], signal), missing)
  await assert.rejects(nix.store.verifyClosure([first, MISSING], signal), missing)
  await assert.rejects(nix.store.closure('--help', signal), { code: 'store_path_invalid' })
})

test('more paths than fit into one command', async () => {
  const many = Array.from({ length: 1201 }, (_, index) => (index % 2 === 0 ? first : second))
  assert.ok((await nix.store.isValid(many, signal)).every(Boolean))
  const infos = await nix.store.info(many, signal)
  assert.deepEqual(
    infos.map((info) => info.path),
    many
  )
})

test('a changed file is found', async () => {
  const [path = ''] = (await nix.store.closure(second, signal)).filter((item) => item.endsWith('-two'))
  await nix.store.verifyClosure(await nix.store.closure(second, signal), signal)
  const other = await nix.build(
    'derivation { name = "other"; system = builtins.currentSystem; builder = "/bin/sh"; args = ["-c" "echo x > $out"]; }'
  )
  await chmod(nix.dir + other, 0o644)
  await appendFile(nix.dir + other, 'y')
  await assert.rejects(nix.store.verifyClosure([path, other], signal), {
    name: 'IntegrityError',
    code: 'store_path_corrupt'
  })
})

test('a root keeps a path from the garbage collector until it is deleted', async () => {
  const path = await nix.build(
    'derivation { name = "rooted"; system = builtins.currentSystem; builder = "/bin/sh"; args = ["-c" "echo x > $out"]; }'
  )
  const collect = async (): Promise<void> => {
    const { code } = await nix.spawn.run('nix-store', ['--gc'], { signal })
    assert.equal(code, 0)
  }
  await nix.store.setRoot('keep-demo', first)
  await nix.store.setRoot('keep-second', second)
  await nix.store.setRoot('test.1', MISSING)
  await nix.store.setRoot('test.1', path)
  assert.equal(await readlink(join(nix.dir, 'nix/var/nix/gcroots/shoal/test.1')), path)
  await collect()
  assert.deepEqual(await nix.store.isValid([path, first], signal), [true, true])
  await nix.store.deleteRoot('test.1')
  await nix.store.deleteRoot('test.1')
  await collect()
  assert.deepEqual(await nix.store.isValid([path, first], signal), [false, true])
  await assert.rejects(nix.store.setRoot('../escape', first), { code: 'gc_root_invalid' })
})

test('the profile: none, set, set again, back', async () => {
  assert.equal(await nix.profile.current(), null)
  assert.deepEqual(await nix.profile.generations(), [])
  const one = { toplevel: first, generation: 1 }
  const two = { toplevel: second, generation: 2 }
  assert.deepEqual(await nix.profile.set(first, signal), one)
  assert.deepEqual(await nix.profile.set(first, signal), one)
  assert.deepEqual(await nix.profile.set(second, signal), two)
  assert.deepEqual(await nix.profile.generations(), [one, two])
  assert.deepEqual(await nix.profile.switchTo(1, signal), one)
  assert.deepEqual(await nix.profile.current(), one)
  await assert.rejects(nix.profile.switchTo(7, signal), { name: 'NotFoundError', code: 'generation_missing' })
  await assert.rejects(nix.profile.set(MISSING, signal), { name: 'NixError', code: 'nix_profile_failed' })
  assert.deepEqual(await nix.profile.current(), one)
})

test('nothing but a path from loopback with real keys is fetched', async () => {
  const key = `k:${Buffer.alloc(32).toString('base64')}`
  const options = {
    toplevel: MISSING,
    cacheUrl: 'http://127.0.0.1:1',
    publicKeys: [key],
    gcRoot: 'r',
    jobs: 1,
    signal
  }
  const { store } = nix
  await assert.rejects(store.realise({ ...options, toplevel: `${MISSING}.drv` }), {
    code: 'store_path_invalid'
  })
  for (const cacheUrl of [
    'http://127.0.0.1:1?trusted=1',
    'https://example.org',
    'http://127.0.0.1:1 http://x'
  ]) {
    await assert.rejects(store.realise({ ...options, cacheUrl }), { code: 'nix_cache_url_invalid' })
  }
  await assert.rejects(store.realise({ ...options, publicKeys: [`${key} ${key}`] }), {
    code: 'nix_key_invalid'
  })
})

test('a missing Nix has its own error', async () => {
  const store = createStore({ spawn: systemSpawn, cacheHome: nix.dir, env: { PATH: nix.dir } })
  await assert.rejects(store.version(signal), { name: 'NotFoundError', code: 'command_missing' })
})
