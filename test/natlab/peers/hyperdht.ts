/** HyperDHT: six public nodes, since it asks four for its own address, and two members as its package makes them. */

import { join } from 'node:path'
import { z } from 'zod'
import type { LineProcess } from '../../quic/line-process.ts'
import type { Lab } from '../lab.ts'
import { ADMIN, COORDINATOR, DEVICE, RELAY } from '../pairs.ts'
import { CORE } from '../plan.ts'
import type { Anchor, Net, Outcome } from './anchor.ts'
import { milliseconds, startOn } from './anchor.ts'

const MORE_NODES = ['node-1', 'node-2', 'node-3', 'node-4']
const program = [process.execPath, join(import.meta.dirname, 'hyperdht.child.ts')]
const openSchema = z.object({
  openMs: milliseconds,
  firstByteMs: milliseconds,
  remote: z.string(),
  punches: z.record(z.string(), z.number())
})

export const HYPERDHT: Anchor = {
  name: 'hyperdht',
  topology: (base) => ({
    ...base,
    hosts: [...base.hosts, ...MORE_NODES.map((name) => ({ name, at: CORE }))]
  }),
  async start(lab): Promise<Net> {
    const nodes = new Map(
      [COORDINATOR, RELAY, ...MORE_NODES].map((host) => [host, startOn(lab, host, program)])
    )
    let first = ''
    for (const [host, node] of nodes) {
      if (first === '') first = z.string().parse(await node.ask(`first ${lab.address(host)}`))
      else await node.ask(`node ${lab.address(host)} ${first}`)
    }
    return {
      contact: async () => await contact(lab, first),
      [Symbol.asyncDispose]: async () => {
        for (const node of nodes.values()) node.stop()
      }
    }
  }
}

async function contact(lab: Lab, first: string): Promise<Outcome> {
  const device = startOn(lab, DEVICE, program)
  const admin = startOn(lab, ADMIN, program)
  try {
    const key = z.string().parse(await device.ask(`serve ${first}`))
    await admin.ask(`ready ${first}`)
    return await dial(lab, admin, key)
  } finally {
    admin.stop()
    device.stop()
  }
}

/** It relays only through a node that the application names, so open means direct; the address proves it. */
async function dial(lab: Lab, admin: LineProcess, key: string): Promise<Outcome> {
  let told: unknown
  try {
    told = await admin.ask(`dial ${key}`)
  } catch (error) {
    return { directMs: null, firstByteMs: null, how: error instanceof Error ? error.message : String(error) }
  }
  const { openMs, firstByteMs, remote, punches } = openSchema.parse(told)
  const ways = Object.entries(punches).filter(([, count]) => count > 0)
  const how = ways.map(([way]) => way).join('+') || 'direct'
  if (!lab.outsides(DEVICE).has(remote)) return { directMs: null, firstByteMs, how: `over ${remote}` }
  return { directMs: openMs, firstByteMs, how }
}
