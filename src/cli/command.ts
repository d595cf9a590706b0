/** What every command shares: the state directory, time limits, the control API, how it ends. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { systemClock } from '../base/clock.ts'
import { ProtocolError, UnreachableError, UsageError } from '../base/errors.ts'
import type { Control } from '../daemon/control.ts'
import { openControl } from '../daemon/open.ts'
import type { ProgressView } from '../model/control.ts'
import { ANSWERS, LOCAL_ANSWERS, progressSchema } from '../model/control.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import type { Output } from './output.ts'
import { clean, createOutput } from './output.ts'

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
/** How long the process may take to end by itself once its command has. */
const LINGER_MS = 50
/** A coordinator that went away in the middle of a wait is asked again after this. */
const WATCH_RETRY_MS = 1_000

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
    // libp2p leaves timers of up to a second behind its stop; everything of ours has been awaited, output is synchronous.
    setTimeout(() => process.exit(), LINGER_MS).unref()
  }
}

/** The command's signal with its time limit, 30 s unless told; a command that waits has none of its own (null). */
export function limited(
  context: CommandContext,
  fallback: number | null = TIMEOUT_DEFAULT_SECONDS
): AbortSignal {
  const limit = context.timeout ?? fallback
  if (limit == null) return context.signal
  const timer = new AbortController()
  setTimeout(() => {
    timer.abort(
      new UnreachableError('timeout', `no answer within ${limit} s`, {
        hint: '--timeout SECONDS waits longer'
      })
    )
  }, limit * 1000).unref()
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

const SCHEMAS = { ...ANSWERS, ...LOCAL_ANSWERS }
type Schemas = typeof SCHEMAS
export type Asked = keyof Schemas
export type Answer<M extends Asked> = z.infer<Schemas[M]>

/** Every document of a call, checked; progress documents are given to `onProgress`. Throws ProtocolError (`answer_invalid`). */
export async function* follow<M extends Asked>(
  control: Control,
  method: M,
  body: unknown,
  signal: AbortSignal,
  onProgress: (progress: ProgressView['progress']) => void = () => undefined
): AsyncGenerator<Answer<M>> {
  try {
    for await (const document of control.call(method, body, signal)) {
      const progress = method === 'publish' ? progressSchema.safeParse(document) : undefined
      if (progress?.success === true) {
        onProgress(progress.data.progress)
        continue
      }
      const answer = SCHEMAS[method].safeParse(document)
      if (!answer.success) throw new ProtocolError('answer_invalid', `the answer to ${method} cannot be read`)
      yield answer.data as Answer<M>
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/** As `follow`, and again from the start when the coordinator went away, until the signal aborts. */
export async function* followAgain<M extends Asked>(
  context: CommandContext,
  control: Control,
  method: M,
  body: unknown,
  signal: AbortSignal
): AsyncGenerator<Answer<M>> {
  for (;;) {
    try {
      yield* follow(control, method, body, signal)
      return
    } catch (error) {
      if (signal.aborted || !(error instanceof UnreachableError)) throw error
      context.out.settle()
      context.out.say(`lost the coordinator (${clean(error.message)}); trying again`)
      await systemClock.sleep(WATCH_RETRY_MS, signal)
    }
  }
}

/** The last document of a call. */
export async function ask<M extends Asked>(
  control: Control,
  method: M,
  body: unknown,
  signal: AbortSignal,
  onProgress?: (progress: ProgressView['progress']) => void
): Promise<Answer<M>> {
  let last: Answer<M> | undefined
  for await (const document of follow(control, method, body, signal, onProgress)) last = document
  if (last == null) throw new ProtocolError('answer_missing', `no answer to ${method}`)
  return last
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
