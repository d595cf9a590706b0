import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { afterEach, beforeEach, test } from 'vitest'
import { RefusedError } from '../../src/base/errors.ts'
import type { Control } from '../../src/daemon/control.ts'
import { connectControl, serveControl } from '../../src/daemon/control-socket.ts'
import { SocketPipe } from '../../src/daemon/socket-pipe.ts'
import type { Pipe } from '../../src/wire/pipe.ts'
import { pump } from '../../src/wire/pipe.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-pipe-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})
const soon = (): AbortSignal => AbortSignal.timeout(10_000)

/** A pipe whose other end gives back what it gets. */
function echo(): Pipe {
  const [left, right] = duplexPair()
  const other = new SocketPipe(right)
  pump(other, other, soon()).catch(() => undefined)
  return new SocketPipe(left)
}

async function connected(control: Control): Promise<{ control: Control } & AsyncDisposable> {
  const server = await serveControl(dir, control)
  const client = await connectControl(dir)
  assert.ok(client != null)
  return { control: client, [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose]() }
}
const nothing: Control['call'] = async function* () {}

test('pieces of any size go through the socket both ways, with their channels, to the end', async () => {
  await using open = await connected({
    call: nothing,
    open: async (method, body, _signal, onPath) => {
      assert.deepEqual([method, body], ['shell', { name: 'robot' }])
      onPath({ state: 'relay' })
      return await Promise.resolve(echo())
    }
  })
  const news: string[] = []
  const pipe = await open.control.open?.('shell', { name: 'robot' }, soon(), ({ state }) => news.push(state))
  assert.ok(pipe != null)
  const sent = [1, 100, 131_072, 1_000_000, 3].map((size) => new Uint8Array(randomBytes(size)))
  const write = async (): Promise<void> => {
    for (const [index, bytes] of sent.entries()) await pipe.write(bytes, soon(), index % 3)
    pipe.end()
  }
  const read = async (): Promise<void> => {
    for (const [index, bytes] of sent.entries()) {
      assert.deepEqual(await pipe.read(soon()), { channel: index % 3, bytes })
    }
    assert.equal(await pipe.read(soon()), undefined)
  }
  await Promise.all([write(), read()])
  assert.deepEqual(news, ['relay'])
})

test('a refusal crosses in its own class, before and after the opening', async () => {
  let pipe: Pipe | undefined
  await using open = await connected({
    call: nothing,
    open: async (method, _body, _signal, onPath) => {
      if (method === 'forward') throw new RefusedError('forward_refused', 'no', { hint: 'ask' })
      onPath({ state: 'direct' })
      pipe = echo()
      return await Promise.resolve(pipe)
    }
  })
  const expected = { name: 'RefusedError', code: 'forward_refused', hint: 'ask' }
  await assert.rejects(
    async () => await open.control.open?.('forward', {}, soon(), () => undefined),
    expected
  )
  const client = await open.control.open?.('shell', {}, soon(), () => undefined)
  pipe?.abort(new RefusedError('member_revoked', 'revoked'))
  await assert.rejects(async () => await client?.read(soon()), {
    name: 'RefusedError',
    code: 'member_revoked'
  })
})

test('where nothing can be opened, that is said', async () => {
  await using open = await connected({ call: nothing })
  await assert.rejects(async () => await open.control.open?.('shell', {}, soon(), () => undefined), {
    code: 'method_unknown'
  })
})
