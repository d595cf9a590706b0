// One side of the roaming test, in a network namespace: `listen IP PORT`, `send ADDR BYTES RATE`, `seen`.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { type QuicComponents, type QuicTransport, quic } from '../../../src/node/quic.ts'
import { sinks } from '../../quic/nodes.ts'

let transport: QuicTransport | undefined
let node: Libp2p | undefined
const remotes: string[] = []
/** The longest time between two arrivals, milliseconds, and all that arrived. */
let gapMs = 0
let bytes = 0
let last = 0

async function start(listen: string[]): Promise<Libp2p> {
  const made = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen },
    transports: [(components: QuicComponents) => (transport = quic({ idleMs: 20_000 })(components))]
  })
  transport?.onPathChange(({ remote }) => remotes.push(remote.toString()))
  await made.handle('/shoal-test/sink', (stream) => {
    const hash = createHash('sha256')
    stream.addEventListener('message', ({ data }) => {
      const now = performance.now()
      if (last > 0) gapMs = Math.max(gapMs, now - last)
      last = now
      bytes += data.byteLength
      for (const part of data instanceof Uint8Array ? [data] : data) hash.update(part)
    })
    stream.addEventListener('remoteCloseWrite', () => {
      stream.send(hash.digest())
      void stream.close()
    })
  })
  return made
}

async function run([command, first = '', second, third]: string[]): Promise<unknown> {
  if (command === 'listen') {
    node = await start([`/ip4/${first}/udp/${second}/quic-v1`])
    return `/ip4/${first}/udp/${second}/quic-v1/p2p/${node.peerId.toString()}`
  }
  if (command === 'send') {
    node ??= await start([])
    const connection = await node.dial(multiaddr(first))
    transport?.setRate(connection, Number(third))
    await sinks(connection, Number(second))
    return 'done'
  }
  if (command === 'changed') transport?.networkChanged()
  return { bytes, gapMs, remotes }
}

// Each line is answered when it is done, so that `seen` answers during a transfer.
for await (const line of createInterface({ input: process.stdin })) {
  void run(line.split(' ')).then(
    (ok) => console.log(JSON.stringify({ ok })),
    (error: unknown) => console.log(JSON.stringify({ error: String(error) }))
  )
}
process.exit()
