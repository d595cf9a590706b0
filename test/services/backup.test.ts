// The file of a backup, and a restore of what an older program wrote.
import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { planOf } from '../../src/model/rollout-plan.ts'
import { initFleet, issueTicket, joinFleet } from '../../src/services/admin/fleet.ts'
import { backup, restore } from '../../src/services/backup/backup.ts'
import { BackupReader, BackupWriter } from '../../src/services/backup/file.ts'
import { readKeys } from '../../src/services/home.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'
import type { CoordinatorTables } from '../../src/state/coordinator-schema.ts'
import { COORDINATOR_MIGRATIONS } from '../../src/state/coordinator-schema.ts'
import { openDatabase } from '../../src/state/database.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
let place: string
let hub: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'shoal-backup-'))
  const admin = join(place, 'admin')
  hub = join(place, 'hub')
  const home = await initFleet(admin, 'acme', NOW)
  const keys = (await readKeys(admin)) ?? assert.fail()
  const order = { role: 'coordinator', labels: {}, uses: 1, lifeSeconds: 3600, announce: [] } as const
  const { text } = await issueTicket(home, keys, order, NOW)
  await joinFleet(hub, { ticket: text, name: 'hub', sshKey: undefined }, NOW)
})
afterAll(async () => {
  await rm(place, { recursive: true })
})

test('a database of the first schema comes back with the newest', async () => {
  const [first] = Object.entries(COORDINATOR_MIGRATIONS)
  assert.ok(first != null)
  const path = join(hub, 'coordinator.db')
  {
    await using old = await openDatabase<CoordinatorTables>(path, Object.fromEntries([first]))
    const event = { at: NOW, type: 'before', actor: '', subject: '', detail: '{}' }
    await old.kysely.insertInto('events').values(event).execute()
  }
  const file = join(place, 'old.shoal')
  await backup(hub, file, { content: false }, NOW)
  const dir = join(place, 'restored')
  const view = await restore(file, dir, { announce: [] }, NOW + 1000)
  assert.equal(view.name, 'hub')
  await using database = await openCoordinatorDatabase(join(dir, 'coordinator.db'))
  const state = createCoordinatorState(database)
  const types = (await state.events({ limit: 10 })).map(({ type }) => type)
  assert.deepEqual(types, ['before', 'restored'])
  // Orders go on far above what was signed before, and once more after another restore.
  assert.equal(await state.lastOfferCounter(), 1_000_000)
  assert.equal(await state.lastReleaseCounter('main'), 1_000_000)
  assert.equal(await state.restoreEpoch(), NOW + 1000)
  const again = join(place, 'again')
  await backup(dir, file, { content: false }, NOW)
  await restore(file, again, { announce: ['/ip4/192.0.2.1/udp/1/quic-v1'] }, NOW + 2000)
  assert.deepEqual(JSON.parse(await readFile(join(again, 'config.json'), 'utf8')), {
    announce: ['/ip4/192.0.2.1/udp/1/quic-v1']
  })
  await using second = await openCoordinatorDatabase(join(again, 'coordinator.db'))
  assert.equal(await createCoordinatorState(second).lastOfferCounter(), 2_000_000)
})

test('a fleet that an earlier program wrote comes back whole, and its rollout goes on', async () => {
  // Written by the program of commit b1f2111, which had the first and the third step of today's schema: test/vectors.
  const dir = join(place, 'early')
  const file = join(place, 'early.shoal')
  await cp(hub, dir, { recursive: true })
  for (const name of await readdir(dir)) {
    if (name.startsWith('coordinator.db')) await rm(join(dir, name))
  }
  {
    using old = new DatabaseSync(join(dir, 'coordinator.db'))
    old.exec(await readFile('test/vectors/coordinator-0001-0003.sql', 'utf8'))
  }
  await backup(dir, file, { content: false }, NOW)
  const later = join(place, 'early-restored')
  const view = await restore(file, later, { announce: [] }, NOW)
  assert.deepEqual(view.running, ['o-1'])
  assert.deepEqual(view.withoutContent, [{ release: 'r-main-v1', version: 'v1' }])
  await using database = await openCoordinatorDatabase(join(later, 'coordinator.db'))
  const state = createCoordinatorState(database)
  assert.deepEqual(
    (await state.members('device')).map(({ name, ticket, labels }) => [name, ticket, labels]),
    [
      ['one', 't-1', { site: 'lyon' }],
      ['two', 't-2', { site: 'lyon' }]
    ]
  )
  assert.deepEqual(
    (await state.listTickets()).map(({ id, used }) => [id, used]),
    [
      ['t-1', 1],
      ['t-2', 1]
    ]
  )
  // A rollout of before plans has one wave, and whoever was offered anything is in it.
  const rollout = await state.rollout('o-1')
  assert.deepEqual(rollout?.plan, { ...planOf(2), maxFailures: null })
  assert.deepEqual(
    (await state.rolloutDevices('o-1')).map(({ state: row, outcome, generation, wave }) => [
      row,
      outcome,
      generation,
      wave
    ]),
    [
      ['done', 'committed', 3, 0],
      ['working', null, null, 0]
    ]
  )
  assert.deepEqual(
    (await state.events({ limit: 10 })).map(({ type }) => type),
    ['enrolled', 'enrolled', 'published', 'rollout_started', 'device_outcome', 'restored']
  )
})

test('a schema of a newer program is refused, and nothing is left', async () => {
  const dir = join(place, 'newer-hub')
  const file = join(place, 'newer.shoal')
  await backup(hub, file, { content: false }, NOW)
  await restore(file, dir, { announce: [] }, NOW)
  {
    const migrations = { ...COORDINATOR_MIGRATIONS, '9999-later': { up: async () => undefined } }
    await using _ = await openDatabase(join(dir, 'coordinator.db'), migrations)
  }
  await backup(dir, file, { content: false }, NOW)
  const target = join(place, 'target')
  await assert.rejects(restore(file, target, { announce: [] }, NOW), { code: 'state_newer' })
  const left = (await readdir(target)).filter((name) => !name.startsWith('lock'))
  assert.deepEqual(left, [])
})

test('a configuration that is there stays, with the new address in it', async () => {
  const file = join(place, 'kept.shoal')
  await backup(hub, file, { content: false }, NOW)
  const dir = await mkdtemp(join(place, 'kept-'))
  await writeFile(join(dir, 'config.json'), '{"logLevel":"debug"}')
  await restore(file, dir, { announce: ['/ip4/192.0.2.1/udp/1/quic-v1'] }, NOW)
  assert.deepEqual(JSON.parse(await readFile(join(dir, 'config.json'), 'utf8')), {
    logLevel: 'debug',
    announce: ['/ip4/192.0.2.1/udp/1/quic-v1']
  })
})

test('no change of any byte, and no cut, passes', async () => {
  const file = join(place, 'small.shoal')
  const header = { fleet: 'f', name: 'n', peer: 'p', at: 1, content: false }
  const writer = await BackupWriter.create(file, header)
  await writer.add('a/b', 3, pieces('x', 'yz'))
  await writer.add('empty', 0, pieces())
  await writer.finish()
  await writer.close()
  assert.deepEqual(await contentOf(file), { 'a/b': 'xyz', empty: '' })
  const whole = await readFile(file)
  const other = join(place, 'other.shoal')
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      await writeFile(other, whole.with(at, (whole[at] ?? 0) ^ flip))
      await assert.rejects(contentOf(other), { code: 'backup_damaged' })
      await writeFile(other, whole.subarray(0, at))
      await assert.rejects(contentOf(other), { code: 'backup_damaged' })
    }),
    { numRuns: 60 }
  )
})

test('a path that would leave the directory is no entry', async () => {
  for (const path of ['../x', 'a/../../x', '/etc/x', 'a//b', '.', '']) {
    const file = join(place, 'evil.shoal')
    await rm(file, { force: true })
    const writer = await BackupWriter.create(file, {
      fleet: 'f',
      name: 'n',
      peer: 'p',
      at: 1,
      content: false
    })
    await writer.add(path, 1, pieces('x'))
    await writer.finish()
    await writer.close()
    await assert.rejects(contentOf(file), { code: 'backup_damaged' }, path)
  }
})

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function contentOf(file: string): Promise<Record<string, string>> {
  await using reader = await BackupReader.open(file)
  const found: Record<string, string> = {}
  for await (const entry of reader.entries()) {
    const parts: Uint8Array[] = []
    for await (const piece of entry.read()) parts.push(piece)
    found[entry.path] = Buffer.concat(parts).toString()
  }
  return found
}
