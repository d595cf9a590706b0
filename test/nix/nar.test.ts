import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { dumpNar, PIECE_BYTES } from '../../src/nix/nar.ts'
import { temporaryDirectory } from '../support/nix-fixture.ts'

let dir: string
beforeAll(async () => {
  dir = await temporaryDirectory()
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

const nixDump = (path: string): Buffer =>
  execFileSync('nix-store', ['--dump', path], { maxBuffer: 2 ** 28, env: { ...process.env, HOME: dir } })

async function dump(path: string): Promise<Uint8Array[]> {
  return await Array.fromAsync(dumpNar(path))
}

async function assertSame(path: string): Promise<void> {
  assert.ok(Buffer.concat(await dump(path)).equals(nixDump(path)))
}

const at = (parent: string, name: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`${parent}/`), Buffer.from(name)])

function nastyTree(): string {
  const tree = join(dir, 'nasty')
  mkdirSync(tree)
  for (let size = 0; size <= 17; size++) writeFileSync(join(tree, `size-${size}`), Buffer.alloc(size, 0xff))
  const names = [
    'new\nline',
    '__proto__',
    '10',
    '9',
    'constructor',
    '😀',
    '\uffee',
    ' ',
    '-',
    '(',
    ')',
    'a',
    'a.b',
    'A'
  ]
  for (const name of names) writeFileSync(join(tree, name), name)
  writeFileSync(at(tree, Buffer.from([0xff, 0xfe])), 'not UTF-8')
  writeFileSync(at(tree, Buffer.from([0x80])), 'nor this', { mode: 0o100 })
  symlinkSync(Buffer.from([0x2e, 0x2f, 0xff, 0x0a]), at(tree, 'link to no UTF-8'))
  symlinkSync('/nix/store', join(tree, 'absolute'))
  symlinkSync('nowhere', at(tree, Buffer.from([0xc0, 0x41])))
  for (const [mode, name] of [
    [0o755, 'all'],
    [0o744, 'owner'],
    [0o655, 'others'],
    [0o500, 'read-only']
  ] as const) {
    writeFileSync(join(tree, `x-${name}`), 'x', { mode })
  }
  mkdirSync(join(tree, 'empty'))
  mkdirSync(at(tree, Buffer.from([0x64, 0xfe])))
  mkdirSync(join(tree, ...Array.from({ length: 100 }, (_, depth) => `d${depth}`)), { recursive: true })
  // About the limits of small files and pieces.
  for (const size of [
    64 * 1024,
    64 * 1024 + 1,
    PIECE_BYTES - 1,
    PIECE_BYTES,
    PIECE_BYTES + 1,
    3 * PIECE_BYTES + 5
  ]) {
    writeFileSync(join(tree, `big-${size}`), Buffer.alloc(size, size % 251))
  }
  return tree
}

test('a nasty tree gives the bytes that nix-store --dump gives, in whole pieces', async () => {
  const tree = nastyTree()
  await assertSame(tree)
  const pieces = await dump(tree)
  const last = pieces.pop()
  assert.ok(pieces.length > 5 && pieces.every((piece) => piece.byteLength === PIECE_BYTES))
  assert.ok(last != null && last.byteLength > 0 && last.byteLength <= PIECE_BYTES)
})

test('a lone file, link, executable and empty directory', async () => {
  writeFileSync(join(dir, 'file'), 'x')
  writeFileSync(join(dir, 'run'), '', { mode: 0o755 })
  symlinkSync('file', join(dir, 'link'))
  mkdirSync(join(dir, 'none'))
  for (const name of ['file', 'run', 'link', 'none']) await assertSame(join(dir, name))
})

test('any tree', async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))
    .filter((bytes) => !['.', '..'].includes(bytes.toString('latin1')))
  const names = fc.uniqueArray(name, { maxLength: 12, selector: (bytes) => bytes.toString('latin1') })
  let count = 0
  await fc.assert(
    fc.asyncProperty(names, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), async (all, kinds) => {
      const tree = join(dir, `any-${count++}`)
      mkdirSync(tree)
      for (const [index, bytes] of all.entries()) {
        const path = at(tree, bytes)
        const kind = kinds[index] ?? 0
        if (kind === 0) mkdirSync(path)
        else if (kind === 1) symlinkSync(bytes, path)
        else writeFileSync(path, bytes, { mode: kind === 2 ? 0o644 : 0o755 })
      }
      await assertSame(tree)
    }),
    { numRuns: 15 }
  )
})

test.each([
  ['shrinks', (path: string) => truncateSync(path, 2 * PIECE_BYTES)],
  ['grows', (path: string) => appendFileSync(path, 'more')]
])('a file that %s while it is read is an error', async (_, change) => {
  const path = join(dir, 'changing')
  writeFileSync(path, Buffer.alloc(4 * PIECE_BYTES))
  const nar = dumpNar(path)
  await nar.next()
  change(path)
  await assert.rejects(Array.fromAsync(nar), { name: 'IntegrityError', code: 'nar_changed' })
})

test('other kinds of files are refused, missing ones are an error', async () => {
  execFileSync('mkfifo', [join(dir, 'pipe')])
  await assert.rejects(dump(join(dir, 'pipe')), { name: 'InvalidError', code: 'nar_file_type' })
  await assert.rejects(dump(join(dir, 'missing')), { code: 'ENOENT' })
})
