// Classes from samples, as each kind of NAT would give them.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { Filtering, NatFlow } from '../../src/model/nat.ts'
import { classify, UNKNOWN_NAT } from '../../src/model/nat.ts'

const LOCAL = '10.0.0.5'
const OUTSIDE = '25.10.0.7'
const A = '25.10.0.101'
const B = '25.10.0.102'

/** Flows in the order that an epoch opens them: the shared socket to A, A's other port, B; then others to A. */
const ORDER = [
  { socket: 0, localPort: 41_000, remoteIp: A, remotePort: 4711 },
  { socket: 0, localPort: 41_000, remoteIp: A, remotePort: 4712 },
  { socket: 1, localPort: 42_000, remoteIp: A, remotePort: 4711 },
  { socket: 2, localPort: 43_000, remoteIp: A, remotePort: 4711 },
  { socket: 2, localPort: 43_000, remoteIp: A, remotePort: 4712 },
  { socket: 3, localPort: 44_000, remoteIp: A, remotePort: 4711 }
] as const

const flows = (external: (flow: (typeof ORDER)[number], i: number) => number, ip = OUTSIDE): NatFlow[] =>
  ORDER.map((flow, i) => ({ ...flow, ip, port: external(flow, i) }))
const nat = (seen: readonly NatFlow[], filtering: Filtering = 'apdf') =>
  classify({ flows: seen, filtering, localIps: [LOCAL], isBlocked: false })

test('without samples nothing is claimed but what was tried', () => {
  assert.deepEqual(nat([]), UNKNOWN_NAT)
  assert.equal(
    classify({ flows: [], filtering: 'unknown', localIps: [], isBlocked: true }).name,
    'udp-blocked'
  )
  assert.equal(nat(flows(({ localPort }) => localPort).slice(0, 1)).name, 'unknown')
})

test('an address of the machine itself is no NAT', () => {
  const own = flows(({ localPort }) => localPort, LOCAL)
  assert.equal(nat(own, 'eif').name, 'public')
  assert.equal(nat(own, 'adf').name, 'public')
  assert.equal(nat(own, 'apdf').name, 'firewalled')
  assert.equal(nat(own, 'unknown').name, 'firewalled')
  assert.equal(nat(own).mapping, 'none')
})

test.each([
  ['eif', 'full-cone'],
  ['adf', 'address-restricted'],
  ['apdf', 'port-restricted'],
  ['unknown', 'port-restricted']
] as const)('one port for all destinations and filtering %s: %s', (filtering, name) => {
  const preserved = nat(
    flows(({ localPort }) => localPort),
    filtering
  )
  assert.deepEqual([preserved.name, preserved.mapping, preserved.ports], [name, 'eim', 'preserved'])
  const moved = nat(
    flows(({ socket }) => 61_003 - 9_777 * socket),
    filtering
  )
  assert.deepEqual([moved.name, moved.mapping, moved.ports], [name, 'eim', 'random'])
})

test('a port for each destination address, the same for its ports', () => {
  const toB = { ...ORDER[0], remoteIp: B, ip: OUTSIDE, port: 40_433 }
  const found = nat([...flows(({ socket }) => 40_001 + 3_111 * socket), toB])
  assert.deepEqual([found.name, found.mapping], ['symmetric', 'edm'])
})

test('another address for each destination is a symmetric NAT, whatever its ports', () => {
  const seen = flows(({ localPort }) => localPort).map((flow, i) => ({ ...flow, ip: `25.10.0.${i}` }))
  assert.deepEqual([nat(seen).name, nat(seen).ports], ['symmetric', 'preserved'])
})

test('ports in sequence, with flows of others in between, and over the end of the range', () => {
  const steady = nat(flows((_, i) => 50_000 + 2 * i))
  assert.equal(steady.name, 'symmetric-sequential')
  assert.deepEqual([steady.portMin, steady.portMax, steady.portDelta], [50_000, 50_010, 2])
  const skipping = [50_000, 50_001, 50_004, 50_005, 50_008, 50_009]
  assert.equal(nat(flows((_, i) => skipping[i] ?? 0)).portDelta, 1)
  const falling = nat(flows((_, i) => 50_000 - i))
  assert.deepEqual([falling.name, falling.portDelta, falling.portMin], ['symmetric-sequential', -1, 49_995])
  const wrapped = [50_252, 50_253, 50_254, 50_255, 50_000, 50_001]
  const after = nat(flows((_, i) => wrapped[i] ?? 0))
  assert.deepEqual([after.name, after.portMin, after.portMax], ['symmetric-sequential', 50_000, 50_001])
  // What was opened long before the rest has a port from long before.
  const late = nat(flows((_, i) => (i < 1 ? 50_009 : 50_100 + i)))
  assert.deepEqual([late.name, late.portMax], ['symmetric-sequential', 50_105])
})

test('ports of one block, and ports from everywhere', () => {
  const block = [50_017, 50_499, 50_203, 50_391, 50_100, 50_420]
  const found = nat(flows((_, i) => block[i] ?? 0))
  assert.equal(found.name, 'symmetric-block')
  assert.deepEqual([found.portMin, found.portMax, found.portDelta], [50_017, 50_499, null])
  const random = [57_360, 30_138, 60_860, 27_270, 36_252, 20_107]
  assert.equal(nat(flows((_, i) => random[i] ?? 0)).name, 'symmetric')
})

test('no sample that can come makes it throw, or give a range without order', () => {
  const flow = fc.record({
    socket: fc.nat(5),
    localPort: fc.integer({ min: 1, max: 65_535 }),
    remoteIp: fc.constantFrom(A, B),
    remotePort: fc.constantFrom(4711, 4712),
    ip: fc.constantFrom(LOCAL, OUTSIDE, A),
    port: fc.integer({ min: 1, max: 65_535 })
  })
  fc.assert(
    fc.property(
      fc.array(flow, { maxLength: 16 }),
      fc.constantFrom('eif', 'adf', 'apdf', 'unknown'),
      (seen, f) => {
        const { name, mapping, portMin, portMax, portDelta } = nat(seen, f)
        assert.equal(name.startsWith('symmetric'), mapping === 'edm')
        assert.equal(portMin == null, portMax == null)
        if (portMin != null && portMax != null) assert.ok(portMin <= portMax)
        assert.equal(name === 'symmetric-sequential', portDelta != null)
      }
    )
  )
})

test('random ports are taken for a sequence or a block once in a hundred at most', () => {
  let wrong = 0
  const seeds = fc.sample(
    fc.array(fc.integer({ min: 32_768, max: 60_999 }), { minLength: 6, maxLength: 6 }),
    {
      numRuns: 2_000,
      seed: 7
    }
  )
  for (const ports of seeds) if (nat(flows((_, i) => ports[i] ?? 0)).name !== 'symmetric') wrong++
  assert.ok(wrong < 20, `${wrong} of 2000`)
})
