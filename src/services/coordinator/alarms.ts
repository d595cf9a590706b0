/**
 * Alarms to the outside as webhooks (docs/operations.md, Seen from outside): looked for from time to time, kept until
 * delivered, a receiver that hangs or is away holds up neither the others nor anything else.
 */

import { createHmac } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { rfc3339, seconds } from '../../base/clock.ts'
import { UnreachableError } from '../../base/errors.ts'
import { Doorbell } from '../../base/tasks.ts'
import type { AlarmEvent, AlarmFacts, AlarmLimits } from '../../model/alarms.ts'
import { alarmsOf } from '../../model/alarms.ts'
import type { Delivery } from '../../state/alarms.ts'
import type { CoordinatorState } from '../../state/coordinator.ts'
import type { Presence } from './presence.ts'

/** Alarms are for people: half a minute is soon enough, and costs one look at the members. */
const LOOK_EVERY_MS = 15_000
/** Older ends of rollouts are history, not news. */
const NEWS_MS = 86_400_000
const ATTEMPT_TIMEOUT_MS = 10_000
const RETRY_MS = { min: 5_000, max: 3_600_000 }
/** With the waits above: about a day. */
const ATTEMPTS_MAX = 32

export interface Receiver {
  readonly url: string
  readonly secret: string
  /** Absent: all. */
  readonly events: readonly AlarmEvent[] | undefined
}

export interface AlarmPorts {
  readonly fleet: string
  readonly state: CoordinatorState
  readonly presence: Pick<Presence, 'contact'>
  readonly clock: Clock
  readonly limits: AlarmLimits
  /** Bytes free where this coordinator writes. */
  freeBytes(): Promise<number>
  readonly self: { readonly peer: string; readonly name: string }
  readonly receivers: readonly Receiver[]
  /** Posts; resolves with the HTTP status. */
  post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<number>
  onLog(what: string, error?: unknown): void
}

export class Alarms {
  readonly #ports: AlarmPorts
  readonly #shutdown = new AbortController()
  readonly #bells = new Map<string, Doorbell>()
  readonly #running: Promise<unknown>

  constructor(ports: AlarmPorts) {
    this.#ports = ports
    for (const { url } of ports.receivers) this.#bells.set(url, new Doorbell())
    const lanes = ports.receivers.map(async (receiver) => await this.#deliver(receiver))
    this.#running = Promise.all([this.#watch(), ...lanes])
  }

  async stop(): Promise<void> {
    this.#shutdown.abort()
    for (const bell of this.#bells.values()) bell.ring()
    await this.#running
  }

  async #watch(): Promise<void> {
    const { state, clock, onLog, receivers } = this.#ports
    const { signal } = this.#shutdown
    await state
      .keepReceivers(receivers.map(({ url }) => url))
      .catch((error: unknown) => onLog('alarms', error))
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => onLog('alarms', error))
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
    }
  }

  async #look(): Promise<void> {
    const { state, clock, fleet, limits, receivers } = this.#ports
    const facts = await this.#facts()
    for (const { key, event, subject, detail } of alarmsOf(facts, limits)) {
      const document = { version: 1, event, at: rfc3339(facts.nowMs), fleet, key, subject, detail }
      const urls = receivers.filter(({ events }) => events?.includes(event) !== false).map(({ url }) => url)
      const alarm = { key, event, body: JSON.stringify(document) }
      if (await state.raiseAlarm(alarm, urls, clock.now()))
        for (const url of urls) this.#bells.get(url)?.ring()
    }
  }

  async #facts(): Promise<AlarmFacts> {
    const { state, clock, presence } = this.#ports
    const nowMs = clock.now()
    const members = (await state.members()).map(({ peer, name, role, serial, expires, lastSeenAt }) => {
      const heard = Math.max(presence.contact(peer)?.lastHeardMs ?? 0, lastSeenAt ?? 0)
      return { peer, name, role, serial, expires, lastSeenMs: heard === 0 ? null : heard }
    })
    const rolledBack = await state.rolledBackSince(nowMs - NEWS_MS)
    const devices = new Map(members.filter(({ role }) => role === 'device').map((each) => [each.peer, each]))
    const reported = (await state.reports()).flatMap(({ peer, report: { diskFreeBytes } }) => {
      const name = devices.get(peer)?.name
      return name == null ? [] : [{ peer, name, freeBytes: diskFreeBytes }]
    })
    return {
      members,
      disks: [{ ...this.#ports.self, freeBytes: await this.#ports.freeBytes() }, ...reported],
      rolledBack: rolledBack.map(({ rollout, peer, errorCode: code }) => ({ rollout, peer, code })),
      halted: await state.haltedRollouts(),
      nowMs
    }
  }

  /** One receiver, one delivery after another. */
  async #deliver(receiver: Receiver): Promise<void> {
    const { state, clock, onLog } = this.#ports
    const { signal } = this.#shutdown
    const bell = this.#bells.get(receiver.url)
    while (!signal.aborted) {
      try {
        const delivery = await state.nextDelivery(receiver.url)
        const now = clock.now()
        if (delivery == null || delivery.nextAt > now) {
          await bell?.wait(signal, delivery == null ? undefined : delivery.nextAt - now)
        } else await this.#attempt(receiver, delivery)
      } catch (error) {
        onLog('webhook', error)
        await clock.sleep(RETRY_MS.min, signal).catch(() => undefined)
      }
    }
  }

  async #attempt(receiver: Receiver, delivery: Delivery): Promise<void> {
    const { state, clock, onLog } = this.#ports
    const signal = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)])
    const headers = signed(receiver.secret, delivery, seconds(clock.now()))
    try {
      const status = await this.#ports.post(receiver.url, headers, delivery.body, signal)
      if (status < 200 || status > 299) {
        throw new UnreachableError('webhook_refused', `the receiver answered ${status}`, { retryable: true })
      }
      await state.deleteDelivery(delivery.id)
    } catch (error) {
      if (this.#shutdown.signal.aborted) return
      onLog(`webhook ${delivery.event} to ${new URL(receiver.url).host}`, error)
      if (delivery.attempts + 1 >= ATTEMPTS_MAX) await state.deleteDelivery(delivery.id)
      else {
        const wait = Math.min(RETRY_MS.min * 2 ** delivery.attempts, RETRY_MS.max)
        await state.postponeDelivery(delivery.id, clock.now() + wait)
      }
    }
  }
}

/** HMAC-SHA256 over `TIME.BODY`, so that what was recorded cannot be sent again later. */
function signed(secret: string, { id, event, body }: Delivery, at: number): Record<string, string> {
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return {
    'content-type': 'application/json',
    'shoal-event': event,
    'shoal-delivery': String(id),
    'shoal-signature': `t=${at},v1=${mac}`
  }
}
