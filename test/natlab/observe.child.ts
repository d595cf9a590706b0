// A node on a host of the laboratory: a hub that tells others what it sees, or a robot that asks hubs and prints what it learned.
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import type { Role } from '../../src/model/peer.ts'
import { openPeerDatastore } from '../../src/node/datastore.ts'
import { createNode } from '../../src/node/node.ts'
import { quietLogger } from '../support/fleet.ts'

const [own, ...addresses] = process.argv.slice(2)
const isHub = own === 'hub'
const role: Role = isHub ? 'coordinator' : 'device'
const node = await createNode({
  role,
  fleet: 'a'.repeat(52),
  privateKey: await generateKeyPair('Ed25519'),
  listen: isHub ? addresses : ['/ip4/0.0.0.0/udp/0/quic-v1'],
  announce: isHub ? addresses : [],
  datastore: openPeerDatastore(':memory:'),
  logger: quietLogger,
  greeting: '/none',
  now: Date.now,
  protocols: {}
})
// Certificates are for others to test.
node.admission.addEventListener('connection:new', ({ detail: connection }) => {
  const peer = connection.remotePeer.toString()
  node.admission.admit(connection, {
    peer,
    key: connection.remotePeer.publicKey?.raw ?? new Uint8Array(),
    name: peer,
    role: isHub ? 'device' : 'coordinator',
    labels: {},
    serial: '',
    ticket: '',
    issued: 0,
    expires: 0
  })
})
await node.start()
if (isHub) console.log(JSON.stringify(node.libp2p.getMultiaddrs().map(String)))
else {
  const { observer } = node.services
  for (const address of addresses) {
    const connection = await node.libp2p.dial(multiaddr(address))
    // Waits in line behind what the connection has set off.
    await observer.refresh(AbortSignal.timeout(30_000))
    const at = address.includes('/udp/')
      ? await observer.probe(connection.remotePeer.toString(), AbortSignal.timeout(5_000))
      : null
    console.error(address, at?.rttMs)
  }
  const { external, nat } = observer.view()
  console.log(JSON.stringify({ external: external.map(String), nat }))
  await node.stop()
  process.exit(0)
}
