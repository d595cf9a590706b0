/**
 * Fleets of real processes: the program as people run it, each machine in a mount namespace with a /nix and a /run of
 * its own. Nothing here knows more of the program than its commands, its documents and what it leaves on disk.
 */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, watch } from 'node:fs'
import { mkdtemp, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Ground, World } from '../../src/demo/world.ts'
import { createGround, createReaper, createWorld } from '../../src/demo/world.ts'
import { systemSpawn } from '../../src/host/spawn.ts'
import type { DeviceDetail, RolloutView, Status } from '../../src/model/control.ts'
import { deviceDetailSchema, publishedSchema, rolloutSchema, statusSchema } from '../../src/model/control.ts'
import type { Gate } from './gate.ts'
import { createGate } from './gate.ts'
import type { SystemSpec } from './systems.ts'
import { systemsExpression } from './systems.ts'

const execute = promisify(execFile)
/** `MAIN=dist/js/main.js` in the environment runs what `npm run bundle` has made instead. */
export const MAIN = join(import.meta.dirname, '../..', process.env['MAIN'] ?? 'src/main.ts')
const never = new AbortController().signal
const HEARTBEAT_MS = 1_000

/**
 * Of every device: quick heartbeats, Debian's Nix, nothing that a test machine's disk could get in the way of, and nothing
 * asked of the router that the test machine has.
 */
const DEVICE_CONFIG = {
  heartbeatMs: HEARTBEAT_MS,
  nixVersionFloor: '2.8.0',
  reserveBytes: 0,
  portMapping: false
}

export const errorSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() })
})

/** How a command ended. */
export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

/** A process that prints documents and goes on. */
export interface Process {
  readonly pid: number
  /** Documents as they come; ends with the process. */
  readonly documents: AsyncGenerator
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>
  readonly ended: Promise<Ended>
  signal(signal: NodeJS.Signals): void
}

export interface Daemon extends Omit<Process, 'documents'> {
  readonly ready: { readonly peer: string; readonly listen: readonly string[] }
}

const readySchema = z.object({ event: z.literal('ready'), peer: z.string(), listen: z.array(z.string()) })

/** One machine: a world, and a state directory in it. */
export class Machine {
  readonly world: World
  readonly dir: string
  readonly env: Record<string, string>
  readonly #processes: Set<ChildProcess>
  readonly #gates = new Set<Gate>()

  constructor(
    world: World,
    dir: string,
    env: Readonly<Record<string, string>>,
    processes: Set<ChildProcess>
  ) {
    this.world = world
    this.dir = dir
    this.env = { ...world.env, ...env }
    this.#processes = processes
  }

  get name(): string {
    return this.world.name
  }

  /** Writes config.json over the defaults of these tests. */
  async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(join(this.dir, 'config.json'), JSON.stringify({ ...DEVICE_CONFIG, ...config }))
  }

  /** Runs the program to its end. */
  async run(args: readonly string[], input = ''): Promise<Run> {
    const child = this.#spawn(['--dir', this.dir, ...args], 'pipe')
    child.stdin?.end(input)
    assert.ok(child.stdout != null && child.stderr != null)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, stdout, stderr }
  }

  /** Runs a command with --json that must end with `code`, 0 unless told; its one document. */
  async ask<T>(schema: z.ZodType<T>, args: readonly string[], code = 0): Promise<T> {
    const run = await this.run(['--json', ...args])
    assert.equal(run.code, code, `shoal ${args.join(' ')}\n${run.stdout}${run.stderr}`)
    assert.match(run.stdout, /^[^\n]+\n$/, 'exactly one document on stdout')
    return schema.parse(JSON.parse(run.stdout))
  }

  /** Runs a command that must be refused: exit code, error code and a hint, on stderr and as a document. */
  async refused(args: readonly string[], expected: { exit: number; code: string }): Promise<string> {
    const run = await this.run(['--json', ...args])
    const what = `shoal ${args.join(' ')}\n${run.stdout}${run.stderr}`
    // What `up` says before it is refused are events.
    const { error } = errorSchema.parse(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? ''))
    assert.deepEqual({ exit: run.code, code: error.code }, expected, what)
    assert.ok(run.stderr.includes(`shoal: error: ${error.message}\n`), what)
    if (error.hint != null) assert.ok(run.stderr.includes(`shoal: hint: ${error.hint}\n`), what)
    return error.hint ?? ''
  }

  /** Starts a command that prints documents until it is ended. */
  start(args: readonly string[]): Process {
    const child = this.#spawn([...args, '--json', '--dir', this.dir], openSync(this.logPath, 'a'))
    assert.ok(child.stdout != null && child.pid != null)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }))
    return {
      pid: child.pid,
      documents: documents(lines),
      ended,
      signal: (signal) => void child.kill(signal),
      end: async (signal) => {
        child.kill(signal)
        return await ended
      }
    }
  }

  /** Starts the daemon and waits until it is ready. */
  async up(listen: readonly string[] = []): Promise<Daemon> {
    const { documents: events, ...process } = this.start([
      'up',
      ...listen.flatMap((address) => ['--listen', address])
    ])
    const first = await events.next()
    assert.ok(first.done !== true, `${this.name} is not ready: ${await readFile(this.logPath, 'utf8')}`)
    const { peer, listen: addresses } = readySchema.parse(first.value)
    return { ...process, ready: { peer, listen: addresses } }
  }

  /** Resolves once the machine's log has something that matches, after its first `from` characters. */
  async logged(pattern: RegExp, from = 0): Promise<void> {
    const changes = watch(this.logPath)
    try {
      for (;;) {
        const change = once(changes, 'change')
        if (pattern.test((await readFile(this.logPath, 'utf8')).slice(from))) return
        await change
      }
    } finally {
      changes.close()
    }
  }

  get logPath(): string {
    return join(this.world.dir, 'log')
  }

  async status(): Promise<Status> {
    return await this.ask(statusSchema, ['status'])
  }

  async device(name: string): Promise<DeviceDetail> {
    return await this.ask(deviceDetailSchema, ['device', name])
  }

  async publish(version: string, ...targets: string[]): Promise<string> {
    return (await this.ask(publishedSchema, ['publish', ...targets, '--as', version])).release
  }

  /** Rolls out and waits; the exit code must be `code`. */
  async rollout(args: readonly string[], code = 0): Promise<RolloutView> {
    return await this.ask(rolloutSchema, ['rollout', ...args, '--wait', '--timeout', '50'], code)
  }

  /** The id of the newest rollout, once it is the one of `version` with the device `name` in it. */
  async rolloutOf(name: string, version: string): Promise<string> {
    await this.watchUntil(({ devices }) =>
      devices.some((each) => each.name === name && each.wanted?.version === version)
    )
    const { rollouts } = await this.ask(z.object({ rollouts: z.array(rolloutSchema) }), ['rollout', 'list'])
    return rollouts[0]?.rollout ?? ''
  }

  /** Follows the fleet until `when` holds; the status in which it does. */
  async watchUntil(when: (status: Status) => boolean): Promise<Status> {
    const process = this.start(['status', '--watch'])
    try {
      for await (const document of process.documents) {
        const status = statusSchema.parse(document)
        if (when(status)) return status
      }
    } finally {
      await process.end('SIGTERM')
    }
    throw new Error(`the watch ended: ${await readFile(this.logPath, 'utf8')}`)
  }

  /** The script of a version, asked to do `action`, waits here until it is let go. */
  async gate(action: string, version: string): Promise<Gate> {
    const gate = await createGate(join(this.world.dir, 'run', `gate-${action}-${version}`))
    this.#gates.add(gate)
    return gate
  }

  /** The script of a version ends with `code` when it is asked to do `action`. */
  async endsWith(action: string, version: string, code: number): Promise<void> {
    await writeFile(join(this.world.dir, 'run', `code-${action}-${version}`), String(code))
  }

  /** Takes a file out of /run. */
  async forget(name: string): Promise<void> {
    await rm(join(this.world.dir, 'run', name))
  }

  /** What was asked of scripts so far: `ACTION VERSION`. */
  async activations(): Promise<string[]> {
    const log = await readFile(join(this.world.dir, 'run/activations'), 'utf8').catch(() => '')
    return log.split('\n').slice(0, -1)
  }

  /** The toplevel that the machine runs, and those that a profile holds and points to; asked of the disk. */
  async real(profile = 'system'): Promise<{ running: string | null; profile: string | null }> {
    const profiles = join(this.world.dir, 'nix/var/nix/profiles')
    const link = await readlink(join(profiles, profile)).catch(() => null)
    return {
      running: await readlink(join(this.world.dir, 'run/current-system')).catch(() => null),
      profile: link == null ? null : await readlink(join(profiles, link))
    }
  }

  /** Resolves once the newest activation of this device's journal is at `step` without an outcome. */
  async atStep(step: string): Promise<void> {
    const changes = watch(this.dir)
    try {
      for (;;) {
        const change = once(changes, 'change')
        if (this.#step() === step) return
        await change
      }
    } finally {
      changes.close()
    }
  }

  #step(): string | undefined {
    const path = join(this.dir, 'device.db')
    if (!existsSync(path)) return undefined
    using database = new DatabaseSync(path, { readOnly: true })
    const row = database
      .prepare('select step from activations where outcome is null order by started_at desc limit 1')
      .get()
    return row?.['step'] as string | undefined
  }

  #spawn(args: readonly string[], stderr: 'pipe' | number): ChildProcess {
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN]
    const [command, rest] = this.world.enter([...node, ...args])
    const child = spawn(command, rest, {
      env: { ...process.env, ...this.env },
      stdio: ['pipe', 'pipe', stderr]
    })
    this.#processes.add(child)
    child.once('exit', () => this.#processes.delete(child))
    return child
  }

  /** Lets everything go that waits at a gate. */
  async open(): Promise<void> {
    for (const gate of this.#gates) await gate.release()
  }
}

async function* documents(lines: AsyncIterator<string>): AsyncGenerator {
  for (;;) {
    const line = await lines.next()
    if (line.done === true) return
    yield JSON.parse(line.value)
  }
}

/** A place for machines; everything in it ends with it. */
export class Lab implements AsyncDisposable {
  readonly #ground: Ground
  readonly #reaper: AsyncDisposable
  readonly #machines = new Map<string, Machine>()
  readonly #processes = new Set<ChildProcess>()
  readonly #place: (world: World) => World

  private constructor(ground: Ground, reaper: AsyncDisposable, place: (world: World) => World) {
    this.#ground = ground
    this.#reaper = reaper
    this.#place = place
  }

  /** `place` may put each world somewhere, such as into a network namespace. */
  static async create(place: (world: World) => World = (world) => world): Promise<Lab> {
    // Memory where there is some: a store on a slow disk takes tens of times as long.
    const base = existsSync('/dev/shm') ? '/dev/shm' : await realpath(tmpdir())
    const dir = await mkdtemp(join(base, 'shoal-lab-'))
    const mark = `shoal-lab-${process.pid}-${dir.slice(-6)}`
    const ground = await createGround(dir, mark, systemSpawn, never)
    return new Lab(ground, await createReaper(ground, true, systemSpawn), place)
  }

  get dir(): string {
    return this.#ground.dir
  }

  /** Makes a machine, or another state directory in the world of one that is there. */
  async machine(name: string, folder = name): Promise<Machine> {
    const world = this.#machines.get(name)?.world ?? this.#place(await createWorld(this.#ground, name))
    const dir = join(world.dir, folder === name ? 'state' : folder)
    await execute('mkdir', ['-p', dir])
    // Starting the program is most of what these tests do.
    const env = { NODE_COMPILE_CACHE: join(this.dir, 'compiled') }
    const machine = new Machine(world, dir, env, this.#processes)
    this.#machines.set(folder, machine)
    return machine
  }

  /** Builds systems in a machine's store; their toplevels, in order. */
  async build(machine: Machine, specs: readonly SystemSpec[]): Promise<string[]> {
    const expression = systemsExpression(specs, machine.world.env['PATH'] ?? '')
    // In a file: an argument is too short for a system of some megabytes.
    const file = join(machine.world.dir, 'systems.nix')
    await writeFile(file, expression)
    const [command, args] = machine.world.enter(['nix-build', '--no-out-link', file])
    const { stdout } = await execute(command, args, { env: { ...process.env, ...machine.world.env } })
    return stdout.trim().split('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.#machines.values()) await machine.open()
    for (const child of this.#processes) child.kill('SIGKILL')
    await this.#reaper[Symbol.asyncDispose]()
    await rm(this.dir, { recursive: true, force: true })
  }
}
