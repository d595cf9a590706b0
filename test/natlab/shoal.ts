/** A fleet of real processes in the laboratory: coordinators on the core, an admin and devices where they stand. */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parallel } from '../../src/base/tasks.ts'
import type { Ground } from '../../src/demo/world.ts'
import { createGround, createReaper, createWorld } from '../../src/demo/world.ts'
import { systemSpawn } from '../../src/host/spawn.ts'
import type { Ping } from '../../src/model/control.ts'
import { pingSchema } from '../../src/model/control.ts'
import type { Daemon } from '../support/processes.ts'
import { Machine } from '../support/processes.ts'
import type { Lab } from './lab.ts'

const UDP_PORT = 4711
/** What blocks nearly everything lets pass. */
const TCP_PORT = 443
const HEARTBEAT_MS = 20_000
/** A ping waits 10 s at most for a direct path, and a member half a minute. */
const PING_MS_MAX = 60_000
/** Starts of the program at the same time. */
const JOINS_AT_ONCE = 3
const never = new AbortController().signal
const ticketSchema = z.object({ ticket: z.string() })

export interface FleetSpec {
  /** Hosts on the core. */
  readonly coordinators: readonly string[]
  /** The first one founds the fleet, the others join by ticket. */
  readonly admins: readonly string[]
  readonly devices: readonly string[]
  /** Of each member, beside what all have. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Of one, by name. */
  readonly configs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

interface Member {
  readonly machine: Machine
  daemon: Daemon | null
  peer?: string
}

/** Processes of a fleet, each on the host of its name. */
export class LabFleet implements AsyncDisposable {
  readonly #lab: Lab
  readonly #spec: FleetSpec
  readonly #ground: Ground
  #held: AsyncDisposableStack | null = null
  readonly #processes: Set<ChildProcess>
  readonly #members = new Map<string, Member>()

  private constructor(parts: {
    lab: Lab
    spec: FleetSpec
    ground: Ground
    processes: Set<ChildProcess>
  }) {
    this.#lab = parts.lab
    this.#spec = parts.spec
    this.#ground = parts.ground
    this.#processes = parts.processes
  }

  /** Makes the fleet and waits until every device is online. */
  static async create(lab: Lab, spec: FleetSpec): Promise<LabFleet> {
    await using held = new AsyncDisposableStack()
    const base = existsSync('/dev/shm') ? '/dev/shm' : await realpath(tmpdir())
    const dir = await mkdtemp(join(base, 'natlab-'))
    const ground = await createGround(dir, `natlab-${process.pid}-${dir.slice(-6)}`, systemSpawn, never)
    held.use(await createReaper(ground, true, systemSpawn))
    const processes = new Set<ChildProcess>()
    held.defer(() => {
      for (const child of processes) child.kill('SIGKILL')
    })
    const fleet = new LabFleet({ lab, spec, ground, processes })
    held.defer(async () => {
      await fleet.#end()
    })
    await fleet.#found()
    fleet.#held = held.move()
    return fleet
  }

  async #found(): Promise<void> {
    const { admins, coordinators, devices } = this.#spec
    const founder = await this.#machine(this.#founder)
    assert.equal((await founder.run(['init', '--name', 'lab'])).code, 0)
    for (const name of coordinators) {
      const addresses = this.#listen(name)
      const announce = addresses.flatMap((address) => ['--announce', address])
      await this.#join(name, await this.#ticket('--role', 'coordinator', ...announce))
      await this.up(name, addresses)
    }
    for (const name of admins.slice(1)) await this.#join(name, await this.#ticket('--role', 'admin'))
    const ticket = await this.#ticket('--uses', String(Math.max(1, devices.length)))
    await parallel(devices, JOINS_AT_ONCE, async (name) => {
      await this.#join(name, ticket)
      await this.up(name)
    })
    await founder.watchUntil((status) =>
      devices.every((name) => status.devices.some((each) => each.name === name && each.online))
    )
  }

  get #founder(): string {
    const [founder] = this.#spec.admins
    assert.ok(founder != null)
    return founder
  }

  #listen(name: string): string[] {
    const address = this.#lab.address(name)
    const own = [`/ip4/${address}/udp/${UDP_PORT}/quic-v1`, `/ip4/${address}/tcp/${TCP_PORT}`]
    if (this.#lab.topology.ipv6 !== true) return own
    return [...own, `/ip6/${this.#lab.address6(name)}/udp/${UDP_PORT}/quic-v1`]
  }

  async #ticket(...options: readonly string[]): Promise<string> {
    return (await this.machine(this.#founder).ask(ticketSchema, ['ticket', ...options])).ticket
  }

  async #join(name: string, ticket: string): Promise<void> {
    const machine = await this.#machine(name)
    const joined = await machine.run(['join', ticket, '--name', name])
    assert.equal(joined.code, 0, joined.stderr)
  }

  async #machine(host: string): Promise<Machine> {
    const world = await createWorld(this.#ground, host)
    const dir = join(world.dir, 'state')
    await mkdir(dir)
    const env = { NODE_COMPILE_CACHE: join(this.#ground.dir, 'compiled') }
    const placed = {
      ...world,
      enter: (command: readonly string[]) => {
        const [program, args] = world.enter(command)
        return this.#lab.enter(host, [program, ...args])
      }
    }
    const machine = new Machine(placed, dir, env, this.#processes)
    const { config, configs } = this.#spec
    await machine.configure({ heartbeatMs: HEARTBEAT_MS, logLevel: 'debug', ...config, ...configs?.[host] })
    this.#members.set(host, { machine, daemon: null })
    return machine
  }

  machine(host: string): Machine {
    const member = this.#members.get(host)
    assert.ok(member != null, `${host} is not of the fleet`)
    return member.machine
  }

  /** The peer ID of a member whose daemon has run. */
  peer(host: string): string {
    const peer = this.#members.get(host)?.peer
    assert.ok(peer != null, `${host} has not been up`)
    return peer
  }

  /** Starts a daemon and waits until it is ready. */
  async up(host: string, listen: readonly string[] = []): Promise<Daemon> {
    const member = this.#members.get(host)
    assert.ok(member != null)
    member.daemon = await member.machine.up(listen)
    member.peer = member.daemon.ready.peer
    return member.daemon
  }

  /** Ends a daemon as systemd does. */
  async down(host: string): Promise<void> {
    const member = this.#members.get(host)
    await member?.daemon?.end('SIGTERM')
    if (member != null) member.daemon = null
  }

  /** Kills a daemon; what it held is left to the others to find out. */
  async kill(host: string): Promise<void> {
    await this.#members.get(host)?.daemon?.end('SIGKILL')
  }

  /** Starts a coordinator again, at its addresses. */
  async upAgain(host: string): Promise<void> {
    await this.up(host, this.#listen(host))
  }

  /**
   * Runs `shoal ping` on an admin's host, without a daemon there with a node of its own: another socket each time.
   * Throws an assertion when it fails, or hangs, which ends it.
   */
  async ping(admin: string, device: string, count: number): Promise<Ping> {
    const process = this.machine(admin).start(['ping', device, '--count', String(count)])
    let hangs = false
    const timer = setTimeout(() => {
      hangs = true
      process.signal('SIGKILL')
    }, PING_MS_MAX)
    try {
      const said: unknown[] = []
      for await (const document of process.documents) said.push(document)
      const { code } = await process.ended
      assert.ok(!hangs, `the ping hung for ${PING_MS_MAX} ms`)
      assert.equal(code, 0, `the ping ended with ${code}: ${JSON.stringify(said)}`)
      return pingSchema.parse(said.at(-1))
    } finally {
      clearTimeout(timer)
    }
  }

  /** What the processes have logged, for a run that failed. */
  async logs(): Promise<string> {
    const parts: string[] = []
    for (const [host, { machine }] of this.#members) {
      parts.push(`=== ${host}\n${await readFile(machine.logPath, 'utf8').catch(() => '')}`)
    }
    return parts.join('\n')
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#members.values()].map(async ({ daemon }) => await daemon?.end('SIGTERM')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held?.disposeAsync()
  }
}
