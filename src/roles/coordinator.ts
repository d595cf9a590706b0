/** The coordinator role: state, rollouts, publishing, content, admin methods. Wiring, no policy. */

import { join } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { toHex } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { UnreachableError } from '../base/errors.ts'
import { Broadcast } from '../base/tasks.ts'
import { freeBytes, syncFilesystem } from '../host/disk.ts'
import type { Spawn } from '../host/spawn.ts'
import type { Role } from '../model/peer.ts'
import type { ActivationReport } from '../model/report.ts'
import type { Content, ContentInit } from '../protocols/content.ts'
import type { OfferProtocol } from '../protocols/offer.ts'
import type { DeviceLink, FleetFields } from '../protocols/status.ts'
import { createContentStore } from '../services/content-store.ts'
import type { AdminApiPorts } from '../services/coordinator/admin-api.ts'
import type { Contact } from '../services/coordinator/presence.ts'
import { Presence } from '../services/coordinator/presence.ts'
import { Publishing } from '../services/coordinator/publishing.ts'
import { Recovery } from '../services/coordinator/recovery.ts'
import { FollowerStream, ReportStream } from '../services/coordinator/reports.ts'
import { Rollouts } from '../services/coordinator/rollouts.ts'
import { contentOf, Provider } from '../services/provider.ts'
import type { CoordinatorState } from '../state/coordinator.ts'
import { openEnvelope, payloadDigest } from '../trust/envelope.ts'
import type { Root } from '../trust/root.ts'

/** Until a device says otherwise: the slowest heartbeat that configuration allows. */
const HEARTBEAT_MS_DEFAULT = 120_000
/** Above the longest silence that a device tries. */
const SILENCE_MS_MAX = 600_000
/** What a device says when content that it was given is not the signed one. */
const DAMAGE = new Set(['chunk_digest', 'chunk_list', 'manifest_root', 'content_missing'])

export interface CoordinatorRoleInit {
  readonly dir: string
  readonly fleet: string
  readonly root: Root
  readonly state: CoordinatorState
  readonly spawn: Spawn
  readonly clock: Clock
  readonly settings: { readonly contentBytesMax: number; readonly reserveBytes: number }
  readonly offer: Pick<OfferProtocol, 'push' | 'cancel'>
  readonly content: Pick<Content, 'open'>
  /** Admitted connections of a member, newest last. */
  connections(peer: string): readonly Connection[]
  /** Round trip in milliseconds. */
  ping(peer: string, signal: AbortSignal): Promise<number>
  self(): { peer: string; addresses: string[] }
  /** Where another member is reached, as it says itself. */
  addresses(peer: string): Promise<readonly string[]>
  roleOf(peer: string): Role | undefined
  /** Sends a member one datagram at the address where it was heard last. */
  wake(peer: string): void
  putRevocations(bytes: Uint8Array, actor: string): Promise<void>
  /** What members are told of the fleet when they come. */
  fleetFrame(): Promise<FleetFields>
  onLog(what: string, error?: unknown): void
}

export interface CoordinatorRole {
  readonly api: AdminApiPorts
  readonly content: ContentInit
  /** Tells every device that is here. */
  broadcast(fleet: FleetFields): void
  /** Follows the status stream of a device, a relay or an admin to its end. */
  onDevice(link: DeviceLink, signal: AbortSignal): Promise<void>
  /** A datagram of a member has come. */
  heard(peer: string): void
  stop(): Promise<void>
}

/** Starts the coordinator's work; it goes on until `stop`. */
export async function startCoordinator(init: CoordinatorRoleInit): Promise<CoordinatorRole> {
  const { state, clock, spawn, fleet, root, onLog } = init
  const changes = new Broadcast()
  const contentDir = join(init.dir, 'content')
  const content = await createContentStore({
    dir: contentDir,
    bytesMax: init.settings.contentBytesMax,
    reserveBytes: init.settings.reserveBytes
  })
  const presence = new Presence(() => changes.notify())
  const links = new Map<string, DeviceLink>()
  const connectionTo = (peer: string): Connection => {
    const connection = init.connections(peer).at(-1)
    if (connection == null)
      throw new UnreachableError('device_away', 'the device is not connected', { retryable: true })
    return connection
  }
  const startedMs = clock.now()
  const rollouts = new Rollouts({
    fleet,
    root,
    state,
    clock,
    awayMs: (peer) => {
      const now = clock.now()
      if (presence.isOnline(peer, now) && links.has(peer)) return 0
      return Math.max(1, now - Math.max(presence.contact(peer)?.lastHeardMs ?? 0, startedMs))
    },
    push: async (peer, bundle, signal) => {
      await requireContent(state, bundle.release).catch((error: unknown) => {
        recovery.look()
        throw error
      })
      return await init.offer.push(connectionTo(peer), { ...bundle, logProof: new Uint8Array(0) }, signal)
    },
    cancel: async (peer, rollout, signal) => await init.offer.cancel(connectionTo(peer), rollout, signal),
    onChange: () => changes.notify(),
    onError: (what, error) => onLog(what, error)
  })
  const sync = async (): Promise<void> => {
    await syncFilesystem(contentDir, spawn, AbortSignal.timeout(600_000))
  }
  const recovery = new Recovery({
    state,
    content,
    clock,
    devices: () => Array.from(links.keys()).filter((peer) => init.roleOf(peer) === 'device'),
    open: async (peer, signal) => await init.content.open(connectionTo(peer), signal),
    sync,
    onReturned: () => rollouts.turn(),
    onLog
  })
  const publishing = new Publishing({
    fleet,
    root,
    state,
    content,
    clock,
    sync,
    onError: (what, error) => onLog(what, error)
  })
  const provider = new Provider({
    targets: async (release) => (await state.releaseByDigest(release))?.targets,
    member: async (peer) => {
      const member = await state.memberByPeer(peer)
      return member?.revoked === false ? member : undefined
    },
    manifest: async (manifestRoot) => await content.getManifest(manifestRoot),
    chunkList: async ({ chunksDigest }) => await content.getChunkList(toHex(chunksDigest)),
    chunk: async ({ digest }) => await content.getCompressed(digest)
  })
  for (const id of await publishing.findLost()) await state.contentLost(id)
  const reportPorts = {
    state,
    presence,
    clock,
    onActivation: async (...[peer, activation, progress]: Parameters<Rollouts['activationReported']>) => {
      await rollouts.activationReported(peer, activation, progress)
      await noteUnknown(state, peer, activation, clock.now())
      if (DAMAGE.has(activation.error?.code ?? '')) {
        publishing
          .scrub(activation.release)
          .catch((error: unknown) => onLog(`content of ${activation.release}`, error))
      }
    },
    onChange: () => changes.notify()
  }
  const measure = (peer: string, contact: Contact, signal: AbortSignal): void => {
    init
      .ping(peer, AbortSignal.any([signal, AbortSignal.timeout(10_000)]))
      .then((ms) => {
        contact.rttMs = ms
        changes.notify()
      })
      .catch((error: unknown) => onLog('ping', error))
  }
  return {
    api: {
      fleet,
      state,
      presence,
      clock,
      changes,
      rollouts,
      publishing,
      content,
      self: () => init.self(),
      disk: async () => ({
        freeBytes: await freeBytes(init.dir),
        reserveBytes: init.settings.reserveBytes
      }),
      addresses: async (peer) => await init.addresses(peer),
      now: () => clock.now(),
      putRevocations: async (bytes, actor) => {
        await init.putRevocations(bytes, actor)
      }
    },
    content: contentOf(provider),
    broadcast: (frame) => {
      for (const link of links.values()) {
        link.send(frame, AbortSignal.timeout(10_000)).catch((error: unknown) => onLog('fleet frame', error))
      }
    },
    onDevice: async (link, signal) => {
      const contact: Contact = {
        path: link.connection.direct ? 'direct' : 'relay',
        transport: transportOf(link.connection),
        isConnected: true,
        lastHeardMs: clock.now(),
        heartbeatMs: HEARTBEAT_MS_DEFAULT,
        rttMs: null
      }
      const isDevice = init.roleOf(link.peer) === 'device'
      const stream = isDevice
        ? new ReportStream(reportPorts, link.peer, contact)
        : new FollowerStream(reportPorts, link.peer, contact)
      links.set(link.peer, link)
      using trial = new Trial(() => init.wake(link.peer))
      presence.connected(link.peer, contact)
      try {
        await link.send(await init.fleetFrame(), signal)
        let isFirst = true
        for await (const frame of link.frames) {
          if (frame.kind === 'heartbeat') trial.ask(frame.wakeAfterMs)
          const seq = await stream.take(frame)
          if (seq != null) await link.ack(seq, signal)
          if (isDevice && isFirst && frame.kind === 'report') {
            isFirst = false
            await rollouts.deviceConnected(link.peer)
            recovery.deviceCame()
            measure(link.peer, contact, signal)
          }
        }
      } finally {
        if (links.get(link.peer) === link) links.delete(link.peer)
        presence.disconnected(link.peer, contact)
        await state.setLastSeen(link.peer, contact.lastHeardMs)
      }
    },
    heard: (peer) => presence.heard(peer, clock.now()),
    stop: async () => {
      await recovery.stop()
      await rollouts.stop()
    }
  }
}

/** After a restore without content nothing is offered that could not be fetched; the device waits meanwhile. */
async function requireContent(state: CoordinatorState, signed: Uint8Array): Promise<void> {
  const lost = await state.contentMissing()
  if (lost.length === 0) return
  const release = await state.releaseByDigest(payloadDigest(openEnvelope(signed).payload))
  if (release == null || !lost.includes(release.id)) return
  throw new UnreachableError(
    'content_lost',
    `the content of ${release.version} is not here: publish it again`,
    {
      retryable: true
    }
  )
}

/** An activation of a rollout that came after the backup that this database is from: what is known of it is said once. */
async function noteUnknown(
  state: CoordinatorState,
  actor: string,
  activation: ActivationReport,
  at: number
): Promise<void> {
  const { rollout, release, outcome } = activation
  if (outcome == null || (await state.restoreEpoch()) === 0 || (await state.rollout(rollout)) != null) return
  await state.appendEvent({ type: 'rollout_lost', actor, at, subject: rollout, detail: { release, outcome } })
}

/** A device asks for a datagram after a silence, to learn whether its NAT still lets it in: one at a time. */
class Trial implements Disposable {
  readonly #wake: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(wake: () => void) {
    this.#wake = wake
  }

  ask(afterMs: number | undefined): void {
    clearTimeout(this.#timer)
    if (afterMs != null && afterMs <= SILENCE_MS_MAX) this.#timer = setTimeout(this.#wake, afterMs)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}

/** `quic`, `tcp`, or what the address says else. */
function transportOf(connection: Connection): string {
  const address = connection.remoteAddr.toString()
  return address.includes('/quic-v1') ? 'quic' : address.includes('/tcp/') ? 'tcp' : 'other'
}
