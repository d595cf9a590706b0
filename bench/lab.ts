/** A fleet of real processes in worlds of their own, made with the program's commands, for benches to measure. */

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { systemClock } from '../src/base/clock.ts'
import { ShoalError } from '../src/base/errors.ts'
import { Tasks } from '../src/base/tasks.ts'
import { command, follow, supervise } from '../src/demo/machine.ts'
import type { Ground, World } from '../src/demo/world.ts'
import { ADMIN_WORLD, createGround, createReaper, createWorld } from '../src/demo/world.ts'
import { systemSpawn } from '../src/host/spawn.ts'
import type { ActivationView } from '../src/model/control.ts'
import { deviceDetailSchema, statusSchema } from '../src/model/control.ts'

export type Transport = 'quic' | 'tcp'

export interface Machine {
  readonly world: World
  /** Of its daemon. */
  readonly pid: number
  /** Ends the daemon. */
  stop(): Promise<void>
}

export interface Lab extends AsyncDisposable {
  readonly ground: Ground
  readonly admin: World
  readonly coordinator: Machine
  readonly signal: AbortSignal
  /** An enrolled device that is online; it knows the coordinator by addresses of one transport only. */
  addDevice(name: string, transport: Transport): Promise<Machine>
  /** A member of role relay that is up. */
  addRelay(name: string): Promise<Machine>
  /** Runs a command in the admin's directory; its JSON. Throws ShoalError. */
  shoal(...args: readonly string[]): Promise<unknown>
  /** The device's newest activation. */
  activation(device: string): Promise<ActivationView>
}

export interface LabOptions {
  /** Of the coordinator. */
  readonly address: string
  /** Where a machine runs, if not simply in its world. */
  place?(world: World): World
  /** Directory in memory for everything; default /dev/shm. */
  readonly memory?: string
  /** Added to the configuration of devices. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Daemons write processor profiles there. */
  readonly profileDir?: string | undefined
  readonly signal: AbortSignal
}

/** Debian's Nix is older than what shoal takes by default. */
const DEVICE_CONFIG = { nixVersionFloor: '2.8.0' }
const PORTS = { clock: systemClock, spawn: systemSpawn }
const READY_MS = 60_000

const ticketSchema = z.object({ ticket: z.string() })
const fleetSchema = z.object({ name: z.string(), coordinators: z.array(z.string()) })

/** A lab in memory, with an admin and a coordinator that runs. */
export async function createLab(options: LabOptions): Promise<Lab> {
  await using cleanup = new AsyncDisposableStack()
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const tasks = new Tasks((name, error) => {
    over.abort(new ShoalError('bench_machine', `${name} failed`, { cause: error }))
  })
  const dir = await mkdtemp(join(options.memory ?? '/dev/shm', 'shoal-bench-'))
  cleanup.defer(async () => {
    await rm(dir, { recursive: true, force: true })
  })
  const ground = await createGround(dir, `shoal-bench-${randomUUID()}`, systemSpawn, signal)
  cleanup.use(await createReaper(ground, false, systemSpawn))
  cleanup.defer(async () => {
    over.abort()
    await tasks.idle()
  })
  const makeWorld = async (name: string): Promise<World> => {
    const world = await createWorld(ground, name)
    return options.place?.(world) ?? world
  }
  const admin = await makeWorld(ADMIN_WORLD)
  const adminDir = join(dir, 'admin')
  const shoal = async (...args: readonly string[]): Promise<unknown> =>
    (await command(admin, adminDir, args, PORTS, signal)).json
  const up = async (world: World, listen: readonly string[]): Promise<Machine> =>
    await startDaemon(world, listen, { tasks, signal, profileDir: options.profileDir })

  await shoal('init', '--name', 'bench')
  const port = await freePort()
  const addresses = [`/ip4/${options.address}/udp/${port}/quic-v1`, `/ip4/${options.address}/tcp/${port}`]
  const announce = addresses.flatMap((address) => ['--announce', address])
  const { ticket } = ticketSchema.parse(await shoal('ticket', '--role', 'coordinator', ...announce))
  const world = await makeWorld('coordinator')
  await command(world, world.dir, ['join', ticket, '--name', 'coordinator'], PORTS, signal)
  const coordinator = await up(world, addresses)
  const devices = ticketSchema.parse(await shoal('ticket', '--uses', '100'))
  const held = cleanup.move()
  return {
    ground,
    admin,
    coordinator,
    signal,
    shoal,
    addDevice: async (name, transport) => {
      const device = await makeWorld(name)
      await writeFile(
        join(device.dir, 'config.json'),
        JSON.stringify({ ...DEVICE_CONFIG, ...options.config })
      )
      await command(device, device.dir, ['join', devices.ticket, '--name', name], PORTS, signal)
      await keepTransport(device, transport)
      const machine = await up(device, [])
      await online(admin, adminDir, name, signal)
      return machine
    },
    addRelay: async (name) => {
      const at = `/ip4/${options.address}/udp/${await freePort()}/quic-v1`
      const answer = ticketSchema.parse(await shoal('ticket', '--role', 'relay', '--announce', at))
      const relay = await makeWorld(name)
      await command(relay, relay.dir, ['join', answer.ticket, '--name', name], PORTS, signal)
      return await up(relay, [at])
    },
    activation: async (device) => {
      const [newest] = deviceDetailSchema.parse(await shoal('device', device)).activations
      if (newest == null) throw new ShoalError('bench_device', `${device} has activated nothing`)
      return newest
    },
    [Symbol.asyncDispose]: async () => {
      await held.disposeAsync()
    }
  }
}

async function startDaemon(
  world: World,
  listen: readonly string[],
  under: { tasks: Tasks; signal: AbortSignal; profileDir: string | undefined }
): Promise<Machine> {
  const stop = new AbortController()
  const signal = AbortSignal.any([under.signal, stop.signal])
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const { profileDir } = under
  const profile = profileDir == null ? '' : `--cpu-prof --cpu-prof-dir=${join(profileDir, world.name)}`
  const own = { ...world, env: { ...world.env, NODE_OPTIONS: profile } }
  const args = listen.flatMap((address) => ['--listen', address])
  under.tasks.run(world.name, async () => {
    const on = {
      ready: ready.resolve,
      restart: () => ready.reject(new ShoalError('bench_machine', `${world.name} has ended`))
    }
    await supervise(own, world.dir, args, on, PORTS, signal)
    ended.resolve()
  })
  const late = setTimeout(() => {
    ready.reject(new ShoalError('bench_machine', `${world.name} does not get ready`))
  }, READY_MS)
  await ready.promise
  clearTimeout(late)
  return {
    world,
    pid: Number(await readFile(join(world.dir, 'lock.pid'), 'utf8')),
    stop: async () => {
      stop.abort()
      await ended.promise
    }
  }
}

/** Leaves the device only the coordinator's addresses of one transport. */
async function keepTransport(device: World, transport: Transport): Promise<void> {
  const path = join(device.dir, 'fleet.json')
  const fleet = fleetSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  const coordinators = fleet.coordinators.filter(
    (address) => address.includes('/quic-v1') === (transport === 'quic')
  )
  await writeFile(path, JSON.stringify({ ...fleet, coordinators }))
}

async function online(admin: World, adminDir: string, name: string, signal: AbortSignal): Promise<void> {
  const scoped = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)])
  const found = new AbortController()
  const watched = AbortSignal.any([scoped, found.signal])
  try {
    for await (const document of follow(admin, adminDir, ['status', name, '--watch'], PORTS, watched)) {
      const status = statusSchema.safeParse(document)
      if (status.success && status.data.devices.some((device) => device.online)) return
    }
    throw new ShoalError('bench_device', `${name} does not come online`)
  } finally {
    found.abort()
  }
}

/** A port of loopback that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
