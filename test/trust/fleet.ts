/** One fleet with fixed keys, so that its documents come out the same every time. */

import { createHash } from 'node:crypto'
import type { Offer } from '../../src/model/offer.ts'
import type { Release } from '../../src/model/release.ts'
import type { AddressRecord } from '../../src/trust/addresses.ts'
import { createAddressRecord } from '../../src/trust/addresses.ts'
import type { Random, SigningKey } from '../../src/trust/keys.ts'
import { signingKey } from '../../src/trust/keys.ts'
import type { MemberTerms } from '../../src/trust/membership.ts'
import { createAdmission, createMember, encodeBundle } from '../../src/trust/membership.ts'
import { generateNixKey } from '../../src/trust/nix-key.ts'
import { createOffer } from '../../src/trust/offer.ts'
import { createRelease } from '../../src/trust/release.ts'
import type { RevocationList } from '../../src/trust/revocations.ts'
import { createRevocations } from '../../src/trust/revocations.ts'
import type { Root } from '../../src/trust/root.ts'
import { createRoot } from '../../src/trust/root.ts'
import type { TicketTerms } from '../../src/trust/ticket.ts'
import { createTicket, encodeTicketText, openTicket } from '../../src/trust/ticket.ts'

export const NOW = 1_800_000_000
export const DAY = 24 * 3600
export const NONE = new Uint8Array()

const digest = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest())

/** The key that a word names. */
export const key = (word: string): SigningKey => signingKey(digest(word))

/** Bytes that depend on the word and on how many were drawn before. */
export function drawn(word: string): Random {
  let count = 0
  return (length) => digest(`${word} ${count++}`).subarray(0, length)
}

export const NIX_KEY = generateNixKey('acme-1', drawn('nix'))

const alone = (word: string): { threshold: number; keys: Uint8Array[] } => ({
  threshold: 1,
  keys: [key(word).publicKey]
})

export const ROOT: Root = {
  version: 1,
  name: 'acme',
  issued: NOW - DAY,
  expires: NOW + 3650 * DAY,
  roles: {
    membership: alone('membership'),
    release: {
      threshold: 2,
      keys: ['release a', 'release b', 'release c'].map((word) => key(word).publicKey)
    },
    offer: alone('offer'),
    rollback: alone('rollback'),
    revocation: alone('revocation')
  },
  nixKeys: [NIX_KEY.public],
  offerProof: false
}

export const { bytes: rootBytes, fleet: FLEET } = createRoot(ROOT, [key('membership')])
/** The id of a fleet that is not this one. */
export const OTHER_FLEET = createRoot({ ...ROOT, name: 'other' }, [key('membership')]).fleet

export const RELEASE: Release = {
  channel: 'main',
  version: '26.05.1',
  counter: 7,
  issued: NOW,
  expires: NOW + 180 * DAY,
  nixKeys: [NIX_KEY.public],
  targets: [
    {
      match: 'site=lyon&!@canary',
      system: 'x86_64-linux',
      toplevel: '/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-nixos-system-robot-26.05',
      manifestRoot: digest('manifest'),
      pathsCount: 1200,
      narBytes: 5_000_000_000
    }
  ]
}
export const RELEASE_KEYS = [key('release a'), key('release b')]
export const release = createRelease(RELEASE, FLEET, RELEASE_KEYS)

export const OFFER: Offer = {
  counter: 3,
  kind: 'update',
  action: 'switch',
  release: release.digest,
  selector: '*',
  issued: NOW,
  expires: NOW + 7 * DAY,
  parallel: 0,
  again: false
}
export const offer = createOffer(OFFER, FLEET, [key('offer')])

export const REVOCATIONS: RevocationList = {
  number: 1,
  issued: NOW,
  serials: ['00112233445566778899aabbccddeeff'],
  tickets: ['t-aaaaaaaaaaaaaaaaaaaa'],
  keys: [key('thief').publicKey]
}
export const revocations = createRevocations(REVOCATIONS, FLEET, [key('revocation')])

export const ADDRESSES: AddressRecord = {
  number: 2,
  issued: NOW,
  coordinators: [
    '/dns4/hub.example/udp/4711/quic-v1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
    '/ip4/192.0.2.1/tcp/443/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
  ]
}
export const addresses = createAddressRecord(ADDRESSES, FLEET, [key('membership')])

export const DEVICE_TERMS: TicketTerms = {
  role: 'device',
  labels: { site: 'lyon', canary: '' },
  uses: 5,
  issued: NOW,
  expires: NOW + DAY
}
export const deviceTicket = createTicket(DEVICE_TERMS, FLEET, [key('membership')], drawn('device ticket'))

export const ticketText = encodeTicketText({
  root: rootBytes,
  ticket: deviceTicket.bytes,
  seed: deviceTicket.seed,
  addresses: ['/ip4/192.0.2.1/udp/4001/quic-v1']
})

/** Ticket and certificate of a newcomer whose key is named by its name. */
export function newcomer(
  terms: Partial<TicketTerms> & { name: string },
  changes: Partial<MemberTerms> = {}
): { member: Uint8Array; ticket: Uint8Array; ticketId: string; serial: string } {
  const { name, ...rest } = terms
  const uses = (rest.role ?? 'device') === 'device' ? 5 : 1
  const ticket = createTicket({ ...DEVICE_TERMS, uses, ...rest }, FLEET, [key('membership')], drawn(name))
  const { role, labels } = openTicket(ticket.bytes, FLEET, ROOT)
  const member = createMember(
    {
      peerKey: key(name).publicKey,
      name,
      role,
      labels,
      issued: NOW,
      expires: NOW + 365 * DAY,
      ticket: ticket.id,
      ...changes
    },
    FLEET,
    [signingKey(ticket.seed)],
    drawn(name)
  )
  return { member: member.bytes, ticket: ticket.bytes, ticketId: ticket.id, serial: member.serial }
}

export const coordinator = newcomer({ name: 'hub', role: 'coordinator', labels: {} })
export const coordinatorBundle = encodeBundle({ ...coordinator, admission: NONE, coordinator: NONE })

export const device = newcomer({ name: 'robot' })
export const admission = createAdmission({ member: device.member, issued: NOW }, FLEET, key('hub'))
export const pendingBundle = encodeBundle({ ...device, admission: NONE, coordinator: NONE })
export const deviceBundle = encodeBundle({ ...device, admission, coordinator: coordinatorBundle })

export const admin = createMember(
  {
    peerKey: key('ada').publicKey,
    name: 'ada',
    role: 'admin',
    labels: {},
    issued: NOW,
    expires: NOW + 365 * DAY,
    ticket: ''
  },
  FLEET,
  [key('membership')],
  drawn('ada')
)
export const adminBundle = encodeBundle({
  member: admin.bytes,
  ticket: NONE,
  admission: NONE,
  coordinator: NONE
})
