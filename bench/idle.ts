/**
 * What an idle device costs: every byte on its interface, both ways, by QUIC and by TCP at the same time.
 * `npm run bench:idle -- [--minutes 10] [--nat 60,30] [--heartbeat-ms 50000] [--json] [--capture]`, as root (`--capture` prints
 * each packet, with tcpdump); `--nat` puts one device behind each NAT, which forgets after so many seconds, and a relay beside
 * the coordinator for the second link. docs/figures.md has the results.
 */

import { parseArgs } from 'node:util'
import { systemClock } from '../src/base/clock.ts'
import { statusSchema } from '../src/model/control.ts'
import { buildClosure, gatherPackages } from './closure.ts'
import type { Transport } from './lab.ts'
import { createLab } from './lab.ts'
import { createMemory, createNetwork } from './network.ts'

/** The design's budget behind a NAT of 60 s: 10 MB in 30 days. */
const BUDGET_BYTES = 10e6
const MINUTES_A_MONTH = 30 * 24 * 60
/** Reports of the activation, and whatever follows a new connection, are over by then. */
const SETTLE_MS = 60_000
/** Learning what a NAT allows takes trials of all silences up to twice its own. */
const LEARN_MS = 420_000
const CLOSURE = { packagesCount: 2, bytes: 1e6 }

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    'heartbeat-ms': { type: 'string' },
    capture: { type: 'boolean', default: false },
    nat: { type: 'string', default: '' }
  }
})
const minutes = Number(flags.minutes)
const natSeconds = Object.fromEntries(
  flags.nat
    .split(',')
    .filter((text) => text !== '')
    .map((text) => [`nat-${text}`, Number(text)])
)
const isNat = Object.keys(natSeconds).length > 0
const DEVICES: readonly string[] = isNat ? Object.keys(natSeconds) : ['quic', 'tcp']
const transportOf = (device: string): Transport => (device === 'tcp' ? 'tcp' : 'quic')
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

await using memory = await createMemory(interrupted.signal)
await using network = await createNetwork(DEVICES, interrupted.signal, natSeconds)
await using lab = await createLab({
  memory: memory.dir,
  address: network.address,
  place: (world) => network.place(world),
  config: flags['heartbeat-ms'] == null ? {} : { heartbeatMs: Number(flags['heartbeat-ms']) },
  signal: interrupted.signal
})
const { signal } = lab
const closure = await buildClosure(lab.admin, await gatherPackages(lab.admin, CLOSURE), signal)
await lab.shoal('publish', closure.toplevel, '--as', 'v1')
if (isNat) await lab.addRelay('relay')
for (const device of DEVICES) await lab.addDevice(device, transportOf(device))
await lab.shoal('rollout', 'v1', '--on', '*', '--wait')
await requireCurrent()
say('settling')
await systemClock.sleep(isNat ? LEARN_MS : SETTLE_MS, signal)

const over = new AbortController()
const scoped = AbortSignal.any([signal, over.signal])
const captures = DEVICES.map(async (each) => (flags.capture ? await network.capture(each, scoped) : ''))
const before = await Promise.all(DEVICES.map(async (each) => await network.counters(each)))
const began = performance.now()
say(`counting for ${minutes} minutes`)
await systemClock.sleep(minutes * 60_000, signal)
const after = await Promise.all(DEVICES.map(async (each) => await network.counters(each)))
const took = (performance.now() - began) / 60_000
over.abort()
await requireCurrent()

const results = DEVICES.map((device, index) => {
  const bytes = (after[index]?.bytes ?? 0) - (before[index]?.bytes ?? 0)
  const bytesAMonth = (bytes / took) * MINUTES_A_MONTH
  return {
    device,
    minutes: took,
    bytes,
    packets: (after[index]?.packets ?? 0) - (before[index]?.packets ?? 0),
    bytesAMinute: bytes / took,
    bytesAMonth,
    ofBudget: bytesAMonth / BUDGET_BYTES
  }
})
if (flags.json) process.stdout.write(`${JSON.stringify({ results })}\n`)
for (const each of flags.json ? [] : results) {
  process.stdout.write(
    `${each.device}: ${each.bytes} bytes in ${each.packets} packets in ${took.toFixed(1)} min: ` +
      `${each.bytesAMinute.toFixed(0)} a minute, ${(each.bytesAMonth / 1e6).toFixed(1)} MB in 30 days, ` +
      `${(each.ofBudget * 100).toFixed(0)} % of the budget\n`
  )
}
for (const text of await Promise.all(captures)) if (flags.capture) say(text)

/** Both devices are online, run what they were told to, and do nothing. */
async function requireCurrent(): Promise<void> {
  const { devices } = statusSchema.parse(await lab.shoal('status'))
  const idle = devices.filter(({ online, state, role }) => role === 'device' && online && state === 'current')
  if (idle.length === DEVICES.length) return
  throw new Error(
    `not idle: ${JSON.stringify(devices.map(({ name, online, state }) => ({ name, online, state })))}`
  )
}
