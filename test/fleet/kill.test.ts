// Processes that die, or are told to stop, in the middle of a rollout: it ends as it should once they are back,
// without help, and the machine is never left between two systems.
import assert from 'node:assert/strict'
import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'
import type { RolloutView } from '../../src/model/control.ts'
import { rolloutSchema } from '../../src/model/control.ts'
import type { Gate } from '../support/gate.ts'
import { createGate } from '../support/gate.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const VERSIONS = Array.from({ length: 16 }, (_, index) => `v${index + 1}`)
let fleet: RealFleet
let admin: Machine
let hub: Machine
let device: Machine
const toplevels = new Map<string, string>()
let next = 0
/** The version that runs when a test begins, and the one that it rolls out. */
let before: string
let version: string
/** Files of chunks that came with it. */
let fresh: string[]

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['robot'] })
  const [robot] = fleet.devices
  assert.ok(robot != null)
  admin = fleet.admin
  hub = fleet.coordinator
  device = robot
  await fleet.up(admin)
  const built = await fleet.lab.build(
    admin,
    VERSIONS.map((each) => ({ version: each }))
  )
  for (const [index, each] of VERSIONS.entries()) toplevels.set(each, built[index] ?? '')
  await publishNext()
  await admin.rollout([version, '--on', 'robot'])
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  before = version
  await publishNext()
})

async function publishNext(): Promise<void> {
  version = VERSIONS[next++] ?? ''
  const held = new Set(await chunks())
  await admin.publish(version, toplevels.get(version) ?? '')
  fresh = (await chunks()).filter((path) => !held.has(path))
}

async function chunks(): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const
  const entries = await readdir(join(hub.dir, 'content/chunks'), options)
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

/** A rollout of the version to the robot that somebody waits for. */
function rollOut(): { ended: Promise<{ code: number | null; view: RolloutView }> } {
  const waiting = admin.start(['rollout', version, '--on', 'robot', '--wait'])
  const ended = (async () => {
    const { value } = await waiting.documents.next()
    const { code } = await waiting.ended
    const view = rolloutSchema.safeParse(value)
    assert.ok(view.success, `not a rollout: ${JSON.stringify(value)}`)
    return { code, view: view.data }
  })()
  return { ended }
}

/** What must hold in the end: the order was carried out or taken back, and every word of it is true. */
async function endsWell(
  rollout: { ended: Promise<{ code: number | null; view: RolloutView }> },
  expected: 'committed' | 'rolled-back'
): Promise<void> {
  const { code, view } = await rollout.ended
  assert.equal(view.outcome, expected, JSON.stringify(view))
  assert.equal(code, expected === 'committed' ? 0 : 10)
  const path = toplevels.get(expected === 'committed' ? version : before)
  assert.deepEqual(await device.real(), { running: path, profile: path })
  await admin.watchUntil(({ devices: [robot] }) => robot?.online === true && robot.progress == null)
  const shown = await admin.device('robot')
  assert.equal(shown.running?.toplevel, path)
  assert.equal(shown.outcome, expected)
  assert.equal(shown.activations[0]?.outcome, expected)
  if (expected === 'rolled-back') version = before
}

/** The coordinator holds back a chunk that only this version has: whoever fetches the version is in the midst of it. */
async function holdContent(): Promise<Gate> {
  const [chunk = ''] = fresh
  const bytes = await readFile(chunk)
  const kept = `${chunk}.kept`
  await rename(chunk, kept)
  const gate = await createGate(chunk)
  return {
    reached: async () => {
      await gate.reached()
    },
    release: async () => {
      await gate.release(bytes)
      await rename(kept, chunk)
    }
  }
}

/** Brings a rollout to a point and keeps it there until it is released. */
type Point = () => Promise<Gate>

const fetching: Point = holdContent
const trying: Point = async () => await device.gate('test', version)
const committing: Point = async () => await device.gate('boot', version)
const goingBack: Point = async () => {
  await device.endsWith('test', version, 1)
  return await device.gate('test', before)
}
/** The coordinator does not answer while the device wants to be confirmed. */
const confirming: Point = async () => {
  const gate = await device.gate('test', version)
  const coordinator = fleet.daemons.get(hub.name)
  return {
    reached: async () => {
      await gate.reached()
      coordinator?.signal('SIGSTOP')
      await gate.release()
      await device.atStep('confirming')
    },
    release: async () => {
      coordinator?.signal('SIGCONT')
    }
  }
}

const SIGNALS = ['SIGKILL', 'SIGTERM'] as const

describe.each(SIGNALS)('%s of the device', (signal) => {
  test.each([
    ['fetching', fetching, 'committed'],
    ['trying', trying, 'committed'],
    ['confirming', confirming, 'committed'],
    ['committing', committing, 'committed'],
    ['going back', goingBack, 'rolled-back']
  ] as const)('while %s', async (_, point, expected) => {
    const gate = await point()
    const rollout = rollOut()
    await gate.reached()
    await ends(device, signal)
    const starting = fleet.up(device)
    await gate.release()
    await starting
    await endsWell(rollout, expected)
  })
})

describe.each(SIGNALS)('%s of the coordinator', (signal) => {
  test.each([
    ['fetching', fetching],
    ['trying', trying]
  ] as const)('while a device is %s', async (_, point) => {
    const gate = await point()
    const rollout = rollOut()
    await gate.reached()
    const ending = ends(hub, signal)
    // A process cannot exit while it waits for its disk: only a kill comes through that.
    if (signal === 'SIGKILL') await ending
    await gate.release()
    await ending
    await fleet.up(hub)
    await endsWell(rollout, 'committed')
  })
})

test('SIGKILL of the coordinator while a closure is being published: what was sent is kept, and the publish ends well', async () => {
  const [large = ''] = await fleet.lab.build(admin, [{ version: 'large', bytes: 48 * 1024 * 1024 }])
  const held = (await chunks()).length
  const publishing = admin.start(['publish', large, '--as', 'large'])
  const limit = AbortSignal.timeout(30_000)
  while ((await chunks()).length < held + 4) {
    limit.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await ends(hub, 'SIGKILL')
  const early = (await chunks()).length
  await fleet.up(hub)
  const { code } = await publishing.ended
  assert.equal(code, 0, await readFile(admin.logPath, 'utf8'))
  assert.ok(early < held + 48, `${early - held} chunks had arrived`)
  version = 'large'
  toplevels.set(version, large)
  await endsWell(rollOut(), 'committed')
}, 120_000)

/** A daemon that is told to stop ends with 0; it would end itself with 1 after ten seconds. */
async function ends(machine: Machine, signal: (typeof SIGNALS)[number]): Promise<void> {
  const end = await fleet.daemons.get(machine.name)?.end(signal)
  const expected = signal === 'SIGTERM' ? { code: 0, signal: null } : { code: null, signal }
  assert.deepEqual(end, expected, await readFile(machine.logPath, 'utf8'))
}
