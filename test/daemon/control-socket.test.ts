import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, test } from 'vitest'
import { ConflictError } from '../../src/base/errors.ts'
import type { Control } from '../../src/daemon/control.ts'
import { connectControl, serveControl, socketPath } from '../../src/daemon/control-socket.ts'

const dir = mkdtempSync(join(tmpdir(), 'shoal-control-'))
const signal = (): AbortSignal => AbortSignal.timeout(10_000)
let serving: AsyncDisposable
let left: PromiseWithResolvers<void>

/** Says back what it was asked. */
const echo: Control = {
  async *call(method, body, stop) {
    if (method === 'fail') throw new ConflictError('taken', 'it is taken', { hint: 'take another' })
    if (method === 'bug') throw new TypeError('oops')
    yield { method, body }
    if (method === 'count') yield* [1, 2, 3]
    if (method === 'large') yield 'x'.repeat(3_000_000)
    if (method === 'forever') {
      await once(stop, 'abort')
      left.resolve()
    }
  }
}

beforeEach(async () => {
  left = Promise.withResolvers<void>()
  serving = await serveControl(dir, echo)
})
afterEach(async () => {
  await serving[Symbol.asyncDispose]()
})
afterAll(() => {
  rmSync(dir, { recursive: true })
})

async function connected(): Promise<Control> {
  const control = await connectControl(dir)
  assert.ok(control != null)
  return control
}

async function all(method: string, body: unknown = {}): Promise<unknown[]> {
  const documents: unknown[] = []
  for await (const document of (await connected()).call(method, body, signal())) documents.push(document)
  return documents
}

/** As any HTTP client: one document, no events. */
async function post(path: string, body: string): Promise<{ status: number; json: unknown }> {
  const asked = request({ socketPath: socketPath(dir), path, method: 'POST' })
  asked.end(body)
  const [response] = await once(asked, 'response')
  return { status: response.statusCode as number, json: JSON.parse(await text(response)) as unknown }
}

test('documents cross in order, large ones whole', async () => {
  assert.deepEqual(await all('count', { a: [1] }), [{ method: 'count', body: { a: [1] } }, 1, 2, 3])
  const [, large] = await all('large')
  assert.equal((large as string).length, 3_000_000)
})

test('an error crosses in its class, with code and hint', async () => {
  await assert.rejects(all('fail'), { name: 'ConflictError', code: 'taken', hint: 'take another' })
  await assert.rejects(all('bug'), { message: 'oops' })
})

test('without events it is one document, the last; an error is a 400', async () => {
  assert.deepEqual(await post('/v1/count', '{}'), { status: 200, json: 3 })
  const { status, json } = await post('/v1/fail', '{}')
  assert.equal(status, 400)
  assert.equal((json as { error: { code: string } }).error.code, 'taken')
})

test('what is no request is refused', async () => {
  const code = async (path: string, body: string) =>
    ((await post(path, body)).json as { error: { code: string } }).error.code
  assert.equal(await code('/v2/count', '{}'), 'method_unknown')
  assert.equal(await code('/v1/', '{}'), 'method_unknown')
  assert.equal(await code('/v1/../etc', '{}'), 'method_unknown')
  assert.equal(await code('/v1/count', '{'), 'request_invalid')
})

test('a body that is too large is refused, and the daemon lives', async () => {
  const { json } = await post('/v1/count', `"${'x'.repeat(4 * 1024 * 1024)}"`)
  assert.equal((json as { error: { code: string } }).error.code, 'request_size')
  assert.equal((await all('count')).length, 4)
})

test('a caller that leaves ends the call', async () => {
  for await (const _ of (await connected()).call('forever', {}, signal())) break
  await left.promise
})

test('a daemon that ends in mid-call is told apart from an end', async () => {
  const control = await connected()
  await assert.rejects(
    async () => {
      for await (const _ of control.call('forever', {}, signal())) await serving[Symbol.asyncDispose]()
    },
    { name: 'UnreachableError' }
  )
})

test('the socket is for its owner, and goes with the daemon', async () => {
  assert.equal(statSync(socketPath(dir)).mode & 0o777, 0o600)
  await serving[Symbol.asyncDispose]()
  assert.equal(await connectControl(dir), undefined)
  await assert.rejects(once(connect(socketPath(dir)), 'connect'), { code: 'ENOENT' })
})

test('a directory whose path is too long for a socket is refused', () => {
  assert.throws(() => socketPath(`/${'a'.repeat(120)}`), { code: 'socket_path' })
})
