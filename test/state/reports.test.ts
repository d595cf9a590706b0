import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ActivationReport } from '../../src/model/report.ts'
import { EMPTY_REPORT } from '../../src/model/report.ts'
import type { CoordinatorState } from '../../src/state/coordinator.ts'
import { ACTIVATIONS_PER_PEER_MAX, LOG_LINES_PER_PEER_MAX } from '../../src/state/reports.ts'
import { NOW, withState } from './coordinator-fixture.ts'

const activation = (number: number): ActivationReport => ({
  rollout: `o-${number}`,
  release: 'r',
  step: 'fetching',
  outcome: null,
  error: null,
  bytesReceived: 0,
  generation: 0,
  startedAtMs: NOW + number,
  endedAtMs: null,
  steps: []
})

const line = (number: number, rollout: string | null = null) => ({
  number,
  rollout,
  at: NOW + number,
  text: `line ${number}`
})

test('facts by name are set and replaced', async () => {
  await withState(async (state) => {
    assert.equal(await state.getMeta('a'), undefined)
    await state.setMeta('a', Uint8Array.of(0, 255))
    assert.deepEqual(await state.getMeta('a'), Uint8Array.of(0, 255))
    await state.setMeta('a', 'é')
    assert.equal(await state.getMetaText('a'), 'é')
  })
})

test('the last report of each device is kept', async () => {
  await withState(async (state) => {
    const entry = { peer: 'a', report: { ...EMPTY_REPORT, system: 'x' }, seq: 1, reportedAt: NOW }
    await state.putReport(entry)
    await state.putReport({ ...entry, seq: 2 })
    await state.putReport({ ...entry, peer: 'b' })
    assert.deepEqual(await state.report('a'), { ...entry, seq: 2 })
    assert.equal(await state.report('c'), undefined)
    assert.deepEqual(
      (await state.reports()).map(({ peer, seq }) => [peer, seq]),
      [
        ['a', 2],
        ['b', 1]
      ]
    )
  })
})

test('the last activations of each device are kept', async () => {
  await withState(async (state) => {
    await state.putActivation('b', activation(0), NOW)
    for (let i = 0; i < ACTIVATIONS_PER_PEER_MAX + 5; i++) await state.putActivation('a', activation(i), NOW)
    const newest = ACTIVATIONS_PER_PEER_MAX + 4
    const ended: ActivationReport = { ...activation(newest), outcome: 'committed', endedAtMs: NOW + 99 }
    await state.putActivation('a', ended, NOW)
    assert.deepEqual(await state.activations('a', 2), [ended, activation(newest - 1)])
    assert.equal((await state.activations('a', 1000)).length, ACTIVATIONS_PER_PEER_MAX)
    assert.equal((await state.activations('b', 1000)).length, 1)
  })
})

test('log lines come twice and stand once, and are found by every question', async () => {
  await withState(async (state) => {
    await state.appendLog('a', [])
    await state.appendLog('a', [line(1), line(2, 'o-1')])
    await state.appendLog('a', [line(2), line(3, 'o-1'), { ...line(4), text: 'x'.repeat(5000) }])
    await state.appendLog('b', [line(1, 'o-1')])
    const found = async (query: Omit<Parameters<CoordinatorState['logs']>[0], 'limit'>, limit = 100) =>
      (await state.logs({ ...query, limit })).map(({ peer, number }) => `${peer}${number}`)
    assert.deepEqual(await found({}), ['a1', 'a2', 'a3', 'a4', 'b1'])
    assert.deepEqual(await found({ peer: 'a' }, 2), ['a3', 'a4'])
    assert.deepEqual(await found({ rollout: 'o-1' }), ['a2', 'a3', 'b1'])
    assert.deepEqual(await found({ sinceMs: NOW + 3 }), ['a3', 'a4'])
    const [first] = await state.logs({ afterRowId: 0, limit: 1 })
    assert.deepEqual([first?.text, first?.at, first?.rollout], ['line 1', NOW + 1, null])
    assert.deepEqual(await found({ afterRowId: first?.rowId ?? 0 }, 2), ['a2', 'a3'])
    assert.equal((await state.logs({ peer: 'a', limit: 1 }))[0]?.text.length, 4096)
  })
})

test('of a device that talks too much the last lines stay', async () => {
  await withState(async (state) => {
    await state.appendLog('b', [{ number: 1, rollout: null, at: 1, text: 'quiet' }])
    const lines = Array.from({ length: LOG_LINES_PER_PEER_MAX + 7 }, (_, i) => ({
      number: i * 3,
      rollout: null,
      at: i,
      text: ''
    }))
    await state.appendLog('a', lines)
    const kept = await state.logs({ peer: 'a', afterRowId: 0, limit: 1 })
    assert.equal(kept[0]?.at, 7)
    assert.equal((await state.logs({ peer: 'b', limit: 9 })).length, 1)
  })
})

test('events are read forward from a place, or the last ones', async () => {
  await withState(async (state) => {
    for (let at = 1; at <= 5; at++) {
      await state.appendEvent({ at, type: 'noted', actor: 'me', subject: 's', detail: { at } })
    }
    const all = await state.events({ limit: 10 })
    assert.deepEqual(
      all.map(({ at, detail }) => [at, detail]),
      [1, 2, 3, 4, 5].map((at) => [at, { at }])
    )
    const ids = async (query: { afterId?: number; limit: number }) =>
      (await state.events(query)).map(({ at }) => at)
    assert.deepEqual(await ids({ limit: 2 }), [4, 5])
    assert.deepEqual(await ids({ afterId: all[1]?.id ?? 0, limit: 2 }), [3, 4])
  })
})
