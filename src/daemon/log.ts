/** The one place that makes loggers: JSON lines on stderr, libp2p's own ones in the same stream. */

import type { ComponentLogger, Logger } from '@libp2p/interface'
import type { Logger as Pino } from 'pino'
import { destination, pino } from 'pino'
import { errorCode, errorMessage } from '../base/errors.ts'

export interface Log {
  readonly libp2p: ComponentLogger
  /** State changed: one fragment, lower case. */
  info(message: string, fields?: Record<string, unknown>): void
  /** Something failed and will heal, or a person must know. */
  warn(message: string, error?: unknown): void
  debug(message: string, error?: unknown): void
}

/** Makes the program's logger; `silent` is for commands, whose stderr is for people. */
export function createLog(level: string): Log {
  const root = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ fd: 2, sync: true })
  )
  const fault = (error: unknown): Record<string, unknown> =>
    error == null ? {} : { code: errorCode(error), err: errorMessage(error) }
  return {
    libp2p: { forComponent: (name) => componentLogger(root, name) },
    info: (message, fields) => root.info(fields ?? {}, message),
    warn: (message, error) => root.warn(fault(error), message),
    debug: (message, error) => root.debug(fault(error), message)
  }
}

/** libp2p logs in printf style with formatters of its own (`%p` peer, `%a` address, `%e` error, `%b` bytes …). */
function componentLogger(root: Pino, name: string): Logger {
  const log = (format: unknown, ...args: unknown[]): void => {
    if (root.isLevelEnabled('trace')) root.trace({ component: name }, text(format, args))
  }
  return Object.assign(log, {
    error: (format: unknown, ...args: unknown[]) => {
      if (root.isLevelEnabled('debug')) root.debug({ component: name }, text(format, args))
    },
    trace: () => undefined,
    enabled: root.isLevelEnabled('trace'),
    newScope: (scope: string) => componentLogger(root, `${name}:${scope}`)
  })
}

function text(format: unknown, args: readonly unknown[]): string {
  let index = 0
  const shown = (value: unknown): string => (value instanceof Error ? value.message : String(value))
  return shown(format).replace(/%[a-zA-Z]/g, () => shown(args[index++]))
}
