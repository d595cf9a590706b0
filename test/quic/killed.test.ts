// A process that is killed and started again knows no connection of before: who sends on one learns that at once.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, it } from 'vitest'
import { describeWithAddon } from './addon.ts'
import { echoes, startNode } from './nodes.ts'

const PEER = join(import.meta.dirname, 'killed-peer.ts')
/** Longer than any idle time here would be a hang; far shorter than the idle limit of the connection. */
const IDLE_MS = 600_000

describeWithAddon('a listener that is killed', () => {
  let held: AsyncDisposableStack
  beforeEach(() => {
    held = new AsyncDisposableStack()
  })
  afterEach(async () => await held.disposeAsync())

  async function peer(port: string, seed: string): Promise<{ child: ChildProcess; address: string }> {
    const child = spawn(process.execPath, [PEER, port, seed], { stdio: ['ignore', 'pipe', 'inherit'] })
    held.defer(() => void child.kill('SIGKILL'))
    assert.ok(child.stdout)
    const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return { child, address }
  }

  /** A dialed connection whose peer was killed and runs again at the same port, with a key made of `seed`. */
  async function orphan(isSameKey: boolean) {
    const seed = randomBytes(32).toString('hex')
    const { child, address } = await peer('0', seed)
    const port = /\/udp\/(\d+)\//.exec(address)?.[1] ?? ''
    const { node } = await startNode([], { idleMs: IDLE_MS, keepAliveMs: 0 })
    held.defer(async () => await node.stop())
    const connection = await node.dial(multiaddr(address))
    await echoes(connection, 1_000)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    await peer(port, isSameKey ? seed : randomBytes(32).toString('hex'))
    return connection
  }

  it('says that it does not know a connection of before', { timeout: 60_000 }, async () => {
    const connection = await orphan(true)
    const closed = once(connection, 'close')
    echoes(connection, 1_000).catch(() => undefined)
    await closed
  })

  it('is not believed with another key', { timeout: 60_000 }, async () => {
    const connection = await orphan(false)
    let isClosed = false
    connection.addEventListener('close', () => (isClosed = true))
    const echoing = echoes(connection, 1_000)
    echoing.catch(() => undefined)
    // The first packets and what is sent again for want of an answer.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.ok(!isClosed)
  })
})
