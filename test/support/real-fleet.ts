/** A fleet of real processes, made by the commands that people use. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Daemon, Machine } from './processes.ts'
import { Lab } from './processes.ts'

const ticketAnswer = z.object({ ticket: z.string(), id: z.string() })

export interface RealFleet extends AsyncDisposable {
  readonly lab: Lab
  readonly admin: Machine
  readonly coordinator: Machine
  readonly devices: readonly Machine[]
  /** Daemons by the name of their machine, as they were started last. */
  readonly daemons: Map<string, Daemon>
  /** Starts a machine's daemon again, or for the first time. */
  up(machine: Machine): Promise<Daemon>
  /** Ends a machine's daemon. */
  down(machine: Machine, signal?: NodeJS.Signals): Promise<void>
  /** A device machine that has joined and is not up. */
  join(name: string, options?: { labels?: readonly string[]; config?: object }): Promise<Machine>
}

export interface RealFleetOptions {
  readonly devices: readonly string[]
  readonly coordinatorConfig?: Readonly<Record<string, unknown>>
  /** Where the coordinator listens; a free port on loopback otherwise. */
  readonly address?: string
  /** An existing lab, for a second fleet beside the first; it is then not ended with the fleet. */
  readonly lab?: Lab
  /** Called with the coordinator's machine before anything is in its directory. */
  readonly prepare?: (coordinator: Machine) => Promise<void>
  /** Before the names of admin and coordinator. */
  readonly prefix?: string
}

/** Makes a fleet and waits until its devices are online. */
export async function createRealFleet(options: RealFleetOptions): Promise<RealFleet> {
  await using stack = new AsyncDisposableStack()
  const lab = options.lab ?? stack.use(await Lab.create())
  const prefix = options.prefix ?? ''
  const admin = await lab.machine(`${prefix}admin`)
  const coordinator = await lab.machine(`${prefix}hub`)
  // Its daemon, where a test starts one, asks nothing of the router that the test machine has.
  await writeFile(`${admin.dir}/config.json`, '{"portMapping":false}')
  await options.prepare?.(coordinator)
  const daemons = new Map<string, Daemon>()
  const address = options.address ?? `/ip4/127.0.0.1/udp/${await freePort()}/quic-v1`
  const up = async (machine: Machine): Promise<Daemon> => {
    const daemon = await machine.up(machine === coordinator ? [address] : [])
    daemons.set(machine.name, daemon)
    return daemon
  }
  const join: RealFleet['join'] = async (name, { labels = [], config = {} } = {}) => {
    const device = await lab.machine(name)
    const args = ['ticket', ...labels.flatMap((label) => ['--label', label])]
    const { ticket } = await admin.ask(ticketAnswer, args)
    await device.configure({ ...config })
    await device.ask(z.object({ role: z.literal('device') }), ['join', ticket, '--name', name])
    return device
  }
  await admin.ask(z.object({ fleet: z.string() }), ['init', '--name', 'e2e'])
  const { ticket } = await admin.ask(ticketAnswer, ['ticket', '--role', 'coordinator', '--announce', address])
  await coordinator.configure({ ...options.coordinatorConfig, announce: [address] })
  await coordinator.ask(z.object({ role: z.literal('coordinator') }), ['join', ticket, '--name', 'hub'])
  await up(coordinator)
  const devices: Machine[] = []
  for (const name of options.devices) devices.push(await join(name))
  const arrived =
    devices.length === 0
      ? undefined
      : coordinator.watchUntil(
          (status) => status.devices.filter(({ online }) => online).length === devices.length
        )
  await Promise.all(devices.map(up))
  await arrived
  const held = stack.move()
  return {
    lab,
    admin,
    coordinator,
    devices,
    daemons,
    up,
    join,
    down: async (machine, signal = 'SIGTERM') => {
      await daemons.get(machine.name)?.end(signal)
      daemons.delete(machine.name)
    },
    [Symbol.asyncDispose]: async () => await held.disposeAsync()
  }
}

/** A UDP port on loopback that nobody has now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
