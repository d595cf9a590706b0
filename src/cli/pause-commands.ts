/** pause, resume: a device that is left alone for a while. */

import type { Command } from 'commander'
import type { CommonOptions } from './command.ts'
import { ask, limited, runCommand, seconds, withControl } from './command.ts'
import { EXIT } from './exit.ts'

export function addPauseCommands(program: Command): void {
  program
    .command('pause')
    .description('offer a device nothing for a while; what it has begun goes on')
    .argument('<device>', 'name of the device')
    .argument('<duration>', '30m, 2h, 7d', seconds)
    .addHelpText('after', '\nExample:\n  shoal pause robot-1 2h')
    .action(async (name: string, duration: number, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const body = { name, seconds: duration }
        const paused = await withControl(
          context,
          async (control) => await ask(control, 'device.pause', body, limited(context))
        )
        if (context.out.isJson) context.out.json(paused)
        else context.out.line(`${paused.name} is paused until ${paused.until}`)
        return EXIT.ok
      })
    })
  program
    .command('resume')
    .description('end the pause of a device')
    .argument('<device>', 'name of the device')
    .addHelpText('after', '\nExample:\n  shoal resume robot-1')
    .action(async (name: string, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const resumed = await withControl(
          context,
          async (control) => await ask(control, 'device.resume', { name }, limited(context))
        )
        if (context.out.isJson) context.out.json(resumed)
        else context.out.line(`${resumed.name} is no longer paused`)
        return EXIT.ok
      })
    })
}
