/** A shell through the mesh in the laboratory: when its prompt is there, and how long a key takes beside a ping. */

import type { Machine } from '../support/processes.ts'
import { Terminal } from '../support/terminal.ts'

const PROMPT = /[#$] $/
/** Echoed by the terminal at the device; `cat` takes them. */
const KEYS = 'abcdefghijklmnopqrstuvwxyz'

/** Not the login shell: what that reads first is this machine's, and takes as long as somebody made it. */
const SHELL = ['--tty', '--', 'exec sh -i']

/** Milliseconds from the start of `shoal ssh` to the first prompt; the shell is ended again. */
export async function firstPromptMs(admin: Machine, device: string): Promise<number> {
  await using terminal = Terminal.open(admin, ['ssh', device, ...SHELL])
  const { ms } = await terminal.until(PROMPT)
  terminal.type('exit\r')
  await terminal.ended()
  return ms
}

/** A shell in which `cat` takes keys. */
export async function openTyping(admin: Machine, device: string): Promise<Terminal> {
  const terminal = Terminal.open(admin, ['ssh', device, ...SHELL])
  await terminal.until(PROMPT)
  terminal.type('cat\r')
  await terminal.until(/cat\r*\n/)
  return terminal
}

/** Types `count` keys, each when the one before was seen; milliseconds until each was, and all that was shown. */
export async function typeKeys(
  terminal: Terminal,
  count: number
): Promise<{ readonly times: readonly number[]; readonly shown: string }> {
  const times: number[] = []
  let shown = ''
  for (let index = 0; index < count; index++) {
    const key = KEYS[index % KEYS.length] ?? ''
    const began = performance.now()
    terminal.type(key)
    shown += (await terminal.until(new RegExp(key))).text
    times.push(performance.now() - began)
  }
  return { times, shown }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
