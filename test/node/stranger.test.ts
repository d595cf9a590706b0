// A peer with a valid key and no membership tries everything that a node speaks.
import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, PrivateKey, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import type { Libp2p } from 'libp2p'
import { createLibp2p } from 'libp2p'
import { afterAll, beforeAll, test } from 'vitest'
import { ADMIT_TIMEOUT_MS } from '../../src/node/admission.ts'
import { quicChainsafe } from '../../src/node/quic-chainsafe.ts'
import { admin } from '../../src/protocols/admin.ts'
import { content } from '../../src/protocols/content.ts'
import { HELLO } from '../../src/protocols/hello.ts'
import { offer } from '../../src/protocols/offer.ts'
import { status } from '../../src/protocols/status.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, gone, soon } from '../support/fleet.ts'

let fleet: TestFleet
let hub: TestNode<Record<string, unknown>>
/** Calls that reached a handler of ours. */
let served = 0
/** The one that the node dialed itself, and may remember. */
let dialed = ''
const reached = (): never => {
  served++
  throw new Error('a stranger was served')
}

beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({
    name: 'hub',
    role: 'coordinator',
    protocols: {
      status: status({
        now: () => performance.now(),
        mayReport: () => true,
        onDevice: async () => reached()
      }),
      offer: offer({
        mayOffer: () => true,
        offered: async () => reached(),
        cancelled: async () => reached()
      }),
      content: content({
        manifest: async () => reached(),
        chunks: async () => reached(),
        chunk: async () => reached()
      }),
      admin: admin({ mayCall: () => true, handle: () => reached() })
    }
  })
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

async function stranger(privateKey?: PrivateKey): Promise<Libp2p & AsyncDisposable> {
  const node = await createLibp2p({
    privateKey: privateKey ?? (await generateKeyPair('Ed25519')),
    transports: [tcp(), (components) => quicChainsafe({ idleTimeoutMs: 60_000 })(components)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  })
  return Object.assign(node, { [Symbol.asyncDispose]: async () => await node.stop() })
}

async function dial(node: Libp2p, transport: 'quic' | 'tcp'): Promise<Connection> {
  const address = hub.addresses.find((known) => known.includes(transport))
  return await node.dial(multiaddr(address))
}

/** Sends bytes on a new stream; what comes back until the stream ends. */
async function exchange(connection: Connection, protocol: string, bytes: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let stream: Stream | undefined
  try {
    stream = await connection.newStream(protocol, { signal: soon() })
    const ended = new Promise((resolve) => {
      stream?.addEventListener('close', resolve)
      stream?.addEventListener('end', resolve)
    })
    stream.addEventListener('message', (event) => parts.push(event.data.subarray()))
    stream.send(bytes)
    await stream.close({ signal: soon() })
    await ended
  } catch {
    // Refused at once.
  }
  return Buffer.concat(parts)
}

const GARBAGE: Record<string, Uint8Array> = {
  ping: new Uint8Array(32).fill(7),
  nothing: new Uint8Array(),
  // A well-formed, empty message behind its length.
  empty: Uint8Array.from([0]),
  noise: Uint8Array.from([5, 0xff, 0xff, 0xff, 0xff, 0xff]),
  endless: new Uint8Array(4_096).fill(0xff)
}

test.each(['quic', 'tcp'] as const)(
  'over %s nothing that a node speaks is open to a stranger',
  async (via) => {
    await using node = await stranger()
    const protocols = hub.node.libp2p.getProtocols()
    for (const known of ['/ipfs/id/1.0.0', '/ipfs/id/push/1.0.0', '/ipfs/ping/1.0.0', '/shoal/enrol/1.0.0']) {
      assert.ok(protocols.includes(known), known)
    }
    assert.ok(protocols.some((id) => id.endsWith('/kad/1.0.0')))
    assert.ok(protocols.some((id) => id.endsWith('/hop')) && protocols.some((id) => id.endsWith('/stop')))
    for (const protocol of protocols.filter((id) => id !== HELLO.id)) {
      const connection = await dial(node, via)
      const answers = await Promise.all(
        Object.values(GARBAGE).map(async (bytes) => await exchange(connection, protocol, bytes))
      )
      for (const answer of answers) assert.equal(answer.byteLength, 0, `${protocol} answered`)
      connection.abort(new Error('next'))
    }
    assert.equal(served, 0)
    assert.ok(hub.node.admission.refused.streams >= protocols.length)
  }
)

test('a greeting that is garbage gets a refusal or a reset, and never an admission', async () => {
  for (const bytes of Object.values(GARBAGE)) {
    await using node = await stranger()
    const connection = await dial(node, 'tcp')
    const answer = await exchange(connection, HELLO.id, bytes)
    // An empty greeting is from no fleet: status 3; anything else is no message.
    assert.ok(answer.byteLength === 0 || answer.toHex() === '020803', answer.toHex())
    assert.equal(hub.node.admission.member(node.peerId.toString()), undefined)
    connection.abort(new Error('next'))
  }
})

test('a second greeting on a connection is refused', async () => {
  await using node = await stranger()
  const connection = await dial(node, 'tcp')
  assert.equal((await exchange(connection, HELLO.id, Uint8Array.from([0]))).toHex(), '020803')
  assert.equal((await exchange(connection, HELLO.id, Uint8Array.from([0]))).byteLength, 0)
})

test('who keeps trying is cut off before its time', async () => {
  await using node = await stranger()
  const connection = await dial(node, 'quic')
  const began = hub.node.admission.refused.connections
  for (let i = 0; i < 4; i++)
    await exchange(connection, '/ipfs/ping/1.0.0', GARBAGE['ping'] ?? new Uint8Array())
  await gone(connection)
  assert.equal(hub.node.admission.refused.connections, began + 1)
})

test(
  'who says nothing is cut off in time, inbound and outbound',
  async () => {
    assert.equal(ADMIT_TIMEOUT_MS, 5_000)
    await using node = await stranger()
    const silent = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false }
    })
    dialed = silent.peerId.toString()
    const [inbound, outbound] = await Promise.all([
      dial(node, 'quic'),
      hub.node.libp2p.dial(silent.getMultiaddrs()).catch(() => undefined)
    ])
    await gone(inbound)
    if (outbound != null) await gone(outbound)
    assert.equal(hub.node.admission.member(silent.peerId.toString()), undefined)
    await silent.stop()
  },
  4 * ADMIT_TIMEOUT_MS
)

test('a peer without an Ed25519 key is denied, and a stranger leaves nothing in the peer store', async () => {
  await using other = await stranger(await generateKeyPair('secp256k1'))
  const { dials } = hub.node.admission.refused
  await dial(other, 'tcp').then(gone, () => undefined)
  assert.ok(hub.node.admission.refused.dials > dials)
  const peers = await hub.node.libp2p.peerStore.all()
  assert.deepEqual(
    peers.map(({ id }) => id.toString()).filter((id) => id !== hub.node.peer && id !== dialed),
    []
  )
})

test('the node lives: a member is admitted after all this', async () => {
  await using device = await fleet.node({ name: 'robot', role: 'device', listen: [] })
  await device.membership.connect(hub.addresses, soon())
  assert.equal(hub.node.admission.member(device.node.peer)?.name, 'robot')
})
