import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, test } from 'vitest'
import { connectTcp, listenTcp } from '../../src/host/tcp.ts'
import type { Service } from '../../src/protocols/tunnel.ts'
import { joinSocket } from '../../src/services/reach/join.ts'
import { decodeNote, encodeNote } from '../../src/services/reach/note.ts'
import { runSpeed } from '../../src/services/reach/speed.ts'
import type { Pipe } from '../../src/wire/pipe.ts'
import { CHANNEL } from '../../src/wire/pipe.ts'
import { soon } from '../support/fleet.ts'
import type { ReachWorld } from '../support/reach.ts'
import { createReachWorld } from '../support/reach.ts'

let world: ReachWorld
beforeEach(async () => {
  world = await createReachWorld()
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
})

const speed = (bytesMax: number): Service => ({ kind: 'speed', bytesMax, msMax: 30_000 })
const shell = (command: string[], pty = false): Service => ({
  kind: 'shell',
  command,
  pty,
  term: 'xterm',
  rows: 33,
  columns: 77
})
const text = new TextDecoder()
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of)

/** What a shell says until it ends. */
async function listen(pipe: Pipe): Promise<{ stdout: string; stderr: string; code: number }> {
  let [stdout, stderr] = ['', '']
  for (;;) {
    const piece = await pipe.read(soon(20_000))
    if (piece == null) throw new Error(`no exit code: ${stdout}${stderr}`)
    if (piece.channel === CHANNEL.main) stdout += text.decode(piece.bytes, { stream: true })
    else if (piece.channel === CHANNEL.stderr) stderr += text.decode(piece.bytes, { stream: true })
    else {
      const note = decodeNote(piece.bytes)
      assert.ok(note.kind === 'exit')
      pipe.end()
      return { stdout, stderr, code: note.code }
    }
  }
}

test('speed counts both ways and compares what came', async () => {
  const limits = { bytesMax: 3_000_000, msMax: 30_000 }
  const { carried } = await world.open(speed(limits.bytesMax))
  const { up, down } = await runSpeed(carried.session, limits, () => performance.now(), soon())
  assert.equal(up.bytes, 3_000_000)
  assert.equal(down.bytes, 3_000_000)
  await carried.over
  assert.deepEqual(carried.state, { state: 'open', path: 'direct' })
})

test('a transfer goes on from relay to direct, over cuts of either, and the bytes are the same', async () => {
  world.ways = ['relay', 'direct']
  await using echo = await listenTcp('127.0.0.1', 0, (socket) => socket.pipe(socket))
  const { carried, states } = await world.open({ kind: 'forward', host: '127.0.0.1', port: echo.port })
  assert.deepEqual(states, [{ state: 'open', path: 'relay' }])
  const { session } = carried
  const sent = createHash('sha256')
  const total = 24 * 1_048_576
  const write = async (): Promise<void> => {
    for (let at = 0; at < total; at += 1_048_576) {
      const part = new Uint8Array(randomBytes(1_048_576))
      sent.update(part)
      await session.write(part, soon(60_000))
    }
    session.end()
  }
  const cuts = new Map<number, () => Promise<void> | void>([
    [4, async () => void (await world.dial('direct'))],
    [8, () => world.admin.node.admission.connections(world.robot.node.peer).at(-1)?.abort(new Error('lost'))],
    [
      12,
      () => world.robot.node.admission.connections(world.admin.node.peer).at(-1)?.abort(new Error('lost'))
    ],
    [
      16,
      () =>
        world.robot.node.admission
          .connections(world.admin.node.peer)
          .forEach((each) => each.abort(new Error('lost')))
    ],
    [
      20,
      () =>
        world.hub.node.admission.connections().forEach((each) => each.abort(new Error('the relay is gone')))
    ]
  ])
  const received = createHash('sha256')
  const read = async (): Promise<void> => {
    let count = 0
    for (;;) {
      const piece = await session.read(soon(60_000))
      if (piece == null) break
      received.update(piece.bytes)
      const before = Math.floor(count / 1_048_576)
      count += piece.bytes.byteLength
      const after = Math.floor(count / 1_048_576)
      if (after > before) await cuts.get(after)?.()
    }
    assert.equal(count, total)
  }
  await Promise.all([write(), read()])
  assert.equal(received.digest('hex'), sent.digest('hex'))
  await carried.over
  assert.ok(states.some((state) => state.state === 'open' && state.path === 'direct'))
  assert.deepEqual(
    world.records.map(({ what, ended }) => [what, ended?.code]),
    [
      [`forward 127.0.0.1:${echo.port}`, undefined],
      [`forward 127.0.0.1:${echo.port}`, 'done']
    ]
  )
}, 60_000)

test('a relayed way that does not answer is left for a direct one that comes meanwhile', async () => {
  await using echo = await listenTcp('127.0.0.1', 0, (socket) => socket.pipe(socket))
  world.ways = ['relay']
  await world.dial('direct')
  const { carried, states, end } = await world.open({ kind: 'forward', host: '127.0.0.1', port: echo.port })
  const reasons: unknown[] = []
  const { silences } = world
  const asked = Promise.withResolvers<undefined>()
  world.beforeOpen = async ({ direct }, signal) => {
    if (direct) return
    asked.resolve(undefined)
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    }).finally(() => reasons.push((signal.reason as Error & { code?: string }).code))
  }
  const held = world.admin.node.admission.connections(world.robot.node.peer)
  for (const connection of held) connection.abort(new Error('lost'))
  await asked.promise
  await world.dial('direct')
  await carried.session.write(bytes('still there'), soon())
  assert.equal(text.decode((await carried.session.read(soon(20_000)))?.bytes), 'still there')
  assert.ok(reasons.includes('path_overtaken'), JSON.stringify(reasons))
  assert.ok(world.silences > silences, 'the own links are looked at')
  assert.deepEqual(states.at(-1), { state: 'open', path: 'direct' })
  end.abort(new Error('enough'))
})

test('a command tells its outputs apart and its exit code; one word is for the shell', async () => {
  const run = async (command: string[], input = ''): Promise<Awaited<ReturnType<typeof listen>>> => {
    const { carried } = await world.open(shell(command))
    if (input !== '') await carried.session.write(bytes(input), soon())
    carried.session.end()
    return await listen(carried.session)
  }
  assert.deepEqual(await run(['echo out; echo err >&2; exit 7']), {
    stdout: 'out\n',
    stderr: 'err\n',
    code: 7
  })
  assert.deepEqual(await run(['echo', 'a  b;c']), { stdout: 'a  b;c\n', stderr: '', code: 0 })
  assert.deepEqual(await run(['wc', '-c'], 'x'.repeat(300_000)), { stdout: '300000\n', stderr: '', code: 0 })
  assert.equal((await run(['no-such-thing-here', 'x'])).code, 127)
  assert.equal((await run(['kill -TERM $$'])).code, 143)
})

test('a shell has a terminal whose size follows', async () => {
  const { carried } = await world.open(shell(['/bin/sh', '-i'], true))
  const { session } = carried
  await session.write(bytes('stty size\n'), soon())
  let seen = ''
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(seen)) {
      const piece = await session.read(soon(20_000))
      assert.ok(piece != null, seen)
      seen += text.decode(piece.bytes, { stream: true })
    }
  }
  await until(/33 77/)
  await session.write(encodeNote({ kind: 'size', rows: 20, columns: 50 }), soon(), CHANNEL.note)
  await session.write(bytes('stty size; echo $TERM\n'), soon())
  await until(/20 50[^]*xterm/)
  // Not before the command itself has spoken: a Ctrl-C that comes earlier is the shell's.
  await session.write(bytes(`sh -c 'echo REA""DY; exec sleep 100'\n`), soon())
  await until(/READY/)
  await session.write(bytes('\u0003exit 3\n'), soon())
  assert.equal((await listen(session)).code, 3)
})

test('a shell is refused where it is off, to who is no admin, and a forward leads where it may', async () => {
  world.policy = { remoteShell: false, forwardTo: ['loopback:22', 'printer:9100'] }
  await assert.rejects(world.open(shell(['true'])), { code: 'remote_shell_off', name: 'RefusedError' })
  const forward = (host: string, port: number): Service => ({ kind: 'forward', host, port })
  await assert.rejects(world.open(forward('127.0.0.1', 80)), { code: 'forward_refused' })
  await assert.rejects(world.open(forward('192.0.2.1', 22)), { code: 'forward_refused' })
  assert.equal(world.records.length, 0)
  world.policy = { remoteShell: false, forwardTo: ['loopback'] }
  const closed = await listenTcp('127.0.0.1', 0, () => undefined)
  await closed[Symbol.asyncDispose]()
  const { carried } = await world.open(forward('127.0.0.1', closed.port))
  await assert.rejects(carried.session.read(soon()), { code: 'forward_failed' })
})

test('a session ends with the membership of its admin, and its command with it', async () => {
  const { carried } = await world.open(shell(['echo started; trap "" HUP; sleep 100']))
  const first = await carried.session.read(soon())
  assert.equal(text.decode(first?.bytes), 'started\n')
  const list = world.fleet.revocations(1, [world.admin.identity.privateKey.publicKey.raw])
  await world.robot.membership.putRevocations(list)
  await assert.rejects(carried.session.read(soon()))
  await carried.over
  await world.sessions.stop()
  assert.equal(world.records.at(-1)?.ended?.code, 'member_revoked')
})

test('a session ends when the certificate of its admin does, and none begins after that', async () => {
  world.expires = Date.now() / 1000 + 2
  const { carried } = await world.open(shell(['echo started; trap "" HUP; sleep 100']))
  const first = await carried.session.read(soon())
  assert.equal(text.decode(first?.bytes), 'started\n')
  await assert.rejects(carried.session.read(soon()), { code: 'member_expired', name: 'RefusedError' })
  await carried.over
  await assert.rejects(world.open(shell(['true'])), { code: 'member_expired', name: 'RefusedError' })
  await world.sessions.stop()
  const ends = world.records.flatMap(({ admin, what, ended }) =>
    ended == null ? [] : [{ admin, what, ...ended }]
  )
  assert.deepEqual(ends.map(({ admin, what, code }) => `${admin}: ${what}: ${code}`).toSorted(), [
    'laptop: shell echo started; trap "" HUP; sleep 100: member_expired',
    'laptop: shell true: member_expired'
  ])
  assert.ok(ends.every(({ ms }) => Number.isInteger(ms) && ms >= 0))
})

test('a server that closes first has everything delivered, and the session counts as done', async () => {
  const content = randomBytes(6_000_000)
  await using server = await listenTcp('127.0.0.1', 0, (socket) => socket.end(content))
  const { carried } = await world.open({ kind: 'forward', host: '127.0.0.1', port: server.port })
  const parts: Uint8Array[] = []
  await using local = await listenTcp('127.0.0.1', 0, (socket) => {
    void joinSocket(socket, carried.session, soon())
  })
  const client = await connectTcp('127.0.0.1', local.port, soon())
  for await (const part of client as AsyncIterable<Uint8Array>) parts.push(part)
  assert.ok(content.equals(Buffer.concat(parts)))
  await carried.over
  await world.sessions.stop()
  assert.equal(world.records.at(-1)?.ended?.code, 'done')
})
