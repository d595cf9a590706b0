// A neighbour in a network namespace: `lan-peer.ts FLEET PEER INTERFACE_IP ADDRESS…`; then `open`, `peers`, `close`.
import { createInterface } from 'node:readline'
import { defaultLogger } from '@libp2p/logger'
import { multiaddr } from '@multiformats/multiaddr'
import { Lan } from '../../src/node/lan.ts'

const [fleet = '', peer = '', ip = '', ...addresses] = process.argv.slice(2)
const lan = new Lan({
  fleet,
  peer,
  addresses: () => addresses.map((address) => multiaddr(address)),
  interfaces: () => [ip],
  now: () => Date.now(),
  log: defaultLogger().forComponent('lan')
})
const view = (): unknown =>
  lan.peers().map((each) => ({ peer: each.peer, addresses: each.addresses.map(String) }))

async function run(command: string): Promise<unknown> {
  if (command === 'open') await lan.open()
  else if (command === 'search') lan.search()
  else if (command === 'close') await lan.close()
  else if (command === 'heard') {
    if (lan.peers().length === 0) {
      await new Promise((resolve) => {
        lan.addEventListener('lan:peer', resolve, { once: true })
      })
    }
  }
  return view()
}

for await (const line of createInterface({ input: process.stdin })) {
  void run(line).then((ok) => {
    console.log(JSON.stringify({ ok }))
  })
}
process.exit()
