/**
 * How soon a member answers over the relay: `node test/natlab/first-byte.ts [--devices 5] [--rounds 4] [--rtt 20]`. An admin
 * whose daemon holds its links, and one without a daemon, both behind home routers, ping devices that hold a reservation.
 * Between rounds the paths end for want of use; the first round warms the processes up and does not count. docs/figures.md.
 */

import assert from 'node:assert/strict'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Ping } from '../../src/model/control.ts'
import { createLab } from './lab.ts'
import { COORDINATOR, RELAY, standAt } from './pairs.ts'
import { CORE } from './plan.ts'
import { LabFleet } from './shoal.ts'

const { values: flags } = parseArgs({
  options: {
    devices: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '4' },
    rtt: { type: 'string', default: '20' }
  }
})
/** What nobody uses is closed after a minute, and looked at every 5 s. */
const FORGOTTEN_MS = 70_000
/** Over a relay, which lies between: there and back twice the round trip of two hosts. */
const relayRttMs = 2 * Number(flags.rtt)
const [HOLDER, LONE] = ['holder', 'lone']
const devices = Array.from({ length: Number(flags.devices) }, (_, index) => `device-${index + 1}`)

const stands = [HOLDER, LONE, ...devices].map((name) => standAt(name, 'prc'))
await using lab = await createLab({
  nats: stands.flatMap(({ nats }) => nats),
  hosts: [{ name: COORDINATOR, at: CORE }, { name: RELAY, at: CORE }, ...stands.map(({ host }) => host)],
  rttMs: Number(flags.rtt)
})
await using fleet = await LabFleet.create(lab, {
  coordinators: [COORDINATOR, RELAY],
  admins: [HOLDER, LONE],
  devices
})
await fleet.up(HOLDER)
const found: { holder: Ping[]; lone: Ping[] } = { holder: [], lone: [] }
for (let round = 0; round < Number(flags.rounds); round++) {
  if (round > 0) await sleep(FORGOTTEN_MS)
  for (const device of devices) {
    const ping = await fleet.ping(HOLDER, device, 1)
    process.stderr.write(`holder ${device}: ${ping.findMs.toFixed(0)} ${ping.firstByteMs?.toFixed(0)}\n`)
    if (round > 0) found.holder.push(ping)
  }
  for (const device of devices) {
    const ping = await fleet.ping(LONE, device, 1)
    process.stderr.write(`lone ${device}: ${ping.findMs.toFixed(0)} ${ping.firstByteMs?.toFixed(0)}\n`)
    if (round > 0) found.lone.push(ping)
  }
}
const load = loadavg()[0]
process.stdout.write(
  `${JSON.stringify({ relayRttMs, load, holder: told(found.holder), lone: told(found.lone) }, null, 2)}\n`
)

function told(pings: readonly Ping[]) {
  return {
    runs: pings.length,
    findMs: spread(pings.map(({ findMs }) => findMs)),
    firstByteMs: spread(
      pings.map(({ firstByteMs }) => {
        assert.ok(firstByteMs != null)
        return firstByteMs
      })
    )
  }
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1]
  return { least: sorted[0], p50: at(0.5), p95: at(0.95) }
}
