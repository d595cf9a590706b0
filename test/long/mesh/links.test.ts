// The two links of a device while relays end, come back and the network loses UDP: every process is real and behind a NAT.
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

const RTT_MS = 20
const COORDINATORS = ['one', 'two', 'three']
/** Two homes of the device, in the order of its uplinks. */
const HOMES = ['home', 'blocked']
/** Coordinators write down where members are every 5 s. */
const WRITTEN_MS = 6_000
const TCP = '/tcp/443'

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms))

describe('a device holds two links', () => {
  let lab: Lab
  let fleet: LabFleet
  let story: Story
  const held = new AsyncDisposableStack()

  beforeAll(async () => {
    const nats = ['home-of-admin', ...HOMES].map((name) => ({ name, at: CORE, kind: 'prc' as const }))
    const hosts = [
      ...COORDINATORS.map((name) => ({ name, at: CORE })),
      { name: 'admin', at: 'home-of-admin' },
      { name: 'device', at: HOMES }
    ]
    lab = held.use(await createLab({ nats, hosts, rttMs: RTT_MS }))
    fleet = held.use(
      await LabFleet.create(lab, { coordinators: COORDINATORS, admins: ['admin'], devices: ['device'] })
    )
    story = new Story(fleet.machine('device').logPath)
    await story.until('second link', 0)
  }, 240_000)

  afterEach(async ({ task }) => {
    for (const home of HOMES) await lab.blockUdp(home, false)
    if (task.result?.state !== 'fail') return
    const file = join(tmpdir(), `links-${process.pid}-${task.id}.log`)
    await writeFile(file, await fleet.logs())
    console.log(`logs: ${file}`)
  })

  afterAll(async () => {
    await held.disposeAsync()
  })

  /** The coordinator at the other end of a link now. */
  async function at(link: 'first link' | 'second link'): Promise<string> {
    const peer = (await story.last(link))?.fields['peer']
    const host = COORDINATORS.find((name) => fleet.peer(name) === peer)
    assert.ok(host != null, `${link}: ${String(peer)}`)
    return host
  }

  /** Until two relays are held that are up, milliseconds after `fromMs`: the last reservation of them. */
  async function twoHeld(fromMs: number, without: string): Promise<number> {
    const gone = fleet.peer(without)
    const when = await story.when((entries) => {
      const reserved = new Map<string, number>()
      for (const { what, atMs, fields } of entries) {
        const relay = String(fields['relay'])
        if (what === 'reserved' && !reserved.has(relay)) reserved.set(relay, atMs)
        if (what === 'reservation lost') reserved.delete(relay)
      }
      return !reserved.has(gone) && reserved.size >= 2 ? Math.max(fromMs, ...reserved.values()) : undefined
    })
    return when - fromMs
  }

  for (const link of ['first link', 'second link'] as const) {
    test(`the relay of the ${link} ends, and comes back`, async () => {
      const host = await at(link)
      const endsMs = Date.now()
      await fleet.down(host)
      const lost = await story.until('reservation lost', endsMs)
      console.log(
        `${host}: lost after ${lost.atMs - endsMs} ms, two held ${await twoHeld(lost.atMs, host)} ms later`
      )
      assert.notEqual(await at('first link'), await at('second link'))
      await fleet.upAgain(host)
    })

    test(`the relay of the ${link} is killed, and started again`, async () => {
      await pause(WRITTEN_MS)
      const host = await at(link)
      await fleet.kill(host)
      await fleet.upAgain(host)
      const upMs = Date.now()
      // What is woken looks at the dead connection for 3 s, leaves it, and reserves there or elsewhere.
      const lost = await story.until('reservation lost', upMs - 1_000)
      const back = await story.when((entries) => {
        const count = new Set(
          entries.flatMap(({ what, fields, atMs }) =>
            what === 'reserved' && atMs >= lost.atMs ? [fields['relay']] : []
          )
        ).size
        return count > 0 ? entries.findLast(({ what }) => what === 'reserved')?.atMs : undefined
      })
      console.log(
        `${host}: ready, lost ${lost.atMs - upMs} ms later, reserved anew ${back - lost.atMs} ms after that`
      )
    })
  }

  test('UDP is blocked where the device goes: TCP is found; UDP passes again: TCP is left', async () => {
    await lab.blockUdp('blocked', true)
    await lab.switchUplink('device', 1)
    const upMs = Date.now()
    const overTcp = await story.until('first link', upMs, ({ address }) => String(address).includes(TCP))
    const reserved = await story.until('reserved', upMs)
    console.log(`over TCP after ${overTcp.atMs - upMs} ms, reserved after ${reserved.atMs - upMs} ms`)
    const second = await story.until('second link', overTcp.atMs, ({ address }) =>
      String(address).includes(TCP)
    )
    console.log(`the second link over TCP after ${second.atMs - upMs} ms`)
    const relayed = await fleet.ping('admin', 'device', 1)
    assert.deepEqual([relayed.path, relayed.reason], ['relay', 'udp_blocked'])
    await lab.blockUdp('blocked', false)
    const freeMs = Date.now()
    const overQuic = await story.until('first link', freeMs, ({ address }) =>
      String(address).includes('/quic-v1/')
    )
    const lost = await story.until('first link lost', freeMs)
    console.log(
      `QUIC again after ${overQuic.atMs - freeMs} ms; without a link for ${overQuic.atMs - lost.atMs} ms`
    )
    const secondQuic = await story.until('second link', freeMs, ({ address }) =>
      String(address).includes('/quic-v1/')
    )
    console.log(`the second link after ${secondQuic.atMs - freeMs} ms`)
    assert.equal((await fleet.ping('admin', 'device', 1)).path, 'direct')
    await lab.switchUplink('device', 0)
  })

  test('UDP is blocked from the start', async () => {
    await fleet.down('device')
    await lab.blockUdp('home', true)
    const startMs = Date.now()
    await fleet.up('device')
    const readyMs = Date.now()
    const link = await story.until('first link', startMs)
    assert.ok(String(link.fields['address']).includes(TCP))
    console.log(`ready after ${readyMs - startMs} ms, linked over TCP ${link.atMs - readyMs} ms later`)
  })
})
