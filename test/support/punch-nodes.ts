/** Plain libp2p nodes with our QUIC and our DCUtR, and everybody let in: what interop needs, without a fleet. */

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, Libp2pEvents } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
import type { TypedEventTarget } from 'main-event'
import { systemClock } from '../../src/base/clock.ts'
import { UNKNOWN_NAT } from '../../src/model/nat.ts'
import type { Punch, PunchComponents, PunchGate } from '../../src/node/punch/service.ts'
import { punch } from '../../src/node/punch/service.ts'
import type { Local } from '../../src/node/punch/transport.ts'
import type { QuicComponents, QuicTransport } from '../../src/node/quic.ts'
import { quic } from '../../src/node/quic.ts'

export interface PlainNode extends AsyncDisposable {
  readonly node: Libp2p<{ punch: Punch; identify: unknown; ping: unknown }>
  readonly transport: QuicTransport
  /** What the node believes of itself; a test sets it. */
  local: Local
}

export interface PlainSettings {
  readonly listen?: readonly string[]
  /** rust-libp2p takes no reservation that names no address, and public ones that are listened on count for none. */
  readonly announce?: readonly string[]
  readonly isRelay?: boolean
  readonly mayLoop?: boolean
}

/** A node that listens on QUIC; its own addresses are its LAN until `local` is set. */
export async function plainNode(settings: PlainSettings = {}): Promise<PlainNode> {
  const held: { transport?: QuicTransport } = {}
  const made: { local: Local } = { local: { external: [], lan: [], nat: UNKNOWN_NAT } }
  const node = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: {
      listen: [...(settings.listen ?? ['/ip4/127.0.0.1/udp/0/quic-v1'])],
      announce: [...(settings.announce ?? [])]
    },
    transports: [
      (components: QuicComponents) => (held.transport = quic()(components)),
      circuitRelayTransport()
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // The default of 5 a second turns away a test that dials again and again.
    connectionManager: { inboundConnectionThreshold: 1_000 },
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      punch: (components: PunchComponents & { events: TypedEventTarget<Libp2pEvents> }) =>
        punch({
          gate: permissive(components.events),
          transport: () => held.transport,
          local: () => made.local,
          clock: systemClock,
          random: Math.random,
          mayLoop: settings.mayLoop ?? false
        })(components),
      ...(settings.isRelay === true
        ? { relay: circuitRelayServer({ reservations: { applyDefaultLimit: false } }) }
        : {})
    }
  })
  const { transport } = held
  if (transport == null) throw new TypeError('libp2p made no transport')
  return {
    node: node as unknown as PlainNode['node'],
    transport,
    get local() {
      return made.local
    },
    set local(local) {
      made.local = local
    },
    [Symbol.asyncDispose]: async () => await node.stop()
  }
}

/** Everybody is admitted as soon as they are there. */
function permissive(events: TypedEventTarget<Libp2pEvents>): PunchGate {
  const follow = (listener: (connection: Connection) => void): void => {
    events.addEventListener('connection:open', ({ detail }) => listener(detail))
  }
  return { onOpened: follow, onAdmitted: follow, isAdmitted: () => true, succeed: () => true }
}
