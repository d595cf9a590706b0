/** A home router that leads ports to its hosts: miniupnpd, as many routers have it, beside the rules of a NAT of the laboratory. */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from './lab.ts'
import { withSbin } from './namespaces.ts'

const TABLE = 'miniupnpd'
/** Its tables, and the way in for what it maps; the NAT's own rules let in answers alone. */
const RULES = `table inet ${TABLE} {
  chain miniupnpd {
  }
  chain prerouting_miniupnpd {
  }
  chain postrouting_miniupnpd {
  }
  chain forward { type filter hook forward priority 10; policy accept;
    jump miniupnpd
  }
  chain prerouting { type nat hook prerouting priority -100; policy accept;
    jump prerouting_miniupnpd
  }
  chain postrouting { type nat hook postrouting priority 100; policy accept;
    jump postrouting_miniupnpd
  }
}
insert rule ip filter forward iifname "wan" ct status dnat accept
`
const CONFIG = `ext_ifname=wan
listening_ip=lan
http_port=0
enable_natpmp=yes
enable_upnp=yes
secure_mode=yes
uuid=2b4f7a10-25c1-4b7e-9a55-0123456789ab
upnp_table_name=${TABLE}
upnp_nat_table_name=${TABLE}
allow 1024-65535 192.168.1.0/24 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
`
const READY = /Listening for NAT-PMP/
const READY_MS = 10_000

export class Gateway implements AsyncDisposable {
  readonly #lab: Lab
  readonly #nat: string
  readonly #child: ChildProcess
  readonly #dir: string

  private constructor(parts: { lab: Lab; nat: string; child: ChildProcess; dir: string }) {
    this.#lab = parts.lab
    this.#nat = parts.nat
    this.#child = parts.child
    this.#dir = parts.dir
  }

  /** Starts it on a NAT, with no mapping. */
  static async start(lab: Lab, nat: string): Promise<Gateway> {
    const dir = await mkdtemp(join(tmpdir(), 'natlab-gateway-'))
    const config = join(dir, 'miniupnpd.conf')
    await writeFile(config, CONFIG)
    await lab.namespaces.must(nat, ['nft', '-f', '-'], RULES)
    const [program, args] = lab.enter(nat, ['miniupnpd', '-d', '-P', join(dir, 'pid'), '-f', config])
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: withSbin() })
    const gateway = new Gateway({ lab, nat, child, dir })
    let said = ''
    const ready = Promise.withResolvers<void>()
    child.stderr.on('data', (bytes: Buffer) => {
      said = `${said}${bytes.toString()}`.slice(-10_000)
      if (READY.test(said)) ready.resolve()
    })
    child.once('exit', () => ready.reject(new Error(`miniupnpd has ended: ${said}`)))
    child.once('error', ready.reject)
    await Promise.race([
      ready.promise,
      sleep(READY_MS, undefined, { ref: false }).then(() => assert.fail(`miniupnpd is not ready: ${said}`))
    ])
    return gateway
  }

  /** Outside ports that it leads to hosts. */
  async ports(): Promise<number[]> {
    const rules = await this.#lab.namespaces.must(this.#nat, [
      'nft',
      'list',
      'chain',
      'inet',
      TABLE,
      'prerouting_miniupnpd'
    ])
    return [...rules.matchAll(/dport (\d+) dnat/g)].map((match) => Number(match[1]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode == null && this.#child.signalCode == null) {
      const gone = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await gone
    }
    await rm(this.#dir, { recursive: true, force: true })
  }
}
