/** ssh: a shell or a command on a device through the mesh; and the bytes of its sshd, for OpenSSH's ProxyCommand. */

import { once } from 'node:events'
import { isatty } from 'node:tty'
import type { Command } from 'commander'
import { UnreachableError } from '../base/errors.ts'
import type { Control } from '../daemon/control.ts'
import { showAsIs } from '../host/pty.ts'
import { systemSpawn } from '../host/spawn.ts'
import { decodeNote, encodeNote } from '../services/reach/note.ts'
import type { Pipe } from '../wire/pipe.ts'
import { CHANNEL } from '../wire/pipe.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { count, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { closedOf, openPipe, waitingNews } from './forward-command.ts'

const REACH_TIMEOUT_SECONDS = 30
const SSH_PORT = 22

interface SshOptions extends CommonOptions {
  readonly stdio?: boolean
  readonly port: number
  readonly tty?: boolean
}

export function addSsh(program: Command): void {
  program
    .command('ssh')
    .description('a shell or a command on a device, through the mesh; with --stdio its sshd, for OpenSSH')
    .argument('<device>', 'name of the device')
    .argument('[command...]', 'after --: one word is for the shell there, several are run as they are')
    .option('--stdio', "join stdin and stdout to the device's sshd, as OpenSSH's ProxyCommand does")
    .option('--port <n>', "port of the device's sshd, with --stdio", count(1), SSH_PORT)
    .option('--tty', 'a terminal for the command too')
    .addHelpText(
      'after',
      "\nExample:\n  shoal ssh robot-7\n  shoal ssh robot-7 -- journalctl -n 20\n  ssh -o ProxyCommand='shoal ssh --stdio %h' root@robot-7"
    )
    .action(async (name: string, words: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SshOptions>()
      await runCommand(options, async (context) => {
        return await withControl(context, async (control) =>
          isProxy(options, words)
            ? await proxy(context, control, name, options.port)
            : await shell(context, control, name, words, options)
        )
      })
    })
}

/** OpenSSH gives its ProxyCommand no terminal: without a command, that is what is meant. */
const isProxy = ({ stdio }: SshOptions, words: readonly string[]): boolean =>
  stdio === true || (words.length === 0 && !process.stdin.isTTY)

/** stdin and stdout are the connection; ssh ends it by closing them. */
async function proxy(context: CommandContext, control: Control, name: string, port: number): Promise<number> {
  const { signal } = context
  const timeoutMs = (context.timeout ?? REACH_TIMEOUT_SECONDS) * 1000
  const body = { name, host: '127.0.0.1', port, timeoutMs }
  const pipe = await openPipe(control, 'forward', body, signal, waitingNews(context, name))
  const input = feed(pipe, signal)
  input.catch(() => undefined)
  for (;;) {
    const piece = await pipe.read(signal)
    if (piece == null) break
    if (!process.stdout.write(piece.bytes)) await once(process.stdout, 'drain', { signal })
  }
  // The other side takes no more; what stdin still has goes nowhere.
  process.stdin.destroy()
  pipe.end()
  await closedOf(pipe)
  return EXIT.ok
}

async function shell(
  context: CommandContext,
  control: Control,
  name: string,
  command: string[],
  options: SshOptions
): Promise<number> {
  const { stdin, stdout } = process
  const isTerminal = isatty(stdin.fd) && isatty(stdout.fd)
  const pty = isTerminal && (command.length === 0 || options.tty === true)
  const size = (): { rows: number; columns: number } => ({
    rows: stdout.rows ?? 0,
    columns: stdout.columns ?? 0
  })
  const body = {
    name,
    command,
    pty,
    term: pty ? (process.env['TERM'] ?? '') : '',
    ...(pty ? size() : { rows: 0, columns: 0 }),
    timeoutMs: (context.timeout ?? REACH_TIMEOUT_SECONDS) * 1000
  }
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, over.signal])
  const pipe = await openPipe(control, 'shell', body, signal, waitingNews(context, name))
  const raw = pty ? rawTerminal() : undefined
  // A terminal that cannot be set shows each line end twice, which most do not even notice.
  if (pty) await showAsIs(stdin.fd, systemSpawn).catch(() => undefined)
  const onResize = (): void => {
    pipe.write(encodeNote({ kind: 'size', ...size() }), signal, CHANNEL.note).catch(() => undefined)
  }
  if (pty) stdout.on('resize', onResize)
  const input = feed(pipe, signal)
  input.catch(() => undefined)
  try {
    const code = await show(pipe, signal)
    pipe.end()
    return code
  } finally {
    stdout.off('resize', onResize)
    stdin.pause()
    raw?.[Symbol.dispose]()
    over.abort(new UnreachableError('session_ended', 'the command is over'))
  }
}

/** Keys go to the other side as they are, Ctrl-C too; put back on every way out. */
function rawTerminal(): Disposable {
  const restore = (): void => {
    process.stdin.setRawMode(false)
  }
  process.stdin.setRawMode(true)
  process.once('exit', restore)
  return {
    [Symbol.dispose]: () => {
      process.off('exit', restore)
      restore()
    }
  }
}

async function feed(pipe: Pipe, signal: AbortSignal): Promise<void> {
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    await pipe.write(new Uint8Array(chunk), signal)
  }
  pipe.end()
}

/** Shows what comes until the exit code does. */
async function show(pipe: Pipe, signal: AbortSignal): Promise<number> {
  for (;;) {
    const piece = await pipe.read(signal)
    if (piece == null) throw new UnreachableError('session_lost', 'the session ended without an exit code')
    if (piece.channel === CHANNEL.note) {
      const note = decodeNote(piece.bytes)
      if (note.kind === 'exit') return note.code
      continue
    }
    const to = piece.channel === CHANNEL.stderr ? process.stderr : process.stdout
    if (!to.write(piece.bytes)) await once(to, 'drain', { signal })
  }
}
