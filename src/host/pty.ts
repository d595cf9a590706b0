/**
 * A terminal for a command, without native code: `script` of util-linux opens the pty and copies between it and its own
 * input and output; `stty` sets the window's size from outside, and the kernel tells the foreground job.
 */

import { readFile, readlink } from 'node:fs/promises'
import { userInfo } from 'node:os'
import type { Spawn } from './spawn.ts'

export interface WindowSize {
  readonly rows: number
  readonly columns: number
}

const STTY_MS = 2_000

/** The command line that runs `argv` on a pty of its own, of the given size (0: unknown), and ends with its exit code. */
export function onPty(argv: readonly string[], size: WindowSize): { command: string; args: string[] } {
  const { rows, columns } = size
  const set = rows > 0 && columns > 0 ? `stty rows ${rows} columns ${columns}; ` : ''
  // Echo is what a terminal does although the input of `script` is none.
  return {
    command: 'script',
    args: ['-q', '-e', '-f', '-E', 'always', '-c', `${set}exec ${argv.map(quoted).join(' ')}`, '/dev/null']
  }
}

/** One word for the shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Sets the size of the pty that `script` with this process id has opened; nothing when it has ended. */
export async function resizePty(pid: number, size: WindowSize, spawn: Spawn): Promise<void> {
  const terminal = await terminalOf(pid)
  if (terminal == null) return
  const args = ['-F', terminal, 'rows', String(size.rows), 'columns', String(size.columns)]
  await spawn.run('stty', args, { signal: AbortSignal.timeout(STTY_MS) })
}

/**
 * Has the terminal on a descriptor of ours show bytes as they come: Node's raw mode still makes `\r\n` of each `\n`, and
 * the other side's terminal has done that already. Leaving raw mode undoes it. Nothing where there is no `/proc`.
 */
export async function showAsIs(fd: number, spawn: Spawn): Promise<void> {
  const terminal = await readlink(`/proc/self/fd/${fd}`).catch(() => '')
  if (!terminal.startsWith('/dev/')) return
  await spawn.run('stty', ['-F', terminal, '-opost'], { signal: AbortSignal.timeout(STTY_MS) })
}

async function terminalOf(pid: number): Promise<string | undefined> {
  try {
    const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
    const terminal = await readlink(`/proc/${child}/fd/0`)
    return terminal.startsWith('/dev/pts/') ? terminal : undefined
  } catch {
    return undefined
  }
}

/** Who this process runs as. */
export interface Account {
  readonly name: string
  readonly home: string
  readonly shell: string
}

export function ownAccount(): Account {
  const { username, homedir, shell } = userInfo()
  return { name: username, home: homedir, shell: shell ?? '/bin/sh' }
}
