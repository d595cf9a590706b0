/** A simulated device: the real agent, pipeline, judge, journal and link on a simulated machine and network. */

import type { Connection } from '@libp2p/interface'
import { FlooredClock } from '../../src/base/clock.ts'
import { NoRoomError, UnreachableError } from '../../src/base/errors.ts'
import type { Member } from '../../src/model/peer.ts'
import type { UpdateWindow } from '../../src/model/window.ts'
import { opensInMs } from '../../src/model/window.ts'
import type { NixStore } from '../../src/nix/store.ts'
import type { ContentStore } from '../../src/services/content-store.ts'
import type { AgentPorts } from '../../src/services/device/agent.ts'
import { DeviceAgent } from '../../src/services/device/agent.ts'
import { CoordinatorLink } from '../../src/services/device/link.ts'
import { deviceReport } from '../../src/services/device/report.ts'
import { DeviceReporter } from '../../src/services/device/reporter.ts'
import type { ContentSource } from '../../src/services/fetch/source.ts'
import { streamKeeper } from '../../src/services/keep-alive.ts'
import type { Database } from '../../src/state/database.ts'
import type { DeviceState } from '../../src/state/device.ts'
import { createDeviceState, openDeviceDatabase } from '../../src/state/device.ts'
import type { DeviceTables } from '../../src/state/device-schema.ts'
import { FLEET, NIX_KEY, ROOT } from '../trust/fleet.ts'
import type { Dice, SimClock, Trace } from './clock.ts'
import { memberOf, SYSTEM } from './documents.ts'
import { Life } from './life.ts'
import { Machine } from './machine.ts'
import type { SimConnection } from './network.ts'

const HEARTBEAT_MS = 120_000
const TIME_FLOOR = 'time_floor'
const LIMITS = { activationMs: 120_000, healthMs: 30_000, confirmMs: 120_000 }
/** What is durable: a kill may come at any of these. */
const WRITES = new Set(['putActivation', 'updateActivation', 'addStep', 'commit', 'addRolledBack', 'setMeta'])

export interface DeviceWorld {
  readonly clock: SimClock
  readonly dice: Dice
  readonly trace: Trace
  /** Dials the coordinator; undefined when it cannot be reached. */
  dial(device: SimDevice): SimConnection | undefined
  /** The status stream of a connection begins. */
  greet(connection: SimConnection): void
  manifestOf(release: string): Uint8Array
  /** A write is about to be made by the device's daemon. */
  onWrite(device: SimDevice, name: string, args: readonly unknown[]): void
}

export class SimDevice {
  readonly member: Member
  readonly machine: Machine
  readonly database: Database<DeviceTables>
  /** Read past every fault. */
  readonly state: DeviceState
  agent: DeviceAgent | undefined
  link: CoordinatorLink | undefined
  /** No network. */
  isAway = false
  /** What its clock is wrong by. */
  skewMs = 0
  window: UpdateWindow | undefined
  isFull = false
  connection: SimConnection | undefined
  readonly #world: DeviceWorld
  #life: Life

  private constructor(world: DeviceWorld, member: Member, first: string, database: Database<DeviceTables>) {
    this.#world = world
    this.member = member
    this.database = database
    this.state = createDeviceState(database)
    this.machine = new Machine(member.name, first, world)
    this.machine.onRunning = () => {
      if (this.machine.behaviour() === 'cut off') this.connection?.cut(20_000)
    }
    this.#life = new Life(() => undefined)
    this.#life.end()
  }

  static async make(world: DeviceWorld, name: string, first: string): Promise<SimDevice> {
    const issued = Math.floor(world.clock.now() / 1000) - 3600
    return new SimDevice(world, memberOf(name, issued), first, await openDeviceDatabase(':memory:'))
  }

  get isUp(): boolean {
    return !this.#life.isOver
  }

  /** The daemon is killed; scripts and guard live on. */
  kill(): void {
    if (this.#life.isOver) return
    this.#life.end()
    this.#killed()
  }

  killAfter(writes: number, isBefore: boolean): void {
    this.#life.endAfter(writes, isBefore)
  }

  #killed(): void {
    this.#world.trace.add(`${this.member.name} is killed`)
    this.connection?.cut(60_000)
    this.agent = undefined
    this.link = undefined
  }

  /** Starts the daemon on the journal that is there. */
  async start(): Promise<void> {
    if (this.isUp) return
    const { clock: time, trace, dice } = this.#world
    trace.add(`${this.member.name} starts`)
    const life = new Life(() => this.#killed())
    this.#life = life
    const own = life.of({
      now: () => time.now() + this.skewMs,
      sleep: async (ms: number, signal: AbortSignal) => await time.sleep(ms, signal)
    })
    const floor = Number((await this.state.getMetaText(TIME_FLOOR)) ?? 0)
    const clock = new FlooredClock(own, floor * 1000)
    const spied = new Proxy(this.state, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function' || typeof name !== 'string' || !WRITES.has(name)) return value
        return (...args: unknown[]): unknown => {
          this.#world.onWrite(this, name, args)
          return Reflect.apply(value, object, args)
        }
      }
    })
    const state = life.of(spied, (name) => WRITES.has(name))
    const agent = new DeviceAgent(this.#ports(state, clock, life))
    const report = async () =>
      await deviceReport({
        state,
        agent,
        heartbeatMs: HEARTBEAT_MS,
        system: SYSTEM,
        running: () => Promise.resolve(this.machine.running),
        isExpected: () => Promise.resolve(true),
        profile: () => this.machine.profile,
        bootedKernel: () => Promise.resolve('kernel'),
        kernelChanged: () => Promise.resolve(false),
        units: () => Promise.resolve({ state: 'running', failed: this.machine.failedUnits() }),
        freeBytes: () => Promise.resolve(1e9)
      })
    const link = new CoordinatorLink({
      clock,
      keeper: streamKeeper(HEARTBEAT_MS, clock),
      random: () => dice.next(),
      connect: async (signal) => await life.bound(this.#connect(life, signal)),
      status: {
        open: (_connection, listener) => {
          const connection = this.connection
          if (connection == null || connection.isCut) throw new UnreachableError('link_lost', 'cut')
          connection.listener = {
            acknowledged: (seq) => {
              if (!life.isOver) listener.acknowledged(seq)
            },
            fleet: () => undefined
          }
          this.#world.greet(connection)
          return Promise.resolve(life.of(connection.link()))
        }
      },
      reporter: (stream, ring) =>
        new DeviceReporter(
          {
            state,
            clock,
            report,
            activation: async (rollout) => await agent.activationReport(rollout),
            onLog: () => undefined
          },
          stream,
          ring
        ),
      onFleet: () => undefined,
      onLog: () => undefined
    })
    this.agent = agent
    this.link = link
    link.start()
    agent.start()
  }

  async #connect(life: Life, signal: AbortSignal): Promise<{ peer: string; connection: Connection }> {
    const { clock, dice } = this.#world
    await clock.sleep(dice.int(20, 800), signal)
    const connection = this.isAway || life.isOver ? undefined : this.#world.dial(this)
    if (connection == null || this.machine.behaviour() === 'cut off') {
      await clock.sleep(dice.int(500, 10_000), signal)
      throw new UnreachableError('coordinator_unreachable', 'no coordinator answered')
    }
    this.connection = connection
    return { peer: 'hub', connection: connection.handle }
  }

  #ports(state: DeviceState, clock: FlooredClock, life: Life): AgentPorts {
    const { dice, trace, clock: time } = this.#world
    const { machine } = this
    return {
      fleet: FLEET,
      root: ROOT,
      system: SYSTEM,
      member: () => this.member,
      sawTime: async (issued) => {
        if (!clock.isBehind) return
        clock.raise(issued * 1000)
        await state.setMeta(TIME_FLOOR, String(issued))
      },
      state,
      clock,
      spawn: undefined as never,
      bootId: machine.bootId,
      fetch: {
        store: this.#store(),
        staging: this.#staging(),
        cachePort: 0,
        freeBytes: () => Promise.resolve(1e9),
        reserveBytes: 0,
        nixKeys: [NIX_KEY.public],
        onError: () => undefined
      },
      scripts: life.of(machine.scripts),
      guard: life.of(machine.guard),
      limits: LIMITS,
      source: async (signal) => {
        await this.link?.contact(signal)
        return life.of(this.#source())
      },
      profile: () => life.of(machine.profile),
      runningToplevel: () => Promise.resolve(machine.running),
      setRunning: () => Promise.resolve(),
      failedUnits: () => Promise.resolve(machine.failedUnits()),
      mayFail: (unit) => unit === 'extra.service',
      healthCheck: async (signal) => await life.bound(machine.healthCheck(signal)),
      nixVersion: () => Promise.resolve(),
      confirm: async (signal) => await this.link?.confirm(signal),
      contact: async (signal) => {
        await this.link?.contact(signal)
      },
      windowOpensInMs: () => (this.window == null ? 0 : opensInMs(this.window, clock.now())),
      sync: async (signal) => await life.bound(time.sleep(dice.int(5, 500), signal)),
      collect: () => Promise.resolve(),
      log: () => Promise.resolve(),
      onChange: () => this.link?.changed(),
      onError: (what, error) => trace.add(`${this.member.name} ${what}: ${String(error)}`)
    }
  }

  /** The closure's one path is there as soon as its manifest has come. */
  #store(): NixStore {
    return {
      isValid: (paths: readonly string[]) => Promise.resolve(paths.map(() => true)),
      closure: (path: string) => Promise.resolve([path]),
      setRoot: () => Promise.resolve()
    } as unknown as NixStore
  }

  #staging(): ContentStore {
    return {
      getManifest: () => Promise.resolve(undefined),
      putManifest: () =>
        this.isFull
          ? Promise.reject(new NoRoomError('disk_full', 'no room', { retryable: true }))
          : Promise.resolve()
    } as unknown as ContentStore
  }

  /** What a transfer is to the agent: it lasts, and breaks when the connection does. */
  #source(): ContentSource {
    const { clock, dice } = this.#world
    const connection = this.connection
    return {
      name: 'hub',
      manifest: async (key, signal) => {
        await clock.sleep(dice.int(200, 60_000), signal)
        if (connection?.isCut !== false) throw new UnreachableError('link_lost', 'cut', { retryable: true })
        return this.#world.manifestOf(Buffer.from(key.release).toString('hex'))
      },
      chunkLists: () => Promise.resolve(new Uint8Array()),
      chunk: () => Promise.reject(new TypeError('there are no chunks here'))
    }
  }
}
