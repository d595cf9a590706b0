/** Interfaces on which neighbours may be. */

import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isPrivateIp } from '@libp2p/utils'

/** RFC 1918, and RFC 3927 where nobody gives out addresses: a carrier's shared network (RFC 6598) is no neighbourhood. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/

/** One private IPv4 address of each interface that has one. */
export function lanInterfaces(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => {
    const found = addresses?.find(
      ({ family, internal, address }) => family === 'IPv4' && !internal && PRIVATE.test(address)
    )
    return found == null ? [] : [found.address]
  })
}

/** Whether a public IPv4 address: others may reach it from the internet. */
export const isPublicIp = (ip: string): boolean =>
  isIPv4(ip) && isPrivateIp(ip) === false && !ip.startsWith('0.')
