import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, test } from 'vitest'
import { createLookup } from '../../src/node/lookup.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, next, soon } from '../support/fleet.ts'

type Peer = TestNode<Record<never, never>>

let fleet: TestFleet
let hub: Peer
let one: Peer
let two: Peer

/** Connects, and resolves once either side knows the other: the hub its addresses, the peer that the hub serves the DHT. */
async function connect(peer: Peer): Promise<void> {
  const identified = next<{ peerId: unknown }>(
    hub.node.libp2p,
    'peer:identify',
    ({ peerId }) => String(peerId) === peer.node.peer
  )
  const { routingTable } = peer.node.services.dht as unknown as { routingTable: EventTarget }
  const added = next(routingTable, 'peer:add')
  await peer.membership.connect(hub.addresses, soon())
  await Promise.all([identified, added])
}

beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  one = await fleet.node({ name: 'one', role: 'device' })
  two = await fleet.node({ name: 'two', role: 'device' })
  await connect(one)
  await connect(two)
})
afterAll(async () => {
  for (const each of [one, two, hub]) await each[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

test('a member is found by its peer ID alone; who is none is not', async () => {
  const found = await createLookup(one.node.libp2p).findPeer(two.node.peer, soon())
  assert.ok(found.some((address) => two.addresses.some((own) => own.startsWith(address.toString()))))
  const stranger = '12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'
  assert.deepEqual(await createLookup(one.node.libp2p).findPeer(stranger, soon()), [])
})

test('who provides a closure is found by its digest, with addresses, and the asker itself is left out', async () => {
  const digest = randomBytes(32)
  const [first, second] = [createLookup(one.node.libp2p), createLookup(two.node.libp2p)]
  assert.deepEqual(await second.providers(digest, 8, soon()), [])
  await first.provide(digest, soon())
  const found = await second.providers(digest, 8, soon())
  assert.deepEqual(
    found.map(({ peer }) => peer),
    [one.node.peer]
  )
  assert.ok(found[0] != null && found[0].addresses.length > 0)
  assert.deepEqual(await first.providers(digest, 8, soon()), [])
  await second.provide(digest, soon())
  assert.equal((await second.providers(digest, 8, soon())).length, 1)
})

test('a digest of another length is refused', async () => {
  const lookup = createLookup(one.node.libp2p)
  await assert.rejects(lookup.provide(randomBytes(20), soon()), { code: 'digest_invalid' })
})
