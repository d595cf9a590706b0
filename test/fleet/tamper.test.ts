// A coordinator whose disk was changed by somebody: what it hands out then, nobody takes. And one whose disk is full.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import type { RolloutView } from '../../src/model/control.ts'
import { rolloutSchema } from '../../src/model/control.ts'
import { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const VERSIONS = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'] as const
const LARGE_BYTES = 60_000
let fleet: RealFleet
let admin: Machine
let hub: Machine
let robot: Machine
const toplevel = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['robot'] })
  const [first] = fleet.devices
  assert.ok(first != null)
  admin = fleet.admin
  hub = fleet.coordinator
  robot = first
  await fleet.up(admin)
  const specs = [...VERSIONS.map((version) => ({ version })), { version: 'large', bytes: LARGE_BYTES }]
  const built = await fleet.lab.build(admin, specs)
  for (const [index, { version }] of specs.entries()) toplevel.set(version, built[index] ?? '')
  await admin.publish('v1', toplevel.get('v1') ?? '')
  await admin.rollout(['v1', '--on', 'robot'])
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const path = (version: string): string => toplevel.get(version) ?? ''

/** Files of the coordinator's content. */
async function files(shelf: string): Promise<string[]> {
  const entries = await readdir(join(hub.dir, 'content', shelf), { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

/** Publishes a version; the files that came with it. */
async function publish(version: string, shelf: string): Promise<string[]> {
  const before = new Set(await files(shelf))
  await admin.publish(version, path(version))
  return (await files(shelf)).filter((file) => !before.has(file))
}

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file)
  flip(bytes, Math.floor(bytes.byteLength / 2))
  await writeFile(file, bytes)
}

const flip = (bytes: Uint8Array, at: number): void => {
  bytes[at] = (bytes[at] ?? 0) ^ 1
}

/** Changes the signed bytes in a row of the coordinator's database, as far from the end as told. */
function flipInDatabase(table: 'releases' | 'rollouts', id: string, fromEnd: number): void {
  using database = new DatabaseSync(join(hub.dir, 'coordinator.db'))
  const bytes = database.prepare(`select bytes from ${table} where id = ?`).get(id)?.['bytes'] as Uint8Array
  flip(bytes, bytes.byteLength - fromEnd)
  database.prepare(`update ${table} set bytes = ? where id = ?`).run(bytes, id)
}

/** Stops the coordinator, does something to its disk, starts it again. */
async function meanwhile(work: () => Promise<void> | void): Promise<void> {
  await fleet.down(hub)
  await work()
  await fleet.up(hub)
}

/** The device took nothing of it and says why; so does the rollout. */
async function refusedBy(view: RolloutView, code: string): Promise<void> {
  assert.equal(view.outcome, 'failed')
  assert.equal(view.devices[0]?.error?.code, code, JSON.stringify(view.devices[0]?.error))
  // A refusal is answered at once; what the device says of itself comes with its next report.
  await admin.watchUntil(({ devices: [device] }) => device?.lastError?.code === code)
  const { running } = await admin.device('robot')
  assert.equal(running?.version, 'v1')
  assert.deepEqual(await robot.real(), { running: path('v1'), profile: path('v1') })
  assert.deepEqual(await robot.activations(), ['test v1', 'boot v1'])
}

describe('a byte is changed', () => {
  test('in a chunk', async () => {
    const [chunk = ''] = await publish('v2', 'chunks')
    await meanwhile(async () => await flipByte(chunk))
    await refusedBy(await admin.rollout(['v2', '--on', 'robot'], 11), 'chunk_digest')
    // The coordinator read it again and dropped what was damaged: publishing sends it anew.
    await vi.waitFor(() => assert.ok(!existsSync(chunk)), { timeout: 20_000 })
    await admin.publish('v2-again', path('v2'))
    assert.ok(existsSync(chunk))
  })

  test('in a chunk list', async () => {
    const [list = ''] = await publish('v3', 'lists')
    await meanwhile(async () => await flipByte(list))
    await refusedBy(await admin.rollout(['v3', '--on', 'robot'], 11), 'content_missing')
  })

  test('in a manifest', async () => {
    const [manifest = ''] = await publish('v4', 'manifests')
    await meanwhile(async () => await flipByte(manifest))
    await refusedBy(await admin.rollout(['v4', '--on', 'robot'], 11), 'content_missing')
  })

  test('in the signature of a release', async () => {
    const release = await admin.publish('v5', path('v5'))
    await meanwhile(() => flipInDatabase('releases', release, 1))
    await refusedBy(await admin.rollout(['v5', '--on', 'robot'], 11), 'document_signature')
  })

  test('in an offer', async () => {
    await admin.publish('v6', path('v6'))
    await fleet.down(robot)
    const { rollout } = await admin.ask(rolloutSchema, ['rollout', 'v6', '--on', 'robot'])
    // Inside the payload: the signature is over other bytes then.
    await meanwhile(() => flipInDatabase('rollouts', rollout, 120))
    await fleet.up(robot)
    await admin.watchUntil(({ devices: [device] }) => device?.lastError?.code === 'document_signature')
    await refusedBy(await admin.ask(rolloutSchema, ['rollout', 'show', rollout]), 'document_signature')
  })
})

test('a release signed by another key is not taken in', async () => {
  await fleet.down(admin)
  const thief = new Machine(admin.world, join(admin.world.dir, 'thief'), admin.env, new Set())
  await cp(admin.dir, thief.dir, { recursive: true })
  await writeFile(join(thief.dir, 'keys/release.key'), `${'7'.repeat(64)}\n`)
  await thief.refused(['publish', path('v7')], { exit: 3, code: 'document_signature' })
  await thief.refused(['rollout', 'v1', '--on', 'robot'], { exit: 3, code: 'document_signature' })
  await fleet.up(admin)
})

test('a content budget that is reached: nothing is lost, and there is room again when it is raised', async () => {
  await meanwhile(async () => await hub.configure({ contentBytesMax: LARGE_BYTES / 2 }))
  await admin.refused(['publish', path('large')], { exit: 8, code: 'quota' })
  await admin.publish('v7', path('v7'))
  await admin.rollout(['v7', '--on', 'robot'])
  assert.equal((await robot.real()).running, path('v7'))
  await meanwhile(async () => await hub.configure({ contentBytesMax: 100 * LARGE_BYTES }))
  await admin.publish('large', path('large'))
  await admin.rollout(['large', '--on', 'robot'])
  assert.equal((await robot.real()).running, path('large'))
})

test.each(['v3', 'v4'])('what was damaged is whole once it is published again: %s', async (version) => {
  await admin.publish(`${version}-again`, path(version))
  await admin.rollout([`${version}-again`, '--on', 'robot'])
  assert.equal((await robot.real()).running, path(version))
})
