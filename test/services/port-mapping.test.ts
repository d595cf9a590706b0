// When a router is asked for a port, renewed, asked by another protocol, and told to take it away.
import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RefusedError, UnreachableError } from '../../src/base/errors.ts'
import type { Mapping, MappingClient, MappingProtocol, Wanted } from '../../src/host/port-mapping/mapping.ts'
import { PortMapping } from '../../src/services/port-mapping.ts'
import { SimClock } from '../sim/clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

interface Asked extends Wanted {
  readonly protocol: MappingProtocol
  readonly action: 'map' | 'unmap'
  readonly at: number
}

/** A node behind a router that speaks what `answer` says; undefined is silence. */
function home(answer: (protocol: MappingProtocol, wanted: Wanted) => Mapping | RefusedError | undefined) {
  const clock = new SimClock(0)
  const asked: Asked[] = []
  const mapped: string[] = []
  const router: { gateway: string | undefined } = { gateway: '192.168.1.1' }
  const client = (protocol: MappingProtocol): MappingClient => ({
    protocol,
    map: async (wanted) => {
      asked.push({ ...wanted, protocol, action: 'map', at: clock.now() })
      const found = await Promise.resolve(answer(protocol, wanted))
      if (found == null) throw new UnreachableError('mapping_silent', 'nothing')
      if (found instanceof RefusedError) throw found
      return found
    },
    unmap: async (wanted) => {
      asked.push({ ...wanted, protocol, action: 'unmap', at: clock.now() })
      await Promise.resolve()
    }
  })
  const mapping = new PortMapping({
    gateway: async () => await Promise.resolve(router.gateway),
    internalPort: () => 4_711,
    clients: [client('pcp'), client('nat-pmp'), client('upnp')],
    observer: { setMapped: (addresses) => void mapped.push(addresses.join()) },
    clock,
    onLog: () => undefined
  })
  return { clock, asked, mapped, router, mapping }
}

const given = (protocol: MappingProtocol, port: number, lifetimeSeconds: number | null): Mapping => ({
  protocol,
  externalIp: '25.1.2.3',
  externalPort: port,
  lifetimeSeconds
})

test('the first protocol that works is kept, renewed at half its time, and given back', async () => {
  const { clock, asked, mapped, mapping } = home((protocol) =>
    protocol === 'nat-pmp' ? given(protocol, 5_000, 1_200) : undefined
  )
  mapping.start()
  await clock.run(35 * MINUTE_MS)
  assert.equal(mapping.state, 'nat-pmp')
  assert.deepEqual(
    asked.map(({ protocol, externalPort }) => `${protocol} ${externalPort}`),
    ['pcp 4711', 'nat-pmp 4711', 'nat-pmp 5000', 'nat-pmp 5000', 'nat-pmp 5000']
  )
  assert.equal(mapped.at(-1), '/ip4/25.1.2.3/udp/5000/quic-v1')
  await mapping.stop()
  assert.equal(asked.at(-1)?.action, 'unmap')
  assert.deepEqual([mapped.at(-1), mapping.state], ['', 'off'])
})

test('a mapping for ever is renewed too: a router that starts anew has forgotten it', async () => {
  const { clock, asked, mapping } = home((protocol) =>
    protocol === 'upnp' ? given(protocol, 4_711, null) : undefined
  )
  mapping.start()
  await clock.run(2 * HOUR_MS)
  const renewals = asked.filter(({ protocol }) => protocol === 'upnp').length
  assert.ok(renewals >= 4 && renewals <= 5, `${renewals}`)
  await mapping.stop()
})

test('a router that gives nothing is asked ever more seldom, and asked at once on another network', async () => {
  const { clock, asked, mapping, router, mapped } = home((protocol, { gateway }) =>
    gateway === '10.0.0.1' ? given(protocol, 4_711, 7_200) : undefined
  )
  mapping.start()
  await clock.run(5 * HOUR_MS)
  assert.deepEqual(
    asked.filter(({ protocol }) => protocol === 'pcp').map(({ at }) => Math.floor(at / MINUTE_MS)),
    [0, 1, 5, 21, 85]
  )
  assert.equal(mapping.state, 'mapping_silent')
  router.gateway = '10.0.0.1'
  mapping.networkChanged()
  await clock.run(5 * HOUR_MS + MINUTE_MS)
  assert.deepEqual([asked.length, mapping.state], [16, 'pcp'])
  router.gateway = undefined
  mapping.networkChanged()
  await clock.run(5 * HOUR_MS + 2 * MINUTE_MS)
  assert.deepEqual([asked.length, mapping.state, mapped.at(-1)], [16, 'not_needed', ''])
  await mapping.stop()
  assert.equal(asked.length, 16)
})

test('what a router answers says more than the silence of other protocols', async () => {
  const { clock, mapping } = home((protocol) =>
    protocol === 'pcp' ? new RefusedError('mapping_private', 'the router has a private address') : undefined
  )
  mapping.start()
  await clock.run(MINUTE_MS)
  assert.equal(mapping.state, 'mapping_private')
  await mapping.stop()
})

test('a lost mapping is no address any more, and is asked for again after seconds, then ever more seldom', async () => {
  let isThere = true
  const { clock, asked, mapped, mapping } = home((protocol) =>
    isThere && protocol === 'pcp' ? given(protocol, 4_711, 7_200) : undefined
  )
  mapping.start()
  await clock.run(MINUTE_MS)
  isThere = false
  await clock.run(31 * MINUTE_MS)
  assert.deepEqual([mapping.state, mapped.at(-1)], ['mapping_silent', ''])
  const seconds = asked
    .filter(({ protocol, at }) => protocol === 'pcp' && at > MINUTE_MS)
    .map(({ at }) => Math.floor((at - (asked[1]?.at ?? 0)) / 1_000))
  assert.deepEqual(seconds, [0, 6, 27])
  isThere = true
  await clock.run(33 * MINUTE_MS)
  assert.equal(mapping.state, 'pcp')
  await mapping.stop()
})
