import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { test } from 'vitest'
import { UdpReturn } from '../../src/services/udp-return.ts'
import { SimClock } from '../sim/clock.ts'

const HOUR_MS = 3_600_000

/** Two links, both over TCP at first; `passes` says whether a datagram is answered at a time. */
function links(passes: (now: number) => boolean, comesBack: 'quic' | 'tcp') {
  const clock = new SimClock(0)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is looked at
  const link = (name: string): Connection => ({ remotePeer: { toString: () => name } }) as Connection
  let open = [link('first'), link('second')]
  const asked: [string, number][] = []
  const left: [string, number][] = []
  const udp = new UdpReturn({
    clock,
    links: () => open,
    probe: async (peer, signal) => {
      asked.push([peer, clock.now()])
      if (!passes(clock.now())) await clock.sleep(HOUR_MS, signal)
    },
    leave: (connection) => {
      left.push([connection.remotePeer.toString(), clock.now()])
      if (comesBack === 'quic') open = open.filter((each) => each !== connection)
      udp.look()
    }
  })
  udp.start()
  return { clock, udp, asked, left }
}

test('it asks ever more seldom, and leaves one link after the other when an answer comes', async () => {
  const { clock, udp, asked, left } = links((now) => now >= HOUR_MS, 'quic')
  await clock.run(HOUR_MS)
  const before = asked.length
  assert.ok(before <= 2 * 65, `${before} questions in an hour`)
  assert.equal(left.length, 0)
  await clock.run(2 * HOUR_MS)
  assert.deepEqual(
    left.map(([name]) => name),
    ['first', 'second']
  )
  const [first = 0, second = 0] = left.map(([, at]) => at - HOUR_MS)
  assert.ok(first <= 70_000 && second - first === 5_000, `${first} ${second}`)
  assert.ok(asked.length - before <= 4, 'over QUIC nothing is asked')
  await udp.stop()
})

test('a link that comes back over TCP stays for a while', async () => {
  const { clock, udp, left } = links(() => true, 'tcp')
  await clock.run(HOUR_MS)
  assert.ok(left.length >= 4 && left.length <= 2 * 6, `${left.length} times left in an hour`)
  await udp.stop()
})
