/** What `nix` needs of the machine: a way to run a command, passed in. */

import { stripVTControlCharacters } from 'node:util'
import { NixError } from '../base/errors.ts'

export interface CommandOptions {
  signal: AbortSignal
  /** Added to our own environment. */
  env?: Readonly<Record<string, string>>
  outputBytesMax?: number
  timeoutMs?: number
  onStderrLine?: (line: string) => void
}

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** True when stdout was longer than what was kept. */
  readonly truncated: boolean
}

export interface CommandRunner {
  run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult>
}

const DETAIL_LINES_MAX = 20

/** The failure of a Nix command, with the last lines that it wrote. */
export function nixError(code: string, message: string, stderr: string): NixError {
  const lines = stripVTControlCharacters(stderr).trim().split('\n')
  return new NixError(code, message, lines.slice(-DETAIL_LINES_MAX).join('\n'))
}
