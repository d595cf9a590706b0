/** The demo's fleet: an admin, a coordinator and devices, made with the commands that people use. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../base/errors.ts'
import type { Tasks } from '../base/tasks.ts'
import { connectControl } from '../daemon/control-socket.ts'
import type { Status } from '../model/control.ts'
import { statusSchema } from '../model/control.ts'
import type { Ports } from './machine.ts'
import { command, supervise } from './machine.ts'
import type { Screen } from './screen.ts'
import type { Ground, World } from './world.ts'
import { ADMIN_WORLD, createWorld } from './world.ts'

export interface Fleet {
  /** Where the systems are built and the admin's commands run. */
  readonly admin: World
  /** The admin's state directory. */
  readonly adminDir: string
  readonly coordinator: World
  readonly devices: readonly World[]
}

/** Debian's Nix is older than what shoal takes by default; the heartbeat is quick so that the screen is. */
const DEVICE_CONFIG = { heartbeatMs: 5000, nixVersionFloor: '2.8.0' }
const READY_TIMEOUT_MS = 60_000
const WATCH_PAUSE_MS = 500
const PORT_TRIES_MAX = 20

const ticketSchema = z.object({ ticket: z.string() })

/** What the parts of the demo share. */
export interface Stage extends Ports {
  readonly ground: Ground
  readonly screen: Screen
  readonly tasks: Tasks
  readonly signal: AbortSignal
}

/** Makes the fleet and waits until every device is there. Throws ShoalError (`demo_fleet`) when one does not come. */
export async function createFleet(stage: Stage, devicesCount: number): Promise<Fleet> {
  const { ground, screen, signal } = stage
  const admin = await createWorld(ground, ADMIN_WORLD)
  const adminDir = join(ground.dir, 'admin')
  const ask = async (args: readonly string[]): Promise<unknown> =>
    (await command(admin, adminDir, args, stage, signal)).json

  screen.say('making a fleet: an admin, a coordinator')
  await ask(['init', '--name', 'demo'])
  const port = await freePort()
  const addresses = [`/ip4/127.0.0.1/udp/${port}/quic-v1`, `/ip4/127.0.0.1/tcp/${port}`]
  const announce = addresses.flatMap((address) => ['--announce', address])
  const first = ticketSchema.parse(await ask(['ticket', '--role', 'coordinator', ...announce]))
  const coordinator = await createWorld(ground, 'coordinator')
  await enrol(stage, coordinator, first.ticket)
  await start(stage, coordinator, addresses)

  screen.say(`enrolling ${devicesCount} devices with one ticket`)
  const { ticket } = ticketSchema.parse(await ask(['ticket', '--uses', String(devicesCount)]))
  const devices: World[] = []
  for (let number = 1; number <= devicesCount; number++) {
    const device = await createWorld(ground, `device-${number}`)
    await writeFile(join(device.dir, 'config.json'), `${JSON.stringify(DEVICE_CONFIG)}\n`)
    await enrol(stage, device, ticket)
    devices.push(device)
  }
  const arrived = watch(stage, coordinator, devicesCount)
  await Promise.all(
    devices.map(async (device) => await start(stage, device, ['/ip4/127.0.0.1/udp/0/quic-v1']))
  )
  await within(arrived, 'not every device came to the coordinator', signal)
  return { admin, adminDir, coordinator, devices }
}

async function enrol(stage: Stage, world: World, ticket: string): Promise<void> {
  await command(world, world.dir, ['join', ticket, '--name', world.name], stage, stage.signal)
}

/** Starts the daemon of a machine and waits until it is ready. */
async function start(stage: Stage, world: World, listen: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const args = listen.flatMap((address) => ['--listen', address])
  const on = {
    ready: resolve,
    restart: () => {
      stage.screen.say(`${world.name} has ended; starting it again`)
    }
  }
  stage.tasks.run(world.name, async () => {
    await supervise(world, world.dir, args, on, stage, stage.signal)
  })
  await within(promise, `${world.name} does not get ready`, stage.signal)
}

/**
 * Shows the fleet's state on the screen from now on; resolves once `count` devices are online. The coordinator's
 * control socket is asked, not a command: one without a daemon would hold the directory against the daemon to come.
 */
function watch(stage: Stage, coordinator: World, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const show = (status: Status): void => {
    const devices = status.devices.filter((device) => device.role === 'device')
    stage.screen.show(devices.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })))
    if (devices.filter((device) => device.online).length >= count) resolve()
  }
  stage.tasks.run('watch', async () => {
    while (!stage.signal.aborted) {
      try {
        const control = await connectControl(coordinator.dir)
        for await (const document of control?.call('watch', {}, stage.signal) ?? []) {
          const status = statusSchema.safeParse(document)
          if (status.success) show(status.data)
        }
      } catch {
        // The coordinator has ended: ask the one that is started in its place.
      }
      await stage.clock.sleep(WATCH_PAUSE_MS, stage.signal).catch(() => undefined)
    }
  })
  return promise
}

async function within(promise: Promise<void>, fault: string, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const timer = setTimeout(() => {
    ended.reject(new ShoalError('demo_fleet', fault, { hint: '--dir DIR keeps the logs: DIR/NAME/log' }))
  }, READY_TIMEOUT_MS)
  const onAbort = (): void => {
    ended.resolve()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([promise, ended.promise])
    signal.throwIfAborted()
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** A port of loopback that is free for UDP and TCP. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_TRIES_MAX; attempt++) {
    const tcp = createServer().listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const address = tcp.address()
    const udp = createSocket('udp4')
    try {
      if (address == null || typeof address === 'string') continue
      const { port } = address
      udp.bind(port, '127.0.0.1')
      await once(udp, 'listening')
      return port
    } catch {
      // Taken for UDP: try another.
    } finally {
      udp.close()
      tcp.close()
    }
  }
  throw new ShoalError('demo_fleet', 'found no free port on loopback')
}
