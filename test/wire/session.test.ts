import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { streamPair } from '@libp2p/utils'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError, RefusedError } from '../../src/base/errors.ts'
import { Flow } from '../../src/wire/flow.ts'
import { Session } from '../../src/wire/session.ts'
import type { Carrier } from '../../src/wire/session-frames.ts'
import { SESSION_FRAMES } from '../../src/wire/session-frames.ts'
import { PIECE_BYTES_MAX, WINDOW_BYTES } from '../../src/wire/session-parts.ts'

const OPTIONS = {
  write: SESSION_FRAMES.write,
  read: SESSION_FRAMES.read,
  writeBytesMax: SESSION_FRAMES.bytesMax,
  readBytesMax: SESSION_FRAMES.bytesMax,
  stallMs: SESSION_FRAMES.stallMs
}
const soon = (): AbortSignal => AbortSignal.timeout(20_000)
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

const newSession = (): Session => new Session({ id: new Uint8Array(16), now: () => performance.now() })

async function carriers(): Promise<[Carrier, Carrier]> {
  const [left, right] = await streamPair()
  return [new Flow(left, new EventTarget(), OPTIONS), new Flow(right, new EventTarget(), OPTIONS)]
}

/** Carries two sessions over a new pair of streams, as greeting and answer do it. */
async function join(a: Session, b: Session): Promise<[Carrier, Carrier]> {
  const [left, right] = await carriers()
  const greeting = a.position
  const answer = b.position
  b.attach(right, greeting)
  a.attach(left, answer)
  return [left, right]
}

/** Bytes that tell where they stand, so that any change of order shows. */
const pattern = (seed: number, bytes: number): Uint8Array => {
  const data = new Uint8Array(bytes)
  for (let i = 0; i < bytes; i++) data[i] = (seed * 31 + i * 7 + (i >>> 8)) & 255
  return data
}

async function readAll(session: Session): Promise<{ hash: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for (;;) {
    const piece = await session.read(soon())
    if (piece == null) return { hash: hash.digest('hex'), bytes }
    hash.update(Uint8Array.of(piece.channel)).update(piece.bytes)
    bytes += piece.bytes.byteLength
  }
}

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      bytes: fc.integer({ min: 1, max: 300_000 }),
      side: fc.boolean()
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), side: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('switch' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 12 }) })
  }
)

test('whatever is cut or switched, the same bytes come in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 40 }), async (actions) => {
      const [a, b] = [newSession(), newSession()]
      const sent = [createHash('sha256'), createHash('sha256')] as const
      const reads = Promise.all([readAll(b), readAll(a)])
      let pair = await join(a, b)
      const writes: Promise<void>[] = []
      for (const [seed, each] of actions.entries()) {
        if (each.kind === 'write') {
          const data = pattern(seed, each.bytes)
          const channel = seed % 3
          for (let at = 0; at < data.byteLength; at += PIECE_BYTES_MAX) {
            sent[each.side ? 0 : 1]
              .update(Uint8Array.of(channel))
              .update(data.subarray(at, at + PIECE_BYTES_MAX))
          }
          writes.push((each.side ? a : b).write(data, soon(), channel))
        } else if (each.kind === 'cut') {
          pair[each.side ? 0 : 1].abort(new Error('cut'))
          for (let i = 0; i < seed % 4; i++) await turn()
          pair = await join(a, b)
        } else if (each.kind === 'switch') pair = await join(a, b)
        else for (let i = 0; i < each.count; i++) await turn()
      }
      await turn()
      pair = await join(a, b)
      await Promise.all(writes)
      a.end()
      b.end()
      const [atB, atA] = await reads
      assert.equal(atB.hash, sent[0].digest('hex'))
      assert.equal(atA.hash, sent[1].digest('hex'))
    }),
    { numRuns: 60, seed: 20_261_125 }
  )
})

test('one side may end while the other goes on; both are closed when both have', async () => {
  const [a, b] = [newSession(), newSession()]
  await join(a, b)
  a.end()
  assert.equal(await b.read(soon()), undefined)
  await b.write(pattern(1, 10), soon(), 1)
  assert.deepEqual(await a.read(soon()), { channel: 1, bytes: pattern(1, 10) })
  assert.equal(a.closed.aborted, false)
  b.end()
  assert.equal(await a.read(soon()), undefined)
  await Promise.all([ended(a), ended(b)])
  await assert.rejects(a.write(pattern(1, 1), soon()), { code: 'session_ended' })
})

const ended = async (session: Session): Promise<void> => {
  if (session.closed.aborted) return
  await new Promise((resolve) => {
    session.closed.addEventListener('abort', resolve, { once: true })
  })
}

test('a reader that does not read stops the writer at the window, and acknowledgements still pass', async () => {
  const [a, b] = [newSession(), newSession()]
  await join(a, b)
  const taken = { bytes: 0 }
  const stop = new AbortController()
  const writing = (async () => {
    for (;;) {
      await a.write(pattern(1, PIECE_BYTES_MAX), stop.signal)
      taken.bytes += PIECE_BYTES_MAX
    }
  })()
  // What goes the other way is not held up by it, and its acknowledgements come.
  await b.write(pattern(1, 100), soon())
  assert.equal((await a.read(soon()))?.bytes.byteLength, 100)
  while (taken.bytes < WINDOW_BYTES) await turn()
  for (let i = 0; i < 200; i++) await turn()
  assert.ok(taken.bytes <= 2 * WINDOW_BYTES + PIECE_BYTES_MAX, `${taken.bytes} bytes were taken`)
  assert.equal(a.isStalled, false)
  stop.abort(new Error('enough'))
  await assert.rejects(writing, /enough/)
})

test('a reset tells the other side why, and nothing is left to wait for', async () => {
  const [a, b] = [newSession(), newSession()]
  await join(a, b)
  const read = b.read(soon())
  a.abort(new RefusedError('member_revoked', 'it was revoked'))
  await assert.rejects(read, { code: 'member_revoked', name: 'RefusedError' })
  await assert.rejects(b.write(pattern(1, 1), soon()), { code: 'member_revoked' })
  await assert.rejects(a.read(soon()), { code: 'member_revoked' })
})

test('a gap, a window that is passed over, and an offset that nobody sent end the session', async () => {
  for (const frame of [
    { received: 0, limit: WINDOW_BYTES, data: { offset: 10, data: new Uint8Array(1) } },
    { received: 0, limit: WINDOW_BYTES, data: { offset: 0, data: new Uint8Array(1), channel: 8 } },
    { received: 77, limit: WINDOW_BYTES }
  ]) {
    const session = newSession()
    const [own, other] = await carriers()
    session.attach(own, { received: 0, limit: WINDOW_BYTES })
    await other.write(frame, soon())
    await ended(session)
    assert.ok(session.closed.reason instanceof ProtocolError)
  }
})

test('an opener sees that its carrier is dead, and one that answers is not', async () => {
  let nowMs = 0
  const session = new Session({ id: new Uint8Array(16), now: () => nowMs })
  const [own, other] = await carriers()
  session.attach(own, { received: 0, limit: WINDOW_BYTES })
  session.ping()
  const asked = await other.read(soon())
  nowMs = 400
  await other.write({ received: 0, limit: WINDOW_BYTES, pong: asked?.ping ?? 0 }, soon())
  while (session.rttMs == null) await turn()
  assert.equal(session.rttMs, 400)
  assert.equal(session.silentMs, 0)
  await session.write(pattern(1, 5), soon())
  await other.read(soon())
  nowMs = 1_500
  assert.equal(session.isStalled, false, 'three round trips are not over')
  nowMs = 1_700
  assert.equal(session.isStalled, true)
  own.abort(new Error('dead'))
  while (session.isAttached) await turn()
})

test('a long piece is sent as the bytes that it came in, and reads as any other frame', () => {
  const { write, read } = SESSION_FRAMES
  const frames = fc.record({
    received: fc.nat(),
    limit: fc.nat(),
    ping: fc.nat(),
    pong: fc.nat(),
    data: fc.record({
      offset: fc.nat(),
      data: fc.integer({ min: 1, max: 20_000 }).map((bytes) => pattern(bytes, bytes)),
      channel: fc.nat(7)
    })
  })
  fc.assert(
    fc.property(frames, (frame) => {
      const parts = write.parts?.(frame) ?? []
      assert.equal(parts.at(-1) === frame.data.data, frame.data.data.byteLength >= 4_096)
      const whole = new Uint8Array(Buffer.concat(parts))
      const copied = new Uint8Array(write.encode(frame).finish())
      assert.deepEqual(read.decode(whole), read.decode(copied))
    })
  )
})
