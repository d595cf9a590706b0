// What comes in on the QUIC socket without QUIC: who gets it, and what is dropped.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { test } from 'vitest'
import { Datagrams, isSealed, seal } from '../../src/node/datagrams.ts'
import {
  decodeObserve,
  encodeObserve,
  encodeQuestion,
  FULL_BYTES,
  OBSERVE
} from '../../src/node/observe-datagrams.ts'
import type { SocketAddress } from '../../src/node/quic-address.ts'
import type { Datagram, RawSocket } from '../../src/node/transport.ts'

const key = randomBytes(16)

/** A wire to put datagrams on, and a clock. */
function setUp() {
  let nowMs = 0
  const datagrams = new Datagrams(() => nowMs)
  let take: (datagram: Datagram) => void = () => undefined
  const end = datagrams.follow({
    onDatagram: (listener: (datagram: Datagram) => void) => {
      take = listener
      return () => {
        take = () => undefined
      }
    }
  })
  const socket = {} as RawSocket
  return {
    datagrams,
    end,
    pass: (ms: number) => (nowMs += ms),
    come: (from: string, bytes: Uint8Array) => take({ from: multiaddr(from), bytes, socket })
  }
}

test('a MAC is of its key and of every byte', () => {
  const sealed = seal(key, Uint8Array.of(1, 2, 3))
  assert.equal(isSealed(key, sealed), true)
  assert.equal(isSealed(randomBytes(16), sealed), false)
  for (let i = 0; i < sealed.byteLength; i++) {
    const other = Uint8Array.from(sealed)
    other[i] = (other[i] ?? 0) ^ 1
    assert.equal(isSealed(key, other), false)
  }
  assert.equal(isSealed(key, new Uint8Array(8)), false)
  assert.equal(isSealed(key, new Uint8Array(0)), false)
})

test('a kind goes to who asked for it, all else is counted', () => {
  const { datagrams, come, end } = setUp()
  const taken: Uint8Array[] = []
  const forget = datagrams.handle(7, { lengths: [3], burst: 10, perSecond: 1 }, ({ bytes }) =>
    taken.push(bytes)
  )
  come('/ip4/25.1.2.3/udp/5', Uint8Array.of(7, 0, 0))
  come('/ip4/25.1.2.3/udp/5', Uint8Array.of(7, 0))
  come('/ip4/25.1.2.3/udp/5', Uint8Array.of(8, 0, 0))
  come('/ip4/25.1.2.3/udp/5', new Uint8Array(0))
  assert.deepEqual(datagrams.counts, { taken: 1, malformed: 1, unknown: 2, limited: 0 })
  forget()
  come('/ip4/25.1.2.3/udp/5', Uint8Array.of(7, 0, 0))
  end()
  come('/ip4/25.1.2.3/udp/5', Uint8Array.of(7, 0, 0))
  assert.equal(datagrams.counts.unknown, 3)
  assert.equal(taken.length, 1)
})

test.each([
  ['/ip4/25.1.2.3/udp/5', '/ip4/25.1.2.3/udp/6', '/ip4/25.1.2.4/udp/5'],
  ['/ip6/2a01:25::1/udp/5', '/ip6/2a01:25:0:0:8::7/udp/5', '/ip6/2a01:25:0:1::1/udp/5']
])('a source has a rate, and another source its own: %s', (one, same, other) => {
  const { datagrams, come, pass } = setUp()
  datagrams.handle(7, { lengths: [1], burst: 3, perSecond: 2 }, () => undefined)
  for (const from of [one, same, one, same, one]) come(from, Uint8Array.of(7))
  assert.deepEqual([datagrams.counts.taken, datagrams.counts.limited], [3, 2])
  come(other, Uint8Array.of(7))
  assert.equal(datagrams.counts.taken, 4)
  pass(500)
  come(same, Uint8Array.of(7))
  come(one, Uint8Array.of(7))
  assert.deepEqual([datagrams.counts.taken, datagrams.counts.limited], [5, 3])
})

test.each([
  { family: 4, ip: '25.10.0.7', port: 40_001 },
  { family: 6, ip: '2a01:25::7', port: 1 }
] as const)('questions and answers with an address of IPv$family', (address: SocketAddress) => {
  const of = { session: 0xfedc_ba98, count: 7, key }
  for (const believed of [address, undefined]) {
    const question = encodeQuestion('question', of, address.family, believed)
    assert.equal(question.byteLength, FULL_BYTES[address.family])
    assert.deepEqual(decodeObserve(question, key), {
      kind: OBSERVE.question,
      session: of.session,
      count: 7,
      address: believed
    })
  }
  for (const told of [address, undefined]) {
    const answer = encodeObserve({ kind: OBSERVE.answer, session: 1, count: 2, address: told }, key)
    // Nobody gets more out of it than was put in, and nothing is taken for QUIC.
    assert.ok(answer.byteLength <= FULL_BYTES[address.family])
    assert.equal((answer[0] ?? 0) & 0x40, 0)
    assert.deepEqual(decodeObserve(answer, key)?.address, told)
    assert.equal(decodeObserve(answer, randomBytes(16)), undefined)
  }
})
