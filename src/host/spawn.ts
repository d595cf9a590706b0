/** Child processes of this machine. The only file that starts any. */

import { spawn as startProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { errorCode, InvalidError, NotFoundError, ShoalError } from '../base/errors.ts'

export interface RunOptions {
  signal: AbortSignal
  /** Added to our own environment. */
  env?: Readonly<Record<string, string>>
  cwd?: string
  stdin?: string | Uint8Array
  /** Bytes kept of stdout and of stderr, the last ones; default OUTPUT_BYTES_MAX. */
  outputBytesMax?: number
  timeoutMs?: number
  /** Called with each line of stderr as it comes, cut at LINE_LENGTH_MAX characters. */
  onStderrLine?: (line: string) => void
}

export interface RunResult {
  /** Exit code, or null when a signal ended the process. */
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** True when stdout was longer than what was kept. */
  readonly truncated: boolean
}

export interface StreamOptions {
  signal: AbortSignal
  env?: Readonly<Record<string, string>>
}

export interface DetachedOptions {
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** Both outputs are appended here. */
  stdoutFile: string
}

export interface Spawn {
  /**
   * Runs a command to its end. An abort or the timeout ends its whole process group, SIGTERM first and
   * SIGKILL after KILL_AFTER_MS; the promise rejects with the reason once the process is gone.
   * Throws NotFoundError (`command_missing`) or ShoalError (`command_failed`) when it cannot be started.
   */
  run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult>
  /**
   * Runs a command whose output is too large to keep. `stdout` has back-pressure; `done` settles as that of
   * `run` does, once stdout was read to its end or destroyed. May throw what `run` rejects with.
   */
  stream(
    command: string,
    args: readonly string[],
    options: StreamOptions
  ): { stdout: Readable; done: Promise<Omit<RunResult, 'stdout' | 'truncated'>> }
  /**
   * Starts a command in a session of its own that outlives us. Errors as `run`, thrown at once.
   * A systemd unit that stops takes it along all the same, unless the command leaves the control group.
   */
  detached(command: string, args: readonly string[], options: DetachedOptions): { pid: number }
}

export const OUTPUT_BYTES_MAX = 1024 * 1024
export const LINE_LENGTH_MAX = 4096
export const KILL_AFTER_MS = 5000
/** How long outputs may stay open (in the hands of a grandchild) after the process has ended. */
const DRAIN_MS = 1000

export const systemSpawn: Spawn = {
  async run(command, args, options) {
    const stdout = new Tail(options.outputBytesMax ?? OUTPUT_BYTES_MAX)
    const ended = start(command, args, options)
    const { child } = ended
    child.stdout.on('data', (bytes: Buffer) => {
      stdout.add(bytes)
    })
    child.once('exit', () => {
      const timer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, DRAIN_MS)
      child.once('close', () => {
        clearTimeout(timer)
      })
    })
    return { ...(await ended.done), stdout: stdout.text(), truncated: stdout.truncated }
  },

  stream(command, args, options) {
    const { child, done } = start(command, args, options)
    // A caller whose reading fails first may never come to `done`; that is no unhandled rejection.
    done.catch(() => undefined)
    return { stdout: child.stdout, done }
  },

  detached(command, args, options) {
    const output = openSync(options.stdoutFile, 'a', 0o600)
    try {
      const child = startProcess(command, args, {
        detached: true,
        stdio: ['ignore', output, output],
        env: { ...process.env, ...options.env },
        ...(options.cwd == null ? {} : { cwd: options.cwd })
      })
      // The same fault is thrown below, where it can be caught.
      child.once('error', () => undefined)
      child.unref()
      if (child.pid == null) throw new NotFoundError('command_missing', `cannot start ${command}`)
      return { pid: child.pid }
    } finally {
      closeSync(output)
    }
  }
}

/** Starts a process as leader of its own group, collects stderr, and watches over signal and timeout. */
function start(command: string, args: readonly string[], options: RunOptions) {
  options.signal.throwIfAborted()
  const signal =
    options.timeoutMs == null
      ? options.signal
      : AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  const child = startLeader(command, args, options)
  // A process that does not read its input to the end is no fault of ours.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin)
  const stderr = new Tail(options.outputBytesMax ?? OUTPUT_BYTES_MAX)
  const lines = options.onStderrLine == null ? undefined : new Lines(options.onStderrLine)
  child.stderr.on('data', (bytes: Buffer) => {
    stderr.add(bytes)
    lines?.add(bytes)
  })

  let timer: NodeJS.Timeout | undefined
  // The leader has gone: whatever is left of its group goes too, and nobody is owed its output.
  const onGone = (): void => {
    killGroup(child.pid, 'SIGKILL')
    child.stdout.destroy()
    child.stderr.destroy()
  }
  const onAbort = (): void => {
    if (child.exitCode != null || child.signalCode != null) {
      onGone()
      return
    }
    killGroup(child.pid, 'SIGTERM')
    timer = setTimeout(() => {
      killGroup(child.pid, 'SIGKILL')
    }, KILL_AFTER_MS)
    child.once('exit', onGone)
  }
  signal.addEventListener('abort', onAbort, { once: true })

  const done = new Promise<Omit<RunResult, 'stdout' | 'truncated'>>((resolve, reject) => {
    child.once('error', (error) => {
      reject(startError(command, error))
    })
    child.once('close', (code, signalName) => {
      lines?.end()
      resolve({ code, signal: signalName, stderr: stderr.text() })
    })
  })
    .then((result) => {
      signal.throwIfAborted()
      return result
    })
    .finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  return { child, done }
}

function startLeader(command: string, args: readonly string[], options: RunOptions) {
  try {
    return startProcess(command, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd == null ? {} : { cwd: options.cwd })
    })
  } catch (error) {
    // Some faults (E2BIG) are thrown, others (ENOENT) come as an event.
    throw startError(command, error)
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid == null) return
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: it has ended by itself.
  }
}

function startError(command: string, error: unknown): ShoalError {
  switch (errorCode(error)) {
    case 'enoent':
      return new NotFoundError('command_missing', `there is no command ${command}`, { cause: error })
    case 'e2big':
      return new InvalidError('command_too_long', `the arguments of ${command} are too long`, {
        cause: error
      })
    default:
      return new ShoalError('command_failed', `cannot start ${command}`, { cause: error })
  }
}

/** The last bytes of a stream, at least `max` of them while it lasts, never more than twice as many. */
class Tail {
  readonly #max: number
  #pieces: Buffer[] = []
  #bytes = 0
  truncated = false

  constructor(max: number) {
    this.#max = max
  }

  add(bytes: Buffer): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.byteLength
    if (this.#bytes > this.#max * 2) this.#cut()
  }

  text(): string {
    this.#cut()
    return Buffer.concat(this.#pieces).toString()
  }

  #cut(): void {
    if (this.#bytes <= this.#max) return
    this.truncated = true
    this.#pieces = [Buffer.from(Buffer.concat(this.#pieces).subarray(this.#bytes - this.#max))]
    this.#bytes = this.#max
  }
}

/** Cuts a stream into lines; both `\n` and the `\r` of progress displays end one. */
class Lines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  add(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split(/[\r\n]+/)
    this.#rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX)
    for (const line of lines) if (line !== '') this.#onLine(line.slice(0, LINE_LENGTH_MAX))
  }

  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
  }
}

export interface Interactive {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** How it ended; outputs that a grandchild holds open are closed a second later. */
  readonly done: Promise<{ readonly code: number | null; readonly signal: string | null }>
}

export interface InteractiveOptions {
  /** Ends the whole process group: SIGHUP first, SIGKILL after HANG_UP_MS. */
  readonly signal: AbortSignal
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export type StartInteractive = (
  command: string,
  args: readonly string[],
  options: InteractiveOptions
) => Promise<Interactive>

export const HANG_UP_MS = 2000

/** Starts a command that somebody talks to. Throws NotFoundError (`command_missing`) and the like, as `run`. */
export const startInteractive: StartInteractive = async (command, args, { signal, env, cwd }) => {
  signal.throwIfAborted()
  const child = startProcess(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env, cwd })
  child.stdin.on('error', () => undefined)
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, name) => resolve({ code, signal: name }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(startError(command, error)))
  })
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    killGroup(child.pid, 'SIGHUP')
    timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), HANG_UP_MS)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const done = exited.then((ended) => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    // What is left of the group after a hang-up has had its time.
    if (signal.aborted) killGroup(child.pid, 'SIGKILL')
    const late = setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
    }, DRAIN_MS)
    child.once('close', () => clearTimeout(late))
    return ended
  })
  return { pid: child.pid ?? 0, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, done }
}
