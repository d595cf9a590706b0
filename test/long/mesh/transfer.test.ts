// 200 MB through `shoal forward` while the network changes under it: every process is real, and stands behind a NAT.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import type { Lab } from '../../natlab/lab.ts'
import { createLab } from '../../natlab/lab.ts'
import { CORE } from '../../natlab/plan.ts'
import { LabFleet } from '../../natlab/shoal.ts'
import { Transfer } from '../../natlab/transfer.ts'

const MB = 1_000_000
const BYTES = 200 * MB
const RTT_MS = 20
const COORDINATORS = ['coordinator', 'relay']
const ENDS = { admin: 'admin', device: 'device' }
/** The NATs of each end, in the order of its uplinks. */
const HOMES = { admin: ['home-of-admin', 'other-of-admin'], device: ['home-of-device', 'other-of-device'] }
/** What a restart from zero cannot fit into, and headers and a few windows that went twice can. */
const SENT_MAX = 1.25

describe('a transfer goes on', () => {
  let lab: Lab
  let fleet: LabFleet
  const held = new AsyncDisposableStack()

  beforeAll(async () => {
    const nats = [...HOMES.admin, ...HOMES.device].map((name) => ({ name, at: CORE, kind: 'prc' as const }))
    const hosts = [
      ...COORDINATORS.map((name) => ({ name, at: CORE })),
      { name: 'admin', at: HOMES.admin },
      { name: 'device', at: HOMES.device }
    ]
    lab = held.use(await createLab({ nats, hosts, rttMs: RTT_MS }))
    const config = { relayBytesPerHour: 10_000 * MB }
    fleet = held.use(
      await LabFleet.create(lab, {
        coordinators: COORDINATORS,
        admins: ['admin'],
        devices: ['device'],
        config
      })
    )
    await fleet.up('admin')
  }, 240_000)

  afterEach(async ({ task }) => {
    await mend()
    for (const home of [...HOMES.admin, ...HOMES.device]) await lab.blockUdp(home, false)
    if (task.result?.state === 'fail') {
      const file = join(tmpdir(), `transfer-${process.pid}-${task.id}.log`)
      await writeFile(file, await fleet.logs())
      console.log(`logs: ${file}`)
    }
  })

  afterAll(async () => {
    await held.disposeAsync()
  })

  /** Nothing passes between the homes of the ends, until it is mended. */
  async function cut(): Promise<void> {
    const addresses = HOMES.admin.map((name) => lab.address(name)).join(', ')
    for (const nat of HOMES.device) {
      await lab.namespaces.must(
        nat,
        ['nft', '-f', '-'],
        `table ip cut { chain cut { type filter hook forward priority -20; policy accept;
  ip saddr { ${addresses} } drop
  ip daddr { ${addresses} } drop
}
}
`
      )
    }
  }

  async function mend(): Promise<void> {
    for (const nat of HOMES.device) {
      await lab.namespaces.must(nat, ['nft', '-f', '-'], 'table ip cut\ndelete table ip cut\n')
    }
  }

  interface Wires {
    readonly direct: number
    readonly relayed: number
    readonly sent: number
  }

  /** Bytes: between the homes, through the relays, and out of the device's homes. */
  async function wires(): Promise<Wires> {
    const relays = await Promise.all(COORDINATORS.map(async (name) => await lab.counters(name)))
    const homes = await Promise.all(HOMES.device.map(async (name) => await lab.counters(name)))
    return {
      direct: (await lab.between('admin', 'device')).bytes,
      relayed: relays.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
      sent: homes.reduce((sum, { sentBytes }) => sum + sentBytes, 0)
    }
  }

  const mb = (bytes: number): string => (bytes / MB).toFixed(1)
  const since = (now: Wires, before: Wires): Wires => ({
    direct: now.direct - before.direct,
    relayed: now.relayed - before.relayed,
    sent: now.sent - before.sent
  })

  /** Waits for the end, and asserts that what came is right and was sent once. */
  async function ends(transfer: Transfer, before: Wires, sentMax = SENT_MAX): Promise<Wires> {
    const { bytes, sha256, givenSha256, ms } = await transfer.end()
    const all = since(await wires(), before)
    console.log(
      `${mb(bytes)} MB in ${(ms / 1000).toFixed(1)} s; MB sent by the device's homes ${mb(all.sent)}, direct ${mb(all.direct)}, relayed ${mb(all.relayed)}`
    )
    for (const { from, to, bytes: at } of transfer.silences()) {
      if (to - from >= 300) console.log(`  silent for ${to - from} ms at ${mb(at)} MB`)
    }
    assert.equal(bytes, BYTES)
    assert.equal(sha256, givenSha256)
    assert.ok(all.sent <= BYTES * sentMax, `sent ${all.sent} bytes`)
    return all
  }

  test('relayed at first, direct in the middle', async () => {
    await cut()
    const before = await wires()
    await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes: BYTES, rate: 8 * MB })
    await transfer.come(30 * MB)
    const relayed = since(await wires(), before)
    assert.ok(relayed.relayed >= 25 * MB && relayed.direct < MB, JSON.stringify(relayed))
    await mend()
    const mended = Date.now()
    const all = await ends(transfer, before)
    const longest = Math.max(0, ...transfer.silences(mended).map(({ from, to }) => to - from))
    const upgraded = all.relayed - relayed.relayed
    console.log(
      `mended at ${mb(relayed.relayed)} MB; ${mb(upgraded)} MB more over relays; silent for ${longest} ms at most`
    )
    assert.ok(all.direct >= BYTES / 2, 'most of the rest went directly')
  })

  test('the direct path is lost, and comes back', async () => {
    const before = await wires()
    await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes: BYTES, rate: 6 * MB })
    await transfer.come(30 * MB)
    const first = since(await wires(), before)
    assert.ok(first.direct >= 20 * MB, JSON.stringify(first))
    await cut()
    const cutMs = Date.now()
    await transfer.come(transfer.bytes + 20 * MB)
    console.log(`relayed after a silence that ended ${transfer.resumedMs(cutMs)} ms after the cut`)
    const atMend = await wires()
    await mend()
    const mendedMs = Date.now()
    const all = await ends(transfer, before)
    const afterwards = since(await wires(), atMend)
    console.log(
      `after it was mended ${mb(afterwards.direct)} MB direct; ${transfer.resumedMs(mendedMs)} ms silent`
    )
    assert.ok(all.relayed >= 15 * MB, 'relayed meanwhile')
    assert.ok(afterwards.direct >= 20 * MB, 'direct again')
  })

  for (const end of ['device', 'admin'] as const) {
    const role = end === 'device' ? 'dialed the direct path' : 'accepted it'
    test(`the ${end}, which ${role}, switches its uplink`, async () => {
      const before = await wires()
      await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes: BYTES, rate: 8 * MB })
      for (const [at, uplink] of [
        [40, 1],
        [120, 0]
      ] as const) {
        await transfer.come(at * MB)
        await lab.switchUplink(end, uplink)
        const upMs = Date.now()
        await transfer.come(transfer.bytes + 10 * MB)
        console.log(`bytes again ${transfer.resumedMs(upMs)} ms after uplink ${uplink} was up`)
      }
      const all = await ends(transfer, before)
      assert.ok(all.direct >= BYTES / 2, 'most went directly')
    })
  }

  for (const end of ['device', 'admin'] as const) {
    test(`UDP is blocked at the home of the ${end}, and passes again`, async () => {
      const [home = ''] = HOMES[end]
      const before = await wires()
      await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes: BYTES, rate: 5 * MB })
      await transfer.come(30 * MB)
      await lab.blockUdp(home, true)
      const blockedMs = Date.now()
      await transfer.come(transfer.bytes + 30 * MB)
      console.log(`bytes again ${transfer.resumedMs(blockedMs)} ms after UDP was blocked`)
      const atFree = await wires()
      await lab.blockUdp(home, false)
      const freeMs = Date.now()
      const all = await ends(transfer, before)
      const afterwards = since(await wires(), atFree)
      const longest = Math.max(0, ...transfer.silences(freeMs).map(({ from, to }) => to - from))
      console.log(
        `since it passes: MB direct ${mb(afterwards.direct)}, relayed ${mb(afterwards.relayed)}; silent for ${longest} ms at most`
      )
      assert.ok(all.relayed - afterwards.relayed >= 25 * MB, 'relayed while UDP was blocked')
      assert.ok(afterwards.direct >= 20 * MB, 'direct again')
    })
  }

  test('the relay is killed while it relays', async () => {
    await cut()
    const before = await wires()
    await using transfer = await Transfer.begin(lab, fleet, ENDS, { bytes: BYTES, rate: 8 * MB })
    for (const at of [30, 90]) {
      await transfer.come(at * MB)
      const busiest = await relaying()
      await fleet.kill(busiest)
      const killedMs = Date.now()
      await transfer.come(transfer.bytes + 10 * MB)
      console.log(`${busiest} killed: bytes again ${transfer.resumedMs(killedMs)} ms later`)
      await fleet.upAgain(busiest)
    }
    const all = await ends(transfer, before)
    assert.ok(all.direct < MB)
  })

  /** The coordinator that sends most now. */
  async function relaying(): Promise<string> {
    const look = async (): Promise<number[]> =>
      await Promise.all(COORDINATORS.map(async (name) => (await lab.counters(name)).sentBytes))
    const first = await look()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const rates = (await look()).map((sent, index) => sent - (first[index] ?? 0))
    return COORDINATORS[rates.indexOf(Math.max(...rates))] ?? ''
  }
})
