import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { Floor, OfferKind } from '../../src/model/offer.ts'
import { orderFault } from '../../src/model/offer.ts'

const FLOOR: Floor = { offerCounter: 5, releaseCounters: { main: 3 } }
const RELEASE = { id: 'r-new', channel: 'main', counter: 4 }
const none = new Set<string>()
const update = (counter: number, again = false) => ({ counter, kind: 'update' as const, again })

test('an offer must be newer than the last committed one, a rollback too', () => {
  assert.equal(orderFault(update(6), RELEASE, FLOOR, none), undefined)
  for (const counter of [1, 5]) {
    assert.equal(orderFault(update(counter), RELEASE, FLOOR, none), 'offer_old')
    assert.equal(orderFault({ ...update(counter), kind: 'rollback' }, RELEASE, FLOOR, none), 'offer_old')
  }
})

test('an older release needs a rollback; the committed one again, or another channel, does not', () => {
  const older = { ...RELEASE, counter: 2 }
  assert.equal(orderFault(update(6), older, FLOOR, none), 'release_old')
  assert.equal(orderFault(update(6, true), older, FLOOR, none), 'release_old')
  assert.equal(orderFault({ ...update(6), kind: 'rollback' }, older, FLOOR, none), undefined)
  assert.equal(orderFault(update(6), { ...RELEASE, counter: 3 }, FLOOR, none), undefined)
  assert.equal(orderFault(update(6), { ...older, channel: 'next' }, FLOOR, none), undefined)
})

test('what was rolled back is not taken again, unless the offer says so or goes back to it', () => {
  const before = new Set(['r-new'])
  assert.equal(orderFault(update(6), RELEASE, FLOOR, before), 'release_rolled_back')
  assert.equal(orderFault(update(6, true), RELEASE, FLOOR, before), undefined)
  assert.equal(orderFault({ ...update(6), kind: 'rollback' }, RELEASE, FLOOR, before), undefined)
})

test('whatever a device takes and commits, its offers only rise, and releases fall by rollback only', () => {
  const offers = fc.array(
    fc.record({
      counter: fc.integer({ min: 1, max: 20 }),
      kind: fc.constantFrom<OfferKind>('update', 'rollback'),
      again: fc.boolean(),
      release: fc.integer({ min: 1, max: 5 })
    })
  )
  fc.assert(
    fc.property(offers, (script) => {
      let floor: Floor = { offerCounter: 0, releaseCounters: {} }
      for (const offer of script) {
        const release = { id: `r-${offer.release}`, channel: 'main', counter: offer.release }
        if (orderFault(offer, release, floor, none) != null) continue
        assert.ok(offer.counter > floor.offerCounter)
        if (offer.kind === 'update') assert.ok(offer.release >= (floor.releaseCounters['main'] ?? 0))
        floor = { offerCounter: offer.counter, releaseCounters: { main: offer.release } }
      }
    })
  )
})
