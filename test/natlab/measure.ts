/** A run of one pair of places: what is asserted of it, and what is measured. */

import assert from 'node:assert/strict'
import type { Ping } from '../../src/model/control.ts'
import { assertKind } from './classify.ts'
import type { Lab } from './lab.ts'
import type { Pair } from './pairs.ts'
import { PLACES } from './pairs.ts'
import type { LabFleet } from './shoal.ts'
import { Transfer } from './transfer.ts'

/** One `shoal ping` with what the laboratory saw of it. */
export interface Run {
  readonly ping: Ping
  /** Sent from the outsides of both sides straight to each other, openers that died on the way included. */
  readonly direct: { readonly packets: number; readonly bytes: number }
  /** At the relays' interfaces, both ways. */
  readonly relayed: { readonly packets: number; readonly bytes: number }
  /** Sent by the outermost NAT of each side, or the side itself. */
  readonly sentPackets: { readonly admin: number; readonly device: number }
  /** Of these, straight to the other side: openers, probes, and what the direct path carried. */
  readonly straightPackets: { readonly admin: number; readonly device: number }
}

/** Who takes part: names of hosts. */
export interface Parties {
  readonly admin: string
  readonly device: string
  readonly relays: readonly string[]
}

/** Asserts that the places are what they are called, and that nothing leads around them. */
export async function assertPlaces(lab: Lab, pair: Pair, parties: Parties): Promise<void> {
  await lab.assertClosed()
  await assertKind(lab, parties.admin, PLACES[pair.admin])
  await assertKind(lab, parties.device, PLACES[pair.device])
}

/** Pings once and looks at the wires. Asserts that what is said of the path is so. */
export async function measure(lab: Lab, fleet: LabFleet, parties: Parties, count: number): Promise<Run> {
  const before = await look(lab, parties)
  const ping = await fleet.ping(parties.admin, parties.device, count)
  const after = await look(lab, parties)
  const run: Run = {
    ping,
    direct: less(after.direct, before.direct),
    relayed: less(after.relayed, before.relayed),
    sentPackets: sides(after.sent, before.sent),
    straightPackets: sides(after.straight, before.straight)
  }
  assert.equal(ping.received, ping.sent, `lost: ${JSON.stringify(run)}`)
  // An answer takes a packet each way; behind one NAT it does not come to the core.
  const packets = run.direct.packets + (after.inside - before.inside)
  if (ping.path === 'direct') assert.ok(packets >= 2, `not direct at all: ${JSON.stringify(run)}`)
  return run
}

/** Sent by the device to the admin: at half a megabyte a second, for a minute at most. */
const PAYLOAD = { bytes: 32_000_000, rate: 500_000 }
/** So much of it has come after 40 s: longer than two searches of ports and the pause between them. */
const UNTIL_DIRECT_BYTES = 20_000_000
/** How much of it is looked at, until the way is direct and from then on. */
const LOOK_BYTES = 125_000
const STRAIGHT_BYTES = 1_000_000
/** Over a relay the payload passes its interface twice; what a fleet says to its relays is less than a tenth of it. */
const RELAYED_SHARE_MAX = 0.1
/** What has come is told each 50 ms, and later on a machine that is busy: that much of it is uncertain. */
const DIRECT_SHARE_MIN = 0.5

/** Bytes while a payload was under way. */
export interface Straight {
  readonly payload: number
  /** Between the two, past the relays. */
  readonly direct: number
  /** Everything at the interfaces of the relays, both ways, whoever sent it. */
  readonly atRelays: number
}

/**
 * Sends a payload from device to admin. Asserts that the path becomes direct while it is under way, and that from then on
 * the payload goes straight.
 */
export async function assertStraight(lab: Lab, fleet: LabFleet, parties: Parties): Promise<Straight> {
  await using transfer = await Transfer.begin(lab, fleet, parties, PAYLOAD)
  let seen = await over(lab, parties, transfer, LOOK_BYTES)
  while (seen.atRelays >= seen.payload) {
    assert.ok(transfer.bytes < UNTIL_DIRECT_BYTES, `the payload stays on the relays: ${JSON.stringify(seen)}`)
    seen = await over(lab, parties, transfer, LOOK_BYTES)
  }
  return await assertGoesStraight(lab, parties, transfer)
}

/** Asserts of a payload under way that the relays carry nothing of it: their interfaces see less than a tenth of it. */
export async function assertGoesStraight(lab: Lab, parties: Parties, transfer: Transfer): Promise<Straight> {
  const straight = await over(lab, parties, transfer, STRAIGHT_BYTES)
  const what = JSON.stringify(straight)
  assert.ok(straight.payload >= STRAIGHT_BYTES, what)
  assert.ok(straight.atRelays < straight.payload * RELAYED_SHARE_MAX, `the relays carry it: ${what}`)
  assert.ok(straight.direct >= straight.payload * DIRECT_SHARE_MIN, `it does not go straight: ${what}`)
  return straight
}

/** What is seen while the next `bytes` of a payload come. */
async function over(lab: Lab, parties: Parties, transfer: Transfer, bytes: number): Promise<Straight> {
  const before = { payload: transfer.bytes, ...(await bytesAt(lab, parties)) }
  await transfer.come(before.payload + bytes)
  const after = { payload: transfer.bytes, ...(await bytesAt(lab, parties)) }
  return {
    payload: after.payload - before.payload,
    direct: after.direct - before.direct,
    atRelays: after.atRelays - before.atRelays
  }
}

async function bytesAt(lab: Lab, { admin, device, relays }: Parties) {
  const counters = await Promise.all(relays.map(async (relay) => await lab.counters(relay)))
  const sent = async (name: string): Promise<number> => (await lab.counters(name)).sentBytes
  const gate = lab.gate(admin)
  const inside =
    gate === lab.gate(device) ? (await sent(admin)) + (await sent(device)) - (await sent(gate)) : 0
  return {
    direct: (await lab.between(admin, device)).bytes + inside,
    atRelays: counters.reduce((sum, { receivedBytes, sentBytes }) => sum + receivedBytes + sentBytes, 0)
  }
}

interface Sum {
  readonly packets: number
  readonly bytes: number
}

async function look(lab: Lab, { admin, device, relays }: Parties) {
  const ways = relays.flatMap((relay) => [lab.between(admin, relay), lab.between(device, relay)])
  const relayed = (await Promise.all(ways)).reduce(plus, { packets: 0, bytes: 0 })
  const sent = async (name: string): Promise<number> => (await lab.counters(name)).sentPackets
  const [gateOfAdmin, gateOfDevice] = [lab.gate(admin), lab.gate(device)]
  return {
    direct: await lab.between(admin, device),
    relayed,
    sent: { admin: await sent(gateOfAdmin), device: await sent(gateOfDevice) },
    straight: { admin: await lab.sentTo(admin, device), device: await lab.sentTo(device, admin) },
    /** What the two sent and the NAT that both are behind did not. */
    inside:
      gateOfAdmin === gateOfDevice
        ? (await sent(admin)) + (await sent(device)) - (await sent(gateOfAdmin))
        : 0
  }
}

interface Sides {
  readonly admin: number
  readonly device: number
}

const sides = (after: Sides, before: Sides): Sides => ({
  admin: after.admin - before.admin,
  device: after.device - before.device
})
const plus = (one: Sum, other: Sum): Sum => ({
  packets: one.packets + other.packets,
  bytes: one.bytes + other.bytes
})
const less = (one: Sum, other: Sum): Sum => ({
  packets: one.packets - other.packets,
  bytes: one.bytes - other.bytes
})

export interface Quantiles {
  readonly p50: number
  readonly p95: number
}

/** Nearest rank. */
export function quantiles(values: readonly number[]): Quantiles | null {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1]
  const [p50, p95] = [at(0.5), at(0.95)]
  return p50 == null || p95 == null ? null : { p50, p95 }
}
