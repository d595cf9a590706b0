// A device that goes away for good in the middle of a shell: the admin is told that it waits, then that it is lost.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { RESUME_MS } from '../../../src/services/reach/opener.ts'
import { createRealFleet } from '../../support/real-fleet.ts'

test('a shell on a device that never comes back ends with 4, after the time that it may be away', async () => {
  await using fleet = await createRealFleet({ devices: [] })
  const robot = await fleet.join('robot', { config: { remoteShell: true } })
  await fleet.up(robot)
  await fleet.coordinator.watchUntil(({ devices }) => devices.some(({ online }) => online))
  const running = fleet.admin.run(['ssh', 'robot', '--', 'touch /run/began; sleep 1000'])
  while (!existsSync(join(robot.world.dir, 'run/began'))) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const began = performance.now()
  await fleet.down(robot, 'SIGKILL')
  const run = await running
  assert.ok(performance.now() - began >= RESUME_MS)
  assert.equal(run.code, 4, run.stderr)
  assert.match(run.stderr, /waiting for robot …\n(.*\n)*shoal: error: nobody was reached for 90 s\n/)
})
