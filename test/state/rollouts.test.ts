import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ConflictError, InvalidError, NotFoundError } from '../../src/base/errors.ts'
import type { Outcome } from '../../src/model/activation.ts'
import { OUTCOMES } from '../../src/model/activation.ts'
import type { RowState } from '../../src/model/rollout.ts'
import { BEGINNING, ROW_STATES } from '../../src/model/rollout.ts'
import { planOf } from '../../src/model/rollout-plan.ts'
import {
  by,
  bytes,
  code,
  NOW,
  offerOf,
  putRelease,
  putRollout,
  releaseOf,
  types,
  withState
} from './coordinator-fixture.ts'

test('a release is kept once, and its channel only goes up', async () => {
  await withState(async (state) => {
    assert.equal(await state.lastReleaseCounter('main'), 0)
    assert.equal(await putRelease(state, releaseOf('v1', 1)), true)
    assert.equal(await putRelease(state, releaseOf('v1', 1)), false)
    await assert.rejects(
      putRelease(state, releaseOf('v1', 2), '-other'),
      code(ConflictError, 'release_exists')
    )
    await assert.rejects(putRelease(state, releaseOf('v2', 1)), code(ConflictError, 'release_counter'))
    await putRelease(state, releaseOf('v1', 1, 'edge'))
    await putRelease(state, releaseOf('v2', 7))
    assert.equal(await state.lastReleaseCounter('main'), 7)
    assert.deepEqual(await types(state), ['published', 'published', 'published'])
    const found = await state.release('v2')
    const { targets, channel, version, counter, issued } = releaseOf('v2', 7)
    assert.deepEqual(found, {
      id: 'r-main-v2',
      digest: bytes('r-main-v2'),
      bytes: bytes('signed r-main-v2'),
      publishedAt: NOW,
      targets,
      channel,
      version,
      counter,
      issued
    })
    assert.deepEqual(await state.releaseByDigest(bytes('r-main-v2')), found)
    assert.deepEqual(await state.release('r-main-v2'), found)
    assert.deepEqual(await state.release('/nix/store/v2'), found)
    assert.equal(await state.release('v3'), undefined)
    assert.equal(await state.release('/nix/store/v3'), undefined)
    await assert.rejects(state.release('v1'), code(InvalidError, 'release_ambiguous'))
    assert.deepEqual(
      (await state.releases('main')).map(({ id, targets: all }) => [id, all.length]),
      [
        ['r-main-v2', 1],
        ['r-main-v1', 1]
      ]
    )
  })
})

test('a release may have as many targets as the specification allows', async () => {
  await withState(async (state) => {
    const [target] = releaseOf('v1', 1).targets
    assert.ok(target)
    const targets = Array.from({ length: 4096 }, (_, i) => ({ ...target, match: `robot-${i}` }))
    await putRelease(state, { ...releaseOf('v1', 1), targets })
    assert.deepEqual((await state.release('v1'))?.targets, targets)
  })
})

test('a rollout begins with all its devices, in order, and offers only go up', async () => {
  await withState(async (state) => {
    await assert.rejects(putRollout(state, 1, []), code(NotFoundError, 'release_not_found'))
    await putRelease(state, releaseOf('v1', 1))
    const peers = Array.from({ length: 3000 }, (_, i) => `peer-${(i * 7919) % 3000}`)
    assert.equal(await putRollout(state, 5, peers), true)
    assert.equal(await putRollout(state, 5, peers), false)
    await assert.rejects(putRollout(state, 4, ['peer-1']), code(ConflictError, 'offer_counter'))
    assert.equal(await state.lastOfferCounter(), 5)
    assert.deepEqual(
      (await state.rolloutDevices('o-5')).map(({ peer }) => peer),
      peers
    )
    const { release: _, ...facts } = offerOf(5)
    assert.deepEqual(await state.rollout('o-5'), {
      ...facts,
      id: 'o-5',
      bytes: bytes('offer 5'),
      release: 'r-main-v1',
      createdAt: NOW,
      state: 'running',
      plan: planOf(2),
      progress: BEGINNING
    })
    await putRollout(state, 10, ['peer-1'])
    assert.deepEqual(
      (await state.rollouts()).map(({ id }) => id),
      ['o-10', 'o-5']
    )
  })
})

test('only rollouts that may still offer, or have a device that said nothing, are open', async () => {
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    for (const counter of [1, 2, 3]) await putRollout(state, counter, ['a', 'b'])
    const active = async (): Promise<string[]> =>
      (await state.activeRolloutsOf('a')).map(({ rollout, device }) => `${rollout.id} ${device.state}`)
    assert.deepEqual(await active(), ['o-3 waiting', 'o-2 waiting', 'o-1 waiting'])
    await state.setRolloutProgress('o-1', { ...BEGINNING, phase: 'aborted' }, by)
    for (const peer of ['a', 'b']) await state.updateRolloutDevice('o-1', peer, { outcome: 'failed' }, NOW)
    assert.equal((await state.rollout('o-1'))?.state, 'aborted')
    await state.updateRolloutDevice('o-2', 'a', { outcome: 'committed' }, NOW)
    await state.updateRolloutDevice('o-3', 'a', { state: 'offered' }, NOW)
    assert.deepEqual(await active(), ['o-3 offered'])
    assert.deepEqual(
      (await state.openRollouts()).map(({ id }) => id),
      ['o-3', 'o-2']
    )
    await state.setRolloutProgress('o-2', { ...BEGINNING, phase: 'aborted' }, by)
    await state.setRolloutProgress('o-3', { ...BEGINNING, phase: 'halted', reason: 'two failed' }, by)
    assert.deepEqual(
      (await state.openRollouts()).map(({ id }) => id),
      ['o-3', 'o-2'],
      'what an aborted one did is not known of b'
    )
    const newest = await state.newestRolloutOf('a')
    assert.deepEqual([newest?.rollout.id, newest?.device.state], ['o-3', 'offered'])
    assert.equal(await state.newestRolloutOf('nobody'), undefined)
  })
})

test('a device row takes changes and tells whether there were any', async () => {
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    await putRollout(state, 1, ['a'])
    const progress = { step: 'fetching', bytesDone: 5, bytesTotal: 2 ** 40 }
    const changes = { state: 'accepted', startedAt: NOW, bytesReceived: 5, progress } as const
    assert.equal(await state.updateRolloutDevice('o-1', 'a', changes, NOW), true)
    assert.equal(await state.updateRolloutDevice('o-1', 'a', changes, NOW), false)
    assert.equal(await state.updateRolloutDevice('o-1', 'stranger', changes, NOW), false)
    assert.equal(await state.updateRolloutDevice('o-2', 'a', changes, NOW), false)
    const error = { code: 'x', message: 'why' }
    const end = { outcome: 'rolled-back', error, endedAt: NOW, generation: 4, progress: null } as const
    assert.equal(await state.updateRolloutDevice('o-1', 'a', end, NOW), true)
    assert.deepEqual(await state.rolloutDevices('o-1'), [
      {
        peer: 'a',
        ...changes,
        ...end,
        state: 'done',
        startedAt: NOW,
        bytesReceived: 5,
        wave: null,
        isLate: false,
        hasBegun: false,
        askAfter: 0
      }
    ])
    const [, , outcome] = await state.events({ limit: 10 })
    assert.deepEqual([outcome?.type, outcome?.subject, outcome?.at], ['device_outcome', 'a', NOW])
  })
})

test('a device that comes later joins at the end, once', async () => {
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    await putRollout(state, 1, ['a'])
    assert.equal(await state.joinRollout('o-1', 'b', NOW), true)
    assert.equal(await state.joinRollout('o-1', 'b', NOW), false)
    assert.deepEqual(
      (await state.rolloutDevices('o-1')).map(({ peer, isLate, state: row }) => [peer, isLate, row]),
      [
        ['a', false, 'waiting'],
        ['b', true, 'waiting']
      ]
    )
    assert.ok((await types(state)).includes('device_joined'))
  })
})

test("what the coordinator concluded, a device's own word corrects; its own last word stays", async () => {
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    await putRollout(state, 1, ['a'])
    const outcome = async () => (await state.rolloutDevice('o-1', 'a'))?.outcome
    const concluded = { outcome: 'failed', error: { code: 'offer_expired', message: '' } } as const
    await state.updateRolloutDevice('o-1', 'a', concluded, NOW)
    assert.equal(await state.updateRolloutDevice('o-1', 'a', { outcome: 'committed' }, NOW), false)
    await state.updateRolloutDevice('o-1', 'a', { state: 'accepted', outcome: null, error: null }, NOW, true)
    assert.equal(await outcome(), null)
    const stopped = { outcome: 'failed', error: { code: 'rollout_aborted', message: '' } } as const
    await state.updateRolloutDevice('o-1', 'a', stopped, NOW)
    await state.updateRolloutDevice('o-1', 'a', { outcome: null, error: null }, NOW, true)
    assert.equal(await outcome(), 'failed')
    await state.updateRolloutDevice('o-1', 'a', { outcome: 'committed', error: null }, NOW, true)
    assert.equal(await outcome(), 'committed')
    await state.updateRolloutDevice('o-1', 'a', { outcome: 'failed', error: null }, NOW, true)
    assert.equal(await outcome(), 'committed')
  })
})

test('pauses end by themselves, or when they are ended', async () => {
  await withState(async (state) => {
    await state.setPause('a', 100, by)
    await state.setPause('b', 200, by)
    await state.setPause('b', 300, by)
    assert.deepEqual([...(await state.pauses(100))], [['b', 300]])
    await state.setPause('b', null, by)
    assert.equal((await state.pauses(0)).size, 1)
    assert.deepEqual((await types(state)).toSorted(), [
      'device_paused',
      'device_paused',
      'device_paused',
      'device_resumed'
    ])
  })
})

type Reported = { outcome?: Outcome | null; state?: RowState; bytesReceived?: number }

async function reportInTurn(changes: Reported[]): Promise<void> {
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    await putRollout(state, 1, ['a'])
    for (const each of changes) await state.updateRolloutDevice('o-1', 'a', each, NOW)
    const final = changes.find(({ outcome }) => outcome != null && outcome !== 'deferred')?.outcome
    const [row] = await state.rolloutDevices('o-1')
    const recorded = (await state.events({ limit: 99 })).filter(({ type }) => type === 'device_outcome')
    if (final == null) {
      assert.ok(row?.outcome == null || row.outcome === 'deferred')
    } else {
      assert.deepEqual([row?.outcome, row?.state], [final, 'done'])
      assert.equal(recorded.at(-1)?.detail.outcome, final)
    }
  })
}

test('whatever is reported, the first final outcome stays', async () => {
  const change = fc.record(
    {
      outcome: fc.option(fc.constantFrom(...OUTCOMES)),
      state: fc.constantFrom(...ROW_STATES),
      bytesReceived: fc.nat()
    },
    { requiredKeys: [] }
  )
  await fc.assert(fc.asyncProperty(fc.array(change, { maxLength: 8 }), reportInTurn), { numRuns: 60 })
})
