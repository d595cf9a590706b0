/** speed, exec, forward; ssh is in the file beside this one. */

import type { Command } from 'commander'
import { UsageError } from '../base/errors.ts'
import type { ExecDevice, SpeedView } from '../model/control.ts'
import { resetError } from '../wire/session-codes.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { ask, count, follow, limited, runCommand, withControl } from './command.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import { addForward } from './forward-command.ts'
import { hintOf } from './hints.ts'
import { bytesText, clean } from './output.ts'
import { addSsh } from './ssh-command.ts'

const PARALLEL = 16
const OUTPUT_BYTES_MAX = 262_144

export function addReachCommands(program: Command): void {
  addSpeed(program)
  addSsh(program)
  addExec(program)
  addForward(program)
}

function addSpeed(program: Command): void {
  program
    .command('speed')
    .description('throughput to and from a device over the path that is best now')
    .argument('<device>', 'name of the device')
    .option(
      '--bytes <n>',
      'bytes to send each way (default: what 4 s take, at most 256 MiB, 4 MiB relayed)',
      count(1)
    )
    .addHelpText('after', '\nExample:\n  shoal speed robot-7')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { bytes?: number }>()
      await runCommand(options, async (context) => {
        const body = { name, bytes: options.bytes ?? null }
        const view = await withControl(
          context,
          async (control) => await ask(control, 'speed', body, limited(context, 90))
        )
        if (context.out.isJson) context.out.json(view)
        else for (const line of speedLines(view)) context.out.line(line)
        return EXIT.ok
      })
    })
}

function speedLines(view: SpeedView): string[] {
  const one = (way: string, perSecond: number, bytes: number, seconds: number): string =>
    `${way.padEnd(6)}${bytesText(perSecond)}/s (${((perSecond * 8) / 1e6).toFixed(1)} Mbit/s; ${bytesText(bytes)} in ${seconds.toFixed(2)} s)`
  return [
    `${clean(view.name)} over ${view.path === 'direct' ? 'a direct path' : 'a relay'}`,
    one('down', view.downBytesPerSecond, view.downBytes, view.downSeconds),
    one('up', view.upBytesPerSecond, view.upBytes, view.upSeconds)
  ]
}

function addExec(program: Command): void {
  program
    .command('exec')
    .description('one command on many devices, at the same time')
    .argument('<selector>', "devices: a name, a glob ('lyon-*'), key=value, @tag; all is '*'")
    .argument('<command...>', 'after --: one word is for the shell there, several are run as they are')
    .option('--parallel <n>', 'devices at the same time', count(1), PARALLEL)
    .option(
      '--output-bytes <n>',
      'kept of each output of a device, the last ones',
      count(0),
      OUTPUT_BYTES_MAX
    )
    .addHelpText('after', "\nExample:\n  shoal exec 'site=lyon' -- systemctl is-active robot.service")
    .action(async (selector: string, words: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { parallel: number; outputBytes: number }>()
      await runCommand(options, async (context) => await exec(context, selector, words, options))
    })
}

async function exec(
  context: CommandContext,
  selector: string,
  words: string[],
  options: { parallel: number; outputBytes: number }
): Promise<number> {
  const { out, signal, timeout } = context
  if (options.parallel > 256 || options.outputBytes > 4_194_304) {
    throw new UsageError('number', '--parallel is at most 256, --output-bytes at most 4194304')
  }
  const body = {
    selector,
    command: words,
    parallel: options.parallel,
    timeoutMs: timeout == null ? null : timeout * 1000,
    outputBytesMax: options.outputBytes
  }
  const devices: ExecDevice[] = []
  await withControl(context, async (control) => {
    for await (const { device } of follow(control, 'exec', body, signal)) {
      devices.push(device)
      if (!out.isJson) showDevice(context, device)
    }
  })
  if (!out.isJson) for (const hint of hintsOf(devices)) out.say(`shoal: hint: ${hint}`)
  devices.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (out.isJson) out.json({ devices })
  return exitCodeOfExec(devices)
}

function showDevice({ out }: CommandContext, device: ExecDevice): void {
  const name = clean(device.name)
  for (const line of linesOf(device.stdout)) out.line(`${name}: ${clean(line)}`)
  for (const line of linesOf(device.stderr)) out.say(`${name}: ${clean(line)}`)
  if (device.error != null) out.say(clean(`${name}: ${device.error.code}: ${device.error.message}`))
  else if (device.exitCode !== 0) out.say(`${name}: ended with ${device.exitCode}`)
  if (device.truncated) out.say(`${name}: the output was longer than what was kept: --output-bytes`)
}

/** What helps against the faults of all devices, each said once. */
function hintsOf(devices: readonly ExecDevice[]): Set<string> {
  const codes = new Set(devices.flatMap(({ error }) => (error == null ? [] : [error.code])))
  return new Set(
    [...codes].flatMap((code) => {
      const error = resetError(code)
      const hint = error.hint ?? hintOf(error, code)
      return hint == null ? [] : [hint]
    })
  )
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/**
 * 0: every command ended with 0. 11: one ended with another code, or was refused. 13: a device was away or not finished. Where no command
 * ran at all: the code of what was in the way, when it is the same for all, as for a single device.
 */
export function exitCodeOfExec(devices: readonly ExecDevice[]): number {
  if (devices.some(({ exitCode }) => exitCode != null && exitCode !== 0)) return EXIT.failed
  const faults = devices.flatMap(({ error }) => (error == null ? [] : [error.code]))
  if (faults.length === 0) return EXIT.ok
  const codes = new Set(
    faults.map((code) => (code === 'timeout' ? EXIT.unfinished : exitCodeOf(resetError(code))))
  )
  const [only] = codes
  if (faults.length === devices.length && codes.size === 1 && only != null) return only
  return codes.has(EXIT.refused) ? EXIT.failed : EXIT.unfinished
}
