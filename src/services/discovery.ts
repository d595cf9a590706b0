/**
 * Where members are: the local network first, then what the fleet's DHT says. All of it is a hint; a peer is who its key says,
 * and a member when its greeting verified.
 */

import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { errorMessage } from '../base/errors.ts'
import { parallel } from '../base/tasks.ts'
import type { Lan, LanPeer } from '../node/lan.ts'
import type { Lookup, Provider } from '../node/lookup.ts'
import type { Connected } from './membership.ts'

export interface DiscoveryPorts {
  /** False: nothing is asked or told on the local network. */
  readonly usesLan: boolean
  readonly lan: Pick<Lan, 'open' | 'close' | 'networkChanged' | 'peers' | 'search' | 'isOpen'>
  readonly lookup: Lookup
  readonly clock: Clock
  /** Dials, greets and is admitted. */
  connect(addresses: readonly string[], signal: AbortSignal): Promise<Connected>
  /** Peers that are connected now, and their names. */
  known(): readonly { readonly peer: string; readonly name: string }[]
  onLog(what: string, error?: unknown): void
}

/** Answers of a local network come within milliseconds; who waits for a pause between answers needs 1 s. */
const ANSWER_MS = 300
/** Neighbours that are greeted to learn a name. */
const GREETED_MAX = 64
const GREETED_AT_ONCE = 8
const GREET_TIMEOUT_MS = 3_000
/** The DHT is asked by those who have another way beside it. */
const LOOKUP_TIMEOUT_MS = 5_000

export class Discovery {
  readonly #ports: DiscoveryPorts

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports
  }

  /** Announces this node on the local network and hears who is there. */
  async open(): Promise<void> {
    await this.#ports.lan.open()
  }

  async close(): Promise<void> {
    await this.#ports.lan.close()
  }

  async networkChanged(): Promise<void> {
    await this.#ports.lan.networkChanged()
  }

  /** Neighbours on the local network after a search; takes 0.3 s. Throws the signal's reason. */
  async neighbours(signal: AbortSignal): Promise<LanPeer[]> {
    const { lan, clock, usesLan } = this.#ports
    if (!usesLan) return []
    if (lan.isOpen) lan.search()
    else await lan.open()
    await clock.sleep(ANSWER_MS, signal)
    return lan.peers()
  }

  /** Addresses at which a neighbour was heard; nothing is sent. */
  heard(peer: string): readonly Multiaddr[] {
    return this.#ports.lan.peers().find((each) => each.peer === peer)?.addresses ?? []
  }

  /** Addresses of a peer: the neighbour's when it is one, else those that the DHT knows. Throws the signal's reason. */
  async addresses(peer: string, signal: AbortSignal): Promise<readonly Multiaddr[]> {
    const near = await this.neighbours(signal)
    const found = near.find((each) => each.peer === peer)
    return (
      found?.addresses ??
      (await this.#ask(async (limit) => await this.#ports.lookup.findPeer(peer, limit), signal))
    )
  }

  /** Members that said that they hold what a digest names. Throws the signal's reason. */
  async providers(digest: Uint8Array, countMax: number, signal: AbortSignal): Promise<readonly Provider[]> {
    return await this.#ask(
      async (limit) => await this.#ports.lookup.providers(digest, countMax, limit),
      signal
    )
  }

  /** Tells the DHT that this node holds what `digest` names and no longer what `before` does. A failure is logged. */
  async provide(digest: Uint8Array, before: Uint8Array | undefined, signal: AbortSignal): Promise<void> {
    const { lookup, onLog } = this.#ports
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
    try {
      if (before != null) await lookup.retract(before, limit)
      await lookup.provide(digest, limit)
    } catch (error) {
      signal.throwIfAborted()
      onLog('nobody could be told what this node holds', error)
    }
  }

  /**
   * A member of this name on the local network, greeted: what works without any coordinator. Undefined when no neighbour
   * has it. Throws the signal's reason.
   */
  async byName(name: string, signal: AbortSignal): Promise<{ name: string; peer: string } | undefined> {
    const { known } = this.#ports
    const near = await this.neighbours(signal)
    const found = known().find((each) => each.name === name)
    if (found != null) return found
    await this.greet(near, signal)
    return known().find((each) => each.name === name)
  }

  /** Greets those neighbours that are not connected, 64 at most; what they know of the fleet is known here then. */
  async greet(near: readonly LanPeer[], signal: AbortSignal): Promise<void> {
    const { connect, known, onLog } = this.#ports
    const strangers = near.filter(({ peer }) => !known().some((each) => each.peer === peer))
    await parallel(strangers.slice(0, GREETED_MAX), GREETED_AT_ONCE, async ({ addresses }) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(GREET_TIMEOUT_MS)])
      await connect(addresses.map(String), limit).catch((error: unknown) => {
        signal.throwIfAborted()
        onLog(`a neighbour was not greeted: ${errorMessage(error)}`)
      })
    })
  }

  async #ask<T>(
    question: (limit: AbortSignal) => Promise<readonly T[]>,
    signal: AbortSignal
  ): Promise<readonly T[]> {
    try {
      return await question(AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)]))
    } catch (error) {
      signal.throwIfAborted()
      this.#ports.onLog('the DHT did not answer', error)
      return []
    }
  }
}
