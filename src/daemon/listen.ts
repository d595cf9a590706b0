/** Where a node of each role listens, and what it says of that. */

import { networkInterfaces } from 'node:os'
import type { Member, Role } from '../model/peer.ts'
import { announcedBy } from '../model/peer.ts'
import type { Config } from './config.ts'

export interface ListenOptions {
  readonly listen?: readonly string[]
  readonly isCommand?: boolean
}

/** Who is behind a NAT listens too, on the socket that it dials from: else no hole punch ends there. */
const ANYWHERE = ['/ip4/0.0.0.0/udp/0/quic-v1', ...(hasIp6() ? ['/ip6/::/udp/0/quic-v1'] : [])]
const DEFAULT_LISTEN: Record<Role, readonly string[]> = {
  coordinator: ['/ip4/0.0.0.0/udp/4711/quic-v1', '/ip4/0.0.0.0/tcp/4711'],
  relay: ['/ip4/0.0.0.0/udp/4711/quic-v1', '/ip4/0.0.0.0/tcp/4711'],
  device: ANYWHERE,
  admin: ANYWHERE
}

/** Multiaddrs to listen on. */
export function listenOn(role: Role, options: ListenOptions, config: Config): readonly string[] {
  if (options.isCommand === true) return role === 'admin' ? ANYWHERE : []
  return options.listen ?? config.listen ?? DEFAULT_LISTEN[role]
}

function hasIp6(): boolean {
  return Object.values(networkInterfaces()).some((own) => own?.some(({ family }) => family === 'IPv6'))
}

/** A relay is reached where its ticket says, unless its configuration knows better. */
export const announceOf = (config: Config, { role, labels }: Member): readonly string[] =>
  config.announce.length === 0 && role === 'relay' ? announcedBy(labels) : config.announce
