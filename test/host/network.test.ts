// The watcher of network changes, on a network that is really changed: a namespace of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { systemSpawn } from '../../src/host/spawn.ts'

const canUnshare = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0

test.skipIf(!canUnshare).each(['monitor', 'poll'])(
  'changes of addresses and ways out are told, others are not, by %s',
  async (how) => {
    const { stdout, stderr } = await systemSpawn.run(
      'unshare',
      ['-rn', process.execPath, 'test/host/network.child.ts', how],
      { signal: AbortSignal.timeout(60_000) }
    )
    assert.notEqual(stdout, '', stderr)
    assert.deepEqual(JSON.parse(stdout), {
      up: { addresses: ['25.9.0.2%wan'], routes: ['25.9.0.1%wan'] },
      moved: { addresses: ['25.9.0.2%wan'], routes: ['25.9.0.3%wan'] },
      times: 1,
      down: { addresses: [], routes: ['25.9.0.3%wan'] }
    })
  },
  70_000
)
