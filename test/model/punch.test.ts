import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { Nat } from '../../src/model/nat.ts'
import { UNKNOWN_NAT } from '../../src/model/nat.ts'
import type { Plans } from '../../src/model/punch.ts'
import { blockPorts, plansFor, searchPorts } from '../../src/model/punch.ts'

const nat = (name: Nat['name'], rest: Partial<Nat>): Nat => ({ ...UNKNOWN_NAT, name, ...rest })
const PUBLIC = nat('public', { mapping: 'none', filtering: 'eif' })
const HOME = nat('port-restricted', { mapping: 'eim', filtering: 'apdf', ports: 'preserved' })
const CONE = nat('full-cone', { mapping: 'eim', filtering: 'eif', ports: 'preserved' })
const RANDOM = nat('symmetric', { mapping: 'edm', filtering: 'apdf', ports: 'random' })
const BLOCK = nat('symmetric-block', {
  mapping: 'edm',
  filtering: 'apdf',
  ports: 'block',
  portMin: 50_100,
  portMax: 50_300
})
const SEQUENCE = nat('symmetric-sequential', {
  mapping: 'edm',
  filtering: 'apdf',
  ports: 'sequential',
  portMin: 50_000,
  portMax: 50_003,
  portDelta: 1
})
const BLOCKED = nat('udp-blocked', {})
const ALL = [PUBLIC, HOME, CONE, RANDOM, BLOCK, SEQUENCE, BLOCKED, UNKNOWN_NAT]

const plans = (a: Nat, b: Nat, mayPairBlocks = false, haveIpv6 = false): Plans =>
  plansFor(a, b, { mayPairBlocks, haveIpv6 })
const told = (found: Plans): string =>
  'reason' in found
    ? found.reason
    : found.plans.map(({ method, client }) => `${method}:${client === 'initiator' ? 'i' : 'r'}`).join(' ')

test('each pair has the attempts that its NATs call for', () => {
  assert.equal(told(plans(HOME, HOME)), 'punch:i swap:r')
  assert.equal(told(plans(UNKNOWN_NAT, HOME)), 'punch:i swap:r')
  // Who cannot be dialed dials.
  assert.equal(told(plans(RANDOM, PUBLIC)), 'dial:i')
  assert.equal(told(plans(PUBLIC, RANDOM)), 'dial:r')
  assert.equal(told(plans(PUBLIC, PUBLIC)), 'dial:i')
  // The symmetric side dials, whichever it is.
  assert.equal(told(plans(RANDOM, HOME)), 'random:i')
  assert.equal(told(plans(HOME, RANDOM)), 'random:r')
  assert.equal(told(plans(CONE, RANDOM)), 'punch:r random:r')
  assert.equal(told(plans(HOME, BLOCK)), 'block:r random:r')
  assert.equal(told(plans(SEQUENCE, HOME)), 'predict:i block:i')
  // Another address for each destination, with the port that it always was.
  assert.equal(told(plans({ ...RANDOM, ports: 'preserved' }, HOME)), 'punch:i swap:r')
})

test('a port that a router leads is dialed before ports are searched, and joins those whom nothing else can', () => {
  const led = (other: Nat): Nat => ({ ...other, isMapped: true })
  assert.equal(told(plans(RANDOM, led(RANDOM))), 'dial:i')
  assert.equal(told(plans(led(BLOCK), BLOCK)), 'dial:r')
  assert.equal(told(plans(HOME, led(RANDOM))), 'dial:i random:r')
  assert.equal(told(plans(led(HOME), BLOCK)), 'dial:r block:r random:r')
  // A punch has that address among its candidates.
  assert.equal(told(plans(led(HOME), HOME)), 'punch:i swap:r')
  assert.equal(told(plans(led(CONE), RANDOM)), 'punch:r random:r')
  assert.equal(told(plans(led(RANDOM), BLOCKED)), 'udp_blocked')
  assert.equal(told(plans(led(RANDOM), PUBLIC)), 'dial:i')
})

test('who both have IPv6 punch there first, whatever their NATs are', () => {
  const six = (a: Nat, b: Nat): string => told(plans(a, b, false, true))
  assert.equal(six(RANDOM, RANDOM), 'punch:i swap:r')
  assert.equal(six(BLOCK, BLOCK), 'punch:i swap:r')
  assert.equal(six(HOME, RANDOM), 'punch:i random:r')
  assert.equal(six(CONE, RANDOM), 'punch:r random:r')
  assert.equal(six(HOME, HOME), 'punch:i swap:r')
  assert.equal(six(RANDOM, PUBLIC), 'dial:i')
})

test('where nothing can work the relay is said at once, and why', () => {
  assert.equal(told(plans(RANDOM, RANDOM)), 'both_symmetric')
  assert.equal(told(plans(RANDOM, BLOCK, true)), 'both_symmetric')
  assert.equal(told(plans(BLOCK, BLOCK)), 'disabled')
  assert.equal(told(plans(BLOCK, BLOCK, true)), 'block:r')
  for (const other of ALL) {
    assert.equal(told(plans(BLOCKED, other)), 'udp_blocked')
    assert.equal(told(plans(other, BLOCKED)), 'udp_blocked')
  }
})

test('no two attempts of a pair are alike, and searches are bounded', () => {
  for (const a of ALL) {
    for (const b of ALL) {
      const found = plans(a, b, true)
      if ('reason' in found) continue
      assert.equal(new Set(found.plans.map(({ method }) => method)).size, found.plans.length)
      for (const { search, client } of found.plans) {
        if (search == null) continue
        assert.ok(client === search.sprayer || search.sprayer === 'both')
        assert.ok(search.sockets <= 384 && search.probes <= 2_048)
      }
    }
  }
})

test('a sequence is followed from its last port', () => {
  assert.deepEqual(searchPorts('predict', SEQUENCE, 4, Math.random), [50_004, 50_005, 50_006, 50_007])
  const down = { ...SEQUENCE, portDelta: -2 }
  assert.deepEqual(searchPorts('predict', down, 3, Math.random), [49_998, 49_996, 49_994])
  assert.deepEqual(searchPorts('predict', { ...SEQUENCE, portMax: 65_534 }, 3, Math.random), [65_535])
})

test('a block is searched between its samples, then outward', () => {
  const narrow = { ...BLOCK, portMin: 50_100, portMax: 50_102 }
  const ports = searchPorts('block', narrow, 7, () => 0)
  assert.deepEqual(new Set(ports.slice(0, 3)), new Set([50_100, 50_101, 50_102]))
  assert.deepEqual(ports.slice(3), [50_103, 50_099, 50_104, 50_098])
})

test('between two blocks each socket probes every port between the samples once, and its share at least', () => {
  const search = { sprayer: 'both', sockets: 4, probes: 1_280 } as const
  const rounds = (portMin: number, portMax: number): number[][] => {
    const ports = blockPorts({ ...BLOCK, portMin, portMax }, search, Math.random)
    assert.equal(ports.length, search.probes)
    const width = Math.max(320, portMax - portMin + 1)
    return Array.from({ length: Math.ceil(ports.length / width) }, (_, i) =>
      ports.slice(i * width, (i + 1) * width)
    )
  }
  const wide = rounds(50_010, 50_489)
  for (const round of wide) assert.equal(new Set(round).size, round.length)
  assert.deepEqual([Math.min(...wide.flat()), Math.max(...wide.flat())], [50_010, 50_489])
  const narrow = rounds(50_100, 50_199)
  assert.equal(narrow.length, search.sockets)
  for (const round of narrow) assert.equal(new Set(round).size, 320)
  assert.deepEqual([Math.min(...narrow.flat()), Math.max(...narrow.flat())], [49_990, 50_309])
  assert.deepEqual(blockPorts(RANDOM, search, Math.random), [])
})

test('ports are never named twice, nor above the count, nor out of range', () => {
  const method = fc.constantFrom('predict', 'block', 'random')
  const port = fc.integer({ min: 1, max: 65_535 })
  fc.assert(
    fc.property(
      method,
      port,
      port,
      fc.integer({ min: 1, max: 400 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (how, a, b, count, numbers) => {
        const range = { portMin: Math.min(a, b), portMax: Math.max(a, b) }
        const random = (): number => (how === 'random' ? Math.random() : (numbers.next().value ?? 0))
        const ports = searchPorts(how, { ...BLOCK, ...range, portDelta: 3 }, count, random)
        assert.ok(ports.length <= count)
        assert.equal(new Set(ports).size, ports.length)
        assert.ok(ports.every((each) => each >= 1_024 && each <= 65_535))
      }
    )
  )
})
