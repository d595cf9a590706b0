/** A relay daemon: relays, serves the DHT, answers observe; it holds nothing of the fleet's state. */

import { rfc3339 } from '../base/clock.ts'
import { RefusedError } from '../base/errors.ts'
import type { Status } from '../model/control.ts'
import { createFollower } from '../roles/follower.ts'
import type { Control } from './control.ts'
import { takeFleetNews } from './links.ts'
import type { Ground } from './runtime.ts'
import { serveLinks } from './server-links.ts'

/** A relay on its ground; `start` dials its coordinator. */
export function openRelay(ground: Ground): { control: Control; start(): void } {
  const { clock, log, node, stack } = ground
  const link = createFollower({
    clock,
    keeper: ground.keeper,
    status: node.protocols.status,
    connect: async (signal) => await ground.connect(signal),
    onFleet: takeFleetNews(ground, () => undefined),
    onLog: (what, error) => {
      log.warn(what, error)
    }
  })
  serveLinks(ground)
  stack.defer(ground.onCoordinatorMove(() => link.look()))
  stack.defer(async () => {
    await link.stop()
  })
  return { control: { call: (method) => answer(ground, method) }, start: () => link.start() }
}

async function* answer(ground: Ground, method: string): AsyncGenerator {
  if (method !== 'status') {
    throw new RefusedError('not_an_admin', 'this directory is a relay of the fleet; it cannot do that', {
      hint: 'use the directory of an admin: --dir DIR'
    })
  }
  const { name, peer } = ground.self()
  const addresses = ground.node.libp2p.getMultiaddrs().map((address) => address.toString())
  const status: Status = {
    fleet: ground.home.fleet,
    at: rfc3339(ground.clock.now()),
    coordinators: [],
    relays: [{ name, peer, online: true, addresses, disk: null }],
    devices: []
  }
  yield status
}
