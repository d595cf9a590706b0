/** One simulated NixOS machine: what runs, what boots, scripts and a guard that live apart from the daemon. */

import { RefusedError } from '../../src/base/errors.ts'
import type { Profile } from '../../src/nix/profile.ts'
import type { Guard } from '../../src/services/device/guard.ts'
import type { Scripts } from '../../src/services/device/script.ts'
import type { Dice, SimClock, Trace } from './clock.ts'

/** What a system does on a machine that runs it. */
export const BEHAVIOURS = ['good', 'degraded', 'fails', 'units', 'sick', 'cut off', 'hangs'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

interface Run {
  readonly toplevel: string
  exit: number | null
  isLive: boolean
  off(): void
}

export class Machine {
  readonly name: string
  running: string
  bootEntry: string
  profileTop: string
  generation = 1
  boot = 0
  /** Called when another system runs. */
  onRunning: () => void = () => undefined
  readonly #behaviours = new Map<string, Behaviour>()
  readonly #runs = new Map<string, Run>()
  readonly #guards = new Map<string, { claimedBy: 'daemon' | 'guard' | null; off(): void }>()
  readonly #clock: SimClock
  readonly #dice: Dice
  readonly #trace: Trace

  constructor(name: string, first: string, world: { clock: SimClock; dice: Dice; trace: Trace }) {
    this.name = name
    this.running = first
    this.bootEntry = first
    this.profileTop = first
    this.#clock = world.clock
    this.#dice = world.dice
    this.#trace = world.trace
  }

  setBehaviour(toplevel: string, behaviour: Behaviour): void {
    this.#behaviours.set(toplevel, behaviour)
  }

  behaviour(toplevel = this.running): Behaviour {
    return this.#behaviours.get(toplevel) ?? 'good'
  }

  get bootId(): string {
    return `boot-${this.boot}`
  }

  /** Power off and on: scripts and guard are gone, the committed system comes up. */
  reboot(): void {
    this.boot++
    for (const run of this.#runs.values()) {
      run.off()
      run.isLive = false
    }
    for (const guard of this.#guards.values()) guard.off()
    this.#set(this.bootEntry)
    this.#trace.add(`${this.name} boots ${this.running}`)
  }

  #set(toplevel: string): void {
    this.running = toplevel
    this.onRunning()
  }

  readonly profile: Profile = {
    current: () => Promise.resolve({ toplevel: this.profileTop, generation: this.generation }),
    generations: () => Promise.resolve([]),
    set: async (toplevel, signal) => {
      await this.#clock.sleep(this.#dice.int(20, 400), signal)
      if (toplevel !== this.profileTop) this.generation++
      this.profileTop = toplevel
      return { toplevel, generation: this.generation }
    },
    switchTo: () => Promise.reject(new TypeError('nothing here goes to a generation by number'))
  }

  readonly scripts: Scripts = {
    hasRun: (id) => this.#runs.has(id),
    forget: (id) => {
      this.#runs.delete(id)
      return Promise.resolve()
    },
    run: async ({ id, toplevel, action, timeoutMs }, signal) => {
      const run = this.#runs.get(id) ?? this.#start(id, toplevel, action)
      const deadline = this.#clock.now() + timeoutMs
      while (run.exit == null && run.isLive) {
        if (this.#clock.now() > deadline) {
          run.off()
          run.isLive = false
          return null
        }
        await this.#clock.sleep(SCRIPT_POLL_MS, signal)
      }
      return run.exit
    }
  }

  #start(id: string, toplevel: string, action: string): Run {
    const behaviour = this.behaviour(toplevel)
    const ms =
      behaviour === 'hangs' && action === 'test' ? Number.MAX_SAFE_INTEGER : this.#dice.int(500, 40_000)
    const off = this.#clock.after(ms, () => {
      run.isLive = false
      if (action === 'boot') {
        this.bootEntry = toplevel
        run.exit = 0
      } else {
        this.#set(toplevel)
        run.exit = behaviour === 'fails' ? 1 : behaviour === 'degraded' || behaviour === 'units' ? 4 : 0
      }
      this.#trace.add(`${this.name} ${action} ${toplevel} exit ${run.exit}`)
    })
    const run: Run = { toplevel, exit: null, isLive: true, off }
    this.#runs.set(id, run)
    return run
  }

  readonly guard: Guard = {
    arm: (row, deadlineMs) => {
      this.#guards.get(row.rollout)?.off()
      const off = this.#clock.after(deadlineMs, () => {
        if (guard.claimedBy != null) return
        guard.claimedBy = 'guard'
        this.#trace.add(`${this.name} guard goes back to ${row.previous}`)
        this.#set(row.previous)
      })
      const guard: { claimedBy: 'daemon' | 'guard' | null; off(): void } = { claimedBy: null, off }
      this.#guards.set(row.rollout, guard)
      return Promise.resolve()
    },
    claim: (rollout) => {
      const guard = this.#guards.get(rollout)
      if (guard == null) return Promise.resolve(true)
      guard.claimedBy ??= 'daemon'
      return Promise.resolve(guard.claimedBy === 'daemon')
    },
    disarm: (rollout) => {
      this.#guards.get(rollout)?.off()
      this.#guards.delete(rollout)
      return Promise.resolve()
    }
  }

  failedUnits(): string[] {
    const behaviour = this.behaviour()
    return behaviour === 'units' ? ['app.service'] : behaviour === 'degraded' ? ['extra.service'] : []
  }

  async healthCheck(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(this.#dice.int(100, 5_000), signal)
    if (this.behaviour() === 'sick') throw new RefusedError('health_check', 'the owner says no')
  }
}

const SCRIPT_POLL_MS = 2_000
