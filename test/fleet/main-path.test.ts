// The main job by its commands, and what they print: the fields, types and exit codes that scripts may build on
// (contract section 3), with a daemon of the admin and without one.
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import type { Status } from '../../src/model/control.ts'
import { netSchema, statusSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const text = z.string()
const number = z.number()
const time = z.iso.datetime()
const problem = z.object({ code: text, message: text })
const STATES =
  'current waiting fetching activating confirming rolled-back failed degraded deferred paused drifted unknown'
const OUTCOMES = 'committed degraded rolled-back failed deferred superseded'

/** As the contract words it, apart from the types of the program itself. */
const DEVICE = z.object({
  name: text,
  peer: text,
  role: z.literal('device'),
  labels: z.record(text, text),
  system: text,
  online: z.boolean(),
  lastSeen: time,
  path: z.enum(['direct', 'relay']).nullable(),
  relay: text.nullable(),
  transport: text.nullable(),
  rttMs: number.nullable(),
  running: z.object({
    toplevel: text,
    generation: number,
    release: text,
    version: text,
    bootedKernel: text.nullable(),
    kernelChanged: z.boolean()
  }),
  wanted: z.object({ release: text, version: text, toplevel: text }).nullable(),
  state: z.enum(STATES.split(' ')),
  outcome: z.enum(OUTCOMES.split(' ')),
  progress: z.object({ bytesDone: number, bytesTotal: number, step: text }).nullable(),
  units: z.object({ state: text, failed: z.array(text) }),
  disk: z.object({ freeBytes: number }),
  lastError: problem.extend({ at: time }).nullable(),
  reportedAt: time
})
const STEP = z.object({ step: text, at: time, ms: number, detail: text.nullable() })
const ACTIVATION = z.object({
  rollout: text,
  release: text,
  outcome: z.enum(OUTCOMES.split(' ')),
  steps: z.array(STEP)
})
const STATUS = z.object({
  fleet: text,
  at: time,
  coordinators: z.array(z.object({ name: text, peer: text })).length(1),
  devices: z.array(DEVICE)
})
const ROLLOUT = z.object({
  rollout: text,
  release: text,
  outcome: z.literal('committed'),
  devices: z.array(
    z.object({
      name: text,
      outcome: z.literal('committed'),
      generation: number,
      bytesReceived: number.positive(),
      seconds: number.positive(),
      error: problem.nullable()
    })
  )
})
const PUBLISHED = z.object({
  release: z.string().regex(/^r-[a-z2-7]{20}$/),
  version: text,
  channel: text,
  targets: z.array(
    z.object({ match: text, system: text, toplevel: text, pathsCount: number, narBytes: number })
  ),
  sentBytes: number,
  seconds: number
})
const TICKET = z.object({
  ticket: z.string().regex(/^shoal1[\w-]+$/),
  id: z.string().regex(/^t-[a-z2-7]{20}$/),
  role: text,
  labels: z.record(text, text),
  uses: number,
  expires: time
})
const TICKETS = z.object({ tickets: z.array(TICKET.omit({ ticket: true }).extend({ used: number })) })
const PING = z.object({
  name: text,
  peer: text,
  // Both are on this machine, but one without a network has no address that they could reach each other at.
  path: z.enum(['direct', 'relay']),
  relay: text.nullable(),
  transport: text,
  nat: z.object({ ours: text, theirs: text }),
  findMs: number,
  firstByteMs: number,
  directMs: number.nullable(),
  method: text.nullable(),
  attempts: number,
  reason: text.nullable(),
  rttMs: z.array(number),
  sent: number,
  received: number
})
const LOG_LINE = z.object({ at: time, device: text, rollout: text.nullable(), text })

let fleet: RealFleet
let admin: Machine
let robot: Machine
let toplevels: string[]

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['robot'] })
  admin = fleet.admin
  const [first] = fleet.devices
  assert.ok(first != null)
  robot = first
  toplevels = await fleet.lab.build(admin, [{ version: 'v1' }, { version: 'v2' }, { version: 'v3' }])
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

test('init, ticket and join without a network', async () => {
  const one = await fleet.lab.machine('init-json')
  const INIT = z.object({ fleet: z.string().regex(/^[a-z2-7]{52}$/), name: text, dir: text, peer: text })
  const made = await one.ask(INIT, ['init', '--name', 'other'])
  assert.deepEqual({ name: made.name, dir: made.dir }, { name: 'other', dir: one.dir })
  const ticket = await one.ask(TICKET, ['ticket', '--label', 'site=lyon', '--label', 'lab', '--uses', '3'])
  assert.deepEqual(
    { role: ticket.role, labels: ticket.labels, uses: ticket.uses },
    { role: 'device', labels: { site: 'lyon', lab: '' }, uses: 3 }
  )
  const bare = await one.run(['ticket'])
  assert.match(bare.stdout, /^shoal1[\w-]+\n$/, 'the bare ticket, one line')
  const two = await fleet.lab.machine('join-json')
  const JOINED = z.object({ fleet: text, name: text, peer: text, role: z.literal('device') })
  const joined = await two.ask(JOINED, ['join', ticket.ticket, '--name', 'two'])
  assert.deepEqual({ fleet: joined.fleet, name: joined.name }, { fleet: made.fleet, name: 'two' })
  const three = await fleet.lab.machine('join-stdin')
  const piped = await three.run(['join', '-', '--name', 'three'], `${ticket.ticket}\n`)
  assert.deepEqual([piped.code, piped.stdout.trim().length > 40], [0, true], piped.stderr)
  const four = await fleet.lab.machine('init-plain')
  const plain = await four.run(['init', '--name', 'plain'])
  assert.match(plain.stdout, /^[a-z2-7]{52}\n$/, 'the fleet id')
  assert.equal(plain.code, 0)
})

describe.each([
  ['without a daemon', 'v1', 0],
  ['with a daemon', 'v2', 1]
] as const)('an admin %s', (_, version, index) => {
  let rollout: string

  beforeAll(async () => {
    if (version === 'v2') await fleet.up(admin)
  })

  test('publishes and rolls out', async () => {
    const [toplevel = ''] = toplevels.slice(index)
    const published = await admin.ask(PUBLISHED, ['publish', toplevel, '--as', version])
    assert.deepEqual([published.version, published.channel], [version, 'main'])
    const [target] = published.targets
    assert.deepEqual([target?.match, target?.toplevel, target?.pathsCount], ['*', toplevel, 3])
    assert.ok(published.sentBytes > 0)
    const done = await admin.ask(ROLLOUT, ['rollout', version, '--on', 'robot', '--wait'])
    assert.equal(done.release, published.release)
    rollout = done.rollout
    assert.deepEqual(await robot.real(), { running: toplevel, profile: toplevel })
  })

  test('sees the fleet, a device, rollouts, tickets and logs', async () => {
    await admin.watchUntil(({ devices: [device] }) => device?.state === 'current')
    const status = await admin.ask(STATUS, ['status'])
    const [device] = status.devices
    assert.equal(device?.running.version, version)
    assert.deepEqual(
      [device?.state, device?.outcome, device?.wanted?.version],
      ['current', 'committed', version]
    )
    const detail = await admin.ask(DEVICE.extend({ activations: z.array(ACTIVATION) }), ['device', 'robot'])
    assert.equal(detail.activations[0]?.rollout, rollout)
    await admin.ask(ROLLOUT, ['rollout', 'show', rollout])
    const list = await admin.ask(z.object({ rollouts: z.array(ROLLOUT) }), ['rollout', 'list'])
    assert.equal(list.rollouts[0]?.rollout, rollout)
    const { tickets } = await admin.ask(TICKETS, ['ticket', 'list'])
    assert.deepEqual(
      new Set(tickets.map(({ role, used }) => `${role} ${used}`)),
      new Set(['coordinator 1', 'device 1'])
    )
    for (const subject of ['robot', rollout]) {
      const { code, stdout } = await admin.run(['logs', subject, '--json'])
      const lines = stdout.trim().split('\n')
      const said = lines.map((line) => LOG_LINE.parse(JSON.parse(line)).text)
      assert.equal(code, 0)
      assert.ok(said.includes(`test of ${version} ends with 0`), stdout)
    }
  })

  test('reaches a device', async () => {
    const ping = await admin.ask(PING, ['ping', 'robot', '--count', '3'])
    assert.deepEqual([ping.sent, ping.received, ping.rttMs.length], [3, 3, 3])
    // It tells at the end how the path became direct, or why it did not.
    assert.equal(ping.path === 'direct', ping.reason == null)
    assert.equal(ping.path === 'direct', ping.method != null)
    assert.equal(ping.path === 'relay', ping.relay != null)
  })

  test('tells of its own place in the mesh', async () => {
    const net = await admin.ask(netSchema, ['net'])
    assert.ok(net.addresses.length > 0)
    const hub = net.peers.find(({ role }) => role === 'coordinator')
    assert.deepEqual([hub?.path, hub?.relay], ['direct', null])
    const shown = await admin.run(['net'])
    assert.match(shown.stdout, /^NAT +\w/)
    assert.match(shown.stdout, /hub +coordinator +direct/)
  })

  test('shows people the same', async () => {
    const table = await admin.run(['status'])
    assert.equal(table.code, 0)
    assert.match(table.stdout, new RegExp(`robot +current +${version}`))
    const listed = await admin.run(['rollout', 'list'])
    assert.match(listed.stdout, new RegExp(`${rollout} +${version} +switch +committed +1/1`))
    const one = await admin.run(['device', 'robot'])
    assert.match(one.stdout, new RegExp(`state +current`))
  })
})

test('the coordinator and the device answer from their own directories', async () => {
  const seen = await fleet.coordinator.ask(STATUS, ['status'])
  const own = await robot.ask(statusSchema, ['status'])
  assert.deepEqual(own.devices[0]?.running, seen.devices[0]?.running)
})

test('status --watch shows every change in order, and nothing before it was reported', async () => {
  const [, , toplevel = ''] = toplevels
  await admin.publish('v3', toplevel)
  const gate = await robot.gate('test', 'v3')
  const watching = admin.start(['status', '--watch'])
  const seen: { status: Status; at: number }[] = []
  const activating = Promise.withResolvers<void>()
  const ended = (async () => {
    for await (const document of watching.documents) {
      const status = statusSchema.parse(document)
      const [device] = status.devices
      seen.push({ status, at: performance.now() })
      if (device?.state === 'activating') activating.resolve()
      if (device?.running?.version === 'v3' && device.progress == null) return
    }
  })()
  const rollout = admin.rollout(['v3', '--on', 'robot'])
  await gate.reached()
  const changed = performance.now()
  await activating.promise
  await gate.release()
  await rollout
  await ended
  await watching.end('SIGTERM')
  const states = seen.map(({ status }) => status.devices[0]?.state)
  const order = ['current', 'waiting', 'fetching', 'activating', 'confirming', 'current']
  let place = 0
  for (const state of states) {
    while (place < order.length && order[place] !== state) place++
    assert.ok(place < order.length, `not in order: ${states.join(' ')}`)
  }
  for (const [index, { status }] of seen.entries()) {
    const device = status.devices[0]
    const before = seen[index - 1]?.status.devices[0]
    assert.ok((device?.reportedAt ?? '') <= status.at, 'reported before it was shown')
    if (before == null || device == null) continue
    assert.ok((before.reportedAt ?? '') <= (device.reportedAt ?? ''))
    const isWord = before.state !== device.state && device.state !== 'waiting'
    if (isWord) assert.notEqual(before.reportedAt, device.reportedAt, `${before.state} to ${device.state}`)
  }
  // The script runs: how long until the watcher sees it. For the record; a busy machine is no fault.
  const shown = seen.find(({ status }) => status.devices[0]?.state === 'activating')
  console.log(`status --watch showed the change after ${Math.round((shown?.at ?? 0) - changed)} ms`)
})
