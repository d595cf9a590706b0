/** forward: a port here that leads to one at a device. */

import type { Command } from 'commander'
import { UsageError } from '../base/errors.ts'
import type { Control } from '../daemon/control.ts'
import type { PathNews } from '../model/control.ts'
import type { Pipe } from '../wire/pipe.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { follow, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { clean } from './output.ts'

const REACH_TIMEOUT_SECONDS = 30

export interface ForwardSpec {
  readonly bind: string
  readonly port: number
  readonly host: string
  readonly remotePort: number
}

export function addForward(program: Command): void {
  program
    .command('forward')
    .description('a TCP port here that leads to one at a device, until interrupted')
    .argument('<device>', 'name of the device')
    .argument(
      '<local:remote>',
      '[bind:]port:[host:]port; the host is as the device sees it, itself by default'
    )
    .addHelpText('after', '\nExample:\n  shoal forward robot-7 8080:80')
    .action(async (name: string, text: string, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const spec = parseForward(text)
        await withControl(context, async (control) => await forward(context, control, name, spec))
        return EXIT.ok
      })
    })
}

/** `[bind:]port:[host:]port`, IPv6 addresses in brackets. Throws UsageError (`forward_spec`). */
export function parseForward(text: string): ForwardSpec {
  const parts = [...text.matchAll(/\[([^\]]+)\]|([^:[\]]+)/g)].map((match) => match[1] ?? match[2] ?? '')
  const isPort = (part: string | undefined): boolean => /^\d{1,5}$/.test(part ?? '') && Number(part) <= 65_535
  const fail = (): never => {
    throw new UsageError('forward_spec', `not a forward: ${text}`, {
      hint: 'write 8080:80, 8080:localhost:80 or 127.0.0.1:8080:localhost:80'
    })
  }
  const remote = parts.at(-1)
  if (parts.length < 2 || parts.length > 4 || !isPort(remote) || Number(remote) === 0) fail()
  const [first, second, third] = parts
  const at = (bind: string, port: string | undefined, host: string): ForwardSpec =>
    isPort(port) ? { bind, port: Number(port), host, remotePort: Number(remote) } : fail()
  if (parts.length === 2) return at('127.0.0.1', first, '127.0.0.1')
  if (parts.length === 4) return at(first ?? '', second, third ?? '')
  return isPort(first) ? at('127.0.0.1', first, second ?? '') : at(first ?? '', second, '127.0.0.1')
}

/** Until interrupted, which is how it ends well. */
async function forward(
  context: CommandContext,
  control: Control,
  name: string,
  spec: ForwardSpec
): Promise<void> {
  const { out, signal } = context
  const { bind, host, remotePort } = spec
  const timeoutMs = (context.timeout ?? REACH_TIMEOUT_SECONDS) * 1000
  const onPath = waitingNews(context, name)
  try {
    for await (const news of follow(control, 'forward.listen', { name, ...spec, timeoutMs }, signal)) {
      if (news.event === 'path') onPath(news)
      else if (news.event === 'failed') {
        out.say(clean(`${name}: ${news.message}`))
        if (out.isJson) out.json({ name, ...news })
      } else {
        const remote = `${host}:${remotePort}`
        if (out.isJson) out.json({ event: 'listening', name, bind, port: news.port, remote })
        else out.line(`${bind}:${news.port} leads to ${remote} at ${clean(name)}`)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Opens a pipe on whatever answers the control API. Throws RefusedError-like errors of the device, UsageError. */
export async function openPipe(
  control: Control,
  method: string,
  body: unknown,
  signal: AbortSignal,
  onPath: (news: PathNews) => void
): Promise<Pipe> {
  if (control.open == null) {
    throw new UsageError('not_an_admin', 'this directory cannot reach into devices', {
      hint: 'use the directory of an admin: --dir DIR'
    })
  }
  return await control.open(method, body, signal, onPath)
}

export async function closedOf(pipe: Pipe): Promise<void> {
  if (pipe.closed.aborted) return
  await new Promise<void>((resolve) => {
    pipe.closed.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Says on stderr when the device is away, and when it is back; many pipes say it once. */
export function waitingNews(context: CommandContext, name: string): (news: PathNews) => void {
  let isWaiting = false
  return ({ state }) => {
    if (isWaiting === (state === 'waiting')) return
    isWaiting = state === 'waiting'
    context.out.say(isWaiting ? `waiting for ${clean(name)} …` : `${clean(name)} is back (${state})`)
  }
}
