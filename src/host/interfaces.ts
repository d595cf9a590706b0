/** Interfaces on which neighbours may be. */

import { networkInterfaces } from 'node:os'

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
