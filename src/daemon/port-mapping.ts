/** The port mapping of a ground's node: the router of the default route, where this machine has no public address. */

import type { Clock } from '../base/clock.ts'
import { isPublicIp } from '../host/interfaces.ts'
import { defaultGateway } from '../host/network.ts'
import { natPmpClient, pcpClient } from '../host/port-mapping/pcp.ts'
import { upnpClient } from '../host/port-mapping/upnp.ts'
import { systemSpawn } from '../host/spawn.ts'
import type { MeshNode } from '../node/node.ts'
import { isLoopback, socketOf } from '../node/quic-address.ts'
import { PortMapping } from '../services/port-mapping.ts'
import type { Log } from './log.ts'

export function openPortMapping(
  node: Pick<MeshNode<Record<string, unknown>>, 'services'>,
  clock: Clock,
  log: Pick<Log, 'debug'>
): PortMapping {
  const { observer } = node.services
  const own = () =>
    observer
      .view()
      .lan.map((address) => socketOf(address))
      .filter(({ family, ip }) => family === 4 && !isLoopback(ip))
  const mapping = new PortMapping({
    gateway: async (signal) =>
      own().some(({ ip }) => isPublicIp(ip)) ? undefined : await defaultGateway(systemSpawn, signal),
    internalPort: () => own()[0]?.port,
    clients: [pcpClient(), natPmpClient(), upnpClient(Math.random)],
    observer,
    clock,
    onLog: (what, error) => log.debug(what, error)
  })
  // A router that has another address has forgotten what it mapped, and its link to us may never have been down.
  let last = ''
  observer.addEventListener('change', ({ detail: { external, mapped } }) => {
    const ips = external.filter((address) => !mapped.includes(address)).map((address) => socketOf(address).ip)
    const text = ips.toSorted().join()
    // A new epoch begins with nothing seen.
    if (text === '' || text === last) return
    last = text
    mapping.networkChanged()
  })
  return mapping
}
