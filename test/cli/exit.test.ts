import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import * as errors from '../../src/base/errors.ts'
import { EXIT, exitCodeOf, exitCodeOfRollout } from '../../src/cli/exit.ts'
import type { Outcome } from '../../src/model/activation.ts'
import { OUTCOMES } from '../../src/model/activation.ts'
import type { RolloutDeviceView } from '../../src/model/control.ts'

test.each([
  [new errors.UsageError('x', ''), 2],
  [new errors.RefusedError('x', ''), 3],
  [new errors.IntegrityError('document_signature', ''), 3],
  [new errors.UnreachableError('x', ''), 4],
  [new errors.NotFoundError('x', ''), 5],
  [new errors.ConflictError('x', ''), 6],
  [new errors.InvalidError('x', ''), 7],
  [new errors.NoRoomError('x', ''), 8],
  [new errors.RefusedError('name_taken', ''), 6],
  [new errors.IntegrityError('store_path_corrupt', ''), 7],
  [Object.assign(new Error('no'), { code: 'EACCES' }), 3],
  [Object.assign(new Error('full'), { code: 'ENOSPC' }), 8],
  [Object.assign(new Error('used'), { code: 'EADDRINUSE' }), 6],
  [Object.assign(new Error('a bug'), { code: 'ERR_INVALID_ARG_TYPE' }), 1],
  [new DOMException('', 'TimeoutError'), 4],
  [new TypeError('a bug'), 1],
  ['thrown text', 1]
])('%s ends with %i', (error, code) => {
  assert.equal(exitCodeOf(error), code)
})

const view = (outcomes: readonly (Outcome | null)[], outcome: 'running' | 'aborted' = 'running') => ({
  outcome,
  devices: outcomes.map((each) => ({ outcome: each }) as RolloutDeviceView)
})

test.each([
  [['committed'], 0],
  [[], 0],
  [['committed', 'superseded'], 13],
  [['deferred', 'degraded'], 12],
  [['degraded', 'rolled-back', null], 10],
  [['rolled-back', 'failed'], 11],
  [[null], 13]
] as const)('a rollout with %j ends with %i', (outcomes, code) => {
  assert.equal(exitCodeOfRollout(view(outcomes)), code)
  assert.equal(exitCodeOfRollout(view(outcomes, 'aborted')), EXIT.halted)
})

test('0 is for what was carried out everywhere, and more devices never make it better', () => {
  const rank = [14, 11, 10, 12, 13, 0]
  const outcomes = fc.array(fc.option(fc.constantFrom(...OUTCOMES)), { maxLength: 6 })
  fc.assert(
    fc.property(outcomes, fc.option(fc.constantFrom(...OUTCOMES)), (some, more) => {
      const code = exitCodeOfRollout(view(some))
      assert.equal(
        code === 0,
        some.every((outcome) => outcome === 'committed')
      )
      assert.ok(rank.indexOf(exitCodeOfRollout(view([...some, more]))) <= rank.indexOf(code))
    })
  )
})
