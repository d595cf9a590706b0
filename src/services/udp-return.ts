/**
 * Links that go over TCP because UDP did not pass: one datagram now and then tells when it passes again, and they are dialed
 * anew, QUIC first. docs/mesh.md, Links.
 */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../base/clock.ts'
import { deadline } from '../base/clock.ts'
import { Doorbell } from '../base/tasks.ts'

/** Between questions, doubled to the limit, milliseconds. A question and its answer are less than a heartbeat over TCP. */
const PAUSE_MS = { min: 5_000, max: 60_000 }
const ANSWER_MS = 2_000
/** While all links are QUIC nothing is sent; that they are is looked at so often, and when it is told. */
const IDLE_MS = 60_000
/** A link that was left and came back over TCP: raw datagrams pass, QUIC does not. It stays for so long. */
const AGAIN_MS = 600_000
/** Peers whose link was left, of whom that is remembered. */
const LEFT_MAX = 64

export interface UdpReturnPorts {
  readonly clock: Clock
  /** Links of ours that are not QUIC, in the order in which they are to be left. */
  links(): readonly Connection[]
  /** Asks a peer one question by datagram. Throws when no answer comes. */
  probe(peer: string, signal: AbortSignal): Promise<unknown>
  /** Ends a link, which is dialed anew then. */
  leave(connection: Connection): void
}

/** Runs until it is stopped; sends nothing while every link is QUIC. */
export class UdpReturn {
  readonly #ports: UdpReturnPorts
  readonly #shutdown = new AbortController()
  readonly #bell: Doorbell
  readonly #leftMs = new Map<string, number>()
  #running: Promise<void> | undefined

  constructor(ports: UdpReturnPorts) {
    this.#ports = ports
    this.#bell = new Doorbell(ports.clock)
  }

  start(): void {
    this.#running ??= this.#loop()
  }

  /** Links have changed. */
  look(): void {
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { clock, links, leave } = this.#ports
    const { signal } = this.#shutdown
    let pauseMs = PAUSE_MS.min
    while (!signal.aborted) {
      if (links().length === 0) {
        pauseMs = PAUSE_MS.min
        await this.#bell.wait(signal, IDLE_MS)
        continue
      }
      await clock.sleep(pauseMs, signal).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, PAUSE_MS.max)
      for (const connection of links()) {
        if (!this.#isTry(connection) || !(await this.#passes(connection))) continue
        this.#left(connection)
        leave(connection)
        // The other one stays until this one is back.
        pauseMs = PAUSE_MS.min
        break
      }
    }
  }

  #isTry(connection: Connection): boolean {
    const leftMs = this.#leftMs.get(connection.remotePeer.toString()) ?? Number.NEGATIVE_INFINITY
    return this.#ports.clock.now() - leftMs >= AGAIN_MS
  }

  #left({ remotePeer }: Connection): void {
    if (this.#leftMs.size >= LEFT_MAX) this.#leftMs.clear()
    this.#leftMs.set(remotePeer.toString(), this.#ports.clock.now())
  }

  async #passes({ remotePeer }: Connection): Promise<boolean> {
    using limit = deadline(this.#ports.clock, ANSWER_MS, this.#shutdown.signal)
    return await this.#ports.probe(remotePeer.toString(), limit.signal).then(
      () => true,
      () => false
    )
  }
}
