// Multicast DNS between real sockets, each neighbour in a network namespace on one bridge. Needs root and ip.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { lanService } from '../../src/node/lan.ts'
import { LineProcess } from '../quic/line-process.ts'

const able = process.getuid?.() === 0 && spawnSync('ip', ['-V']).error == null
const run = able || process.env['CI'] === 'true' ? describe : describe.skip
const PEERS = [
  '12D3KooWGatU9DxFBsVtSSFJzLgRSRDsRTEPnRUpjpVpJwz5RBaN',
  '12D3KooWHdPVy2oLJMHEUNVBDDsMbVs5fAwHxXMSbC8rtdQaGMUp'
] as const
const prefix = `lan${process.pid % 10_000}`
const bridge = `${prefix}b`

const ip = (...args: string[]): void => void execFileSync('ip', args)
const within = (space: string, ...args: string[]): void => {
  ip('-n', space, ...args)
}
const names = [`${prefix}x`, `${prefix}y`] as const

function build(): void {
  ip('netns', 'add', bridge)
  within(bridge, 'link', 'add', 'lan', 'type', 'bridge', 'mcast_snooping', '0')
  within(bridge, 'link', 'set', 'lan', 'up')
  for (const [i, space] of names.entries()) {
    ip('netns', 'add', space)
    ip('link', 'add', 'eth', 'netns', space, 'type', 'veth', 'peer', 'name', `port${i}`, 'netns', bridge)
    within(bridge, 'link', 'set', `port${i}`, 'master', 'lan', 'up')
    within(space, 'addr', 'add', `192.168.7.${i + 1}/24`, 'dev', 'eth')
    within(space, 'link', 'set', 'eth', 'up')
  }
}

run('neighbours on a local network', () => {
  const started: LineProcess[] = []
  const neighbour = (i: 0 | 1, fleet: string, addresses: readonly string[]): LineProcess => {
    const script = join(import.meta.dirname, 'lan-peer.ts')
    const args = [script, fleet, PEERS[i], `192.168.7.${i + 1}`, ...addresses]
    const made = new LineProcess('ip', ['netns', 'exec', names[i], process.execPath, ...args])
    started.push(made)
    return made
  }
  beforeAll(build)
  afterAll(() => {
    for (const each of started) each.stop()
    for (const space of [...names, bridge]) spawnSync('ip', ['netns', 'del', space])
  })

  it('hear of each other when one comes, with private addresses only, and forget who leaves', async () => {
    const first = neighbour(0, 'fleet-a', [
      '/ip4/192.168.7.1/udp/4001/quic-v1',
      '/ip4/25.1.2.3/udp/4001/quic-v1'
    ])
    const second = neighbour(1, 'fleet-a', [
      '/ip4/192.168.7.2/udp/4002/quic-v1',
      '/ip4/127.0.0.1/udp/4002/quic-v1'
    ])
    assert.deepEqual(await first.ask('open'), [])
    await second.ask('open')
    // The newcomer's announcement comes to the one that is there, whose answer comes to the newcomer.
    const [seenByFirst, seenBySecond] = await Promise.all([first.ask('heard'), second.ask('heard')])
    const view = (i: 0 | 1, address: string) => [
      { peer: PEERS[i], addresses: [`${address}/p2p/${PEERS[i]}`] }
    ]
    assert.deepEqual(seenByFirst, view(1, '/ip4/192.168.7.2/udp/4002/quic-v1'))
    assert.deepEqual(seenBySecond, view(0, '/ip4/192.168.7.1/udp/4001/quic-v1'))
    await second.ask('close')
    while (((await first.ask('peers')) as unknown[]).length > 0) await first.ask('search')
  }, 30_000)

  it('speak under a name of their own fleet only', () => {
    assert.notEqual(lanService('fleet-a'), lanService('fleet-b'))
    assert.match(lanService('fleet-a'), /^_[a-z0-9-]{1,15}\._udp\.local$/)
  })
})
