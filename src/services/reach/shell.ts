/** A command or a shell on this device for somebody at the other end of a pipe. */

import { errorCode, ProtocolError } from '../../base/errors.ts'
import type { Account, WindowSize } from '../../host/pty.ts'
import { onPty } from '../../host/pty.ts'
import type { Interactive, StartInteractive } from '../../host/spawn.ts'
import type { Service } from '../../protocols/tunnel.ts'
import type { Pipe } from '../../wire/pipe.ts'
import { CHANNEL } from '../../wire/pipe.ts'
import { give, send } from './join.ts'
import { decodeNote, encodeNote } from './note.ts'

export type ShellService = Extract<Service, { readonly kind: 'shell' }>

export interface ShellPorts {
  readonly start: StartInteractive
  /** Sets the size of the terminal that the process `pid` holds. */
  resize(pid: number, size: WindowSize): Promise<void>
  /** Who the shell runs as: whoever the daemon runs as. */
  account(): Account
  /** PATH and the like. */
  readonly env: Readonly<Record<string, string>>
}

/** What a shell says of a command that a signal ended, and of one that is not there. */
const SIGNALLED = 128
const NO_COMMAND = 127
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** Runs the command until it ends or `signal` aborts, and tells how it ended. Throws what the pipe throws. */
export async function serveShell(
  ports: ShellPorts,
  pipe: Pipe,
  service: ShellService,
  signal: AbortSignal
): Promise<void> {
  const gone = new AbortController()
  const both = AbortSignal.any([signal, gone.signal])
  try {
    const child = await start(ports, service, both)
    if (child == null)
      await tellExit(pipe, { code: NO_COMMAND, signal: '' }, `no such command: ${service.command[0]}\n`, both)
    else await talk(ports, pipe, child, both)
  } finally {
    gone.abort()
  }
}

async function start(
  ports: ShellPorts,
  service: ShellService,
  signal: AbortSignal
): Promise<Interactive | undefined> {
  const account = ports.account()
  const argv = argvOf(service.command, account.shell)
  const { command, args } = service.pty
    ? onPty(argv, service)
    : { command: argv[0] ?? account.shell, args: argv.slice(1) }
  const env = {
    ...ports.env,
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    ...(service.pty && service.term !== '' ? { TERM: service.term } : {})
  }
  try {
    return await ports.start(command, args, { signal, env, cwd: account.home })
  } catch (error) {
    if (errorCode(error) === 'command_missing') return undefined
    throw error
  }
}

/** No word: the login shell. One word: for the shell, as ssh does it. Several: exactly these. */
function argvOf(command: readonly string[], shell: string): readonly string[] {
  const [only, ...rest] = command
  if (only == null) return [shell, '-l']
  return rest.length === 0 ? [shell, '-c', only] : command
}

async function talk(ports: ShellPorts, pipe: Pipe, child: Interactive, signal: AbortSignal): Promise<void> {
  const listening = listen(ports, pipe, child, signal)
  listening.catch(() => undefined)
  const outputs = Promise.all([
    send(child.stdout, pipe, signal, CHANNEL.main),
    send(child.stderr, pipe, signal, CHANNEL.stderr)
  ])
  outputs.catch(() => undefined)
  const { code, signal: name } = await child.done
  signal.throwIfAborted()
  // Destroyed by us when a grandchild held it open: not a failure.
  await outputs.catch((error: unknown) => {
    if (errorCode(error) !== 'err_stream_premature_close') throw error
  })
  const number = SIGNAL_NUMBERS[name ?? ''] ?? 0
  await tellExit(pipe, { code: code ?? SIGNALLED + number, signal: name ?? '' }, '', signal)
}

/** Input and window sizes, until the other side ends; then the command's input ends. */
async function listen(ports: ShellPorts, pipe: Pipe, child: Interactive, signal: AbortSignal): Promise<void> {
  for (;;) {
    const piece = await pipe.read(signal)
    if (piece == null) break
    if (piece.channel === CHANNEL.main) {
      // A command that reads no more may still have something to say.
      await give(child.stdin, piece.bytes, signal).catch((error: unknown) => {
        if (signal.aborted) throw error
      })
    } else if (piece.channel === CHANNEL.note) {
      const note = decodeNote(piece.bytes)
      if (note.kind !== 'size') throw new ProtocolError('session_note', 'a note that only we send')
      await ports.resize(child.pid, note)
    }
  }
  child.stdin.end()
}

async function tellExit(
  pipe: Pipe,
  exit: { code: number; signal: string },
  message: string,
  signal: AbortSignal
): Promise<void> {
  if (message !== '') await pipe.write(new TextEncoder().encode(message), signal, CHANNEL.stderr)
  await pipe.write(encodeNote({ kind: 'exit', ...exit }), signal, CHANNEL.note)
}
