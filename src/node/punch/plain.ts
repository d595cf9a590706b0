/** One attempt of plain DCUtR over QUIC, with peers that speak no more. libp2p/specs relay/DCUtR.md. */

import type { Connection } from '@libp2p/interface'
import type { QuicSocket } from '../quic-socket.ts'
import type { AttemptInit, Direct } from './attempt.ts'
import { mainSockets, send } from './attempt.ts'
import { addressOf } from './candidates.ts'
import { encodeNoise, encodeOpener, FULL_TTL, OPENER_TTLS } from './datagrams.ts'

/** Bounds of the random time between two packets while the other side's connection is awaited, milliseconds. */
const KNOCK_MS = { min: 10, max: 200 }
/** go-libp2p and rust-libp2p give up then. */
const TIMEOUT_MS = 5_000

export class PlainAttempt {
  readonly #init: Omit<AttemptInit, 'plan' | 'keys' | 'theirNat'>
  readonly #over = new AbortController()
  readonly #signal: AbortSignal
  readonly #won = Promise.withResolvers<Direct | undefined>()

  constructor(init: Omit<AttemptInit, 'plan' | 'keys' | 'theirNat'>) {
    this.#init = init
    this.#signal = AbortSignal.any([init.signal, this.#over.signal])
    this.#signal.addEventListener('abort', () => this.#won.resolve(undefined), { once: true })
    if (this.#signal.aborted) this.#won.resolve(undefined)
  }

  get outcome(): Promise<Direct | undefined> {
    return this.#won.promise
  }

  /** Packets that die on the way: they open our NAT and are seen by nobody. */
  async open(): Promise<void> {
    for (const candidate of this.#init.candidates) {
      const [socket] = mainSockets(this.#init.transport, candidate)
      for (const ttl of OPENER_TTLS) await send(socket, candidate, encodeOpener(), ttl)
    }
  }

  /** The side that is dialed: random bytes at random times until the connection is there. */
  knock(): void {
    const { tasks, clock, random, candidates, transport } = this.#init
    this.#endInTime()
    tasks.run('punch: knock', async () => {
      while (!this.#signal.aborted) {
        for (const candidate of candidates) {
          await send(mainSockets(transport, candidate)[0], candidate, encodeNoise(), FULL_TTL)
        }
        const pauseMs = KNOCK_MS.min + random() * (KNOCK_MS.max - KNOCK_MS.min)
        await clock.sleep(pauseMs, this.#signal).catch(() => undefined)
      }
    })
  }

  /** The side that dials, at once and every address. */
  dial(): void {
    const { tasks, transport, upgrader, peer } = this.#init
    this.#endInTime()
    for (const candidate of this.#init.candidates) {
      tasks.run(`punch: dial ${candidate.ip}`, async () => {
        const [socket] = mainSockets(transport, candidate)
        if (socket == null) return
        const options = { signal: this.#signal, upgrader }
        const connection = await transport
          .dialFrom(socket as QuicSocket, addressOf(candidate, peer), options)
          .catch(() => undefined)
        if (connection == null) return
        if (this.#signal.aborted) connection.abort(new Error('another path was quicker'))
        else this.taken(connection)
      })
    }
  }

  taken(connection: Connection): void {
    this.#won.resolve({ connection, method: 'punch' })
    this.#over.abort()
  }

  async end(): Promise<void> {
    this.#over.abort()
  }

  #endInTime(): void {
    this.#init.tasks.run('punch: time', async () => {
      await this.#init.clock.sleep(TIMEOUT_MS, this.#signal).catch(() => undefined)
      this.#over.abort()
    })
  }
}
