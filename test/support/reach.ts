/** An admin and a device that serves sessions, in one process, over real connections: direct and through a hub. */

import type { Connection } from '@libp2p/interface'
import { systemClock } from '../../src/base/clock.ts'
import { UnreachableError } from '../../src/base/errors.ts'
import { Broadcast } from '../../src/base/tasks.ts'
import { ownAccount, resizePty } from '../../src/host/pty.ts'
import { startInteractive, systemSpawn } from '../../src/host/spawn.ts'
import { connectTcp } from '../../src/host/tcp.ts'
import type { SessionRecord } from '../../src/model/session.ts'
import type { Paths } from '../../src/node/paths.ts'
import { pingConnection } from '../../src/node/ping.ts'
import type { Service, Tunnel } from '../../src/protocols/tunnel.ts'
import { tunnel } from '../../src/protocols/tunnel.ts'
import { Sessions } from '../../src/services/reach/acceptor.ts'
import type { CarriedSession, PathState } from '../../src/services/reach/opener.ts'
import { openSession } from '../../src/services/reach/opener.ts'
import type { ReachPolicy } from '../../src/services/reach/serve.ts'
import { allowService, serveService } from '../../src/services/reach/serve.ts'
import type { TestFleet, TestNode } from './fleet.ts'
import { createFleet, LISTEN, next, soon } from './fleet.ts'

type Node = TestNode<{ tunnel: Tunnel }>
const now = (): number => performance.now()

export interface ReachWorld extends AsyncDisposable {
  readonly fleet: TestFleet
  readonly hub: TestNode<Record<never, never>>
  readonly admin: Node
  readonly robot: Node
  readonly sessions: Sessions
  readonly records: SessionRecord[]
  policy: ReachPolicy
  /** When the certificate of whoever comes is over, in seconds since 1970; as it says, if undefined. */
  expires: number | undefined
  /** Which ways `reach` tries, in order. */
  ways: ('direct' | 'relay')[]
  /** Waited for before a connection is asked to take a session. */
  beforeOpen: (connection: Connection, signal: AbortSignal) => Promise<void>
  /** How often the opener has said that its carrier does not answer. */
  silences: number
  dial(way: 'direct' | 'relay'): Promise<Connection>
  /** Opens a session; its states are kept. */
  open(
    service: Service,
    signal?: AbortSignal
  ): Promise<{ carried: CarriedSession; states: PathState[]; end: AbortController }>
}

/** Paths as the mesh keeps them, without what seeks direct ones. */
function simplePaths(admin: Node, reach: (signal: AbortSignal) => Promise<Connection>): Paths {
  const { admission } = admin.node
  const changes = new Broadcast()
  admission.addEventListener('member:connected', () => changes.notify())
  admission.addEventListener('member:disconnected', () => changes.notify())
  const best = (peer: string): Connection | undefined =>
    admission
      .connections(peer)
      .filter(({ status }) => status === 'open')
      .toSorted((a, b) => Number(a.direct) - Number(b.direct) || a.timeline.open - b.timeline.open)
      .at(-1)
  return {
    best,
    follow: async function* (peer, signal) {
      let last: Connection | undefined | null = null
      for await (const _ of changes.follow(signal, 0)) {
        const found = best(peer)
        if (found !== last) yield found
        last = found
      }
    },
    reach: async (peer, _options, signal) => best(peer) ?? (await reach(signal)),
    doubt: () => undefined,
    settled: async () => await Promise.resolve(undefined),
    view: () => undefined
  }
}

export async function createReachWorld(
  settings: { readonly relayBytesPerHour?: number } = {}
): Promise<ReachWorld> {
  const fleet = createFleet()
  const records: SessionRecord[] = []
  const hub = await fleet.node({ name: 'hub', role: 'coordinator', listen: LISTEN, ...settings })
  const held: { world?: ReachWorld; robot?: Node } = {}
  const sessions = new Sessions({
    clock: systemClock,
    now,
    member: (peer) => {
      const member = held.robot?.node.admission.member(peer)
      return member == null ? undefined : { ...member, expires: held.world?.expires ?? member.expires }
    },
    allow: (service, member) => {
      if (held.world != null) allowService(held.world.policy, service, member)
    },
    serve: async (session, service, signal) => {
      const ports = {
        now,
        connect: connectTcp,
        start: startInteractive,
        resize: async (pid: number, size: { rows: number; columns: number }) =>
          await resizePty(pid, size, systemSpawn),
        account: ownAccount,
        env: { PATH: process.env['PATH'] ?? '' }
      }
      await serveService(ports, session, service, signal)
    },
    record: async (record) => void records.push(record),
    onSilence: () => undefined,
    onError: (what, error) => {
      throw new Error(what, { cause: error })
    }
  })
  const robot: Node = await fleet.node({
    name: 'robot',
    role: 'device',
    listen: LISTEN,
    protocols: { tunnel: tunnel({ greeted: (greeting, peer) => sessions.greeted(greeting, peer) }) }
  })
  held.robot = robot
  robot.node.admission.addEventListener('member:expelled', (event) => sessions.expel(event.detail))
  const admin: Node = await fleet.node({
    name: 'laptop',
    role: 'admin',
    listen: [],
    first: true,
    protocols: {
      tunnel: tunnel({
        greeted: () => {
          throw new UnreachableError('service_unknown', 'an admin serves nothing')
        }
      })
    }
  })
  await robot.membership.connect(hub.addresses, soon())
  while (!robot.node.libp2p.getMultiaddrs().some((each) => each.toString().includes('/p2p-circuit'))) {
    await next(robot.node.libp2p, 'transport:listening')
  }
  return (held.world = makeWorld({ fleet, hub, admin, robot, sessions, records }))
}

function makeWorld(
  parts: Pick<ReachWorld, 'fleet' | 'hub' | 'admin' | 'robot' | 'sessions' | 'records'>
): ReachWorld {
  const { fleet, hub, admin, robot, sessions } = parts
  const peer = robot.node.peer
  const addresses = {
    direct: robot.addresses.filter((each) => !each.includes('p2p-circuit')),
    relay: [`${hub.addresses[0]}/p2p-circuit/p2p/${peer}`]
  }
  const dial = async (way: 'direct' | 'relay', signal = soon()): Promise<Connection> => {
    const { connection } = await admin.membership.connect(addresses[way], signal)
    return connection
  }
  const world: ReachWorld = {
    ...parts,
    expires: undefined,
    policy: { remoteShell: true, forwardTo: ['loopback'] },
    ways: ['direct', 'relay'],
    beforeOpen: async () => {},
    silences: 0,
    dial,
    open: async (service, limit = soon()) => {
      const end = new AbortController()
      const states: PathState[] = []
      const ports = {
        tunnel: {
          open: async (...args: Parameters<Tunnel['open']>) => {
            await world.beforeOpen(args[0], args[2])
            return await admin.node.protocols.tunnel.open(...args)
          }
        },
        paths,
        clock: systemClock,
        now,
        onSilence: () => {
          world.silences++
        },
        ping: pingConnection
      }
      const to = { peer, options: async () => await Promise.resolve({}) }
      const signals = { limit, signal: end.signal }
      const carried = await openSession(ports, to, service, signals, (state) => states.push(state))
      return { carried, states, end }
    },
    [Symbol.asyncDispose]: async () => {
      await sessions.stop()
      for (const each of [admin, robot, hub]) await each[Symbol.asyncDispose]()
      fleet[Symbol.dispose]()
    }
  }
  const paths = simplePaths(admin, async (signal) => {
    let last: unknown = new UnreachableError('peer_unreachable', 'no way is open')
    for (const way of world.ways) {
      try {
        return await dial(way, signal)
      } catch (error) {
        last = error
      }
    }
    throw last
  })
  return world
}
