/**
 * A shell on a device behind carrier-grade NAT from an admin behind another, in the laboratory of docs/natlab.md: when the
 * first prompt is there, with the admin's daemon and without, and how long a key takes beside `shoal ping` on the same
 * path. `node bench/shell.ts [--pair cgn-symxcgn-sym] [--rtt 20] [--prompts 5] [--rounds 5] [--keys 30] [--json]`, as
 * root; `MAIN=dist/js/main.js` before it measures what `npm run bundle` made. docs/figures.md has the results.
 */

import { parseArgs } from 'node:util'
import { pingSchema } from '../src/model/control.ts'
import { createLab } from '../test/natlab/lab.ts'
import type { PlaceName } from '../test/natlab/pairs.ts'
import { ADMIN, COORDINATOR, DEVICE, PLACES, RELAY, topologyWith } from '../test/natlab/pairs.ts'
import { firstPromptMs, median, openTyping, typeKeys } from '../test/natlab/shell.ts'
import { LabFleet } from '../test/natlab/shoal.ts'

const { values: flags } = parseArgs({
  options: {
    pair: { type: 'string', default: 'cgn-symxcgn-sym' },
    rtt: { type: 'string', default: '20' },
    prompts: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    keys: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false }
  }
})
const say = (text: string): void => void process.stderr.write(`${text}\n`)

function placeOf(text: string | undefined): PlaceName {
  if (text == null || !Object.hasOwn(PLACES, text)) throw new Error(`no place ${text}`)
  return text as PlaceName
}
const [adminPlace, devicePlace] = flags.pair.split(/[x×]/).map(placeOf)
const rttMs = Number(flags.rtt)
await using lab = await createLab(
  topologyWith({ [ADMIN]: placeOf(adminPlace), [DEVICE]: placeOf(devicePlace) }, rttMs)
)
await using fleet = await LabFleet.create(lab, {
  coordinators: [COORDINATOR, RELAY],
  admins: [ADMIN],
  devices: [DEVICE],
  config: { remoteShell: true }
})
const admin = fleet.machine(ADMIN)

async function prompts(what: string): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < Number(flags.prompts); index++) {
    times.push(await firstPromptMs(admin, DEVICE))
    say(`${what}: first prompt after ${times.at(-1)?.toFixed(0)} ms`)
  }
  return times
}

const withoutDaemon = await prompts('without a daemon')
await fleet.up(ADMIN)
const withDaemon = await prompts('with a daemon')

const rounds: { keyMs: number; pingMs: number; ratio: number }[] = []
const all: number[] = []
const paths = new Set<string | null>()
await using terminal = await openTyping(admin, DEVICE)
for (let index = 0; index < Number(flags.rounds); index++) {
  const { times: keys } = await typeKeys(terminal, Number(flags.keys))
  const ping = await admin.ask(pingSchema, ['ping', DEVICE, '--count', flags.keys, '--timeout', '60'])
  paths.add(ping.path)
  all.push(...keys)
  const [keyMs, pingMs] = [median(keys), median(ping.rttMs)]
  rounds.push({ keyMs, pingMs, ratio: keyMs / pingMs })
  say(
    `key ${keyMs.toFixed(1)} ms, ping ${pingMs.toFixed(1)} ms over ${ping.path}: ${(keyMs / pingMs).toFixed(2)}`
  )
}
const result = {
  pair: flags.pair,
  rttMs,
  paths: [...paths],
  firstPromptMs: {
    withDaemon: median(withDaemon),
    withDaemonHighest: Math.max(...withDaemon),
    withoutDaemon: median(withoutDaemon),
    withoutDaemonHighest: Math.max(...withoutDaemon)
  },
  keys: {
    count: all.length,
    medianMs: median(all),
    pingMs: median(rounds.map(({ pingMs }) => pingMs)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
    ratioHighest: Math.max(...rounds.map(({ ratio }) => ratio))
  },
  rounds
}
process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
