/** net. */

import type { Command } from 'commander'
import type { Net, NetPeer } from '../model/control.ts'
import type { CommonOptions } from './command.ts'
import { ask, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { clean, table } from './output.ts'
import { pathText } from './ping-command.ts'
import { portMappingText, whyRelayed } from './relayed.ts'

export function addNet(program: Command): void {
  program
    .command('net')
    .description("this node's addresses, NAT, reservations, and its peers with their paths")
    .addHelpText('after', '\nExample:\n  shoal net')
    .action(async (_: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
        const net = await withControl(
          context,
          async (control) => await ask(control, 'net', {}, limited(context))
        )
        if (context.out.isJson) context.out.json(net)
        else for (const line of netLines(net)) context.out.line(line)
        return EXIT.ok
      })
    })
}

function netLines({ addresses, nat, reservations, peers }: Net): string[] {
  const relayed = peers.filter(({ reason, path }) => path === 'relay' && reason != null)
  return [
    `NAT           ${natText(nat)}`,
    `port mapping  ${portMappingText(nat.portMapping)}`,
    ...addresses.map(
      ({ address, kind }, i) => `${i === 0 ? 'addresses' : ''.padEnd(9)}     ${address}  ${kind}`
    ),
    `reservations  ${reservations.map(({ relay, name }) => clean(name ?? relay)).join(', ') || 'none: nobody can reach this node through a relay'}`,
    '',
    ...(peers.length === 0
      ? ['connected to nobody']
      : table(
          ['PEER', 'ROLE', 'PATH', 'RTT', 'NAT', 'BY', 'ADDRESS'],
          peers.map((peer) => peerRow(peer))
        )),
    ...relayed.map(
      ({ name, reason }) => `${clean(name)} stays on the relay: ${whyRelayed(reason ?? '').text}`
    )
  ]
}

function natText(nat: Net['nat']): string {
  const ports = nat.portMin == null ? '' : `, ports ${nat.portMin} to ${nat.portMax}`
  const seen = nat.observedAt == null ? 'not observed yet' : `observed ${nat.observedAt}`
  return `${nat.name} (mapping ${nat.mapping}, filtering ${nat.filtering}, ports ${nat.ports}${ports}), ${seen}`
}

const peerRow = (peer: NetPeer): string[] => [
  clean(peer.name),
  peer.role,
  pathText(peer),
  peer.rttMs == null ? '-' : `${peer.rttMs.toFixed(1)} ms`,
  peer.theirNat,
  peer.method ?? '-',
  peer.address ?? '-'
]
