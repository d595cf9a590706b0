import assert from 'node:assert/strict'
import { test } from 'vitest'
import { UnreachableError } from '../../src/base/errors.ts'
import { dialAny } from '../../src/services/dialing.ts'
import { SimClock } from '../sim/clock.ts'

const never = new AbortController().signal
const quic = (host: number): string => `/ip4/25.10.0.${host}/udp/4711/quic-v1`
const tcp = (host: number): string => `/ip4/25.10.0.${host}/tcp/443`

/** Dials where each address answers after its own time, 0: refuses at once, undefined: is silent. */
async function dialed(addresses: readonly string[], answerMs: Readonly<Record<string, number>>) {
  const clock = new SimClock(0)
  const begun: [string, number][] = []
  const dialing = dialAny(addresses, clock, never, async (address, signal) => {
    const name = address.toString()
    begun.push([name, clock.now()])
    const ms = answerMs[name]
    if (ms === 0) throw new UnreachableError('refused', 'refused')
    await clock.sleep(ms ?? 1_000_000, signal)
    return name
  }).then(
    (answer) => ({ answer, atMs: clock.now() }),
    (error: unknown) => ({ answer: String(error), atMs: clock.now() })
  )
  let isOver = false
  void dialing.then(() => (isOver = true))
  await clock.run(2_000_000, () => isOver)
  return { ...(await dialing), begun }
}

test('without UDP the way out is found after one head start, however many QUIC addresses there are', async () => {
  const addresses = [1, 2, 3, 4, 5].flatMap((host) => [quic(host), tcp(host)])
  const { answer, atMs } = await dialed(addresses, { [tcp(1)]: 30, [tcp(2)]: 30 })
  assert.equal(answer, tcp(1))
  assert.equal(atMs, 1_030)
})

test('QUIC that answers within its head start is all that is dialed', async () => {
  const { answer, begun } = await dialed([tcp(1), quic(1), quic(2)], { [tcp(1)]: 5, [quic(1)]: 900 })
  assert.equal(answer, quic(1))
  assert.deepEqual(begun, [[quic(1), 0]])
})

test('one that refuses gives its turn to the next at once', async () => {
  const { answer, begun } = await dialed([quic(1), tcp(1), quic(2), tcp(2)], {
    [quic(1)]: 0,
    [tcp(1)]: 0,
    [quic(2)]: 40
  })
  assert.equal(answer, quic(2))
  assert.deepEqual(begun, [
    [quic(1), 0],
    [quic(2), 0],
    [tcp(1), 0]
  ])
})

test('TCP alone is dialed one after another, and what all said is told', async () => {
  const { answer, begun } = await dialed([tcp(1), tcp(2)], { [tcp(1)]: 0, [tcp(2)]: 0 })
  assert.match(answer, /no address answered: refused; refused/)
  assert.equal(begun.length, 2)
})
