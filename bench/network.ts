/** Network namespaces joined by veth pairs: a coordinator in one, each device in its own. Needs root. */

import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShoalError } from '../src/base/errors.ts'
import type { World } from '../src/demo/world.ts'
import { systemSpawn } from '../src/host/spawn.ts'

export interface Network extends AsyncDisposable {
  /** Of the coordinator, reached from every device. */
  readonly address: string
  /** The world in its namespace: that of the device with its name, else the coordinator's. */
  place(world: World): World
  /** What has passed the device's interface in both directions since it was made; IP packets, without Ethernet's 14 bytes. */
  counters(device: string): Promise<{ bytes: number; packets: number }>
  /** Prints the packets of a device until `signal` aborts; the lines of tcpdump. */
  capture(device: string, signal: AbortSignal): Promise<string>
}

/** A memory file system of our own: on a shared one others change the free bytes, which devices report. */
export async function createMemory(signal: AbortSignal): Promise<AsyncDisposable & { readonly dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'shoal-idle-'))
  await run('mount', ['-t', 'tmpfs', 'shoal-idle', dir], signal)
  return {
    dir,
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['-l', dir], new AbortController().signal)
      await rmdir(dir)
    }
  }
}

interface End {
  readonly ip: string
  readonly mac: string
  readonly link: string
}

/** Port-restricted, as most home routers are: what nobody inside asked for does not come in. */
const NAT_RULES = `table ip bench {
  chain in { type filter hook input priority 0; iifname "wan" ct state new drop; }
  chain pass { type filter hook forward priority 0; iifname "wan" ct state new drop; }
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
}`

interface Counters {
  readonly stats64: Readonly<Record<'rx' | 'tx', { readonly bytes: number; readonly packets: number }>>
}

const ADDRESS = '10.99.0.1'
const LINK = 'link0'
const ETHERNET_BYTES = 14
const CAPTURE_BYTES_MAX = 16 * 1024 * 1024

/**
 * Makes the namespaces. IPv6 is off in them and the neighbours are known: discovering them belongs to the Ethernet and
 * not to us, and a mobile link has none of it. A device with `natSeconds` is behind a NAT of its own, which forgets an idle
 * UDP mapping after that time. Throws ShoalError (`bench_network`).
 */
export async function createNetwork(
  devices: readonly string[],
  signal: AbortSignal,
  natSeconds: Readonly<Record<string, number>> = {}
): Promise<Network> {
  const prefix = `shoal-${process.pid}`
  const hub = `${prefix}-hub`
  const nameOf = (device: string): string => `${prefix}-${device}`
  const ip = async (...words: string[]): Promise<string> => await run('ip', words, signal)
  await using cleanup = new AsyncDisposableStack()
  const addNamespace = async (name: string): Promise<void> => {
    await ip('netns', 'add', name)
    cleanup.defer(async () => {
      await run('ip', ['netns', 'delete', name], new AbortController().signal)
    })
    const off = ['net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']
    await ip('netns', 'exec', name, 'sysctl', '-qw', ...off)
    await ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  await addNamespace(hub)
  await ip('-n', hub, 'address', 'add', `${ADDRESS}/32`, 'dev', 'lo')
  for (const [index, device] of devices.entries()) {
    const name = nameOf(device)
    const device0 = { ip: `10.99.${index + 1}.2`, mac: `02:00:00:00:${10 + index}:02`, link: LINK }
    const hub0 = { ip: `10.99.${index + 1}.1`, mac: `02:00:00:00:${10 + index}:01`, link: `link${index}` }
    await addNamespace(name)
    const connect = async (one: End, oneSpace: string, two: End, twoSpace: string): Promise<void> => {
      const peer = ['peer', 'name', two.link, 'address', two.mac, 'netns', twoSpace]
      await ip('link', 'add', one.link, 'address', one.mac, 'netns', oneSpace, 'type', 'veth', ...peer)
      for (const [own, other, namespace] of [
        [one, two, oneSpace],
        [two, one, twoSpace]
      ] as const) {
        await ip('-n', namespace, 'address', 'add', `${own.ip}/24`, 'dev', own.link)
        await ip('-n', namespace, 'link', 'set', own.link, 'up')
        const neighbour = [other.ip, 'lladdr', other.mac, 'dev', own.link, 'nud', 'permanent']
        await ip('-n', namespace, 'neighbour', 'replace', ...neighbour)
      }
      await ip('-n', oneSpace, 'route', 'add', 'default', 'via', two.ip)
    }
    const natTime = natSeconds[device]
    if (natTime == null) await connect(device0, name, hub0, hub)
    else {
      const nat = `${name}-nat`
      await addNamespace(nat)
      const inside = { ip: `10.98.${index + 1}.1`, mac: `02:00:00:00:${10 + index}:03`, link: 'lan' }
      const behind = { ...device0, ip: `10.98.${index + 1}.2` }
      await connect(behind, name, inside, nat)
      await connect({ ...device0, link: 'wan', mac: `02:00:00:00:${10 + index}:04` }, nat, hub0, hub)
      await run('ip', ['netns', 'exec', nat, 'nft', NAT_RULES], signal)
      const times = ['udp_timeout', 'udp_timeout_stream'].map(
        (key) => `net.netfilter.nf_conntrack_${key}=${natTime}`
      )
      await ip('netns', 'exec', nat, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', ...times)
    }
  }
  const held = cleanup.move()
  return {
    address: ADDRESS,
    place: (world) => ({
      ...world,
      enter: (command) => {
        const [program, args] = world.enter(command)
        const name = devices.includes(world.name) ? nameOf(world.name) : hub
        return ['ip', ['netns', 'exec', name, program, ...args]]
      }
    }),
    counters: async (device) => {
      const text = await ip('-n', nameOf(device), '-s', '-j', 'link', 'show', 'dev', LINK)
      const [link]: (Counters | undefined)[] = JSON.parse(text)
      if (link == null) throw new ShoalError('bench_network', `no interface of ${device}`)
      const { rx, tx } = link.stats64
      const packets = rx.packets + tx.packets
      return { bytes: rx.bytes + tx.bytes - packets * ETHERNET_BYTES, packets }
    },
    capture: async (device, until) => {
      const options = { signal: until, outputBytesMax: CAPTURE_BYTES_MAX }
      const command = ['netns', 'exec', nameOf(device), 'timeout', '86400', 'tcpdump', '-ntttql', '-i', LINK]
      let text = ''
      const { stdout, done } = systemSpawn.stream('ip', command, options)
      stdout.setEncoding('utf8')
      stdout.on('data', (piece: string) => {
        text += piece
      })
      await done.catch(() => undefined)
      return text
    },
    [Symbol.asyncDispose]: async () => {
      await held.disposeAsync()
    }
  }
}

async function run(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await systemSpawn.run(command, args, { signal })
  if (code === 0) return stdout
  throw new ShoalError('bench_network', `${command} ${args.join(' ')}: ${stderr.trim()}`)
}
