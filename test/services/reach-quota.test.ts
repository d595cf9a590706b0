// Sessions over a relay whose quota ends: bulk is told so, control passes.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, test } from 'vitest'
import { listenTcp } from '../../src/host/tcp.ts'
import type { Service } from '../../src/protocols/tunnel.ts'
import { CHANNEL } from '../../src/wire/pipe.ts'
import type { Session } from '../../src/wire/session.ts'
import { soon } from '../support/fleet.ts'
import type { ReachWorld } from '../support/reach.ts'
import { createReachWorld } from '../support/reach.ts'

const MIB = 1_048_576
const QUOTA = 6 * MIB

let world: ReachWorld
beforeEach(async () => {
  world = await createReachWorld({ relayBytesPerHour: QUOTA })
  world.ways = ['relay']
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
})

const shell = (pty: boolean, command: string[]): Service => ({
  kind: 'shell',
  command,
  pty,
  term: 'xterm',
  rows: 24,
  columns: 80
})

/** Writes without end and reads what comes back, until the session ends; how much came. */
async function flood(session: Session): Promise<number> {
  const block = new Uint8Array(randomBytes(65_536))
  const write = async (): Promise<void> => {
    while (!session.closed.aborted) await session.write(block, soon(40_000))
  }
  write().catch(() => undefined)
  let came = 0
  for (;;) {
    const piece = await session.read(soon(40_000))
    if (piece == null) return came
    came += piece.bytes.byteLength
  }
}

test('a forward that moves much ends with relay_quota, and typing through another goes on', async () => {
  await using echo = await listenTcp('127.0.0.1', 0, (socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  const service: Service = { kind: 'forward', host: '127.0.0.1', port: echo.port }
  const typing = await world.open(service)
  const { carried } = await world.open(service)
  await assert.rejects(flood(carried.session), { code: 'relay_quota', name: 'RefusedError' })
  await carried.over
  for (const key of 'whoami') {
    await typing.carried.session.write(new TextEncoder().encode(key), soon(20_000))
    const piece = await typing.carried.session.read(soon(20_000))
    assert.equal(new TextDecoder().decode(piece?.bytes), key)
  }
}, 60_000)

test('a terminal may show what it likes; a measurement does not begin; a direct path has no quota', async () => {
  await using echo = await listenTcp('127.0.0.1', 0, (socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  const { carried } = await world.open({ kind: 'forward', host: '127.0.0.1', port: echo.port })
  await assert.rejects(flood(carried.session), { code: 'relay_quota' })
  await assert.rejects(world.open({ kind: 'speed', bytesMax: MIB, msMax: 1_000 }), { code: 'relay_quota' })
  // More than a person types or reads: 16 KiB a second are what the relay lets pass now.
  const terminal = await world.open(shell(true, ['head -c 40000 /dev/zero | tr "\\0" x; echo; exit 5']))
  let shown = 0
  for (;;) {
    const piece = await terminal.carried.session.read(soon(40_000))
    assert.ok(piece != null)
    if (piece.channel === CHANNEL.note) break
    shown += piece.bytes.byteLength
  }
  assert.ok(shown > 40_000)
  await world.dial('direct')
  const direct = await world.open({ kind: 'forward', host: '127.0.0.1', port: echo.port })
  const { session } = direct.carried
  const write = async (): Promise<void> => {
    await session.write(new Uint8Array(2 * QUOTA), soon(40_000))
    session.end()
  }
  let came = 0
  const read = async (): Promise<void> => {
    for (
      let piece = await session.read(soon(40_000));
      piece != null;
      piece = await session.read(soon(40_000))
    ) {
      came += piece.bytes.byteLength
    }
  }
  await Promise.all([write(), read()])
  assert.equal(came, 2 * QUOTA)
}, 60_000)
