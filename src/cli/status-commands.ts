/** status, device, logs, ping. */

import type { Command } from 'commander'
import { isFilling } from '../model/alarms.ts'
import type { DeviceDetail, LogLineView, Status } from '../model/control.ts'
import type { CommonOptions } from './command.ts'
import { ask, follow, followAgain, limited, runCommand, seconds, withControl } from './command.ts'
import { addDiff } from './diff-command.ts'
import { EXIT } from './exit.ts'
import { labelsText } from './fleet-commands.ts'
import { addNet } from './net-command.ts'
import { bytesText, clean, coloured, pageSize } from './output.ts'
import { addPing, pathText } from './ping-command.ts'
import { statusRows } from './status-rows.ts'

export function addStatusCommands(program: Command): void {
  program
    .command('status')
    .description('the fleet: what runs, what is wanted, who is there')
    .argument('[selector]', "devices: a name, a glob ('lyon-*'), key=value, @tag")
    .option('--watch', 'show every change until interrupted')
    .addHelpText('after', '\nExample:\n  shoal status site=lyon --watch')
    .action(async (selector: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { watch?: boolean }>()
      await runCommand(options, async (context) => {
        const { out } = context
        const isWatch = options.watch === true
        const show = (document: Status): void => {
          if (out.isJson) out.json(document)
          else if (isWatch && process.stderr.isTTY) {
            out.redraw(
              (size, paint) => statusRows(document, size, paint),
              () => []
            )
          } else {
            for (const line of statusRows(document, pageSize(), coloured)) out.line(line)
            for (const line of warnings(document)) out.say(line)
          }
        }
        await withControl(context, async (control) => {
          const body = selector == null ? {} : { selector }
          if (!isWatch) show(await ask(control, 'status', body, limited(context)))
          else
            await untilInterrupted(
              context.signal,
              followAgain(context, control, 'watch', body, limited(context, null)),
              show
            )
        })
        return EXIT.ok
      })
    })
  addDevice(program)
  addLogs(program)
  addDiff(program)
  addPing(program)
  addNet(program)
}

/** Shows each document; an interrupt is how a person ends this, not an error. */
async function untilInterrupted<T>(
  signal: AbortSignal,
  documents: AsyncIterable<T>,
  show: (document: T) => void
): Promise<void> {
  try {
    for await (const document of documents) show(document)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function addDevice(program: Command): void {
  program
    .command('device')
    .description('everything about one device, with its last activations')
    .argument('<name>', 'name of the device')
    .addHelpText('after', '\nExample:\n  shoal device robot-7')
    .action(async (name: string, _: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals(), async (context) => {
        const detail = await withControl(
          context,
          async (control) => await ask(control, 'device', { name }, limited(context))
        )
        if (context.out.isJson) context.out.json(detail)
        else for (const line of deviceLines(detail)) context.out.line(line)
        return EXIT.ok
      })
    })
}

function addLogs(program: Command): void {
  program
    .command('logs')
    .description('activation output and events of a device or a rollout')
    .argument('<subject>', 'name of a device, or id of a rollout')
    .option('--follow', 'show new lines until interrupted')
    .option('--since <duration>', 'only lines of the last 10m, 1h, 2d', seconds)
    .addHelpText('after', '\nExample:\n  shoal logs robot-7 --since 1h')
    .action(async (subject: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { follow?: boolean; since?: number }>()
      await runCommand(options, async (context) => {
        const isFollowed = options.follow === true
        const sinceMs = options.since == null ? null : Date.now() - options.since * 1000
        const signal = isFollowed ? limited(context, null) : limited(context)
        const show = (line: LogLineView): void => {
          if (context.out.isJson) context.out.json(line)
          else context.out.line(`${line.at} ${clean(line.device)} ${clean(line.text)}`)
        }
        await withControl(context, async (control) => {
          await untilInterrupted(
            context.signal,
            follow(control, 'logs', { subject, follow: isFollowed, sinceMs }, signal),
            show
          )
        })
        return EXIT.ok
      })
    })
}

function deviceLines(device: DeviceDetail): string[] {
  const facts: [string, string][] = [
    ['name', device.name],
    ['peer', device.peer],
    ['labels', labelsText(device.labels) || '-'],
    ['system', device.system ?? '-'],
    ['state', coloured(device.state)],
    ['last outcome', device.outcome == null ? '-' : coloured(device.outcome)],
    ['online', device.online ? `yes, ${pathText(device)}` : `no, seen ${device.lastSeen ?? 'never'}`],
    ['reported', device.reportedAt ?? 'never'],
    [
      'runs',
      device.running == null
        ? '-'
        : `${device.running.version ?? 'not from shoal'}  ${device.running.toplevel}`
    ],
    ['generation', device.running == null ? '-' : String(device.running.generation)],
    [
      'reboot needed',
      device.running == null ? '-' : device.running.kernelChanged ? 'yes, the kernel changed' : 'no'
    ],
    ['wanted', device.wanted == null ? '-' : `${device.wanted.version}  ${device.wanted.toplevel}`],
    ['failed units', device.units.failed.join(' ') || '-'],
    ['disk free', device.disk.freeBytes == null ? '-' : bytesText(device.disk.freeBytes)],
    [
      'last error',
      device.lastError == null
        ? '-'
        : `${device.lastError.at} ${device.lastError.code}: ${device.lastError.message}`
    ]
  ]
  const lines = facts.map(([name, value]) => `${name.padEnd(14)}${value}`)
  for (const activation of device.activations) {
    lines.push(
      '',
      `${activation.rollout}  ${activation.outcome == null ? 'under way' : coloured(activation.outcome)}`
    )
    if (activation.error != null) lines.push(clean(`  ${activation.error.code}: ${activation.error.message}`))
    for (const { step, at, ms } of activation.steps) {
      lines.push(`  ${at}  ${step.padEnd(12)}${ms == null ? '' : `${(ms / 1000).toFixed(2)} s`}`)
    }
  }
  return lines
}

/** What somebody should do something about, and no row of the table shows. */
function warnings({ coordinators }: Status): string[] {
  return coordinators.flatMap(({ name, disk }) => {
    if (disk == null || !isFilling(disk.freeBytes, disk.reserveBytes)) return []
    const free = `${clean(name)} has ${bytesText(disk.freeBytes)} free`
    return disk.freeBytes < disk.reserveBytes
      ? [`${free}: nothing can be published until there is more than ${bytesText(disk.reserveBytes)}`]
      : [`${free}, and its disk is filling: below ${bytesText(disk.reserveBytes)} nothing can be published`]
  })
}
