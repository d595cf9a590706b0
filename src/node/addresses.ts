/** Which of a peer's addresses to try first. */

import { isLoopback, isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { isQuic } from './quic-address.ts'

/** Order of dialing: the LAN before the internet, circuits last, and QUIC before TCP among equals. */
export function compareAddresses(a: Multiaddr, b: Multiaddr): -1 | 0 | 1 {
  const difference = rank(a) - rank(b)
  return difference < 0 ? -1 : difference > 0 ? 1 : 0
}

function rank(address: Multiaddr): number {
  if (has(address, 'p2p-circuit')) return 8
  // A loopback address that a remote peer names leads to ourselves, or nowhere.
  const network = isLoopback(address) ? 4 : isPrivate(address) ? 0 : 2
  return network + (isQuic(address) ? 0 : 1)
}

function has(address: Multiaddr, name: string): boolean {
  return address.getComponents().some((component) => component.name === name)
}

/** Whether two addresses share the first three bytes of IPv4 or the /64 of IPv6: mostly one network. */
export function isNear(a: Multiaddr, b: Multiaddr): boolean {
  const [one, two] = [a.getComponents()[0], b.getComponents()[0]]
  if (one?.value == null || two?.value == null || one.name !== two.name) return false
  const prefix = (ip: string): string =>
    ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip.split('.').slice(0, 3).join('.')
  return (one.name === 'ip4' || one.name === 'ip6') && prefix(one.value) === prefix(two.value)
}
