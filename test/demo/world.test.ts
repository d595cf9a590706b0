import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import type { Ground, World } from '../../src/demo/world.ts'
import { createGround, createReaper, createWorld, STORES } from '../../src/demo/world.ts'
import { systemSpawn } from '../../src/host/spawn.ts'

const signal = new AbortController().signal
const WAYS = [['-m'], ['-r', '-m']].slice(process.getuid?.() === 0 ? 0 : 1)
let dir: string
let count = 0

const newMark = (): string => `shoal-demo-test-${process.pid}-${count++}`

beforeEach(async () => {
  dir = await mkdtemp(join(await realpath(tmpdir()), 'shoal-test-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

async function run(world: World, ...command: string[]): Promise<string> {
  const [program, args] = world.enter(command)
  const { code, stdout, stderr } = await systemSpawn.run(program, args, { signal, env: world.env })
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

describe.each(STORES)('a world on a store of kind %s', (store) => {
  test.each(WAYS.map((way) => way.join(' ')))('has /nix and /run for itself, by unshare %s', async (way) => {
    const found = await createGround(dir, newMark(), systemSpawn, signal)
    const ground: Ground = { ...found, store, unshare: way.split(' ') }
    const one = await createWorld(ground, 'one')
    const two = await createWorld(ground, 'two')
    const expression =
      'derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = ["-c" "echo hi > $out"]; }'
    const path = await run(one, 'nix-build', '--no-out-link', '-E', expression)
    assert.match(path, /^\/nix\/store\/[a-z0-9]{32}-x$/)
    assert.equal(await run(one, 'cat', path), 'hi')
    await run(one, 'sh', '-c', 'echo mine > /run/note')
    // A process that enters again finds the same store and the same /run.
    assert.equal(await run(one, 'sh', '-c', `nix-store --check-validity ${path} && cat /run/note`), 'mine')
    assert.equal(await run(two, 'sh', '-c', `ls ${path} /run/note 2>/dev/null || echo none`), 'none')
    assert.ok(!existsSync(path), 'the store of this machine is untouched')
    assert.ok(!existsSync('/run/note'))
  })
})

test('refuses a directory that worlds hide, and one whose sockets would have too long a path', async () => {
  await assert.rejects(createGround('/run', newMark(), systemSpawn, signal), { code: 'demo_dir' })
  const long = join(dir, 'a'.repeat(100))
  await assert.rejects(createGround(dir, newMark(), systemSpawn, AbortSignal.abort()), { name: 'AbortError' })
  await mkdir(long)
  await assert.rejects(createGround(long, newMark(), systemSpawn, signal), { code: 'demo_dir' })
})

/** Prints when it runs, and keeps our stdout open as long as it does. */
const LINGER = ['sh', '-c', 'echo started; exec sleep 1000']

test('the reaper ends what runs in a world, in whatever session, and nothing else', async () => {
  const ground = await createGround(dir, newMark(), systemSpawn, signal)
  const other = await createGround(dir, newMark(), systemSpawn, signal)
  await using cleanup = new AsyncDisposableStack()
  cleanup.use(await createReaper(ground, false, systemSpawn))
  const inside = (await createWorld(ground, 'inside')).enter(['setsid', ...LINGER])
  const outside = (await createWorld(other, 'outside')).enter(LINGER)
  const stop = new AbortController()
  const [reaped, spared] = [inside, outside].map(([program, args]) =>
    systemSpawn.stream(program, args, { signal: stop.signal })
  )
  assert.ok(reaped != null && spared != null)
  await Promise.all([started(reaped.stdout), started(spared.stdout)])
  await cleanup.disposeAsync()
  reaped.stdout.resume()
  // Settles when nobody has its stdout any more.
  await reaped.done
  spared.stdout.resume()
  stop.abort(new Error('the test ended it'))
  await assert.rejects(spared.done, /the test ended it/)
})

async function started(stdout: NodeJS.ReadableStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  stdout.once('data', () => {
    resolve()
  })
  await promise
}

const OWNER = `
import { createGround, createReaper, createWorld } from ${JSON.stringify(join(import.meta.dirname, '../../src/demo/world.ts'))}
import { systemSpawn } from ${JSON.stringify(join(import.meta.dirname, '../../src/host/spawn.ts'))}
const [dir, mark] = process.argv.slice(1)
const ground = await createGround(dir, mark, systemSpawn, new AbortController().signal)
await createReaper(ground, true, systemSpawn)
const [program, args] = (await createWorld(ground, 'w')).enter(['sh', '-c', 'echo started; exec sleep 1000'])
systemSpawn.stream(program, args, { signal: new AbortController().signal }).stdout.once('data', () => {
  process.kill(process.pid, 'SIGKILL')
})
`

test('the reaper cleans up after a process that was killed', async () => {
  const parent = await mkdtemp(join(await realpath(tmpdir()), 'shoal-test-'))
  const mark = newMark()
  const place = await mkdtemp(join(parent, 'd'))
  const changes = watch(parent, { signal: AbortSignal.timeout(30_000) })
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', OWNER, place, mark]
  const owner = await systemSpawn.run(process.execPath, args, { signal })
  assert.equal(owner.signal, 'SIGKILL', owner.stderr)
  if (existsSync(place)) for await (const _ of changes) if (!existsSync(place)) break
  const found = await systemSpawn.run('sh', ['-c', `grep -lsF ${mark} /proc/[0-9]*/mountinfo`], { signal })
  assert.equal(found.stdout, '')
  await rm(parent, { recursive: true })
})
