/**
 * After a restart a coordinator or relay knows no connection, and its members do not know that: QUIC of a process that is
 * gone says nothing. So it remembers where members were heard last, and asks each by one datagram to look at its link.
 */

import { readFile } from 'node:fs/promises'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { writeFileDurably } from '../host/disk.ts'
import type { Observer } from '../node/observation.ts'

/** As many as a coordinator has connections; of more, those heard longest ago are forgotten. */
const MEMBERS_MAX = 8_192
const FILE_BYTES_MAX = 4 * 1024 * 1024
/** Written at most this often: a device that moves twice meanwhile finds its way by itself. */
const WRITE_EVERY_MS = 5_000
/** Wakes a second: all come back through one port, and each brings a handshake. */
const WAKES_PER_SECOND = 200
/** Who did not come back by then is asked again; a datagram may be lost. */
const ROUNDS_MS = [0, 12_000, 30_000] as const
/** A member that is heard and has no connection is told so at most this often. */
const LOST_EVERY_MS = 10_000

export interface WakesPorts {
  readonly path: string
  readonly clock: Clock
  readonly observer: Pick<Observer, 'wake' | 'know'>
  isConnected(peer: string): boolean
  onError(error: unknown): void
}

const fileSchema = z.array(z.tuple([z.string().max(64), z.string().max(128)])).max(MEMBERS_MAX)

export class Wakes {
  readonly #ports: WakesPorts
  /** Last address of each member, heard last at the end. */
  readonly #addresses = new Map<string, string>()
  readonly #toldMs = new Map<string, number>()
  #isDirty = false

  constructor(ports: WakesPorts) {
    this.#ports = ports
  }

  /** Reads who was here, wakes them, and writes down who is, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { path, observer, clock } = this.#ports
    const known = parse(await readFile(path, 'utf8').catch(() => '[]'))
    for (const [peer, address] of known) this.#addresses.set(peer, address)
    observer.know(known.map(([peer]) => peer))
    const waking = this.#wakeAll(known, signal)
    while (!signal.aborted) {
      await clock.sleep(WRITE_EVERY_MS, signal).catch(() => undefined)
      await this.#write()
    }
    await waking
  }

  /** A member was heard from, by datagram or on a connection, at this UDP address. */
  heard(peer: string, address: Multiaddr): void {
    const text = address.toString()
    if (this.#addresses.get(peer) !== text) this.#isDirty = true
    this.#addresses.delete(peer)
    this.#addresses.set(peer, text)
    const oldest = this.#addresses.keys().next().value
    if (this.#addresses.size > MEMBERS_MAX && oldest != null) this.#addresses.delete(oldest)
    if (!this.#ports.isConnected(peer)) this.#tell(peer, address)
  }

  /** Asks a member for a sign of life at the address where it was heard last; nothing when there is none. */
  wake(peer: string): void {
    const address = this.#addresses.get(peer)
    if (address != null) this.#ports.observer.wake(peer, multiaddr(address))
  }

  /** It keeps a link alive that is none. */
  #tell(peer: string, address: Multiaddr): void {
    const now = this.#ports.clock.now()
    if (now - (this.#toldMs.get(peer) ?? 0) < LOST_EVERY_MS) return
    if (this.#toldMs.size >= MEMBERS_MAX) this.#toldMs.clear()
    this.#toldMs.set(peer, now)
    this.#ports.observer.wake(peer, address)
  }

  async #wakeAll(known: readonly (readonly [string, string])[], signal: AbortSignal): Promise<void> {
    const { clock, isConnected } = this.#ports
    for (const waitMs of ROUNDS_MS) {
      await clock.sleep(waitMs, signal).catch(() => undefined)
      for (const [peer] of known) {
        if (signal.aborted) return
        if (isConnected(peer)) continue
        this.wake(peer)
        await clock.sleep(1000 / WAKES_PER_SECOND, signal).catch(() => undefined)
      }
    }
  }

  async #write(): Promise<void> {
    if (!this.#isDirty) return
    this.#isDirty = false
    try {
      await writeFileDurably(this.#ports.path, Buffer.from(JSON.stringify([...this.#addresses])), 0o600)
    } catch (error) {
      this.#ports.onError(error)
    }
  }
}

function parse(text: string): [string, string][] {
  try {
    return text.length > FILE_BYTES_MAX ? [] : fileSchema.parse(JSON.parse(text))
  } catch {
    return []
  }
}
