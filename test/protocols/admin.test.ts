import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import {
  ConflictError,
  InvalidError,
  NotFoundError,
  RefusedError,
  UnreachableError
} from '../../src/base/errors.ts'
import type { Admin, AdminCall, AdminInit } from '../../src/protocols/admin.ts'
import { ADMIN, admin } from '../../src/protocols/admin.ts'
import { errorOf } from '../../src/protocols/admin-errors.ts'
import { shoal } from '../../src/wire/messages.js'
import { UdpRelay } from '../quic/udp-relay.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, EMPTY, ended, soon } from '../support/fleet.ts'

const { Request, Response } = shoal.admin.v1

let handle: AdminInit['handle']
let mayCall = true
const protocols = { admin: admin({ mayCall: () => mayCall, handle: (call, signal) => handle(call, signal) }) }

let fleet: TestFleet
let hub: TestNode<{ admin: Admin }>
let laptop: TestNode<{ admin: Admin }>
let connection: Connection
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator', protocols })
  laptop = await fleet.node({ name: 'laptop', role: 'admin', listen: [], first: true, protocols })
})
beforeEach(async () => {
  mayCall = true
  connection = (await laptop.membership.connect(hub.addresses, soon())).connection
})
afterEach(() => {
  connection.abort(new Error('the test is over'))
})
afterAll(async () => {
  await laptop[Symbol.asyncDispose]()
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

const one = async (method: string, body: unknown, data = EMPTY): Promise<unknown> =>
  await laptop.node.protocols.admin.callOne(connection, method, body, data, soon())

test('a call brings method, JSON and data, and one answer back', async () => {
  let got: AdminCall | undefined
  handle = async function* (call) {
    got = call
    yield { devices: [1, 'zwei', null] }
  }
  const data = new Uint8Array(1_048_576).fill(9)
  assert.deepEqual(await one('release.chunk', { index: 3 }, data), { devices: [1, 'zwei', null] })
  assert.equal(got?.peer, laptop.node.peer)
  assert.equal(got.method, 'release.chunk')
  assert.deepEqual(got.body, { index: 3 })
  assert.equal(got.data.byteLength, data.byteLength)
})

test('many answers come one by one; leaving the loop ends the call at the coordinator', async () => {
  const left = Promise.withResolvers<void>()
  handle = async function* (_call, signal) {
    try {
      for (let i = 0; ; i++) {
        yield { i }
        signal.throwIfAborted()
      }
    } finally {
      left.resolve()
    }
  }
  let sum = 0
  for await (const answer of laptop.node.protocols.admin.call(
    connection,
    'watch',
    undefined,
    EMPTY,
    soon()
  )) {
    const { i } = answer as { i: number }
    sum += i
    if (i === 100) break
  }
  assert.equal(sum, 5_050)
  await left.promise
})

test('no answer and two answers are not one', async () => {
  handle = async function* () {}
  await assert.rejects(one('status', {}), { code: 'admin_answers' })
  handle = async function* () {
    yield 1
    yield 2
  }
  await assert.rejects(one('status', {}), { code: 'admin_answers' })
})

test.each([
  [new InvalidError('selector_invalid', 'x'), InvalidError],
  [new NotFoundError('device_missing', 'x'), NotFoundError],
  [new ConflictError('release_exists', 'x'), ConflictError],
  [new RefusedError('not_an_admin', 'x'), RefusedError]
])('%s crosses as its code', async (error, Class) => {
  handle = async function* () {
    yield 1
    throw error
  }
  const answers: unknown[] = []
  await assert.rejects(
    async () => {
      const calls = laptop.node.protocols.admin.call(connection, 'device', {}, EMPTY, soon())
      for await (const answer of calls) answers.push(answer)
    },
    (got) => got instanceof Class && got.code === error.code
  )
  assert.deepEqual(answers, [1])
})

test('what is our own bug crosses without its text', async () => {
  handle = async function* () {
    yield await Promise.reject(new TypeError('secret'))
  }
  await assert.rejects(one('status', {}), (error: Error) => {
    assert.equal((error as { code?: string }).code, 'unexpected')
    assert.ok(!error.message.includes('secret'))
    return true
  })
})

test('codes without a known class are refusals', () => {
  assert.equal(errorOf('whatever').name, 'RefusedError')
  assert.equal(errorOf('constructor').name, 'RefusedError')
  assert.equal(errorOf('disk_full').name, 'NoRoomError')
})

test('who is no admin is cut off', async () => {
  mayCall = false
  handle = () => assert.fail('it was called')
  await assert.rejects(one('status', {}), UnreachableError)
})

const bad: [string, Uint8Array][] = [
  ['no method', Request.encode({ method: '' }).finish()],
  ['a method that is no name', Request.encode({ method: '../x' }).finish()],
  ['a body that is no JSON', Request.encode({ method: 'status', body: Uint8Array.from([0x7b]) }).finish()],
  ['a body that is no UTF-8', Request.encode({ method: 'status', body: Uint8Array.from([0xff]) }).finish()]
]
test.each(bad)('%s resets the stream', async (_name, bytes) => {
  handle = () => assert.fail('it was called')
  const stream = await connection.newStream(ADMIN.id)
  stream.addEventListener('message', () => assert.fail('it was answered'))
  const over = ended(stream)
  stream.send(Uint8Array.from([bytes.byteLength, ...bytes]))
  await over
})

test('a caller that is gone ends a watch that has nothing to tell', async () => {
  const begun = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  handle = async function* (_call, signal) {
    begun.resolve()
    yield await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        told.resolve()
        reject(new Error('gone'))
      })
    })
  }
  const call = assert.rejects(one('watch', {}), UnreachableError)
  await begun.promise
  connection.abort(new Error('the network went away'))
  await Promise.all([call, told.promise])
})

test('stop ends a call that hangs', async () => {
  const begun = Promise.withResolvers<void>()
  handle = async function* (_call, signal) {
    begun.resolve()
    yield await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')))
    })
  }
  const call = assert.rejects(one('watch', {}), UnreachableError)
  await begun.promise
  await hub.node.protocols.admin.stop()
  await call
  await hub.node.protocols.admin.beforeStop?.()
  await hub.node.protocols.admin.start()
  handle = async function* () {
    yield 'again'
  }
  assert.equal(await one('status', {}), 'again')
})

test('the wire bytes never change', () => {
  const request = Request.create({
    method: 'order',
    body: Uint8Array.from([0x7b, 0x7d]),
    data: Uint8Array.from([1])
  })
  assert.equal(Request.encode(request).finish().toHex(), '0a056f7264657212027b7d1a0101')
  const response = Response.create({ status: 2, code: 'x', more: true })
  assert.equal(Response.encode(response).finish().toHex(), '08021a01782001')
})

test('calls in six lanes, one after the other, all end well on a network that loses packets', async () => {
  handle = async function* () {
    yield {}
  }
  const quic = hub.addresses.find((address) => address.includes('/quic-v1')) ?? assert.fail()
  // Only what ends a stream is as small; every other of these is lost, and comes again after the next streams have begun.
  let small = 0
  const relay = await UdpRelay.open(Number(/udp\/(\d+)/.exec(quic)?.[1]), (packet, toListener) => ({
    copies: toListener && packet.byteLength < 70 && small++ % 2 === 0 ? 0 : 1,
    delayMs: 2
  }))
  try {
    connection.abort(new Error('another one'))
    const address = quic.replace(/udp\/\d+/, `udp/${relay.port}`)
    connection = (await laptop.membership.connect([address], soon())).connection
    const lanes = Array.from({ length: 6 }, async () => {
      for (let i = 0; i < 200; i++) assert.deepEqual(await one('release.chunk', {}), {})
    })
    await Promise.all(lanes)
  } finally {
    relay.close()
  }
}, 120_000)
