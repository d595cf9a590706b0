// What ./setup bundles is the same program: a fleet of two machines is made and asked with it.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, test } from 'vitest'
import { statusSchema } from '../../src/model/control.ts'
import { freePort } from '../support/real-fleet.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
let dir: string
let main: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-bundle-'))
  main = join(dir, 'dist/js/main.js')
  await mkdir(join(dir, 'dist'))
  for (const name of ['node_modules', 'native']) await symlink(join(ROOT, name), join(dir, name))
  await copyFile(join(ROOT, 'package.json'), join(dir, 'package.json'))
  await run(process.execPath, [join(ROOT, 'scripts/bundle.ts'), join(dir, 'dist/js')])
}, 60_000)
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

const shoal = async (machine: string, ...args: string[]): Promise<string> =>
  (await run(process.execPath, [main, '--dir', join(dir, machine), ...args])).stdout.trim()

test('a bundled admin asks a bundled coordinator', async () => {
  assert.equal(await shoal('admin', '--version'), '0.1.0')
  await shoal('admin', 'init', '--name', 'bundled')
  const address = `/ip4/127.0.0.1/udp/${await freePort()}/quic-v1`
  const ticket = await shoal('admin', 'ticket', '--role', 'coordinator', '--announce', address)
  await shoal('hub', 'join', ticket, '--name', 'hub')
  const args = [main, '--dir', join(dir, 'hub'), '--json', 'up', '--listen', address]
  const hub = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await once(createInterface({ input: hub.stdout }), 'line')
    const { coordinators } = statusSchema.parse(JSON.parse(await shoal('admin', 'status', '--json')))
    assert.deepEqual(
      coordinators.map(({ name, online }) => [name, online]),
      [['hub', true]]
    )
    // An error keeps its class, and so its exit code, over the way.
    await assert.rejects(shoal('admin', 'device', 'nobody'), { code: 5 })
  } finally {
    hub.kill('SIGTERM')
    await once(hub, 'exit')
  }
}, 60_000)
