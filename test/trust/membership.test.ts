import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Role } from '../../src/model/peer.ts'
import type { Bundle, VerifiedMember, VerifyOptions } from '../../src/trust/membership.ts'
import {
  createAdmission,
  createMember,
  decodeBundle,
  encodeBundle,
  verifyBundle
} from '../../src/trust/membership.ts'
import { peerIdOfKey } from '../../src/trust/peer-id.ts'
import { revocationView } from '../../src/trust/revocations.ts'
import * as own from './fleet.ts'
import { DAY, FLEET, key, NONE, NOW, newcomer, ROOT } from './fleet.ts'

const verify = (bundle: Uint8Array, options: Partial<VerifyOptions> = {}): VerifiedMember =>
  verifyBundle(bundle, { fleet: FLEET, root: ROOT, now: NOW, ...options })
const bundleOf = (parts: Partial<Bundle> & { member: Uint8Array }): Uint8Array =>
  encodeBundle({ ticket: NONE, admission: NONE, coordinator: NONE, ...parts })
const refused = (code: string): object => ({ code, name: 'RefusedError' })
const invalid = { code: 'document_invalid', name: 'InvalidError' }
const signature = { code: 'document_signature', name: 'IntegrityError' }

test('a device that a coordinator admitted', () => {
  const { member, admitted, coordinator, ticket } = verify(own.deviceBundle, {
    peerKey: key('robot').publicKey
  })
  assert.deepEqual(member, {
    peer: peerIdOfKey(key('robot').publicKey),
    key: key('robot').publicKey,
    name: 'robot',
    role: 'device',
    labels: { site: 'lyon', canary: '' },
    serial: own.device.serial,
    ticket: own.device.ticketId,
    issued: NOW,
    expires: NOW + 365 * DAY
  })
  assert.ok(admitted)
  assert.equal(coordinator?.name, 'hub')
  assert.equal(ticket?.uses, 5)
  assert.ok(own.deviceBundle.byteLength < 1600)
})

test('a device before enrolment, a coordinator, a first admin', () => {
  assert.equal(verify(own.pendingBundle).admitted, false)
  const hub = verify(own.coordinatorBundle)
  assert.deepEqual([hub.admitted, hub.member.role, hub.coordinator], [true, 'coordinator', undefined])
  const ada = verify(own.adminBundle)
  assert.deepEqual(
    [ada.admitted, ada.member.role, ada.member.ticket, ada.ticket],
    [true, 'admin', '', undefined]
  )
})

test("another peer's certificate", () => {
  assert.throws(() => verify(own.deviceBundle, { peerKey: key('thief').publicKey }), refused('member_key'))
})

test('what differs from the ticket', () => {
  const cases = {
    'another role': newcomer({ name: 'x' }, { role: 'coordinator' }),
    'another label': newcomer({ name: 'x' }, { labels: { site: 'paris', canary: '' } }),
    'one label more': newcomer({ name: 'x' }, { labels: { site: 'lyon', canary: '', prod: '' } }),
    'one label less': newcomer({ name: 'x' }, { labels: { site: 'lyon' } }),
    'another ticket': newcomer({ name: 'x' }, { ticket: own.device.ticketId }),
    'no ticket': newcomer({ name: 'x' }, { ticket: '' }),
    'before the ticket': newcomer({ name: 'x', issued: NOW + 1 }),
    'after the ticket': newcomer({ name: 'x' }, { issued: NOW + DAY + 1 }),
    'a life of two years': newcomer({ name: 'x' }, { expires: NOW + 730 * DAY })
  }
  for (const [what, parts] of Object.entries(cases)) {
    assert.throws(() => verify(bundleOf(parts), { now: NOW + 2 * DAY }), refused('member_ticket'), what)
  }
  assert.ok(verify(bundleOf(newcomer({ name: 'x' }, { issued: NOW + DAY })), { now: NOW + 2 * DAY }))
})

function make(role: Role, word: string, ticket = ''): Uint8Array {
  const peerKey = key('x').publicKey
  const terms = { peerKey, name: 'x', role, labels: {}, issued: NOW, expires: NOW + DAY, ticket }
  return bundleOf({ member: createMember(terms, FLEET, [key(word)]).bytes })
}

test('without a ticket there are only admins, by membership keys', () => {
  assert.ok(verify(make('admin', 'membership')))
  assert.throws(() => verify(make('device', 'membership')), refused('member_ticket'))
  assert.throws(() => verify(make('coordinator', 'membership')), refused('member_ticket'))
  assert.throws(() => verify(make('admin', 'membership', own.device.ticketId)), refused('member_ticket'))
  assert.throws(() => verify(make('admin', 'offer')), signature)
  assert.throws(() => verify(bundleOf({ member: own.device.member })), signature)
})

test("a certificate by another ticket's key", () => {
  const other = newcomer({ name: 'other' })
  assert.throws(() => verify(bundleOf({ ...own.device, ticket: other.ticket })), signature)
})

test('a ticket that no membership key signed', () => {
  const forged = own.OTHER_FLEET
  assert.throws(() => verify(own.deviceBundle, { fleet: forged }), signature)
})

test('certificates hold from 10 minutes before their issue until their expiry', () => {
  assert.ok(verify(own.deviceBundle, { now: NOW - 600 }))
  assert.throws(() => verify(own.deviceBundle, { now: NOW - 601 }), refused('document_not_yet'))
  assert.ok(verify(own.deviceBundle, { now: NOW + 365 * DAY - 1 }))
  assert.throws(() => verify(own.deviceBundle, { now: NOW + 365 * DAY }), refused('document_expired'))
  const ended = { ...ROOT, expires: NOW }
  assert.throws(() => verify(own.deviceBundle, { root: ended }), refused('document_expired'))
})

test('a device outlives the certificate of the coordinator that admitted it, not its revocation', () => {
  const hub = newcomer({ name: 'hub', role: 'coordinator', labels: {} }, { expires: NOW + 10 * DAY })
  const coordinator = bundleOf(hub)
  const admittedAt = (issued: number): Uint8Array => {
    const admission = createAdmission({ member: own.device.member, issued }, FLEET, key('hub'))
    return bundleOf({ ...own.device, admission, coordinator })
  }
  const later = { now: NOW + 20 * DAY }
  assert.ok(verify(admittedAt(NOW + 9 * DAY), later).admitted)
  assert.throws(() => verify(admittedAt(NOW + 10 * DAY), later), refused('document_expired'))
  assert.throws(() => verify(admittedAt(NOW + 601)), refused('document_not_yet'))
  const revocations = revocationView({ ...own.REVOCATIONS, serials: [hub.serial] })
  assert.throws(() => verify(admittedAt(NOW), { revocations }), refused('member_revoked'))
})

test('revoked by serial or key', () => {
  const none = { number: 1, issued: NOW, serials: [], tickets: [], keys: [] }
  assert.ok(verify(own.deviceBundle, { revocations: revocationView(none) }))
  const lists = [
    { ...none, serials: [own.device.serial] },
    { ...none, keys: [key('robot').publicKey] }
  ]
  for (const list of lists) {
    const revocations = revocationView(list)
    assert.throws(() => verify(own.deviceBundle, { revocations }), refused('member_revoked'))
    assert.ok(verify(own.coordinatorBundle, { revocations }))
  }
})

test('the ticket of a coordinator or an admin is pinned to the first peer, that of a device is not', () => {
  const pins = new Map<string, string>()
  const pinned = (ticketId: string, peerKey: Uint8Array): boolean => {
    const peer = peerIdOfKey(peerKey)
    if (!pins.has(ticketId)) pins.set(ticketId, peer)
    return pins.get(ticketId) === peer
  }
  const first = bundleOf(own.coordinator)
  const second = bundleOf(
    newcomer({ name: 'hub', role: 'coordinator', labels: {} }, { peerKey: key('thief').publicKey })
  )
  assert.ok(verify(first, { pinned }))
  assert.ok(verify(first, { pinned }))
  assert.throws(() => verify(second, { pinned }), refused('ticket_pinned'))
  assert.ok(verify(own.deviceBundle, { pinned }))
  assert.deepEqual([...pins], [[own.coordinator.ticketId, peerIdOfKey(key('hub').publicKey)]])
  assert.throws(
    () => verify(first, { pinned: () => true, now: NOW + 400 * DAY }),
    refused('document_expired')
  )
})

test('nothing is pinned for a bundle that is refused', () => {
  const asked: string[] = []
  const pinned = (ticketId: string): boolean => asked.push(ticketId) > 0
  const peerKey = key('thief').publicKey
  assert.throws(() => verify(own.coordinatorBundle, { pinned, peerKey }), refused('member_key'))
  assert.deepEqual(asked, [])
})

const sign = (member: Uint8Array, word: string): Uint8Array =>
  createAdmission({ member, issued: NOW }, FLEET, key(word))

test("an admission counts only for its member and by a coordinator's own key", () => {
  const coordinator = own.coordinatorBundle
  const other = newcomer({ name: 'other' })
  const admittedBy = (admission: Uint8Array, by: Uint8Array): VerifiedMember =>
    verify(bundleOf({ ...own.device, admission, coordinator: by }))
  assert.throws(() => admittedBy(sign(other.member, 'hub'), coordinator), signature)
  assert.throws(() => admittedBy(sign(own.device.member, 'thief'), coordinator), signature)
  assert.throws(() => admittedBy(sign(own.device.member, 'ada'), own.adminBundle), signature)
  const peer = bundleOf(other)
  assert.throws(() => admittedBy(sign(own.device.member, 'other'), peer), signature)
})

test('the parts of a bundle are there together or not at all', () => {
  const { admission } = decodeBundle(own.deviceBundle)
  assert.throws(() => verify(bundleOf({ ...own.device, admission })), invalid)
  assert.throws(() => verify(bundleOf({ ...own.device, coordinator: own.coordinatorBundle })), invalid)
  const full = { admission, coordinator: own.coordinatorBundle }
  assert.throws(() => verify(bundleOf({ ...own.coordinator, ...full })), invalid)
  assert.throws(() => verify(bundleOf({ member: own.admin.bytes, ...full })), invalid)
})

test('a bundle has at most 3 KiB, and the largest labels fit', () => {
  assert.throws(() => bundleOf({ member: new Uint8Array(3072) }), invalid)
  const labels = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`label-${index}`, 'value']))
  const hub = newcomer({ name: 'hub', role: 'coordinator', labels })
  const name = 'x'.repeat(64)
  const robot = newcomer({ name, labels })
  const admission = createAdmission({ member: robot.member, issued: NOW }, FLEET, key('hub'))
  assert.ok(verify(bundleOf({ ...robot, admission, coordinator: bundleOf(hub) })).admitted)
})
