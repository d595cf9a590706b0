import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { z } from 'zod'
import { systemSpawn } from '../../src/host/spawn.ts'

const signal = new AbortController().signal
const MAIN = join(import.meta.dirname, '../../src/main.ts')
const NODE = ['--disable-warning=ExperimentalWarning', MAIN]

const schema = z.object({
  dir: z.string(),
  releases: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      devices: z.array(
        z.object({
          name: z.string(),
          outcome: z.string(),
          generation: z.number().nullable(),
          bytesReceived: z.number(),
          seconds: z.number(),
          answer: z.string()
        })
      )
    })
  )
})

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(await realpath(tmpdir()), 'shoal-t-'))
})
afterEach(async () => {
  await systemSpawn.run('chmod', ['-R', 'u+w', parent], { signal })
  await rm(parent, { recursive: true })
})

/** Processes whose command line or mounts name the directory. */
async function left(dir: string): Promise<string> {
  const found = await systemSpawn.run('grep', ['-lsF', dir, ...(await processFiles())], { signal })
  return found.stdout
}

async function processFiles(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/mountinfo`])
}

test('a fleet goes through three versions, while a device is killed in the middle of the second', async () => {
  const dir = join(parent, 'd')
  let killed = 0
  const onStderrLine = (line: string): void => {
    if (killed > 0 || !/device-1: (fetching|activating).* v1 → v2/.test(line)) return
    killed = 1
    void readFile(join(dir, 'device-1/lock.pid'), 'utf8').then((pid) => {
      killed = Number(pid)
      process.kill(killed, 'SIGKILL')
    })
  }
  const args = [...NODE, 'demo', '--once', '--devices', '2', '--json', '--dir', dir]
  const run = await systemSpawn.run(process.execPath, args, { signal, onStderrLine })
  assert.equal(run.code, 0, run.stderr)
  assert.ok(killed > 1)
  assert.match(run.stderr, /device-1 has ended; starting it again/)
  const { releases, ...rest } = schema.parse(JSON.parse(run.stdout))
  assert.equal(rest.dir, dir)
  assert.deepEqual(
    releases.map(({ name, devices }) => [
      name,
      ...devices.map((device) => [device.name, device.outcome, device.answer])
    ]),
    [
      ['v1', ['device-1', 'committed', 'hello from v1'], ['device-2', 'committed', 'hello from v1']],
      ['v2', ['device-1', 'committed', 'hello from v2'], ['device-2', 'committed', 'hello from v2']],
      ['v3', ['device-1', 'rolled-back', 'hello from v2'], ['device-2', 'rolled-back', 'hello from v2']]
    ]
  )
  // v2 shares nearly all of its paths with v1, and only the others travel.
  const [v1, v2] = releases.map(({ devices }) => devices[1]?.bytesReceived ?? 0)
  assert.ok(v1 != null && v2 != null && v1 > 20e6 && v2 > 100e3 && v2 < v1 / 4, `${v1} and ${v2} bytes`)
  assert.ok(existsSync(join(dir, 'device-1/log')), '--dir keeps everything')
  assert.equal(await left(dir), '')
}, 240_000)

test('SIGTERM in the middle of the first version ends it, with nothing left behind', async () => {
  const stop = new AbortController()
  let stderr = ''
  const onStderrLine = (line: string): void => {
    stderr += `${line}\n`
    if (/device-1: fetching/.test(line)) stop.abort(new Error('far enough'))
  }
  const env = { TMPDIR: parent }
  const args = [...NODE, 'demo', '--devices', '1', '--json']
  const running = systemSpawn.run(process.execPath, args, { signal: stop.signal, env, onStderrLine })
  await assert.rejects(running, /far enough/, stderr)
  assert.deepEqual(await readdir(parent), [])
  assert.equal(await left(parent), '')
}, 120_000)
