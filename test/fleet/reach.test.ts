// speed, exec, ssh and forward with real processes, with an admin's daemon and without.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { execDeviceSchema, pingSchema, speedSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'
import { Terminal } from '../support/terminal.ts'

const execSchema = z.object({ devices: z.array(execDeviceSchema) })
const newsSchema = z.object({ event: z.string(), code: z.string().optional() })
const BYTES = 20_000_000

let fleet: RealFleet
let admin: Machine
let robot: Machine
/** Sends back what it gets; the devices of these tests are on this machine's loopback. */
let echo: Server
beforeAll(async () => {
  fleet = await createRealFleet({ devices: [] })
  admin = fleet.admin
  for (const [name, remoteShell] of [
    ['open', true],
    ['shut', false]
  ] as const) {
    const device = await fleet.join(name, { config: { remoteShell } })
    await fleet.up(device)
    if (name === 'open') robot = device
  }
  await fleet.coordinator.watchUntil(({ devices }) => devices.filter(({ online }) => online).length === 2)
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
}, 120_000)
afterAll(async () => {
  echo?.close()
  await fleet?.[Symbol.asyncDispose]()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The socket, once somebody listens. */
async function connected(port: number): Promise<ReturnType<typeof connect>> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    try {
      await once(socket, 'connect')
      return socket
    } catch {
      await new Promise(setImmediate)
    }
  }
}

describe.each(['without', 'with'])('an admin %s a daemon', (which) => {
  beforeAll(async () => {
    if (which === 'with') await fleet.up(admin)
  })
  afterAll(async () => {
    if (which === 'with') await fleet.down(admin)
  })

  test('measures both directions', async () => {
    const view = await admin.ask(speedSchema, ['speed', 'open', '--bytes', '2000000'])
    assert.deepEqual([view.downBytes, view.upBytes], [2_000_000, 2_000_000])
    assert.ok(view.downBytesPerSecond > 0 && view.upBytesPerSecond > 0)
  })

  test('runs a command on many, and tells each end as it was', async () => {
    const run = await admin.ask(execSchema, ['exec', '*', '--', 'echo hi; echo no >&2; exit 3'], 11)
    const [open, shut] = run.devices
    assert.deepEqual([open?.name, open?.exitCode, open?.stdout, open?.stderr], ['open', 3, 'hi\n', 'no\n'])
    assert.deepEqual([shut?.name, shut?.exitCode], ['shut', null])
    assert.equal(shut?.error?.code, 'remote_shell_off')
    await admin.ask(execSchema, ['exec', 'open', '--', 'true'])
    await admin.refused(['exec', 'nobody*', '--', 'true'], { exit: 5, code: 'selector_empty' })
  })

  test('gives a command over ssh what it reads, and its exit code', async () => {
    const run = await admin.run(['ssh', 'open', '--', 'cat; exit 7'], 'typed\n')
    assert.deepEqual([run.code, run.stdout], [7, 'typed\n'], run.stderr)
    const refused = await admin.run(['ssh', 'shut', '--', 'true'])
    assert.equal(refused.code, 3, refused.stderr)
  })

  test('a terminal shows what the shell there wrote, byte for byte', async () => {
    await using terminal = Terminal.open(admin, [
      'ssh',
      'open',
      '--tty',
      '--',
      "printf 'one\\ntwo\\n'; read x"
    ])
    const { text } = await terminal.until(/two\r*\n/)
    assert.match(text, /one\r\ntwo\r\n/)
    terminal.type('\r')
    assert.equal(await terminal.ended(), 0)
  }, 60_000)

  test('forwards a port, whole and half closed', async () => {
    const port = await freePort()
    const { port: remote } = echo.address() as AddressInfo
    const forwarding = admin.start(['forward', 'shut', `${port}:${remote}`])
    try {
      const socket = await connected(port)
      const sent = randomBytes(BYTES)
      socket.end(sent)
      const got = await buffer(socket)
      const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
      assert.deepEqual([got.byteLength, hash(got)], [BYTES, hash(sent)])
    } finally {
      await forwarding.end('SIGTERM')
    }
  }, 60_000)

  test('a forward carries 60 connections at once and closes one more, which it tells', async () => {
    const port = await freePort()
    const { port: remote } = echo.address() as AddressInfo
    const forwarding = admin.start(['forward', 'shut', `${port}:${remote}`])
    const sockets: Socket[] = []
    try {
      const first = await forwarding.documents.next()
      assert.equal(newsSchema.parse(first.value).event, 'listening')
      const answered = async (index: number): Promise<void> => {
        const socket = connect({ port, host: '127.0.0.1' })
        sockets.push(socket)
        socket.write(String(index))
        const [answer] = (await once(socket, 'data')) as [Buffer]
        assert.equal(answer.toString(), String(index))
      }
      await Promise.all(Array.from({ length: 60 }, async (_, index) => await answered(index)))
      const above = connect({ port, host: '127.0.0.1' })
      sockets.push(above)
      above.on('error', () => undefined)
      above.resume()
      await once(above, 'close')
      for (;;) {
        const next = await forwarding.documents.next()
        assert.notEqual(next.done, true, 'the forward ended')
        const news = newsSchema.parse(next.value)
        if (news.event !== 'failed') continue
        assert.equal(news.code, 'forward_full')
        break
      }
      // The others are as they were.
      await Promise.all(
        sockets.slice(0, 60).map(async (socket) => {
          socket.write('again')
          const [answer] = (await once(socket, 'data')) as [Buffer]
          assert.equal(answer.toString(), 'again')
        })
      )
    } finally {
      for (const socket of sockets) socket.destroy()
      await forwarding.end('SIGTERM')
    }
  }, 60_000)

  test('each session stands in the log with who, what and how long, refused ones do not', async () => {
    const { stdout } = await admin.run(['logs', 'open', '--since', '1h'])
    for (const what of ['speed', 'shell echo hi; echo no >&2; exit 3', 'shell cat; exit 7']) {
      const [began, ended] = [': began', String.raw`: ended after \d+ ms \(done\)`].map(
        (end) => new RegExp(`session [0-9a-f]{16} of admin: ${RegExp.escape(what)}${end}`)
      )
      assert.match(stdout, began ?? /$^/)
      assert.match(stdout, ended ?? /$^/)
    }
    const forwards = await admin.run(['logs', 'shut', '--since', '1h'])
    assert.match(forwards.stdout, /of admin: forward 127\.0\.0\.1:\d+: ended after \d+ ms \(done\)/)
    assert.doesNotMatch(forwards.stdout, /of admin: shell/)
  })

  test('a device that was killed and came back answers', async () => {
    const before = await admin.ask(pingSchema, ['ping', 'open', '--count', '1'])
    assert.equal(before.received, 1)
    await fleet.down(robot, 'SIGKILL')
    await fleet.up(robot)
    const after = await admin.ask(pingSchema, ['ping', 'open', '--count', '1'])
    assert.equal(after.received, 1)
  }, 60_000)

  test('a shell on a device whose daemon stops, or is killed and comes back, ends with 4 and says why', async () => {
    const cases = [
      ['SIGTERM', /shoal: error: .*device_stopping/],
      ['SIGKILL', /shoal: error: the session was lost: the other side no longer knows it/]
    ] as const
    for (const [index, [signal, reason]] of cases.entries()) {
      const began = `run/began-${which}-${index}`
      const running = admin.run(['ssh', 'open', '--', `touch /${began}; sleep 200`])
      while (!existsSync(join(robot.world.dir, began)))
        await new Promise((resolve) => setTimeout(resolve, 50))
      await fleet.down(robot, signal)
      await fleet.up(robot)
      const run = await running
      assert.equal(run.code, 4, run.stderr)
      assert.match(run.stderr, reason)
    }
  }, 120_000)
})
