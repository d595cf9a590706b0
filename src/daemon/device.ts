/** A device daemon: the role's services on a ground, and what its control socket answers. */

import { join } from 'node:path'
import { toSafeInteger } from '../base/bytes.ts'
import { rfc3339 } from '../base/clock.ts'
import { NotFoundError, RefusedError, ShoalError } from '../base/errors.ts'
import { nixSystem } from '../host/machine.ts'
import { systemSpawn } from '../host/spawn.ts'
import type { Device, Status } from '../model/control.ts'
import { createStore } from '../nix/store.ts'
import type { DeviceRole } from '../roles/device.ts'
import { createDevice } from '../roles/device.ts'
import { activationView, runningView } from '../services/coordinator/view.ts'
import { contentOf } from '../services/provider.ts'
import type { SecondLink } from '../services/second-link.ts'
import { createDeviceState, openDeviceDatabase } from '../state/device.ts'
import { decodeBundle } from '../trust/membership.ts'
import type { Control } from './control.ts'
import { createSecondLink, takeFleetNews, watchLinks } from './links.ts'
import { serveReach } from './reach-device.ts'
import type { Ground } from './runtime.ts'

const ACTIVATIONS_SHOWN = 10
const TIME_FLOOR = 'time_floor'
/** The restore of the coordinator after which everything was told again. */
const EPOCH = 'restore_epoch'
const HOPELESS = new Set([
  'name_taken',
  'ticket_expired',
  'ticket_used_up',
  'ticket_revoked',
  'document_foreign',
  'document_expired',
  'member_refused',
  'member_revoked'
])

/** A device on its ground, at work or only looked at. Throws what opening the state throws. */
export async function openDevice(ground: Ground): Promise<{ control: Control; start(): void }> {
  const { home, config, clock, log, node, stack } = ground
  const database = await openDeviceDatabase(join(home.dir, 'device.db'))
  stack.use(database)
  const state = createDeviceState(database)
  clock.raise(Number((await state.getMetaText(TIME_FLOOR)) ?? 0) * 1000)
  const takeNews = takeFleetNews(ground, () => second.look())
  const role = await createDevice({
    dir: home.dir,
    fleet: home.fleet,
    root: home.root,
    state,
    store: createStore({ spawn: systemSpawn, cacheHome: join(home.dir, 'cache') }),
    spawn: systemSpawn,
    clock,
    keeper: ground.keeper,
    status: node.protocols.status,
    content: node.protocols.content,
    settings: config,
    member: () => ground.self(),
    connect: async (signal) => {
      try {
        const connected = await ground.connect(signal)
        log.info('coordinator reached', { peer: connected.peer })
        return connected
      } catch (error) {
        if (isHopeless(ground, error)) ground.end.abort(error)
        throw error
      }
    },
    discovery: ground.discovery,
    connectTo: async (addresses, signal) => await ground.membership.connect(addresses, signal),
    connections: (peer) => node.admission.connections(peer),
    memberOf: (peer) => node.admission.member(peer),
    sawTime: async (issued) => {
      // A clock that could be right is believed: else one admin's wrong clock would move every device's.
      if (!clock.isBehind) return
      clock.raise(issued * 1000)
      log.warn("this machine's clock is behind: taking the time of signed documents")
      await state.setMeta(TIME_FLOOR, String(issued))
    },
    onFleet: (fleet) => {
      takeNews(fleet)
      const repeat = async (): Promise<void> => {
        const epoch = toSafeInteger(fleet.epoch)
        if (epoch === 0 || String(epoch) === (await state.getMetaText(EPOCH))) return
        log.info('the coordinator was restored: telling it everything again')
        await role.link.repeat()
        await state.setMeta(EPOCH, String(epoch))
      }
      repeat().catch((error: unknown) => {
        log.warn('fleet news', error)
      })
    },
    onLog: (what, error) => {
      log.warn(what, error)
    }
  })
  const second: SecondLink = createSecondLink(ground, role.link)
  stack.defer(async () => {
    await second.stop()
    await role.stop()
  })
  const sessions = serveReach(ground, state, {
    onRecord: () => role.link.changed(),
    onSilence: () => ground.lookAtLinks()
  })
  stack.defer(async () => {
    await sessions.stop()
  })
  ground.handlers = {
    content: contentOf(role.provider),
    tunnel: { greeted: (greeting, peer) => sessions.greeted(greeting, peer) },
    offer: {
      offered: async (bundle) => await role.agent.offer(bundle),
      cancelled: async (rollout) => ((await role.agent.cancel(rollout)) ? 'cancelled' : 'too_late')
    }
  }
  const control: Control = {
    call: (method, body, signal) => answer(ground, role, state, { method, body, signal })
  }
  const start = (): void => {
    role.start()
    second.start()
    watchLinks(ground, role.link, second)
  }
  return { control, start }
}

/**
 * A newcomer that a coordinator turned away for good: asking again with the same ticket and name cannot succeed. What was
 * enrolled once never gives up.
 */
function isHopeless(ground: Ground, error: unknown): boolean {
  const isEnrolled = decodeBundle(ground.membership.bundle).admission.byteLength > 0
  return !isEnrolled && error instanceof ShoalError && HOPELESS.has(error.code)
}

async function* answer(
  ground: Ground,
  role: DeviceRole,
  state: ReturnType<typeof createDeviceState>,
  call: { method: string; body: unknown; signal: AbortSignal }
): AsyncGenerator {
  const own = await ownView(ground, role)
  if (call.method === 'status') {
    const status: Status = {
      fleet: ground.home.fleet,
      at: rfc3339(ground.clock.now()),
      coordinators: [],
      relays: [],
      devices: [own]
    }
    yield status
    return
  }
  if (call.method === 'device') {
    const { name } = call.body as { name: string }
    if (name !== own.name) {
      throw new NotFoundError('device_not_found', `this device is ${own.name}; it knows no other`)
    }
    const activations = []
    for (const { rollout } of await state.recent(ACTIVATIONS_SHOWN)) {
      const report = await role.agent.activationReport(rollout)
      if (report != null) activations.push(activationView(report))
    }
    yield { ...own, activations }
    return
  }
  throw new RefusedError('not_an_admin', 'this directory is a device of the fleet; it cannot do that', {
    hint: 'use the directory of an admin: --dir DIR'
  })
}

/** This device as it sees itself. */
async function ownView(ground: Ground, role: DeviceRole): Promise<Device> {
  const report = await role.report()
  const member = ground.self()
  const now = rfc3339(ground.clock.now())
  const connection = role.link.connection
  const { running, progress, lastError } = report
  return {
    name: member.name,
    peer: member.peer,
    role: member.role,
    labels: { ...member.labels },
    system: nixSystem(),
    online: connection != null,
    lastSeen: now,
    path: connection == null ? null : connection.direct ? 'direct' : 'relay',
    relay: null,
    transport:
      connection == null ? null : connection.remoteAddr.toString().includes('/quic-v1') ? 'quic' : 'tcp',
    rttMs: role.link.rttMs,
    running: running.toplevel === '' ? null : runningView(running),
    wanted: null,
    state: report.state,
    outcome: report.lastOutcome === '' ? null : report.lastOutcome,
    progress: progress.step === '' ? null : progress,
    units: { state: report.units.state, failed: [...report.units.failed] },
    disk: { freeBytes: report.diskFreeBytes },
    lastError:
      lastError.code === ''
        ? null
        : { code: lastError.code, message: lastError.message, at: rfc3339(lastError.atMs) },
    reportedAt: now
  }
}
