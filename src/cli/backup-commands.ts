/** backup, announce, restore. */

import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommonOptions } from './command.ts'
import { ask, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { bytesText, clean } from './output.ts'

const collect = (value: string, before: string[]): string[] => [...before, value]

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description("write a coordinator's state to one file, while it runs or not")
    .argument('<file>', 'the file; replaced only once the new one is whole')
    .option('--content', 'with the content of the releases; else they are published again after a restore')
    .addHelpText('after', '\nExample:\n  shoal backup /backup/hub-$(date +%F).shoal')
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { content?: boolean }>()
      await runCommand(options, async ({ out, dir }) => {
        const { backup } = await import('../services/backup/backup.ts')
        const view = await backup(dir, resolve(file), { content: options.content === true }, Date.now())
        if (out.isJson) out.json(view)
        else {
          out.line(view.file)
          out.say(
            `backed up ${view.name} (${bytesText(view.bytes)}); it holds the identity's key: keep it private`
          )
        }
        return EXIT.ok
      })
    })
  program
    .command('announce')
    .description(
      'sign where a coordinator is reached from now on; members pass it on to those that look for it'
    )
    .argument('<multiaddr...>', 'addresses of one coordinator that runs')
    .addHelpText('after', '\nExample:\n  shoal announce /dns4/hub2.example/udp/4711/quic-v1')
    .action(async (addresses: string[], _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const { out } = context
        const view = await withControl(
          context,
          async (control) => await ask(control, 'announce', { addresses }, limited(context))
        )
        if (out.isJson) out.json(view)
        else {
          for (const address of view.coordinators) out.line(address)
          out.say(`record ${view.number}, told to ${view.told.map(clean).join(', ')}; they tell the others`)
        }
        return EXIT.ok
      })
    })
  program
    .command('restore')
    .description('make an empty directory the coordinator of a backup; the old one must be gone for good')
    .argument('<file>', 'a file of shoal backup')
    .option(
      '--announce <multiaddr>',
      'where it will be reached, if elsewhere than before (repeatable)',
      collect,
      []
    )
    .addHelpText(
      'after',
      '\nExample:\n  shoal restore hub-2026-11-25.shoal --announce /dns4/hub2.example/udp/4711/quic-v1'
    )
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { announce: string[] }>()
      await runCommand(options, async ({ out, dir }) => {
        const { restore } = await import('../services/backup/backup.ts')
        const view = await restore(resolve(file), dir, { announce: options.announce }, Date.now())
        if (out.isJson) out.json(view)
        else {
          out.line(view.peer)
          out.say(
            `restored ${view.name} as of ${view.backupAt}; what was ordered after that is not known here`
          )
          for (const { version } of view.withoutContent) {
            out.say(
              `release ${clean(version)} is without its content: publish it again (same paths, --as ${clean(version)})`
            )
          }
          if (options.announce.length > 0) {
            out.say(
              `when it is up, on the admin's machine: shoal announce ${options.announce.join(' ')} tells members who do not know the address`
            )
          }
          out.say('next: shoal up')
        }
        return EXIT.ok
      })
    })
}
