import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished, test } from 'vitest'
import { compileCacheDirectory } from '../../src/cli/compile-cache.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'shoal-cache-'))
  onTestFinished(async () => await rm(home, { recursive: true }))
  return home
}

const version = async (env: Record<string, string>) =>
  await promisify(execFile)(process.execPath, [MAIN, '--version'], { env: { PATH: '', ...env } })

test('the directory is made for its owner alone, and taken when it is there', async () => {
  const home = await makeHome()
  const expected = join(home, '.cache/shoal/compile')
  assert.equal(compileCacheDirectory({ HOME: home }), expected)
  assert.equal((await stat(expected)).mode & 0o777, 0o700)
  assert.equal(compileCacheDirectory({ HOME: home }), expected)
  assert.equal(compileCacheDirectory({ XDG_CACHE_HOME: home }), join(home, 'shoal/compile'))
  assert.equal(compileCacheDirectory({ XDG_CACHE_HOME: 'relative', HOME: home }), expected)
})

test.each(['', '.cache', '.cache/shoal', '.cache/shoal/compile'])(
  'nothing is kept where others may write: home/%s',
  async (part) => {
    const home = await makeHome()
    await mkdir(join(home, part), { recursive: true })
    await chmod(join(home, part), 0o777)
    assert.equal(compileCacheDirectory({ HOME: home }), undefined)
  }
)

test("nothing is kept, nor made, in another user's home", async () => {
  const isRoot = process.getuid?.() === 0
  const home = isRoot ? await makeHome() : '/usr'
  if (isRoot) await chown(home, 65_534, 65_534)
  assert.equal(compileCacheDirectory({ HOME: home }), undefined)
  assert.ok(!(await readdir(home)).includes('.cache'))
})

test('a command fills the cache, and works without one', async () => {
  const home = await makeHome()
  const { stdout } = await version({ HOME: home })
  assert.equal((await readdir(join(home, '.cache/shoal/compile'))).length, 1)
  assert.equal((await version({ HOME: home })).stdout, stdout)
  const file = join(home, 'file')
  await writeFile(file, '')
  for (const HOME of [file, join(home, 'missing'), '/proc']) {
    assert.equal((await version({ HOME })).stdout, stdout)
  }
  const other = await makeHome()
  await version({ HOME: other, NODE_DISABLE_COMPILE_CACHE: '1' })
  assert.deepEqual(await readdir(other), [])
})
