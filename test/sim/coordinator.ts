/** The simulated coordinator: the real rollouts, report streams and state; killed and started again on its database. */

import { UnreachableError } from '../../src/base/errors.ts'
import type { RolloutPlan } from '../../src/model/rollout-plan.ts'
import type { Contact } from '../../src/services/coordinator/presence.ts'
import { Presence } from '../../src/services/coordinator/presence.ts'
import { ReportStream } from '../../src/services/coordinator/reports.ts'
import { Rollouts } from '../../src/services/coordinator/rollouts.ts'
import type { CoordinatorState } from '../../src/state/coordinator.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'
import type { CoordinatorTables } from '../../src/state/coordinator-schema.ts'
import type { Database } from '../../src/state/database.ts'
import { FLEET, ROOT } from '../trust/fleet.ts'
import type { SimClock, Trace } from './clock.ts'
import type { SimDevice } from './device.ts'
import { Life } from './life.ts'
import type { SimConnection } from './network.ts'
import type { Plant } from './plant.ts'
import { planted } from './plant.ts'
import type { Watch } from './watch.ts'

const HEARTBEAT_MS = 120_000

export interface CoordinatorWorld {
  readonly clock: SimClock
  readonly trace: Trace
  readonly plant: Plant | undefined
  device(peer: string): SimDevice | undefined
}

export class SimCoordinator {
  readonly database: Database<CoordinatorTables>
  /** Read past every fault. */
  readonly state: CoordinatorState
  rollouts: Rollouts | undefined
  watch: Watch | undefined
  readonly #world: CoordinatorWorld
  #life = new Life(() => undefined)
  #connections = new Map<string, SimConnection>()
  #presence = new Presence(() => undefined)
  #startedMs = 0

  private constructor(world: CoordinatorWorld, database: Database<CoordinatorTables>) {
    this.#world = world
    this.database = database
    this.state = createCoordinatorState(database)
    this.#life.end()
  }

  static async make(world: CoordinatorWorld): Promise<SimCoordinator> {
    return new SimCoordinator(world, await openCoordinatorDatabase(':memory:'))
  }

  get isUp(): boolean {
    return !this.#life.isOver
  }

  awayMs(peer: string): number {
    const now = this.#world.clock.now()
    if (this.#presence.isOnline(peer, now) && this.#connections.has(peer)) return 0
    const heard = this.#presence.contact(peer)?.lastHeardMs ?? 0
    return Math.max(1, now - Math.max(heard, this.#startedMs))
  }

  start(): void {
    if (this.isUp) return
    const { clock: time, trace, plant } = this.#world
    trace.add('the coordinator starts')
    const life = new Life(() => undefined)
    this.#life = life
    this.#startedMs = time.now()
    this.#presence = new Presence(() => undefined)
    this.#connections = new Map()
    const clock = life.of({
      now: () => time.now(),
      sleep: async (ms: number, signal: AbortSignal) => await time.sleep(ms, signal)
    })
    const seen = this.watch?.coordinatorState(this.state) ?? this.state
    const state = life.of(planted(seen, plant))
    this.rollouts = new Rollouts({
      fleet: FLEET,
      root: ROOT,
      state,
      clock,
      awayMs: (peer) => this.awayMs(peer),
      push: async (peer, bundle, signal) => {
        const connection = this.#connections.get(peer)
        const device = this.#world.device(peer)
        if (connection == null || device == null) throw new UnreachableError('device_away', 'away')
        await this.watch?.pushed(peer, bundle.offer, (each) => this.awayMs(each))
        const answer = connection.call(async () => {
          const { agent } = device
          if (agent == null) throw new UnreachableError('device_away', 'its daemon is gone')
          return await agent.offer(bundle)
        }, signal)
        const given = await life.bound(answer)
        trace.add(`${peer} answers ${given.status} ${'code' in given ? given.code : ''}`)
        return given
      },
      cancel: async (peer, rollout, signal) => {
        const connection = this.#connections.get(peer)
        const agent = this.#world.device(peer)?.agent
        if (connection == null || agent == null) throw new UnreachableError('device_away', 'away')
        const answer = connection.call(async () => await agent.cancel(rollout), signal)
        return (await life.bound(answer)) ? 'cancelled' : 'too_late'
      },
      onChange: () => undefined,
      onError: (what, error) => trace.add(`coordinator: ${what}: ${String(error)}`)
    })
  }

  kill(): void {
    if (!this.isUp) return
    this.#world.trace.add('the coordinator is killed')
    this.#life.end()
    this.rollouts = undefined
    for (const connection of this.#connections.values()) connection.cut(30_000)
    this.#connections.clear()
  }

  /** As the role does (src/roles/coordinator.ts, onDevice). */
  greet(connection: SimConnection): void {
    const life = this.#life
    const { rollouts } = this
    if (rollouts == null) return
    const { clock, trace, plant } = this.#world
    const { peer } = connection
    const presence = this.#presence
    const connections = this.#connections
    const contact: Contact = {
      path: 'direct',
      transport: 'quic',
      isConnected: true,
      lastHeardMs: clock.now(),
      heartbeatMs: HEARTBEAT_MS,
      rttMs: null
    }
    const stream = new ReportStream(
      {
        state: life.of(this.state),
        presence,
        clock,
        onActivation: async (from, activation, progress) => {
          const told =
            plant === 'outcome' && activation.outcome === 'rolled-back'
              ? { ...activation, outcome: 'committed' as const }
              : activation
          await rollouts.activationReported(from, told, progress)
        },
        onChange: () => undefined
      },
      peer,
      contact
    )
    const follow = async (): Promise<void> => {
      connections.set(peer, connection)
      presence.connected(peer, contact)
      let isFirst = true
      for await (const frame of connection.frames()) {
        if (life.isOver) return
        const seq = await stream.take(frame)
        if (seq != null) connection.deliver('down', () => connection.listener?.acknowledged(seq))
        if (isFirst && frame.kind === 'report') {
          isFirst = false
          await rollouts.deviceConnected(peer)
        }
      }
      if (connections.get(peer) === connection) connections.delete(peer)
      presence.disconnected(peer, contact)
    }
    follow().catch((error: unknown) => trace.add(`coordinator: stream of ${peer}: ${String(error)}`))
  }

  async begin(bytes: Uint8Array, plan: RolloutPlan): Promise<string> {
    const started = await this.rollouts?.start(bytes, plan, 'admin')
    if (started == null) throw new TypeError('the coordinator is down')
    return started.id
  }
}
