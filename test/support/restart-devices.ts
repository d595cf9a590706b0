/**
 * Many devices in one process, each a node of its own with the links of a daemon: `node restart-devices.ts DIR COUNT`, with a
 * ticket on stdin. Prints a line with the number of a device whenever it has a link that a coordinator acknowledged.
 */

import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { systemClock } from '../../src/base/clock.ts'
import { openGround } from '../../src/daemon/runtime.ts'
import { createFollower } from '../../src/roles/follower.ts'
import { joinFleet } from '../../src/services/admin/fleet.ts'

const [dir = '', count = '0', prefix = 'device'] = process.argv.slice(2)
const ticket = await text(process.stdin)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

async function run(number: number): Promise<void> {
  const home = join(dir, `${prefix}-${number}`)
  await joinFleet(home, { ticket, name: `${prefix}-${number}`, sshKey: undefined }, Date.now())
  const ground = await openGround(home, { isQuiet: true, listen: ['/ip4/0.0.0.0/udp/0/quic-v1'] })
  await using stack = ground.stack
  const link = createFollower({
    clock: systemClock,
    keeper: ground.keeper,
    status: ground.node.protocols.status,
    connect: async (signal) => await ground.connect(signal),
    onFleet: () => undefined,
    onLog: () => undefined
  })
  stack.defer(async () => await link.stop())
  await ground.start()
  link.start()
  let last: unknown
  for await (const _ of link.follow(stop.signal)) {
    if (link.connection == null || link.connection === last) continue
    last = link.connection
    process.stdout.write(`${number}\n`)
  }
}

await Promise.all(Array.from({ length: Number(count) }, async (_, number) => await run(number)))
