// Two devices on one local network: what the first has fetched, the second takes from it. In network namespaces on one
// bridge, the coordinator on it too. Needs root and ip.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { pingSchema } from '../../src/model/control.ts'
import { Lab } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const able = process.getuid?.() === 0 && spawnSync('ip', ['-V']).error == null
const run = able || process.env['CI'] === 'true' ? describe : describe.skip
const BYTES = 6_000_000
const prefix = `near${process.pid % 10_000}`
const places = new Map([
  ['hub', 1],
  ['one', 2],
  ['two', 3]
])
const spaceOf = (machine: string): string => `${prefix}${places.has(machine) ? machine : 'hub'}`
const bridge = `${prefix}b`
const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' })

function build(): void {
  ip('netns', 'add', bridge)
  ip('-n', bridge, 'link', 'add', 'lan', 'type', 'bridge', 'mcast_snooping', '0')
  ip('-n', bridge, 'link', 'set', 'lan', 'up')
  for (const [name, number] of places) {
    const space = spaceOf(name)
    ip('netns', 'add', space)
    ip('link', 'add', 'eth', 'netns', space, 'type', 'veth', 'peer', 'name', name, 'netns', bridge)
    ip('-n', bridge, 'link', 'set', name, 'master', 'lan', 'up')
    ip('-n', space, 'addr', 'add', `192.168.9.${number}/24`, 'dev', 'eth')
    for (const link of ['lo', 'eth']) ip('-n', space, 'link', 'set', link, 'up')
    // Nix asks for an address of its cache; loopback is enough, and everything else is on the LAN.
    ip('-n', space, 'route', 'add', 'default', 'dev', 'eth')
  }
}

/** Bytes that have left a machine's interface. */
function sent(machine: string): number {
  const [link] = JSON.parse(ip('-n', spaceOf(machine), '-s', '-j', 'link', 'show', 'dev', 'eth')) as {
    stats64: { tx: { bytes: number } }
  }[]
  assert.ok(link != null)
  return link.stats64.tx.bytes
}

run('devices on one local network', () => {
  let fleet: RealFleet
  let lab: Lab
  beforeAll(async () => {
    build()
    lab = await Lab.create((world) => ({
      ...world,
      enter: (command) => {
        const [program, args] = world.enter(command)
        return ['ip', ['netns', 'exec', spaceOf(world.name), program, ...args]]
      }
    }))
    fleet = await createRealFleet({
      lab,
      devices: ['one', 'two'],
      address: '/ip4/192.168.9.1/udp/4711/quic-v1'
    })
  }, 120_000)
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
    for (const space of [bridge, ...[...places.keys()].map(spaceOf)]) spawnSync('ip', ['netns', 'del', space])
  })

  test('the second takes from the first what it lacks, and the coordinator sends it once', async () => {
    const { admin, devices } = fleet
    const [built = ''] = await lab.build(admin, [{ version: 'v1', bytes: BYTES }])
    await admin.publish('v1', built)
    const before = { hub: sent('hub'), one: sent('one') }
    await admin.rollout(['v1', '--on', 'one'])
    const first = { hub: sent('hub') - before.hub, one: sent('one') - before.one }
    assert.ok(first.hub > BYTES, `the coordinator sent ${first.hub} bytes to the first`)
    const between = { hub: sent('hub'), one: sent('one') }
    await admin.rollout(['v1', '--on', 'two'])
    const second = { hub: sent('hub') - between.hub, one: sent('one') - between.one }
    assert.ok(second.one > BYTES, `the first sent ${second.one} bytes to the second`)
    assert.ok(second.hub < BYTES / 10, `the coordinator sent ${second.hub} bytes to the second`)
    for (const device of devices) assert.equal((await device.real()).running, built)
    const { stdout } = await admin.run(['logs', 'two'])
    assert.match(stdout, /bytes came from neighbours/)
  }, 120_000)

  test('without any coordinator an admin on the site reaches a device by its name', async () => {
    await fleet.down(fleet.coordinator, 'SIGKILL')
    const ping = await fleet.admin.ask(pingSchema, ['ping', 'two', '--count', '2'])
    assert.deepEqual([ping.name, ping.path, ping.relay, ping.received], ['two', 'direct', null, 2])
    await fleet.admin.refused(['ping', 'nobody', '--timeout', '8'], { exit: 4, code: 'unreachable' })
  }, 60_000)
})
