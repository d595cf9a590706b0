/**
 * Bytes through `shoal forward` beside what the mesh itself carries between the same two nodes (`shoal speed`), and beside a
 * plain Node process that copies from one TCP connection to another, as the two nodes do: on a machine whose processors are
 * the limit, a forward cannot take less time than both together (`floor`). All on loopback, real processes, in turns:
 * `node bench/forward.ts [--rounds 5] [--megabytes 100] [--profile DIR] [--json]`. With `--pair cgn-symxcgn-sym [--rtt 20]`
 * both stand behind NATs of the laboratory, as root: what they send goes over a relay, or directly with `--pair prcxprc`;
 * nothing is only copied.
 */

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { speedSchema } from '../src/model/control.ts'
import { createLab as createNatLab } from '../test/natlab/lab.ts'
import type { PlaceName } from '../test/natlab/pairs.ts'
import {
  ADMIN,
  COORDINATOR,
  DEVICE as LAB_DEVICE,
  PLACES,
  RELAY,
  topologyWith
} from '../test/natlab/pairs.ts'
import { LabFleet } from '../test/natlab/shoal.ts'
import type { Rates } from './forward-ends.ts'
import { createPayload, startTarget, through } from './forward-ends.ts'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '100' },
    profile: { type: 'string' },
    pair: { type: 'string' },
    rtt: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false }
  }
})
const MAIN = join(import.meta.dirname, '../src/main.ts')
const BYTES = Number(flags.megabytes) * 1_000_000
const DEVICE = 'robot'
const ENDS = join(import.meta.dirname, 'forward-ends.ts')
const payload = createPayload(BYTES)
/** In the laboratory, at the device and at the admin. */
const PORTS = { target: 7000, forwarded: 7001 }
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

const children: ChildProcess[] = []

/** A process of ours with one line of output when it is ready; the line. */
async function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return line
}

async function stop(): Promise<void> {
  for (const child of children.toReversed()) {
    if (child.exitCode != null || child.signalCode != null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
    child.stdout?.destroy()
  }
}

const COPY = `
const { createServer, connect } = require('node:net')
const server = createServer((socket) => {
  const other = connect({ port: Number(process.argv[1]), host: '127.0.0.1' })
  for (const each of [socket, other]) each.on('error', () => { socket.destroy(); other.destroy() })
  socket.pipe(other).pipe(socket)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

/** The port of a process that only copies. */
const startCopy = async (targetPort: number): Promise<number> =>
  Number(await start(process.execPath, ['-e', COPY, String(targetPort)], process.env))

async function startShoal(lab: Lab, name: string, args: readonly string[]): Promise<unknown> {
  const profile = flags.profile == null ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(flags.profile, name)}`]
  const node = [process.execPath, ...profile, '--disable-warning=ExperimentalWarning', MAIN]
  const [command, entered] = lab.admin.enter([...node, '--dir', join(lab.ground.dir, 'admin'), ...args])
  return JSON.parse(await start(command, entered, { ...process.env, ...lab.admin.env }))
}

const listening = z.object({ port: z.number() })
const ratesSchema = z.object({ down: z.number(), up: z.number() })
/** Of an even number, what lies between the two in the middle. */
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[Math.floor(index)] ?? Number.NaN
  return (at((sorted.length - 1) / 2) + at(sorted.length / 2)) / 2
}
const rounded = (value: number): number => Number(value.toFixed(3))

async function measure(): Promise<unknown> {
  const { server: target, port: targetPort } = await startTarget(0, payload)
  await using lab = await createLab({
    address: '127.0.0.1',
    signal: interrupted.signal,
    profileDir: flags.profile
  })
  await lab.addDevice(DEVICE, 'quic')
  await startShoal(lab, 'daemon', ['--json', 'up'])
  const forward = ['--json', 'forward', DEVICE, `0:${targetPort}`]
  const { port } = listening.parse(await startShoal(lab, 'forward', forward))
  const copyPort = await startCopy(targetPort)
  const ask = async (): Promise<Rates & { path: string }> => {
    const view = speedSchema.parse(await lab.shoal('speed', DEVICE, '--bytes', String(BYTES)))
    return { path: view.path, down: view.downBytesPerSecond / 1e6, up: view.upBytesPerSecond / 1e6 }
  }
  const rounds: { path: string; mesh: Rates; forward: Rates; copy: Rates }[] = []
  // One for the compiler.
  for (let index = -1; index < Number(flags.rounds); index++) {
    const { path, ...mesh } = await ask()
    const round = {
      path,
      mesh,
      forward: await through(port, payload),
      copy: await through(copyPort, payload)
    }
    if (index < 0) continue
    rounds.push(round)
    const [one, other] = [round.forward, round.mesh]
    say(
      `down ${one.down.toFixed(0)} of ${other.down.toFixed(0)} MB/s: ${(one.down / other.down).toFixed(2)}; up ${one.up.toFixed(0)} of ${other.up.toFixed(0)} MB/s: ${(one.up / other.up).toFixed(2)}; only copied ${round.copy.down.toFixed(0)}, ${round.copy.up.toFixed(0)}`
    )
  }
  await stop()
  target.close()
  const of = (pick: (round: (typeof rounds)[number]) => number): number => rounded(median(rounds.map(pick)))
  return {
    bytes: BYTES,
    paths: [...new Set(rounds.map(({ path }) => path))],
    meshMegabytesPerSecond: { down: of(({ mesh }) => mesh.down), up: of(({ mesh }) => mesh.up) },
    forwardMegabytesPerSecond: { down: of((each) => each.forward.down), up: of((each) => each.forward.up) },
    copyMegabytesPerSecond: { down: of(({ copy }) => copy.down), up: of(({ copy }) => copy.up) },
    ratio: {
      down: of((each) => each.forward.down / each.mesh.down),
      up: of((each) => each.forward.up / each.mesh.up)
    },
    floor: {
      down: of((each) => each.forward.down * (1 / each.mesh.down + 1 / each.copy.down)),
      up: of((each) => each.forward.up * (1 / each.mesh.up + 1 / each.copy.up))
    },
    rounds
  }
}

function placeOf(text: string | undefined): PlaceName {
  if (text == null || !Object.hasOwn(PLACES, text)) throw new Error(`no place ${text}`)
  return text as PlaceName
}

/** The same in the laboratory, with as large a quota of a relay as there is. */
async function measurePair(pair: string): Promise<unknown> {
  const [admin, device] = pair.split(/[x×]/).map(placeOf)
  const places = { [ADMIN]: placeOf(admin), [LAB_DEVICE]: placeOf(device) }
  await using lab = await createNatLab(topologyWith(places, Number(flags.rtt)))
  await using fleet = await LabFleet.create(lab, {
    coordinators: [COORDINATOR, RELAY],
    admins: [ADMIN],
    devices: [LAB_DEVICE],
    config: { relayBytesPerHour: Number.MAX_SAFE_INTEGER }
  })
  await fleet.up(ADMIN)
  const end = async (host: string, ...args: readonly string[]): Promise<unknown> => {
    const [command, entered] = lab.enter(host, [process.execPath, ENDS, ...args, String(BYTES)])
    return JSON.parse(await start(command, entered, process.env))
  }
  await end(LAB_DEVICE, 'target', String(PORTS.target))
  const forwards = fleet.machine(ADMIN).start(['forward', LAB_DEVICE, `${PORTS.forwarded}:${PORTS.target}`])
  await forwards.documents.next()
  const rounds: { path: string; mesh: Rates; forward: Rates }[] = []
  for (let index = 0; index < Number(flags.rounds); index++) {
    const args = ['speed', LAB_DEVICE, '--bytes', String(BYTES)]
    const view = await fleet.machine(ADMIN).ask(speedSchema, args)
    const mesh = { down: view.downBytesPerSecond / 1e6, up: view.upBytesPerSecond / 1e6 }
    const forward = ratesSchema.parse(await end(ADMIN, 'client', String(PORTS.forwarded)))
    rounds.push({ path: view.path, mesh, forward })
    say(
      `${view.path}: down ${forward.down.toFixed(1)} of ${mesh.down.toFixed(1)} MB/s: ${(forward.down / mesh.down).toFixed(2)}; up ${forward.up.toFixed(1)} of ${mesh.up.toFixed(1)} MB/s: ${(forward.up / mesh.up).toFixed(2)}`
    )
  }
  await forwards.end('SIGTERM')
  await stop()
  const both = (pick: (round: (typeof rounds)[number], way: keyof Rates) => number): Rates => ({
    down: rounded(median(rounds.map((round) => pick(round, 'down')))),
    up: rounded(median(rounds.map((round) => pick(round, 'up'))))
  })
  return {
    bytes: BYTES,
    pair,
    paths: [...new Set(rounds.map(({ path }) => path))],
    meshMegabytesPerSecond: both(({ mesh }, way) => mesh[way]),
    forwardMegabytesPerSecond: both(({ forward }, way) => forward[way]),
    ratio: both(({ mesh, forward }, way) => forward[way] / mesh[way]),
    rounds
  }
}

try {
  const result = flags.pair == null ? await measure() : await measurePair(flags.pair)
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
} finally {
  await stop()
  // What a connection has left open keeps nobody waiting.
  process.exit()
}
