import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { OUTCOMES } from '../../src/model/activation.ts'
import type { RolloutPlan, RolloutRow } from '../../src/model/rollout.ts'
import { nextEffects, ROW_STATES, rolloutOutcome } from '../../src/model/rollout.ts'

const NOW = 1_800_000_000
const PLAN: RolloutPlan = { parallel: 0, expires: NOW + 1, aborted: false }
const row = (peer: string, state: RolloutRow['state'] = 'waiting'): RolloutRow => ({
  peer,
  state,
  outcome: null
})
const peers = (effects: ReturnType<typeof nextEffects>): string[] => effects.map(({ peer }) => peer)

test('pushes to those that are there, in order', () => {
  const rows = ['a', 'b', 'c', 'd'].map((peer) => row(peer))
  assert.deepEqual(peers(nextEffects(PLAN, rows, (peer) => peer !== 'b', NOW)), ['a', 'c', 'd'])
  assert.deepEqual(peers(nextEffects({ ...PLAN, parallel: 2 }, rows, () => true, NOW)), ['a', 'b'])
})

test('one that went away in mid-work holds no place, one that is back does', () => {
  const rows = [row('a', 'accepted'), row('b')]
  const plan = { ...PLAN, parallel: 1 }
  assert.deepEqual(peers(nextEffects(plan, rows, () => true, NOW)), [])
  assert.deepEqual(peers(nextEffects(plan, rows, (peer) => peer === 'b', NOW)), ['b'])
})

test('one that is deferred holds no place', () => {
  const rows = [{ ...row('a', 'accepted'), outcome: 'deferred' as const }, row('b')]
  assert.deepEqual(peers(nextEffects({ ...PLAN, parallel: 1 }, rows, () => true, NOW)), ['b'])
})

test('when it is aborted or has expired, those that wait end and nobody begins', () => {
  const rows = [row('a'), row('b', 'accepted')]
  const end = (code: string) => [{ kind: 'end', peer: 'a', code }]
  assert.deepEqual(
    nextEffects({ ...PLAN, aborted: true }, rows, () => true, NOW),
    end('rollout_aborted')
  )
  assert.deepEqual(
    nextEffects(PLAN, rows, () => true, NOW + 1),
    end('offer_expired')
  )
})

test.each([
  [[], 'committed'],
  [['committed', 'committed'], 'committed'],
  [['committed', null], 'running'],
  [['failed', null], 'running'],
  [['rolled-back', 'failed', 'committed'], 'failed'],
  [['degraded', 'rolled-back'], 'rolled-back'],
  [['degraded', 'deferred'], 'degraded'],
  [['superseded', 'deferred', 'committed'], 'deferred'],
  [['superseded', 'committed'], 'superseded']
] as const)('outcomes %j make %s', (outcomes, expected) => {
  const rows = outcomes.map((outcome, index) => ({ ...row(String(index), 'done'), outcome }))
  assert.equal(rolloutOutcome(false, rows), expected)
  assert.equal(rolloutOutcome(true, rows), 'aborted')
})

describe('properties', () => {
  const rowsOf = fc
    .array(
      fc.record({
        state: fc.constantFrom(...ROW_STATES),
        outcome: fc.option(fc.constantFrom(...OUTCOMES)),
        isOnline: fc.boolean()
      }),
      { maxLength: 12 }
    )
    .map((rows) => rows.map((each, index) => ({ ...each, peer: `p${index}` })))

  test('never more than parallel at work, nobody who is away or begun, and as many as may', () => {
    fc.assert(
      fc.property(rowsOf, fc.integer({ min: 0, max: 5 }), (rows, parallel) => {
        const online = new Set(rows.filter(({ isOnline }) => isOnline).map(({ peer }) => peer))
        const effects = nextEffects({ ...PLAN, parallel }, rows, (peer) => online.has(peer), NOW)
        const pushed = peers(effects)
        assert.ok(effects.every(({ kind }) => kind === 'push'))
        assert.equal(new Set(pushed).size, pushed.length)
        const atWork = rows.filter(
          ({ peer, state, outcome }) =>
            (state === 'offered' || state === 'accepted') && outcome == null && online.has(peer)
        ).length
        const ready = rows.filter(({ peer, state }) => state === 'waiting' && online.has(peer))
        assert.ok(pushed.every((peer) => ready.some((each) => each.peer === peer)))
        const room = parallel === 0 ? ready.length : Math.max(0, parallel - atWork)
        assert.equal(pushed.length, Math.min(ready.length, room))
      })
    )
  })

  test('a whole rollout, whoever comes and goes: within parallel, and each device is asked once and ends', () => {
    const moves = fc.array(fc.record({ peer: fc.nat(5), kind: fc.constantFrom('toggle', 'end') }), {
      maxLength: 60
    })
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 3 }), (script, parallel) => {
        const rows: RolloutRow[] = Array.from({ length: 6 }, (_, index) => row(`p${index}`))
        const online = new Set<string>()
        const asked: string[] = []
        const turn = (): void => {
          for (const { peer } of nextEffects({ ...PLAN, parallel }, rows, (each) => online.has(each), NOW)) {
            asked.push(peer)
            const index = rows.findIndex((each) => each.peer === peer)
            rows[index] = row(peer, 'accepted')
          }
        }
        for (const { peer, kind } of script) {
          const name = `p${peer}`
          const isAtWork = rows[peer]?.state === 'accepted' && rows[peer].outcome == null
          if (kind === 'end' && isAtWork) rows[peer] = { ...row(name, 'done'), outcome: 'committed' }
          // Those at work stay: what a return of one does to `parallel` is another matter.
          else if (kind === 'toggle' && !online.delete(name)) online.add(name)
          else if (isAtWork) online.add(name)
          turn()
        }
        for (let peer = 0; peer < 6; peer++) online.add(`p${peer}`)
        for (let round = 0; round < 12; round++) {
          turn()
          const index = rows.findIndex(({ state }) => state === 'accepted')
          if (index >= 0) rows[index] = { ...row(`p${index}`, 'done'), outcome: 'committed' }
        }
        assert.equal(rolloutOutcome(false, rows), 'committed')
        assert.deepEqual(asked.toSorted(), ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'])
      })
    )
  })

  test('what is aborted or has expired never pushes', () => {
    fc.assert(
      fc.property(rowsOf, fc.boolean(), (rows, aborted) => {
        const plan = { ...PLAN, aborted, expires: aborted ? NOW + 9 : NOW }
        const effects = nextEffects(plan, rows, () => true, NOW)
        assert.ok(effects.every(({ kind }) => kind === 'end'))
        assert.equal(effects.length, rows.filter(({ state }) => state === 'waiting').length)
      })
    )
  })
})
