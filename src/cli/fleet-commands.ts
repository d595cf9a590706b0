/** init, ticket, join, up, revoke. */

import { hostname } from 'node:os'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { InvalidError, UsageError } from '../base/errors.ts'
import type { TicketView } from '../model/control.ts'
import type { Role } from '../model/peer.ts'
import { checkName, ROLES } from '../model/peer.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { ask, count, limited, runCommand, seconds, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { clean, table } from './output.ts'

const collect = (value: string, before: string[]): string[] => [...before, value]
const FORCE_EXIT_MS = 10_000

export function addFleetCommands(program: Command): void {
  program
    .command('init')
    .description("make a fleet and its first admin here (on an admin's machine, not on a coordinator)")
    .requiredOption('--name <name>', 'name of the fleet')
    .addHelpText('after', '\nExample:\n  shoal init --name acme')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { name: string }>()
      await runCommand(options, async ({ out, dir }) => {
        const { initFleet } = await import('../services/admin/fleet.ts')
        const { readIdentity } = await import('../services/home.ts')
        const home = await initFleet(dir, options.name, Date.now())
        const { peer } = await readIdentity(dir)
        if (out.isJson) out.json({ fleet: home.fleet, name: options.name, dir, peer })
        else {
          out.line(home.fleet)
          out.say(`made fleet ${options.name} in ${dir}; its keys are in ${dir}/keys: back them up`)
          out.say('next: shoal ticket --role coordinator --announce /dns4/HOST/udp/4711/quic-v1')
        }
        return EXIT.ok
      })
    })
  addTicket(program)
  addJoin(program)
  addUp(program)
  program
    .command('revoke')
    .description('end a membership: every member refuses it from then on')
    .argument('<name>', 'name of a member')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  shoal revoke robot-7 --yes')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>()
      await runCommand(options, async (context) => {
        await confirmed(context, options.yes === true, `end the membership of ${name}?`)
        const document = await withControl(
          context,
          async (control) => await ask(control, 'revoke', { name }, limited(context))
        )
        if (context.out.isJson) context.out.json(document)
        else context.out.line(`revoked ${name}`)
        return EXIT.ok
      })
    })
}

interface TicketOptions extends CommonOptions {
  readonly role: string
  readonly label: string[]
  readonly uses: number
  readonly expires: number
  readonly announce: string[]
}

function addTicket(program: Command): void {
  const ticket = program
    .command('ticket')
    .description('make a bounded right to enrol; prints the ticket')
    .option('--role <role>', `one of ${ROLES.join(', ')}`, 'device')
    .option('--label <k=v>', 'certified label; k alone is a tag (repeatable)', collect, [])
    .option('--uses <n>', 'how many may join with it', count(1), 1)
    .option('--expires <duration>', 'such as 30m, 24h, 7d', seconds, 86_400)
    .option('--announce <multiaddr>', 'where a coordinator will be reached (repeatable)', collect, [])
    .addHelpText(
      'after',
      '\nExamples:\n  shoal ticket --label site=lyon --uses 20\n  shoal ticket --role coordinator --announce /dns4/hub.example/udp/4711/quic-v1'
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<TicketOptions>()
      await runCommand(options, async ({ out, dir }) => {
        const { issueTicket, requireKeys } = await import('../services/admin/fleet.ts')
        const { openHome, readKeys } = await import('../services/home.ts')
        const home = await openHome(dir)
        const keys = requireKeys(home, await readKeys(dir))
        const order = {
          role: roleOf(options.role),
          labels: labelsOf(options.label),
          uses: options.uses,
          lifeSeconds: options.expires,
          announce: options.announce
        }
        const { text, view } = await issueTicket(home, keys, order, Date.now())
        const { id, role, labels, uses, expires } = view
        if (out.isJson) out.json({ ticket: text, id, role, labels, uses, expires })
        else out.line(text)
        return EXIT.ok
      })
    })
  ticket
    .command('list')
    .description('tickets, with what was used of them')
    .addHelpText('after', '\nExample:\n  shoal ticket list')
    .action(async (_: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals(), async (context) => {
        const document = await withControl(
          context,
          async (control) => await ask(control, 'ticket.list', {}, limited(context))
        )
        if (context.out.isJson) context.out.json(document)
        else for (const line of ticketTable(document.tickets)) context.out.line(line)
        return EXIT.ok
      })
    })
  ticket
    .command('revoke')
    .description('end a ticket: nobody joins by it any more')
    .argument('<id>', 'id of the ticket (t-…)')
    .addHelpText('after', '\nExample:\n  shoal ticket revoke t-4k2m…')
    .action(async (id: string, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals(), async (context) => {
        const document = await withControl(
          context,
          async (control) => await ask(control, 'ticket.revoke', { id }, limited(context))
        )
        if (context.out.isJson) context.out.json(document)
        else context.out.line(`revoked ${id}`)
        return EXIT.ok
      })
    })
}

function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text)
  if (role == null) throw new UsageError('role', `no role ${text}`, { hint: `one of ${ROLES.join(', ')}` })
  return role
}

function labelsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    })
  )
}

function ticketTable(tickets: readonly TicketView[]): string[] {
  if (tickets.length === 0) return ['no tickets']
  return table(
    ['ID', 'ROLE', 'USED', 'EXPIRES', 'LABELS'],
    tickets.map((ticket) => [
      ticket.id,
      ticket.role,
      ticket.revoked ? 'revoked' : `${ticket.used}/${ticket.uses}`,
      ticket.expires,
      clean(labelsText(ticket.labels))
    ])
  )
}

/** `site=lyon @lab`. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => (value === '' ? `@${key}` : `${key}=${value}`))
    .join(' ')

function addJoin(program: Command): void {
  program
    .command('join')
    .description('join a fleet by a ticket; enrolment completes when a coordinator is reached')
    .argument('<ticket>', 'the ticket, or - to read it from stdin')
    .option('--name <name>', 'name of this member (default: the host name)')
    .option('--identity <file>', 'an OpenSSH Ed25519 host key to be the identity')
    .addHelpText('after', '\nExample:\n  shoal join shoal1… --name robot-7')
    .action(async (text: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { name?: string; identity?: string }>()
      await runCommand(options, async ({ out, dir }) => {
        const ticket = text === '-' ? await readStdin() : text
        const name = options.name ?? hostName()
        const joining = { ticket, name, sshKey: options.identity }
        const { joinFleet } = await import('../services/admin/fleet.ts')
        const { home, role, peer } = await joinFleet(dir, joining, Date.now())
        if (out.isJson) out.json({ fleet: home.fleet, name, peer, role })
        else {
          out.line(peer)
          out.say(`joined as ${role} ${name}; next: shoal up`)
        }
        return EXIT.ok
      })
    })
}

function hostName(): string {
  const name = hostname().toLowerCase().split('.')[0] ?? ''
  try {
    return checkName(name)
  } catch (cause) {
    throw new UsageError('name_missing', `the host name ${JSON.stringify(name)} is no valid name`, {
      cause,
      hint: 'name this member: --name NAME'
    })
  }
}

const STDIN_BYTES_MAX = 64 * 1024

async function readStdin(): Promise<string> {
  let text = ''
  for await (const part of process.stdin) {
    text += String(part)
    if (text.length > STDIN_BYTES_MAX) throw new InvalidError('ticket_invalid', 'stdin holds no ticket')
  }
  return text
}

function addUp(program: Command): void {
  program
    .command('up')
    .description('run the node of this directory in the foreground until SIGTERM')
    .option('--listen <multiaddr>', 'address to listen on (repeatable)', collect, [])
    .addHelpText('after', '\nExample:\n  shoal up --listen /ip4/0.0.0.0/udp/4711/quic-v1')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { listen: string[] }>()
      await runCommand(options, async ({ out, dir, signal }) => {
        signal.addEventListener('abort', () => {
          // What hangs must not keep the process: systemd would wait for it as well.
          setTimeout(() => process.exit(EXIT.unexpected), FORCE_EXIT_MS).unref()
        })
        const listen = options.listen.length === 0 ? {} : { listen: options.listen }
        const { runDaemon } = await import('../daemon/daemon.ts')
        await runDaemon(dir, listen, signal, (ready) => {
          if (out.isJson) out.json({ event: 'ready', ...ready })
          else out.line(['ready', ready.peer, ...ready.listen].join(' '))
        })
        return EXIT.ok
      })
    })
}

/** Asks on a terminal; elsewhere only `--yes` will do. Throws UsageError (`not_confirmed`). */
export async function confirmed(context: CommandContext, isYes: boolean, question: string): Promise<void> {
  if (isYes) return
  if (!process.stdin.isTTY || context.out.isJson) {
    throw new UsageError('not_confirmed', 'this cannot be undone', { hint: 'add --yes' })
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(`${question} [y/N] `, { signal: context.signal })
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('not_confirmed', 'nothing was done')
}
