/**
 * What the kernel says of links, addresses and routes: told when the set of them that can be used has changed. By `ip
 * monitor` where there is one, by looking every few seconds elsewhere.
 */

import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import type { Clock } from '../base/clock.ts'
import { errorCode } from '../base/errors.ts'
import { Doorbell } from '../base/tasks.ts'
import type { Spawn } from './spawn.ts'

/** Addresses and ways out, in a fixed order. */
export interface NetworkState {
  /** `ip` or `ip%interface`; loopback and link-local ones left out. */
  readonly addresses: readonly string[]
  /** Default routes as `gateway%interface`; empty where the kernel is not asked. */
  readonly routes: readonly string[]
}

export interface NetworkPorts {
  readonly spawn: Spawn
  readonly clock: Clock
  onChange(state: NetworkState): void
  onLog(what: string, error?: unknown): void
}

/** One change of uplink is a dozen messages of the kernel within this time, milliseconds. */
const SETTLE_MS = 200
/** A kernel that never stops talking is heard at least this often. */
const SETTLE_MS_MAX = 1_000
/** How often to look where nobody tells. */
const POLL_MS = 5_000
const RESTART_MS = { min: 1_000, max: 60_000 }
/** A monitor that ran this long was no failure of a start. */
const HELD_MS = 30_000
const ROUTES_TIMEOUT_MS = 2_000
/** A router with a whole routing table has more default routes than matter here. */
const ROUTES_MAX = 16

/**
 * Watches until `signal` aborts, and resolves then. `onChange` is called with each set that differs from the one before;
 * the first set is what is there at the start and is not told.
 */
export async function watchNetwork(ports: NetworkPorts, signal: AbortSignal): Promise<void> {
  const bell = new Doorbell()
  const looking = look(ports, bell, signal)
  await listen(ports, bell, signal)
  await looking
}

/** Compares after each ring, once the kernel has been quiet. */
async function look(
  { spawn, clock, onChange }: NetworkPorts,
  bell: Doorbell,
  signal: AbortSignal
): Promise<void> {
  let last = JSON.stringify(await networkState(spawn, signal))
  while (!signal.aborted) {
    await bell.wait(signal)
    const began = clock.now()
    while (!signal.aborted && clock.now() - began < SETTLE_MS_MAX) {
      const before = clock.now()
      await bell.wait(signal, SETTLE_MS)
      if (clock.now() - before >= SETTLE_MS) break
    }
    if (signal.aborted) return
    const state = await networkState(spawn, signal)
    const text = JSON.stringify(state)
    if (text === last || signal.aborted) continue
    last = text
    onChange(state)
  }
}

/** Rings for each line of `ip monitor`, which is started again for ever; without one, every few seconds. */
async function listen(
  { spawn, clock, onLog }: NetworkPorts,
  bell: Doorbell,
  signal: AbortSignal
): Promise<void> {
  let waitMs: number = RESTART_MS.min
  while (!signal.aborted) {
    const began = clock.now()
    try {
      const { stdout, done } = spawn.stream('ip', ['-o', 'monitor', 'link', 'address', 'route'], { signal })
      // What changed while nobody listened.
      bell.ring()
      for await (const _ of createInterface({ input: stdout })) bell.ring()
      await done
    } catch (error) {
      if (signal.aborted) return
      if (errorCode(error) === 'command_missing') {
        await poll(clock, bell, signal)
        return
      }
      onLog('ip monitor', error)
    }
    if (clock.now() - began >= HELD_MS) waitMs = RESTART_MS.min
    await clock.sleep(waitMs, signal).catch(() => undefined)
    waitMs = Math.min(waitMs * 2, RESTART_MS.max)
  }
}

async function poll(clock: Clock, bell: Doorbell, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    bell.ring()
    await clock.sleep(POLL_MS, signal).catch(() => undefined)
  }
}

/** The IPv4 router of the default route that the kernel prefers; undefined where there is none, or no `ip`. Never throws. */
export async function defaultGateway(spawn: Spawn, signal: AbortSignal): Promise<string | undefined> {
  const [first] = await defaultRoutes(spawn, '-4', signal)
  const gateway = first?.split('%')[0] ?? ''
  return isIPv4(gateway) ? gateway : undefined
}

/** What there is now. Never throws: without `ip` there are no routes. */
export async function networkState(spawn: Spawn, signal: AbortSignal): Promise<NetworkState> {
  const routes = await Promise.all([defaultRoutes(spawn, '-4', signal), defaultRoutes(spawn, '-6', signal)])
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, found]) =>
    (found ?? [])
      .filter(({ internal, address }) => !internal && !/^(?:fe[89ab]|169\.254\.)/i.test(address))
      .map(({ address }) => `${address}%${name}`)
  )
  return { addresses: addresses.toSorted(), routes: routes.flat().toSorted() }
}

async function defaultRoutes(spawn: Spawn, family: '-4' | '-6', signal: AbortSignal): Promise<string[]> {
  try {
    const { stdout } = await spawn.run('ip', ['-o', family, 'route', 'show', 'default'], {
      signal,
      timeoutMs: ROUTES_TIMEOUT_MS
    })
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('default'))
      .slice(0, ROUTES_MAX)
      .map((line) => `${/ via (\S+)/.exec(line)?.[1] ?? ''}%${/ dev (\S+)/.exec(line)?.[1] ?? ''}`)
  } catch {
    return []
  }
}
