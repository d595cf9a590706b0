/**
 * A plain libp2p node with our QUIC and our DCUtR, driven by lines on standard input like the programs of `test/quic/interop`:
 * hole punching alone, without a fleet around it.
 *
 *   relay IP             listens there and relays; answers with its address
 *   listen RELAY CLASS   reserves on the relay; answers with its own peer ID and outside address
 *   dial RELAY PEER      dials through the relay and waits for the outcome of the hole punch
 *   state PEER           the outcome as this side has it
 *   apart PEER           closes every connection with a peer
 */

import { createInterface } from 'node:readline'
import type { IdentifyResult } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Nat } from '../../src/model/nat.ts'
import { UNKNOWN_NAT } from '../../src/model/nat.ts'
import { isQuic } from '../../src/node/quic-address.ts'
import type { PlainNode } from '../support/punch-nodes.ts'
import { plainNode } from '../support/punch-nodes.ts'

const TIMEOUT_MS = 20_000
let plain: PlainNode | undefined

const soon = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS)
const started = async (settings: Parameters<typeof plainNode>[0]): Promise<PlainNode> =>
  (plain ??= await plainNode(settings))
function made(): PlainNode {
  if (plain == null) throw new Error('relay or listen comes first')
  return plain
}

/** What the class of a NAT says of it, and the outside port that was seen. */
function natOf(name: string, port: number): Nat {
  const edm = { mapping: 'edm', filtering: 'apdf', portMin: port, portMax: port } as const
  switch (name) {
    case 'symmetric':
      return { ...UNKNOWN_NAT, name, ...edm, ports: 'random' }
    case 'symmetric-block':
      return { ...UNKNOWN_NAT, name, ...edm, ports: 'block' }
    case 'symmetric-sequential':
      return { ...UNKNOWN_NAT, name, ...edm, ports: 'sequential', portDelta: 1 }
    case 'public':
      return { ...UNKNOWN_NAT, name, mapping: 'none', filtering: 'eif', ports: 'preserved' }
    default:
      return { ...UNKNOWN_NAT, name: 'port-restricted', mapping: 'eim', ports: 'preserved' }
  }
}

async function observed(node: PlainNode['node'], relay: Multiaddr): Promise<Multiaddr> {
  const { promise, resolve } = Promise.withResolvers<Multiaddr>()
  node.addEventListener('peer:identify', ({ detail }: CustomEvent<IdentifyResult>) => {
    if (detail.connection.direct && detail.observedAddr != null) resolve(detail.observedAddr)
  })
  await node.dial(relay, { signal: soon() })
  return (await promise).decapsulateCode(421)
}

const commands: Record<string, (...args: string[]) => Promise<unknown>> = {
  relay: async (ip = '') => {
    const own = [`/ip4/${ip}/udp/4711/quic-v1`]
    const { node } = await started({ isRelay: true, listen: own, announce: own })
    return `${own[0]}/p2p/${node.peerId.toString()}`
  },
  listen: async (relayText = '', name = '') => {
    const own = await started({ listen: ['/ip4/0.0.0.0/udp/0/quic-v1', '/p2p-circuit'] })
    const outside = await observed(own.node, multiaddr(relayText))
    const nat = natOf(name, Number(outside.getComponents()[1]?.value))
    const lan = own.node
      .getMultiaddrs()
      .filter((address) => isQuic(address) && !address.toString().includes('/127.'))
    own.local = { external: [outside], lan: lan.map((address) => address.decapsulateCode(421)), nat }
    const reserved = (): boolean =>
      own.node.getMultiaddrs().some((address) => address.toString().includes('/p2p-circuit'))
    while (!reserved()) await new Promise((resolve) => setTimeout(resolve, 20))
    return { peer: own.node.peerId.toString(), outside: outside.toString() }
  },
  dial: async (relay = '', peer = '') => {
    const { node } = made()
    const beganMs = performance.now()
    await node.dial(multiaddr(`${relay}/p2p-circuit/p2p/${peer}`), { signal: soon() })
    const connectMs = performance.now() - beganMs
    return { connectMs, ...(await outcome(peer)) }
  },
  state: async (peer = '') => await outcome(peer),
  apart: async (peer = '') => {
    const { node } = made()
    for (const connection of node.getConnections(peerIdFromString(peer))) connection.abort(new Error('apart'))
    node.services.punch.forget(peer)
    return true
  }
}

async function outcome(peer: string): Promise<object> {
  const { node } = made()
  const signal = soon()
  for (;;) {
    const state = node.services.punch.state(peer)
    if (state != null && !state.isRunning) {
      const direct = node.getConnections(peerIdFromString(peer)).find((connection) => connection.direct)
      return { ...state, theirNat: state.theirNat.name, address: direct?.remoteAddr.toString() ?? null }
    }
    signal.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', ...args] = line.split(' ')
  try {
    const command = commands[name]
    if (command == null) throw new Error(`no command ${name}`)
    process.stdout.write(`${JSON.stringify({ ok: await command(...args) })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
  }
}
process.exit()
