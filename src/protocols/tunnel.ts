/**
 * `/shoal/tunnel/1.0.0`: streams that carry a session, one after another; the session is wire/session.ts.
 * Spec: docs/protocols.md#tunnel. Messages: proto/tunnel.proto. Over relays too.
 */

import type { Connection, Startable, Stream } from '@libp2p/interface'
import { toSafeInteger } from '../base/bytes.ts'
import { errorCode, ProtocolError, UnreachableError } from '../base/errors.ts'
import { Flow, openFlow } from '../wire/flow.ts'
import { shoal } from '../wire/messages.js'
import { resetCode, resetError } from '../wire/session-codes.ts'
import type { Carrier, SessionFrame, SessionFrameFields } from '../wire/session-frames.ts'
import { SESSION_FRAMES } from '../wire/session-frames.ts'
import type { ProtocolComponents } from './inbound.ts'
import { InboundService } from './inbound.ts'

const { Open, Resume, Forward, Shell, Size, Speed } = shoal.tunnel.v1

export const TUNNEL = {
  id: '/shoal/tunnel/1.0.0',
  /** From the opening of a stream to its first frame. */
  greetMs: 10_000
} as const

/** A forward is a session for each of its connections, and each may have an old stream beside its new one. */
const STREAMS_MAX = 64
const SESSION_BYTES = 16
const COMMAND_COUNT_MAX = 1_024
const COMMAND_BYTES_MAX = 131_072
const HOST_BYTES_MAX = 255
const TERM = /^[A-Za-z0-9._+-]{0,64}$/

/** What a session is for. */
export type Service =
  | { readonly kind: 'speed'; readonly bytesMax: number; readonly msMax: number }
  | { readonly kind: 'forward'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'shell'
      readonly command: readonly string[]
      readonly pty: boolean
      readonly term: string
      readonly rows: number
      readonly columns: number
    }

/** How a stream begins: a new session with its service, or one that goes on. */
export interface Greeting {
  /** 16 bytes. */
  readonly session: Uint8Array
  readonly attempt: number
  /** Undefined: the session is there already. */
  readonly service: Service | undefined
  readonly received: number
  readonly limit: number
}

export interface Told {
  readonly received: number
  readonly limit: number
}

/** What the rest of the program sees. */
export interface Tunnel extends Startable {
  /**
   * Opens a stream, greets, and gives the stream once the other side has answered, with what it told. Throws as `openFlow`
   * does, ProtocolError, or the error that the other side named (`session_lost`, `remote_shell_off`, …).
   */
  open(
    connection: Connection,
    greeting: Greeting,
    signal: AbortSignal
  ): Promise<{ carrier: Carrier; told: Told }>
}

export interface TunnelInit {
  /**
   * Takes a stream: gives what is told to the other side, and what goes on with the stream afterwards. A RefusedError and
   * its like are told as their code.
   */
  greeted(greeting: Greeting, peer: string): { told: Told; attach(carrier: Carrier): void }
}

/** The factory that libp2p calls. */
export function tunnel(init: TunnelInit): (components: ProtocolComponents) => Tunnel {
  return (components) => new TunnelService(components, init)
}

const OPTIONS = {
  write: SESSION_FRAMES.write,
  read: SESSION_FRAMES.read,
  writeBytesMax: SESSION_FRAMES.bytesMax,
  readBytesMax: SESSION_FRAMES.bytesMax,
  stallMs: SESSION_FRAMES.stallMs
}

class TunnelService extends InboundService implements Tunnel {
  readonly #init: TunnelInit

  constructor(components: ProtocolComponents, init: TunnelInit) {
    super(components, { id: TUNNEL.id, streamsMax: STREAMS_MAX, onRelayed: true })
    this.#init = init
  }

  async open(
    connection: Connection,
    greeting: Greeting,
    signal: AbortSignal
  ): Promise<{ carrier: Carrier; told: Told }> {
    const scoped = AbortSignal.any([signal, this.signal, AbortSignal.timeout(TUNNEL.greetMs)])
    const carrier: Carrier = await openFlow(connection, TUNNEL.id, { ...OPTIONS, onRelayed: true }, scoped)
    try {
      await carrier.write(encodeGreeting(greeting), scoped)
      const answer = await carrier.read(scoped)
      if (answer == null) throw new UnreachableError('stream_closed', 'the stream ended', { retryable: true })
      if (answer.reset != null) throw resetError(answer.reset)
      if (answer.attached == null) throw new ProtocolError('tunnel_answer', 'the answer attaches nothing')
      return { carrier, told: toldOf(answer) }
    } catch (error) {
      carrier.abort(error)
      throw error
    }
  }

  protected override async serve(stream: Stream, connection: Connection, signal: AbortSignal): Promise<void> {
    const peer = connection.remotePeer.toString()
    const carrier: Carrier = new Flow(stream, connection, OPTIONS)
    const scoped = AbortSignal.any([signal, carrier.closed, AbortSignal.timeout(TUNNEL.greetMs)])
    try {
      const first = await carrier.read(scoped)
      if (first == null) throw new ProtocolError('request_missing', 'the stream ended without a greeting')
      const taken = await this.#greet(decodeGreeting(first), peer, carrier, scoped)
      if (taken == null) return
      taken.attach(carrier)
    } catch (error) {
      carrier.abort(error)
      throw error
    }
    await untilClosed(carrier, signal)
  }

  async #greet(
    greeting: Greeting,
    peer: string,
    carrier: Carrier,
    signal: AbortSignal
  ): Promise<{ attach(carrier: Carrier): void } | undefined> {
    try {
      const taken = this.#init.greeted(greeting, peer)
      await carrier.write({ ...taken.told, attached: {} }, signal)
      return taken
    } catch (error) {
      if (error instanceof ProtocolError || errorCode(error) === 'unexpected' || signal.aborted) throw error
      await carrier.write({ reset: resetCode(error) }, signal)
      await carrier.close(signal)
      return undefined
    }
  }
}

/** A stream of ours counts as under way until it is closed; a stop resets it. */
async function untilClosed(carrier: Carrier, signal: AbortSignal): Promise<void> {
  const onStop = (): void => carrier.abort(signal.reason)
  signal.addEventListener('abort', onStop, { once: true })
  if (signal.aborted) onStop()
  if (!carrier.closed.aborted) {
    await new Promise<void>((resolve) => {
      carrier.closed.addEventListener('abort', () => resolve(), { once: true })
    })
  }
  signal.removeEventListener('abort', onStop)
}

const toldOf = (frame: SessionFrame): Told => ({
  received: toSafeInteger(frame.received),
  limit: toSafeInteger(frame.limit)
})

function encodeGreeting({ session, attempt, service, received, limit }: Greeting): SessionFrameFields {
  if (service == null) return { received, limit, resume: { session, attempt } }
  const open = { session, attempt }
  switch (service.kind) {
    case 'speed':
      return { received, limit, open: { ...open, speed: service } }
    case 'forward':
      return { received, limit, open: { ...open, forward: service } }
    case 'shell': {
      const { command, pty, term, rows, columns } = service
      return {
        received,
        limit,
        open: { ...open, shell: { command: [...command], pty, term, size: { rows, columns } } }
      }
    }
  }
}

function decodeGreeting(frame: SessionFrame): Greeting {
  const told = toldOf(frame)
  const begun = frame.open ?? frame.resume
  const { session, attempt } = Resume.create(begun ?? {})
  if (begun == null || session.byteLength !== SESSION_BYTES) {
    throw new ProtocolError('tunnel_greeting', 'the first frame names no session')
  }
  const service = frame.open == null ? undefined : serviceOf(Open.create(frame.open))
  return { session: Uint8Array.from(session), attempt, service, ...told }
}

function serviceOf(open: shoal.tunnel.v1.Open): Service {
  if (open.speed != null) {
    const { bytesMax, msMax } = Speed.create(open.speed)
    return { kind: 'speed', bytesMax: toSafeInteger(bytesMax), msMax }
  }
  if (open.forward != null) {
    const { host, port } = Forward.create(open.forward)
    if (Buffer.byteLength(host) > HOST_BYTES_MAX || host === '' || port < 1 || port > 65_535) {
      throw new ProtocolError('tunnel_forward', 'not an address to forward to')
    }
    return { kind: 'forward', host, port }
  }
  if (open.shell == null) throw new ProtocolError('tunnel_service', 'the session has no service')
  const { command, pty, term, size } = Shell.create(open.shell)
  const { rows, columns } = Size.create(size ?? {})
  const bytes = command.reduce((sum, each) => sum + Buffer.byteLength(each), 0)
  if (command.length > COMMAND_COUNT_MAX || bytes > COMMAND_BYTES_MAX || !TERM.test(term)) {
    throw new ProtocolError('tunnel_shell', 'the command is too long, or the terminal has no proper name')
  }
  return { kind: 'shell', command, pty, term, rows: sideOf(rows), columns: sideOf(columns) }
}

const SIDE_MAX = 4_096
/** 0 is unknown. */
export const sideOf = (cells: number): number => Math.min(cells, SIDE_MAX)
