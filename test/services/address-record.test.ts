// A signed record of where coordinators are goes from member to member, and an older or a forged one goes nowhere.
import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { createAddressRecords } from '../../src/services/address-record.ts'
import { createAddressRecord } from '../../src/trust/addresses.ts'
import { generateSeed, signingKey } from '../../src/trust/keys.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, EMPTY, gone, soon } from '../support/fleet.ts'

type Plain = TestNode<Record<never, never>>
let fleet: TestFleet
let relay: Plain
let peer: string
beforeAll(async () => {
  fleet = createFleet()
  // Anyone who answers and is known without an admission.
  relay = await fleet.node({ name: 'relay', role: 'relay' })
  peer = relay.node.peer
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const at = (port: number): string => `/ip4/192.0.2.1/udp/${port}/quic-v1/p2p/${peer}`

/** Resolves once a node holds the record of this number. */
async function holds(node: Plain, number: number): Promise<void> {
  const { signal } = { signal: soon() }
  while (node.membership.addressRecord.number < number) {
    signal.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.equal(node.membership.addressRecord.number, number)
}

test('who has a newer record gives it to whoever it meets, and to those who are connected to that one', async () => {
  await using admin = await fleet.node({ name: 'admin', role: 'admin', first: true, listen: [] })
  await using near = await fleet.node({ name: 'near', role: 'relay', listen: [] })
  await near.membership.connect(relay.addresses, soon())
  assert.ok(await admin.membership.putAddresses(fleet.addresses(1, [at(1)])))
  // The dialer has it: the answerer takes it, and tells `near`, which has asked nobody.
  await admin.membership.connect(relay.addresses, soon())
  await holds(relay, 1)
  await holds(near, 1)
  assert.deepEqual(near.stored.coordinators, [at(1)])
  // The answerer has it: the dialer gets it with the greeting.
  await using late = await fleet.node({ name: 'late', role: 'relay', listen: [] })
  await late.membership.connect(relay.addresses, soon())
  assert.equal(late.membership.addressRecord.number, 1)
  // A newer one goes to all who are connected.
  assert.ok(await admin.membership.putAddresses(fleet.addresses(2, [at(2)])))
  for (const each of [relay, near, late]) await holds(each, 2)
  assert.deepEqual(late.stored.coordinators, [at(2)])
})

test('a coordinator that was restored has a newer revocation list from the first member that comes', async () => {
  await using hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  await using thief = await fleet.node({ name: 'thief', role: 'relay', listen: [] })
  await using member = await fleet.node({ name: 'member', role: 'relay', listen: [] })
  const { raw } = thief.identity.privateKey.publicKey
  assert.ok(await member.membership.putRevocations(fleet.revocations(1, [raw])))
  const { connection } = await thief.membership.connect(hub.addresses, soon())
  const { promise, resolve } = Promise.withResolvers<void>()
  hub.node.admission.addEventListener('member:expelled', () => resolve(), { once: true })
  await member.membership.connect(hub.addresses, soon())
  await Promise.all([promise, gone(connection)])
  assert.equal(hub.membership.revocations.number, 1)
  await assert.rejects(thief.membership.connect(hub.addresses, soon()), { code: 'member_revoked' })
})

test('an older record, the same number again, and one that no membership key signed are refused', async () => {
  const stored: string[] = []
  const { fleet: id, root } = fleet
  const records = createAddressRecords({
    fleet: id,
    root,
    record: fleet.addresses(5, [at(5)]),
    store: async (_, coordinators) => void stored.push(...coordinators),
    changed: () => undefined
  })
  assert.equal(records.number, 5)
  assert.equal(await records.take(fleet.addresses(4, [at(4)])), false)
  assert.equal(await records.take(fleet.addresses(5, [at(6)])), false)
  const content = { number: 9, issued: 1, coordinators: [at(9)] }
  const forged = createAddressRecord(content, id, [signingKey(generateSeed())])
  await assert.rejects(records.take(forged), { code: 'document_signature' })
  const elsewhere = createFleet()
  await assert.rejects(records.take(elsewhere.addresses(9, [at(9)])), { code: 'document_signature' })
  elsewhere[Symbol.dispose]()
  await assert.rejects(records.take(new Uint8Array([1])), { code: 'document_invalid' })
  assert.deepEqual(stored, [])
  // Two at once: the newest stays, in whichever order they come.
  const taken = await Promise.all([7, 6].map(async (n) => await records.take(fleet.addresses(n, [at(n)]))))
  assert.deepEqual(taken, [true, false])
  assert.equal(records.number, 7)
  assert.deepEqual(stored, [at(7)])
  const options = { fleet: id, root, store: async () => undefined, changed: () => undefined }
  assert.throws(() => createAddressRecords({ ...options, record: forged }), { code: 'document_signature' })
  assert.equal(createAddressRecords({ ...options, record: EMPTY }).number, 0)
})
