/**
 * The acceptor's side of sessions: who may open what, what is kept while nobody carries it, and what ends it: its
 * service, the end of the opener's membership, time. Each session is recorded, with who, what and how long.
 */

import { toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { errorCode, RefusedError, UnreachableError } from '../../base/errors.ts'
import { Doorbell, Tasks } from '../../base/tasks.ts'
import type { Member } from '../../model/peer.ts'
import type { SessionRecord } from '../../model/session.ts'
import { WHAT_LENGTH_MAX } from '../../model/session.ts'
import type { Greeting, Service, Told } from '../../protocols/tunnel.ts'
import { Session } from '../../wire/session.ts'
import type { Carrier } from '../../wire/session-frames.ts'

/** A session that nobody carries is kept for so long: a robot that goes through a tunnel or reboots its modem. */
export const HOLD_MS = 90_000
/** One that has ended answers for so long yet, so that the opener learns that its last bytes arrived. */
const LINGER_MS = 15_000
/** Open ones of one member and of all; each may hold two windows of 4 MiB in memory. */
const PER_PEER_MAX = 64
const SESSIONS_MAX = 128
/** With those that have ended; of them the oldest are forgotten before their time. */
const HELD_MAX = 1_024
/** Node's longest timer is 24.8 days. */
const TIMER_MS_MAX = 86_400_000
/**
 * Who only receives sends nothing, and so does not notice that its NAT has forgotten it or that its network is another: a session
 * on which something moved just now, and nothing has come since, asks the other side. Looks at it, busy and idle.
 */
const LOOK_MS = { busy: 250, idle: 2_000 }
const BUSY_FOR_MS = 4_000
const QUIET_MS = 500

export interface AcceptorPorts {
  readonly clock: Clock
  /** Milliseconds of a clock that never goes back. */
  now(): number
  member(peer: string): Member | undefined
  /** Throws RefusedError when this member may not have this service. */
  allow(service: Service, member: Member): void
  /** Serves a session to its end; what it throws ends the session with its code. */
  serve(session: Session, service: Service, signal: AbortSignal): Promise<void>
  /** Durable when this resolves. The session's service begins after the first record. */
  record(record: SessionRecord): Promise<void>
  /** The carrier of a session has not answered for some round trips: the link that it goes over may be gone. */
  onSilence(): void
  onError(what: string, error: unknown): void
}

interface Held {
  readonly session: Session
  readonly member: Member
  readonly bell: Doorbell
  attempt: number
}

export class Sessions {
  readonly #ports: AcceptorPorts
  readonly #held = new Map<string, Held>()
  readonly #shutdown = new AbortController()
  readonly #tasks: Tasks

  constructor(ports: AcceptorPorts) {
    this.#ports = ports
    this.#tasks = new Tasks((name, error) => ports.onError(name, error))
  }

  /** Sessions that are open. */
  get count(): number {
    return [...this.#held.values()].filter(({ session }) => !session.closed.aborted).length
  }

  /** A stream came: for the tunnel protocol. */
  greeted(greeting: Greeting, peer: string): { told: Told; attach(carrier: Carrier): void } {
    const id = toHex(greeting.session)
    const known = this.#held.get(id)
    if (known != null && known.member.peer !== peer) throw lost()
    if (known == null && greeting.service == null) throw lost()
    const held = known ?? this.#begin(id, greeting, peer)
    // Nobody could be told while nobody carried it.
    held.session.failed.throwIfAborted()
    if (greeting.attempt <= held.attempt) {
      throw new UnreachableError('attempt_stale', 'a later stream has taken this session')
    }
    held.attempt = greeting.attempt
    const { session } = held
    return { told: session.position, attach: (carrier) => session.attach(carrier, greeting) }
  }

  /** Ends the sessions of the members that `which` names. */
  expel(which: (member: Member) => boolean): void {
    for (const { member, session } of this.#held.values()) {
      if (which(member)) session.abort(new RefusedError('member_revoked', 'the membership was revoked'))
    }
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    for (const { session } of this.#held.values()) {
      session.abort(new UnreachableError('device_stopping', 'the device stops', { retryable: true }))
    }
    await this.#tasks.idle()
  }

  #begin(id: string, greeting: Greeting, peer: string): Held {
    const ports = this.#ports
    const { service } = greeting
    const member = ports.member(peer)
    if (service == null || member == null || this.#shutdown.signal.aborted) throw lost()
    ports.allow(service, member)
    const open = [...this.#held.values()].filter((each) => !each.session.closed.aborted)
    const own = open.filter((each) => each.member.peer === peer)
    if (own.length >= PER_PEER_MAX || open.length >= SESSIONS_MAX) {
      throw new RefusedError('session_busy', 'too many sessions', { retryable: true })
    }
    if (this.#held.size >= HELD_MAX) this.#forgetOldest()
    const bell = new Doorbell()
    const session = new Session({ id: greeting.session, now: ports.now, onCarrier: () => bell.ring() })
    const held = { session, member, bell, attempt: -1 }
    this.#held.set(id, held)
    this.#tasks.run(`session ${id.slice(0, 16)}`, async () => {
      await Promise.all([this.#watch(id, held), this.#serve(id, held, service)])
    })
    return held
  }

  #forgetOldest(): void {
    for (const [id, { session }] of this.#held) {
      if (!session.closed.aborted) continue
      this.#held.delete(id)
      return
    }
  }

  async #serve(id: string, { session, member }: Held, service: Service): Promise<void> {
    const ports = this.#ports
    const began = ports.now()
    const record = {
      session: id.slice(0, 16),
      admin: member.name,
      peer: member.peer,
      what: describe(service)
    }
    let code = 'done'
    try {
      // What cannot be written down does not happen.
      await ports.record({ ...record, ended: null })
      await ports.serve(session, service, session.failed)
      session.end()
    } catch (error) {
      code = errorCode(session.failed.aborted ? session.failed.reason : error)
      session.abort(error instanceof Error ? error : new Error(String(error)))
    }
    await ports.record({ ...record, ended: { ms: Math.round(ports.now() - began), code } })
  }

  /** Ends a session that nobody carries for too long, or whose opener's certificate is over; forgets one that has ended. */
  async #watch(id: string, { session, member, bell }: Held): Promise<void> {
    const ports = this.#ports
    let looseMs: number | undefined
    let isSilent = false
    while (!session.closed.aborted) {
      const leftMs = member.expires * 1000 - ports.clock.now()
      if (leftMs <= 0) {
        session.abort(new RefusedError('member_expired', `the certificate of ${member.name} has expired`))
        break
      }
      looseMs = session.isAttached ? undefined : (looseMs ?? ports.now())
      const holdMs = looseMs == null ? TIMER_MS_MAX : HOLD_MS - (ports.now() - looseMs)
      if (holdMs <= 0) {
        session.abort(new UnreachableError('session_lost', 'nobody came back for the session'))
        break
      }
      const isBusy = session.isAttached && session.idleMs < BUSY_FOR_MS
      if (isBusy && session.quietMs >= QUIET_MS) session.ping()
      if (session.isStalled && !isSilent) ports.onSilence()
      isSilent = session.isStalled
      const lookMs = session.isAttached ? LOOK_MS[isBusy ? 'busy' : 'idle'] : TIMER_MS_MAX
      await bell.wait(this.#shutdown.signal, Math.min(holdMs, leftMs, lookMs))
      if (this.#shutdown.signal.aborted) break
    }
    await ports.clock.sleep(LINGER_MS, this.#shutdown.signal).catch(() => undefined)
    this.#held.delete(id)
  }
}

/** What a session is for, in words. */
export function describe(service: Service): string {
  switch (service.kind) {
    case 'speed':
      return 'speed'
    case 'forward':
      return `forward ${service.host}:${service.port}`
    case 'shell':
      return (service.command.length === 0 ? 'shell' : `shell ${service.command.join(' ')}`).slice(
        0,
        WHAT_LENGTH_MAX
      )
  }
}

const lost = (): UnreachableError => new UnreachableError('session_lost', 'the session is not known here')
