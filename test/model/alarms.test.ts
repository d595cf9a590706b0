import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { AlarmFacts } from '../../src/model/alarms.ts'
import { alarmsOf } from '../../src/model/alarms.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const NOW = Date.parse('2026-11-25T12:00:00Z')
const LIMITS = { silentMs: 15 * MINUTE, certificateMs: 30 * DAY, reserveBytes: 1000 }
const member = {
  peer: 'p',
  name: 'robot-1',
  role: 'device',
  serial: 's',
  expires: NOW / 1000 + 300 * 86_400,
  lastSeenMs: NOW
}
const facts = (more: Partial<AlarmFacts>): AlarmFacts => ({
  members: [member],
  rolledBack: [],
  halted: [],
  disks: [],
  nowMs: NOW,
  ...more
})
const events = (more: Partial<AlarmFacts>): string[] =>
  alarmsOf(facts(more), LIMITS).map(({ event }) => event)

test('silence: from the minute on, for devices that were ever there', () => {
  const at = (lastSeenMs: number | null, role = 'device') =>
    events({ members: [{ ...member, lastSeenMs, role }] })
  assert.deepEqual(at(NOW - 15 * MINUTE + 1), [])
  assert.deepEqual(at(NOW - 15 * MINUTE), ['device_silent'])
  assert.deepEqual(at(null), [])
  assert.deepEqual(at(0, 'admin'), [])
})

test('one silence is one occasion, the next another', () => {
  const key = (lastSeenMs: number, nowMs: number): string | undefined =>
    alarmsOf(facts({ members: [{ ...member, lastSeenMs }], nowMs }), LIMITS)[0]?.key
  assert.equal(key(NOW, NOW + DAY), key(NOW, NOW + 2 * DAY))
  assert.notEqual(key(NOW, NOW + DAY), key(NOW + 1, NOW + DAY))
})

test('a certificate near its end, of any role', () => {
  const at = (days: number, role = 'coordinator') =>
    events({ members: [{ ...member, role, expires: NOW / 1000 + days * 86_400 }] })
  assert.deepEqual(at(31), [])
  assert.deepEqual(at(30), ['certificate_expiring'])
  assert.deepEqual(at(-1, 'admin'), ['certificate_expiring'])
})

test('rollbacks by the name of the device, halted rollouts with their reason', () => {
  const found = alarmsOf(
    facts({
      rolledBack: [
        { rollout: 'o-1', peer: 'p', code: 'health_check' },
        { rollout: 'o-1', peer: 'gone', code: null }
      ],
      halted: [{ rollout: 'o-2', reason: 'too many' }]
    }),
    LIMITS
  )
  assert.deepEqual(
    found.map(({ event, subject, detail }) => [event, subject, detail]),
    [
      ['rolled_back', 'robot-1', { rollout: 'o-1', code: 'health_check' }],
      ['rolled_back', 'gone', { rollout: 'o-1', code: null }],
      ['rollout_halted', 'o-2', { reason: 'too many' }]
    ]
  )
})

test('a disk that fills: below twice what must stay free, once a day', () => {
  const found = (freeBytes: number, nowMs = NOW) =>
    alarmsOf(facts({ disks: [{ peer: 'h', name: 'hub', freeBytes }], nowMs }), LIMITS)
      .filter(({ event }) => event === 'disk_filling')
      .map(({ key, subject, detail }) => [key, subject, detail['freeBytes']])
  assert.deepEqual(found(2000), [])
  assert.deepEqual(found(1999), [['disk_filling/h/2026-11-25', 'hub', 1999]])
  assert.deepEqual(found(0, NOW + DAY), [['disk_filling/h/2026-11-26', 'hub', 0]])
})
