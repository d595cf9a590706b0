/** diff: what a release would change on a device, and what its delivery would cost. */

import type { Command } from 'commander'
import type { DiffView } from '../model/control.ts'
import type { CommonOptions } from './command.ts'
import { ask, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { bytesText, clean, table } from './output.ts'

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('package changes that a release would bring to a device, and what its delivery would cost')
    .argument('<device>', 'name of the device')
    .argument(
      '[release]',
      'release, version or toplevel (default: what it should run and does not, else the newest)'
    )
    .addHelpText('after', '\nExample:\n  shoal diff robot-7 1.4')
    .action(async (name: string, release: string | undefined, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const body = { name, release: release ?? null }
        const diff = await withControl(
          context,
          async (control) => await ask(control, 'diff', body, limited(context))
        )
        if (context.out.isJson) context.out.json(diff)
        else for (const line of diffLines(diff)) context.out.line(line)
        return EXIT.ok
      })
    })
}

/** What people see of a diff. */
export function diffLines(diff: DiffView): string[] {
  const rows = [
    ...diff.changed.map(({ name, from, to, narBytes }) => ['changed', name, from, to, narBytes] as const),
    ...diff.added.map(({ name, versions, narBytes }) => ['added', name, [], versions, narBytes] as const),
    ...diff.removed.map(({ name, versions, narBytes }) => ['removed', name, versions, [], -narBytes] as const)
  ]
  const shown = rows.map(([change, name, from, to, bytes]) => [
    change,
    clean(name),
    versionsText(from),
    versionsText(to),
    growthText(bytes)
  ])
  return [
    `${clean(diff.device)} runs ${nameOf(diff.from)}; this is what ${nameOf(diff.to)} changes`,
    ...(shown.length === 0
      ? [diff.rebuilt.length > 0 ? 'no version differs' : 'no package differs']
      : table(['CHANGE', 'PACKAGE', 'FROM', 'TO', 'SIZE'], shown)),
    ...rebuiltLines(diff),
    ...(diff.omitted === 0 ? [] : [`and ${diff.omitted} more packages, which are not listed`]),
    ...costLines(diff)
  ]
}

const REBUILT_SHOWN = 8

function rebuiltLines({ rebuilt }: DiffView): string[] {
  if (rebuilt.length === 0) return []
  const names = rebuilt.slice(0, REBUILT_SHOWN).map(({ name }) => clean(name))
  const more = rebuilt.length > names.length ? ', …' : ''
  return [`rebuilt with the same version: ${rebuilt.length} (${names.join(', ')}${more})`]
}

function costLines({ basis, device, pathsCount, bytes, narBytes }: DiffView): string[] {
  if (pathsCount === 0) return ['delivery: nothing; every path is there already']
  const cost = `delivery: ${bytesText(bytes)} compressed, ${pathsCount} ${pathsCount === 1 ? 'path' : 'paths'} of ${bytesText(narBytes)}`
  return basis === 'closure'
    ? [`${cost}; less where ${clean(device)} has paths from before or neighbours that do`]
    : [
        cost,
        `what ${clean(device)} runs is not known here path by path, so everything is counted: at most this much`
      ]
}

const nameOf = (side: DiffView['from']): string =>
  side == null ? 'nothing that it has reported' : clean(side.version ?? side.toplevel)

const versionsText = (versions: readonly string[]): string =>
  versions.length === 0 ? '-' : clean(versions.map((version) => version || 'none').join(', '))

const growthText = (bytes: number): string => (bytes < 0 ? `-${bytesText(-bytes)}` : `+${bytesText(bytes)}`)
