// A shell on a device behind carrier-grade NAT from an admin behind another: no direct path exists, every key crosses a
// relay. Ratios and counts; times are bench/shell.ts.
import assert from 'node:assert/strict'
import { test } from 'vitest'
import { pingSchema } from '../../../src/model/control.ts'
import { createLab } from '../../natlab/lab.ts'
import { ADMIN, COORDINATOR, DEVICE, RELAY, topologyWith } from '../../natlab/pairs.ts'
import { firstPromptMs, median, openTyping, typeKeys } from '../../natlab/shell.ts'
import { LabFleet } from '../../natlab/shoal.ts'

const ROUNDS = 5
const KEYS = 26
/** Of a key's round trip to that of a ping on the same path; the median over the rounds, since others use the machine too. */
const RATIO_MAX = 1.3

test('each key is echoed once, in order, in about the time of a ping', async () => {
  await using lab = await createLab(topologyWith({ [ADMIN]: 'cgn-sym', [DEVICE]: 'cgn-sym' }, 20))
  await using fleet = await LabFleet.create(lab, {
    coordinators: [COORDINATOR, RELAY],
    admins: [ADMIN],
    devices: [DEVICE],
    config: { remoteShell: true }
  })
  const admin = fleet.machine(ADMIN)
  // Without a daemon, then with one: each has a prompt, or this throws.
  await firstPromptMs(admin, DEVICE)
  await fleet.up(ADMIN)
  await firstPromptMs(admin, DEVICE)
  await using terminal = await openTyping(admin, DEVICE)
  const between = await lab.between(ADMIN, DEVICE)
  const ratios: number[] = []
  let shown = ''
  for (let round = 0; round < ROUNDS; round++) {
    const typed = await typeKeys(terminal, KEYS)
    shown += typed.shown
    const ping = await admin.ask(pingSchema, ['ping', DEVICE, '--count', String(KEYS), '--timeout', '60'])
    assert.equal(ping.path, 'relay')
    assert.equal(ping.received, KEYS)
    ratios.push(median(typed.times) / median(ping.rttMs))
  }
  assert.equal(shown, 'abcdefghijklmnopqrstuvwxyz'.repeat(ROUNDS))
  assert.ok(
    median(ratios) <= RATIO_MAX,
    `a key takes ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} pings`
  )
  const { packets } = await lab.between(ADMIN, DEVICE)
  // Openers and probes of a search may have been sent; a key each way would be more than 250.
  assert.ok(
    packets - between.packets < ROUNDS * KEYS,
    `${packets - between.packets} packets without the relay`
  )
})
