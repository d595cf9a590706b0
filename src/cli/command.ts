/** What every command shares: the state directory, time limits, the control API, how it ends. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { UnreachableError, UsageError } from '../base/errors.ts'
import type { Control } from '../daemon/control.ts'
import { openControl } from '../daemon/daemon.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import type { Output } from './output.ts'
import { createOutput } from './output.ts'

export interface CommonOptions {
  readonly dir?: string
  readonly json?: boolean
  readonly timeout?: number
}

export interface CommandContext {
  readonly out: Output
  readonly dir: string
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** Seconds that the command may wait; undefined is no limit. */
  readonly timeout: number | undefined
}

const TIMEOUT_DEFAULT_SECONDS = 30

/** `--dir`, else `SHOAL_DIR`, else by user (contract.md section 1). */
export function stateDirectory(dir: string | undefined): string {
  const named = dir ?? process.env['SHOAL_DIR']
  if (named != null && named !== '') return resolve(named)
  if (process.getuid?.() === 0) return '/var/lib/shoal'
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'shoal')
}

/** Runs a command to its exit code; every error is shown and becomes one. */
export async function runCommand(
  options: CommonOptions,
  work: (context: CommandContext) => Promise<number>
): Promise<void> {
  const out = createOutput(options.json === true)
  const stopped = new AbortController()
  const onSignal = (): void => {
    stopped.abort(new UnreachableError('interrupted', 'interrupted'))
  }
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    const dir = stateDirectory(options.dir)
    process.exitCode = await work({ out, dir, signal: stopped.signal, timeout: options.timeout })
  } catch (error) {
    out.settle()
    out.error(error)
    process.exitCode = exitCodeOf(error)
    if (process.exitCode === EXIT.unexpected && error instanceof Error) {
      process.stderr.write(`${error.stack ?? ''}\n`)
    }
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** The command's signal with its time limit, 30 s unless told; a command that waits has none of its own. */
export function limited(
  context: CommandContext,
  fallback: number | undefined = TIMEOUT_DEFAULT_SECONDS
): AbortSignal {
  const seconds = context.timeout ?? fallback
  if (seconds == null) return context.signal
  const timer = new AbortController()
  setTimeout(() => {
    timer.abort(
      new UnreachableError('timeout', `no answer within ${seconds} s`, {
        hint: '--timeout SECONDS waits longer'
      })
    )
  }, seconds * 1000).unref()
  return AbortSignal.any([context.signal, timer.signal])
}

/** Opens the control API, of the daemon or of a node of our own, for the length of `work`. */
export async function withControl<T>(
  context: CommandContext,
  work: (control: Control) => Promise<T>
): Promise<T> {
  const open = await openControl(context.dir)
  try {
    return await work(open.control)
  } finally {
    await open[Symbol.asyncDispose]()
  }
}

/** The last document of a call; what came before is given to `each`. */
export async function ask<T>(
  control: Control,
  method: string,
  body: unknown,
  signal: AbortSignal,
  each: (document: unknown) => void = () => undefined
): Promise<T> {
  let last: unknown
  try {
    for await (const document of control.call(method, body, signal)) {
      each(document)
      last = document
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
  return last as T
}

/** Parses `90`, `30s`, `5m`, `24h`, `7d` into seconds. Throws UsageError (`duration`). */
export function seconds(text: string): number {
  const match = /^(\d{1,9})(s|m|h|d)?$/.exec(text)
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] ?? 's']
  if (match == null || factor == null) {
    throw new UsageError('duration', `not a duration: ${text}`, { hint: 'write 30s, 5m, 24h or 7d' })
  }
  return Number(match[1]) * factor
}

/** Parses a whole number of at least `min`. Throws UsageError (`number`). */
export const count =
  (min: number) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= min) return Number(text)
    throw new UsageError('number', `not a whole number of at least ${min}: ${text}`)
  }
