/**
 * `/shoal/status/1.0.0`: what a device is and does, on one stream that lives as long as its connection.
 * Spec: docs/protocols.md#status. Messages: proto/status.proto.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { toSafeInteger } from '../base/bytes.ts'
import { ProtocolError, UnreachableError } from '../base/errors.ts'
import type { Codec } from '../wire/flow.ts'
import { Flow, openFlow } from '../wire/flow.ts'
import { shoal } from '../wire/messages.js'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { DeviceFrame, CoordinatorFrame } = shoal.status.v1
type DeviceFrame = shoal.status.v1.DeviceFrame
type CoordinatorFrame = shoal.status.v1.CoordinatorFrame
export type Report = shoal.status.v1.Report
export type ReportFields = shoal.status.v1.Report.$Properties
export type Log = shoal.status.v1.Log
export type LogFields = shoal.status.v1.Log.$Properties
export type Fleet = shoal.status.v1.Fleet
export type FleetFields = shoal.status.v1.Fleet.$Properties

export const STATUS: {
  readonly id: string
  readonly device: Codec<DeviceFrame>
  readonly coordinator: Codec<CoordinatorFrame>
  readonly deviceBytesMax: number
  readonly coordinatorBytesMax: number
  readonly stallMs: number
  readonly heartbeatTimeoutMs: number
} = {
  id: '/shoal/status/1.0.0',
  device: DeviceFrame,
  coordinator: CoordinatorFrame,
  deviceBytesMax: 65_536,
  // A revocation list, which is a document of at most 64 KiB, and twice 16 addresses.
  coordinatorBytesMax: 69_632,
  stallMs: 10_000,
  heartbeatTimeoutMs: 10_000
}

const STREAMS_MAX = 2
const ACTIVATIONS_MAX = 64
const STEPS_MAX = 64
const UNITS_MAX = 64
const LINES_MAX = 256
const LINE_CHARACTERS_MAX = 1_024
const COORDINATORS_MAX = 16

/** The end that dialed: a device, or a member that only listens. */
export interface StatusLink {
  /** Aborts when the stream is gone. */
  readonly closed: AbortSignal
  report(report: ReportFields, signal: AbortSignal): Promise<void>
  log(log: LogFields, signal: AbortSignal): Promise<void>
  /**
   * Sends a heartbeat and waits for its answer; gives the round trip in milliseconds. `wakeAfterMs` asks for one wake
   * datagram after that time. Throws UnreachableError (`heartbeat_lost`) after 10 s, and the stream is gone then.
   */
  heartbeat(signal: AbortSignal, wakeAfterMs?: number): Promise<number>
  close(signal: AbortSignal): Promise<void>
}

export interface StatusListener {
  /** Everything up to `seq` is durable at the coordinator. */
  acknowledged(seq: number): void
  fleet(fleet: Fleet): void
}

export type StatusFrame =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'log'; readonly log: Log }
  | { readonly kind: 'heartbeat'; readonly wakeAfterMs: number | undefined }

/** The coordinator's end. */
export interface DeviceLink {
  readonly peer: string
  readonly connection: Connection
  readonly closed: AbortSignal
  /** What the device sends, heartbeats (answered already) included; ends with the stream. */
  readonly frames: AsyncIterable<StatusFrame>
  ack(seq: number, signal: AbortSignal): Promise<void>
  send(fleet: FleetFields, signal: AbortSignal): Promise<void>
}

/** What the rest of the program sees. */
export interface StatusProtocol extends Startable {
  /** Opens the device's stream on the connection to a coordinator. Throws as `openFlow` does. */
  open(connection: Connection, listener: StatusListener, signal: AbortSignal): Promise<StatusLink>
}

export interface StatusInit {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** May this peer report? Otherwise the stream is reset. */
  mayReport(peer: string): boolean
  /** Follows a device until its stream ends or `signal` aborts. The stream ends when this returns. */
  onDevice(link: DeviceLink, signal: AbortSignal): Promise<void>
}

/** The factory that libp2p calls. */
export function status(init: StatusInit): (components: ProtocolComponents) => StatusProtocol {
  return (components) => new StatusService(components, init)
}

class StatusService extends InboundService implements StatusProtocol {
  readonly #init: StatusInit

  constructor(components: ProtocolComponents, init: StatusInit) {
    super(components, { id: STATUS.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  async open(connection: Connection, listener: StatusListener, signal: AbortSignal): Promise<StatusLink> {
    const options = {
      write: STATUS.device,
      writeBytesMax: STATUS.deviceBytesMax,
      read: STATUS.coordinator,
      readBytesMax: STATUS.coordinatorBytesMax,
      stallMs: STATUS.stallMs,
      onRelayed: true
    }
    const flow = await openFlow(connection, STATUS.id, options, signal)
    const link = new DeviceEnd(flow, listener, () => this.#init.now())
    this.tasks.run('status', async () => {
      await link.pump(this.signal)
    })
    return link
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    const flow = new Flow(stream, connection, {
      write: STATUS.coordinator,
      writeBytesMax: STATUS.coordinatorBytesMax,
      read: STATUS.device,
      readBytesMax: STATUS.deviceBytesMax,
      stallMs: STATUS.stallMs
    })
    const peer = connection.remotePeer.toString()
    try {
      if (!this.#init.mayReport(peer)) throw new ProtocolError('status_sender', `${peer} may not report`)
      const link: DeviceLink = {
        peer,
        connection,
        closed: flow.closed,
        frames: deviceFrames(flow, signal),
        ack: async (seq, given) => {
          await flow.write(CoordinatorFrame.create({ body: 'ack', ack: { seq } }), given)
        },
        send: async (fleet, given) => {
          await flow.write(CoordinatorFrame.create({ body: 'fleet', fleet }), given)
        }
      }
      await this.#init.onDevice(link, AbortSignal.any([signal, flow.closed]))
      await flow.close(AbortSignal.any([signal, AbortSignal.timeout(STATUS.stallMs)]))
    } catch (error) {
      flow.abort(error)
      if (!signal.aborted) throw error
    }
  }
}

async function* deviceFrames(
  flow: Flow<CoordinatorFrame, DeviceFrame>,
  signal: AbortSignal
): AsyncGenerator<StatusFrame> {
  for (;;) {
    const frame = await flow.read(signal)
    if (frame == null) return
    if (frame.report != null) {
      const report = shoal.status.v1.Report.create(frame.report)
      checkReport(report)
      yield { kind: 'report', report }
    } else if (frame.log != null) {
      const log = shoal.status.v1.Log.create(frame.log)
      checkLog(log)
      yield { kind: 'log', log }
    } else if (frame.heartbeat != null) {
      const seq = toSafeInteger(frame.heartbeat.seq)
      await flow.write(CoordinatorFrame.create({ body: 'heartbeat', heartbeat: { seq } }), signal)
      yield { kind: 'heartbeat', wakeAfterMs: frame.heartbeat.wakeAfterMs ?? undefined }
    } else throw new ProtocolError('status_frame', 'an empty frame')
  }
}

function checkReport(report: Report): void {
  toSafeInteger(report.seq)
  limit('activations', report.activations.length, ACTIVATIONS_MAX)
  for (const activation of report.activations) limit('steps', activation.steps?.length ?? 0, STEPS_MAX)
  limit('units', report.units?.failed?.length ?? 0, UNITS_MAX)
}

function checkLog(log: Log): void {
  toSafeInteger(log.seq)
  limit('lines', log.lines.length, LINES_MAX)
  for (const line of log.lines) limit('characters', line.text?.length ?? 0, LINE_CHARACTERS_MAX)
}

function limit(what: string, count: number, max: number): void {
  if (count > max) throw new ProtocolError('status_limit', `${count} ${what} in a frame`)
}

class DeviceEnd implements StatusLink {
  readonly #flow: Flow<DeviceFrame, CoordinatorFrame>
  readonly #listener: StatusListener
  readonly #now: () => number
  /** Heartbeats under way by number; each lives at most its timeout. */
  readonly #heartbeats = new Map<number, () => void>()
  #heartbeat = 0

  constructor(flow: Flow<DeviceFrame, CoordinatorFrame>, listener: StatusListener, now: () => number) {
    this.#flow = flow
    this.#listener = listener
    this.#now = now
  }

  get closed(): AbortSignal {
    return this.#flow.closed
  }

  async report(report: ReportFields, signal: AbortSignal): Promise<void> {
    await this.#flow.write(DeviceFrame.create({ body: 'report', report }), signal)
  }

  async log(log: LogFields, signal: AbortSignal): Promise<void> {
    await this.#flow.write(DeviceFrame.create({ body: 'log', log }), signal)
  }

  async heartbeat(signal: AbortSignal, wakeAfterMs?: number): Promise<number> {
    const seq = ++this.#heartbeat
    const answered = Promise.withResolvers<void>()
    this.#heartbeats.set(seq, answered.resolve)
    // Whoever waits below sees the rejection; before that nobody does.
    answered.promise.catch(() => undefined)
    const began = this.#now()
    const lost = AbortSignal.any([AbortSignal.timeout(STATUS.heartbeatTimeoutMs), this.#flow.closed])
    const onLost = (): void => {
      const error = new UnreachableError('heartbeat_lost', 'the coordinator is silent', { retryable: true })
      this.#flow.abort(error)
      answered.reject(error)
    }
    const onAbort = (): void => {
      answered.reject(signal.reason)
    }
    lost.addEventListener('abort', onLost, { once: true })
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#flow.write(
        DeviceFrame.create({
          body: 'heartbeat',
          heartbeat: { seq, ...(wakeAfterMs == null ? {} : { wakeAfterMs }) }
        }),
        signal
      )
      await answered.promise
      return this.#now() - began
    } finally {
      answered.resolve()
      lost.removeEventListener('abort', onLost)
      signal.removeEventListener('abort', onAbort)
      this.#heartbeats.delete(seq)
    }
  }

  async close(signal: AbortSignal): Promise<void> {
    await this.#flow.close(signal)
  }

  /** Reads what the coordinator sends until the stream ends. */
  async pump(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const frame = await this.#flow.read(signal)
        if (frame == null) break
        this.#take(frame)
      }
      // The coordinator has ended its side: nothing that we send would be acknowledged.
      await this.#flow.close(AbortSignal.any([signal, AbortSignal.timeout(STATUS.stallMs)]))
    } catch (error) {
      this.#flow.abort(error)
      if (!signal.aborted && error instanceof ProtocolError) throw error
    }
  }

  #take(frame: CoordinatorFrame): void {
    if (frame.ack != null) this.#listener.acknowledged(toSafeInteger(frame.ack.seq))
    else if (frame.heartbeat != null) this.#heartbeats.get(toSafeInteger(frame.heartbeat.seq))?.()
    else if (frame.fleet != null) {
      const fleet = shoal.status.v1.Fleet.create(frame.fleet)
      limit('coordinators', fleet.coordinators.length, COORDINATORS_MAX)
      limit('relays', fleet.relays.length, COORDINATORS_MAX)
      this.#listener.fleet(fleet)
    } else throw new ProtocolError('status_frame', 'an empty frame')
  }
}
