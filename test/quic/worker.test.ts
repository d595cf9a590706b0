// Worker threads may end with sockets open and transfers done: nothing crashes, no thread stays.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { it } from 'vitest'
import { describeWithAddon } from './addon.ts'

const threads = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0)

describeWithAddon('worker threads', () => {
  it('end with the transport running', async () => {
    const before = threads()
    for (let i = 0; i < 4; i++) {
      const worker = new Worker(join(import.meta.dirname, 'worker-body.ts'))
      assert.deepEqual(await once(worker, 'message'), ['done'])
      await worker.terminate()
    }
    assert.ok(threads() <= before + 1, `${threads()} threads after ${before}`)
  })
})
