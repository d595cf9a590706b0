// npm run bench:quic -- [--quick] [--tiny] [--json] [--only ours,bare] [--rounds N] [--loss]
// --loss: only a lossy, far network.
// Every implementation as two processes on loopback, in turns within each round; medians; ours over theirs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { quicIsBuilt } from '../../src/node/quic-native.ts'
import { LOSS_BYTES, loss1, lossNeeds } from './loss.ts'
import { Peer } from './process.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    // To see that everything runs; its figures say nothing.
    tiny: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    loss: { type: 'boolean', default: false }
  }
})
const here = import.meta.dirname
const root = join(here, '../..')
const target = process.env['CARGO_TARGET_DIR'] ?? join(root, 'target')
const node = (...args: string[]): string[] => [process.execPath, '--expose-gc', ...args]
const COMMANDS: Record<string, string[]> = {
  ours: node(join(here, 'peer.ts'), 'ours'),
  chainsafe: node(join(here, 'peer.ts'), 'chainsafe'),
  tcp: node(join(here, 'peer.ts'), 'tcp'),
  tls: node(join(here, 'peer.ts'), 'tls'),
  iroh: node(join(here, 'iroh.ts')),
  go: [join(target, 'interop-go')],
  bare: [join(target, 'release/bare')]
}
/** A libp2p node of `peer.ts`. */
const isNode = (name: string): boolean => COMMANDS[name]?.includes(join(here, 'peer.ts')) === true
/** What is built first, and in which folder. */
const BUILDS: Record<string, { tool: string; args: string[]; cwd: string }> = {
  go: {
    tool: 'go',
    args: ['build', '-mod=readonly', '-o', join(target, 'interop-go'), '.'],
    cwd: join(root, 'test/quic/interop/go')
  },
  bare: { tool: 'cargo', args: ['build', '--release', '--locked', '--quiet', '-p', 'bare'], cwd: root }
}
if (!quicIsBuilt()) {
  BUILDS['ours'] = { tool: process.execPath, args: [join(root, 'scripts/build-native.ts')], cwd: root }
}
const MIB = 1_048_576
const ROUNDS = Number(options.rounds ?? (options.quick ? 3 : 5))
const BULK_BYTES = (options.tiny ? 16 : options.quick ? 256 : 1_024) * MIB
/** What is slow is measured with less. */
const SHARE: Record<string, number> = { iroh: 1 / 16, chainsafe: 1 / 4 }
const COUNT = options.tiny
  ? { rtt: 50, streams: 20, conns: 5, idle: 5 }
  : options.quick
    ? { rtt: 1_000, streams: 300, conns: 100, idle: 200 }
    : { rtt: 5_000, streams: 2_000, conns: 500, idle: 1_000 }
/** Of one round, so that a fault in one does not leave a gap in the medians. */
const ATTEMPTS_MAX = 2

interface Usage {
  cpu: number
  rss?: number
}
type Figures = Record<string, number>

async function bulk(
  sender: Peer,
  receiver: Peer,
  to: string,
  streams: number,
  bytes: number
): Promise<Figures> {
  const [before, beforeThere] = [await sender.ask<Usage>('usage'), await receiver.ask<Usage>('usage')]
  const seconds = await sender.ask<number>(`bulk ${to} ${streams} ${bytes}`)
  const [after, afterThere] = [await sender.ask<Usage>('usage'), await receiver.ask<Usage>('usage')]
  const gib = bytes / MIB / 1_024
  return {
    [`mibs${streams}`]: bytes / MIB / seconds,
    [`sendCpu${streams}`]: (after.cpu - before.cpu) / gib,
    [`receiveCpu${streams}`]: (afterThere.cpu - beforeThere.cpu) / gib,
    [`sendRssMib${streams}`]: (after.rss ?? 0) / 1_024,
    [`receiveRssMib${streams}`]: (afterThere.rss ?? 0) / 1_024
  }
}

async function round(name: string): Promise<Figures> {
  const command = COMMANDS[name] ?? []
  const [dialer, listener] = [new Peer(command, options.json), new Peer(command, options.json)]
  try {
    const to = await listener.ask<string>('listen')
    await dialer.ask('listen')
    const share = SHARE[name] ?? 1
    const bytes = BULK_BYTES * share
    await dialer.ask(`bulk ${to} 1 ${16 * MIB * share}`)
    const one = await bulk(dialer, listener, to, 1, bytes)
    const lag = isNode(name) ? { lagP99Ms: (await listener.ask<{ p99: number }>('lag')).p99 } : {}
    const many = await bulk(dialer, listener, to, 16, bytes)
    const perSecond = async (kind: string, count: number): Promise<number> =>
      count / (await dialer.ask<number>(`${kind} ${to} ${count}`))
    const rtt = await perSecond('rtt', COUNT.rtt)
    const conns = await perSecond('conns', COUNT.conns)
    const rest =
      name === 'go'
        ? {}
        : {
            ...(await meets(name, perSecond)),
            streams: await perSecond('streams', COUNT.streams),
            ...(await idle(dialer, listener, to))
          }
    return { ...one, ...lag, ...many, rtt, conns, ...rest }
  } finally {
    dialer.stop()
    listener.stop()
  }
}

/** Connections on which both say who they are: `conns` of libp2p end before that. */
async function meets(
  name: string,
  perSecond: (kind: string, count: number) => Promise<number>
): Promise<Figures> {
  return name === 'bare' || name === 'iroh' ? {} : { meets: await perSecond('meets', COUNT.conns) }
}

async function idle(dialer: Peer, listener: Peer, to: string): Promise<Figures> {
  await dialer.ask(`idle ${to} 20`)
  const [before, beforeThere] = [await dialer.ask<Usage>('usage'), await listener.ask<Usage>('usage')]
  await dialer.ask(`idle ${to} ${COUNT.idle}`)
  const [after, afterThere] = [await dialer.ask<Usage>('usage'), await listener.ask<Usage>('usage')]
  return {
    idleDialKib: ((after.rss ?? 0) - (before.rss ?? 0)) / COUNT.idle,
    idleListenKib: ((afterThere.rss ?? 0) - (beforeThere.rss ?? 0)) / COUNT.idle
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Builds one side; false, and a line that says why, where this machine cannot. */
function ready(name: string): boolean {
  const build = BUILDS[name]
  if (build != null) {
    const { error, status } = spawnSync(build.tool, build.args, {
      cwd: build.cwd,
      env: { ...process.env, CARGO_TARGET_DIR: target },
      stdio: ['ignore', 'ignore', 'inherit']
    })
    if (error != null || status !== 0) {
      console.error(`${name}: left out, ${error == null ? 'its build failed' : `needs ${build.tool}`}`)
      return false
    }
  }
  if (name !== 'ours' || quicIsBuilt()) return true
  console.error('ours: left out, needs cargo for npm run build:native')
  return false
}

/** Prints how ours does over a lossy network, in one run with bare quinn, and ends. */
async function lossy(): Promise<never> {
  const lacking = lossNeeds() ?? (names.length < 2 ? 'both peers' : undefined)
  if (lacking != null) console.error(`loss1: left out, needs ${lacking}`)
  const peers = names.map((name) => [
    name,
    (enter: (command: string[]) => string[], ip: string) =>
      new Peer(enter([...(COMMANDS[name] ?? []), ip]), options.json)
  ])
  const loss =
    lacking == null
      ? await loss1(Object.fromEntries(peers), ROUNDS, options.tiny ? MIB : LOSS_BYTES)
      : undefined
  const { ours, bare } = loss?.seconds ?? {}
  const ratio = ours == null || bare == null ? null : Number((bare / ours).toFixed(3))
  const found = { loss1: ratio, ...loss }
  if (options.json) console.log(JSON.stringify(found))
  else console.table({ ratio, ...loss?.seconds, ...loss?.stallMs })
  process.exit()
}

const wanted = options.loss ? ['ours', 'bare'] : (options.only?.split(',') ?? Object.keys(COMMANDS))
const names = wanted.filter(ready)
if (options.loss) await lossy()
const taken = new Map<string, Figures[]>(names.map((name) => [name, []]))
for (let i = 0; i < ROUNDS; i++) {
  console.error(`round ${i + 1} of ${ROUNDS}`)
  for (const name of names) {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      try {
        taken.get(name)?.push(await round(name))
        break
      } catch (error) {
        console.error(`${name}: attempt ${attempt}: ${String(error)}`)
      }
    }
  }
}

const medians: Record<string, Figures> = {}
for (const [name, rounds] of taken) {
  const keys = Object.keys(rounds[0] ?? {})
  medians[name] = Object.fromEntries(
    keys.map((key) => [key, median(rounds.map((figures) => figures[key] ?? Number.NaN))])
  )
}
const ratio = (name: string, figure: string): number =>
  Number(((medians['ours']?.[figure] ?? Number.NaN) / (medians[name]?.[figure] ?? Number.NaN)).toFixed(3))
const ratios = {
  chainsafe1: ratio('chainsafe', 'mibs1'),
  chainsafe16: ratio('chainsafe', 'mibs16'),
  tcp1: ratio('tcp', 'mibs1'),
  tls1: ratio('tls', 'mibs1'),
  iroh1: ratio('iroh', 'mibs1'),
  go1: ratio('go', 'mibs1'),
  bare1: ratio('bare', 'mibs1')
}
const more = {
  bare16: ratio('bare', 'mibs16'),
  chainsafeRtt: ratio('chainsafe', 'rtt'),
  chainsafeStreams: ratio('chainsafe', 'streams'),
  chainsafeConns: ratio('chainsafe', 'conns'),
  chainsafeMeets: ratio('chainsafe', 'meets')
}
const rounds = Object.fromEntries([...taken].map(([name, figures]) => [name, figures.length]))
if (options.json) console.log(JSON.stringify({ ratios, more, medians, rounds, bytes: BULK_BYTES }))
else {
  const rounded = Object.entries(medians).map(([name, figures]) => [
    name,
    Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(3))]))
  ])
  console.table(Object.fromEntries(rounded))
  console.table({ ...ratios, ...more })
}
