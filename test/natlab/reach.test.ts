// Real processes, one a host, behind NATs that have proved what they are: each kind of pair that must be direct, and
// each that must be relayed. The whole table, twenty times a cell, is `npm run natlab`.
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { drawLab, drawRun } from './draw.ts'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'
import { assertGoesStraight, assertPlaces, assertStraight, measure } from './measure.ts'
import { adminAt, COORDINATOR, deviceAt, pairsNamed, RELAY, topologyOf } from './pairs.ts'
import { LabFleet } from './shoal.ts'
import { Transfer } from './transfer.ts'

const RTT_MS = 20
const PINGS = 3
/** Processes that start one after another, on a machine that may have other tests to run. */
const FLEET_MS = 600_000
const PAIR_MS = 300_000
/** Of the table of pairs, one of each kind; all of them share one laboratory and one fleet. */
const pairs = pairsNamed([
  'public×prc',
  'prc×prc',
  'oi×prc',
  'prc×sym',
  'prc×blk',
  'prc×seq',
  'cgn-eim×prc',
  'one-home×one-home',
  'sym×sym',
  'prc×ub',
  '443×prc'
])

describe('pairs', () => {
  let lab: Lab
  let fleet: LabFleet
  const held = new AsyncDisposableStack()

  beforeAll(async () => {
    lab = held.use(await createLab(topologyOf(pairs, RTT_MS)))
    process.stdout.write(`${drawLab(lab)}\n`)
    fleet = held.use(
      await LabFleet.create(lab, {
        coordinators: [COORDINATOR, RELAY],
        admins: [...new Set(pairs.map(({ admin }) => adminAt(admin)))],
        devices: [...new Set(pairs.map(({ device }) => deviceAt(device)))]
      })
    )
  }, FLEET_MS)

  afterAll(async () => {
    await held.disposeAsync()
  }, PAIR_MS)

  test.for(pairs)('$admin×$device is $expected', { timeout: PAIR_MS }, async (pair) => {
    const parties = {
      admin: adminAt(pair.admin),
      device: deviceAt(pair.device),
      relays: [COORDINATOR, RELAY]
    }
    await assertPlaces(lab, pair, parties)
    const run = await measure(lab, fleet, parties, PINGS)
    process.stdout.write(`${drawRun(parties.admin, parties.device, run)}\n`)
    assert.equal(run.ping.path, pair.expected, JSON.stringify(run))
    // Who stays relayed is told why.
    assert.equal(run.ping.reason != null, pair.expected === 'relay', JSON.stringify(run))
    if (pair.expected !== 'direct') return
    await lab.forgetBetween(parties.admin, parties.device)
    const { payload, direct, atRelays } = await assertStraight(lab, fleet, parties)
    process.stdout.write(`${payload} bytes: ${direct} straight, ${atRelays} at the relays\n`)
  })

  // The assertion above would be worth nothing if it held for a payload that the relays do carry.
  test('a payload over a relay is not taken for one that goes straight', { timeout: PAIR_MS }, async () => {
    const parties = { admin: adminAt('sym'), device: deviceAt('sym'), relays: [COORDINATOR, RELAY] }
    await using transfer = await Transfer.begin(lab, fleet, parties, { bytes: 8_000_000, rate: 500_000 })
    await transfer.come(1)
    await assert.rejects(assertGoesStraight(lab, parties, transfer), /the relays carry it/)
  })
})
