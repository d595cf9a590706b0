/**
 * How long commands take without Node's cache of compiled code, with it, and bundled (`npm run bundle` before), in turns:
 * `node bench/startup.ts [--runs 10]`. JSON on stdout, milliseconds, medians. `status` alone has a node of its own; beside a
 * daemon it asks that one.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Lab } from './lab.ts'
import { createLab } from './lab.ts'

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
const SOURCE = join(import.meta.dirname, '../src/main.ts')
const BUNDLE = join(import.meta.dirname, '../dist/js/main.js')
const NODE = [process.execPath, '--disable-warning=ExperimentalWarning']
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

interface How {
  readonly main: string
  readonly env: Record<string, string>
}

function start(lab: Lab, args: readonly string[], { main, env }: How, stdout: 'pipe' | 'ignore') {
  const [command, entered] = lab.admin.enter([...NODE, main, '--dir', join(lab.ground.dir, 'admin'), ...args])
  return spawn(command, entered, {
    env: { ...process.env, ...lab.admin.env, ...env },
    stdio: ['ignore', stdout, 'inherit']
  })
}

async function run(lab: Lab, args: readonly string[], how: How): Promise<number> {
  const began = performance.now()
  const [code] = (await once(start(lab, args, how, 'ignore'), 'close')) as [number]
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - began
}

async function compare(
  lab: Lab,
  ...args: string[]
): Promise<{ without: number; with: number; bundled: number }> {
  const kept = { NODE_COMPILE_CACHE: join(lab.ground.dir, 'compiled') }
  const without = { main: SOURCE, env: { NODE_DISABLE_COMPILE_CACHE: '1' } }
  const cached = { main: SOURCE, env: kept }
  const bundled = { main: BUNDLE, env: kept }
  const times = { without: [] as number[], with: [] as number[], bundled: [] as number[] }
  for (const how of [cached, bundled]) await run(lab, args, how)
  for (let index = 0; index < Number(flags.runs); index++) {
    times.without.push(await run(lab, args, without))
    times.with.push(await run(lab, args, cached))
    times.bundled.push(await run(lab, args, bundled))
  }
  const result = {
    without: median(times.without),
    with: median(times.with),
    bundled: median(times.bundled)
  }
  process.stderr.write(
    `${args.join(' ')}: ${result.without} ms without, ${result.with} ms with, ${result.bundled} ms bundled\n`
  )
  return result
}

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN)

await using lab = await createLab({ address: '127.0.0.1', signal: interrupted.signal })
const version = await compare(lab, '--version')
const ownNode = await compare(lab, 'status')
const daemon = start(lab, ['--json', 'up'], { main: SOURCE, env: {} }, 'pipe')
if (daemon.stdout == null) throw new Error('the daemon has no output')
await once(createInterface({ input: daemon.stdout }), 'line')
const besideDaemon = await compare(lab, 'status')
daemon.kill('SIGTERM')
await once(daemon, 'close')
process.stdout.write(
  `${JSON.stringify({ runs: Number(flags.runs), version, statusAlone: ownNode, statusBesideDaemon: besideDaemon })}\n`
)
