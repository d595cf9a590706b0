/** The core of the laboratory: the switch process, and the ends of its links in the members' namespaces. */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import type { Namespaces } from './namespaces.ts'
import { withSbin } from './namespaces.ts'
import type { Order, Port, Totals } from './switch.ts'

/** Where the kernel's side of VXLAN is; apart from the switch, or the kernel would hand frames over by itself. */
const KERNEL = { namespace: 'kernel', address: '169.254.7.2', port: 5000 }
const SWITCH = { address: '169.254.7.1', port: 6000 }
/** Of a link of the core, as of most of the internet; and what carries it. */
const MTU = 1500
const UNDERLAY_MTU = MTU + 100
/** Frames with fewer hops left than this die in the core: it stands for that many routers. */
const HOPS_LEFT_MIN = 20

const answerSchema = z.object({
  id: z.number(),
  totals: z
    .object({
      expired: z.number(),
      lost: z.number(),
      overflowed: z.number(),
      flows: z.array(
        z.object({
          from: z.string(),
          to: z.string(),
          protocol: z.number(),
          packets: z.number(),
          bytes: z.number()
        })
      )
    })
    .optional()
})

/** Where a link ends: a namespace, and the name of the interface there. */
export interface LinkEnd {
  readonly namespace: string
  readonly device: string
  readonly mac: string
}

export interface Quality {
  readonly delayMs: number
  readonly jitterMs: number
  readonly loss: number
}

/** Makes the links of the core; their interfaces are down and have no address yet. */
export async function layLinks(namespaces: Namespaces, ends: readonly LinkEnd[]): Promise<void> {
  const under = namespaces.path(KERNEL.namespace)
  await namespaces.must(
    null,
    ['sh', '-eu'],
    `ip link set lo up
touch ${under}; unshare --net=${under} true
ip link add sw0 mtu ${UNDERLAY_MTU} type veth peer name sw1 netns ${under}
ip address add ${SWITCH.address}/30 dev sw0
ip link set sw0 up
nsenter --net=${under} ip address add ${KERNEL.address}/30 dev sw1
nsenter --net=${under} ip link set sw1 mtu ${UNDERLAY_MTU} up
`
  )
  const links = ends.map(
    (
      { namespace, device, mac },
      index
    ) => `ip link add w${index} type vxlan id ${index + 1} dstport ${KERNEL.port} nolearning
bridge fdb append 00:00:00:00:00:00 dev w${index} dst ${SWITCH.address} port ${SWITCH.port}
ip link set w${index} address ${mac} mtu ${MTU} gso_max_segs 1
ip link set w${index} netns ${namespaces.path(namespace)} name ${device}
`
  )
  await namespaces.must(KERNEL.namespace, ['sh', '-eu'], links.join(''))
}

/** The running switch. */
export class Core implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ports: Map<string, Port>
  readonly #waiting = new Map<number, (totals: Totals) => void>()
  #asked = 0

  private constructor(child: ChildProcess, ports: Map<string, Port>) {
    this.#child = child
    this.#ports = ports
    child.on('message', (message) => {
      const { id, totals } = answerSchema.parse(message)
      if (totals != null) this.#waiting.get(id)?.(totals)
      this.#waiting.delete(id)
    })
  }

  /** Starts the switch for the ends of `layLinks`, each with the delay of half a way. */
  static async start(namespaces: Namespaces, ends: readonly LinkEnd[], quality: Quality): Promise<Core> {
    const [program, args] = namespaces.enter(null, [
      process.execPath,
      join(import.meta.dirname, 'switch.ts'),
      SWITCH.address,
      String(SWITCH.port),
      KERNEL.address,
      String(KERNEL.port)
    ])
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: withSbin() })
    const ready = await new Promise((resolve) => {
      child.once('message', resolve)
      child.once('exit', resolve)
    })
    assert.deepEqual(ready, { id: 0 }, 'the switch does not start')
    const ports = new Map(
      ends.map(({ namespace, device, mac }, index) => [
        `${namespace} ${device}`,
        { id: index + 1, mac, ...quality }
      ])
    )
    const core = new Core(child, ports)
    core.#order({ type: 'ports', ports: [...ports.values()], hopsLeftMin: HOPS_LEFT_MIN })
    return core
  }

  /** Changes a link from now on. */
  tune(namespace: string, device: string, quality: Partial<Quality>): void {
    const key = `${namespace} ${device}`
    const port = this.#ports.get(key)
    assert.ok(port != null, `no link of the core: ${key}`)
    const tuned = { ...port, ...quality }
    this.#ports.set(key, tuned)
    this.#order({ type: 'port', port: tuned })
  }

  /** What has left the core since it was made. */
  async totals(): Promise<Totals> {
    const id = ++this.#asked
    return await new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#order({ type: 'totals', id })
    })
  }

  #order(order: Order): void {
    this.#child.send(order)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode != null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.connected) this.#child.disconnect()
    await gone
  }
}
