/** One simulated fleet from its seed: devices, coordinator, releases, rollouts, faults. */

import type { Offer } from '../../src/model/offer.ts'
import type { RolloutPlan } from '../../src/model/rollout-plan.ts'
import { planOf } from '../../src/model/rollout-plan.ts'
import { Dice, SimClock, Trace } from './clock.ts'
import { SimCoordinator } from './coordinator.ts'
import { SimDevice } from './device.ts'
import type { SimRelease } from './documents.ts'
import { offerOf, releaseOf, toplevelOf } from './documents.ts'
import { SimConnection } from './network.ts'
import type { Plant } from './plant.ts'
import type { Order } from './watch.ts'
import { Watch } from './watch.ts'

/** Within the validity of the fleet's documents. */
const START_MS = 1_800_000_000_000 + 86_400_000
const by = { actor: 'admin', at: START_MS }

export class World {
  readonly clock = new SimClock(START_MS)
  readonly dice: Dice
  readonly trace = new Trace(this.clock)
  readonly plant: Plant | undefined
  readonly devices = new Map<string, SimDevice>()
  readonly releases = new Map<string, SimRelease>()
  #coordinator: SimCoordinator | undefined
  #watch: Watch | undefined
  #releaseCounter = 0
  #offerCounter = 0

  private constructor(seed: number, plant: Plant | undefined) {
    this.dice = new Dice(seed)
    this.plant = plant
  }

  static async make(seed: number, devices: number, plant?: Plant): Promise<World> {
    const world = new World(seed, plant)
    world.#coordinator = await SimCoordinator.make(world)
    const { state } = world.#coordinator
    world.#watch = new Watch({
      clock: world.clock,
      trace: world.trace,
      state,
      device: (peer) => world.device(peer)
    })
    world.#coordinator.watch = world.#watch
    world.coordinator.start()
    for (let index = 0; index < devices; index++) await world.enrol(`d${index}`)
    return world
  }

  get coordinator(): SimCoordinator {
    if (this.#coordinator == null) throw new TypeError('made by World.make')
    return this.#coordinator
  }

  get watch(): Watch {
    if (this.#watch == null) throw new TypeError('made by World.make')
    return this.#watch
  }

  device(peer: string): SimDevice | undefined {
    return this.devices.get(peer)
  }

  dial(device: SimDevice): SimConnection | undefined {
    if (!this.coordinator.isUp) return undefined
    return new SimConnection(device.member.peer, this.clock, this.dice)
  }

  greet(connection: SimConnection): void {
    this.coordinator.greet(connection)
  }

  manifestOf(release: string): Uint8Array {
    return this.releases.get(release)?.manifest ?? new Uint8Array()
  }

  onWrite(device: SimDevice, name: string, args: readonly unknown[]): void {
    this.watch.wrote(device, name, args)
  }

  /** A new member of the fleet; it is not started. */
  async enrol(name: string): Promise<SimDevice> {
    const device = await SimDevice.make(this, name, toplevelOf('v0'))
    const { member } = device
    await this.coordinator.state.putMember({ member, digest: member.key, bundle: member.key }, by)
    this.devices.set(member.peer, device)
    return device
  }

  async publish(): Promise<SimRelease> {
    const release = releaseOf(++this.#releaseCounter, this.seconds)
    this.releases.set(Buffer.from(release.digest).toString('hex'), release)
    const { id, bytes, digest } = release
    await this.coordinator.state.putRelease({ id, digest, bytes, release: release.release }, by)
    return release
  }

  get seconds(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  /** Signs and starts a rollout. */
  async begin(release: SimRelease, plan: Partial<RolloutPlan>, changes: Partial<Offer> = {}): Promise<Order> {
    const whole = { ...planOf(0), ...plan }
    const offer: Offer = {
      counter: ++this.#offerCounter,
      kind: 'update',
      action: 'switch',
      release: release.digest,
      selector: '*',
      issued: this.seconds,
      expires: this.seconds + 7 * 86_400,
      parallel: whole.parallel,
      again: false,
      ...changes
    }
    const { bytes, id } = offerOf(offer)
    const order = { id, offer, plan: whole, release, devicesCount: this.devices.size, blockedSince: null }
    this.watch.ordered(order, bytes)
    this.trace.add(`rollout ${id} of ${release.release.version} ${JSON.stringify(whole)}`)
    await this.coordinator.begin(bytes, whole)
    return order
  }

  /** Does what an admin orders; false when it is refused or nobody is there to do it. */
  async command(order: Order, what: 'pause' | 'resume' | 'abort'): Promise<boolean> {
    try {
      const done = await this.coordinator.rollouts?.[what](order.id, 'admin')
      if (done == null) return false
    } catch (error) {
      this.trace.add(`${what} ${order.id}: ${String(error)}`)
      return false
    }
    this.trace.add(`${what} ${order.id}`)
    order.blockedSince = what === 'resume' ? null : this.clock.now()
    return true
  }

  /** Lets time pass; ends early when `isOver`, or when something is broken. */
  async pass(ms: number, isOver: () => boolean = () => false): Promise<void> {
    await this.clock.run(this.clock.now() + ms, () => this.watch.violation != null || isOver())
  }

  async close(): Promise<void> {
    for (const device of this.devices.values()) {
      device.kill()
      await device.database[Symbol.asyncDispose]()
    }
    this.coordinator.kill()
    await this.coordinator.database[Symbol.asyncDispose]()
  }
}
