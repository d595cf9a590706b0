import assert from 'node:assert/strict'
import { mkdtemp, readFile, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { answerOf, askService, buildSystem, findFiles, VERSIONS } from '../../src/demo/system.ts'
import type { World } from '../../src/demo/world.ts'
import { createGround, createReaper, createWorld } from '../../src/demo/world.ts'
import { systemSpawn } from '../../src/host/spawn.ts'

const signal = new AbortController().signal

async function run(world: World, ...command: string[]): Promise<{ code: number | null; stdout: string }> {
  const [program, args] = world.enter(command)
  return await systemSpawn.run(program, args, { signal, env: world.env })
}

async function closure(world: World, toplevel: string): Promise<Map<string, number>> {
  const paths = (await run(world, 'nix-store', '--query', '--requisites', toplevel)).stdout.trim().split('\n')
  const sizes = (await run(world, 'nix-store', '--query', '--size', ...paths)).stdout.trim().split('\n')
  return new Map(paths.map((path, index) => [path, Number(sizes[index])]))
}

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0)

test('three versions of a real system: the service follows, and v3 fails after it has stopped the old one', async () => {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'shoal-test-'))
  const ground = await createGround(dir, `shoal-demo-test-${process.pid}-system`, systemSpawn, signal)
  await using cleanup = new AsyncDisposableStack()
  cleanup.use(await createReaper(ground, true, systemSpawn))
  const world = await createWorld(ground, 'w')
  const files = await findFiles()
  const toplevels: string[] = []
  for (const version of VERSIONS) {
    toplevels.push(await buildSystem(world, version, files, systemSpawn, signal))
  }
  const [v1 = '', v2 = '', v3 = ''] = toplevels

  const before = await closure(world, v1)
  const after = await closure(world, v2)
  assert.ok(before.size >= 40, `${before.size} paths`)
  assert.ok(sum(before.values()) >= 100e6, `${sum(before.values())} bytes`)
  const added = [...after].filter(([path]) => !before.has(path))
  assert.ok(added.length >= 5 && added.length <= 12, `${added.length} paths are new in v2`)
  assert.ok(sum(added.map(([, size]) => size)) < 10e6)

  const act = async (toplevel: string, action: string): Promise<number | null> =>
    (await run(world, `${toplevel}/bin/switch-to-configuration`, action)).code
  const pid = async (): Promise<string> =>
    (await readFile(join(world.dir, 'run/demo/pid'), 'utf8')).split(' ')[0] ?? ''

  assert.equal(await askService(world.dir), null)
  assert.equal(await act(v1, 'dry-activate'), 0)
  assert.equal(await act(v1, 'boot'), 0)
  assert.equal(await askService(world.dir), null)
  assert.equal(await act(v1, 'test'), 0)
  assert.equal(await askService(world.dir), answerOf('v1'))
  const first = await pid()
  assert.equal(await act(v1, 'switch'), 0)
  assert.equal(await pid(), first, 'what runs already is left alone')
  assert.match(await readFile(`/proc/${first}/cmdline`, 'utf8'), /^\/nix\/store\/[^/]+-node\0\/nix\/store\//)
  assert.equal(await act(v2, 'test'), 0)
  assert.equal(await askService(world.dir), answerOf('v2'))
  // A zombie that nobody has waited for has an empty command line.
  assert.equal(
    await readFile(`/proc/${first}/cmdline`, 'utf8').catch(() => ''),
    '',
    'the service before has ended'
  )
  assert.equal(await act(v3, 'test'), 1)
  assert.equal(await askService(world.dir), null, 'v3 leaves nothing running: going back matters')
  assert.equal(await act(v2, 'test'), 0)
  assert.equal(await askService(world.dir), answerOf('v2'))
  process.kill(Number(await pid()), 'SIGKILL')
  assert.equal(await act(v2, 'test'), 0)
  assert.equal(await askService(world.dir), answerOf('v2'), 'a service that died is started again')
  assert.equal(await act(v2, 'nonsense'), 2)
})
