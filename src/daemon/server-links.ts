/** What a coordinator or a relay does for the links of others, on its ground: remembers, wakes, answers trials. */

import { join } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { Tasks } from '../base/tasks.ts'
import { isQuic } from '../node/quic-address.ts'
import { Wakes } from '../services/wakes.ts'
import type { Ground } from './runtime.ts'

/** Follows members from the start of the node on, until the ground goes. */
export function serveLinks(ground: Ground): Wakes {
  const { home, clock, log, node, stack } = ground
  const over = new AbortController()
  const tasks = new Tasks((name, error) => log.warn(name, error))
  const wakes = new Wakes({
    path: join(home.dir, 'cache', 'contacts.json'),
    clock,
    observer: node.services.observer,
    isConnected: (peer) => node.admission.connections(peer).some(isOpen),
    onError: (error) => log.warn('contacts', error)
  })
  node.services.observer.addEventListener('heard', ({ detail: { peer, address } }) => {
    wakes.heard(peer, address)
  })
  node.admission.addEventListener('member:connected', ({ detail: { connection, member } }) => {
    const { remoteAddr } = connection
    if (connection.direct && isQuic(remoteAddr))
      wakes.heard(member.peer, remoteAddr.decapsulateCode(P2P_CODE))
  })
  stack.defer(async () => {
    over.abort()
    await tasks.idle()
  })
  // The sockets are there once the node has started.
  node.libp2p.addEventListener('start', () => tasks.run('wakes', async () => await wakes.run(over.signal)), {
    once: true
  })
  return wakes
}

const P2P_CODE = 421
const isOpen = ({ direct, status }: Connection): boolean => direct && status === 'open'
