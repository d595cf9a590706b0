import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { freeBytes, syncFilesystem, writeFileDurably } from '../../src/host/disk.ts'
import { bootId, nixSystem } from '../../src/host/machine.ts'
import { systemSpawn } from '../../src/host/spawn.ts'
import type { StoreRoot } from '../support/nix-fixture.ts'
import { createStoreRoot } from '../support/nix-fixture.ts'

const signal = AbortSignal.timeout(55_000)
let machine: StoreRoot
beforeAll(async () => {
  machine = await createStoreRoot()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
})

/** Evaluates an expression over the module's exports on a machine whose /run is `${machine.dir}/run`. */
async function inside(expression: string, env: Record<string, string> = {}): Promise<unknown> {
  const script = `
    const machine = await import(${JSON.stringify(resolve('src/host/machine.ts'))})
    const { systemSpawn } = await import(${JSON.stringify(resolve('src/host/spawn.ts'))})
    const { signal } = new AbortController()
    console.log(JSON.stringify(await (${expression})))`
  const { code, stdout, stderr } = await machine.spawn.run(
    process.execPath,
    ['--input-type=module', '-e', script],
    { signal, env }
  )
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout === 'undefined\n' ? 'null' : stdout)
}

test('the system is what Nix calls it, the boot id what the kernel says', async () => {
  const { stdout } = await machine.spawn.run(
    'nix-instantiate',
    ['--eval', '--expr', 'builtins.currentSystem'],
    {
      signal
    }
  )
  assert.equal(`"${nixSystem()}"`, stdout.trim())
  assert.match(await bootId(), /^[0-9a-f-]{36}$/)
})

test('what was booted, and whether a toplevel has another kernel', async () => {
  const run = join(machine.dir, 'run')
  const toplevel = await machine.buildDemo({ name: 'booted', version: '1', kernel: '/kernels/a' })
  const same = await machine.buildDemo({ name: 'booted', version: '2', kernel: '/kernels/a' })
  const other = await machine.buildDemo({ name: 'booted', version: '3', kernel: '/kernels/b' })
  const none = await machine.buildDemo({ name: 'booted', version: '4' })
  const ask = async (): Promise<unknown> =>
    await inside(
      `Promise.all([machine.bootedKernel(), ...${JSON.stringify([same, other, none])}.map((path) => machine.kernelChanged(path))])`
    )
  assert.deepEqual(await ask(), [null, false, false, false])
  await symlink(toplevel, join(run, 'booted-system'))
  assert.deepEqual(await ask(), ['/kernels/a/kernel', false, true, true])
  await rm(join(run, 'booted-system'))
})

/** Stands in for a program of the system, which this machine may lack. */
async function program(name: string, script: string): Promise<string> {
  const bin = join(machine.dir, 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, name), 0o755)
  return `${bin}:${process.env['PATH'] ?? ''}`
}

test('failed units, at most 64; none without systemd', async () => {
  const PATH = await program(
    'systemctl',
    `case "$1" in
      is-system-running) echo degraded; exit 1;;
      list-units) for i in $(seq 100); do echo "unit-$i.service loaded failed failed Some  unit"; done;;
    esac`
  )
  const ask = async (): Promise<unknown> => await inside('machine.failedUnits(systemSpawn, signal)', { PATH })
  assert.deepEqual(await ask(), { state: '', failed: [] })
  await mkdir(join(machine.dir, 'run/systemd/system'), { recursive: true })
  assert.equal(await inside('machine.hasSystemd()'), true)
  const failed = Array.from({ length: 64 }, (_, index) => `unit-${index + 1}.service`)
  assert.deepEqual(await ask(), { state: 'degraded', failed })
  await rm(join(machine.dir, 'run/systemd'), { recursive: true })
  assert.equal(await inside('machine.hasSystemd()'), false)
})

const notify = (state: string): string =>
  `machine.notifySystemd(systemSpawn, ${JSON.stringify([state])}, signal)`

test('the service manager is told only where there is one', async () => {
  const file = join(machine.dir, 'notified')
  const PATH = await program('systemd-notify', `echo "$@" >> ${file}; [ "$1" != BAD=1 ]`)
  await inside(notify('READY=1'), { PATH, NOTIFY_SOCKET: '' })
  await inside(notify('STOPPING=1'), { PATH, NOTIFY_SOCKET: '/run/notify' })
  assert.equal(await readFile(file, 'utf8'), 'STOPPING=1\n')
  const failed = inside(`${notify('BAD=1')}.catch((error) => error.code)`, {
    PATH,
    NOTIFY_SOCKET: '/run/notify'
  })
  assert.equal(await failed, 'notify_failed')
})

test('a file is replaced whole, with its mode, and nothing is left beside it', async () => {
  const files = join(machine.dir, 'files')
  await mkdir(files)
  const path = join(files, 'state')
  await writeFileDurably(path, 'one', 0o666)
  await writeFileDurably(path, Buffer.from('two'), 0o600)
  assert.equal(await readFile(path, 'utf8'), 'two')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await mkdir(join(files, 'directory'))
  await assert.rejects(writeFileDurably(join(files, 'directory'), 'x', 0o600), { code: 'EISDIR' })
  assert.deepEqual((await readdir(files)).toSorted(), ['directory', 'state'])
})

test('a full disk has its own error, and leaves the old file', async () => {
  const script = `
    const { writeFileDurably } = await import(${JSON.stringify(resolve('src/host/disk.ts'))})
    await writeFileDurably('/run/small/file', 'old', 0o600)
    console.log(await writeFileDurably('/run/small/file', new Uint8Array(1e6), 0o600).catch((error) => error.code))`
  const { stdout, stderr } = await machine.spawn.run(
    'sh',
    [
      '-ec',
      'mkdir -p /run/small; mount -t tmpfs -o size=64k none /run/small; "$0" --input-type=module -e "$1"; cat /run/small/*',
      process.execPath,
      script
    ],
    { signal }
  )
  assert.equal(stdout, 'disk_full\nold', stderr)
})

test('free bytes, and a sync', async () => {
  assert.ok((await freeBytes(machine.dir)) > 0)
  await assert.rejects(freeBytes(join(machine.dir, 'none')), { code: 'ENOENT' })
  await syncFilesystem(machine.dir, systemSpawn, signal)
  await assert.rejects(syncFilesystem(join(machine.dir, 'none'), systemSpawn, signal), {
    code: 'sync_failed'
  })
})
