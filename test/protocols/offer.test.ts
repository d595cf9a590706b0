import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import { equalBytes } from '../../src/base/bytes.ts'
import { UnreachableError } from '../../src/base/errors.ts'
import { ENROL } from '../../src/protocols/enrol.ts'
import { HELLO } from '../../src/protocols/hello.ts'
import type { OfferInit, OfferProtocol } from '../../src/protocols/offer.ts'
import { OFFER, offer } from '../../src/protocols/offer.ts'
import { shoal } from '../../src/wire/messages.js'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, EMPTY, ended, gone, soon } from '../support/fleet.ts'

const ROLLOUT = 'o-aaaaaaaaaaaaaaaaaaaa'

let answers: Partial<OfferInit> = {}
const protocols = {
  offer: offer({
    mayOffer: (peer) => answers.mayOffer?.(peer) ?? true,
    offered: async (bundle, context) =>
      (await answers.offered?.(bundle, context)) ?? assert.fail('nothing was to be offered'),
    cancelled: async (rollout, context) =>
      (await answers.cancelled?.(rollout, context)) ?? assert.fail('nothing was to be cancelled')
  })
}
let fleet: TestFleet
let hub: TestNode<{ offer: OfferProtocol }>
let robot: TestNode<{ offer: OfferProtocol }>
/** From the coordinator to the device, which dialed. */
let connection: Connection
/** The device's end of it. */
let dialed: Connection
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator', protocols })
  robot = await fleet.node({ name: 'robot', role: 'device', listen: [], protocols })
})
beforeEach(async () => {
  answers = {}
  dialed = (await robot.membership.connect(hub.addresses, soon())).connection
  connection = hub.node.admission.connections(robot.node.peer)[0] ?? assert.fail('not connected')
})
afterEach(async () => {
  dialed.abort(new Error('the test is over'))
  await gone(connection)
})
afterAll(async () => {
  await robot[Symbol.asyncDispose]()
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const bundle = { offer: new Uint8Array([1]), release: new Uint8Array(1_048_576).fill(2), logProof: EMPTY }
const push = async () => await hub.node.protocols.offer.push(connection, bundle, soon())

test('an offer with a release of 1 MiB reaches the device whole, on its own connection', async () => {
  answers.offered = async (got, context) => {
    assert.ok(equalBytes(got.offer, bundle.offer) && equalBytes(got.release, bundle.release))
    assert.equal(got.logProof.byteLength, 0)
    assert.equal(context.peer, hub.node.peer)
    return { status: 'accepted' }
  }
  assert.deepEqual(await push(), { status: 'accepted' })
})

test('a refusal has a code, busy has none', async () => {
  answers.offered = async () => ({ status: 'refused', code: 'offer_old' })
  assert.deepEqual(await push(), { status: 'refused', code: 'offer_old' })
  answers.offered = async () => ({ status: 'busy' })
  assert.deepEqual(await push(), { status: 'busy' })
  answers.offered = async () => ({ status: 'refused', code: 'Not a code' })
  await assert.rejects(push(), { name: 'ProtocolError', code: 'offer_code' })
})

test('an offer is taken back while it can be', async () => {
  answers.cancelled = async (rollout) => (rollout === ROLLOUT ? 'cancelled' : 'too_late')
  const cancel = async (id: string) => await hub.node.protocols.offer.cancel(connection, id, soon())
  assert.equal(await cancel(ROLLOUT), 'cancelled')
  assert.equal(await cancel('o-bbbbbbbbbbbbbbbbbbbb'), 'too_late')
  await assert.rejects(cancel('../../etc'), UnreachableError)
})

test('who may not offer is cut off', async () => {
  answers.mayOffer = (peer) => peer !== hub.node.peer
  answers.offered = async () => assert.fail('it was taken')
  await assert.rejects(push(), UnreachableError)
})

test('an abort ends a push that hangs, and the device is told', async () => {
  const begun = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  answers.offered = async (_bundle, { signal }) => {
    begun.resolve()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    told.resolve()
    return { status: 'busy' }
  }
  const stop = new AbortController()
  const pushing = assert.rejects(hub.node.protocols.offer.push(connection, bundle, stop.signal), {
    name: 'AbortError'
  })
  await begun.promise
  stop.abort()
  await pushing
  dialed.abort(new Error('gone'))
  await told.promise
})

test.each([
  ['an empty request', [0]],
  ['a request above the limit', [0x81, 0x80, 0x44]],
  ['noise', [3, 0xff, 0xff, 0xff]]
])('%s resets the stream', async (_name, bytes) => {
  const stream = await connection.newStream(OFFER.id)
  stream.addEventListener('message', () => assert.fail('it was answered'))
  const over = ended(stream)
  stream.send(Uint8Array.from(bytes))
  await over
})

test('the wire bytes never change', () => {
  const { Request, Response } = shoal.offer.v1
  const request = Request.create({
    body: 'offer',
    offer: { offer: Uint8Array.from([1]), release: Uint8Array.from([2]) }
  })
  assert.equal(Request.encode(request).finish().toHex(), '0a060a0101120102')
  assert.equal(Request.encode({ cancel: 'o-a' }).finish().toHex(), '12036f2d61')
  assert.equal(Response.encode({ status: 2, code: 'x' }).finish().toHex(), '0802120178')
  const hello = { membership: Uint8Array.from([9]), revocations: 300 }
  assert.equal(HELLO.request.encode(shoal.hello.v1.Request.create(hello)).finish().toHex(), '0a010910ac02')
  const answer = { status: 1, membership: Uint8Array.from([9]), revocationList: Uint8Array.from([8]) }
  assert.equal(
    HELLO.response.encode(shoal.hello.v1.Response.create(answer)).finish().toHex(),
    '08011201091a0108'
  )
  const enrolled = { status: 1, membership: Uint8Array.from([9]), coordinator: Uint8Array.from([8]) }
  assert.equal(
    ENROL.response.encode(shoal.enrol.v1.Response.create(enrolled)).finish().toHex(),
    '08011201091a0108'
  )
})
