// A coordinator that burned comes back where nobody was told that it would be, and where nothing listened before: devices find it
// through a relay, without an admin; then it moves once more, and the admin's word brings those that know nobody else.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { z } from 'zod'
import type { Status } from '../../src/model/control.ts'
import type { Daemon, Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const ticketAnswer = z.object({ ticket: z.string() })
const netAnswer = z.object({ peers: z.array(z.object({ role: z.string(), path: z.string() })) })
const announced = z.object({
  number: z.number(),
  peer: z.string(),
  name: z.literal('hub'),
  coordinators: z.array(z.string()),
  told: z.array(z.string())
})

let fleet: RealFleet
let relay: Machine
let relayDaemon: Daemon
let relayAddress: string
/** The machine on which the coordinator is now, and its daemon. */
let hub: Machine
let hubDaemon: Daemon

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['one', 'two'] })
  hub = fleet.coordinator
  relay = await fleet.lab.machine('relay')
  await relay.configure({})
  relayAddress = await freeAddress()
  const args = ['ticket', '--role', 'relay', '--announce', relayAddress]
  const { ticket } = await fleet.admin.ask(ticketAnswer, args)
  await relay.ask(z.object({ role: z.literal('relay') }), ['join', ticket, '--name', 'relay'])
  relayDaemon = await relay.up([relayAddress])
  // Both devices hold their second link to it.
  for (const device of fleet.devices) await eventually(async () => await isLinked(device))
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

async function freeAddress(): Promise<string> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return `/ip4/127.0.0.1/udp/${port}/quic-v1`
}

async function isLinked(device: Machine): Promise<boolean> {
  const { peers } = await device.ask(netAnswer, ['net'])
  return peers.some(({ role }) => role === 'relay')
}

async function eventually(when: () => Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(60_000)
  while (!(await when())) {
    limit.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const isWhole = ({ devices }: Status): boolean => devices.filter(({ online }) => online).length === 2

/** Ends the coordinator for good and makes another machine that coordinator, at an address of which nobody knows. */
async function burnAndRestore(name: string, address: string): Promise<void> {
  const file = join(hub.world.dir, 'last.shoal')
  await hub.ask(z.object({ file: z.string() }), ['backup', file])
  await (hubDaemon ?? fleet.daemons.get('hub')).end('SIGKILL')
  await rm(hub.dir, { recursive: true })
  hub = await fleet.lab.machine(name)
  await hub.ask(z.object({ peer: z.string() }), ['restore', file, '--announce', address])
  hubDaemon = await hub.up([address])
}

test('through a relay: nobody does anything but restore', async () => {
  await burnAndRestore('second', await freeAddress())
  await hub.watchUntil(isWhole)
  const [one] = fleet.devices
  assert.ok(one != null)
  // What it was told by the coordinator that it found is kept, for the next start.
  const { coordinators } = z
    .object({ coordinators: z.array(z.string()) })
    .parse(JSON.parse(await readFile(join(one.dir, 'fleet.json'), 'utf8')))
  assert.deepEqual(
    coordinators.map((address) => address.replace(/\/p2p\/.*/, '')),
    hubDaemon.ready.listen.map((address) => address.replace(/\/p2p\/.*/, ''))
  )
}, 120_000)

test('an admin’s word: signed, numbered, passed on by who has it', async () => {
  // The relay is away when the coordinator looks for it.
  await relayDaemon.end('SIGTERM')
  const address = await freeAddress()
  await burnAndRestore('third', address)
  await hub.logged(/a relay does not answer/)
  relayDaemon = await relay.up([relayAddress])
  const first = await fleet.admin.ask(announced, ['announce', address])
  assert.equal(first.number, 1)
  assert.deepEqual(first.coordinators, [`${address}/p2p/${first.peer}`])
  assert.deepEqual(first.told, ['hub', 'relay'])
  await hub.watchUntil(isWhole)
  for (const device of fleet.devices) {
    await eventually(async () => existsSync(join(device.dir, 'addresses.cbor')))
  }
  assert.ok((await fleet.admin.status()).devices.length === 2)
  // Numbers go on, and a ticket names the new place first.
  assert.equal((await fleet.admin.ask(announced, ['announce', address])).number, 2)
  await fleet.up(await fleet.join('three'))
  await hub.watchUntil(({ devices }) => devices.some(({ name, online }) => name === 'three' && online))
}, 120_000)

test('who may not, and what is no coordinator', async () => {
  const [one] = fleet.devices
  assert.ok(one != null)
  await one.refused(['announce', relayAddress], { exit: 3, code: 'not_an_admin' })
  await fleet.admin.refused(['announce', relayAddress], { exit: 3, code: 'not_a_coordinator' })
  await fleet.admin.refused(['announce', 'somewhere'], { exit: 7, code: 'address_invalid' })
  const nobody = await freeAddress()
  await fleet.admin.refused(['announce', nobody, '--timeout', '3'], { exit: 4, code: 'timeout' })
  const { ticket } = await fleet.admin.ask(ticketAnswer, ['ticket', '--role', 'admin'])
  const other = await fleet.lab.machine('other')
  await other.ask(z.object({ role: z.literal('admin') }), ['join', ticket, '--name', 'other'])
  await other.refused(['announce', relayAddress], { exit: 3, code: 'no_keys' })
}, 60_000)
