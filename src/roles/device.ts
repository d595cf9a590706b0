/** The device role: agent, link and what they need of this machine. Wiring, no policy. */

import { existsSync } from 'node:fs'
import { mkdir, readlink } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { equalBytes } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { RefusedError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'
import { freeBytes, syncFilesystem } from '../host/disk.ts'
import { bootedKernel, bootId, failedUnits, kernelChanged, nixSystem } from '../host/machine.ts'
import type { Spawn } from '../host/spawn.ts'
import type { Member } from '../model/peer.ts'
import type { DeviceReport } from '../model/report.ts'
import { opensInMs, parseWindow } from '../model/window.ts'
import { dumpNar } from '../nix/nar.ts'
import type { Profile } from '../nix/profile.ts'
import { createProfile, SYSTEM_PROFILE } from '../nix/profile.ts'
import type { NixStore } from '../nix/store.ts'
import { nixVersionAllowed } from '../nix/version.ts'
import type { Content } from '../protocols/content.ts'
import type { ContentLink } from '../protocols/content-link.ts'
import type { Fleet, StatusProtocol } from '../protocols/status.ts'
import { createContentStore } from '../services/content-store.ts'
import { DeviceAgent } from '../services/device/agent.ts'
import { createGuard } from '../services/device/guard.ts'
import { heldContent } from '../services/device/held-content.ts'
import { HeldReleases } from '../services/device/held-release.ts'
import { CoordinatorLink } from '../services/device/link.ts'
import { findNeighbours } from '../services/device/neighbours.ts'
import { deviceReport } from '../services/device/report.ts'
import { DeviceReporter } from '../services/device/reporter.ts'
import { createScripts } from '../services/device/script.ts'
import type { Discovery } from '../services/discovery.ts'
import { contentSource } from '../services/fetch/mesh-source.ts'
import { NearestSource } from '../services/fetch/neighbours.ts'
import type { ContentSource } from '../services/fetch/source.ts'
import type { LinkKeeper } from '../services/keep-alive.ts'
import type { Connected } from '../services/membership.ts'
import { Provider } from '../services/provider.ts'
import type { DeviceState } from '../state/device.ts'
import type { Root } from '../trust/root.ts'

const PLAIN_PROFILE = '/nix/var/nix/profiles/shoal'
const CURRENT_SYSTEM = '/run/current-system'
const RUNNING = 'running'
/** Older activations have lost their roots already. */
const ROWS_WITH_ROOTS = 16

export interface DeviceRoleInit {
  readonly dir: string
  readonly fleet: string
  readonly root: Root
  readonly state: DeviceState
  readonly store: NixStore
  readonly spawn: Spawn
  readonly clock: Clock
  readonly keeper: LinkKeeper
  readonly status: Pick<StatusProtocol, 'open'>
  readonly content: Pick<Content, 'open'>
  readonly settings: {
    readonly nixVersionFloor?: string | undefined
    readonly profile?: string | undefined
    readonly cachePort: number
    readonly reserveBytes: number
    readonly healthCommand?: readonly string[] | undefined
    readonly unitsMayFail: readonly string[]
    readonly updateWindow?: string | undefined
    readonly activationTimeoutMs: number
    readonly healthTimeoutMs: number
    readonly confirmTimeoutMs: number
  }
  member(): Member
  connect(signal: AbortSignal): Promise<{ peer: string; connection: Connection }>
  /** Where neighbours are, and who is told what this device holds. */
  readonly discovery: Pick<Discovery, 'neighbours' | 'providers' | 'provide'>
  /** Dials a member at one of its addresses. */
  connectTo(addresses: readonly string[], signal: AbortSignal): Promise<Connected>
  /** Admitted connections to a peer. */
  connections(peer: string): readonly Connection[]
  /** A member that is admitted now. */
  memberOf(peer: string): Member | undefined
  /** Documents of this time (seconds) have verified. */
  sawTime(issued: number): Promise<void>
  onFleet(fleet: Fleet): void
  onLog(what: string, error?: unknown): void
}

export interface DeviceRole {
  readonly agent: DeviceAgent
  readonly link: CoordinatorLink
  /** What neighbours may ask for. */
  readonly provider: Provider
  report(): Promise<DeviceReport>
  /** Begins to dial and to work. */
  start(): void
  stop(): Promise<void>
}

/** Makes the device's services; nothing is done before `start`. */
export async function createDevice(init: DeviceRoleInit): Promise<DeviceRole> {
  const { state, spawn, clock, settings, dir } = init
  const scriptsDir = join(dir, 'activation')
  await mkdir(scriptsDir, { recursive: true, mode: 0o700 })
  const boot = await bootId()
  const staging = await createContentStore({ dir: join(dir, 'content'), reserveBytes: settings.reserveBytes })
  const profiles = new Map<string, Profile>()
  const profileFor = (toplevel: string): Profile => {
    const isNixos = existsSync(join(toplevel, 'bin/switch-to-configuration'))
    const path = settings.profile ?? (isNixos ? SYSTEM_PROFILE : PLAIN_PROFILE)
    const profile = profiles.get(path) ?? createProfile({ spawn, profile: path })
    profiles.set(path, profile)
    return profile
  }
  const sources = new Sources(init, () => link?.look())
  const releases = new HeldReleases({ state, fleet: init.fleet, root: init.root, staging })
  const provider = new Provider(
    heldContent({
      staging,
      targets: async (release) => await releases.targets(release),
      member: async (peer) => init.memberOf(peer),
      isValid: async (path) => (await init.store.isValid([path], AbortSignal.timeout(10_000)))[0] === true,
      dump: dumpNar
    })
  )
  const stopped = new AbortController()
  const tasks = new Tasks((name, error) => {
    if (!stopped.signal.aborted) init.onLog(name, error)
  })
  let provided: Uint8Array | undefined
  /** Tells the DHT what is held now, once a coordinator is in contact; nobody waits for that. */
  const announce = async (): Promise<void> => {
    const target = await releases.committed()
    if (target == null || equalBytes(target.manifestRoot, provided ?? new Uint8Array(0))) return
    const before = provided
    provided = target.manifestRoot
    tasks.run('telling what is held here', async () => {
      await link?.contact(stopped.signal)
      await init.discovery.provide(target.manifestRoot, before, stopped.signal)
    })
  }
  const window = settings.updateWindow == null ? undefined : parseWindow(settings.updateWindow)
  let link: CoordinatorLink | undefined
  const changed = (): void => {
    link?.changed()
  }
  const log = async (rollout: string, text: string): Promise<void> => {
    await state.appendLog([{ rollout: rollout === '' ? null : rollout, at: clock.now(), text }])
    changed()
  }
  const agent = new DeviceAgent({
    fleet: init.fleet,
    root: init.root,
    system: nixSystem(),
    member: () => init.member(),
    sawTime: async (issued) => await init.sawTime(issued),
    state,
    clock,
    spawn,
    bootId: boot,
    fetch: {
      store: init.store,
      staging,
      cachePort: settings.cachePort,
      freeBytes: async () => await freeBytes('/nix/store'),
      reserveBytes: settings.reserveBytes,
      nixKeys: init.root.nixKeys,
      onError: (error) => init.onLog('binary cache', error)
    },
    scripts: createScripts({ spawn, clock, dir: scriptsDir }),
    guard: createGuard({ spawn, dir: scriptsDir }),
    limits: {
      activationMs: settings.activationTimeoutMs,
      healthMs: settings.healthTimeoutMs,
      confirmMs: settings.confirmTimeoutMs
    },
    source: async (signal) => {
      const made = link
      if (made == null) throw new TypeError('the agent was started before its link')
      await made.contact(signal)
      return new NearestSource({
        coordinator: async (stop) => await sources.on(await made.contact(stop), stop),
        find: async (key, stop) =>
          await findNeighbours(
            {
              ...init,
              connect: async (addresses, until) => await init.connectTo(addresses, until),
              targets: async (release) => await releases.targets(release)
            },
            key,
            stop
          ),
        onLog: (what, error) => init.onLog(what, error)
      })
    },
    profile: profileFor,
    runningToplevel: async () => await runningToplevel(state, boot, profileFor),
    setRunning: async (toplevel) => {
      await state.setMeta(RUNNING, JSON.stringify({ toplevel, boot }))
    },
    failedUnits: async (signal) => (await failedUnits(spawn, signal)).failed,
    mayFail: (unit) => settings.unitsMayFail.some((pattern) => matchesGlob(unit, pattern)),
    healthCheck: async (signal) => {
      await healthCheck(spawn, settings.healthCommand, signal)
    },
    nixVersion: async (signal) => {
      const version = await init.store.version(signal)
      if (!nixVersionAllowed(version, settings.nixVersionFloor)) throw oldNix(version)
    },
    confirm: async (signal) => {
      await link?.confirm(signal)
    },
    contact: async (signal) => {
      await link?.contact(signal)
    },
    windowOpensInMs: () => (window == null ? 0 : opensInMs(window, clock.now())),
    sync: async (signal) => {
      await syncFilesystem('/nix/store', spawn, signal)
    },
    collect: async () => {
      await staging.retain(await releases.keep())
      await announce()
      const kept = [(await state.committed())?.toplevel, (await remembered(state))?.toplevel]
      for (const row of await state.recent(ROWS_WITH_ROOTS)) {
        if (row.outcome != null && !kept.includes(row.toplevel)) await init.store.deleteRoot(row.rollout)
      }
    },
    log,
    onChange: changed,
    onError: (what, error) => init.onLog(what, error)
  })
  const report = async (): Promise<DeviceReport> =>
    await deviceReport({
      state,
      agent,
      heartbeatMs: init.keeper.intervalMs,
      system: nixSystem(),
      running: async () => await runningToplevel(state, boot, profileFor),
      isExpected: async (toplevel) => (await remembered(state))?.toplevel === toplevel,
      profile: profileFor,
      bootedKernel: async () => (await bootedKernel()) ?? '',
      kernelChanged,
      units: async () => await failedUnits(spawn, AbortSignal.timeout(10_000)),
      freeBytes: async () => await freeBytes('/nix/store')
    })
  link = new CoordinatorLink({
    clock,
    keeper: init.keeper,
    status: init.status,
    random: Math.random,
    connect: init.connect,
    reporter: (stream, ring) =>
      new DeviceReporter(
        {
          state,
          clock,
          report,
          activation: async (rollout) => await agent.activationReport(rollout),
          onLog: init.onLog
        },
        stream,
        ring
      ),
    onFleet: init.onFleet,
    onLog: init.onLog
  })
  const made = link
  return {
    agent,
    link: made,
    provider,
    report,
    start: () => {
      made.start()
      agent.start()
    },
    stop: async () => {
      stopped.abort()
      await tasks.idle()
      await agent.stop()
      await made.stop()
    }
  }
}

const oldNix = (version: string): RefusedError =>
  new RefusedError('nix_version', `Nix ${version} has known holes`, {
    hint: 'update Nix, or lower the floor by name: "nixVersionFloor" in config.json'
  })

async function healthCheck(
  spawn: Spawn,
  command: readonly string[] | undefined,
  signal: AbortSignal
): Promise<void> {
  const [program, ...args] = command ?? []
  if (program == null) return
  const { code, stderr } = await spawn.run(program, args, { signal })
  if (code !== 0) {
    throw new RefusedError(
      'health_check',
      `the health command ended with ${code ?? 'a signal'}: ${stderr.slice(-500)}`
    )
  }
}

async function remembered(state: DeviceState): Promise<{ toplevel: string; boot: string } | undefined> {
  const text = await state.getMetaText(RUNNING)
  return text == null ? undefined : (JSON.parse(text) as { toplevel: string; boot: string })
}

/** What runs now: NixOS says so itself; elsewhere it is what was activated last in this boot, else the profile. */
async function runningToplevel(
  state: DeviceState,
  boot: string,
  profileFor: (toplevel: string) => Profile
): Promise<string> {
  if (existsSync(CURRENT_SYSTEM)) return await readlink(CURRENT_SYSTEM)
  const last = await remembered(state)
  if (last?.boot === boot) return last.toplevel
  const committed = await state.committed()
  return (await profileFor(committed?.toplevel ?? '').current())?.toplevel ?? ''
}

/** One content stream on the connection in use. */
class Sources {
  readonly #init: Pick<DeviceRoleInit, 'content'>
  readonly #onQuiet: () => void
  #held: { connection: Connection; link: ContentLink; source: ContentSource } | undefined

  constructor(init: Pick<DeviceRoleInit, 'content'>, onQuiet: () => void) {
    this.#init = init
    this.#onQuiet = onQuiet
  }

  async on(connection: Connection, signal: AbortSignal): Promise<ContentSource> {
    const held = this.#held
    if (held?.connection === connection && !held.link.closed.aborted) return held.source
    const link = await this.#init.content.open(connection, signal, this.#onQuiet)
    const source = contentSource(connection.remotePeer.toString(), link)
    this.#held = { connection, link, source }
    return source
  }
}
