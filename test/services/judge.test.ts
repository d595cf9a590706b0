// A device judges by itself: whatever somebody in between did to an offer or its release, or kept of older ones.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { Offer } from '../../src/model/offer.ts'
import type { Release } from '../../src/model/release.ts'
import type { Ground, OfferBundle } from '../../src/services/device/judge.ts'
import { judgeOffer, openBundle } from '../../src/services/device/judge.ts'
import { createOffer } from '../../src/trust/offer.ts'
import { createRelease } from '../../src/trust/release.ts'
import {
  DAY,
  device,
  FLEET,
  key,
  NOW,
  OFFER,
  OTHER_FLEET,
  offer,
  RELEASE,
  RELEASE_KEYS,
  ROOT,
  release
} from '../trust/fleet.ts'

const GROUND: Ground = {
  root: ROOT,
  member: {
    peer: '',
    key: key('robot').publicKey,
    name: 'robot',
    role: 'device',
    labels: { site: 'lyon' },
    serial: device.serial,
    ticket: device.ticketId,
    issued: NOW,
    expires: NOW + DAY
  },
  system: 'x86_64-linux',
  now: NOW + 1,
  floor: { offerCounter: 0, releaseCounters: {} },
  rolledBack: new Set()
}
const BUNDLE = { offer: offer.bytes, release: release.bytes }

const judge = (bundle: OfferBundle, ground: Ground) =>
  judgeOffer(openBundle(bundle, FLEET, ground.root), ground)

const judged = (changes: {
  offer?: Partial<Offer>
  release?: Partial<Release>
  ground?: Partial<Ground>
}) => {
  const content = createRelease({ ...RELEASE, ...changes.release }, FLEET, RELEASE_KEYS)
  const { kind } = { ...OFFER, ...changes.offer }
  const order = createOffer({ ...OFFER, release: content.digest, ...changes.offer }, FLEET, [
    key(kind === 'rollback' ? 'rollback' : 'offer')
  ])
  return judge({ offer: order.bytes, release: content.bytes }, { ...GROUND, ...changes.ground })
}

test('an offer that stands', () => {
  const judgement = judge(BUNDLE, GROUND)
  assert.equal(judgement.rollout, offer.id)
  assert.equal(judgement.releaseId, release.id)
  assert.equal(judgement.targetIndex, 0)
  assert.deepEqual(judgement.target, RELEASE.targets[0])
})

test.each<[string, Parameters<typeof judged>[0]]>([
  ['offer_release', { offer: { release: new Uint8Array(32) } }],
  ['offer_not_for_us', { offer: { selector: 'other-robot' } }],
  ['offer_old', { ground: { floor: { offerCounter: 3, releaseCounters: {} } } }],
  ['release_old', { ground: { floor: { offerCounter: 0, releaseCounters: { main: 8 } } } }],
  ['release_nix_key', { release: { nixKeys: [`else-1:${'A'.repeat(43)}=`] } }],
  ['target_none', { ground: { member: { ...GROUND.member, labels: {} } } }],
  ['target_system', { ground: { system: 'aarch64-linux' } }],
  ['document_expired', { ground: { now: NOW + 8 * DAY } }],
  ['document_expired', { release: { issued: NOW - 9, expires: NOW } }],
  ['document_not_yet', { ground: { now: NOW - 601 } }]
])('%s', (code, changes) => {
  assert.throws(() => judged(changes), { code })
})

test('release_rolled_back, and a rollback to what was newer', () => {
  const rolledBack = new Set([release.id])
  assert.throws(() => judge(BUNDLE, { ...GROUND, rolledBack }), { code: 'release_rolled_back' })
  const floor = { offerCounter: 0, releaseCounters: { main: 8 } }
  assert.equal(judged({ offer: { kind: 'rollback' }, ground: { floor } }).offer.kind, 'rollback')
})

describe('signatures', () => {
  test('of a key that has not this role', () => {
    const stolen = createOffer(OFFER, FLEET, [key('release a')])
    assert.throws(() => judge({ ...BUNDLE, offer: stolen.bytes }, GROUND), {
      code: 'document_signature'
    })
    const rollback = createOffer({ ...OFFER, kind: 'rollback' }, FLEET, [key('offer')])
    assert.throws(() => judge({ ...BUNDLE, offer: rollback.bytes }, GROUND), {
      code: 'document_signature'
    })
  })

  test('of fewer keys than the threshold', () => {
    const alone = createRelease(RELEASE, FLEET, [key('release a')])
    assert.throws(() => judge({ ...BUNDLE, release: alone.bytes }, GROUND), {
      code: 'document_signature'
    })
  })

  test('for another fleet', () => {
    const foreign = createOffer(OFFER, OTHER_FLEET, [key('offer')])
    assert.throws(() => judge({ ...BUNDLE, offer: foreign.bytes }, GROUND), {
      code: 'document_signature'
    })
  })

  test('one document in the place of the other', () => {
    assert.throws(() => judge({ offer: release.bytes, release: offer.bytes }, GROUND))
  })
})

test('no byte of either can be changed', () => {
  const part = fc.constantFrom('offer' as const, 'release' as const)
  fc.assert(
    fc.property(part, fc.nat(), fc.integer({ min: 1, max: 255 }), (which, place, change) => {
      const bytes = Uint8Array.from(BUNDLE[which])
      const at = place % bytes.byteLength
      bytes[at] = (bytes[at] ?? 0) ^ change
      assert.throws(
        () => judge({ ...BUNDLE, [which]: bytes }, GROUND),
        (error: { code?: string }) => ['document_signature', 'document_invalid'].includes(error.code ?? '')
      )
    }),
    { numRuns: 300 }
  )
})
