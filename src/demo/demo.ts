/**
 * A whole fleet on this machine: an admin, a coordinator and devices, each a process in a world of its own, taken
 * through three versions of a small system, the last of which fails and is rolled back. Everything goes
 * through the program's own commands, and what the services answer is asked of them.
 */

import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { systemClock } from '../base/clock.ts'
import { ConflictError, NoRoomError, UsageError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'
import { freeBytes } from '../host/disk.ts'
import { systemSpawn } from '../host/spawn.ts'
import { OUTCOMES } from '../model/activation.ts'
import type { Fleet, Stage } from './fleet.ts'
import { createFleet } from './fleet.ts'
import { command, logOf } from './machine.ts'
import { createScreen } from './screen.ts'
import type { Version } from './system.ts'
import { answerOf, askService, buildSystem, findFiles, socketOf, VERSIONS } from './system.ts'
import { createGround, createReaper } from './world.ts'

export interface DemoOptions {
  readonly devices: number
  /** End after the three versions instead of staying up. */
  readonly once: boolean
  /** One JSON document on stdout, the talk on stderr. */
  readonly json: boolean
  /** Kept at the end; default: a temporary directory that is removed. */
  readonly dir?: string
  /** Ends the demo, cleanly. */
  readonly signal: AbortSignal
}

export const DEMO_DEVICES_COUNT_MAX = 16
/** What the stores and the content of one machine take at most. */
const MACHINE_BYTES = 500_000_000
const EXIT_UNEXPECTED = 1
const EXIT_NOT_FINISHED = 13

const rolloutSchema = z.object({
  devices: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(OUTCOMES).nullable(),
      generation: z.number().nullable(),
      bytesReceived: z.number(),
      seconds: z.number().nullable(),
      error: z.object({ code: z.string(), message: z.string() }).nullish()
    })
  )
})

/** One version's rollout, with what each device's service said after it (null: it did not answer). */
export interface DemoRelease {
  readonly name: Version
  readonly version: string
  readonly devices: readonly (z.infer<typeof rolloutSchema>['devices'][number] & {
    readonly answer: string | null
  })[]
}

/** How each version ought to end, and which version's service answers then. */
const EXPECTED = {
  v1: { outcome: 'committed', answers: 'v1' },
  v2: { outcome: 'committed', answers: 'v2' },
  v3: { outcome: 'rolled-back', answers: 'v2' }
} as const

/** What did not go as promised, in sentences; empty when all went well on all of `devicesCount` devices. */
export function surprises(releases: readonly DemoRelease[], devicesCount: number): string[] {
  return VERSIONS.flatMap((version) => {
    const expected = EXPECTED[version]
    const release = releases.find(({ name }) => name === version)
    if (release?.devices.length !== devicesCount) return [`${version} did not reach every device`]
    return release.devices.flatMap(({ name, outcome, answer, error }) => {
      const why = error == null ? '' : ` (${error.code}: ${error.message})`
      const faults: string[] = []
      if (outcome !== expected.outcome) {
        faults.push(`${version} on ${name} is ${outcome ?? 'not finished'}, not ${expected.outcome}${why}`)
      }
      if (answer !== answerOf(expected.answers)) {
        faults.push(`after ${version} the service of ${name} says ${answer ?? 'nothing'}`)
      }
      return faults
    })
  })
}

/**
 * Runs the demo; its exit code: 0 only when all went as promised. All processes have ended when it resolves.
 * Throws UsageError, InvalidError, RefusedError, ConflictError or NoRoomError when the demo cannot be held here, and whatever
 * a command of the program reports.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { devices } = options
  if (!Number.isInteger(devices) || devices < 1 || devices > DEMO_DEVICES_COUNT_MAX) {
    throw new UsageError('demo_devices', `--devices takes a number from 1 to ${DEMO_DEVICES_COUNT_MAX}`)
  }
  try {
    return await hold(options)
  } catch (error) {
    if (options.signal.aborted) return EXIT_NOT_FINISHED
    throw error
  }
}

async function hold(options: DemoOptions): Promise<number> {
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const tasks = new Tasks((_name, error) => {
    failed.abort(error)
  })
  const screen = createScreen(options.json ? process.stderr : process.stdout)
  await using stack = new AsyncDisposableStack()
  const dir = await makeDirectory(options, stack)
  const ground = await createGround(dir, `shoal-demo-${randomUUID()}`, systemSpawn, signal)
  stack.use(await createReaper(ground, options.dir == null, systemSpawn))
  stack.defer(async () => {
    screen.settle()
    failed.abort()
    await tasks.idle()
  })
  const stage: Stage = { ground, screen, tasks, signal, spawn: systemSpawn, clock: systemClock }
  const fleet = await createFleet(stage, options.devices)
  const releases = await rehearse(stage, fleet)
  if (options.json) process.stdout.write(`${JSON.stringify({ dir, releases })}\n`)
  const faults = surprises(releases, options.devices)
  for (const fault of faults) screen.say(`unexpected: ${fault}`)
  if (faults.length > 0) screen.say(`logs: ${[fleet.coordinator, ...fleet.devices].map(logOf).join(' ')}`)
  else screen.say('all went as promised: v1, v2, and back to v2 when v3 failed')
  if (!options.once) {
    screen.say(whatNext(fleet))
    await aborted(signal)
    if (!options.signal.aborted) throw failed.signal.reason
    screen.say('ending')
  }
  return faults.length === 0 ? 0 : EXIT_UNEXPECTED
}

/** The directory given, or a temporary one that `stack` removes. */
async function makeDirectory(options: DemoOptions, stack: AsyncDisposableStack): Promise<string> {
  const { dir: given, devices } = options
  const dir = given == null ? await mkdtemp(join(await realpath(tmpdir()), 'shoal-')) : resolve(given)
  if (given == null) stack.defer(async () => await rm(dir, { recursive: true, force: true }))
  else await mkdir(dir, { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 0) {
    throw new ConflictError('demo_dir_taken', `${dir} is not empty`, { hint: '--dir names a new directory' })
  }
  const needed = (devices + 2) * MACHINE_BYTES
  const free = await freeBytes(dir)
  if (free < needed) {
    const message = `the demo needs ${needed / 1e9} GB in ${dir}, and ${(free / 1e9).toFixed(1)} are free`
    throw new NoRoomError('demo_room', message, {
      hint: '--dir names a directory elsewhere, --devices takes fewer'
    })
  }
  return dir
}

/** Builds, publishes and rolls out the three versions, one after the other. */
async function rehearse(stage: Stage, fleet: Fleet): Promise<DemoRelease[]> {
  const { screen, signal } = stage
  const files = await findFiles()
  const releases: DemoRelease[] = []
  for (const version of VERSIONS) {
    screen.say(`${version}: building it with Nix`)
    const toplevel = await buildSystem(fleet.admin, version, files, stage.spawn, signal)
    screen.say(`${version}: publishing ${toplevel}`)
    await command(fleet.admin, fleet.adminDir, ['publish', toplevel, '--as', version], stage, signal)
    screen.say(`${version}: rolling it out${version === 'v3' ? ' (it is made to fail)' : ''}`)
    const rollout = await command(
      fleet.admin,
      fleet.adminDir,
      ['rollout', version, '--on', '*', '--wait'],
      stage,
      signal
    )
    const rows = rolloutSchema.parse(rollout.json).devices
    const devices = await Promise.all(
      rows.map(async (row) => ({ ...row, answer: await askService(join(stage.ground.dir, row.name)) }))
    )
    releases.push({ name: version, version, devices })
    for (const { name, outcome, answer } of devices) {
      screen.say(
        `${version}: ${name} is ${outcome ?? 'not finished'}; its service says: ${answer ?? 'nothing'}`
      )
    }
  }
  return releases
}

function whatNext(fleet: Fleet): string {
  const [device] = fleet.devices
  if (device == null) return ''
  const shoal = quote(join(import.meta.dirname, '../../shoal'))
  const admin = `--dir ${quote(fleet.adminDir)}`
  const script = `"require('net').connect('${socketOf(device.dir)}').pipe(process.stdout)"`
  return `
The fleet stays up until Ctrl-C. In another terminal:

  see the fleet            ${shoal} status ${admin}
  one device in full       ${shoal} device ${device.name} ${admin}
  what it printed          ${shoal} logs ${device.name} ${admin}
  reach it                 ${shoal} ping ${device.name} ${admin}
  go back to v1            ${shoal} rollback '*' --to v1 --wait ${admin}
  and forward again        ${shoal} rollout v2 --on '*' --wait ${admin}
  ask its service          ${quote(process.execPath)} -e ${script}
  kill its daemon          kill -9 $(cat ${quote(join(device.dir, 'lock.pid'))})
`
}

const quote = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve: done } = Promise.withResolvers<void>()
  if (signal.aborted) done()
  signal.addEventListener('abort', () => done(), { once: true })
  await promise
}
