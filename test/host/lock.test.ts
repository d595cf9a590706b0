import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { lockDirectory } from '../../src/host/lock.ts'
import { temporaryDirectory } from '../support/nix-fixture.ts'

let dir: string
beforeAll(async () => {
  dir = await temporaryDirectory()
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

const locked = (pid: number) => ({
  name: 'ConflictError',
  code: 'directory_locked',
  hint: `process ${pid} holds it; while 'shoal up' runs in a directory, any number of commands work there at once`
})

test('one holder at a time, in this process too', async () => {
  const first = await lockDirectory(dir)
  await assert.rejects(lockDirectory(dir), locked(process.pid))
  await first[Symbol.asyncDispose]()
  await using again = await lockDirectory(dir)
  await assert.rejects(lockDirectory(dir), locked(process.pid))
  assert.ok(again)
})

test('another process holds it until kill -9', async () => {
  const module = resolve('src/host/lock.ts')
  const script = `
    const { lockDirectory } = await import(${JSON.stringify(module)})
    await lockDirectory(${JSON.stringify(dir)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [line] = await once(holder.stdout, 'data')
  assert.equal(String(line), 'locked\n')
  await assert.rejects(lockDirectory(dir), locked(holder.pid ?? 0))
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  await using lock = await lockDirectory(dir)
  assert.ok(lock)
})

test('a directory that is not there', async () => {
  await assert.rejects(lockDirectory(join(dir, 'none')), { name: 'NotFoundError', code: 'directory_missing' })
})
