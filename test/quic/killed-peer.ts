// The side that is killed in killed.test.ts: listens on PORT with the key of SEED (hex), tells its address, and echoes.
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { startNode } from './nodes.ts'

const [port = '0', seed = ''] = process.argv.slice(2)
const { node } = await startNode(
  [`/ip4/127.0.0.1/udp/${port}/quic-v1`],
  {},
  {
    privateKey: await generateKeyPairFromSeed('Ed25519', Buffer.from(seed, 'hex'))
  }
)
console.log(node.getMultiaddrs().join())
