import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { test } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import { ShoalError } from '../../src/base/errors.ts'
import type { Nat } from '../../src/model/nat.ts'
import type { Plan } from '../../src/model/punch.ts'
import { candidatesOf } from '../../src/node/punch/candidates.ts'
import { encodeNoise, encodeOpener, encodeProbe, readProbe } from '../../src/node/punch/datagrams.ts'
import { CODEC, checkSync, decodeConnect, encodeConnect, encodeSync } from '../../src/node/punch/messages.ts'
import { SearchSlot } from '../../src/node/punch/slot.ts'

const NAT: Nat = {
  name: 'symmetric-block',
  mapping: 'edm',
  filtering: 'apdf',
  ports: 'block',
  portMin: 50_000,
  portMax: 50_300,
  portDelta: -3,
  lifetimeMs: 30_000,
  isMapped: true
}
const at = (text: string) => multiaddr(text)

test('CONNECT and SYNC are byte for byte those of libp2p', () => {
  const connect = encodeConnect({ addresses: [at('/ip4/25.10.0.7/udp/4001/quic-v1')] })
  // type = CONNECT (100), one ObsAddrs: ip4, udp, quic-v1.
  assert.equal(CODEC.encode(connect).finish().toHex(), '0864120b04190a000791020fa1cd03')
  assert.equal(CODEC.encode(encodeSync()).finish().toHex(), '08ac02')
})

test('what members add survives the wire, and plain CONNECTs have none of it', () => {
  const lan = [at('/ip4/192.168.1.4/udp/4001/quic-v1')]
  const sent = { nat: NAT, lan, maySearch: true, attempt: 2, punchId: randomBytes(8), key: randomBytes(32) }
  const read = (message: Parameters<typeof encodeConnect>[0]) =>
    decodeConnect(CODEC.decode(CODEC.encode(encodeConnect(message)).finish()))
  const { member } = read({ addresses: [], member: sent })
  assert.deepEqual(member?.nat, NAT)
  assert.equal(String(member.lan[0]), String(lan[0]))
  assert.equal(member.attempt, 2)
  assert.equal(member.key.byteLength, 32)
  const plan = { method: 'random', responderDials: true } as const
  assert.deepEqual(read({ addresses: [], member: { nat: NAT, lan, plan } }).member?.plan, plan)
  const relay = { reason: 'both_symmetric' } as const
  assert.deepEqual(read({ addresses: [], member: { nat: NAT, lan, plan: relay } }).member?.plan, relay)
  assert.equal(read({ addresses: lan }).member, undefined)
})

test('an exchange takes no message for another, and no id or key of a wrong length', () => {
  assert.throws(() => decodeConnect(encodeSync()), { code: 'dcutr_type' })
  assert.throws(() => checkSync(encodeConnect({ addresses: [] })), { code: 'dcutr_type' })
  const short = { nat: NAT, lan: [], punchId: randomBytes(7), key: randomBytes(32) }
  assert.throws(() => decodeConnect(encodeConnect({ addresses: [], member: short })), {
    code: 'dcutr_member'
  })
})

test('any bytes are read as a message or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        const { addresses } = decodeConnect(CODEC.decode(bytes))
        assert.ok(addresses.length <= 16)
      } catch (error) {
        assert.ok(error instanceof Error)
        if (error instanceof ShoalError) assert.match(error.code, /^dcutr_/)
      }
    })
  )
})

test('a probe counts for its attempt and from the other side only', () => {
  const [id, key] = [randomBytes(8), randomBytes(32)]
  const initiator = { id, key, side: 'initiator' } as const
  const responder = { id, key, side: 'responder' } as const
  const probe = encodeProbe(initiator, false, 7)
  assert.equal(probe.byteLength, 21)
  assert.deepEqual(readProbe(probe, responder), { isAnswer: false })
  assert.deepEqual(readProbe(encodeProbe(responder, true, 7), initiator), { isAnswer: true })
  assert.equal(readProbe(probe, initiator), undefined, 'our own, sent back to us')
  assert.equal(readProbe(probe, { ...responder, key: randomBytes(32) }), undefined)
  assert.equal(readProbe(probe, { ...responder, id: randomBytes(8) }), undefined)
  for (let i = 0; i < probe.byteLength; i++) {
    const spoilt = Uint8Array.from(probe, (byte, place) => (place === i ? byte ^ 1 : byte))
    const read = readProbe(spoilt, responder)
    // The first bit of the kind tells probe from answer, and is under the MAC like the rest.
    assert.equal(read, undefined, `byte ${i}`)
  }
  for (const bytes of [encodeOpener(), encodeNoise(), new Uint8Array()]) {
    assert.equal(readProbe(bytes, responder), undefined)
  }
})

test('packets go to addresses of machines only: numbers, QUIC, not ours, at most 16', () => {
  const own = [at('/ip4/25.10.0.1/udp/4711/quic-v1')]
  const list = (outside: string[], mayLoop = false): string[] =>
    candidatesOf({ outside: outside.map(at), lan: [] }, own, mayLoop).map(({ ip, port }) => `${ip} ${port}`)
  assert.deepEqual(
    list([
      '/ip4/25.10.0.1/udp/4711/quic-v1',
      '/ip4/127.0.0.1/udp/53/quic-v1',
      '/ip4/0.0.0.0/udp/53/quic-v1',
      '/ip4/224.0.0.1/udp/53/quic-v1',
      '/ip4/255.255.255.255/udp/53/quic-v1',
      '/ip4/169.254.0.9/udp/53/quic-v1',
      '/ip6/::1/udp/53/quic-v1',
      '/ip6/::ffff:127.0.0.1/udp/53/quic-v1',
      '/ip6/ff02::1/udp/53/quic-v1',
      '/ip6/fe80::1/udp/53/quic-v1',
      '/ip4/25.10.0.7/tcp/4001',
      '/dns4/example.org/udp/4001/quic-v1',
      '/ip4/25.10.0.7/udp/0/quic-v1',
      '/ip4/25.10.0.7/udp/4001/quic-v1/p2p-circuit'
    ]),
    []
  )
  assert.deepEqual(list(['/ip4/25.10.0.7/udp/4001/quic-v1', '/ip4/25.10.0.7/udp/4001/quic-v1']), [
    '25.10.0.7 4001'
  ])
  assert.deepEqual(list(['/ip4/127.0.0.1/udp/53/quic-v1'], true), ['127.0.0.1 53'])
  const many = Array.from({ length: 40 }, (_, i) => `/ip4/25.10.1.${i + 1}/udp/4001/quic-v1`)
  assert.equal(list(many).length, 16)
})

test('one search at a time, and after a vain one of all ports 20 s of peace', async () => {
  let nowMs = 0
  const clock: Clock = { now: () => nowMs, sleep: async () => {} }
  const slot = new SearchSlot(clock)
  const plan = (method: Plan['method']): Plan => ({
    method,
    client: 'initiator',
    search: { sprayer: 'initiator', sockets: 1, probes: 1 }
  })
  const hold = Promise.withResolvers<string>()
  const first = slot.within(plan('block'), 'a', async () => await hold.promise)
  assert.equal(slot.isFree('b'), false)
  assert.equal(await slot.within(plan('block'), 'b', async () => 'ran'), 'busy')
  const simple: Plan = { method: 'punch', client: 'initiator', search: undefined }
  assert.equal(await slot.within(simple, 'b', async () => 'ran'), 'ran', 'a simple punch needs no slot')
  hold.resolve('done')
  assert.equal(await first, 'done')
  assert.equal(await slot.within(plan('random'), 'a', async () => 'found'), 'found')
  assert.equal(slot.isFree('a'), true, 'it led to something')
  assert.equal(await slot.within(plan('random'), 'a', async () => undefined), undefined)
  assert.equal(slot.isFree('a'), false)
  assert.equal(slot.isFree('b'), true)
  nowMs = 20_000
  assert.equal(slot.isFree('a'), true)
})
