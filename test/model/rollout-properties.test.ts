// Whatever devices and people do: what a rollout promises holds at every step.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { RolloutRow } from '../../src/model/rollout.ts'
import { AWAY_SECONDS_MAX } from '../../src/model/rollout.ts'
import type { RolloutPlan } from '../../src/model/rollout-plan.ts'
import { failuresBorne, waveSizes } from '../../src/model/rollout-plan.ts'
import { Fleet } from './rollout-fleet.ts'

const size = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ percent: fc.integer({ min: 1, max: 100 }) })
)
const plans: fc.Arbitrary<Partial<RolloutPlan>> = fc.record({
  parallel: fc.integer({ min: 0, max: 4 }),
  canary: fc.option(size, { nil: null }),
  waves: fc.array(size, { maxLength: 3 }),
  soakSeconds: fc.constantFrom(0, 30),
  maxFailures: fc.option(
    fc.oneof(fc.record({ count: fc.nat(3) }), fc.record({ percent: fc.integer({ min: 0, max: 50 }) })),
    { nil: null }
  )
})
const moves = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('toggle', 'begin', 'defer', 'again'), peer: fc.nat(9) }),
    fc.record({
      kind: fc.constant('end'),
      peer: fc.nat(9),
      outcome: fc.constantFrom('committed', 'committed', 'degraded', 'rolled-back', 'failed')
    }),
    fc.record({ kind: fc.constantFrom('pause', 'resume', 'join') }),
    fc.record({ kind: fc.constant('wait'), seconds: fc.constantFrom(1, 30, AWAY_SECONDS_MAX) })
  ),
  { maxLength: 80 }
)
type Move = { kind: string; peer?: number; outcome?: string; seconds?: number }

/** At work on an offer, as far as the coordinator knows. */
const isOut = (row: RolloutRow | undefined): row is RolloutRow =>
  row != null && row.state === 'accepted' && (row.outcome == null || row.outcome === 'deferred')

function play(fleet: Fleet, move: Move): void {
  const peer = `p${move.peer ?? 0}`
  const row = fleet.rows.get(peer)
  switch (move.kind) {
    case 'toggle':
      if (fleet.isHere(peer)) fleet.leave(peer)
      else fleet.come(peer)
      return
    case 'begin':
      if (isOut(row)) fleet.set(peer, { hasBegun: true })
      return
    case 'defer':
      if (isOut(row) && !row.hasBegun)
        fleet.set(peer, { state: 'waiting', outcome: 'deferred', wave: null, askAfter: fleet.now + 10 })
      return
    case 'again':
      if (isOut(row)) fleet.set(peer, { state: 'waiting' })
      return
    case 'end':
      if (isOut(row)) fleet.end(peer, move.outcome as 'committed')
      return
    case 'join':
      if (!fleet.rows.has('late')) fleet.join('late')
      return
    case 'wait':
      fleet.wait(move.seconds ?? 0)
      return
    default:
      fleet.command(move.kind as 'pause')
  }
}

const failed = (rows: readonly RolloutRow[]): number =>
  rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'rolled-back').length

/** One turn with everything that must hold around it. */
function checkedTurn(fleet: Fleet): string[] {
  const before = new Map(fleet.rows)
  const phase = fleet.progress.phase
  const pushed = fleet.turn()
  const rows = [...fleet.rows.values()]
  const fresh = pushed.filter((peer) => before.get(peer)?.wave == null)
  if (phase !== 'running') assert.deepEqual(pushed, [], `nothing is offered while ${phase}`)
  assert.ok(
    pushed.every((peer) => fleet.isHere(peer)),
    'nobody who is away is asked'
  )
  if (fresh.length === 0) return pushed
  const total = rows.filter(({ isLate }) => !isLate).length
  const sizes = waveSizes(fleet.plan, total)
  const { wave, forgiven, waived } = fleet.progress
  const atWork = rows.filter((row) => row.wave != null && row.outcome == null && fleet.isHere(row.peer))
  if (fleet.plan.parallel > 0) assert.ok(atWork.length <= fleet.plan.parallel, 'within parallel')
  const open = rows.filter((row) => row.wave === wave && row.outcome == null && fleet.isHere(row.peer))
  assert.ok(open.length <= (sizes[wave] ?? Number.POSITIVE_INFINITY), 'within the wave')
  assert.ok(failed(rows) - forgiven <= failuresBorne(fleet.plan, total), 'not past the limit of failures')
  for (let earlier = 0; earlier < wave; earlier++) {
    const members = rows.filter((row) => row.wave === earlier)
    const isWell = members.some(({ outcome }) => outcome === 'committed' || outcome === 'degraded')
    assert.ok(isWell || waived >= earlier, 'not past a gate that nobody vouched for')
  }
  return pushed
}

test('never past wave, parallel, gate or limit; nothing while paused or halted', () => {
  fc.assert(
    fc.property(plans, moves, (plan, script) => {
      const fleet = new Fleet({ devices: 10, plan })
      for (const move of script) {
        play(fleet, move)
        checkedTurn(fleet)
      }
    }),
    { numRuns: 500 }
  )
})

test('a gate opens only once every device of its wave has ended or is given up', () => {
  fc.assert(
    fc.property(plans, moves, (plan, script) => {
      const fleet = new Fleet({ devices: 10, plan })
      const goneSince = new Map<string, number>()
      for (const move of script) {
        play(fleet, move)
        for (const { peer } of fleet.rows.values()) {
          if (fleet.isHere(peer)) goneSince.delete(peer)
          else if (!goneSince.has(peer)) goneSince.set(peer, fleet.now)
        }
        const { wave } = fleet.progress
        checkedTurn(fleet)
        if (fleet.progress.wave === wave) continue
        for (const row of fleet.rows.values()) {
          if (row.wave == null || row.wave >= fleet.progress.wave || row.outcome != null) continue
          const away = fleet.now - (goneSince.get(row.peer) ?? fleet.now)
          // It came back after its place was given up, or is away for so long.
          assert.ok(away >= AWAY_SECONDS_MAX || row.wave < wave, `${row.peer} is at work`)
        }
      }
    }),
    { numRuns: 500 }
  )
})

test('aborting is final', () => {
  fc.assert(
    fc.property(plans, moves, moves, (plan, before, after) => {
      const fleet = new Fleet({ devices: 10, plan })
      for (const move of before) {
        play(fleet, move)
        fleet.turn()
      }
      if (!fleet.command('abort')) return
      for (const move of after) {
        play(fleet, move)
        assert.deepEqual(fleet.turn(), [])
        assert.equal(fleet.outcome, 'aborted')
      }
    })
  )
})

test('whatever happened, once all are there and well, and somebody resumes, it ends with everybody asked', () => {
  fc.assert(
    fc.property(plans, moves, (plan, script) => {
      const fleet = new Fleet({ devices: 10, plan })
      for (const move of script) {
        play(fleet, move)
        fleet.turn()
      }
      for (let round = 0; round < 60 && fleet.progress.phase !== 'done'; round++) {
        fleet.command('resume')
        for (const row of fleet.rows.values()) {
          fleet.come(row.peer)
          if (isOut(row)) fleet.end(row.peer, 'committed')
        }
        fleet.turn()
        fleet.wait(60)
      }
      assert.equal(fleet.progress.phase, 'done')
      assert.ok([...fleet.rows.values()].every(({ wave, outcome }) => wave != null && outcome != null))
    })
  )
})

test('devices that are away change nothing for the others', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 9 }), (plan, awayCount) => {
      // The sizes of waves are shares of everybody; numbers are the same for few and many.
      const counts = { ...plan, canary: null, waves: [{ count: 2 }], maxFailures: { count: 0 } }
      const away = Array.from({ length: awayCount }, (_, index) => `p${index}`)
      const fleet = new Fleet({ devices: 10, plan: counts, away })
      const asked: string[] = []
      for (let round = 0; round < 60; round++) {
        for (const peer of fleet.turn()) {
          asked.push(peer)
          fleet.end(peer, 'committed')
        }
        fleet.wait(60)
      }
      assert.equal(asked.length, 10 - awayCount)
      assert.equal(fleet.progress.phase, 'running')
    })
  )
})
