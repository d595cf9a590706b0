// Disks that fill, on real small file systems: told early, refused in time, and nothing half-written; a coordinator goes on serving.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, test } from 'vitest'
import { z } from 'zod'
import { rolloutSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const run = promisify(execFile)
const MIB = 1024 * 1024
const RESERVE = 8 * MIB
const VERSIONS = ['v1', 'v2', 'large'] as const
/** Of the file in the version `large`; the other versions are some kB. */
const LARGE = 12 * MIB
const checks = z.object({
  checks: z.array(z.object({ id: z.string(), ok: z.boolean(), message: z.string() }))
})

let fleet: RealFleet
let admin: Machine
let hub: Machine
let one: Machine
/** Has its store on a small file system. */
let small: Machine
let metricsPort: number
const mounts: string[] = []
const alarms: { subject: string; detail: { freeBytes: number; reserveBytes: number } }[] = []
const receiver = createServer((request, response) => {
  text(request)
    .then((body) => {
      response.writeHead(204).end()
      if (request.headers['shoal-event'] === 'disk_filling') alarms.push(JSON.parse(body))
    })
    .catch(() => response.destroy())
})

/** Puts a file system of its own under a directory; only root may. */
async function mount(dir: string, bytes: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'shoal-full-disk', dir])
  mounts.push(dir)
}

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  const free = createServer().listen(0, '127.0.0.1')
  await Promise.all([once(receiver, 'listening'), once(free, 'listening')])
  metricsPort = (free.address() as AddressInfo).port
  free.close()
  fleet = await createRealFleet({
    devices: ['one'],
    coordinatorConfig: { reserveBytes: RESERVE },
    prepare: async (machine) => await mount(machine.dir, 64 * MIB)
  })
  ;({ admin, coordinator: hub } = fleet)
  one = fleet.devices[0] ?? assert.fail()
  small = await fleet.join('small', { config: { reserveBytes: RESERVE } })
  const store = join(small.world.dir, 'nix')
  await mount(store, 64 * MIB)
  await mkdir(join(store, 'store'))
  await mkdir(join(store, 'var'))
  const secretFile = join(hub.world.dir, 'secret')
  await writeFile(secretFile, '0123456789abcdef0123456789abcdef')
  const [address = ''] = fleet.daemons.get(hub.name)?.ready.listen ?? []
  await fleet.down(hub)
  await hub.configure({
    announce: [address.replace(/\/p2p\/.*$/, '')],
    reserveBytes: RESERVE,
    metricsListen: `127.0.0.1:${metricsPort}`,
    webhooks: [{ url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, secretFile }]
  })
  await fleet.up(hub)
  await fleet.up(small)
  await hub.watchUntil(({ devices }) => devices.filter(({ online }) => online).length === 2)
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((version) => ({ version, bytes: version === 'large' ? LARGE : 0 }))
  )
  for (const [index, version] of VERSIONS.entries()) toplevels.set(version, built[index] ?? '')
  await admin.publish('v1', path('v1'))
}, 120_000)
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  for (const daemon of fleet?.daemons.values() ?? []) await daemon.end('SIGKILL')
  for (const dir of mounts) await run('umount', ['-l', dir]).catch(() => undefined)
  await fleet?.[Symbol.asyncDispose]()
})

const toplevels = new Map<string, string>()
const path = (version: (typeof VERSIONS)[number]): string => toplevels.get(version) ?? ''

/** Fills the file system of a directory until so many bytes are free; a daemon writes there too, so the last may be its. */
async function fill(dir: string, leave: number): Promise<void> {
  await rm(join(dir, 'ballast'), { force: true })
  const { bavail, bsize } = await statfs(dir)
  const bytes = bavail * bsize - leave
  await writeFile(join(dir, 'ballast'), randomBytes(Math.max(0, bytes))).catch((error: unknown) => {
    if (leave > 0 || (error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  })
}

async function eventually(when: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(45_000)
  while (!(await when())) {
    limit.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Files of the content store that are being written. */
const halfWritten = async (): Promise<string[]> => await readdir(join(hub.dir, 'content/tmp'))

test('a coordinator warns while there is time: doctor, status, metrics, a webhook', async () => {
  const { checks: before } = await hub.ask(checks, ['doctor'])
  assert.ok(before.some(({ id, ok }) => id === 'disk' && ok))
  await fill(hub.dir, RESERVE * 1.5)
  const { checks: after } = await hub.ask(checks, ['doctor'], 7)
  assert.match(after.find(({ id, ok }) => id === 'disk' && !ok)?.message ?? '', /and filling/)
  const told = await admin.run(['status'])
  assert.equal(told.code, 0)
  assert.match(told.stderr, /hub has .* free, and its disk is filling: below .* nothing can be published/)
  const [shown] = (await admin.status()).coordinators
  assert.equal(shown?.disk?.reserveBytes, RESERVE)
  const freeBytes = shown?.disk?.freeBytes ?? 0
  assert.ok(freeBytes > RESERVE && freeBytes < 2 * RESERVE, String(freeBytes))
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const gauge = Number(/^shoal_disk_free_bytes (\d+)/m.exec(metrics)?.[1])
  assert.ok(gauge > RESERVE && gauge < 2 * RESERVE, metrics)
  await eventually(() => alarms.some(({ subject }) => subject === 'hub'))
  assert.equal(alarms.find(({ subject }) => subject === 'hub')?.detail.reserveBytes, RESERVE)
}, 90_000)

test('below its reserve it refuses what is new, and serves what it has', async () => {
  await fill(hub.dir, RESERVE / 2)
  await admin.refused(['publish', path('v2'), '--as', 'v2'], { exit: 8, code: 'no_room' })
  assert.match((await admin.run(['status'])).stderr, /nothing can be published until there is more than/)
  await admin.refused(['rollout', 'v2', '--on', 'one'], { exit: 5, code: 'release_not_found' })
  assert.deepEqual(await halfWritten(), [])
  await admin.rollout(['v1', '--on', 'one'])
  assert.equal((await one.real()).running, path('v1'))
  await fleet.up(await fleet.join('late'))
  await admin.rollout(['v1', '--on', 'late'])
}, 90_000)

test('without a byte left it answers, and what it could not keep is told again', async () => {
  await fill(hub.dir, 0)
  assert.equal((await admin.status()).devices.length, 3)
  await admin.refused(['publish', path('v2'), '--as', 'v2'], { exit: 8, code: 'no_room' })
  const refused = await admin.run(['--json', 'rollout', 'v1', '--on', 'small'])
  assert.equal(refused.code, 8, `${refused.stdout}${refused.stderr}`)
  await rm(join(hub.dir, 'ballast'))
  // The same daemon goes on: nobody has to start it again.
  await admin.publish('v2', path('v2'))
  await admin.rollout(['v2', '--on', 'one'])
  assert.equal((await one.real()).running, path('v2'))
  assert.deepEqual(await halfWritten(), [])
  await fleet.down(hub)
  await fleet.up(hub)
  await hub.watchUntil(({ devices }) => devices.every(({ online }) => online))
}, 90_000)

test('a device whose store is full says so, and goes on by itself once its own garbage collection has made room', async () => {
  await rm(join(hub.dir, 'ballast'), { force: true })
  await admin.publish('large', path('large'))
  const store = join(small.world.dir, 'nix')
  // A path that nothing refers to takes the room.
  const ballast = join(small.world.dir, 'ballast')
  const { bavail, bsize } = await statfs(store)
  await writeFile(ballast, randomBytes(bavail * bsize - RESERVE - LARGE))
  const nix = async (...args: string[]): Promise<void> => {
    const [command, entered] = small.world.enter(['nix-store', ...args])
    await run(command, entered, { env: { ...process.env, ...small.world.env } })
  }
  await nix('--add', ballast)
  const told = await admin.ask(
    rolloutSchema,
    ['rollout', 'large', '--on', 'small', '--wait', '--timeout', '5'],
    13
  )
  const [device] = told.devices
  assert.deepEqual([device?.outcome, device?.error?.code], ['deferred', 'store_full'])
  const full = await hub.watchUntil(({ devices }) =>
    devices.some(({ name, state }) => name === 'small' && state === 'deferred')
  )
  const shown = full.devices.find(({ name }) => name === 'small')
  assert.equal(shown?.lastError?.code, 'store_full')
  const free = shown?.disk.freeBytes ?? 0
  assert.ok(free < RESERVE + 2 * LARGE, `${free} bytes are said to be free`)
  assert.notEqual((await small.real()).running, path('large'))
  await nix('--gc')
  const after = await hub.watchUntil(({ devices }) =>
    devices.some(
      ({ name, state, running }) => name === 'small' && state === 'current' && running?.version === 'large'
    )
  )
  assert.equal((await small.real()).running, path('large'))
  const { outcome } = await admin.ask(rolloutSchema, ['rollout', 'show', told.rollout])
  assert.equal(outcome, 'committed')
  const now = after.devices.find(({ name }) => name === 'small')?.disk.freeBytes ?? 0
  assert.ok(now > free, `${now} bytes are said to be free after ${free}`)
}, 180_000)
