/** The methods of the admin protocol on a coordinator; its own control socket answers the reading ones the same way. */

import type { Clock } from '../../base/clock.ts'
import { rfc3339, seconds } from '../../base/clock.ts'
import { InvalidError, NotFoundError, RefusedError } from '../../base/errors.ts'
import type { Broadcast } from '../../base/tasks.ts'
import type { LogLineView, Method, RequestOf, TicketView } from '../../model/control.ts'
import { REQUESTS } from '../../model/control.ts'
import { planOf } from '../../model/rollout-plan.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { StoredLogLine } from '../../state/reports.ts'
import type { DiffPorts } from './diff.ts'
import { diffView } from './diff.ts'
import type { Publishing } from './publishing.ts'
import type { Rollouts } from './rollouts.ts'
import type { ViewPorts } from './view.ts'
import { deviceDetail, deviceNotFound, releaseView, rolloutView, statusView } from './view.ts'

/** A watcher gets at most one document in this time. */
const WATCH_PAUSE_MS = 200
const LOGS_LIMIT = 10_000

export interface AdminApiPorts extends ViewPorts, DiffPorts {
  readonly state: CoordinatorState
  readonly clock: Clock
  readonly changes: Broadcast
  readonly rollouts: Rollouts
  readonly publishing: Publishing
  /** Verifies, stores and applies a signed revocation list. */
  putRevocations(bytes: Uint8Array, actor: string): Promise<void>
}

export interface Call {
  /** Peer ID of who asks. */
  readonly peer: string
  readonly body: unknown
  readonly data: Uint8Array
  readonly signal: AbortSignal
}

type Handler<M extends Method> = (
  ports: AdminApiPorts,
  request: RequestOf<M>,
  call: Call
) => AsyncIterable<unknown> | Promise<unknown>

/** Methods that change nothing: what a coordinator's own control socket offers too. */
export const READING: readonly Method[] = [
  'status',
  'watch',
  'device',
  'diff',
  'logs',
  'rollouts',
  'rollout',
  'rollout.watch',
  'release',
  'releases',
  'tickets',
  'order',
  'member',
  'revocations'
]

const HANDLERS: { readonly [M in Method]: Handler<M> } = {
  status: async (ports, { selector }) => await statusView(ports, selector),
  watch: (ports, { selector }, { signal }) =>
    following(ports, signal, async () => await statusView(ports, selector)),
  device: async (ports, { name }) => await deviceDetail(ports, name),
  diff: async (ports, { name, release }) => await diffView(ports, name, release),
  logs: (ports, request, { signal }) => logs(ports, request, signal),
  rollouts: async (ports) => {
    const views = []
    for (const rollout of await ports.state.rollouts()) views.push(await rolloutView(ports.state, rollout))
    return { rollouts: views }
  },
  rollout: async (ports, request) => await oneRollout(ports, request.rollout),
  'rollout.watch': (ports, request, { signal }) =>
    following(ports, signal, async () => await oneRollout(ports, request.rollout)),
  'rollout.start': async (ports, { plan }, { peer, data }) =>
    await rolloutView(ports.state, await ports.rollouts.start(data, plan ?? planOf(0), peer)),
  'rollout.pause': async (ports, { rollout }, { peer }) =>
    await rolloutView(ports.state, await ports.rollouts.pause(rollout, peer)),
  'rollout.resume': async (ports, { rollout }, { peer }) =>
    await rolloutView(ports.state, await ports.rollouts.resume(rollout, peer)),
  'rollout.abort': async (ports, { rollout }, { peer }) =>
    await rolloutView(ports.state, await ports.rollouts.abort(rollout, peer)),
  'device.pause': async (ports, request, { peer }) => {
    const until = seconds(ports.clock.now()) + request.seconds
    await pauseDevice(ports, request.name, until, peer)
    return { name: request.name, until: rfc3339(until * 1000) }
  },
  'device.resume': async (ports, { name }, { peer }) => {
    await pauseDevice(ports, name, null, peer)
    return { name }
  },
  release: async (ports, { release }) => {
    const found = await ports.state.release(release)
    if (found == null) throw releaseNotFound(release)
    return { ...releaseView(found), digest: Buffer.from(found.digest).toString('hex') }
  },
  releases: async (ports) => ({ releases: (await ports.state.releases()).map(releaseView) }),
  tickets: async (ports) => ({ tickets: (await ports.state.listTickets()).map(ticketView) }),
  order: async (ports, { channel }) => ({
    release: await ports.state.lastReleaseCounter(channel),
    offer: await ports.state.lastOfferCounter()
  }),
  member: async (ports, { name }) => {
    const member = await ports.state.memberByName(name)
    if (member == null) throw new NotFoundError('member_not_found', `no member is called ${name}`)
    const { peer, role, serial } = member
    return { name, peer, role, serial, online: ports.presence.isOnline(peer, ports.now()) }
  },
  revocations: async (ports) => ({
    base64: Buffer.from((await ports.state.latestRevocations())?.bytes ?? []).toString('base64')
  }),
  'revocations.put': async (ports, _request, { peer, data }) => {
    await ports.putRevocations(data, peer)
    return {}
  },
  'release.begin': async (ports, { bytes }) => {
    await ports.publishing.begin(bytes)
    return {}
  },
  'release.manifest': async (ports, request, { data }) => {
    await ports.publishing.manifest(request, data)
    return {}
  },
  'release.chunks': async (ports, { lists }, { data }) => {
    const held = await ports.publishing.chunkLists(lists, data)
    return { missing: held.flatMap((isMissing, index) => (isMissing ? [index] : [])) }
  },
  'release.chunk': async (ports, { digest }, { data }) => {
    await ports.publishing.chunk(digest, data)
    return {}
  },
  'release.finish': async (ports, _request, { peer, data }) => {
    const { id } = await ports.publishing.finish(data, peer)
    return { release: id }
  }
}

async function pauseDevice(
  ports: AdminApiPorts,
  name: string,
  until: number | null,
  actor: string
): Promise<void> {
  const member = await ports.state.memberByName(name)
  if (member?.role !== 'device') throw deviceNotFound(name)
  await ports.state.setPause(member.peer, until, { actor, at: ports.clock.now() })
  ports.rollouts.turn()
  ports.changes.notify()
}

export const releaseNotFound = (reference: string): NotFoundError =>
  new NotFoundError('release_not_found', `no release ${reference}`, {
    hint: "'shoal publish PATH' makes one; a release is named by its id, its version or a toplevel"
  })

/**
 * Answers one call with one or more documents. Throws InvalidError (`method_unknown`, `request_invalid`) and what
 * the method throws.
 */
export async function* answer(ports: AdminApiPorts, method: string, call: Call): AsyncGenerator {
  if (!Object.hasOwn(REQUESTS, method)) {
    throw new InvalidError('method_unknown', `no method ${method.slice(0, 64)}`)
  }
  const name = method as Method
  const request = REQUESTS[name].safeParse(call.body)
  if (!request.success) throw new InvalidError('request_invalid', `the request to ${name} is not valid`)
  const handler: (...args: Parameters<Handler<never>>) => ReturnType<Handler<Method>> = HANDLERS[name]
  const result = handler(ports, request.data as never, call)
  if (result instanceof Promise) yield await result
  else yield* result
}

/** One document now and one after each change. */
async function* following(
  ports: AdminApiPorts,
  signal: AbortSignal,
  view: () => Promise<unknown>
): AsyncGenerator {
  let last = ''
  for await (const _ of ports.changes.follow(signal, WATCH_PAUSE_MS)) {
    const document = await view()
    const text = JSON.stringify(document, (key, value: unknown) => (key === 'at' ? undefined : value))
    if (text !== last) yield document
    last = text
  }
}

async function oneRollout(ports: AdminApiPorts, id: string): Promise<unknown> {
  const rollout = await ports.state.rollout(id)
  if (rollout == null) {
    throw new NotFoundError('rollout_not_found', `no rollout ${id}`, {
      hint: "'shoal rollout list' lists them"
    })
  }
  return await rolloutView(ports.state, rollout)
}

async function* logs(
  ports: AdminApiPorts,
  request: RequestOf<'logs'>,
  signal: AbortSignal
): AsyncGenerator<LogLineView> {
  const member = await ports.state.memberByName(request.subject)
  const rollout = member == null ? await ports.state.rollout(request.subject) : undefined
  if (member == null && rollout == null) {
    throw new NotFoundError('subject_not_found', `no device and no rollout is called ${request.subject}`)
  }
  const names = new Map((await ports.state.members()).map(({ peer, name }) => [peer, name]))
  const query = {
    ...(member == null ? { rollout: request.subject } : { peer: member.peer }),
    ...(request.sinceMs == null ? {} : { sinceMs: request.sinceMs }),
    limit: LOGS_LIMIT
  }
  const view = (line: StoredLogLine): LogLineView => ({
    at: rfc3339(line.at),
    device: names.get(line.peer) ?? line.peer,
    rollout: line.rollout,
    text: line.text
  })
  let after = 0
  for (const line of await ports.state.logs(query)) {
    after = Math.max(after, line.rowId)
    yield view(line)
  }
  if (!request.follow) return
  for await (const _ of ports.changes.follow(signal, WATCH_PAUSE_MS)) {
    for (const line of await ports.state.logs({ ...query, afterRowId: after })) {
      after = line.rowId
      yield view(line)
    }
  }
}

const ticketView = (ticket: Awaited<ReturnType<CoordinatorState['listTickets']>>[number]): TicketView => ({
  id: ticket.id,
  role: ticket.role,
  labels: { ...ticket.labels },
  uses: ticket.uses,
  // One of another role is known here because it was used, and it has one use.
  used: ticket.role === 'device' ? ticket.used : 1,
  expires: rfc3339(ticket.expires * 1000),
  revoked: ticket.revoked
})

/** Refuses whoever is not an admin. */
export function requireAdmin(role: string): void {
  if (role !== 'admin') {
    throw new RefusedError('not_an_admin', 'only admins may ask this', {
      hint: 'use the directory of an admin: --dir DIR'
    })
  }
}
