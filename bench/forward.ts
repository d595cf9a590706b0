/**
 * Bytes through `shoal forward` beside what the mesh itself carries between the same two nodes (`shoal speed`), and beside a
 * plain Node process that copies from one TCP connection to another, as the two nodes do: on a machine whose processors are
 * the limit, a forward cannot take less time than both together (`floor`). All on loopback, real processes, in turns:
 * `node bench/forward.ts [--rounds 5] [--megabytes 100] [--profile DIR] [--json]`. With `--pair cgn-symxcgn-sym [--rtt 20]`
 * both stand behind NATs of the laboratory, as root, and what they send goes over a relay; down only, nothing is only copied.
 */

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { connect, createServer } from 'node:net'
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
import { Transfer } from '../test/natlab/transfer.ts'
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
const READ_BYTES = 1_048_576
const DEVICE = 'robot'
const payload = randomBytes(BYTES)
const sha256 = hash('sha256', payload)
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

interface Rates {
  /** Megabytes (10^6) a second, from the first byte to the last at whoever receives. */
  readonly down: number
  readonly up: number
}

/** Takes everything that comes through a connection into one buffer; gives the rate. */
class Receiver {
  readonly #kept = Buffer.alloc(BYTES)
  readonly done = Promise.withResolvers<number>()
  #received = 0
  #beganMs = 0
  /** Where the next bytes go: nothing is copied, so that the measurement costs little beside what is measured. */
  readonly onread = {
    buffer: (): Uint8Array =>
      this.#kept.subarray(this.#received, Math.min(this.#received + READ_BYTES, BYTES)),
    callback: (bytes: number): boolean => {
      if (this.#received === 0) this.#beganMs = performance.now()
      this.#received += bytes
      if (this.#received === BYTES) this.#finish(performance.now() - this.#beganMs)
      return true
    }
  }

  #finish(ms: number): void {
    if (hash('sha256', this.#kept) === sha256) this.done.resolve(BYTES / 1000 / ms)
    else this.done.reject(new Error('other bytes came than were sent'))
  }
}

async function down(port: number): Promise<number> {
  const receiver = new Receiver()
  const socket = connect({ port, host: '127.0.0.1', onread: receiver.onread })
  socket.once('error', receiver.done.reject)
  socket.write('get')
  const rate = await receiver.done.promise
  socket.destroy()
  return rate
}

/** The target tells the rate when it has everything. */
async function up(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.write('put')
  const [begin] = (await once(socket, 'data')) as [Buffer]
  if (begin.toString() !== 'go') throw new Error('the target is not ready')
  socket.write(payload)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(answer.toString())
}

/** What the forward leads to: gives the payload to whoever says `get`, takes it from whoever says `put`. */
const target: Server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.once('data', (asked: Buffer) => {
    if (asked.toString() === 'get') {
      socket.write(payload)
      return
    }
    const kept: Buffer[] = []
    let received = 0
    let beganMs = 0
    socket.on('data', (part: Buffer) => {
      if (received === 0) beganMs = performance.now()
      kept.push(part)
      received += part.byteLength
      if (received < BYTES) return
      const rate = BYTES / 1000 / (performance.now() - beganMs)
      socket.end(hash('sha256', Buffer.concat(kept)) === sha256 ? String(rate) : 'NaN')
    })
    socket.write('go')
  })
}).listen(0, '127.0.0.1')
await once(target, 'listening')
const targetPort = (target.address() as AddressInfo).port

const through = async (port: number): Promise<Rates> => ({ down: await down(port), up: await up(port) })

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
    if (child.exitCode != null) continue
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
const startCopy = async (): Promise<number> =>
  Number(await start(process.execPath, ['-e', COPY, String(targetPort)], process.env))

async function startShoal(lab: Lab, name: string, args: readonly string[]): Promise<unknown> {
  const profile = flags.profile == null ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(flags.profile, name)}`]
  const node = [process.execPath, ...profile, '--disable-warning=ExperimentalWarning', MAIN]
  const [command, entered] = lab.admin.enter([...node, '--dir', join(lab.ground.dir, 'admin'), ...args])
  return JSON.parse(await start(command, entered, { ...process.env, ...lab.admin.env }))
}

const listening = z.object({ port: z.number() })
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const rounded = (value: number): number => Number(value.toFixed(3))

async function measure(): Promise<unknown> {
  await using lab = await createLab({
    address: '127.0.0.1',
    signal: interrupted.signal,
    profileDir: flags.profile
  })
  await lab.addDevice(DEVICE, 'quic')
  await startShoal(lab, 'daemon', ['--json', 'up'])
  const forward = ['--json', 'forward', DEVICE, `0:${targetPort}`]
  const { port } = listening.parse(await startShoal(lab, 'forward', forward))
  const copyPort = await startCopy()
  const ask = async (): Promise<Rates & { path: string }> => {
    const view = speedSchema.parse(await lab.shoal('speed', DEVICE, '--bytes', String(BYTES)))
    return { path: view.path, down: view.downBytesPerSecond / 1e6, up: view.upBytesPerSecond / 1e6 }
  }
  const rounds: { path: string; mesh: Rates; forward: Rates; copy: Rates }[] = []
  // One for the compiler.
  for (let index = -1; index < Number(flags.rounds); index++) {
    const { path, ...mesh } = await ask()
    const round = { path, mesh, forward: await through(port), copy: await through(copyPort) }
    if (index < 0) continue
    rounds.push(round)
    const [one, other] = [round.forward, round.mesh]
    say(
      `down ${one.down.toFixed(0)} of ${other.down.toFixed(0)} MB/s: ${(one.down / other.down).toFixed(2)}; up ${one.up.toFixed(0)} of ${other.up.toFixed(0)} MB/s: ${(one.up / other.up).toFixed(2)}; only copied ${round.copy.down.toFixed(0)}, ${round.copy.up.toFixed(0)}`
    )
  }
  await stop()
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

/** The same over a relay, with as large a quota as there is. */
async function measureRelayed(pair: string): Promise<unknown> {
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
  const rounds: { path: string; mesh: number; forward: number }[] = []
  for (let index = -1; index < Number(flags.rounds); index++) {
    const args = ['speed', LAB_DEVICE, '--bytes', String(BYTES)]
    const view = await fleet.machine(ADMIN).ask(speedSchema, args)
    const mesh = view.downBytesPerSecond / 1e6
    await using transfer = await Transfer.begin(
      lab,
      fleet,
      { admin: ADMIN, device: LAB_DEVICE },
      { bytes: BYTES }
    )
    const { sha256: came, givenSha256 } = await transfer.end()
    if (came !== givenSha256) throw new Error('other bytes came than were sent')
    const forward = transfer.rate / 1e6
    if (index < 0) continue
    rounds.push({ path: view.path, mesh, forward })
    say(`${forward.toFixed(1)} of ${mesh.toFixed(1)} MB/s over ${view.path}: ${(forward / mesh).toFixed(2)}`)
  }
  return {
    bytes: BYTES,
    pair,
    paths: [...new Set(rounds.map(({ path }) => path))],
    meshMegabytesPerSecond: rounded(median(rounds.map(({ mesh }) => mesh))),
    forwardMegabytesPerSecond: rounded(median(rounds.map(({ forward }) => forward))),
    ratio: rounded(median(rounds.map(({ mesh, forward }) => forward / mesh))),
    rounds
  }
}

try {
  const result = flags.pair == null ? await measure() : await measureRelayed(flags.pair)
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
} finally {
  await stop()
  target.close()
  // What a connection has left open keeps nobody waiting.
  process.exit()
}
