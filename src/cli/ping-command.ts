/** ping. */

import type { Command } from 'commander'
import type { Ping } from '../model/control.ts'
import type { CommonOptions } from './command.ts'
import { count, follow, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { clean } from './output.ts'
import { whyRelayed } from './relayed.ts'

export function addPing(program: Command): void {
  program
    .command('ping')
    .description('reach a member through the mesh: the path, round trips, the way to a direct one')
    .argument('<device>', 'name of the device')
    .option('--count <n>', 'round trips', count(1), 4)
    .addHelpText('after', '\nExample:\n  shoal ping robot-7')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { count: number }>()
      await runCommand(options, async (context) => {
        const { out } = context
        let shown: Ping | undefined
        const each = (ping: Ping): void => {
          if (!out.isJson) for (const line of pingLines(shown, ping)) out.line(line)
          shown = ping
        }
        const body = { name, count: options.count }
        await withControl(context, async (control) => {
          for await (const ping of follow(control, 'ping', body, limited(context))) each(ping)
        })
        if (shown == null) return EXIT.unreachable
        if (out.isJson) out.json(shown)
        else for (const line of endLines(shown)) out.line(line)
        return shown.received === 0 ? EXIT.unreachable : EXIT.ok
      })
    })
}

/** What is new since the last result: the path first, then answers, the change to a direct path when it comes. */
export function pingLines(before: Ping | undefined, now: Ping): string[] {
  const lines: string[] = []
  if (before == null) {
    lines.push(`${clean(now.name)} ${now.peer} by ${pathText(now)}, ${natText(now)}`)
    if (now.firstByteMs != null) {
      lines.push(`found in ${now.findMs.toFixed(0)} ms, answered after ${now.firstByteMs.toFixed(0)} ms more`)
    }
  } else if (before.path !== 'direct' && now.path === 'direct') {
    const ms = now.directMs == null ? '' : ` after ${now.directMs.toFixed(0)} ms`
    lines.push(`direct${ms} by ${now.method ?? 'unknown'} (${now.attempts || 1}. attempt), ${natText(now)}`)
  } else if (before.path === 'direct' && now.path === 'relay') {
    lines.push(`back on ${pathText(now)}`)
  }
  const seen = before?.rttMs.length ?? 0
  for (const [i, rtt] of now.rttMs.slice(seen).entries()) lines.push(`${seen + i + 1}: ${rtt.toFixed(1)} ms`)
  return lines
}

function endLines(last: Ping): string[] {
  const { reason } = last
  const why = reason == null ? undefined : whyRelayed(reason)
  return [
    ...(why == null || last.path === 'direct'
      ? []
      : [
          `stays on the relay: ${clean(why.text)} (${clean(reason ?? '')})`,
          ...(why.cure == null ? [] : [`what would help: ${why.cure}`])
        ]),
    `${last.received} of ${last.sent} answered`
  ]
}

const natText = ({ nat }: Ping): string => `NAT here ${nat.ours}, there ${nat.theirs}`

/** A path in a few words. */
export function pathText(at: {
  path: string | null
  relay: string | null
  transport: string | null
}): string {
  if (at.path == null) return 'no path'
  return at.relay == null
    ? `${at.path} (${at.transport ?? 'unknown'})`
    : `relay ${at.relay} (${at.transport ?? 'unknown'})`
}
