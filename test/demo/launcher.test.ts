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

/** A directory for PATH with nothing but what the launcher needs, so that no cargo of this machine is found. */
async function smallBin(): Promise<string> {
  const bin = join(clone, 'bin')
  await mkdir(bin)
  for (const tool of ['bash', 'sh', 'dirname', 'readlink', 'mkdir', 'ln']) {
    await symlink(`/bin/${tool}`, join(bin, tool))
  }
  return bin
}

async function writeTool(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}`)
  await chmod(path, 0o755)
}

/** Installs Node as npm does, is noisy, and fails to build anything. */
const NPM = `[ "$1 $2" = "ci --ignore-scripts" ] || exit 1
echo noise
mkdir -p node_modules/.bin
ln -s '${process.execPath}' node_modules/.bin/node
echo {} > node_modules/.package-lock.json
`
const INSTALLING = 'shoal: installing dependencies (npm ci)\n'

test('installs what is missing before the first run, with one line of talk', async () => {
  await rm(join(clone, 'node_modules'), { recursive: true })
  const bin = await smallBin()
  await writeTool(join(bin, 'npm'), NPM)
  const env = { PATH: bin, XDG_CACHE_HOME: join(clone, 'cache') }
  const first = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.deepEqual([first.stdout, first.stderr], [expected(), INSTALLING])
  const second = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.deepEqual([second.stdout, second.stderr], [expected(), ''])
})

test('runs all the same where cargo is there and the transport cannot be built', async () => {
  await rm(join(clone, 'node_modules'), { recursive: true })
  const bin = await smallBin()
  await writeTool(join(bin, 'npm'), NPM)
  await writeTool(join(bin, 'cargo'), 'exit 1\n')
  const env = { PATH: bin, XDG_CACHE_HOME: join(clone, 'cache') }
  const run = await systemSpawn.run(join(clone, 'shoal'), ARGS, { signal, env })
  assert.equal(run.stdout, expected())
  assert.match(run.stderr, /cargo[^\n]*\n[^\n]*could not be built[^\n]*\n$/)
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
