/**
 * Runs a toplevel's activation script apart from this daemon: in a session (or systemd unit) of its own, with its
 * output and exit code in files. A daemon that dies, or is replaced by the very system it activates, finds both again.
 */

import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { InvalidError } from '../../base/errors.ts'
import { hasSystemd } from '../../host/machine.ts'
import type { Spawn } from '../../host/spawn.ts'
import type { Action } from '../../model/offer.ts'

const POLL_MS = 50
/** The deadline is the loop's. */
const NEVER = new AbortController().signal
const OUTPUT_LINES_MAX = 2000
const OUTPUT_READ_BYTES = 64 * 1024

/** "$1" is the directory of this run, the rest is the command. */
const WRAPPER = `
D=$1; shift
echo $$ > "$D/pid.tmp"
mv "$D/pid.tmp" "$D/pid"
"$@" > "$D/output" 2>&1 < /dev/null
echo $? > "$D/exit.tmp"
sync "$D/exit.tmp"
mv "$D/exit.tmp" "$D/exit"
`

export interface ScriptPorts {
  readonly spawn: Spawn
  readonly clock: Clock
  /** Directory for the files of all runs. */
  readonly dir: string
}

export interface ScriptRun {
  /** Distinguishes runs; the same id finds an earlier run again. */
  readonly id: string
  readonly toplevel: string
  readonly action: Action
  readonly timeoutMs: number
  onLine(line: string): void
}

/** Activation scripts as the agent needs them. */
export interface Scripts {
  /** See runScript. */
  run(run: ScriptRun, signal: AbortSignal): Promise<number | null>
  /** True when a run of this id was started. */
  hasRun(id: string): boolean
  /** Forgets a run. */
  forget(id: string): Promise<void>
}

/** Scripts as processes, their output and exit codes in files below `dir`. */
export const createScripts = (ports: ScriptPorts): Scripts => ({
  run: async (run, signal) => await runScript(ports, run, signal),
  hasRun: (id) => existsSync(join(ports.dir, id, 'pid')),
  forget: async (id) => {
    await rm(join(ports.dir, id), { recursive: true, force: true })
  }
})

/**
 * The command that activates a toplevel: `switch-to-configuration ACTION`, or the `activate` script of a plain profile
 * (which has nothing to do for `boot` and `dry-activate`). Undefined when there is nothing to run.
 * Throws InvalidError (`not_activatable`) when the toplevel has neither.
 */
export function activationCommand(toplevel: string, action: Action): string[] | undefined {
  const nixos = join(toplevel, 'bin/switch-to-configuration')
  if (existsSync(nixos)) return [nixos, action]
  const plain = [join(toplevel, 'activate'), join(toplevel, 'bin/activate')].find((path) => existsSync(path))
  if (plain == null) {
    throw new InvalidError(
      'not_activatable',
      `${toplevel} has no bin/switch-to-configuration and no activate`
    )
  }
  return action === 'boot' || action === 'dry-activate' ? undefined : [plain]
}

/**
 * Runs the script, or waits for the run of the same id that began before; resolves with its exit code, `null` when
 * it was killed, timed out or died with the machine.
 */
export async function runScript(
  ports: ScriptPorts,
  run: ScriptRun,
  signal: AbortSignal
): Promise<number | null> {
  const dir = join(ports.dir, run.id)
  if (!existsSync(join(dir, 'pid'))) {
    const command = activationCommand(run.toplevel, run.action)
    if (command == null) return 0
    await mkdir(dir, { recursive: true })
    await start(ports, run.id, dir, command)
  }
  return await follow(ports, run, dir, signal)
}

async function start(ports: ScriptPorts, id: string, dir: string, command: string[]): Promise<void> {
  const shell = ['sh', '-c', WRAPPER, 'sh', dir, ...command]
  const [program, ...args] = (await hasSystemd())
    ? ['systemd-run', '--quiet', '--collect', `--unit=shoal-activate-${id}`, '--setenv=PATH', ...shell]
    : shell
  ports.spawn.detached(program ?? 'sh', args, { cwd: '/', stdoutFile: join(dir, 'wrapper-log') })
  const deadline = ports.clock.now() + 10_000
  while (!existsSync(join(dir, 'pid')) && ports.clock.now() < deadline) {
    await ports.clock.sleep(POLL_MS, NEVER)
  }
}

async function follow(
  ports: ScriptPorts,
  run: ScriptRun,
  dir: string,
  signal: AbortSignal
): Promise<number | null> {
  const lines = new LineReader(join(dir, 'output'), (line) => {
    run.onLine(line)
  })
  const deadline = ports.clock.now() + run.timeoutMs
  try {
    for (;;) {
      await lines.advance()
      if (existsSync(join(dir, 'exit'))) {
        const code = Number.parseInt(await readFile(join(dir, 'exit'), 'utf8'), 10)
        return Number.isNaN(code) ? null : code
      }
      const pid = await livePid(dir)
      if (pid == null) return existsSync(join(dir, 'exit')) ? await follow(ports, run, dir, signal) : null
      if (ports.clock.now() > deadline) {
        killGroup(pid)
        return null
      }
      await ports.clock.sleep(POLL_MS, signal)
    }
  } finally {
    await lines.end()
  }
}

/** The wrapper's pid while that very process runs: a number that another process took over does not count. */
async function livePid(dir: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(join(dir, 'pid'), 'utf8'), 10)
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(dir) ? pid : undefined
  } catch {
    return undefined
  }
}

function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It ended meanwhile, or leads no group: nothing is left to kill.
    }
  }
}

/** Gives the complete lines of a file that grows. */
class LineReader {
  readonly #path: string
  readonly #onLine: (line: string) => void
  #offset = 0
  #rest = ''
  #count = 0

  constructor(path: string, onLine: (line: string) => void) {
    this.#path = path
    this.#onLine = onLine
  }

  async advance(): Promise<void> {
    if (!existsSync(this.#path)) return
    await using file = await open(this.#path, 'r')
    const buffer = Buffer.alloc(OUTPUT_READ_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, this.#offset)
      if (bytesRead === 0) return
      this.#offset += bytesRead
      const parts = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
      this.#rest = (parts.pop() ?? '').slice(-OUTPUT_READ_BYTES)
      for (const line of parts) this.#emit(line)
    }
  }

  async end(): Promise<void> {
    await this.advance()
    if (this.#rest !== '') this.#emit(this.#rest)
    this.#rest = ''
  }

  #emit(line: string): void {
    this.#count++
    if (this.#count < OUTPUT_LINES_MAX) this.#onLine(line)
    else if (this.#count === OUTPUT_LINES_MAX) this.#onLine('… further output is in the file only')
  }
}
