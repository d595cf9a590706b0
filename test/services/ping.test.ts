// Which connections a ping takes, with a member whose process may have been another when they were made.
import assert from 'node:assert/strict'
import type { Connection } from '@libp2p/interface'
import { test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { UnreachableError } from '../../src/base/errors.ts'
import type { Ping } from '../../src/model/control.ts'
import type { PingPorts } from '../../src/services/admin/ping.ts'
import { pingMember } from '../../src/services/admin/ping.ts'
import { soon } from '../support/fleet.ts'

interface Way {
  readonly answers: boolean
  isOpen: boolean
  readonly direct?: boolean
  isDoubted?: boolean
}

/** A member with connections, of which the last is the best, and new ones for whoever reaches it. */
function member(held: Way[], fresh: () => Way): PingPorts {
  const connections = new Map<Connection, Way>()
  const add = (way: Way): Connection => {
    const connection = {
      direct: way.direct === true,
      abort: () => {
        way.isOpen = false
      }
    } as unknown as Connection
    connections.set(connection, way)
    return connection
  }
  for (const way of held) add(way)
  const best = (): Connection | undefined => {
    const open = [...connections].filter(([, { isOpen }]) => isOpen)
    return (open.findLast(([, { isDoubted }]) => isDoubted !== true) ?? open.at(-1))?.[0]
  }
  return {
    clock: systemClock,
    find: async (name) => await Promise.resolve({ name, peer: 'robot', online: true }),
    coordinator: async () => await Promise.resolve({ remotePeer: 'hub' } as unknown as Connection),
    near: async () => await Promise.resolve([]),
    lookUp: async () => await Promise.resolve([]),
    paths: {
      best,
      doubt: (connection) => {
        const way = connections.get(connection)
        if (way?.direct === true) way.isDoubted = true
      },
      reach: async () => await Promise.resolve(best() ?? add(fresh())),
      settled: async () => await Promise.resolve(undefined),
      view: () => undefined
    },
    ping: async (connection) => {
      if (connections.get(connection)?.answers === true) return await Promise.resolve(7)
      throw new UnreachableError('silent', 'nothing comes')
    }
  }
}

async function last(ports: PingPorts, count: number): Promise<Ping | undefined> {
  let result: Ping | undefined
  for await (const each of pingMember(ports, 'robot', count, soon())) result = each
  return result
}

test('connections to a process that is gone are closed, and the member is reached anew', async () => {
  const held = [
    { answers: false, isOpen: true },
    { answers: false, isOpen: true }
  ]
  const result = await last(
    member(held, () => ({ answers: true, isOpen: true })),
    2
  )
  assert.deepEqual([result?.sent, result?.received, result?.rttMs], [2, 2, [7, 7]])
  assert.deepEqual(
    held.map(({ isOpen }) => isOpen),
    [false, false]
  )
})

test('a direct connection that does not answer is doubted while there is another, and stays open', async () => {
  const [relayed, direct] = [
    { answers: true, isOpen: true },
    { answers: false, isOpen: true, direct: true, isDoubted: false }
  ]
  const result = await last(
    member([relayed, direct], () => assert.fail('there is another')),
    1
  )
  assert.equal(result?.received, 1)
  assert.deepEqual([direct.isOpen, direct.isDoubted], [true, true])
})

test('a connection that answers stays', async () => {
  const held = [{ answers: true, isOpen: true }]
  const result = await last(
    member(held, () => assert.fail('it is reached already')),
    1
  )
  assert.equal(result?.received, 1)
  assert.equal(held[0]?.isOpen, true)
})

test('a member that answers on no connection cannot be reached', async () => {
  let reached = 0
  const ports = member([], () => {
    reached++
    return { answers: false, isOpen: true }
  })
  await assert.rejects(last(ports, 1), { code: 'device_unreachable' })
  assert.equal(reached, 3)
})
