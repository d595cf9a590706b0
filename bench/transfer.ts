/**
 * A whole closure into an empty store: ours beside Nix over plain HTTP, in rounds that take turns, in memory.
 * `npm run bench:transfer -- [--quick] [--json] [--rounds N] [--profile DIR]`; docs/figures.md has the results.
 */

import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createWorld } from '../src/demo/world.ts'
import type { Closure } from './closure.ts'
import { buildClosure, changeOne, gatherPackages } from './closure.ts'
import type { Lab, Machine, Transport } from './lab.ts'
import { createLab } from './lab.ts'
import type { Cache, Sample } from './nix-copy.ts'
import { copyCommand, createCache, initStore, measureNix, realiseCommand } from './nix-copy.ts'
import { cpuSeconds, median, peakBytes, resetPeak } from './usage.ts'

const FULL = { packagesCount: 198, bytes: 300e6 }
const QUICK = { packagesCount: 58, bytes: 60e6 }
const MIB = 1024 * 1024

const publishedSchema = z.object({ seconds: z.number(), sentBytes: z.number() })
const rolloutSchema = z.object({
  outcome: z.string(),
  devices: z.array(z.object({ bytesReceived: z.number() }))
})

const mib = (bytes: number): string => (bytes / MIB).toFixed(0)

interface Row {
  readonly method: string
  readonly samples: Sample[]
}

interface Change {
  readonly transport: Transport
  /** From the offer to `committed`, and of it to fetch and import, seconds. */
  readonly seconds: number
  readonly bringSeconds: number
  readonly bytes: number
}

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    profile: { type: 'string' }
  }
})
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 5))
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

await using lab = await createLab({
  address: '127.0.0.1',
  profileDir: flags.profile,
  signal: interrupted.signal
})
const { signal } = lab
say('building the closure')
const packages = await gatherPackages(lab.admin, flags.quick ? QUICK : FULL)
const closure = await buildClosure(lab.admin, packages, signal)
const changed = await buildClosure(lab.admin, changeOne(packages, 'changed'), signal)
say(`${closure.pathsCount} paths, ${(closure.narBytes / MIB).toFixed(0)} MiB; publishing`)
const published = publishedSchema.parse(await lab.shoal('publish', closure.toplevel, '--as', 'whole'))
const publishedChange = publishedSchema.parse(await lab.shoal('publish', changed.toplevel, '--as', 'changed'))
say('filling the binary caches')
await using plain = await createCache(lab.admin, closure.toplevel, 'none', signal)
await using zstd = await createCache(lab.admin, closure.toplevel, 'zstd', signal)

const rows: Row[] = ['shoal quic', 'shoal tcp', 'nix copy', 'nix copy zstd', 'nix-store -r -j16'].map(
  (method) => ({ method, samples: [] })
)
const changes: Change[] = []
for (let round = 1; round <= rounds; round++) {
  for (const { method, samples } of rows) {
    const name = `${method.replaceAll(' ', '-')}-${round}`
    samples.push(await measure(method, name))
    say(`round ${round}: ${method} ${samples.at(-1)?.seconds.toFixed(2)} s`)
  }
}
report()

async function measure(method: string, name: string): Promise<Sample> {
  if (method === 'shoal quic') return await measureShoal(lab, name, 'quic')
  if (method === 'shoal tcp') return await measureShoal(lab, name, 'tcp')
  const cache = method === 'nix copy zstd' ? zstd : plain
  return await measureCopy(cache, name, method.startsWith('nix copy') ? copyCommand : realiseCommand)
}

async function measureCopy(
  cache: Cache,
  name: string,
  commandOf: (cache: Cache, toplevel: string) => string[]
): Promise<Sample> {
  const world = await createWorld(lab.ground, name)
  await initStore(world, signal)
  try {
    return await measureNix(world, commandOf(cache, closure.toplevel), cache, signal)
  } finally {
    await rm(world.dir, { recursive: true })
  }
}

/** A new device takes the closure, then a change of three paths. */
async function measureShoal(from: Lab, name: string, transport: Transport): Promise<Sample> {
  const device = await from.addDevice(name, transport)
  const pids = { taker: device.pid, giver: from.coordinator.pid }
  const before = { taker: await cpuSeconds(pids.taker), giver: await cpuSeconds(pids.giver) }
  await Promise.all([resetPeak(pids.taker), resetPeak(pids.giver)])
  const whole = await rollOut(from, device, 'whole')
  const sample: Sample = {
    seconds: whole.bringSeconds,
    takerCpu: (await cpuSeconds(pids.taker)) - before.taker,
    giverCpu: (await cpuSeconds(pids.giver)) - before.giver,
    takerPeak: await peakBytes(pids.taker),
    giverPeak: await peakBytes(pids.giver),
    bytes: whole.bytes
  }
  changes.push({ transport, ...(await rollOut(from, device, 'changed')) })
  await device.stop()
  await rm(device.world.dir, { recursive: true })
  return sample
}

async function rollOut(from: Lab, device: Machine, version: string): Promise<Omit<Change, 'transport'>> {
  const { name } = device.world
  const rollout = rolloutSchema.parse(await from.shoal('rollout', version, '--on', name, '--wait'))
  const activation = await from.activation(name)
  if (rollout.outcome !== 'committed') {
    throw new Error(`${name}: ${rollout.outcome}: ${JSON.stringify(activation)}`)
  }
  const ms = (steps: readonly string[]): number =>
    activation.steps.reduce((sum, { step, ms: took }) => sum + (steps.includes(step) ? (took ?? 0) : 0), 0)
  return {
    bringSeconds: ms(['fetching', 'importing']) / 1000,
    seconds: activation.steps.reduce((sum, { ms: took }) => sum + (took ?? 0), 0) / 1000,
    bytes: rollout.devices[0]?.bytesReceived ?? 0
  }
}

function report(): void {
  const medians = rows.map(({ method, samples }) => {
    const of = (pick: (sample: Sample) => number): number => median(samples.map(pick))
    const times = samples.map(({ seconds }) => seconds)
    return {
      method,
      seconds: of(({ seconds }) => seconds),
      secondsMin: Math.min(...times),
      secondsMax: Math.max(...times),
      takerCpuSeconds: of(({ takerCpu }) => takerCpu),
      giverCpuSeconds: of(({ giverCpu }) => giverCpu),
      takerPeakBytes: of(({ takerPeak }) => takerPeak),
      giverPeakBytes: of(({ giverPeak }) => giverPeak),
      bytesReceived: samples[0]?.bytes ?? null
    }
  })
  const smallChanges = (['quic', 'tcp'] as const).map((transport) => {
    const own = changes.filter((change) => change.transport === transport)
    return {
      transport,
      seconds: median(own.map(({ seconds }) => seconds)),
      bringSeconds: median(own.map(({ bringSeconds }) => bringSeconds)),
      bytesReceived: own[0]?.bytes ?? 0
    }
  })
  const publishing = {
    seconds: published.seconds,
    sentBytes: published.sentBytes,
    changeSeconds: publishedChange.seconds,
    nixCopyToPlainSeconds: plain.filledSeconds,
    nixCopyToZstdSeconds: zstd.filledSeconds
  }
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ closure, rounds, publishing, medians, smallChanges, rows })}\n`)
    return
  }
  printTable(closure, medians)
  for (const { transport, seconds, bringSeconds, bytesReceived } of smallChanges) {
    process.stdout.write(
      `change of 3 paths by ${transport}: ${seconds.toFixed(2)} s from the offer to committed, ` +
        `of it ${bringSeconds.toFixed(2)} s to fetch and import; ${bytesReceived} bytes\n`
    )
  }
  process.stdout.write(
    `publish: ${publishing.seconds.toFixed(2)} s (${(publishing.sentBytes / MIB).toFixed(0)} MiB sent), ` +
      `the change ${publishing.changeSeconds.toFixed(2)} s; nix copy --to file://: plain ` +
      `${plain.filledSeconds.toFixed(2)} s, zstd ${zstd.filledSeconds.toFixed(2)} s\n`
  )
}

interface Medians {
  readonly method: string
  readonly seconds: number
  readonly secondsMin: number
  readonly secondsMax: number
  readonly takerCpuSeconds: number
  readonly giverCpuSeconds: number
  readonly takerPeakBytes: number
  readonly giverPeakBytes: number
  readonly bytesReceived: number | null
}

function printTable(of: Closure, medians: readonly Medians[]): void {
  const base = medians.find(({ method }) => method === 'nix copy')
  const lines = medians.map((row) => [
    row.method,
    `${row.seconds.toFixed(2)} [${row.secondsMin.toFixed(2)}-${row.secondsMax.toFixed(2)}]`,
    (row.seconds / (base?.seconds ?? Number.NaN)).toFixed(2),
    row.takerCpuSeconds.toFixed(2),
    row.giverCpuSeconds.toFixed(2),
    mib(row.takerPeakBytes),
    mib(row.giverPeakBytes),
    row.bytesReceived == null ? '-' : mib(row.bytesReceived)
  ])
  const head = ['', 'wall s', 'x nix copy', 'CPU s taker', 'giver', 'RSS MiB taker', 'giver', 'MiB received']
  process.stdout.write(`${of.pathsCount} paths, ${mib(of.narBytes)} MiB of NARs, ${rounds} rounds\n`)
  for (const line of [head, ...lines]) {
    process.stdout.write(`${line.map((cell, index) => cell.padEnd([18, 18][index] ?? 14)).join('')}\n`)
  }
}
