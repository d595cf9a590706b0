import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { KILL_AFTER_MS, LINE_LENGTH_MAX, systemSpawn } from '../../src/host/spawn.ts'
import { temporaryDirectory } from '../support/nix-fixture.ts'

const { signal } = new AbortController()
let dir: string
beforeAll(async () => {
  dir = await temporaryDirectory()
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

const shell = (script: string): [string, string[]] => ['sh', ['-c', script]]

/** Aborts when the process has said that it runs, on its stderr. */
async function abortWhenReady(script: string): Promise<Error> {
  const stop = new AbortController()
  const run = systemSpawn.run(...shell(script), {
    signal: stop.signal,
    onStderrLine: () => {
      stop.abort(new Error('enough'))
    }
  })
  return await run.then(
    () => assert.fail('it ended well'),
    (error: Error) => error
  )
}

const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')

test('outputs, exit code, signal, environment, directory, input', async () => {
  const result = await systemSpawn.run(...shell('cat; pwd; echo "$GREETING" >&2; exit 3'), {
    signal,
    env: { GREETING: 'hello' },
    cwd: dir,
    stdin: 'input\n'
  })
  assert.deepEqual(result, {
    code: 3,
    signal: null,
    stdout: `input\n${dir}\n`,
    stderr: 'hello\n',
    truncated: false
  })
  const killed = await systemSpawn.run(...shell('kill -KILL $$'), { signal })
  assert.equal(killed.code, null)
  assert.equal(killed.signal, 'SIGKILL')
})

test('input that nobody reads is no error', async () => {
  const { code } = await systemSpawn.run('true', [], { signal, stdin: new Uint8Array(1_000_000) })
  assert.equal(code, 0)
})

test('only the last bytes of the outputs are kept', async () => {
  const script = 'head -c 5000000 /dev/zero; printf END; head -c 5000000 /dev/zero >&2; printf FIN >&2'
  const result = await systemSpawn.run(...shell(script), { signal, outputBytesMax: 1000 })
  assert.equal(result.stdout, `${'\0'.repeat(997)}END`)
  assert.equal(result.stderr, `${'\0'.repeat(997)}FIN`)
  assert.equal(result.truncated, true)
  const exact = await systemSpawn.run('printf', ['1234'], { signal, outputBytesMax: 4 })
  assert.deepEqual([exact.stdout, exact.truncated], ['1234', false])
})

test('lines come whole, cut at the limit, ended by newline, return or the end', async () => {
  const lines: string[] = []
  const script = `printf 'one\\ntw' >&2; printf 'o\\r\\n\\nthr\\303' >&2; printf '\\244\\n' >&2; head -c 9000 /dev/zero | tr '\\0' x >&2`
  await systemSpawn.run(...shell(script), { signal, onStderrLine: (line) => lines.push(line) })
  assert.deepEqual(lines, ['one', 'two', 'thrä', 'x'.repeat(LINE_LENGTH_MAX)])
})

test('an abort ends the whole process group and rejects with its reason', async () => {
  const file = join(dir, 'pids')
  const error = await abortWhenReady(`sleep 1000 & echo $! $$ > ${file}; echo ready >&2; wait`)
  assert.equal(error.message, 'enough')
  const pids = (await readFile(file, 'utf8')).trim().split(' ').map(Number)
  assert.equal(pids.length, 2)
  for (const pid of pids) assert.ok(!isRunning(pid), `${pid} still runs`)
})

test('a process that ignores SIGTERM is killed, and what it leaves behind too', {
  timeout: KILL_AFTER_MS * 4
}, async () => {
  const file = join(dir, 'stubborn')
  const error = await abortWhenReady(
    `trap '' TERM; echo $$ > ${file}; echo ready >&2; while :; do sleep 0.1; done`
  )
  assert.equal(error.message, 'enough')
  assert.ok(!isRunning(Number(await readFile(file, 'utf8'))))
  // The leader ends at SIGTERM, its child does not.
  const left = join(dir, 'left')
  await abortWhenReady(
    `sh -c "trap '' TERM; echo \\$\\$ > ${left}; echo ready >&2; sleep 1000; sleep 1000" & wait`
  )
  const pid = Number(await readFile(left, 'utf8'))
  // The kernel hands the orphan to another parent, who may take a moment to reap it.
  while (isRunning(pid)) await setImmediate()
})

test('a time limit, and a signal that was aborted before', async () => {
  await assert.rejects(systemSpawn.run('sleep', ['1000'], { signal, timeoutMs: 50 }), {
    name: 'TimeoutError'
  })
  await assert.rejects(systemSpawn.run('true', [], { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

test('a grandchild that keeps the outputs open does not hold us up', async () => {
  const result = await systemSpawn.run(...shell('setsid sleep 1000 & echo $!'), { signal })
  assert.equal(result.code, 0)
  process.kill(Number(result.stdout), 'SIGKILL')
})

test('commands that cannot be started', async () => {
  const missing = { name: 'NotFoundError', code: 'command_missing' }
  await assert.rejects(systemSpawn.run('no-such-command', [], { signal }), missing)
  await assert.rejects(systemSpawn.stream('no-such-command', [], { signal }).done, missing)
  const stdoutFile = join(dir, 'missing-output')
  assert.throws(() => systemSpawn.detached('no-such-command', [], { stdoutFile }), missing)
  await assert.rejects(systemSpawn.run('true', ['x'.repeat(200_000)], { signal }), {
    code: 'command_too_long'
  })
  await assert.rejects(systemSpawn.run(dir, [], { signal }), { name: 'ShoalError', code: 'command_failed' })
})

test('a stream has back-pressure and an end', async () => {
  const { stdout, done } = systemSpawn.stream(...shell('head -c 30000000 /dev/zero; echo bye >&2; exit 4'), {
    signal
  })
  let bytes = 0
  for await (const piece of stdout) bytes += piece.length
  assert.equal(bytes, 30_000_000)
  assert.deepEqual(await done, { code: 4, signal: null, stderr: 'bye\n' })
})

test('a stream whose reader has stopped ends by abort', async () => {
  const stop = new AbortController()
  const { stdout, done } = systemSpawn.stream('cat', ['/dev/zero'], { signal: stop.signal })
  await once(stdout, 'readable')
  stop.abort()
  await assert.rejects(done, { name: 'AbortError' })
})

test('a detached process has a session of its own, and its output goes to a file', async () => {
  const path = join(dir, 'socket')
  const stdoutFile = join(dir, 'detached-output')
  const server = createServer({ allowHalfOpen: false }).listen(path)
  await once(server, 'listening')
  const script = `
    console.log('out')
    console.error(process.env.WORD)
    require('node:net').connect(${JSON.stringify(path)})`
  const { pid } = systemSpawn.detached(process.execPath, ['-e', script], { stdoutFile, env: { WORD: 'err' } })
  const [socket] = await once(server, 'connection')
  const session = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3]
  assert.equal(Number(session), pid)
  process.kill(pid, 'SIGTERM')
  socket.resume()
  await once(socket, 'close')
  server.close()
  assert.equal(await readFile(stdoutFile, 'utf8'), 'out\nerr\n')
})
