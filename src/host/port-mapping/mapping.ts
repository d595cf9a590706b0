/** A UDP port of this machine at its router, by whichever protocol that speaks. */

import { isIPv4 } from 'node:net'
import { RefusedError, UnreachableError } from '../../base/errors.ts'
import { isPublicIp } from '../interfaces.ts'

export const MAPPING_PROTOCOLS = ['pcp', 'nat-pmp', 'upnp'] as const
export type MappingProtocol = (typeof MAPPING_PROTOCOLS)[number]

export interface Mapping {
  readonly protocol: MappingProtocol
  readonly externalIp: string
  readonly externalPort: number
  /** Seconds until the router forgets it; null for one that it keeps until it is told otherwise. */
  readonly lifetimeSeconds: number | null
}

/** What a mapping is asked for. */
export interface Wanted {
  /** IPv4 address of the router. */
  readonly gateway: string
  readonly internalPort: number
  /** The port that it had before, else the internal one. */
  readonly externalPort: number
  readonly lifetimeSeconds: number
}

/** One way of asking a router. All throw UnreachableError (`mapping_silent`), RefusedError, ProtocolError, or the signal's reason. */
export interface MappingClient {
  readonly protocol: MappingProtocol
  /** Makes the mapping or renews it. */
  map(wanted: Wanted, signal: AbortSignal): Promise<Mapping>
  /** Takes it away. */
  unmap(wanted: Wanted, mapping: Mapping, signal: AbortSignal): Promise<void>
}

/** Shorter ones would be nothing but renewals. */
const LIFETIME_SECONDS_MIN = 60
const LIFETIME_SECONDS_MAX = 86_400

/** Throws RefusedError (`mapping_private`, `mapping_invalid`) for an answer that is no address of ours on the internet. */
export function checkMapping(mapping: Mapping): Mapping {
  const { externalIp, externalPort, lifetimeSeconds } = mapping
  if (!isIPv4(externalIp)) throw new RefusedError('mapping_invalid', 'the router gave no IPv4 address')
  if (!isPublicIp(externalIp)) {
    throw new RefusedError('mapping_private', `the router itself has the private address ${externalIp}`)
  }
  if (!Number.isInteger(externalPort) || externalPort < 1 || externalPort > 65_535) {
    throw new RefusedError('mapping_invalid', `the router gave the port ${externalPort}`)
  }
  if (lifetimeSeconds == null) return mapping
  if (lifetimeSeconds < LIFETIME_SECONDS_MIN) {
    throw new RefusedError('mapping_invalid', `the router gave ${lifetimeSeconds} s`)
  }
  return { ...mapping, lifetimeSeconds: Math.min(lifetimeSeconds, LIFETIME_SECONDS_MAX) }
}

export const silent = (protocol: MappingProtocol, cause?: unknown): UnreachableError =>
  new UnreachableError('mapping_silent', `no answer by ${protocol}`, { cause, retryable: true })

export const refused = (protocol: MappingProtocol, result: number | string): RefusedError =>
  new RefusedError('mapping_refused', `the router refuses by ${protocol}: ${result}`)
