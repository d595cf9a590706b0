// What each type of document holds, and what it must not hold.
import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toHex } from '../../src/base/bytes.ts'
import type { OfferKind } from '../../src/model/offer.ts'
import type { AddressRecord } from '../../src/trust/addresses.ts'
import { createAddressRecord, openAddressRecord } from '../../src/trust/addresses.ts'
import { openEnvelope } from '../../src/trust/envelope.ts'
import { createOffer, openOffer } from '../../src/trust/offer.ts'
import { createRelease, openRelease } from '../../src/trust/release.ts'
import { createRevocations, openRevocations, revocationView } from '../../src/trust/revocations.ts'
import type { Root } from '../../src/trust/root.ts'
import { createRoot, openRoot } from '../../src/trust/root.ts'
import {
  ADDRESSES,
  addresses,
  FLEET,
  key,
  NOW,
  OFFER,
  offer,
  RELEASE,
  RELEASE_KEYS,
  REVOCATIONS,
  ROOT,
  release,
  revocations,
  rootBytes
} from './fleet.ts'

const invalid = { code: 'document_invalid' }
const signature = { code: 'document_signature' }
const expired = { code: 'document_expired', name: 'RefusedError' }
const notYet = { code: 'document_not_yet', name: 'RefusedError' }

const recreateRoot = (changes: Partial<Root>): unknown =>
  createRoot({ ...ROOT, ...changes }, [key('membership')])
const recreateRelease = (changes: object): unknown =>
  createRelease({ ...RELEASE, ...changes }, FLEET, RELEASE_KEYS)
const recreateRevocations = (changes: object): unknown =>
  createRevocations({ ...REVOCATIONS, ...changes }, FLEET, [key('revocation')])
const openSigned = (kind: OfferKind, word: string): unknown =>
  openOffer(createOffer({ ...OFFER, kind }, FLEET, [key(word)]).bytes, FLEET, ROOT)

test('root reads back, under a fleet id of 52 characters', () => {
  assert.deepEqual(openRoot(rootBytes), { root: ROOT, fleet: FLEET, bytes: rootBytes })
  assert.match(FLEET, /^[a-z2-7]{52}$/)
})

test('a first root needs the threshold of its own membership keys', () => {
  const keys = [key('a').publicKey, key('b').publicKey]
  const root = { ...ROOT, roles: { ...ROOT.roles, membership: { threshold: 2, keys } } }
  const open = (...words: string[]): unknown => openRoot(createRoot(root, words.map(key)).bytes)
  assert.ok(open('a', 'b'))
  assert.throws(() => open('a'), signature)
  assert.throws(() => open('a', 'offer'), signature)
})

const withOffer = (threshold: number, ...words: string[]): unknown =>
  recreateRoot({
    roles: { ...ROOT.roles, offer: { threshold, keys: words.map((word) => key(word).publicKey) } }
  })

test('root: a threshold above its keys, a key twice, a bad name or life', () => {
  assert.ok(withOffer(2, 'a', 'b'))
  assert.throws(() => withOffer(2, 'a'), invalid)
  assert.throws(() => withOffer(0, 'a'), invalid)
  assert.throws(() => withOffer(1, 'a', 'a'), invalid)
  assert.throws(() => withOffer(1), invalid)
  assert.throws(() => recreateRoot({ version: 2 }), invalid)
  assert.throws(() => recreateRoot({ name: 'Not A Name' }), { code: 'name_invalid' })
  assert.throws(() => recreateRoot({ expires: ROOT.issued }), invalid)
  assert.throws(() => recreateRoot({ nixKeys: ['no-key'] }), invalid)
})

test('release reads back with the id and digest that signing gave', () => {
  const { id, digest } = release
  assert.deepEqual(openRelease(release.bytes, FLEET, ROOT, NOW), { release: RELEASE, id, digest })
  assert.match(id, /^r-[a-z2-7]{20}$/)
})

test('release: two of three keys must sign', () => {
  const one = createRelease(RELEASE, FLEET, RELEASE_KEYS.slice(0, 1)).bytes
  assert.throws(() => openRelease(one, FLEET, ROOT), signature)
  const foreign = createRelease(RELEASE, FLEET, [key('release a'), key('offer')]).bytes
  assert.throws(() => openRelease(foreign, FLEET, ROOT), signature)
})

test('release: bad targets, versions and counters', () => {
  const [target] = RELEASE.targets
  assert.ok(target)
  const targets = (...changes: object[]): unknown =>
    recreateRelease({ targets: changes.map((change) => ({ ...target, ...change })) })
  assert.ok(targets({ match: 'a' }, { match: 'b' }))
  assert.throws(() => targets({}, {}), invalid)
  assert.throws(() => targets(), invalid)
  assert.throws(() => targets({ match: '' }), { code: 'selector_invalid' })
  assert.throws(() => targets({ system: 'linux' }), invalid)
  assert.throws(() => targets({ manifestRoot: new Uint8Array(31) }), invalid)
  assert.throws(() => targets({ pathsCount: 0 }), invalid)
  assert.throws(() => targets({ pathsCount: 65_537 }), invalid)
  assert.throws(() => recreateRelease({ channel: '' }), { code: 'name_invalid' })
  assert.throws(() => recreateRelease({ counter: 0 }), invalid)
  assert.throws(() => recreateRelease({ expires: RELEASE.issued }), invalid)
  for (const version of ['', ' 1', '1 ', 'a\nb', 'x'.repeat(129)])
    assert.throws(() => recreateRelease({ version }), invalid)
})

test('release: the toplevel is a store path and nothing else', () => {
  const store = '/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4'
  const [target] = RELEASE.targets
  const create = (toplevel: string): unknown => recreateRelease({ targets: [{ ...target, toplevel }] })
  for (const good of [
    `${store}-a`,
    `${store}-${'x'.repeat(211)}`,
    `${store}-.config`,
    `${store}-a+b_c?d=e.f`
  ]) {
    assert.ok(create(good), good)
  }
  const bad = [
    store,
    `${store}-`,
    `${store}-${'x'.repeat(212)}`,
    `${store}-a/bin`,
    `${store}-..`,
    `${store}-.-a`,
    `${store}-a b`,
    `${store}-a\n`,
    `/nix/store/ep9q0bz6f22dyxh4lw8xs08p4201vyq4-a`,
    `/nix/store/p9q0bz6f22dyxh4lw8xs08p4201vyq4-a`,
    `/gnu/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-a`,
    `x${store}-a`
  ]
  for (const path of bad) assert.throws(() => create(path), invalid, path)
})

test('offer reads back, for every kind and action', () => {
  assert.deepEqual(openOffer(offer.bytes, FLEET, ROOT, NOW).offer, OFFER)
  assert.equal(openOffer(offer.bytes, FLEET, ROOT).id, offer.id)
  assert.match(offer.id, /^o-/)
  for (const action of ['switch', 'boot', 'test', 'dry-activate'] as const) {
    const { bytes } = createOffer({ ...OFFER, action }, FLEET, [key('offer')])
    assert.equal(openOffer(bytes, FLEET, ROOT).offer.action, action)
  }
})

test('offer: going back needs a rollback key, and that key makes no update', () => {
  assert.ok(openSigned('rollback', 'rollback'))
  assert.throws(() => openSigned('rollback', 'offer'), signature)
  assert.throws(() => openSigned('update', 'rollback'), signature)
})

test('offer: a proof that root demands and the offer lacks', () => {
  assert.throws(() => openOffer(offer.bytes, FLEET, { ...ROOT, offerProof: true }), { code: 'offer_proof' })
})

test('release and offer hold from 10 minutes before their issue until their expiry', () => {
  const openAt = [
    (now: number): unknown => openRelease(release.bytes, FLEET, ROOT, now),
    (now: number): unknown => openOffer(offer.bytes, FLEET, ROOT, now)
  ]
  for (const [index, open] of openAt.entries()) {
    const { expires } = index === 0 ? RELEASE : OFFER
    assert.ok(open(NOW - 600))
    assert.throws(() => open(NOW - 601), notYet)
    assert.ok(open(expires - 1))
    assert.throws(() => open(expires), expired)
  }
  assert.ok(openRelease(release.bytes, FLEET, ROOT))
  const ended = { ...ROOT, expires: NOW }
  assert.throws(() => openRelease(release.bytes, FLEET, ended, NOW), expired)
  assert.throws(() => openOffer(offer.bytes, FLEET, ended, NOW), expired)
})

test('revocations read back and revoke by serial, ticket and key', () => {
  assert.deepEqual(openRevocations(revocations, FLEET, ROOT), REVOCATIONS)
  const view = revocationView(REVOCATIONS)
  const nobody = { serial: 'ff'.repeat(16), ticket: '', key: key('robot').publicKey, role: 'device' as const }
  assert.equal(view.number, 1)
  assert.ok(!view.revokes(nobody))
  assert.ok(view.revokes({ ...nobody, serial: '00112233445566778899aabbccddeeff' }))
  const guest = { ...nobody, ticket: 't-aaaaaaaaaaaaaaaaaaaa' }
  assert.ok(!view.revokes(guest), 'a device that was admitted outlives its ticket')
  assert.ok(view.revokes({ ...guest, role: 'coordinator' }))
  assert.ok(view.revokes({ ...nobody, key: key('thief').publicKey }))
})

test('revocations: only a revocation key signs them, and nothing stands in them twice', () => {
  const foreign = createRevocations(REVOCATIONS, FLEET, [key('membership')])
  assert.throws(() => openRevocations(foreign, FLEET, ROOT), signature)
  assert.throws(() => recreateRevocations({ number: 0 }), invalid)
  assert.throws(() => recreateRevocations({ tickets: ['x'] }), invalid)
  assert.throws(() => recreateRevocations({ tickets: [''] }), invalid)
  assert.throws(() => recreateRevocations({ serials: ['00'] }), invalid)
  assert.throws(() => recreateRevocations({ keys: [key('a').publicKey, key('a').publicKey] }), invalid)
})

test('an address record reads back; only a membership key signs it, and each address names its peer once', () => {
  assert.deepEqual(openAddressRecord(addresses, FLEET, ROOT), ADDRESSES)
  const foreign = createAddressRecord(ADDRESSES, FLEET, [key('revocation')])
  assert.throws(() => openAddressRecord(foreign, FLEET, ROOT), signature)
  const [address = ''] = ADDRESSES.coordinators
  const recreate = (changes: Partial<AddressRecord>): unknown =>
    createAddressRecord({ ...ADDRESSES, ...changes }, FLEET, [key('membership')])
  for (const changes of [
    { number: 0 },
    { coordinators: [] },
    { coordinators: [address, address] },
    { coordinators: ['/ip4/192.0.2.1/tcp/443'] },
    { coordinators: Array.from({ length: 17 }, (_, index) => address.replace('4711', String(index + 1))) },
    { coordinators: [address.replace('hub', 'h'.repeat(250))] }
  ]) {
    const why = JSON.stringify(changes)
    assert.throws(() => openAddressRecord(recreate(changes) as Uint8Array, FLEET, ROOT), invalid, why)
  }
})

test('a payload begins with its format version and its keys in order', () => {
  const { payload } = openEnvelope(offer.bytes)
  assert.match(toHex(payload), /^aa000101030200030004582/)
})
