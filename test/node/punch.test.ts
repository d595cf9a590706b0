import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, beforeAll, test } from 'vitest'
import type { Nat } from '../../src/model/nat.ts'
import { UNKNOWN_NAT } from '../../src/model/nat.ts'
import type { PunchState } from '../../src/node/punch/service.ts'
import { next, soon } from '../support/fleet.ts'
import type { PlainNode } from '../support/punch-nodes.ts'
import { plainNode } from '../support/punch-nodes.ts'

const HOME: Nat = {
  ...UNKNOWN_NAT,
  name: 'port-restricted',
  mapping: 'eim',
  filtering: 'apdf',
  ports: 'preserved'
}
const SYMMETRIC: Nat = { ...HOME, name: 'symmetric', mapping: 'edm', ports: 'random' }

let relay: PlainNode
let one: PlainNode
let two: PlainNode
beforeAll(async () => {
  relay = await plainNode({ isRelay: true })
  one = await plainNode({ mayLoop: true })
  two = await plainNode({
    mayLoop: true,
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1', `${relay.node.getMultiaddrs()[0]?.toString()}/p2p-circuit`]
  })
})
afterAll(async () => {
  for (const each of [one, two, relay]) await each[Symbol.asyncDispose]()
})

const own = (of: PlainNode) =>
  of.node
    .getMultiaddrs()
    .filter((address) => !address.toString().includes('p2p-circuit'))
    .map((address) => address.decapsulateCode(421))

/** Both know their address as one that is seen from outside. */
function believe(nats: { one: Nat; two: Nat }): void {
  one.local = { external: own(one), lan: [], nat: nats.one }
  two.local = { external: own(two), lan: [], nat: nats.two }
}

async function throughRelay(): Promise<Connection> {
  const [hop] = relay.node.getMultiaddrs()
  const to = multiaddr(`${hop?.toString()}/p2p-circuit/p2p/${two.node.peerId.toString()}`)
  return await one.node.dial(to, { signal: soon() })
}

/** Resolves once a node has ended what it tried with another. */
async function ended(of: PlainNode, other: PlainNode): Promise<PunchState> {
  const peer = other.node.peerId.toString()
  for (;;) {
    const state = of.node.services.punch.state(peer)
    if (state != null && !state.isRunning) return state
    await next(of.node.services.punch, 'punch:change')
  }
}

async function forgetAll(): Promise<void> {
  await one.node.hangUp(two.node.peerId)
  await two.node.hangUp(one.node.peerId)
  one.node.services.punch.forget(two.node.peerId.toString())
  two.node.services.punch.forget(one.node.peerId.toString())
}

const direct = (): Connection[] =>
  one.node.getConnections(two.node.peerId).filter((connection) => connection.direct)

test('a relayed connection gets a direct one beside it, and stays', async () => {
  believe({ one: HOME, two: HOME })
  const relayed = await throughRelay()
  const [seen, told] = await Promise.all([ended(one, two), ended(two, one)])
  assert.equal(told.method, 'punch')
  assert.equal(seen.method, 'punch')
  assert.equal(seen.attempts, 1)
  assert.equal(seen.reason, null)
  assert.equal(seen.theirNat.name, 'port-restricted')
  assert.ok((told.directMs ?? -1) >= 0)
  const [connection] = direct()
  // The side that was dialed over the relay is the QUIC client, as it is the first to know that both have opened.
  assert.equal(connection?.direction, 'inbound')
  assert.equal(relayed.status, 'open')
  await forgetAll()
})

test('a probe leads to an address that nobody knew: a peer-reflexive candidate', async () => {
  believe({ one: HOME, two: HOME })
  // Its real address is another than it believes; only its probes come from there.
  one.local = { ...one.local, external: [multiaddr('/ip4/127.0.0.1/udp/9/quic-v1')] }
  await throughRelay()
  const [told] = await Promise.all([ended(two, one), ended(one, two)])
  assert.equal(told.method, 'punch')
  assert.equal(told.attempts, 1)
  const [connection] = direct()
  assert.equal(connection?.status, 'open')
  await forgetAll()
})

test('two symmetric NATs stay on the relay and both know why, without a packet sent', async () => {
  believe({ one: SYMMETRIC, two: SYMMETRIC })
  const relayed = await throughRelay()
  const [seen, told] = await Promise.all([ended(one, two), ended(two, one)])
  for (const state of [seen, told]) {
    assert.equal(state.reason, 'both_symmetric')
    assert.equal(state.theirNat.name, 'symmetric')
    assert.equal(state.attempts, 0)
  }
  assert.deepEqual(direct(), [])
  assert.equal(relayed.status, 'open')
  await forgetAll()
})

test('the symmetric side dials, from whichever side it is', async () => {
  believe({ one: SYMMETRIC, two: HOME })
  await throughRelay()
  await Promise.all([ended(one, two), ended(two, one)])
  assert.equal(direct()[0]?.direction, 'outbound')
  await forgetAll()
  // Who lets anybody in needs no search, which would have to wait now: one for this pair has just been.
  believe({ one: { ...HOME, filtering: 'eif' }, two: SYMMETRIC })
  await throughRelay()
  await Promise.all([ended(one, two), ended(two, one)])
  assert.equal(direct()[0]?.direction, 'inbound')
  await forgetAll()
})
