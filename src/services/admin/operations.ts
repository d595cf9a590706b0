/** What an admin does to a fleet: each change is a document signed here and checked by the coordinator. */

import { fromHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { seconds } from '../../base/clock.ts'
import {
  ConflictError,
  InvalidError,
  NotFoundError,
  ShoalError,
  UnreachableError
} from '../../base/errors.ts'
import type { ReleaseView, RolloutView, TicketView } from '../../model/control.ts'
import type { Action, OfferKind } from '../../model/offer.ts'
import type { RolloutPlan } from '../../model/rollout-plan.ts'
import { planOf } from '../../model/rollout-plan.ts'
import { createOffer } from '../../trust/offer.ts'
import { keyOfPeerId } from '../../trust/peer-id.ts'
import type { RevocationList } from '../../trust/revocations.ts'
import { createRevocations, openRevocations } from '../../trust/revocations.ts'
import type { FleetKeys, Home } from '../home.ts'
import { openHome } from '../home.ts'
import type { AdminClient } from './client.ts'
import { issuedTickets } from './fleet.ts'

const OFFER_SECONDS = 7 * 24 * 3600
const COUNTER_TRIES_MAX = 3
/** A coordinator that restarts is back well within that. */
const INSIST_MS = 30_000
const INSIST_PAUSE_MS = 500

export interface OperationPorts {
  readonly home: Home
  readonly keys: FleetKeys
  readonly client: AdminClient
  readonly clock: Clock
  /** Keeps a newer revocation list here as well: a coordinator may lose it. */
  keepRevocations(signed: Uint8Array): Promise<void>
}

export interface RolloutOrder {
  /** Id, version or toplevel. */
  readonly release: string
  readonly selector: string
  readonly action: Action
  readonly kind: OfferKind
  readonly plan: RolloutPlan
  readonly again: boolean
}

/** Signs an offer and starts it. Throws NotFoundError (`release_not_found`, `selector_empty`) and what the coordinator refuses. */
export async function startRollout(
  ports: OperationPorts,
  order: RolloutOrder,
  signal: AbortSignal
): Promise<RolloutView> {
  const { home, keys, client, clock } = ports
  const sent = { ...order.plan, waves: [...order.plan.waves] }
  const release = await findRelease(client, order.release, signal)
  for (let attempt = 1; ; attempt++) {
    const last = await client.call('order', { channel: release.channel }, undefined, signal)
    const issued = seconds(clock.now())
    const { bytes } = createOffer(
      {
        counter: last.offer + 1,
        kind: order.kind,
        action: order.action,
        release: fromHex(release.digest),
        selector: order.selector,
        issued,
        expires: Math.max(issued, order.plan.notBefore) + OFFER_SECONDS,
        parallel: order.plan.parallel,
        again: order.again
      },
      home.fleet,
      [keys.release]
    )
    try {
      return await insist(clock, signal, async () => {
        return await client.call('rollout.start', { plan: sent }, bytes, signal)
      })
    } catch (error) {
      const isRace = error instanceof ShoalError && error.code === 'offer_counter'
      if (!isRace || attempt >= COUNTER_TRIES_MAX) throw error
    }
  }
}

/**
 * Sends a signed document again when the coordinator went away before it had answered: it may have been stored, and the same
 * document a second time changes nothing. A new one would be a second order.
 */
async function insist<T>(clock: Clock, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  const until = clock.now() + INSIST_MS
  for (;;) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof UnreachableError) || clock.now() >= until) throw error
    }
    await clock.sleep(INSIST_PAUSE_MS, signal)
  }
}

async function findRelease(
  client: AdminClient,
  reference: string,
  signal: AbortSignal
): Promise<ReleaseView & { digest: string }> {
  return await client.call('release', { release: reference }, undefined, signal)
}

/**
 * A signed offer that goes back: to `to`, or to the release that the selected devices ran before the one they want now.
 * Throws NotFoundError (`release_before`) when there is none, ConflictError (`release_before_differs`) when it is not one.
 */
export async function rollBack(
  ports: OperationPorts,
  order: { readonly selector: string; readonly to: string | null },
  signal: AbortSignal
): Promise<RolloutView> {
  const release = order.to ?? (await releaseBefore(ports.client, order.selector, signal))
  return await startRollout(
    ports,
    {
      release,
      selector: order.selector,
      action: 'switch',
      kind: 'rollback',
      plan: planOf(0),
      again: true
    },
    signal
  )
}

/** The release that came before the one that the selected devices run: of the same channel, the next lower counter. */
async function releaseBefore(client: AdminClient, selector: string, signal: AbortSignal): Promise<string> {
  const status = await client.call('status', { selector }, undefined, signal)
  const running = new Set(status.devices.map((device) => device.running?.release ?? ''))
  const [only, second] = running
  if (second != null) {
    throw new ConflictError('release_before_differs', 'the selected devices run different releases', {
      hint: 'name the release: rollback SELECTOR --to RELEASE'
    })
  }
  const { releases } = await client.call('releases', {}, undefined, signal)
  const current = releases.find(({ release }) => release === only)
  const before = releases
    .filter(({ channel, counter }) => channel === current?.channel && counter < current.counter)
    .toSorted((a, b) => b.counter - a.counter)[0]
  if (before != null) return before.release
  throw new NotFoundError('release_before', 'there is no earlier release to go back to', {
    hint: "name one: rollback SELECTOR --to RELEASE; 'shoal device NAME' shows what ran"
  })
}

/** Tickets that were issued here or used anywhere, by expiry. */
export async function listTickets(
  home: Home,
  client: AdminClient | undefined,
  signal: AbortSignal
): Promise<TicketView[]> {
  const issued = await issuedTickets(home)
  if (client == null) return issued
  const { tickets } = await client.call('tickets', {}, undefined, signal)
  const list = await currentRevocations(home, client, signal)
  const all = new Map(issued.map((ticket) => [ticket.id, ticket]))
  for (const ticket of tickets) all.set(ticket.id, ticket)
  return [...all.values()]
    .map((ticket) => ({ ...ticket, revoked: ticket.revoked || list.tickets.includes(ticket.id) }))
    .toSorted((a, b) => a.expires.localeCompare(b.expires))
}

/** Ends a ticket: nobody joins by it any more. */
export async function revokeTicket(ports: OperationPorts, id: string, signal: AbortSignal): Promise<void> {
  const known = await listTickets(ports.home, ports.client, signal)
  if (!known.some((ticket) => ticket.id === id)) {
    throw new NotFoundError('ticket_not_found', `no ticket ${id}`, { hint: "'shoal ticket list' lists them" })
  }
  await revoke(ports, { tickets: [id] }, signal)
}

/** Ends a membership, by serial and key: every member refuses it from then on. Throws NotFoundError (`member_not_found`). */
export async function revokeMember(ports: OperationPorts, name: string, signal: AbortSignal): Promise<void> {
  const member = await ports.client.call('member', { name }, undefined, signal)
  if (member.role === 'admin' && name === ports.home.name) {
    throw new InvalidError('revoke_self', 'this would end the membership of this very directory')
  }
  await revoke(ports, { serials: [member.serial], keys: [keyOfPeerId(member.peer)] }, signal)
}

async function revoke(
  ports: OperationPorts,
  more: Partial<Pick<RevocationList, 'serials' | 'tickets' | 'keys'>>,
  signal: AbortSignal
): Promise<void> {
  const { home, keys, client, clock } = ports
  const list = await currentRevocations(home, client, signal)
  const bytes = createRevocations(
    {
      number: list.number + 1,
      issued: seconds(clock.now()),
      serials: [...new Set([...list.serials, ...(more.serials ?? [])])],
      tickets: [...new Set([...list.tickets, ...(more.tickets ?? [])])],
      keys: [...list.keys, ...(more.keys ?? [])]
    },
    home.fleet,
    [keys.admin]
  )
  await client.call('revocations.put', {}, bytes, signal)
  await ports.keepRevocations(bytes)
}

async function currentRevocations(
  home: Home,
  client: AdminClient,
  signal: AbortSignal
): Promise<RevocationList> {
  const { base64 } = await client.call('revocations', {}, undefined, signal)
  const theirs = openList(Buffer.from(base64, 'base64'), home)
  // A coordinator that was restored may have an older one than this admin has signed.
  const ours = openList((await openHome(home.dir)).revocations, home)
  return ours.number > theirs.number ? ours : theirs
}

function openList(bytes: Uint8Array, home: Home): RevocationList {
  if (bytes.byteLength === 0) return { number: 0, issued: 0, serials: [], tickets: [], keys: [] }
  return openRevocations(bytes, home.fleet, home.root)
}
