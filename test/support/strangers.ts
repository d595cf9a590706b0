/** Peers with valid keys and no membership that dial a coordinator, many times over. */

import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { parallel } from '../../src/base/tasks.ts'
import { quicChainsafe } from '../../src/node/quic-chainsafe.ts'
import { content } from '../../src/protocols/content.ts'
import { status } from '../../src/protocols/status.ts'
import { createFleet, soon } from './fleet.ts'

const MIB = 1_048_576
const AT_ONCE = 8
/** What stays when the garbage is gone, however many there were: caches that the first of them did not fill. */
const GROWTH_BYTES_MAX = 24 * MIB

/** Dials `count` times, each time as another peer that asks for what members get. Asserts that none got anything; what stayed, in bytes. */
export async function strangersGetNothing(count: number): Promise<number> {
  using fleet = createFleet()
  let served = 0
  const reached = (): never => {
    served++
    throw new Error('a stranger was served')
  }
  const serve = async (): Promise<never> => await Promise.resolve(reached())
  await using hub = await fleet.node({
    name: 'hub',
    role: 'coordinator',
    protocols: {
      content: content({ manifest: serve, chunks: serve, chunk: serve }),
      status: status({ now: () => performance.now(), mayReport: () => true, onDevice: serve })
    }
  })
  const wanted = hub.node.libp2p.getProtocols().filter((id) => /\/kad\/|\/hop$|status|content/.test(id))
  assert.equal(wanted.length, 4)
  let answered = 0
  const dial = async (index: number): Promise<void> => {
    await using node = await stranger()
    const address = hub.addresses.find((each) => each.includes(index % 2 === 0 ? '/quic-v1' : '/tcp/'))
    const connection = await node.dial(multiaddr(address), { signal: soon() }).catch(() => undefined)
    for (const id of connection == null ? [] : wanted) {
      const stream = await connection?.newStream(id, { signal: soon() }).catch(() => undefined)
      stream?.addEventListener('message', () => answered++)
      stream?.abort(new Error('enough'))
    }
    connection?.abort(new Error('next'))
  }
  const warm = Math.min(200, count / 2)
  await parallel(Array.from({ length: warm }).keys(), AT_ONCE, dial)
  const before = held()
  await parallel(Array.from({ length: count - warm }).keys(), AT_ONCE, dial)
  const grown = held() - before
  assert.deepEqual({ served, answered }, { served: 0, answered: 0 })
  assert.ok(hub.node.admission.refused.streams > 0)
  assert.ok(grown < GROWTH_BYTES_MAX, `${count} strangers cost ${Math.round(grown / MIB)} MiB, both sides`)
  const peers = await hub.node.libp2p.peerStore.all()
  assert.ok(peers.length <= AT_ONCE + 1, `${peers.length} peers are remembered`)
  await using robot = await fleet.node({ name: 'robot', role: 'device', listen: [] })
  await robot.membership.connect(hub.addresses, soon())
  return grown
}

/** Bytes that are in use, once everything that can go has gone. */
function held(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function stranger() {
  const node = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    transports: [tcp(), (components) => quicChainsafe({ idleTimeoutMs: 60_000 })(components)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  })
  return Object.assign(node, { [Symbol.asyncDispose]: async () => await node.stop() })
}
