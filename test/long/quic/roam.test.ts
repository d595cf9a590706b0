// The dialing side moves in mid-transfer, in network namespaces: its NAT forgets it, the NAT gets another address,
// and it gets another address itself. Needs root, ip and nft. Interfaces: device - nat - server, nothing outside.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { quicIsBuilt } from '../../../src/node/quic-native.ts'
import { LineProcess } from '../../quic/line-process.ts'

const able =
  process.getuid?.() === 0 &&
  quicIsBuilt() &&
  ['ip', 'nft'].every((tool) => spawnSync(tool, ['-V']).error == null)
const run = able || process.env['CI'] === 'true' ? describe : describe.skip
const prefix = `quic${process.pid % 10_000}`
const [device, nat, server] = [`${prefix}d`, `${prefix}n`, `${prefix}s`]
const BYTES = 48_000_000
const RATE = 12_000_000

const ip = (...args: string[]): void => void execFileSync('ip', args)
const within = (space: string, ...args: string[]): void => void execFileSync('ip', ['-n', space, ...args])

/** A new rule set drops all mappings with the table's; `random` gives each flow another port. */
function masquerade(): void {
  const rules = `flush ruleset
table ip nat { chain post { type nat hook postrouting priority 100; oifname "wan" masquerade fully-random; }; }`
  execFileSync('ip', ['netns', 'exec', nat, 'nft', '-f', '-'], { input: rules })
}

/** Forgets every mapping: the interface goes and comes, which drops its masqueraded flows. */
function forget(): void {
  within(nat, 'link', 'set', 'wan', 'down')
  within(nat, 'link', 'set', 'wan', 'up')
}

function build(): void {
  for (const space of [device, nat, server]) {
    ip('netns', 'add', space)
    within(space, 'link', 'set', 'lo', 'up')
  }
  ip('link', 'add', 'lan', 'netns', nat, 'type', 'veth', 'peer', 'name', 'eth', 'netns', device)
  ip('link', 'add', 'wan', 'netns', nat, 'type', 'veth', 'peer', 'name', 'eth', 'netns', server)
  within(nat, 'addr', 'add', '10.0.0.1/24', 'dev', 'lan')
  within(nat, 'addr', 'add', '25.10.0.1/24', 'dev', 'wan')
  within(device, 'addr', 'add', '10.0.0.2/24', 'dev', 'eth')
  within(server, 'addr', 'add', '25.10.0.9/24', 'dev', 'eth')
  for (const [space, link] of [
    [nat, 'lan'],
    [nat, 'wan'],
    [device, 'eth'],
    [server, 'eth']
  ] as const) {
    within(space, 'link', 'set', link, 'up')
  }
  within(device, 'route', 'add', 'default', 'via', '10.0.0.1')
  execFileSync('ip', ['netns', 'exec', nat, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  masquerade()
}

run('roaming in network namespaces', () => {
  let sender: LineProcess
  let receiver: LineProcess

  beforeEach(() => {
    build()
    const start = (space: string): LineProcess =>
      new LineProcess('ip', [
        'netns',
        'exec',
        space,
        process.execPath,
        join(import.meta.dirname, 'roam-peer.ts')
      ])
    receiver = start(server)
    sender = start(device)
  })

  afterEach(() => {
    sender.stop()
    receiver.stop()
    for (const space of [device, nat, server]) spawnSync('ip', ['netns', 'del', space])
  })

  interface Seen {
    bytes: number
    gapMs: number
    remotes: string[]
  }
  const seen = async (): Promise<Seen> => (await receiver.ask('seen')) as Seen

  it('a transfer outlives a new port, a new address of the NAT and a new own address', async () => {
    const address = await receiver.ask('listen 25.10.0.9 4001')
    const sending = sender.ask(`send ${String(address)} ${BYTES} ${RATE}`)
    const moves = [
      forget,
      () => {
        within(nat, 'addr', 'add', '25.10.0.5/24', 'dev', 'wan')
        within(nat, 'addr', 'del', '25.10.0.1/24', 'dev', 'wan')
        within(nat, 'addr', 'replace', '25.10.0.5/24', 'dev', 'wan')
        forget()
      },
      () => {
        within(device, 'addr', 'add', '10.0.0.77/24', 'dev', 'eth')
        within(device, 'addr', 'del', '10.0.0.2/24', 'dev', 'eth')
        within(device, 'addr', 'replace', '10.0.0.77/24', 'dev', 'eth')
        within(device, 'route', 'replace', 'default', 'via', '10.0.0.1')
      }
    ]
    const paths: number[] = []
    for (const [i, move] of moves.entries()) {
      while ((await seen()).bytes < (BYTES / 4) * (i + 1)) await sleep(20)
      move()
      while ((await seen()).remotes.length <= i) await sleep(20)
      paths.push((await seen()).remotes.length)
    }
    // The sender compares the hash that the receiver computed.
    assert.equal(await sending, 'done')
    const { bytes, gapMs, remotes } = await seen()
    assert.equal(bytes, BYTES)
    assert.ok(remotes.some((remote) => remote.includes('25.10.0.5')))
    console.log(`paths ${paths.join(', ')}; longest gap ${gapMs.toFixed(0)} ms; ${remotes.join(' ')}`)
  }, 60_000)
})
