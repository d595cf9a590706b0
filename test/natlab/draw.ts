/** A topology and what came of it, as text for a person. */

import type { Lab } from './lab.ts'
import type { Run } from './measure.ts'
import type { Nat } from './nat.ts'
import { MEANING } from './nat.ts'
import { CORE } from './plan.ts'

/** The tree of a laboratory, from the core down. */
export function drawLab(lab: Lab): string {
  const { topology } = lab
  const lines = [`core, ${topology.rttMs} ms between any two, hop limits below 20 end here`]
  const below = (at: string, indent: string): void => {
    const nats = topology.nats.filter((each) => each.at === at)
    const hosts = topology.hosts.filter((each) =>
      (typeof each.at === 'string' ? [each.at] : each.at).includes(at)
    )
    const entries = [
      ...hosts.map(({ name }) => ({ name, text: `${name}  ${lab.address(name)}` })),
      ...nats.map((nat) => ({
        name: nat.name,
        text: `${nat.name}  ${lab.address(nat.name)}  ${natText(nat)}`
      }))
    ]
    for (const [index, { name, text }] of entries.entries()) {
      const isLast = index === entries.length - 1
      lines.push(`${indent}${isLast ? '└─' : '├─'} ${text}`)
      below(name, `${indent}${isLast ? '   ' : '│  '}`)
    }
  }
  below(CORE, '')
  return lines.join('\n')
}

function natText(nat: Nat): string {
  return [
    MEANING[nat.kind],
    ...(nat.hairpin === true ? ['hairpin'] : []),
    ...(nat.blocks === 'udp' ? ['UDP blocked'] : []),
    ...(nat.blocks === 'all-but-443' ? ['TCP to 80 and 443 only'] : []),
    ...(nat.pool == null ? [] : [`${nat.pool} pool`]),
    ...(nat.quota == null ? [] : [`${nat.quota} flows a subscriber`]),
    ...(nat.timeouts == null ? [] : [`forgets after ${nat.timeouts.unanswered}/${nat.timeouts.answered} s`])
  ].join(', ')
}

/** One line: who reached whom, how, when, and at what cost. */
export function drawRun(admin: string, device: string, { ping, direct, relayed, sentPackets }: Run): string {
  const rtt = ping.rttMs.at(-1)
  const way =
    ping.path === 'direct'
      ? `${admin} ◀━━━━▶ ${device}  direct by ${ping.method} after ${ms(ping.directMs)}, attempt ${ping.attempts}`
      : `${admin} ◀─ relay ─▶ ${device}  relayed: ${ping.reason}, ${ping.attempts} attempts`
  return (
    `${way}; first byte ${ms(ping.firstByteMs)}, last round trip ${ms(rtt ?? null)}; ` +
    `NATs ${ping.nat.ours} and ${ping.nat.theirs}; packets sent ${sentPackets.admin} and ${sentPackets.device}; ` +
    `bytes straight ${direct.bytes}, by relay ${relayed.bytes}`
  )
}

const ms = (value: number | null): string => (value == null ? '–' : `${value.toFixed(0)} ms`)
