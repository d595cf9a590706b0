import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import { NotFoundError, RefusedError } from '../../src/base/errors.ts'
import type { Content, ContentInit } from '../../src/protocols/content.ts'
import { CONTENT, content } from '../../src/protocols/content.ts'
import type { ContentLink } from '../../src/protocols/content-link.ts'
import { shoal } from '../../src/wire/messages.js'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, ended, LISTEN, soon } from '../support/fleet.ts'

const MANIFEST = new Uint8Array(randomBytes(700_000))
const CHUNK = randomBytes(1_048_576)
const wanted = { release: new Uint8Array(32).fill(1), target: 0 }
const place = (entry: number) => ({ entry, index: 0, bytes: CHUNK.byteLength })

let asked: string[] = []
let provide: Partial<ContentInit> = {}
const init: ContentInit = {
  manifest: async (ask, signal) => {
    asked.push(`manifest ${ask.offset} ${ask.peer.slice(0, 8)}`)
    return (await provide.manifest?.(ask, signal)) ?? MANIFEST.subarray(ask.offset)
  },
  chunks: async (ask, signal) => {
    asked.push(`chunks ${ask.first} ${ask.count}`)
    return (await provide.chunks?.(ask, signal)) ?? new Uint8Array(32 * ask.count).fill(ask.first)
  },
  chunk: async (ask, signal) => {
    asked.push(`chunk ${ask.entry} ${ask.index}`)
    return (await provide.chunk?.(ask, signal)) ?? CHUNK
  }
}

let fleet: TestFleet
let hub: TestNode<{ content: Content }>
let robot: TestNode<{ content: Content }>
let connection: Connection
beforeAll(async () => {
  fleet = createFleet()
  const protocols = { content: content(init) }
  hub = await fleet.node({ name: 'hub', role: 'coordinator', protocols, listen: LISTEN })
  robot = await fleet.node({ name: 'robot', role: 'device', listen: [], protocols })
})
beforeEach(async () => {
  asked = []
  provide = {}
  connection = (await robot.membership.connect(hub.addresses, soon())).connection
})
afterEach(() => {
  connection.abort(new Error('the test is over'))
})
afterAll(async () => {
  await robot[Symbol.asyncDispose]()
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})
const open = async (): Promise<ContentLink> => await robot.node.protocols.content.open(connection, soon())

test('manifest, digest lists and chunks come whole, in the order of the requests', async () => {
  const link = await open()
  const [manifest, rest, lists, ...chunks] = await Promise.all([
    link.manifest(wanted, 0, soon()),
    link.manifest(wanted, 699_990, soon()),
    link.chunks(wanted, { first: 3, count: 2, bytes: 64 }, soon()),
    ...Array.from({ length: 12 }, async (_, i) => await link.chunk(wanted, place(i), soon()))
  ])
  assert.deepEqual(manifest, MANIFEST)
  assert.deepEqual(rest, MANIFEST.subarray(699_990))
  assert.deepEqual(lists, new Uint8Array(64).fill(3))
  for (const chunk of chunks) assert.ok(CHUNK.equals(chunk))
  assert.deepEqual(asked.slice(0, 4), [
    `manifest 0 ${robot.node.peer.slice(0, 8)}`,
    `manifest 699990 ${robot.node.peer.slice(0, 8)}`,
    'chunks 3 2',
    'chunk 0 0'
  ])
  await link.close(soon())
})

test('never more than 3 MiB of answers are asked for at once', async () => {
  const release = Promise.withResolvers<undefined>()
  const first = Promise.withResolvers<void>()
  provide.chunk = async ({ entry }) => {
    if (entry === 0) {
      first.resolve()
      await release.promise
    }
    return CHUNK
  }
  const link = await open()
  const stream = connection.streams.find(({ protocol }) => protocol === CONTENT.id)
  assert.ok(stream)
  let requests = 0
  const third = Promise.withResolvers<void>()
  const send = stream.send.bind(stream)
  stream.send = (data) => {
    if (++requests === 3) third.resolve()
    return send(data)
  }
  const all = Array.from({ length: 6 }, async (_, i) => await link.chunk(wanted, place(i), soon()))
  await Promise.all([first.promise, third.promise])
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(requests, 3)
  release.resolve(undefined)
  await Promise.all(all)
  assert.equal(requests, 6)
  assert.deepEqual(
    asked,
    [0, 1, 2, 3, 4, 5].map((entry) => `chunk ${entry} 0`)
  )
  await link.close(soon())
})

test('what a provider lacks, refuses or is too busy for is told apart, and the stream goes on', async () => {
  const link = await open()
  const answers: [Error, object][] = [
    [new NotFoundError('chunk_missing', 'x'), { name: 'NotFoundError', code: 'content_missing' }],
    [new RefusedError('no', 'x'), { name: 'RefusedError', code: 'content_refused', retryable: false }],
    [new RefusedError('busy', 'x', { retryable: true }), { code: 'content_busy', retryable: true }]
  ]
  for (const [error, expected] of answers) {
    provide.chunk = async () => await Promise.reject(error)
    await assert.rejects(link.chunk(wanted, place(0), soon()), expected)
  }
  provide = {}
  assert.equal((await link.chunk(wanted, place(0), soon())).byteLength, CHUNK.byteLength)
  await link.close(soon())
})

test('an answer that is longer than asked for ends the stream', async () => {
  provide.chunks = async () => new Uint8Array(96)
  const link = await open()
  await assert.rejects(link.chunks(wanted, { first: 0, count: 2, bytes: 64 }, soon()), {
    name: 'ProtocolError',
    code: 'content_size'
  })
  assert.equal(link.closed.aborted, true)
  await assert.rejects(link.chunk(wanted, place(0), soon()), { code: 'stream_closed' })
})

test('an abort ends the call, and the stream with it once the request is on the way', async () => {
  const stop = new AbortController()
  const begun = Promise.withResolvers<void>()
  provide.chunk = async (_ask, signal) => {
    begun.resolve()
    return await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
  }
  const link = await open()
  const call = assert.rejects(link.chunk(wanted, place(0), stop.signal), { name: 'AbortError' })
  await begun.promise
  stop.abort()
  await call
  assert.equal(link.closed.aborted, true)
})

test('a connection that is lost ends every call', async () => {
  provide.chunk = async () => await new Promise(() => undefined)
  const link = await open()
  const calls = [0, 1, 2, 3, 4].map(async (i) => {
    await assert.rejects(link.chunk(wanted, place(i), soon()), { name: 'UnreachableError' })
  })
  connection.abort(new Error('the network went away'))
  await Promise.all(calls)
})

const { Request } = shoal.content.v1
const bad: [string, Uint8Array][] = [
  ['an empty request', Request.encode(Request.create({ ...wanted })).finish()],
  [
    'a short release',
    Request.encode(Request.create({ release: new Uint8Array(31), body: 'manifest', manifest: {} })).finish()
  ],
  [
    'too many entries',
    Request.encode(Request.create({ ...wanted, body: 'chunks', chunks: { first: 0, count: 513 } })).finish()
  ],
  [
    'no entries',
    Request.encode(Request.create({ ...wanted, body: 'chunks', chunks: { first: 0, count: 0 } })).finish()
  ],
  [
    'an offset above 2^53',
    Uint8Array.from([
      ...Request.encode(Request.create({ ...wanted })).finish(),
      0x1a,
      0x0b,
      0x08,
      ...Array<number>(9).fill(0xff),
      0x01
    ])
  ]
]
test.each(bad)('%s resets the stream and asks for nothing', async (_name, bytes) => {
  const stream = await connection.newStream(CONTENT.id)
  const closed = ended(stream)
  stream.addEventListener('message', () => assert.fail('it was answered'))
  stream.send(Uint8Array.from([bytes.byteLength, ...bytes]))
  await closed
  assert.deepEqual(asked, [])
})

test('stop ends what hangs, and start serves again', async () => {
  const begun = Promise.withResolvers<void>()
  provide.chunk = async (_ask, signal) => {
    begun.resolve()
    return await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
  }
  const link = await open()
  const call = assert.rejects(link.chunk(wanted, place(0), soon()), { name: 'UnreachableError' })
  await begun.promise
  const service = hub.node.protocols.content
  await service.beforeStop?.()
  await service.stop()
  await call
  await service.start()
  provide = {}
  const again = await open()
  assert.equal((await again.chunk(wanted, place(0), soon())).byteLength, CHUNK.byteLength)
})

test('the wire bytes never change', () => {
  const chunk = Request.create({ ...wanted, target: 2, body: 'chunk', chunk: { entry: 300, index: 1 } })
  assert.equal(Request.encode(chunk).finish().toHex(), `0a20${'01'.repeat(32)}10022a0508ac021001`)
  const { Response } = shoal.content.v1
  const answer = Response.create({ status: 1, data: new Uint8Array([7]), more: true })
  assert.equal(Response.encode(answer).finish().toHex(), '08011201071801')
})
