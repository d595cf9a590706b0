/** What an admin's directory answers: the coordinator's methods passed on, and those that sign documents here. */

import { join } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { InvalidError, ProtocolError, UnreachableError } from '../base/errors.ts'
import { nixSystem } from '../host/machine.ts'
import { systemSpawn } from '../host/spawn.ts'
import type {
  AnswerOf,
  LocalMethod,
  LocalRequestOf,
  Method,
  ProgressView,
  RequestOf
} from '../model/control.ts'
import { ANSWERS, LOCAL_REQUESTS, REQUESTS } from '../model/control.ts'
import { createStore } from '../nix/store.ts'
import { pingConnection } from '../node/ping.ts'
import { createFollower } from '../roles/follower.ts'
import { announceAddresses } from '../services/admin/announce.ts'
import type { AdminClient } from '../services/admin/client.ts'
import { findMember } from '../services/admin/find.ts'
import { requireKeys } from '../services/admin/fleet.ts'
import { ListCache } from '../services/admin/list-cache.ts'
import type { OperationPorts } from '../services/admin/operations.ts'
import {
  listTickets,
  revokeMember,
  revokeTicket,
  rollBack,
  startRollout
} from '../services/admin/operations.ts'
import { pingMember } from '../services/admin/ping.ts'
import { publish } from '../services/admin/publish.ts'
import { READING } from '../services/coordinator/admin-api.ts'
import { openHome, readKeys } from '../services/home.ts'
import type { SecondLink } from '../services/second-link.ts'
import { openRevocations } from '../trust/revocations.ts'
import type { Control } from './control.ts'
import { listenForward } from './forwarding.ts'
import { createSecondLink, takeFleetNews, watchLinks } from './links.ts'
import { execute, measureSpeed, openPipe } from './reach-admin.ts'
import type { Ground } from './runtime.ts'

const NO_DATA = new Uint8Array(0)
const CONNECT_TIMEOUT_MS = 30_000
/** A coordinator that is only listened to is asked this often whether it is there. */
const ALIVE_EVERY_MS = 5_000
const ALIVE_TIMEOUT_MS = 5_000
/** A publish without progress for this long has lost its coordinator (contract.md section 1). */
const STALL_MS = 30_000

/** Methods that change something without a document of their own: the coordinator may but delay by them. */
const PASSED_ON: readonly Method[] = [
  'rollout.pause',
  'rollout.resume',
  'rollout.abort',
  'device.pause',
  'device.resume'
]

/** The control API on an admin's ground. */
export function runAdmin(ground: Ground): Control {
  return {
    call: (method, body, signal) => answer(ground, method, body, signal),
    open: async (method, body, signal, onPath) =>
      await openPipe(ground, clientOf(ground), method, body, signal, onPath)
  }
}

/** Holds a link to a coordinator, and a second one, for as long as the daemon runs. */
export function holdLinks(ground: Ground): void {
  const { clock, log, node, stack } = ground
  const link = createFollower({
    clock,
    keeper: ground.keeper,
    status: node.protocols.status,
    connect: async (signal) => await ground.connect(signal),
    onFleet: takeFleetNews(ground, () => second.look()),
    onLog: (what, error) => {
      log.info(what, { error: error instanceof Error ? error.message : String(error) })
    }
  })
  const second: SecondLink = createSecondLink(ground, link)
  stack.defer(async () => {
    await second.stop()
    await link.stop()
  })
  link.start()
  second.start()
  watchLinks(ground, link, second)
}

async function* answer(ground: Ground, method: string, body: unknown, signal: AbortSignal): AsyncGenerator {
  const client = clientOf(ground)
  if (Object.hasOwn(LOCAL_REQUESTS, method)) {
    const request = LOCAL_REQUESTS[method as LocalMethod].safeParse(body)
    if (!request.success) throw new InvalidError('request_invalid', `the request to ${method} is not valid`)
    yield* LOCAL[method as keyof typeof LOCAL](ground, client, request.data as never, signal)
    return
  }
  const isKnown = Object.hasOwn(REQUESTS, method) && [...READING, ...PASSED_ON].includes(method as Method)
  if (!isKnown) throw new InvalidError('method_unknown', `no method ${method.slice(0, 64)}`)
  yield* client.follow(method as Method, body as never, signal)
}

/** Asks a coordinator, dialing it when there is no connection. */
function clientOf(ground: Ground): AdminClient {
  const { admin } = ground.node.protocols
  const coordinator = async (signal: AbortSignal) => {
    const limit = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
    try {
      const scoped = AbortSignal.any([signal, limit])
      const connection = await ground.coordinator(scoped)
      await bringRevocations(ground, connection, scoped)
      return connection
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error
      throw new UnreachableError('coordinator_unreachable', 'no coordinator answered', { cause: error })
    }
  }
  return {
    call: async <M extends Method>(
      method: M,
      body: RequestOf<M>,
      data: Uint8Array | undefined,
      signal: AbortSignal
    ): Promise<AnswerOf<M>> => {
      const document = await admin.callOne(await coordinator(signal), method, body, data ?? NO_DATA, signal)
      const answered = ANSWERS[method].safeParse(document)
      if (!answered.success)
        throw new ProtocolError('answer_invalid', `the answer to ${method} cannot be read`)
      return answered.data as AnswerOf<M>
    },
    follow: async function* (method, body, signal) {
      const connection = await coordinator(signal)
      const over = new AbortController()
      const alive = stayAlive(ground, connection, over.signal)
      try {
        yield* admin.call(connection, method, body, NO_DATA, signal)
      } finally {
        over.abort()
        await alive
      }
    }
  }
}

/** Connections on which the coordinator is known to have our revocation list. */
const upToDate = new WeakSet<Connection>()

/** A coordinator that was restored from a backup may lack a revocation that this admin has seen: it gets it first. */
async function bringRevocations(ground: Ground, connection: Connection, signal: AbortSignal): Promise<void> {
  const { number, signed } = ground.membership.revocations
  if (number === 0 || upToDate.has(connection)) return
  const { admin } = ground.node.protocols
  const ask = async (method: 'revocations' | 'revocations.put', data: Uint8Array) =>
    ANSWERS[method].parse(await admin.callOne(connection, method, {}, data, signal))
  const held = ANSWERS.revocations.parse(await ask('revocations', NO_DATA))
  const theirs = Buffer.from(held.base64, 'base64')
  const isOlder =
    theirs.byteLength === 0 || openRevocations(theirs, ground.home.fleet, ground.home.root).number < number
  if (isOlder) await ask('revocations.put', signed)
  upToDate.add(connection)
}

/**
 * Cuts the connection when the coordinator no longer answers: a call that only waits sends nothing, and would not see
 * that the coordinator was killed before the transport's idle time is over.
 */
async function stayAlive(ground: Ground, connection: Connection, signal: AbortSignal): Promise<void> {
  const peer = connection.remotePeer.toString()
  while (!signal.aborted) {
    await ground.clock.sleep(ALIVE_EVERY_MS, signal).catch(() => undefined)
    if (signal.aborted) return
    try {
      await ground.ping(peer, AbortSignal.any([signal, AbortSignal.timeout(ALIVE_TIMEOUT_MS)]))
    } catch {
      if (signal.aborted) return
      connection.abort(
        new UnreachableError('coordinator_lost', 'the coordinator no longer answers', { retryable: true })
      )
      return
    }
  }
}

type LocalHandler<M extends LocalMethod> = (
  ground: Ground,
  client: AdminClient,
  request: LocalRequestOf<M>,
  signal: AbortSignal
) => AsyncIterable<unknown>

const LOCAL: { readonly [M in Exclude<LocalMethod, 'net'>]: LocalHandler<M> } = {
  publish: publishing,
  'rollout.begin': async function* (ground, client, request, signal) {
    yield await startRollout(await operations(ground, client), request, signal)
  },
  rollback: async function* (ground, client, request, signal) {
    yield await rollBack(await operations(ground, client), request, signal)
  },
  'ticket.list': async function* (ground, client, _request, signal) {
    const home = await openHome(ground.home.dir)
    yield { tickets: await listTickets(home, home.coordinators.length === 0 ? undefined : client, signal) }
  },
  'ticket.revoke': async function* (ground, client, { id }, signal) {
    await revokeTicket(await operations(ground, client), id, signal)
    yield { ticket: id, revoked: true }
  },
  revoke: async function* (ground, client, { name }, signal) {
    await revokeMember(await operations(ground, client), name, signal)
    yield { name, revoked: true }
  },
  announce: async function* (ground, client, { addresses }, signal) {
    const { home, keys, clock } = await operations(ground, client)
    const { discovery, membership, node } = ground
    yield await announceAddresses(
      {
        home,
        keys,
        clock,
        membership,
        relays: async (stop) => {
          const { relays } = await client.call('status', {}, undefined, stop)
          return relays.flatMap((relay) => relay.addresses)
        },
        greetNeighbours: async (stop) => await discovery.greet(await discovery.neighbours(stop), stop),
        connected: () =>
          node.admission.members().flatMap(({ peer, name }) => {
            const connection = node.admission.connections(peer).at(-1)
            return connection == null ? [] : [{ connection, name }]
          })
      },
      addresses,
      signal
    )
  },
  ping: (ground, client, { name, count }, signal) =>
    pingMember(
      {
        clock: ground.clock,
        find: async (member, stop) =>
          await findMember(
            {
              clock: ground.clock,
              ask: async (wanted, until) => await client.call('member', { name: wanted }, undefined, until),
              byName: async (wanted, until) => await ground.discovery.byName(wanted, until)
            },
            member,
            stop
          ),
        coordinator: async (stop) => await ground.coordinator(stop),
        paths: ground.paths,
        near: async (peer) => await ground.near(peer),
        lookUp: async (peer, stop) => await ground.discovery.addresses(peer, stop),
        ping: pingConnection
      },
      name,
      count,
      signal
    ),
  'forward.listen': listenForward,
  speed: measureSpeed,
  exec: execute
}

async function operations(ground: Ground, client: AdminClient): Promise<OperationPorts> {
  const { home, clock } = ground
  return {
    home,
    keys: requireKeys(home, await readKeys(home.dir)),
    client,
    clock,
    keepRevocations: async (signed) => {
      await ground.membership.putRevocations(signed)
    }
  }
}

/** Yields progress, then the release. */
async function* publishing(
  ground: Ground,
  client: AdminClient,
  request: LocalRequestOf<'publish'>,
  signal: AbortSignal
): AsyncGenerator {
  const { home, keys, clock } = await operations(ground, client)
  const began = clock.now()
  const stalled = new AbortController()
  let latest: ProgressView['progress'] | undefined
  let wake = Promise.withResolvers<void>()
  const stall = setTimeout(() => {
    stalled.abort(new UnreachableError('publish_stalled', 'nothing moved for 30 s', { retryable: true }))
  }, STALL_MS)
  const work = publish(
    {
      home,
      keys,
      store: createStore({ spawn: systemSpawn, cacheHome: join(home.dir, 'cache') }),
      system: nixSystem(),
      lists: new ListCache(join(home.dir, 'cache', 'lists')),
      client,
      clock,
      onProgress: (progress) => {
        latest = progress
        stall.refresh()
        wake.resolve()
      }
    },
    { targets: request.targets, channel: request.channel, version: request.version ?? undefined },
    AbortSignal.any([signal, stalled.signal])
  )
  let isDone = false
  const ended = work.finally(() => {
    isDone = true
    wake.resolve()
  })
  ended.catch(() => undefined)
  try {
    for (;;) {
      await wake.promise
      if (isDone) break
      wake = Promise.withResolvers<void>()
      if (latest != null) yield { progress: latest }
    }
    yield { ...(await ended), seconds: (clock.now() - began) / 1000 }
  } catch (error) {
    throw stalled.signal.aborted && !signal.aborted ? stalled.signal.reason : error
  } finally {
    clearTimeout(stall)
  }
}
