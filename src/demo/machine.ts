/** The program itself, run in a world: single commands, and daemons that are started again when they end. */

import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import type { Spawn } from '../host/spawn.ts'
import type { World } from './world.ts'

export interface Ports {
  readonly spawn: Spawn
  readonly clock: Clock
}

/** What a command printed and how it ended. */
export interface Answer {
  readonly code: number | null
  readonly json: unknown
}

/** contract.md section 1, Errors. */
const failureSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullish() })
})
const readySchema = z.object({ event: z.literal('ready') })

// From the root, which is two levels up in a bundle too.
const MAIN = join(import.meta.dirname, '../../src/main.ts')
const LINE_LENGTH_MAX = 16 * 1024 * 1024
/** Starts in a row without becoming ready, after which the demo has failed. */
const STARTS_COUNT_MAX = 12
const BACKOFF_MS_MIN = 200
const BACKOFF_MS_MAX = 5000

/** Appends stderr of the command to the file "$0". */
const LOGGED = 'exec "$@" 2>> "$0"'

/** Where the log of a machine is. */
export const logOf = (world: World): string => join(world.dir, 'log')

function commandLine(world: World, args: readonly string[], dir: string): [string, string[]] {
  const program = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    MAIN,
    ...args,
    '--json',
    '--dir',
    dir
  ]
  return world.enter(['sh', '-c', LOGGED, logOf(world), ...program])
}

/**
 * Runs `shoal ARGS --json --dir DIR` in a world. Throws ShoalError with the code, message and hint of the
 * command when it reports an error, or (`demo_command`) when it prints no JSON.
 */
export async function command(
  world: World,
  dir: string,
  args: readonly string[],
  ports: Ports,
  signal: AbortSignal
): Promise<Answer> {
  const [program, rest] = commandLine(world, args, dir)
  const run = await ports.spawn.run(program, rest, { signal, env: world.env })
  const json = parseJson(run.stdout)
  const failure = failureSchema.safeParse(json)
  if (failure.success) {
    const { code, message, hint } = failure.data.error
    throw new ShoalError(code, `shoal ${args[0]}: ${message}`, hint == null ? {} : { hint })
  }
  if (json === undefined) {
    throw new ShoalError(
      'demo_command',
      `shoal ${args[0]} ended with ${run.code ?? run.signal} and said nothing`,
      {
        hint: `see ${logOf(world)}`
      }
    )
  }
  return { code: run.code, json }
}

/** The documents that `shoal ARGS --json` prints line by line, until it ends or `signal` aborts. */
export async function* follow(
  world: World,
  dir: string,
  args: readonly string[],
  ports: Ports,
  signal: AbortSignal
): AsyncGenerator {
  const [program, rest] = commandLine(world, args, dir)
  const { stdout } = ports.spawn.stream(program, rest, { signal, env: world.env })
  for await (const line of linesOf(stdout)) {
    const json = parseJson(line)
    if (json !== undefined) yield json
  }
}

/**
 * Keeps `shoal up ARGS` running in a world until `signal` aborts, as a service manager would: whatever ends it,
 * it is started again after a pause. Throws ShoalError (`demo_daemon`) after 12 starts in a row without getting ready.
 */
export async function supervise(
  world: World,
  dir: string,
  args: readonly string[],
  on: { ready(): void; restart(): void },
  ports: Ports,
  signal: AbortSignal
): Promise<void> {
  for (let starts = 1; ; starts++) {
    try {
      for await (const event of follow(world, dir, ['up', ...args], ports, signal)) {
        if (!readySchema.safeParse(event).success) continue
        starts = 1
        on.ready()
      }
    } catch {
      // Its output broke off: it has ended, which is what matters here.
    }
    if (signal.aborted) return
    if (starts >= STARTS_COUNT_MAX) {
      throw new ShoalError('demo_daemon', `${world.name} does not stay up`, { hint: `see ${logOf(world)}` })
    }
    on.restart()
    await ports.clock
      .sleep(Math.min(BACKOFF_MS_MIN * 2 ** (starts - 1), BACKOFF_MS_MAX), signal)
      .catch(() => undefined)
  }
}

async function* linesOf(stdout: Readable): AsyncGenerator<string> {
  let rest = ''
  stdout.setEncoding('utf8')
  for await (const piece of stdout as AsyncIterable<string>) {
    const parts = (rest + piece).split('\n')
    rest = (parts.pop() ?? '').slice(0, LINE_LENGTH_MAX)
    yield* parts
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
