/** Why a path stays relayed, and what would change it, for people. */

import type { Reason } from '../model/punch.ts'
import type { PortMappingState } from '../services/port-mapping.ts'

interface Why {
  readonly text: string
  /** What an owner can do about it; null where nothing helps. */
  readonly cure: string | null
}

const WHY: Record<Reason, Why> = {
  udp_blocked: {
    text: 'UDP does not pass on one side',
    cure: 'let UDP out of that network; the relay works over TCP meanwhile'
  },
  both_symmetric: {
    text: 'both NATs give every destination another port',
    cure: 'one side on another network, with IPv6, or with a port forwarded to it (UPnP, NAT-PMP or PCP on its router)'
  },
  punch_failed: {
    text: 'every attempt at a direct path failed',
    cure: 'a firewall may drop it: let UDP answers in on one side, or forward a port (UPnP, NAT-PMP or PCP on its router)'
  },
  no_candidates: {
    text: 'neither side knows an address at which the other could reach it',
    cure: 'a coordinator or relay that both reach by UDP, so that each learns its own address'
  },
  busy: { text: 'another search for a way through a NAT is under way', cure: 'try again in half a minute' },
  quic_missing: {
    text: "a machine's own QUIC is not built",
    cure: 'npm run build:native on it (with cargo)'
  },
  disabled: {
    text: 'both NATs hand out blocks of ports, and no search between them is allowed',
    cure: '"searchBlocks": true in the configuration of both sides allows it (docs/operations.md)'
  },
  exchange_failed: {
    text: 'the member could not be asked for its addresses',
    cure: 'it is tried again by itself while the member is in use'
  }
}

const MAPPING: Record<PortMappingState, string> = {
  pcp: 'the router leads a port here (PCP)',
  'nat-pmp': 'the router leads a port here (NAT-PMP)',
  upnp: 'the router leads a port here (UPnP)',
  off: 'the router is not asked for a port',
  not_needed: 'no router to ask for a port',
  mapping_silent: 'the router gives no ports (PCP, NAT-PMP, UPnP)',
  mapping_refused: 'the router refuses to give a port',
  mapping_private: 'the router stands behind another NAT and its ports lead nowhere',
  mapping_invalid: 'the router gave a port that cannot be used',
  mapping_failed: 'asking the router for a port failed'
}

/** The words for a state of port mapping; for one that this version does not know, the code itself. */
export const portMappingText = (state: string): string => MAPPING[state as PortMappingState] ?? state

/** The words for a reason code; for one that this version does not know, the code itself. */
export const whyRelayed = (reason: string): Why => WHY[reason as Reason] ?? { text: reason, cure: null }
