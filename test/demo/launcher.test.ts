import assert from 'node:assert/strict'
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { systemSpawn } from '../../src/host/spawn.ts'

const signal = new AbortController().signal
const LAUNCHER = join(import.meta.dirname, '../../shoal')
let clone: string

beforeEach(async () => {
  clone = join(await mkdtemp(join(await realpath(tmpdir()), 'shoal-test-')), 'a clone')
  await mkdir(join(clone, 'src'), { recursive: true })
  await mkdir(join(clone, 'node_modules/.bin'), { recursive: true })
  await copyFile(LAUNCHER, join(clone, 'shoal'))
  await writeFile(
    join(clone, 'src/main.ts'),
    'console.log(JSON.stringify([import.meta.dirname, process.argv.slice(2)]))'
  )
  await writeFile(join(clone, 'node_modules/.package-lock.json'), '{}')
  await symlink(process.execPath, join(clone, 'node_modules/.bin/node'))
})
afterEach(async () => {
  await rm(join(clone, '..'), { recursive: true })
})

const expected = (): string => `${JSON.stringify([join(clone, 'src'), ['status', '--dir', 'a b', '']])}\n`
const ARGS = ['status', '--dir', 'a b', '']

test('runs the program of its clone from any directory and through links', async () => {
  await symlink('shoal', join(clone, 'one'))
  await symlink(join(clone, 'one'), join(clone, '../two'))
  for (const [command, cwd] of [
    [join(clone, 'shoal'), '/'],
    ['./shoal', clone],
    ['../two', clone],
    [join(clone, 'one'), '/']
  ] as const) {
    const run = await systemSpawn.run(command, ARGS, {
      signal,
      cwd,
      env: { XDG_CACHE_HOME: join(clone, 'cache') }
    })
    assert.equal(run.stdout, expected(), run.stderr)
    assert.equal(run.stderr, '')
    assert.equal(run.code, 0)
  }
})

test('installs what is missing before the first run, with one line of talk', async () => {
  await rm(join(clone, 'node_modules'), { recursive: true })
  const bin = join(clone, 'bin')
  await mkdir(bin)
  const npm = `#!/bin/sh
[ "$1 $2" = "ci --ignore-scripts" ] || exit 1
echo noise
mkdir -p node_modules/.bin
ln -s '${process.execPath}' node_modules/.bin/node
echo {} > node_modules/.package-lock.json
`
  await writeFile(join(bin, 'npm'), npm)
  await chmod(join(bin, 'npm'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH']}`, XDG_CACHE_HOME: join(clone, 'cache') }
  const first = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.deepEqual([first.stdout, first.stderr], [expected(), 'shoal: installing dependencies (npm ci)\n'])
  const second = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.deepEqual([second.stdout, second.stderr], [expected(), ''])
})

test('without a bundled Node takes the one on PATH if it is new enough, and else says what to install', async () => {
  await rm(join(clone, 'node_modules/.bin/node'))
  const bin = join(clone, 'bin')
  await mkdir(bin)
  await symlink(process.execPath, join(bin, 'node'))
  const env = { PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: join(clone, 'cache') }
  assert.equal((await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })).stdout, expected())
  await rm(join(bin, 'node'))
  await writeFile(join(bin, 'node'), '#!/bin/sh\necho v20.1.0\n')
  await chmod(join(bin, 'node'), 0o755)
  const old = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.equal(old.code, 1)
  assert.match(old.stderr, /^shoal: error: .*26.*\nshoal: hint: /)
})
