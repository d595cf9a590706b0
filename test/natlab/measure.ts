/** A run of one pair of places: what is asserted of it, and what is measured. */

import assert from 'node:assert/strict'
import type { Ping } from '../../src/model/control.ts'
import { assertKind } from './classify.ts'
import type { Lab } from './lab.ts'
import type { Pair } from './pairs.ts'
import { PLACES } from './pairs.ts'
import type { LabFleet } from './shoal.ts'

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

/** Pings of a long run beyond those of a short one. */
const MORE_PINGS = 20
const FEW_PINGS = 3

/**
 * Asserts that a direct path carries what is sent over it: of two runs, the longer one costs the direct path a packet
 * each way for each ping more, and the relays, which would see each of them four times, fewer than one.
 */
export async function assertStraight(lab: Lab, fleet: LabFleet, parties: Parties): Promise<void> {
  const few = await measure(lab, fleet, parties, FEW_PINGS)
  const many = await measure(lab, fleet, parties, FEW_PINGS + MORE_PINGS)
  const what = JSON.stringify({ few, many })
  assert.ok(many.direct.packets - few.direct.packets >= 2 * MORE_PINGS, what)
  assert.ok(many.relayed.packets - few.relayed.packets < MORE_PINGS, what)
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
