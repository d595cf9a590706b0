import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import { NotFoundError, UnreachableError } from '../../src/base/errors.ts'
import { findMember } from '../../src/services/admin/find.ts'

const signal = AbortSignal.timeout(10_000)
const never = async (_: string, stop: AbortSignal): Promise<never> =>
  await new Promise((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason as Error))
  })
const KNOWN = { name: 'robot', peer: 'p', online: true }
/** A clock whose sleeps are over when `late` says so. */
const clock = (late: Promise<void>): Clock => ({ now: () => 0, sleep: async () => await late })
const atOnce = clock(Promise.resolve())
const notYet = clock(new Promise(() => undefined))

test('a coordinator that answers is believed, and no neighbour is asked', async () => {
  const byName = async (): Promise<never> => await Promise.reject(new Error('not asked for'))
  assert.deepEqual(
    await findMember({ clock: notYet, ask: async () => KNOWN, byName }, 'robot', signal),
    KNOWN
  )
  const unknown = async () => await Promise.reject(new NotFoundError('member_not_found', 'no'))
  await assert.rejects(findMember({ clock: notYet, ask: unknown, byName }, 'robot', signal), {
    code: 'member_not_found'
  })
})

test('where no coordinator is reached, or none answers in time, a neighbour of that name is found', async () => {
  const byName = async (name: string) => ({ name, peer: 'near' })
  const found = { name: 'robot', peer: 'near', online: true }
  const away = async () => await Promise.reject(new UnreachableError('unreachable', 'nobody'))
  assert.deepEqual(await findMember({ clock: notYet, ask: away, byName }, 'robot', signal), found)
  assert.deepEqual(await findMember({ clock: atOnce, ask: never, byName }, 'robot', signal), found)
})

test('when nobody has the name, what the coordinator said is told', async () => {
  const ask = async () => await Promise.reject(new UnreachableError('unreachable', 'nobody'))
  await assert.rejects(findMember({ clock: atOnce, ask, byName: async () => undefined }, 'robot', signal), {
    code: 'unreachable'
  })
})
