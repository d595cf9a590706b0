/**
 * Asks the router of its host for a port, driven by lines on standard input.
 *
 *   map PROTOCOL ROUTER PORT     answers with the mapping
 *   unmap PROTOCOL ROUTER PORT   takes away the last one of that protocol
 */

import { createInterface } from 'node:readline'
import type { Mapping } from '../../src/host/port-mapping/mapping.ts'
import { natPmpClient, pcpClient } from '../../src/host/port-mapping/pcp.ts'
import { upnpClient } from '../../src/host/port-mapping/upnp.ts'

const clients = [pcpClient(), natPmpClient(), upnpClient(Math.random)]
const held = new Map<string, Mapping>()

async function perform(line: string): Promise<unknown> {
  const [action, protocol = '', gateway = '', port] = line.split(' ')
  const client = clients.find((each) => each.protocol === protocol)
  if (client == null) throw new Error(`unknown: ${line}`)
  const before = held.get(protocol)
  const wanted = {
    gateway,
    internalPort: Number(port),
    externalPort: before?.externalPort ?? Number(port),
    lifetimeSeconds: 7_200
  }
  const signal = AbortSignal.timeout(20_000)
  if (action === 'map') {
    const mapping = await client.map(wanted, signal)
    held.set(protocol, mapping)
    return mapping
  }
  if (before == null) throw new Error('nothing is mapped')
  await client.unmap(wanted, before, signal)
  return null
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await perform(line).then(
    (ok) => ({ ok }),
    (error: unknown) => ({ error: String(error) })
  )
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
