// What negotiating without waiting saves, counted in one-way trips, and what becomes of a protocol that nobody speaks.
import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { CircuitRelayServerComponents, CircuitRelayTransportComponents } from '@libp2p/circuit-relay-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { byteStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { pEvent } from 'p-event'
import { afterEach, describe, test } from 'vitest'
import type { AdmissionComponents } from '../../src/node/admission.ts'
import { Admission } from '../../src/node/admission.ts'
import { optimisticDials, optimisticMuxer } from '../../src/node/optimistic.ts'
import { dialAtOnce } from '../../src/node/optimistic-relay.ts'
import { relayServer } from '../../src/node/relay-server.ts'
import { describeWithAddon } from './addon.ts'
import { startNode } from './nodes.ts'
import { StepNetwork } from './step-relay.ts'
import { UdpRelay } from './udp-relay.ts'

const WORD = '/shoal-test/word'
const open: (() => unknown)[] = []

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function node(isEager: boolean, relays = false, listen = ['/ip4/127.0.0.1/tcp/0']): Promise<Libp2p> {
  const relay = circuitRelayTransport()
  const made = await createLibp2p({
    addresses: { listen },
    transports: [
      (components) => (isEager ? optimisticDials(tcp()(components), '/noise') : tcp()(components)),
      (components: CircuitRelayTransportComponents) =>
        isEager ? optimisticDials(dialAtOnce(relay(components), components), '/noise') : relay(components)
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [isEager ? optimisticMuxer(yamux()) : yamux()],
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ runOnConnectionOpen: false }),
      ...(relays ? { relay: isEager ? openRelay : circuitRelayServer() } : {})
    }
  })
  open.push(() => made.stop())
  return made
}

/** Our relay, to which everybody is a member. */
function openRelay(components: CircuitRelayServerComponents & AdmissionComponents) {
  const admission = new Admission('/greeting', () => performance.now())
  admission.addEventListener('connection:new', ({ detail }) => {
    const peer = detail.remotePeer.toString()
    const key = detail.remotePeer.publicKey?.raw ?? new Uint8Array()
    const times = { issued: 0, expires: Number.MAX_SAFE_INTEGER }
    admission.admit(detail, {
      peer,
      key,
      name: peer,
      role: 'device',
      labels: {},
      serial: '',
      ticket: '',
      ...times
    })
  })
  admission.attach(components)
  return relayServer({ admission, bytesPerHour: 1_000_000 })(components)
}

const portOf = (of: Libp2p): number =>
  Number(
    of
      .getMultiaddrs()[0]
      ?.getComponents()
      .find(({ name }) => name === 'tcp')?.value
  )

/** Resolves with the first bytes that come on a stream of WORD. */
async function heard(at: Libp2p): Promise<{ word: Promise<string> }> {
  const { promise, resolve } = Promise.withResolvers<string>()
  await at.handle(
    WORD,
    (stream) => {
      stream.addEventListener('message', ({ data }) => {
        resolve(Buffer.from(data.subarray()).toString())
        stream.send(Buffer.from('yes'))
      })
    },
    { runOnLimitedConnection: true }
  )
  return { word: promise }
}

async function say(connection: Connection): Promise<Stream> {
  const stream = await connection.newStream(WORD, { runOnLimitedConnection: true })
  stream.send(Buffer.from('hello'))
  return stream
}

/** One-way trips until the listener has the first word of a connection, and until the dialer has the answer. */
async function trips(isEager: boolean): Promise<[number, number]> {
  const network = new StepNetwork()
  open.push(() => network.close())
  const [a, b] = [await node(isEager), await node(isEager)]
  const { word } = await heard(b)
  const port = await network.link(portOf(b))
  const connection = a.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${b.peerId.toString()}`))
  const stream = connection.then(say)
  assert.equal(await word, 'hello')
  const there = network.steps
  const answer = await byteStream(await stream).read()
  assert.equal(Buffer.from(answer?.subarray() ?? []).toString(), 'yes')
  return [there, network.steps]
}

/** The same over a relay, which both reach by a link of the same length: there and back are four trips. */
async function relayTrips(isEager: boolean): Promise<[number, number]> {
  const network = new StepNetwork()
  open.push(() => network.close())
  const hub = await node(isEager, true)
  const id = hub.peerId.toString()
  const links = [await network.link(portOf(hub)), await network.link(portOf(hub))]
  const by = (link: number | undefined): string => `/ip4/127.0.0.1/tcp/${link}/p2p/${id}`
  const target = await node(isEager, false, [`${by(links[0])}/p2p-circuit`])
  const { word } = await heard(target)
  if (target.getMultiaddrs().length === 0) await pEvent(target, 'transport:listening')
  const dialer = await node(isEager, false, [])
  await dialer.dial(multiaddr(by(links[1])))
  const before = network.steps
  const connection = dialer.dial(multiaddr(`${by(links[1])}/p2p-circuit/p2p/${target.peerId.toString()}`))
  const stream = connection.then(say)
  assert.equal(await word, 'hello')
  const there = network.steps - before
  assert.ok((await connection).limits != null, 'the limits of the relay are known')
  const answer = await byteStream(await stream).read()
  assert.equal(Buffer.from(answer?.subarray() ?? []).toString(), 'yes')
  return [there, network.steps - before]
}

describe('one-way trips', () => {
  test('of a fresh TCP connection: 3 to the first word and 4 to its answer, where libp2p takes 7 and 8', async () => {
    assert.deepEqual(await trips(false), [7, 8])
    assert.deepEqual(await trips(true), [3, 4])
  })

  test('over a relay: the answer after 8, which are two round trips, where libp2p takes more than five', async () => {
    const [waiting] = await relayTrips(false)
    const [there, back] = await relayTrips(true)
    assert.ok(waiting > 20, `${waiting} trips`)
    assert.deepEqual([there, back], [6, 8])
  })
})

describe('a protocol that the peer does not speak', () => {
  test('over Yamux: the reader gets UnsupportedProtocolError and the connection lives', async () => {
    const [a, b] = [await node(true), await node(true)]
    const { word } = await heard(b)
    const connection = await a.dial(b.getMultiaddrs())
    const stream = await connection.newStream('/nobody/speaks/this')
    const bytes = byteStream(stream)
    await bytes.write(Buffer.from('unheard'))
    await assert.rejects(bytes.read(), { name: 'UnsupportedProtocolError' })
    assert.equal(stream.status, 'aborted')
    await say(connection)
    assert.equal(await word, 'hello')
  })

  test('with other protocols to choose from, the answer is waited for and the second is taken', async () => {
    const [a, b] = [await node(true), await node(true)]
    await heard(b)
    const connection = await a.dial(b.getMultiaddrs())
    const stream = await connection.newStream(['/nobody/speaks/this', WORD])
    assert.equal(stream.protocol, WORD)
    await assert.rejects(connection.newStream(['/nobody', '/speaks/this']), {
      name: 'UnsupportedProtocolError'
    })
  })
})

test('a destination that refuses what a relay passed on to it ends the dial', async () => {
  const hub = await node(true, true)
  const target = await node(true, false, [`${hub.getMultiaddrs()[0]?.toString()}/p2p-circuit`])
  if (target.getMultiaddrs().length === 0) await pEvent(target, 'transport:listening')
  await target.unhandle('/libp2p/circuit/relay/0.2.0/stop')
  const dialer = await node(true, false, [])
  const over = `${hub.getMultiaddrs()[0]?.toString()}/p2p-circuit/p2p/${target.peerId.toString()}`
  const error: unknown = await dialer.dial(multiaddr(over)).then(
    () => assert.fail('dialed'),
    (reason: unknown) => reason
  )
  const errors = error instanceof AggregateError ? error.errors : [error]
  assert.match(String(errors[0]), /the relay refused with status 203/)
})

test('a relay that has no reservation refuses, and the dial says so', async () => {
  const [hub, target, dialer] = [await node(true, true), await node(true), await node(true, false, [])]
  const over = `${hub.getMultiaddrs()[0]?.toString()}/p2p-circuit/p2p/${target.peerId.toString()}`
  const error: unknown = await dialer.dial(multiaddr(over)).then(
    () => assert.fail('dialed'),
    (reason: unknown) => reason
  )
  const errors = error instanceof AggregateError ? error.errors : [error]
  assert.match(String(errors[0]), /the relay refused with status 204/)
})

describeWithAddon('over QUIC', () => {
  test('a stream carries its first word while nothing at all comes back', async () => {
    const [a, b] = [await startNode(), await startNode([])]
    open.push(() => a.node.stop())
    const port = Number(
      a.node
        .getMultiaddrs()[0]
        ?.getComponents()
        .find(({ name }) => name === 'udp')?.value
    )
    let isMute = false
    const relay = await UdpRelay.open(port, (_, toListener) => ({
      copies: isMute && !toListener ? 0 : 1,
      delayMs: 0
    }))
    open.push(() => relay.close())
    open.push(() => b.node.stop())
    const { word } = await heard(a.node)
    const to = `/ip4/127.0.0.1/udp/${relay.port}/quic-v1/p2p/${a.node.peerId.toString()}`
    const connection = await b.node.dial(multiaddr(to))
    await b.node.services.ping.ping(a.node.peerId)
    isMute = true
    const stream = await say(connection)
    assert.equal(await word, 'hello')
    isMute = false
    await assert.doesNotReject(byteStream(stream).read())
  })

  test('a protocol that the peer does not speak ends the stream, and the connection lives', async () => {
    const [a, b] = [await startNode(), await startNode([])]
    open.push(
      () => a.node.stop(),
      () => b.node.stop()
    )
    const { word } = await heard(a.node)
    const connection = await b.node.dial(a.node.getMultiaddrs())
    const bytes = byteStream(await connection.newStream('/nobody/speaks/this'))
    await assert.rejects(bytes.read(), { name: 'UnsupportedProtocolError' })
    await say(connection)
    assert.equal(await word, 'hello')
  })

  test('a request and its end that come at once reach a handler that listens late', async () => {
    const [a, b] = [await startNode(), await startNode([])]
    open.push(
      () => a.node.stop(),
      () => b.node.stop()
    )
    const ends: string[] = []
    await a.node.handle('/late', (stream) => {
      setImmediate(() => {
        let text = ''
        stream.addEventListener('message', ({ data }) => {
          text += Buffer.from(data.subarray()).toString()
        })
        stream.addEventListener('remoteCloseWrite', () => {
          ends.push(text)
          void stream.close()
        })
      })
    })
    const connection = await b.node.dial(a.node.getMultiaddrs())
    for (const text of ['all of it', '']) {
      const stream = await connection.newStream('/late')
      const closed = pEvent(stream, 'close')
      if (text !== '') stream.send(Buffer.from(text))
      await stream.close()
      await closed
    }
    assert.deepEqual(ends, ['all of it', ''])
  })
})
