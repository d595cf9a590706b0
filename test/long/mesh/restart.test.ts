import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'vitest'
import { restartUnder } from '../../support/restart.ts'

const NAT = `table ip restart {
  chain in { type filter hook input priority 0; iifname "wan" ct state new drop; }
  chain pass { type filter hook forward priority 0; iifname "wan" ct state new drop; }
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
}`

/** Devices, a NAT, and the coordinator, each in a namespace of its own. */
function network(): Disposable & { hub: string; devices: string } {
  const names = ['hub', 'nat', 'devices'].map((name) => `restart-${process.pid}-${name}`)
  const [hub = '', nat = '', devices = ''] = names
  const ip = (...words: string[]): void => void execFileSync('ip', words)
  const dispose = (): void => {
    for (const name of names) {
      try {
        execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
      } catch {
        // It was not made.
      }
    }
  }
  try {
    for (const name of names) {
      ip('netns', 'add', name)
      ip('-n', name, 'link', 'set', 'lo', 'up')
    }
    ip('link', 'add', 'eth', 'netns', hub, 'type', 'veth', 'peer', 'name', 'wan', 'netns', nat)
    ip('link', 'add', 'eth', 'netns', devices, 'type', 'veth', 'peer', 'name', 'lan', 'netns', nat)
    for (const [space, link, address] of [
      [hub, 'eth', '25.10.0.1/24'],
      [nat, 'wan', '25.10.0.2/24'],
      [nat, 'lan', '192.168.9.1/24'],
      [devices, 'eth', '192.168.9.2/24']
    ] as const) {
      ip('-n', space, 'address', 'add', address, 'dev', link)
      ip('-n', space, 'link', 'set', link, 'up')
    }
    ip('-n', devices, 'route', 'add', 'default', 'via', '192.168.9.1')
    execFileSync('ip', ['netns', 'exec', nat, 'nft', NAT])
    execFileSync('ip', ['netns', 'exec', nat, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  } catch (error) {
    dispose()
    throw error
  }
  return { hub, devices, [Symbol.dispose]: dispose }
}

test('200 devices behind one public address come back to a coordinator that was killed', async () => {
  using spaces = network()
  const inside =
    (space: string) =>
    (command: readonly string[]): readonly string[] => ['ip', 'netns', 'exec', space, ...command]
  const place = {
    address: '25.10.0.1',
    port: 4711,
    onHub: inside(spaces.hub),
    onDevices: inside(spaces.devices)
  }
  const back = await restartUnder(place, 8, 25)
  const at = (share: number): string => (back[Math.ceil(share * back.length) - 1] ?? 0).toFixed(1)
  console.log(`back after ${at(0.5)} s (half), ${at(0.95)} s (95 %), ${at(1)} s (all ${back.length})`)
  assert.equal(back.length, 200)
})
