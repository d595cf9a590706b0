/**
 * How long commands take with Node's cache of compiled code and without it, in turns: `node bench/startup.ts [--runs 10]`.
 * JSON on stdout, milliseconds, medians. `status` alone has a node of its own; beside a daemon it asks that one.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
const MAIN = join(import.meta.dirname, '../src/main.ts')
const NODE = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN]
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

function start(lab: Lab, args: readonly string[], env: Record<string, string>, stdout: 'pipe' | 'ignore') {
  const [command, entered] = lab.admin.enter([...NODE, '--dir', join(lab.ground.dir, 'admin'), ...args])
  return spawn(command, entered, {
    env: { ...process.env, ...lab.admin.env, ...env },
    stdio: ['ignore', stdout, 'inherit']
  })
}

async function run(lab: Lab, args: readonly string[], env: Record<string, string>): Promise<number> {
  const began = performance.now()
  const [code] = (await once(start(lab, args, env, 'ignore'), 'close')) as [number]
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - began
}

async function compare(lab: Lab, ...args: string[]): Promise<{ without: number; with: number }> {
  const kept = { NODE_COMPILE_CACHE: join(lab.ground.dir, 'compiled') }
  const times = { without: [] as number[], with: [] as number[] }
  await run(lab, args, kept)
  for (let index = 0; index < Number(flags.runs); index++) {
    times.without.push(await run(lab, args, { NODE_DISABLE_COMPILE_CACHE: '1' }))
    times.with.push(await run(lab, args, kept))
  }
  const result = { without: median(times.without), with: median(times.with) }
  process.stderr.write(`${args.join(' ')}: ${result.without} ms without, ${result.with} ms with\n`)
  return result
}

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN)

await using lab = await createLab({ address: '127.0.0.1', signal: interrupted.signal })
const version = await compare(lab, '--version')
const ownNode = await compare(lab, 'status')
const daemon = start(lab, ['--json', 'up'], {}, 'pipe')
if (daemon.stdout == null) throw new Error('the daemon has no output')
await once(createInterface({ input: daemon.stdout }), 'line')
const besideDaemon = await compare(lab, 'status')
daemon.kill('SIGTERM')
await once(daemon, 'close')
process.stdout.write(
  `${JSON.stringify({ runs: Number(flags.runs), version, statusAlone: ownNode, statusBesideDaemon: besideDaemon })}\n`
)
