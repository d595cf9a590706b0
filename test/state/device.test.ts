import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { NotFoundError } from '../../src/base/errors.ts'
import type { Activation } from '../../src/model/activation.ts'
import { orderFault } from '../../src/model/offer.ts'
import type { DeviceState } from '../../src/state/device.ts'
import { createDeviceState, openDeviceDatabase } from '../../src/state/device.ts'
import type { Commit } from '../../src/state/floor.ts'
import { ROLLED_BACK_MAX } from '../../src/state/floor.ts'
import { ACTIVATIONS_ENDED_MAX, STEPS_PER_ACTIVATION_MAX } from '../../src/state/journal.ts'
import { OUTBOX_LINES_MAX } from '../../src/state/outbox.ts'

const NOW = 1_800_000_000_000

async function withState(work: (state: DeviceState) => Promise<void>): Promise<void> {
  await using db = await openDeviceDatabase(':memory:')
  await work(createDeviceState(db))
}

const row = (number: number, changes: Partial<Activation> = {}): Activation => ({
  rollout: `o-${number}`,
  release: `r-${number}`,
  version: `v${number}`,
  channel: 'main',
  action: 'switch',
  toplevel: `/nix/store/${number}`,
  previous: '',
  step: 'accepted',
  outcome: null,
  bootId: '',
  error: null,
  startedAt: NOW,
  endedAt: null,
  attempts: 0,
  bytesReceived: 0,
  generation: 0,
  ...changes
})

const documents = (number: number) => ({
  offer: Uint8Array.of(1, number),
  release: Uint8Array.of(2, number)
})

const put = async (state: DeviceState, number: number): Promise<boolean> =>
  await state.putActivation(row(number), documents(number))

const end = (number: number, changes: Partial<Commit> = {}): Commit => ({
  outcome: 'committed',
  error: null,
  generation: 7,
  bytesReceived: 99,
  endedAt: NOW + 10,
  offerCounter: number,
  release: {
    id: `r-${number}`,
    channel: 'main',
    counter: number,
    version: `v${number}`,
    toplevel: `/nix/store/${number}`
  },
  ...changes
})

test('an offer is taken on once and kept as it came', async () => {
  await withState(async (state) => {
    assert.equal(await put(state, 1), true)
    assert.equal(await state.putActivation(row(1, { version: 'other' }), documents(9)), false)
    assert.deepEqual(await state.activation('o-1'), row(1))
    assert.deepEqual(await state.bundle('o-1'), documents(1))
    assert.deepEqual(await state.activationByOffer(documents(1).offer), row(1))
    assert.equal(await state.activationByOffer(documents(9).offer), undefined)
    await assert.rejects(state.bundle('o-2'), NotFoundError)
  })
})

test('a row changes until it has an outcome, and never after it', async () => {
  await withState(async (state) => {
    await put(state, 1)
    const error = { code: 'disk_full', message: 'no room' }
    const changes = { step: 'trying', bootId: 'boot', error, attempts: 2 } as const
    assert.equal(await state.updateActivation('o-1', changes), true)
    assert.equal(await state.updateActivation('o-1', { bytesReceived: 5 }), true)
    assert.deepEqual(await state.activation('o-1'), row(1, { ...changes, bytesReceived: 5 }))
    assert.equal(await state.updateActivation('o-1', { error: null, outcome: 'superseded' }), true)
    const ended = await state.activation('o-1')
    assert.deepEqual(ended, row(1, { ...changes, bytesReceived: 5, error: null, outcome: 'superseded' }))
    assert.equal(await state.updateActivation('o-1', { outcome: 'failed' }), false)
    assert.equal(await state.updateActivation('o-1', { outcome: null }), false)
    assert.equal(await state.commit('o-1', end(1)), false)
    assert.deepEqual(await state.activation('o-1'), ended)
    assert.deepEqual(await state.floor(), { offerCounter: 0, releaseCounters: {} })
    assert.equal(await state.updateActivation('o-2', { outcome: 'failed' }), false)
  })
})

const rollouts = (rows: readonly Activation[]): string[] => rows.map(({ rollout }) => rollout)

test('rows are told in the order in which they were taken on, also when the clock jumps', async () => {
  await withState(async (state) => {
    for (const number of [3, 1, 2]) {
      await state.putActivation(row(number, { startedAt: NOW - number }), documents(number))
    }
    assert.deepEqual(rollouts(await state.unfinished()), ['o-3', 'o-1', 'o-2'])
    await state.updateActivation('o-1', { outcome: 'superseded' })
    assert.deepEqual(rollouts(await state.unfinished()), ['o-3', 'o-2'])
    assert.deepEqual(rollouts(await state.recent(2)), ['o-2', 'o-1'])
  })
})

test('old ended rows go, unfinished ones stay', async () => {
  await withState(async (state) => {
    await put(state, 0)
    for (let number = 1; number <= ACTIVATIONS_ENDED_MAX + 3; number++) {
      await put(state, number)
      await state.addStep(`o-${number}`, { step: 'accepted', at: NOW })
      await state.updateActivation(`o-${number}`, { outcome: 'superseded' })
    }
    await put(state, 99)
    assert.ok(await state.activation('o-0'))
    assert.equal(await state.activation('o-3'), undefined)
    assert.ok(await state.activation('o-4'))
    assert.equal((await state.recent(1000)).length, ACTIVATIONS_ENDED_MAX + 2)
  })
})

test('the timeline tells how long each step took', async () => {
  await withState(async (state) => {
    await put(state, 1)
    await state.addStep('o-1', { step: 'accepted', at: NOW })
    await state.addStep('o-1', { step: 'fetching', at: NOW + 5, detail: '3 paths' })
    const steps = async () => (await state.activationReport('o-1'))?.steps.map((step) => [step.step, step.ms])
    assert.deepEqual(await steps(), [
      ['accepted', 5],
      ['fetching', 0]
    ])
    await state.commit('o-1', end(1))
    assert.deepEqual(await state.activationReport('o-1'), {
      rollout: 'o-1',
      release: 'r-1',
      step: 'accepted',
      outcome: 'committed',
      error: null,
      bytesReceived: 99,
      generation: 7,
      startedAtMs: NOW,
      endedAtMs: NOW + 10,
      steps: [
        { step: 'accepted', atMs: NOW, ms: 5, detail: '' },
        { step: 'fetching', atMs: NOW + 5, ms: 5, detail: '3 paths' }
      ]
    })
    for (let i = 0; i < STEPS_PER_ACTIVATION_MAX; i++) await state.addStep('o-1', { step: 'health', at: NOW })
    assert.equal((await steps())?.length, STEPS_PER_ACTIVATION_MAX)
    assert.equal((await steps())?.[0]?.[0], 'health')
    assert.equal(await state.activationReport('o-2'), undefined)
  })
})

test('only the form that was acknowledged counts', async () => {
  await withState(async (state) => {
    await put(state, 1)
    const told = async () =>
      (await state.recentForms()).map(({ outcome, acknowledgedForm }) => [outcome, acknowledgedForm])
    assert.deepEqual(await told(), [[null, null]])
    await state.acknowledge('o-1', 'x')
    assert.deepEqual(await told(), [[null, 'x']])
    await state.updateActivation('o-1', { outcome: 'failed' })
    await state.acknowledge('o-1', 'y')
    assert.deepEqual(await told(), [['failed', 'y']])
    await state.forgetAcknowledgements()
    assert.deepEqual(await told(), [['failed', null]])
  })
})

test('a commit ends the row, raises the floor and names the release', async () => {
  await withState(async (state) => {
    assert.deepEqual(await state.floor(), { offerCounter: 0, releaseCounters: {} })
    assert.equal(await state.committed(), undefined)
    await put(state, 4)
    await state.addRolledBack('r-4')
    assert.equal(await state.commit('o-4', end(4)), true)
    assert.equal(await state.commit('o-4', end(4, { offerCounter: 50 })), false)
    assert.deepEqual(await state.floor(), { offerCounter: 4, releaseCounters: { main: 4 } })
    assert.deepEqual(await state.committed(), {
      release: 'r-4',
      version: 'v4',
      toplevel: '/nix/store/4',
      channel: 'main'
    })
    assert.deepEqual(await state.rolledBack(), new Set())
    const { outcome, generation, bytesReceived, endedAt } = (await state.activation('o-4')) ?? row(0)
    assert.deepEqual([outcome, generation, bytesReceived, endedAt], ['committed', 7, 99, NOW + 10])

    await put(state, 5)
    await state.commit('o-5', end(5, { release: null }))
    assert.deepEqual(await state.floor(), { offerCounter: 5, releaseCounters: { main: 4 } })
    assert.equal((await state.committed())?.release, 'r-4')
  })
})

test('after an ordered rollback the older release is the ground, and old offers stay old', async () => {
  await withState(async (state) => {
    const older = { id: 'r-1', channel: 'main', counter: 1, version: 'v1', toplevel: '/nix/store/1' }
    for (const number of [2, 3]) await put(state, number)
    await state.commit('o-2', end(2))
    await state.commit('o-3', end(3, { release: older }))
    const floor = await state.floor()
    assert.deepEqual(floor, { offerCounter: 3, releaseCounters: { main: 1 } })
    const again = { kind: 'update', again: false } as const
    assert.equal(orderFault({ ...again, counter: 4 }, older, floor, new Set()), undefined)
    assert.equal(orderFault({ ...again, counter: 3 }, older, floor, new Set()), 'offer_old')
  })
})

test('the newest rolled back releases are remembered', async () => {
  await withState(async (state) => {
    for (let i = 0; i <= ROLLED_BACK_MAX; i++) await state.addRolledBack(`r-${i}`)
    await state.addRolledBack('r-1')
    const held = await state.rolledBack()
    assert.equal(held.size, ROLLED_BACK_MAX)
    assert.deepEqual(
      [held.has('r-0'), held.has('r-1'), held.has(`r-${ROLLED_BACK_MAX}`)],
      [false, true, true]
    )
  })
})

type Turn = { lines: number } | { ack: number }

async function outboxInTurn(turns: readonly Turn[]): Promise<void> {
  await withState(async (state) => {
    let waiting: { number: number; text: string }[] = []
    let last = 0
    let written = 0
    for (const turn of turns) {
      if ('lines' in turn) {
        const texts = Array.from({ length: turn.lines }, () => `line ${written++}`)
        const lines = texts.map((text) => ({ rollout: null, at: NOW, text }))
        const before = last
        last = await state.appendLog(lines)
        if (before > 0) assert.equal(last, before + texts.length)
        waiting.push(...texts.map((text, i) => ({ number: last - texts.length + 1 + i, text })))
      } else {
        const upTo = waiting[Math.min(turn.ack, waiting.length - 1)]?.number ?? last
        await state.ackLogs(upTo)
        waiting = waiting.filter(({ number }) => number > upTo)
      }
      const pending = await state.pendingLogs(1000)
      assert.deepEqual(
        pending.map(({ number, text }) => ({ number, text })),
        waiting
      )
    }
  })
}

test('lines wait in order until they are acknowledged, and no number is given twice', async () => {
  const turn = fc.oneof(
    fc.record({ lines: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ ack: fc.integer({ min: 0, max: 6 }) })
  )
  await fc.assert(fc.asyncProperty(fc.array(turn, { maxLength: 15 }), outboxInTurn), { numRuns: 40 })
})

test('the outbox is bounded, and so is a line', async () => {
  await withState(async (state) => {
    const lines = Array.from({ length: OUTBOX_LINES_MAX + 5 }, (_, i) => ({
      rollout: 'o-1',
      at: NOW,
      text: `${i} `.padEnd(5000, 'x')
    }))
    await state.appendLog(lines)
    const [first, ...rest] = await state.pendingLogs(2 * OUTBOX_LINES_MAX)
    assert.equal(rest.length, OUTBOX_LINES_MAX - 1)
    assert.equal(first?.text, '5 '.padEnd(4096, 'x'))
    assert.equal((await state.pendingLogs(3)).length, 3)
  })
})
