/** The command line: names, flags and help; the work is in the files beside this one. */

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { errorMessage, ShoalError } from '../base/errors.ts'
import { addBackupCommands } from './backup-commands.ts'
import type { CommonOptions } from './command.ts'
import { count, runCommand } from './command.ts'
import { completionScript, SHELLS } from './completion.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import { addFleetCommands } from './fleet-commands.ts'
import { createOutput, table } from './output.ts'
import { addPauseCommands } from './pause-commands.ts'
import { addPublishCommand } from './publish-command.ts'
import { addReachCommands } from './reach-commands.ts'
import { addRolloutCommands } from './rollout-commands.ts'
import { addStatusCommands } from './status-commands.ts'

const USAGE_HINT = "'shoal COMMAND --help' shows how"

/** Parses the arguments (without program and script) and runs the command to its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram()
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
      if (process.exitCode !== EXIT.ok && argv.includes('--json')) {
        const message = error.message.replace(/^error: /, '')
        process.stdout.write(`${JSON.stringify({ error: { code: 'usage', message, hint: USAGE_HINT } })}\n`)
      }
      return
    }
    createOutput(argv.includes('--json')).error(error)
    process.exitCode = error instanceof ShoalError ? exitCodeOf(error) : EXIT.unexpected
    if (!(error instanceof ShoalError)) process.stderr.write(`${errorMessage(error)}\n`)
  }
}

/** Commands as the help shows them. */
const GROUPS: readonly (readonly [string, readonly ((program: Command) => void)[]])[] = [
  ['A fleet and its members:', [addFleetCommands]],
  ['Releases:', [addPublishCommand, addRolloutCommands, addPauseCommands]],
  ['Looking:', [addStatusCommands]],
  ['Reaching in:', [addReachCommands]],
  ["A coordinator's state:", [addBackupCommands]],
  ['This machine:', [addDoctor, addConfig, addDemo, addCompletion]]
]

/** The whole tree of commands. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = new Command('shoal')
    .description('a peer-to-peer fleet mesh for NixOS machines')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`shoal: ${text}`) })
    .showHelpAfterError(`shoal: hint: ${USAGE_HINT}`)
    .addHelpText(
      'after',
      "\nExamples:\n  shoal demo --once\n  shoal status --watch\n  shoal rollout 1.4 --canary 1 --wait\n'shoal COMMAND --help' has flags and examples of each."
    )
  for (const [heading, add] of GROUPS) {
    program.commandsGroup(heading)
    for (const each of add) each(program)
  }
  addCommon(program)
  addFlags(program)
  return program
}

/** The flags that every command takes, before or behind its name. */
function addCommon(command: Command): void {
  for (const sub of command.commands) {
    sub.exitOverride()
    addFlags(sub)
    addCommon(sub)
  }
}

function addFlags(command: Command): void {
  command
    .option('--dir <dir>', 'state directory (default: $SHOAL_DIR, else by user)')
    .option('--json', 'one JSON document on stdout')
    .option('--timeout <seconds>', 'how long to wait', count(1))
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('each thing that can be wrong on this host, with the cure')
    .addHelpText('after', '\nExample:\n  shoal doctor')
    .action(async (_: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async ({ out, dir, signal }) => {
        const { diagnose } = await import('./doctor.ts')
        const checks = await diagnose(dir, signal)
        if (out.isJson) out.json({ checks })
        else {
          const rows = checks.map(({ id, ok, message }) => [ok ? 'ok' : 'WRONG', id, message])
          for (const line of table(['', 'CHECK', ''], rows)) out.line(line)
          for (const { id, ok, hint } of checks) if (!ok && hint != null) out.line(`${id}: ${hint}`)
        }
        return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.invalid
      })
    })
}

function addConfig(program: Command): void {
  program
    .command('config')
    .description('the configuration, config.json')
    .addHelpText('after', '\nExample:\n  shoal config check')
    .command('check')
    .description('say what is wrong with a configuration; exit 7 if something is')
    .argument('[file]', 'the file (default: config.json in the state directory)')
    .addHelpText('after', '\nExample:\n  shoal config check ./config.json')
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async ({ out, dir }) => {
        const { checkConfigFile, readConfig } = await import('../daemon/config.ts')
        const config = file == null ? readConfig(dir) : checkConfigFile(file)
        if (out.isJson) out.json({ ok: true, config })
        else out.line('the configuration is valid')
        return EXIT.ok
      })
    })
}

function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a whole fleet on this machine: publishes, rolls out, rolls back')
    .option('--devices <n>', 'how many devices', count(1), 3)
    .option('--once', 'end after the three releases')
    .addHelpText('after', '\nExample:\n  shoal demo --devices 5 --once')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { devices: number; once?: boolean }>()
      await runCommand(options, async ({ signal }) => {
        const { runDemo } = await import('../demo/demo.ts')
        const { devices, dir } = options
        return await runDemo({
          devices,
          once: options.once === true,
          json: options.json === true,
          ...(dir == null ? {} : { dir }),
          signal
        })
      })
    })
}

function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completions for a shell')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(shoal completion bash)      # in ~/.bashrc; zsh alike, in ~/.zshrc\n  shoal completion fish > ~/.config/fish/completions/shoal.fish'
    )
    .action(async (shell: string, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async ({ out }) => {
        const script = completionScript(program, shell)
        if (out.isJson) out.json({ shell, script })
        else out.line(script.trimEnd())
        return EXIT.ok
      })
    })
}
