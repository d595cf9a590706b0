/** ping. */

import type { Command } from 'commander'
import type { Ping } from '../model/control.ts'
import type { Reason } from '../model/punch.ts'
import type { CommonOptions } from './command.ts'
import { count, follow, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { clean } from './output.ts'

/** Why a path stays relayed, for people. */
const REASON_TEXTS: Record<Reason, string> = {
  udp_blocked: 'UDP does not pass on one side',
  both_symmetric: 'both NATs give every destination another port',
  punch_failed: 'every attempt at a direct path failed',
  no_candidates: 'neither side knows an address at which the other could reach it',
  busy: 'another search for a way through a NAT is under way; try again in half a minute',
  quic_missing: "this machine's QUIC is not built: npm run build:native",
  disabled: 'the configuration forbids what this pair of NATs needs',
  exchange_failed: 'the member could not be asked for its addresses'
}

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
  const why = reason == null ? undefined : (REASON_TEXTS[reason as Reason] ?? reason)
  return [
    ...(why == null || last.path === 'direct'
      ? []
      : [`stays on the relay: ${clean(why)} (${clean(reason ?? '')})`]),
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
