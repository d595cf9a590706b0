// NATs that forget after 55 s: idle links that stay, and a transfer that outlives its mappings. Real processes, one a host.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import type { Lab } from '../../natlab/lab.ts'
import { createLab } from '../../natlab/lab.ts'
import { CORE } from '../../natlab/plan.ts'
import { LabFleet } from '../../natlab/shoal.ts'
import { Story } from '../../natlab/story.ts'
import { Transfer } from '../../natlab/transfer.ts'

const MB = 1_000_000
const RTT_MS = 20
const LIFETIME_S = 55
const COORDINATORS = ['coordinator', 'relay']
const ENDS = { admin: 'admin', device: 'device' }
/** A home router, and a carrier's NAT that gives each flow another port. */
const HOMES = ['home-of-admin', 'carrier-of-device']
/** More than two lifetimes. */
const IDLE_MS = 130_000
/** What a restart from zero cannot fit into. */
const SENT_MAX = 1.25

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms))

describe('mappings live for 55 s', () => {
  let lab: Lab
  let fleet: LabFleet
  const held = new AsyncDisposableStack()

  beforeAll(async () => {
    const timeouts = { unanswered: LIFETIME_S, answered: LIFETIME_S }
    const [ofAdmin = '', ofDevice = ''] = HOMES
    const nats = [
      { name: ofAdmin, at: CORE, kind: 'prc' as const, timeouts },
      { name: ofDevice, at: CORE, kind: 'blk' as const, timeouts }
    ]
    const hosts = [
      ...COORDINATORS.map((name) => ({ name, at: CORE })),
      { name: 'admin', at: ofAdmin },
      { name: 'device', at: ofDevice }
    ]
    lab = held.use(await createLab({ nats, hosts, rttMs: RTT_MS }))
    // The default interval between heartbeats, so that what the NAT allows is learned.
    const config = { heartbeatMs: 120_000, relayBytesPerHour: 10_000 * MB }
    const spec = { coordinators: COORDINATORS, admins: ['admin'], devices: ['device'], config }
    fleet = held.use(await LabFleet.create(lab, spec))
    await fleet.up('admin')
  }, 240_000)

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    const file = join(tmpdir(), `lifetime-${process.pid}-${task.id}.log`)
    await writeFile(file, await fleet.logs())
    console.log(`logs: ${file}`)
  })

  afterAll(async () => {
    await held.disposeAsync()
  })

  test('idle links are there at their next use', { timeout: IDLE_MS + 120_000 }, async () => {
    const story = new Story(fleet.machine('device').logPath)
    await story.until('second link', 0)
    const fromMs = Date.now()
    await pause(IDLE_MS)
    const lost = await story.last('first link lost')
    assert.ok(lost == null || lost.atMs < fromMs, 'the first link was lost while it was idle')
    const began = Date.now()
    const { path, firstByteMs } = await fleet.ping('admin', 'device', 1)
    console.log(
      `after ${IDLE_MS / 1000} s: first byte ${firstByteMs} ms, ${path}, ${Date.now() - began} ms in all`
    )
    const again = await story.last('first link lost')
    assert.equal(again?.atMs, lost?.atMs, 'the first link was lost at its next use')
  })

  test('they end although they are used: 200 MB go on', { timeout: 400_000 }, async () => {
    const bytes = 200 * MB
    const before = (await lab.between('admin', 'device')).bytes
    const sentBefore = await sent()
    await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes, rate: 1.4 * MB })
    await transfer.come(5 * MB)
    const beganMs = Date.now()
    for (const [lifetimes, homes] of [
      [0.4, [HOMES[1]]],
      [0.8, [HOMES[0]]],
      [1.2, HOMES],
      [2.2, HOMES]
    ] as const) {
      await pause(beganMs + lifetimes * LIFETIME_S * 1_000 - Date.now())
      for (const home of homes) await lab.forgetFlows(home ?? '')
      const forgottenMs = Date.now()
      await transfer.come(transfer.bytes + 5 * MB)
      console.log(
        `${homes.join(' and ')} forgot all: bytes again ${transfer.resumedMs(forgottenMs)} ms later`
      )
    }
    const { sha256, givenSha256, bytes: came } = await transfer.end()
    const direct = (await lab.between('admin', 'device')).bytes - before
    const all = (await sent()) - sentBefore
    console.log(
      `${came / MB} MB came; MB sent by the device ${(all / MB).toFixed(1)}, direct ${(direct / MB).toFixed(1)}`
    )
    for (const { from, to } of transfer.silences(beganMs)) {
      if (to - from >= 300)
        console.log(`  silent for ${to - from} ms, ${((from - beganMs) / 1000).toFixed(1)} s after it began`)
    }
    assert.equal(came, bytes)
    assert.equal(sha256, givenSha256)
    assert.ok(all <= bytes * SENT_MAX, `sent ${all} bytes`)
  })

  async function sent(): Promise<number> {
    return (await lab.counters(HOMES[1] ?? '')).sentBytes
  }
})
