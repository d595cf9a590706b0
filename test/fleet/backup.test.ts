// A coordinator burns down in the middle of a rollout, and comes back elsewhere from its last backup: no device needs hands,
// the rollout ends as it should, and what happened after the backup is recovered from the devices or named as lost.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, test } from 'vitest'
import { z } from 'zod'
import { rolloutSchema, ticketSchema } from '../../src/model/control.ts'
import type { Daemon, Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const BACKUP = z.object({
  file: z.string(),
  bytes: z.number().positive(),
  sha256: z.string().length(64),
  fleet: z.string(),
  name: z.literal('hub'),
  peer: z.string(),
  at: z.iso.datetime(),
  content: z.boolean()
})
const RESTORED = z.object({
  fleet: z.string(),
  name: z.literal('hub'),
  peer: z.string(),
  dir: z.string(),
  backupAt: z.iso.datetime(),
  withoutContent: z.array(z.object({ release: z.string(), version: z.string() })),
  running: z.array(z.string())
})
const VERSIONS = ['v1', 'v2', 'v3', 'v4', 'v5'] as const

let fleet: RealFleet
let admin: Machine
let hub: Machine
let one: Machine
let two: Machine
let standby: string
let standbyDaemon: Daemon
/** Where the coordinator is at last. */
let third: Machine
const toplevel = new Map<string, string>()

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['one', 'two'] })
  const [first, second] = fleet.devices
  assert.ok(first != null && second != null)
  ;({ admin, coordinator: hub } = fleet)
  one = first
  two = second
  // A second address is announced while all is well: where the coordinator would come back.
  standby = `/ip4/127.0.0.1/udp/${await freePort()}/quic-v1`
  const [address = ''] = fleet.daemons.get(hub.name)?.ready.listen ?? []
  const announce = [address.replace(/\/p2p\/.*$/, ''), standby]
  await fleet.down(hub)
  await hub.configure({ announce })
  await fleet.up(hub)
  await hub.watchUntil(({ devices }) => devices.filter(({ online }) => online).length === 2)
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((version) => ({ version }))
  )
  for (const [index, version] of VERSIONS.entries()) toplevel.set(version, built[index] ?? '')
  for (const version of ['v1', 'v2', 'v3']) await admin.publish(version, toplevel.get(version) ?? '')
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const real = (version: string) => ({ running: toplevel.get(version), profile: toplevel.get(version) })

test('a backup is a coordinator’s, and taken while it runs or not', async () => {
  const file = join(hub.world.dir, 'first.shoal')
  const running = await hub.ask(BACKUP, ['backup', file])
  assert.equal((await readFile(file)).byteLength, running.bytes)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  await fleet.down(hub)
  const still = await hub.ask(BACKUP, ['backup', file])
  assert.equal(still.peer, running.peer)
  await fleet.up(hub)
  await admin.refused(['backup', join(admin.world.dir, 'x')], { exit: 3, code: 'backup_role' })
  await one.refused(['backup', join(one.world.dir, 'x')], { exit: 3, code: 'backup_role' })
  // Nothing of it is left beside it.
  assert.deepEqual(
    (await readdir(hub.dir)).filter((name) => name.startsWith('backup-')),
    []
  )
})

interface Happened {
  readonly id: number
  readonly type: string
  readonly actor: string
  readonly subject: string
  readonly rollout: string
}

/** The event log of a coordinator's database, after a number. */
function eventsOf(dir: string, after: number): Happened[] {
  using database = new DatabaseSync(join(dir, 'coordinator.db'), { readOnly: true })
  const rows = database.prepare('select * from events where id > ? order by id').all(after)
  return rows.map(({ id, type, actor, subject, detail }) => ({
    id: Number(id),
    type: String(type),
    actor: String(actor),
    subject: String(subject),
    rollout: String(JSON.parse(String(detail)).rollout ?? '')
  }))
}

/** Whether what happened before the loss is known again after it, or named as lost; nothing may be neither. */
function traceOf(event: Happened, after: readonly Happened[]): 'recovered' | 'lost' | undefined {
  const has = (type: string, subject: string, actor = ''): boolean =>
    after.some((each) => each.type === type && each.subject === subject && each.actor.startsWith(actor))
  switch (event.type) {
    case 'enrolled':
      return has('member_readmitted', event.subject) ? 'recovered' : undefined
    case 'device_outcome':
      return has('rollout_lost', event.rollout, event.subject) || has(event.type, event.subject)
        ? 'recovered'
        : undefined
    case 'rollout_started':
    case 'rollout_wave':
    case 'rollout_done':
      return has('rollout_lost', event.subject) ? 'lost' : undefined
    default:
      return has(event.type, event.subject) ? 'recovered' : undefined
  }
}

test('restore drill: killed in mid-rollout, disk gone, restored elsewhere', async ({ annotate }) => {
  await hub.watchUntil(({ devices }) => devices.filter(({ online }) => online).length === 2)
  await admin.rollout(['v1', '--on', '*'])
  const gate = await one.gate('test', 'v2')
  const open = await admin.ask(rolloutSchema, ['rollout', 'v2', '--on', 'one'])
  await gate.reached()
  const file = join(hub.world.dir, 'last.shoal')
  await hub.ask(BACKUP, ['backup', '--content', file])
  const backedUp = eventsOf(hub.dir, 0).at(-1)?.id ?? 0

  // What the backup does not know: a rollout, a device that was enrolled, one that was revoked.
  const lost = await admin.rollout(['v3', '--on', 'two'])
  const four = await fleet.join('four')
  const thief = await fleet.join('thief')
  const both = hub.watchUntil(({ devices }) => devices.filter(({ online }) => online).length === 4)
  await fleet.up(four)
  await fleet.up(thief)
  await both
  await admin.ask(z.object({ revoked: z.literal(true) }), ['revoke', 'thief', '--yes'])

  await fleet.down(hub, 'SIGKILL')
  const burned = eventsOf(hub.dir, backedUp)
  await rm(hub.dir, { recursive: true })
  await gate.release()

  const next = await fleet.lab.machine('next')
  // Cut in half, or changed: refused, and nothing is written.
  const whole = await readFile(file)
  const damaged = join(next.world.dir, 'damaged.shoal')
  for (const bytes of [
    whole.subarray(0, whole.byteLength / 2),
    whole.subarray(0, 20),
    whole.with(whole.byteLength >> 1, (whole[whole.byteLength >> 1] ?? 0) ^ 1)
  ]) {
    await writeFile(damaged, bytes)
    await next.refused(['restore', damaged], { exit: 7, code: 'backup_damaged' })
  }
  await next.refused(['restore', join(next.world.dir, 'nowhere')], { exit: 5, code: 'backup_missing' })
  assert.deepEqual(await readdir(next.dir), [])

  const beganMs = performance.now()
  const restored = await next.ask(RESTORED, ['restore', file, '--announce', standby])
  assert.deepEqual(restored.running, [open.rollout])
  assert.deepEqual(restored.withoutContent, [])
  await next.refused(['restore', file], { exit: 6, code: 'directory_not_empty' })
  standbyDaemon = await next.up([standby])
  await next.refused(['restore', file], { exit: 6, code: 'directory_locked' })

  // The devices come by themselves, and the rollout ends.
  await next.watchUntil(({ devices }) => {
    const names = devices.filter(({ online, state }) => online && state === 'current').map(({ name }) => name)
    return ['four', 'one', 'two'].every((name) => names.includes(name))
  })
  const seconds = (performance.now() - beganMs) / 1000
  const ended = await next.ask(rolloutSchema, ['rollout', 'show', open.rollout])
  assert.equal(ended.outcome, 'committed')
  assert.deepEqual(await one.real(), real('v2'))
  // Recovered from the device: what it did in a rollout that nobody else remembers.
  const { activations, running } = await next.device('two')
  assert.equal(activations[0]?.rollout, lost.rollout)
  assert.equal(activations[0]?.outcome, 'committed')
  assert.equal(running?.version, 'v3')
  await next.refused(['rollout', 'show', lost.rollout], { exit: 5, code: 'rollout_not_found' })
  // The admin is told the address once; it brings its revocations, and its orders count at once.
  await admin.ask(z.object({ ticket: z.string() }), ['ticket', '--announce', standby])
  // Each use counts, also those after the backup and that of the member who is refused; the last ticket is the one of just now.
  const limit = AbortSignal.timeout(120_000)
  for (;;) {
    const { tickets } = await admin.ask(z.object({ tickets: z.array(ticketSchema) }), ['ticket', 'list'])
    const used = tickets.filter(({ role }) => role === 'device').map((ticket) => ticket.used)
    const text = used.toSorted((a, b) => a - b).join(' ')
    if (text === '0 1 1 1 1') break
    // Who is turned away asks again, ever more seldom.
    assert.ok(text === '0 0 1 1 1' && !limit.aborted, text)
  }
  await admin.publish('v4', toplevel.get('v4') ?? '')
  await admin.rollout(['v4', '--on', 'two'])
  assert.deepEqual(await two.real(), real('v4'))
  const status = await admin.status()
  assert.deepEqual(
    status.devices.map(({ name }) => name),
    ['four', 'one', 'two']
  )
  const traces = burned.map((event) => [event.type, traceOf(event, eventsOf(next.dir, backedUp))] as const)
  assert.deepEqual(
    traces.filter(([, trace]) => trace == null).map(([type]) => type),
    []
  )
  const count = (what: string): number => traces.filter(([, trace]) => trace === what).length
  await annotate(
    `restore and start until 3 of 3 devices are current: ${seconds.toFixed(1)} s; of ${traces.length} events since the backup ${count('recovered')} recovered, ${count('lost')} named as lost`
  )
}, 240_000)

test('only the database survived: content is published again, and what waited for it goes on', async () => {
  const next = await fleet.lab.machine('next')
  await admin.publish('v5', toplevel.get('v5') ?? '')
  const file = join(next.world.dir, 'small.shoal')
  await next.ask(BACKUP, ['backup', file])
  // The daemon of this machine is not in the fleet's list: it was started as the standby.
  await standbyDaemon.end('SIGTERM')
  await rm(next.dir, { recursive: true })
  third = await fleet.lab.machine('third')
  const { withoutContent } = await third.ask(RESTORED, ['restore', file])
  assert.deepEqual(withoutContent.map(({ version }) => version).toSorted(), ['v1', 'v2', 'v3', 'v4', 'v5'])
  const daemon = await third.up([standby])
  const waiting = await admin.ask(rolloutSchema, ['rollout', 'v5', '--on', 'one'])
  await third.logged(/the content of v5 is not here: publish it again/)
  // Another content under that version is another release; the same brings the old one back.
  await admin.refused(['publish', toplevel.get('v4') ?? '', '--as', 'v5'], {
    exit: 6,
    code: 'release_exists'
  })
  assert.equal(await admin.publish('v5', toplevel.get('v5') ?? ''), waiting.release)
  await third.watchUntil(({ devices }) =>
    devices.some(
      ({ name, state, running }) => name === 'one' && state === 'current' && running?.version === 'v5'
    )
  )
  assert.deepEqual(await one.real(), real('v5'))
  const ended = await third.ask(rolloutSchema, ['rollout', 'show', waiting.rollout])
  assert.equal(ended.outcome, 'committed')
  await daemon.end('SIGTERM')
})

test('content that nobody publishes again comes back from the device that runs it', async () => {
  // The disk with the content is gone, the database is not; `two` wants what only `one` has.
  await rm(join(third.dir, 'content'), { recursive: true })
  const daemon = await third.up([standby])
  const waiting = await admin.ask(rolloutSchema, ['rollout', 'v5', '--on', 'two'])
  await third.watchUntil(({ devices }) =>
    devices.some(
      ({ name, state, running }) => name === 'two' && state === 'current' && running?.version === 'v5'
    )
  )
  await third.logged(/the content of v5 is here again, from devices/)
  assert.deepEqual(await two.real(), real('v5'))
  const ended = await third.ask(rolloutSchema, ['rollout', 'show', waiting.rollout])
  assert.equal(ended.outcome, 'committed')
  // What no device runs stays lost, and is said to be.
  const refused = await admin.ask(rolloutSchema, ['rollout', 'v1', '--on', 'four', '--again'])
  await third.logged(/the content of v1 is not here: publish it again/)
  await admin.ask(rolloutSchema, ['rollout', 'abort', refused.rollout])
  await daemon.end('SIGTERM')
})
