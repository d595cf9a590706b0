/** The mesh as this node sees it: own addresses, its NAT, where it holds a reservation, whom it is connected to and how. */

import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { rfc3339 } from '../base/clock.ts'
import type { Net, NetPeer } from '../model/control.ts'
import type { Member } from '../model/peer.ts'
import type { Observation } from '../node/observation.ts'
import type { Paths } from '../node/paths.ts'
import type { MeshTransport } from '../node/transport.ts'
import { UNSUPPORTED } from '../node/transport.ts'
import type { PortMappingState } from './port-mapping.ts'

export interface NetPorts {
  /** Addresses under which this node is told to others, circuits included. */
  addresses(): readonly Multiaddr[]
  observation(): Observation
  /** How the router's port mapping stands. */
  readonly portMapping: PortMappingState
  members(): readonly Member[]
  readonly paths: Pick<Paths, 'best' | 'view'>
  readonly transport: Pick<MeshTransport, 'figures'>
  /** A member's name, where it is known. */
  nameOf(peer: string): string | undefined
}

const CIRCUIT = '/p2p-circuit'

/** What there is now; nothing is asked of anybody. */
export function netView(ports: NetPorts): Net {
  const { epoch, at, external, mapped, nat } = ports.observation()
  const isMapped = new Set(mapped.map(String))
  // A mapped one that is announced stands among the others already.
  const isOther = (text: string): boolean => !isMapped.has(text.replace(/\/p2p\/[^/]+$/, ''))
  const own = ports.addresses().map(String).filter(isOther)
  const addresses = [
    ...own.filter((text) => !text.includes(CIRCUIT)).map((address) => ({ address, kind: 'own' as const })),
    ...external.map(String).map((address) => ({
      address,
      kind: isMapped.has(address) ? ('mapped' as const) : ('observed' as const)
    }))
  ]
  const relays = new Set(own.flatMap((text) => /\/p2p\/([^/]+)\/p2p-circuit/.exec(text)?.[1] ?? []))
  return {
    addresses,
    nat: { ...nat, portMapping: ports.portMapping, epoch, observedAt: at === 0 ? null : rfc3339(at) },
    reservations: [...relays].map((relay) => ({ relay, name: ports.nameOf(relay) ?? null })),
    peers: ports
      .members()
      .map((member) => peerView(ports, member))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
}

function peerView(ports: NetPorts, member: Member): NetPeer {
  const view = ports.paths.view(member.peer)
  const best = ports.paths.best(member.peer)
  return {
    name: member.name,
    peer: member.peer,
    role: member.role,
    address: best?.remoteAddr.toString() ?? null,
    path: view?.path ?? null,
    relay: view?.relay ?? null,
    transport: view?.transport ?? null,
    method: view?.method ?? null,
    reason: view?.reason ?? null,
    theirNat: view?.nat.theirs ?? 'unknown',
    ...figuresOf(ports, best)
  }
}

function figuresOf({ transport }: NetPorts, connection: Connection | undefined) {
  const found = connection == null ? UNSUPPORTED : transport.figures(connection)
  if (found === UNSUPPORTED) return { rttMs: null, sentBytes: null, receivedBytes: null }
  const { rttMs, sentBytes, receivedBytes } = found
  return { rttMs, sentBytes, receivedBytes }
}
