// Webhooks: signed, kept until delivered, and one that hangs holds up nothing.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import type { Receiver } from '../../src/services/coordinator/alarms.ts'
import { Alarms } from '../../src/services/coordinator/alarms.ts'
import { DELIVERIES_PER_URL_MAX } from '../../src/state/alarms.ts'
import type { CoordinatorState } from '../../src/state/coordinator.ts'
import { memberOf, NOW, withState } from '../state/coordinator-fixture.ts'

const SECRET = 'a secret of some length'
const to = (url: string, events?: Receiver['events']): Receiver => ({ url, secret: SECRET, events })
/** Stands still: nothing becomes due by itself. */
const clock: Clock = {
  now: () => NOW,
  sleep: async (_, signal) => {
    if (signal.aborted) return
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
}

interface Posted {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** Alarms whose posts are answered by `answer`. */
function start(
  state: CoordinatorState,
  receivers: readonly Receiver[],
  answer: (posted: Posted, signal: AbortSignal) => Promise<number>
): Alarms {
  return new Alarms({
    fleet: 'f',
    state,
    presence: { contact: () => undefined },
    clock,
    limits: { silentMs: 60_000, certificateMs: 86_400_000, reserveBytes: 0 },
    self: { peer: 'h', name: 'hub' },
    freeBytes: async () => 1,
    receivers,
    post: async (url, headers, body, signal) => await answer({ url, headers, body }, signal),
    onLog: () => undefined
  })
}

/** A member whose certificate ends within the day: one alarm. */
async function withAlarm(work: (state: CoordinatorState) => Promise<void>): Promise<void> {
  await withState(async (state) => {
    const entry = { member: memberOf('robot'), digest: new Uint8Array(1), bundle: new Uint8Array(1) }
    await state.putMember(entry, { actor: 'a', at: NOW })
    await work(state)
  })
}

test('a receiver gets the alarm once, signed', async () => {
  await withAlarm(async (state) => {
    const got = Promise.withResolvers<Posted>()
    let count = 0
    const answer = async (posted: Posted): Promise<number> => {
      count++
      got.resolve(posted)
      return 204
    }
    const first = start(state, [to('https://a.example/hook')], answer)
    const { headers, body } = await got.promise
    await first.stop()
    const at = NOW / 1000
    const mac = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')
    assert.equal(headers['shoal-signature'], `t=${at},v1=${mac}`)
    assert.equal(headers['shoal-event'], 'certificate_expiring')
    const { event, subject, fleet } = JSON.parse(body)
    assert.deepEqual([event, subject, fleet], ['certificate_expiring', 'robot', 'f'])
    // Delivered, and after a restart the same occasion is no news.
    assert.equal(await state.nextDelivery('https://a.example/hook'), undefined)
    const looked = Promise.withResolvers<void>()
    const watched = { ...state, haltedRollouts: async () => (looked.resolve(), await state.haltedRollouts()) }
    const second = start(watched, [to('https://a.example/hook')], answer)
    await looked.promise
    await second.stop()
    assert.equal(count, 1)
  })
})

test('one that hangs holds up neither the others nor the end, and gets its alarm after a restart', async () => {
  await withAlarm(async (state) => {
    const hanging = Promise.withResolvers<void>()
    const other = Promise.withResolvers<void>()
    const alarms = start(state, [to('http://hangs/'), to('http://works/')], async ({ url }, signal) => {
      if (url === 'http://works/') {
        other.resolve()
        return 200
      }
      hanging.resolve()
      return await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      )
    })
    await Promise.all([hanging.promise, other.promise])
    await alarms.stop()
    assert.equal((await state.nextDelivery('http://hangs/'))?.attempts, 0)
    const late = Promise.withResolvers<void>()
    const again = start(state, [to('http://hangs/')], async () => {
      late.resolve()
      return 200
    })
    await late.promise
    await again.stop()
  })
})

test('a refusal is tried again later; who is not named any more is forgotten', async () => {
  await withAlarm(async (state) => {
    const postponed = Promise.withResolvers<void>()
    const watched = {
      ...state,
      postponeDelivery: async (id: number, nextAt: number) => {
        await state.postponeDelivery(id, nextAt)
        postponed.resolve()
      }
    }
    const alarms = start(watched, [to('http://a/')], async () => 500)
    await postponed.promise
    await alarms.stop()
    const waiting = await state.nextDelivery('http://a/')
    assert.deepEqual([waiting?.attempts, waiting?.nextAt], [1, NOW + 5_000])
    await state.keepReceivers(['http://b/'])
    assert.equal(await state.nextDelivery('http://a/'), undefined)
  })
})

test('a receiver gets only the events that it asked for', async () => {
  await withAlarm(async (state) => {
    const all = Promise.withResolvers<void>()
    const urls: string[] = []
    const receivers = [to('http://some/', ['device_silent']), to('http://all/')]
    const alarms = start(state, receivers, async ({ url }) => {
      urls.push(url)
      all.resolve()
      return 200
    })
    await all.promise
    await alarms.stop()
    assert.deepEqual(urls, ['http://all/'])
    assert.equal(await state.nextDelivery('http://some/'), undefined)
  })
})

test('what waits for one receiver has a limit: the oldest go', async () => {
  await withState(async (state) => {
    for (let n = 0; n < DELIVERIES_PER_URL_MAX + 2; n++) {
      await state.raiseAlarm({ key: `k${n}`, event: 'e', body: String(n) }, ['http://a/'], NOW)
    }
    assert.equal((await state.nextDelivery('http://a/'))?.body, '2')
  })
})
