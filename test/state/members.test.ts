import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ConflictError, RefusedError } from '../../src/base/errors.ts'
import type { Enrolment } from '../../src/state/members.ts'
import {
  by,
  bytes,
  code,
  EXPIRES,
  enrolmentOf,
  memberOf,
  NOW,
  ticketOf,
  types,
  withState
} from './coordinator-fixture.ts'

test('a ticket is kept as it came, once', async () => {
  await withState(async (state) => {
    await state.addTicket(ticketOf('t-1', 3), by)
    await state.addTicket(ticketOf('t-1', 3), by)
    assert.deepEqual(await state.listTickets(), [{ ...ticketOf('t-1', 3), used: 0, revoked: false }])
    assert.deepEqual(await types(state), ['ticket_added'])
  })
})

test('an enrolment is stored, and asked again gives the same and counts nothing', async () => {
  await withState(async (state) => {
    assert.deepEqual(await state.enrol(enrolmentOf('a')), { bundle: bytes('bundle-a'), fresh: true })
    const again = enrolmentOf('a', {
      now: NOW + 86_400_000,
      admit: () => assert.fail('no second admission')
    })
    assert.deepEqual(await state.enrol(again), { bundle: bytes('bundle-a'), fresh: false })
    assert.equal((await state.listTickets())[0]?.used, 1)
    const stored = await state.memberByName('a')
    assert.deepEqual(stored, {
      ...memberOf('a'),
      digest: bytes('digest-a'),
      bundle: bytes('bundle-a'),
      admittedAt: NOW,
      revoked: false,
      lastSeenAt: null
    })
    assert.deepEqual(await state.memberByPeer('peer-a'), stored)
    assert.deepEqual(await types(state), ['enrolled'])
  })
})

test('what speaks against an enrolment is said, and nothing of it stays', async () => {
  await withState(async (state) => {
    await state.enrol(enrolmentOf('a', { ticket: ticketOf('t-1', 9) }))
    const refused = async (changes: Partial<Enrolment>, expected: string): Promise<void> => {
      const before = [await state.listTickets(), await state.members(), await types(state)]
      await assert.rejects(state.enrol(enrolmentOf('b', changes)), code(RefusedError, expected))
      assert.deepEqual([await state.listTickets(), await state.members(), await types(state)], before)
    }
    await refused({ now: EXPIRES * 1000 }, 'ticket_expired')
    await refused({ member: memberOf('b', { name: 'a' }) }, 'name_taken')
    await refused({ member: memberOf('b', { serial: 'serial-a' }) }, 'serial_taken')
    await assert.rejects(state.enrol(enrolmentOf('b', { admit: () => assert.fail('admit failed') })))
    await state.enrol(enrolmentOf('c', { ticket: ticketOf('t-2', 1) }))
    await refused({ ticket: ticketOf('t-2', 1) }, 'ticket_used_up')
  })
})

test('a device that lost its state comes back under its own name with a new certificate', async () => {
  await withState(async (state) => {
    await state.enrol(enrolmentOf('a', { ticket: ticketOf('t-1', 2) }))
    const member = memberOf('a', { serial: 'serial-2' })
    const back = enrolmentOf('a', { ticket: ticketOf('t-1', 2), member, memberDigest: bytes('digest-2') })
    assert.equal((await state.enrol(back)).fresh, true)
    assert.deepEqual(
      (await state.members()).map(({ serial }) => serial),
      ['serial-2']
    )
    assert.equal((await state.listTickets())[0]?.used, 2)
  })
})

async function enrolTogether(uses: number, newcomers: number): Promise<void> {
  await withState(async (state) => {
    const ticket = ticketOf('t-1', uses)
    const tries = Array.from(
      { length: newcomers },
      async (_, i) => await state.enrol(enrolmentOf(`n${i}`, { ticket }))
    )
    const results = await Promise.allSettled(tries)
    const admitted = results.filter(({ status }) => status === 'fulfilled').length
    assert.equal(admitted, Math.min(uses, newcomers))
    assert.equal((await state.members()).length, admitted)
    assert.equal((await state.listTickets())[0]?.used, admitted)
  })
}

test('enrolments at the same time never use a ticket more often than it says', async () => {
  const counts = [fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 })] as const
  await fc.assert(fc.asyncProperty(...counts, enrolTogether), { numRuns: 20 })
})

test('of two newcomers with one name at the same time one is admitted', async () => {
  await withState(async (state) => {
    const ticket = ticketOf('t-1', 2)
    const tries = ['a', 'b'].map(
      async (name) =>
        await state.enrol(enrolmentOf(name, { ticket, member: memberOf(name, { name: 'same' }) }))
    )
    const results = await Promise.allSettled(tries)
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected']
    )
    assert.equal((await state.listTickets())[0]?.used, 1)
  })
})

test('revocations count for what is here and for what comes later', async () => {
  await withState(async (state) => {
    const ticket = ticketOf('t-1', 9)
    for (const name of ['a', 'b', 'c']) await state.enrol(enrolmentOf(name, { ticket }))
    const named = {
      serials: ['serial-a', 'serial-x'],
      tickets: ['t-1', 't-9'],
      keys: [bytes('key-b'), bytes('key-y')]
    }
    assert.equal(await state.putRevocations({ number: 2, bytes: bytes('list 2') }, named, by), true)

    assert.deepEqual(
      (await state.members()).map(({ name }) => name),
      ['c']
    )
    assert.equal((await state.memberByPeer('peer-a'))?.revoked, true)
    assert.equal(await state.memberByName('b'), undefined)
    assert.equal((await state.listTickets())[0]?.revoked, true)

    await assert.rejects(state.enrol(enrolmentOf('a', { ticket })), code(RefusedError, 'member_revoked'))
    await assert.rejects(
      state.enrol(enrolmentOf('d', { ticket: ticketOf('t-9') })),
      code(RefusedError, 'ticket_revoked')
    )
    const other = { ticket: ticketOf('t-2', 9) }
    await assert.rejects(state.enrol(enrolmentOf('x', other)), code(RefusedError, 'member_revoked'))
    await assert.rejects(state.enrol(enrolmentOf('y', other)), code(RefusedError, 'member_revoked'))
    // The name of a revoked member is free again.
    await state.enrol(enrolmentOf('z', { ...other, member: memberOf('z', { name: 'a' }) }))
  })
})

test('a revocation list is taken only if its number is higher', async () => {
  await withState(async (state) => {
    const none = { serials: [], tickets: [], keys: [] }
    assert.equal(await state.latestRevocations(), undefined)
    await state.putRevocations({ number: 5, bytes: bytes('5') }, none, by)
    assert.equal(await state.putRevocations({ number: 5, bytes: bytes('5') }, none, by), false)
    for (const list of [
      { number: 5, bytes: bytes('other') },
      { number: 4, bytes: bytes('4') }
    ]) {
      const revoking = { ...none, tickets: ['t-1'] }
      await assert.rejects(state.putRevocations(list, revoking, by), code(ConflictError, 'revocations_old'))
    }
    await state.enrol(enrolmentOf('a'))
    await state.putRevocations({ number: 10, bytes: bytes('10') }, none, by)
    assert.deepEqual(await state.latestRevocations(), { number: 10, bytes: bytes('10') })
  })
})

test('coordinators and admins are remembered, and a ticket belongs to the first key', async () => {
  await withState(async (state) => {
    const entry = { member: memberOf('boss', { role: 'admin' }), digest: bytes('d'), bundle: bytes('b') }
    await state.putMember(entry, by)
    await state.putMember(entry, by)
    assert.deepEqual(
      (await state.members('admin')).map(({ name }) => name),
      ['boss']
    )
    assert.deepEqual(await state.members('device'), [])
    assert.deepEqual(await types(state), ['member_added'])
    await state.setLastSeen('peer-boss', NOW)
    await state.setLastSeen('peer-boss', NOW - 5)
    assert.equal((await state.memberByName('boss'))?.lastSeenAt, NOW)

    assert.equal(await state.pin('t-1', bytes('first')), true)
    assert.equal(await state.pin('t-1', bytes('second')), false)
    assert.equal(await state.pin('t-1', bytes('first')), true)
  })
})
