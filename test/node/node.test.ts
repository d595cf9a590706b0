import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { streamPair } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { test } from 'vitest'
import { compareAddresses } from '../../src/node/addresses.ts'
import { openPeerDatastore } from '../../src/node/datastore.ts'
import { guardFirstFrame } from '../../src/node/guard.ts'
import { createNode } from '../../src/node/node.ts'
import { UNSUPPORTED } from '../../src/node/transport.ts'
import { createFleet, quietLogger, soon } from '../support/fleet.ts'

test('addresses are tried from near to far, QUIC before TCP, circuits last', () => {
  const id = '/p2p/12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'
  const sorted = [
    '/ip4/192.168.1.5/udp/4001/quic-v1',
    '/ip4/10.0.0.5/tcp/4001',
    '/ip4/25.1.2.3/udp/4001/quic-v1',
    '/dns4/hub.example/tcp/443',
    '/ip4/127.0.0.1/udp/4001/quic-v1',
    '/ip4/127.0.0.1/tcp/4001',
    `/ip4/192.168.1.5/udp/4001/quic-v1${id}/p2p-circuit`
  ].map((text) => multiaddr(text))
  assert.deepEqual(sorted.toReversed().toSorted(compareAddresses).map(String), sorted.map(String))
})

test('a fleet of three stops cleanly, the coordinator first', async () => {
  using fleet = createFleet()
  const hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  const robots = await Promise.all(
    ['robot-1', 'robot-2'].map(async (name) => {
      const robot = await fleet.node({ name, role: 'device', listen: [] })
      await robot.membership.connect(hub.addresses, soon())
      return robot
    })
  )
  for (const each of [hub, ...robots]) await each.node.stop()
  for (const each of [hub, ...robots]) assert.deepEqual(each.node.libp2p.getConnections(), [])
  for (const each of [hub, ...robots]) await each.membership.stop()
})

test('an address that is taken is an error of start, and nothing stays behind', async () => {
  using datastore = openPeerDatastore(':memory:')
  const make = async (listen: string) =>
    await createNode({
      role: 'device',
      fleet: 'a'.repeat(52),
      privateKey: await generateKeyPair('Ed25519'),
      listen: [listen],
      datastore,
      logger: quietLogger,
      greeting: '/none',
      protocols: {},
      now: Date.now
    })
  const first = await make('/ip4/127.0.0.1/tcp/0')
  await first.start()
  const [taken] = first.libp2p.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*/, ''))
  const second = await make(taken ?? '')
  await assert.rejects(second.start())
  await second.stop()
  await first.stop()
  assert.equal(first.transport.observedAddress(undefined as never), UNSUPPORTED)
})

test.each([
  ['/libp2p/circuit/relay/0.2.0/hop', [0x81, 0x20], 'aborted'],
  ['/libp2p/circuit/relay/0.2.0/stop', [0xff, 0xff, 0xff, 0xff, 0x7f], 'aborted'],
  ['/libp2p/circuit/relay/0.2.0/hop', [0x02, 1, 2, ...Array<number>(20_000).fill(0)], 'open'],
  ['/shoal/x/kad/1.0.0', Array<number>(16_385).fill(0), 'aborted'],
  ['/shoal/x/kad/1.0.0', Array<number>(16_384).fill(0), 'open'],
  ['/shoal/hello/1.0.0', Array<number>(20_000).fill(0), 'open']
])('%s guards what libp2p would decode without limits', async (protocol, bytes, expected) => {
  const [near, far] = await streamPair()
  guardFirstFrame(protocol, far)
  let seen = 0
  const done = new Promise<void>((resolve) => {
    far.addEventListener('message', (event) => {
      seen += event.data.byteLength
      if (seen === bytes.length) resolve()
    })
    far.addEventListener('close', () => resolve())
  })
  near.send(Uint8Array.from(bytes))
  await done
  assert.equal(far.status, expected)
  if (expected === 'aborted') assert.ok(seen <= 16_384)
})

test('a node works without code generation from strings', async () => {
  const program = `
    import { generateKeyPair } from '@libp2p/crypto/keys'
    import { defaultLogger } from '@libp2p/logger'
    import { openPeerDatastore } from './src/node/datastore.ts'
    import { createNode } from './src/node/node.ts'
    import { hello } from './src/protocols/hello.ts'
    import { shoal } from './src/wire/messages.js'
    const make = async () => {
      const node = await createNode({
        role: 'coordinator', fleet: 'a'.repeat(52), privateKey: await generateKeyPair('Ed25519'),
        listen: ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0'], datastore: openPeerDatastore(':memory:'),
        logger: defaultLogger(), greeting: '/shoal/hello/1.0.0', now: Date.now,
        protocols: { hello: hello({ answer: async ({ membership }) => ({ status: 'not_enrolled', membership }) }) }
      })
      await node.start()
      return node
    }
    const [one, two] = await Promise.all([make(), make()])
    for (const address of two.libp2p.getMultiaddrs()) {
      const connection = await one.libp2p.dial(address, { force: true })
      const request = { membership: Uint8Array.from([7]), revocations: 0, fleet: 'f' }
      const answer = await one.protocols.hello.hello(connection, request, AbortSignal.timeout(5000))
      if (answer.membership[0] !== 7) throw new Error('no answer')
    }
    await Promise.all([one.stop(), two.stop()])
    console.log('done')
  `
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program],
    { cwd: new URL('../..', import.meta.url), timeout: 30_000 }
  )
  assert.equal(stdout.trim(), 'done')
})
