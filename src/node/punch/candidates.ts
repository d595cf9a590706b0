/** Which of the addresses that a peer names we send packets to. */

import { isIPv4 } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Family } from '../quic-address.ts'
import { isLoopback, isQuic, isWildcard, quicAddress } from '../quic-address.ts'
import { ADDRESSES_MAX } from './messages.ts'

export interface Candidate {
  readonly family: Family
  readonly ip: string
  readonly port: number
  /** On a network of the peer's own, else as it is seen from outside. */
  readonly isLan: boolean
}

export const addressOf = (candidate: Omit<Candidate, 'isLan'>, peer?: string): Multiaddr =>
  quicAddress(candidate, peer)

/**
 * The addresses that may be dialed and probed, at most 16 and each once: numbers, QUIC v1, neither this machine's
 * own (`own`), nor loopback, link-local, multicast or none. `mayLoop` lets loopback through: nodes of one process.
 */
export function candidatesOf(
  named: { readonly outside: readonly Multiaddr[]; readonly lan: readonly Multiaddr[] },
  own: readonly Multiaddr[],
  mayLoop: boolean
): Candidate[] {
  const ours = new Set(own.map(keyOf))
  const found = new Map<string, Candidate>()
  for (const [addresses, isLan] of [
    [named.outside, false],
    [named.lan, true]
  ] as const) {
    for (const address of addresses) {
      const candidate = read(address, isLan)
      if (candidate == null || found.size >= ADDRESSES_MAX) continue
      if (!isTarget(candidate.ip) && !(mayLoop && isLoopback(candidate.ip))) continue
      const key = `${candidate.ip} ${candidate.port}`
      if (!ours.has(key) && !found.has(key)) found.set(key, candidate)
    }
  }
  return [...found.values()]
}

function read(address: Multiaddr, isLan: boolean): Candidate | undefined {
  const [host, udp] = address.getComponents()
  const isNumber = host?.name === 'ip4' || host?.name === 'ip6'
  const port = Number(udp?.value)
  if (!isQuic(address) || !isNumber || host.value == null || !(port > 0)) return undefined
  return { family: host.name === 'ip4' ? 4 : 6, ip: host.value, port, isLan }
}

const keyOf = (address: Multiaddr): string => {
  const [host, udp] = address.getComponents()
  return `${host?.value} ${udp?.value}`
}

function isTarget(ip: string): boolean {
  if (isLoopback(ip) || isWildcard(ip)) return false
  // Link-local, multicast and broadcast; IPv4 written as IPv6 would reach all of them by another name.
  if (!isIPv4(ip)) return !/^(fe[89ab]|ff|::)/i.test(ip)
  const first = Number(ip.split('.')[0])
  return first !== 0 && first !== 127 && first < 224 && !ip.startsWith('169.254.')
}
