// What a member may send that is all elements and no content: nothing that a coordinator speaks may stall or grow by it.
import assert from 'node:assert/strict'
import type { Connection, Stream } from '@libp2p/interface'
import { afterAll, beforeAll, test } from 'vitest'
import { pingConnection } from '../../src/node/ping.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, soon } from '../support/fleet.ts'
import { strangersGetNothing } from '../support/strangers.ts'

const MIB = 1_048_576
const FRAMES = 16
/** The event loop of both sides turns at least so often while the frames come; a stall of seconds has no turn at all. */
const TURN_MS = 10
const GROWTH_BYTES_MAX = 96 * MIB

let fleet: TestFleet
let hub: TestNode<Record<never, never>>
let robot: TestNode<Record<never, never>>
let connection: Connection
beforeAll(async () => {
  fleet = createFleet()
  hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  robot = await fleet.node({ name: 'robot', role: 'device', listen: [] })
  connection = (await robot.membership.connect(hub.addresses, soon())).connection
})
afterAll(async () => {
  for (const each of [robot, hub]) await each[Symbol.asyncDispose]()
  fleet[Symbol.dispose]()
})

/** A message of `bytes` that repeats one empty field, behind its length. */
function elements(bytes: number, field: number): Uint8Array {
  const content = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at += 2) content[at] = field * 8 + 2
  const length: number[] = []
  let rest = bytes
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...length, rest]), content])
}

/** Sends a frame; resolves with whether the other end cut the stream instead of answering. */
async function send(protocol: string, frame: Uint8Array): Promise<'cut' | 'answered'> {
  let stream: Stream | undefined
  try {
    stream = await connection.newStream(protocol, { signal: soon() })
    let answered = 0
    stream.addEventListener('message', ({ data }) => (answered += data.byteLength))
    const over = new Promise((resolve) => stream?.addEventListener('close', resolve, { once: true }))
    stream.send(frame)
    await Promise.all([over, stream.close({ signal: soon() }).catch(() => undefined)])
    return stream.status === 'reset' || stream.status === 'aborted' || answered === 0 ? 'cut' : 'answered'
  } catch {
    return 'cut'
  }
}

const protocols = (): string[] => hub.node.libp2p.getProtocols()
const named = (end: string): string => protocols().find((id) => id.endsWith(end)) ?? assert.fail(end)

test.each([
  ['/kad/1.0.0', 8],
  ['/kad/1.0.0', 9],
  ['/hop', 2],
  ['/hop', 3],
  ['/id/push/1.0.0', 2],
  ['/id/push/1.0.0', 3]
])('frames of %s that are all elements of field %d are refused unread', async (end, field) => {
  const protocol = named(end)
  let turns = 0
  const turning = setInterval(() => turns++, TURN_MS)
  const before = process.memoryUsage().rss
  for (let i = 0; i < FRAMES; i++) assert.equal(await send(protocol, elements(2 * MIB, field)), 'cut')
  clearInterval(turning)
  const grown = process.memoryUsage().rss - before
  assert.ok(turns > 0, 'the event loop turned')
  assert.ok(grown < GROWTH_BYTES_MAX, `${FRAMES} frames cost ${Math.round(grown / MIB)} MiB`)
  assert.ok((await pingConnection(connection, soon())) >= 0, 'the connection lives')
  assert.equal(hub.node.admission.member(robot.node.peer)?.name, 'robot')
})

test('a hundred strangers get nothing, and cost nothing that stays', async () => {
  await strangersGetNothing(100)
})
