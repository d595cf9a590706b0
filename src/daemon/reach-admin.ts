/** Reaching into devices from an admin's ground: pipes, and the methods that use one for themselves. */

import type { Connection } from '@libp2p/interface'
import { systemClock } from '../base/clock.ts'
import { InvalidError, UnreachableError } from '../base/errors.ts'
import { Doorbell, parallel } from '../base/tasks.ts'
import type {
  ExecDevice,
  LocalRequestOf,
  PathNews,
  PipeMethod,
  PipeRequestOf,
  SpeedView
} from '../model/control.ts'
import { PIPE_REQUESTS } from '../model/control.ts'
import { isRelaying } from '../model/peer.ts'
import type { ReachOptions } from '../node/paths.ts'
import { pingConnection } from '../node/ping.ts'
import type { Service } from '../protocols/tunnel.ts'
import type { AdminClient } from '../services/admin/client.ts'
import { runOn } from '../services/reach/exec.ts'
import type { CarriedSession } from '../services/reach/opener.ts'
import { openSession } from '../services/reach/opener.ts'
import { runSpeed } from '../services/reach/speed.ts'
import type { Pipe } from '../wire/pipe.ts'
import type { Ground } from './runtime.ts'

const REACH_TIMEOUT_MS = 30_000
/** A coordinator that does not answer in this time is dialed anew before a device is reached through it. */
const RELAY_ANSWER_MS = 800
/** After the first answer of a relay: so long others may be as quick. */
const RELAY_GRACE_MS = 50
/** A path may still become direct: the figure is of what comes after. */
const SETTLE_MS = 5_000
const SPEED = {
  direct: { bytesMax: 268_435_456, msMax: 4_000 },
  // Bulk over a relay has a quota (docs/mesh.md).
  relay: { bytesMax: 4_194_304, msMax: 4_000 }
} as const
const SPEED_MS_MAX = 30_000

const now = (): number => performance.now()

interface Opening {
  readonly peer: string
  readonly service: Service
  readonly timeoutMs: number
}

/** A pipe for `Control.open`. Throws InvalidError (`method_unknown`, `request_invalid`) and what opening throws. */
export async function openPipe(
  ground: Ground,
  client: AdminClient,
  method: string,
  body: unknown,
  signal: AbortSignal,
  onPath: (path: PathNews) => void
): Promise<Pipe> {
  if (!Object.hasOwn(PIPE_REQUESTS, method)) {
    throw new InvalidError('method_unknown', `no pipe ${method.slice(0, 64)}`)
  }
  const request = PIPE_REQUESTS[method as PipeMethod].safeParse(body)
  if (!request.success) throw new InvalidError('request_invalid', `the request to ${method} is not valid`)
  const { name, timeoutMs } = request.data
  const { peer } = await client.call('member', { name }, undefined, signal)
  const service = serviceOf(method as PipeMethod, request.data)
  const carried = await openTo(ground, { peer, service, timeoutMs }, signal, onPath)
  return carried.session
}

/** A connection from a device, whose peer the caller knows. Throws what opening throws. */
export async function openForward(
  ground: Ground,
  to: { readonly peer: string; readonly host: string; readonly port: number; readonly timeoutMs: number },
  signal: AbortSignal,
  onPath: (path: PathNews) => void
): Promise<Pipe> {
  const { peer, host, port, timeoutMs } = to
  const service = { kind: 'forward', host, port } as const
  const { session } = await openTo(ground, { peer, service, timeoutMs }, signal, onPath)
  return session
}

function serviceOf(method: PipeMethod, request: PipeRequestOf<PipeMethod>): Service {
  if (method === 'forward') {
    const { host, port } = request as PipeRequestOf<'forward'>
    return { kind: 'forward', host, port }
  }
  const { command, pty, term, rows, columns } = request as PipeRequestOf<'shell'>
  return { kind: 'shell', command, pty, term, rows, columns }
}

async function openTo(
  ground: Ground,
  { peer, service, timeoutMs }: Opening,
  signal: AbortSignal,
  onPath: (path: PathNews) => void = () => undefined
): Promise<CarriedSession> {
  const ports = {
    tunnel: ground.node.protocols.tunnel,
    paths: ground.paths,
    clock: ground.clock,
    now,
    onSilence: () => ground.lookAtLinks(),
    ping: pingConnection
  }
  const to = {
    peer,
    options: async (isAgain: boolean, stop: AbortSignal) => await reachOptions(ground, peer, isAgain, stop)
  }
  const limit = new AbortController()
  const timer = setTimeout(() => {
    limit.abort(
      new UnreachableError('device_unreachable', 'the device did not answer in time', {
        retryable: true,
        hint: "'shoal status' shows when it was last heard from; --timeout SECONDS waits longer"
      })
    )
  }, timeoutMs)
  try {
    return await openSession(ports, to, service, { limit: limit.signal, signal }, (state) => {
      onPath({ state: state.state === 'waiting' ? 'waiting' : state.path })
    })
  } finally {
    clearTimeout(timer)
  }
}

/** Addresses nearby, and who relays and is connected: those that answer, when a session was lost. */
async function reachOptions(
  ground: Ground,
  peer: string,
  isAgain: boolean,
  signal: AbortSignal
): Promise<ReachOptions> {
  const addresses = await ground.near(peer)
  const answering = isAgain ? await firstAnswers(relays(ground), signal) : []
  try {
    await ground.coordinator(signal)
  } catch (error) {
    if (signal.aborted || addresses.length === 0) throw error
  }
  return {
    addresses,
    relays: [...new Set([...answering, ...relays(ground)].map(({ remotePeer }) => remotePeer.toString()))]
  }
}

const relays = ({ node: { admission } }: Ground): Connection[] =>
  admission
    .connections()
    .filter((each) => isRelaying(admission.member(each)?.role) && each.direct && each.status === 'open')

/** Relays that did not answer when they were asked last. */
const silent = new WeakSet<Connection>()

/**
 * Asks whether they answer; gives those that do soon after the first. One that does not is closed, to be dialed anew, when
 * another answers, or when it does not for the second time: else it is our network that is away.
 */
async function firstAnswers(held: readonly Connection[], signal: AbortSignal): Promise<Connection[]> {
  const answering: Connection[] = []
  const first = Promise.withResolvers<void>()
  const asked = held.map(async (connection) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RELAY_ANSWER_MS)])
    try {
      await pingConnection(connection, limit)
      answering.push(connection)
      silent.delete(connection)
      first.resolve()
    } catch {
      // Looked at below.
    }
  })
  const all = Promise.all(asked).then(() => {
    first.resolve()
    if (signal.aborted) return
    for (const connection of held.filter((each) => !answering.includes(each))) {
      if (answering.length > 0 || silent.has(connection)) {
        connection.abort(new UnreachableError('path_dead', 'nothing was answered on this connection'))
      }
      silent.add(connection)
    }
  })
  await first.promise
  await Promise.race([all, systemClock.sleep(RELAY_GRACE_MS, signal).catch(() => undefined)])
  signal.throwIfAborted()
  return [...answering]
}

/** Yields the one result. Throws what reaching and measuring throw. */
export async function* measureSpeed(
  ground: Ground,
  client: AdminClient,
  { name, bytes }: LocalRequestOf<'speed'>,
  signal: AbortSignal
): AsyncGenerator<SpeedView> {
  const { peer } = await client.call('member', { name }, undefined, signal)
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  try {
    await ground.paths.reach(peer, await reachOptions(ground, peer, false, scoped), scoped)
    const settled = await ground.paths.settled(
      peer,
      AbortSignal.any([scoped, AbortSignal.timeout(SETTLE_MS)])
    )
    signal.throwIfAborted()
    const fitting = SPEED[settled?.path ?? 'relay']
    const limits = bytes == null ? fitting : { bytesMax: bytes, msMax: SPEED_MS_MAX }
    const service: Service = { kind: 'speed', ...limits }
    const carried = await openTo(ground, { peer, service, timeoutMs: REACH_TIMEOUT_MS }, scoped)
    const { up, down } = await runSpeed(carried.session, limits, now, scoped)
    yield {
      name,
      path: carried.state.state === 'open' ? carried.state.path : (settled?.path ?? 'relay'),
      downBytesPerSecond: rate(down),
      upBytesPerSecond: rate(up),
      downBytes: down.bytes,
      upBytes: up.bytes,
      downSeconds: down.ms / 1000,
      upSeconds: up.ms / 1000,
      rttMs: carried.session.rttMs ?? null
    }
  } finally {
    over.abort()
  }
}

const rate = ({ bytes, ms }: { bytes: number; ms: number }): number =>
  Math.round((bytes * 1000) / Math.max(1, ms))

/** Runs a command on every device of a selector; yields each result as it comes. Throws NotFoundError (`selector_empty`). */
export async function* execute(
  ground: Ground,
  client: AdminClient,
  request: LocalRequestOf<'exec'>,
  signal: AbortSignal
): AsyncGenerator<{ device: ExecDevice }> {
  const { devices } = await client.call('status', { selector: request.selector }, undefined, signal)
  const done: ExecDevice[] = []
  const bell = new Doorbell()
  const state = { isOver: false }
  const work = parallel(devices, request.parallel, async ({ name, peer }) => {
    done.push(await executeOn(ground, { name, peer }, request, signal))
    bell.ring()
  }).finally(() => {
    state.isOver = true
    bell.ring()
  })
  work.catch(() => undefined)
  while (!state.isOver || done.length > 0) {
    const device = done.shift()
    if (device != null) yield { device }
    else await bell.wait(signal)
    signal.throwIfAborted()
  }
  await work
}

async function executeOn(
  ground: Ground,
  { name, peer }: { name: string; peer: string },
  { command, timeoutMs, outputBytesMax }: LocalRequestOf<'exec'>,
  signal: AbortSignal
): Promise<ExecDevice> {
  const over = new AbortController()
  const timer =
    timeoutMs == null
      ? undefined
      : setTimeout(() => {
          over.abort(new UnreachableError('timeout', `it did not end within ${timeoutMs / 1000} s`))
        }, timeoutMs)
  const scoped = AbortSignal.any([signal, over.signal])
  const service: Service = { kind: 'shell', command, pty: false, term: '', rows: 0, columns: 0 }
  try {
    return await runOn(
      name,
      async () => (await openTo(ground, { peer, service, timeoutMs: REACH_TIMEOUT_MS }, scoped)).session,
      outputBytesMax,
      scoped
    )
  } finally {
    clearTimeout(timer)
    // Ends what still runs there; after the exit code there is nothing.
    over.abort(new UnreachableError('session_ended', 'the command is over'))
  }
}
