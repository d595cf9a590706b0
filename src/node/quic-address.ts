/** Multiaddrs of QUIC v1 and what sockets understand. */

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { InvalidError, UnreachableError } from '../base/errors.ts'
import { memo } from '../base/memo.ts'

export type Family = 4 | 6

export interface SocketAddress {
  readonly family: Family
  readonly ip: string
  readonly port: number
}

const HOSTS = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6'])

/** Whether it is `/<host>/udp/<port>/quic-v1`, with or without a peer ID. */
export function isQuic(address: Multiaddr): boolean {
  const [host, udp, quic, peer, ...rest] = address.getComponents()
  return (
    HOSTS.has(host?.name ?? '') &&
    udp?.name === 'udp' &&
    quic?.name === 'quic-v1' &&
    (peer == null || peer.name === 'p2p') &&
    rest.length === 0
  )
}

/** The peer ID that an address ends in, if it does. */
export function peerOf(address: Multiaddr): string | undefined {
  return address.getComponents().findLast((component) => component.name === 'p2p')?.value
}

/**
 * The first two parts of an address. Names are looked up.
 * Throws InvalidError (`quic_address`) for another form and UnreachableError (`quic_name`) for an unknown name.
 */
export async function resolve(address: Multiaddr): Promise<SocketAddress> {
  const [host, udp] = address.getComponents()
  if (host?.value == null || !HOSTS.has(host.name) || udp?.name !== 'udp') {
    throw new InvalidError('quic_address', `not an address of a UDP socket: ${address.toString()}`)
  }
  const port = Number(udp.value)
  if (host.name === 'ip4' || host.name === 'ip6') {
    return { family: host.name === 'ip4' ? 4 : 6, ip: host.value, port }
  }
  const family = host.name === 'dns4' ? 4 : host.name === 'dns6' ? 6 : 0
  try {
    const found = await lookup(host.value, { family })
    return { family: found.family as Family, ip: found.address, port }
  } catch (cause) {
    throw new UnreachableError('quic_name', `no address for ${host.value}`, { cause, retryable: true })
  }
}

/** The UDP socket that an address with numbers names. Throws InvalidError (`quic_address`) for any other. */
export function socketOf(address: Multiaddr): SocketAddress {
  const [host, udp] = address.getComponents()
  if ((host?.name !== 'ip4' && host?.name !== 'ip6') || host.value == null || udp?.name !== 'udp') {
    throw new InvalidError('quic_address', `not an address of a UDP socket: ${address.toString()}`)
  }
  return { family: host.name === 'ip4' ? 4 : 6, ip: host.value, port: Number(udp.value) }
}

/** `1.2.3.4:5` or `[::1]:5`, as the addon writes it. */
export function parseSocket(text: string): SocketAddress {
  const colon = text.lastIndexOf(':')
  const ip = text.slice(0, colon).replace(/^\[|\]$/g, '')
  return { family: isIP(ip) === 6 ? 6 : 4, ip, port: Number(text.slice(colon + 1)) }
}

/** The UDP address as a multiaddr. */
export function udpAddress(socket: SocketAddress): Multiaddr {
  return multiaddr(`/ip${socket.family}/${socket.ip}/udp/${socket.port}`)
}

/** The address as peers dial it, with the peer ID where one is known. */
export function quicAddress(socket: SocketAddress, peer?: string): Multiaddr {
  const address = `/ip${socket.family}/${socket.ip}/udp/${socket.port}/quic-v1`
  return parsed(peer == null ? address : `${address}/p2p/${peer}`)
}

/** Who connects has often been connected before. */
const PEERS_MAX = 4_096
const ADDRESSES_MAX = 1_024
const parsed = memo(ADDRESSES_MAX, (text) => multiaddr(text))
/** The peer ID in a text. Throws InvalidMultihashError and others of `peerIdFromString`. */
export const peerIdOf = memo(PEERS_MAX, (text) => peerIdFromString(text))

export const isWildcard = (ip: string): boolean => ip === '0.0.0.0' || ip === '::'
/** An address to listen on at which any free port of the machine will do. */
export const isAnyPort = ({ ip, port }: SocketAddress): boolean => port === 0 && isWildcard(ip)
export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1'

/** The addresses at which a socket is reached: those of all interfaces for a wildcard, link-local ones left out. */
export function expand(socket: SocketAddress): SocketAddress[] {
  if (!isWildcard(socket.ip)) return [socket]
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === `IPv${socket.family}` && !/^fe[89ab]/i.test(address))
    .map(({ address }) => ({ ...socket, ip: address }))
}
