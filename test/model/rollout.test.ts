import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Outcome } from '../../src/model/activation.ts'
import { AWAY_SECONDS_MAX, rolloutOutcome } from '../../src/model/rollout.ts'
import { failuresBorne, planOf, waveSizes } from '../../src/model/rollout-plan.ts'
import { Fleet, NOW } from './rollout-fleet.ts'

test('everybody who is there, in order, within parallel', () => {
  const fleet = new Fleet({ devices: 4, away: ['p1'] })
  assert.deepEqual(fleet.turn(), ['p0', 'p2', 'p3'])
  assert.deepEqual(fleet.turn(), [])
  const narrow = new Fleet({ devices: 4, plan: { parallel: 2 } })
  assert.deepEqual(narrow.turn(), ['p0', 'p1'])
  narrow.end('p0', 'committed')
  assert.deepEqual(narrow.turn(), ['p2'])
})

test('one that went away in mid-work holds no place of `parallel`, one that is back does', () => {
  const fleet = new Fleet({ devices: 3, plan: { parallel: 1 } })
  assert.deepEqual(fleet.turn(), ['p0'])
  fleet.leave('p0')
  assert.deepEqual(fleet.turn(), ['p1'])
  fleet.come('p0')
  fleet.end('p1', 'committed')
  assert.deepEqual(fleet.turn(), [])
})

test('canary, waves, gates: each wave waits for the one before, and soaks', () => {
  const fleet = new Fleet({
    devices: 10,
    plan: { canary: { count: 1 }, waves: [{ percent: 20 }, { percent: 100 }], soakSeconds: 60 }
  })
  assert.deepEqual(fleet.turn(), ['p0'])
  assert.deepEqual(fleet.turn(), [])
  fleet.end('p0', 'committed')
  assert.deepEqual(fleet.turn(), [])
  fleet.wait(59)
  assert.deepEqual(fleet.turn(), [])
  fleet.wait(1)
  assert.deepEqual(fleet.turn(), ['p1', 'p2'])
  fleet.end('p1', 'degraded')
  fleet.end('p2', 'committed')
  fleet.turn()
  fleet.wait(60)
  assert.equal(fleet.turn().length, 7)
  for (const peer of ['p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9']) fleet.end(peer, 'committed')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'done')
})

test('a gate that is shut: the canary failed, nobody else is touched, resume goes on, abort ends', () => {
  const failed = (): Fleet => {
    const fleet = new Fleet({ devices: 5, plan: { canary: { count: 1 }, maxFailures: { count: 3 } } })
    fleet.turn()
    fleet.end('p0', 'rolled-back')
    assert.deepEqual(fleet.turn(), [])
    assert.equal(fleet.progress.phase, 'halted')
    assert.equal(fleet.outcome, 'halted')
    return fleet
  }
  const resumed = failed()
  assert.ok(resumed.command('resume'))
  assert.equal(resumed.turn().length, 4)
  const aborted = failed()
  assert.equal(aborted.command('pause'), false)
  assert.ok(aborted.command('abort'))
  assert.equal(aborted.command('resume'), false)
  assert.deepEqual(aborted.ended('rollout_aborted'), ['p1', 'p2', 'p3', 'p4'])
  assert.equal(aborted.outcome, 'aborted')
})

test('more failures than are borne halt at once, what was seen is borne after resume', () => {
  const fleet = new Fleet({ devices: 10, plan: { waves: [{ count: 4 }], maxFailures: { count: 1 } } })
  fleet.turn()
  fleet.end('p0', 'failed')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'running')
  fleet.end('p1', 'rolled-back')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'halted')
  for (const peer of ['p2', 'p3']) fleet.end(peer, 'committed')
  assert.deepEqual(fleet.turn(), [])
  fleet.command('resume')
  assert.equal(fleet.turn().length, 4)
  fleet.end('p4', 'failed')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'running')
  fleet.end('p5', 'failed')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'halted')
})

test('failures with nobody left to protect end the rollout by their outcome', () => {
  const fleet = new Fleet({ devices: 2, plan: { maxFailures: { count: 0 } } })
  fleet.turn()
  fleet.end('p0', 'failed')
  fleet.end('p1', 'rolled-back')
  fleet.turn()
  assert.deepEqual([fleet.progress.phase, fleet.outcome], ['done', 'failed'])
})

test.each(['release_rolled_back', 'offer_expired', 'rollout_aborted'])(
  '%s is no failure of the release',
  (code) => {
    const fleet = new Fleet({ devices: 4, plan: { canary: { count: 1 }, maxFailures: { count: 0 } } })
    fleet.turn()
    fleet.end('p0', 'failed', code)
    assert.deepEqual(fleet.turn(), ['p1'], 'its place goes to another canary')
  }
)

test('devices that are away hold no gate, and a canary that comes late does not start it again', () => {
  const fleet = new Fleet({ devices: 6, away: ['p0', 'p1'], plan: { canary: { count: 1 } } })
  assert.deepEqual(fleet.turn(), ['p2'])
  fleet.end('p2', 'committed')
  assert.deepEqual(fleet.turn(), ['p3', 'p4', 'p5'])
  fleet.come('p0')
  assert.deepEqual(fleet.turn(), ['p0'])
  assert.equal(fleet.progress.wave, 1)
})

test('who came late is reached although those of a wave before went on to another release', () => {
  const fleet = new Fleet({ devices: 4, plan: { canary: { count: 1 }, waves: [{ count: 2 }, { count: 1 }] } })
  fleet.turn()
  fleet.end('p0', 'committed')
  assert.deepEqual(fleet.turn(), ['p1', 'p2'])
  fleet.join('p4')
  fleet.end('p1', 'superseded')
  assert.deepEqual(fleet.turn(), ['p3'], 'the last of those who were there takes the place')
  fleet.end('p2', 'superseded')
  assert.deepEqual(fleet.turn(), [], 'one is at work still')
  fleet.end('p3', 'superseded')
  assert.deepEqual(fleet.turn(), ['p4'])
  fleet.end('p4', 'committed')
  fleet.turn()
  assert.equal(fleet.progress.phase, 'done')
})

test('a canary that everybody left for another release vouches for nothing, and late ones wait for a person', () => {
  const fleet = new Fleet({ devices: 1, plan: { canary: { count: 1 } } })
  fleet.turn()
  fleet.join('p1')
  fleet.end('p0', 'superseded')
  assert.deepEqual(fleet.turn(), [])
  assert.equal(fleet.progress.phase, 'halted')
  assert.ok(fleet.command('resume'))
  assert.deepEqual(fleet.turn(), ['p1'])
})

test('waves of one stay waves of one in a large fleet', () => {
  const fleet = new Fleet({ devices: 300, plan: { waves: [{ count: 1 }] } })
  for (let index = 0; index < 299; index++) {
    assert.deepEqual(fleet.turn(), [`p${index}`])
    fleet.end(`p${index}`, 'committed')
  }
})

test('all canaries away: nobody vouches for the release, so nothing moves', () => {
  const fleet = new Fleet({ devices: 3, away: ['p0', 'p1', 'p2'], plan: { canary: { count: 1 } } })
  assert.deepEqual(fleet.turn(), [])
  fleet.come('p1')
  assert.deepEqual(fleet.turn(), ['p1'])
})

test('silent while it was tried is a failure; silent before is none, and its place goes to another', () => {
  const careful = { canary: { count: 1 }, maxFailures: { count: 0 } }
  const silent = (hasBegun: boolean): Fleet => {
    const fleet = new Fleet({ devices: 3, plan: careful })
    fleet.turn()
    fleet.set('p0', { hasBegun })
    fleet.leave('p0')
    fleet.wait(AWAY_SECONDS_MAX - 1)
    assert.deepEqual(fleet.turn(), [])
    fleet.wait(1)
    return fleet
  }
  const before = silent(false)
  assert.deepEqual(before.turn(), ['p1'])
  const tried = silent(true)
  assert.deepEqual(tried.turn(), [])
  assert.equal(tried.progress.phase, 'halted')
})

test('deferred: no place, asked again in time, and the rest goes on', () => {
  const fleet = new Fleet({ devices: 3, plan: { canary: { count: 1 } } })
  fleet.turn()
  fleet.set('p0', { state: 'waiting', outcome: 'deferred', wave: null, askAfter: NOW + 600 })
  assert.deepEqual(fleet.turn(), ['p1'])
  fleet.end('p1', 'committed')
  assert.deepEqual(fleet.turn(), ['p2'])
  fleet.end('p2', 'committed')
  assert.deepEqual([fleet.turn(), fleet.outcome], [[], 'deferred'])
  fleet.wait(600)
  assert.deepEqual(fleet.turn(), ['p0'])
})

test('pause offers nobody, not even again; resume does; a schedule is kept', () => {
  const fleet = new Fleet({ devices: 2, plan: { notBefore: NOW + 60, parallel: 1 } })
  assert.deepEqual(fleet.turn(), [])
  fleet.wait(60)
  assert.deepEqual(fleet.turn(), ['p0'])
  fleet.set('p0', { state: 'waiting' })
  fleet.command('pause')
  assert.deepEqual([fleet.turn(), fleet.outcome], [[], 'paused'])
  fleet.command('resume')
  assert.deepEqual(fleet.turn(), ['p0'])
})

test('a late joiner is taken by the last wave, and waits for it', () => {
  const fleet = new Fleet({ devices: 4, plan: { canary: { count: 1 }, waves: [{ count: 1 }, { count: 2 }] } })
  fleet.join('late')
  assert.deepEqual(fleet.turn(), ['p0'])
  fleet.end('p0', 'committed')
  assert.deepEqual(fleet.turn(), ['p1'])
  fleet.end('p1', 'committed')
  assert.deepEqual(fleet.turn(), ['p2', 'p3', 'late'])
})

test('an offer that is over ends those that wait, and aborting asks those that have it', () => {
  const fleet = new Fleet({ devices: 3, away: ['p2'], plan: { parallel: 1 } })
  fleet.turn()
  fleet.command('abort')
  assert.deepEqual(fleet.ended('rollout_aborted'), ['p1', 'p2'])
  assert.deepEqual(fleet.cancelled, ['p0'])
  const late = new Fleet({ devices: 2, away: ['p1'] })
  late.turn()
  late.wait(100_000)
  assert.deepEqual(late.turn(), [])
  assert.deepEqual(late.ended('offer_expired'), ['p1'])
})

test.each<[Partial<ReturnType<typeof planOf>>, number, number[]]>([
  [{}, 10, [Number.POSITIVE_INFINITY]],
  [{ canary: { count: 1 } }, 10, [1, Number.POSITIVE_INFINITY]],
  [{ canary: { count: 10 } }, 10, [10, Number.POSITIVE_INFINITY]],
  [
    { canary: { count: 1 }, waves: [{ percent: 10 }, { percent: 100 }] },
    100,
    [1, 10, Number.POSITIVE_INFINITY]
  ],
  [{ waves: [{ percent: 25 }] }, 10, [3, 3, 3, Number.POSITIVE_INFINITY]],
  [{ waves: [{ count: 50 }] }, 10, [Number.POSITIVE_INFINITY]]
])('the waves of %j over %i are %j', (changes, total, expected) => {
  assert.deepEqual(waveSizes({ ...planOf(0), ...changes }, total), expected)
})

test('failures that are borne: none, a number, a share rounded down, any', () => {
  assert.equal(failuresBorne({ ...planOf(0), maxFailures: { count: 0 } }, 9), 0)
  assert.equal(failuresBorne({ ...planOf(0), maxFailures: { percent: 25 } }, 9), 2)
  assert.equal(failuresBorne(planOf(0), 9), Number.POSITIVE_INFINITY)
})

test.each<[(Outcome | null)[], string]>([
  [[], 'committed'],
  [['committed', null], 'running'],
  [['failed', null], 'running'],
  [['rolled-back', 'failed', 'committed'], 'failed'],
  [['degraded', 'rolled-back'], 'rolled-back'],
  [['degraded', 'deferred'], 'degraded'],
  [['superseded', 'deferred', 'committed'], 'deferred'],
  [['superseded', 'committed'], 'superseded']
])('outcomes %j make %s', (outcomes, expected) => {
  const rows = outcomes.map((outcome) => ({ outcome }))
  assert.equal(rolloutOutcome({ phase: 'running', reason: null }, rows), expected)
  assert.equal(rolloutOutcome({ phase: 'aborted', reason: null }, rows), 'aborted')
  assert.equal(rolloutOutcome({ phase: 'done', reason: 'why' }, rows), 'halted')
})
