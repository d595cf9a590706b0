/** What every protocol service does alike: take streams while it runs, and end them all when it stops. */

import type { ComponentLogger, Connection, Logger, Startable, Stream } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { errorCode, errorMessage, UnreachableError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'

/** Parts of libp2p that a protocol needs. */
export interface ProtocolComponents {
  readonly registrar: Registrar
  readonly logger: ComponentLogger
}

export interface InboundOptions {
  readonly id: string
  /** Streams that a side opens at the same time on one connection. */
  readonly streamsMax: number
  readonly onRelayed: boolean
}

/**
 * A stream has ended for who opened it before the other side hears of it: where packets are lost, the next ones come first. Above
 * this multiple a stream is reset.
 */
const ENDING_FACTOR = 4
/** A callback that ignores its signal may not keep the whole program from stopping; milliseconds. */
const STOP_MS = 1_000

export abstract class InboundService implements Startable {
  readonly #registrar: Registrar
  readonly #options: InboundOptions
  readonly #log: Logger
  /** Streams under way; stop() waits for them. */
  protected readonly tasks: Tasks
  /** Replaced on every start(), aborted by stop(). */
  #shutdown = new AbortController()

  constructor(components: ProtocolComponents, options: InboundOptions) {
    this.#registrar = components.registrar
    this.#options = options
    this.#log = components.logger.forComponent(`shoal:${options.id.split('/')[2] ?? ''}`)
    this.tasks = new Tasks((name, error) => {
      // A peer that goes away in the middle is everyday; anything else is its fault or ours.
      if (error instanceof UnreachableError) this.#log('%s: %s', name, error.message)
      else this.#log.error('%s: %s (%s)', name, errorMessage(error), errorCode(error))
    })
  }

  /** Serves one stream of a peer; what it throws is logged, and resetting the stream is its own task. */
  protected abstract serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void>

  /** Aborts when the service stops. */
  protected get signal(): AbortSignal {
    return this.#shutdown.signal
  }

  async start(): Promise<void> {
    this.#shutdown = new AbortController()
    await this.#registrar.handle(this.#options.id, this.#onStream, {
      maxInboundStreams: ENDING_FACTOR * this.#options.streamsMax,
      maxOutboundStreams: this.#options.streamsMax,
      runOnLimitedConnection: this.#options.onRelayed
    })
  }

  /** Every other component still runs here, so stop taking streams before any of them goes. */
  async beforeStop(): Promise<void> {
    await this.#registrar.unhandle(this.#options.id)
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#log.error('a callback did not end with its signal')
      late.resolve()
    }, STOP_MS)
    await Promise.race([this.tasks.idle(), late.promise])
    clearTimeout(timer)
  }

  // Must not throw: libp2p would abort the stream and say nothing.
  readonly #onStream = (stream: Stream, connection: Connection): void => {
    this.tasks.run(`stream of ${connection.remotePeer.toString()}`, async () => {
      await this.serve(stream, connection, this.#shutdown.signal)
    })
  }
}
