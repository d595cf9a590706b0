// A real router (miniupnpd) leads ports: by each protocol a stranger's packet comes in; and two members behind symmetric NATs,
// which no hole punch can join, are direct through the port of one.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { z } from 'zod'
import type { Net, Ping } from '../../src/model/control.ts'
import { netSchema, pingSchema } from '../../src/model/control.ts'
import { LineProcess } from '../quic/line-process.ts'
import { Agent } from './agents.ts'
import { assertKind, PROBER } from './classify.ts'
import { Gateway } from './gateway.ts'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'
import { measure } from './measure.ts'
import { ADMIN, COORDINATOR, DEVICE, PLACES, RELAY, topologyWith } from './pairs.ts'
import { LabFleet } from './shoal.ts'

const RTT_MS = 20
const PORT = 40_123
const ROUTER = '192.168.1.1'
const mappingSchema = z.object({ protocol: z.string(), externalIp: z.string(), externalPort: z.number() })

/** What a device says of itself, once it is as it must be. */
async function netUntil(fleet: LabFleet, host: string, when: (net: Net) => boolean): Promise<Net> {
  for (let tries = 0; ; tries++) {
    const net = await fleet.machine(host).ask(netSchema, ['net'])
    if (when(net)) return net
    assert.ok(tries < 60, JSON.stringify(net))
    await sleep(1_000)
  }
}

/** The links of a device notice one after another that its outside address has changed; until then a ping may find none. */
async function pingUntilReached(fleet: LabFleet): Promise<Ping> {
  for (let tries = 0; ; tries++) {
    const { code, stdout } = await fleet.machine(ADMIN).run(['--json', 'ping', DEVICE, '--count', '3'])
    if (code === 0) return pingSchema.parse(JSON.parse(stdout))
    assert.ok(tries < 20, stdout)
  }
}

const mappedOf = (net: Net): string[] =>
  net.addresses.filter(({ kind }) => kind === 'mapped').map(({ address }) => address)

async function symmetricHomes(): Promise<Lab> {
  const lab = await createLab(topologyWith({ [ADMIN]: 'sym', [DEVICE]: 'sym' }, RTT_MS))
  await assertKind(lab, ADMIN, PLACES.sym)
  await assertKind(lab, DEVICE, PLACES.sym)
  return lab
}

describe('a router that leads ports', () => {
  test('each protocol lets strangers in, renews the same port and takes it away', {
    timeout: 120_000
  }, async () => {
    await using lab = await symmetricHomes()
    const nat = lab.gate(DEVICE)
    await using gateway = await Gateway.start(lab, nat)
    await using stack = new AsyncDisposableStack()
    const device = stack.use(await Agent.start(lab, DEVICE))
    const prober = stack.use(await Agent.start(lab, PROBER))
    const [program, args] = lab.enter(DEVICE, [
      process.execPath,
      join(import.meta.dirname, 'mapping.child.ts')
    ])
    const asker = new LineProcess(program, args)
    stack.defer(() => {
      asker.stop()
    })
    await device.open('listening', lab.address(DEVICE), PORT)
    await prober.open('stranger', lab.address(PROBER))
    for (const protocol of ['pcp', 'nat-pmp', 'upnp']) {
      const mapping = mappingSchema.parse(await asker.ask(`map ${protocol} ${ROUTER} ${PORT}`))
      assert.deepEqual(mapping, { protocol, externalIp: lab.address(nat), externalPort: PORT })
      await prober.send('stranger', { address: mapping.externalIp, port: PORT }, protocol)
      assert.equal((await device.heard('listening', protocol)).at(-1)?.address, lab.address(PROBER))
      assert.deepEqual(mappingSchema.parse(await asker.ask(`map ${protocol} ${ROUTER} ${PORT}`)), mapping)
      assert.deepEqual(await gateway.ports(), [PORT])
      await asker.ask(`unmap ${protocol} ${ROUTER} ${PORT}`)
      assert.deepEqual(await gateway.ports(), [])
    }
  })

  test('members behind symmetric NATs are direct through it, after a restart of the router too', {
    timeout: 240_000
  }, async () => {
    await using lab = await symmetricHomes()
    const nat = lab.gate(DEVICE)
    let gateway = await Gateway.start(lab, nat)
    await using fleet = await LabFleet.create(lab, {
      coordinators: [COORDINATOR, RELAY],
      admins: [ADMIN],
      devices: [DEVICE],
      config: { portMapping: true }
    })
    try {
      const parties = { admin: ADMIN, device: DEVICE, relays: [COORDINATOR, RELAY] }
      const net = await netUntil(fleet, DEVICE, (each) => mappedOf(each).length === 1)
      assert.equal(net.nat.portMapping, 'pcp')
      const [port] = await gateway.ports()
      assert.deepEqual(mappedOf(net), [`/ip4/${lab.address(nat)}/udp/${port}/quic-v1`])
      const { ping } = await measure(lab, fleet, parties, 3)
      assert.deepEqual([ping.path, ping.method], ['direct', 'dial'], JSON.stringify(ping))

      // The router starts anew, with another address and no mapping.
      await gateway[Symbol.asyncDispose]()
      await lab.renumber(nat, '25.10.0.99')
      gateway = await Gateway.start(lab, nat)
      await netUntil(fleet, DEVICE, (each) =>
        mappedOf(each).some((address) => address.includes('25.10.0.99'))
      )
      const again = await pingUntilReached(fleet)
      assert.deepEqual([again.path, again.method], ['direct', 'dial'], JSON.stringify(again))

      await fleet.down(DEVICE)
      assert.deepEqual(await gateway.ports(), [])
    } finally {
      await gateway[Symbol.asyncDispose]()
    }
  })
})
