// A rollout whose devices are all away asks nobody anything, and whoever follows the fleet is told of it all the same.
import assert from 'node:assert/strict'
import { test } from 'vitest'
import { planOf } from '../../src/model/rollout-plan.ts'
import type { RolloutPorts } from '../../src/services/coordinator/rollouts.ts'
import { Rollouts } from '../../src/services/coordinator/rollouts.ts'
import { memberOf, offerOf, releaseOf } from '../sim/documents.ts'
import { by, withState } from '../state/coordinator-fixture.ts'
import { FLEET, NOW, OFFER, ROOT } from '../trust/fleet.ts'

test('followers are told of a rollout of a device that is away, and of the older one that it overtakes', async () => {
  await withState(async (state) => {
    const away = memberOf('away', NOW)
    await state.putMember({ member: away, digest: away.key, bundle: away.key }, by)
    const release = releaseOf(1, NOW)
    await state.putRelease(release, by)
    let changes = 0
    const rollouts = new Rollouts({
      fleet: FLEET,
      root: ROOT,
      state,
      // Time stands still: nothing but what is done here can be what tells.
      clock: { now: () => NOW * 1000, sleep: async () => await new Promise(() => undefined) },
      awayMs: () => 1,
      push: async () => assert.fail('nobody is there'),
      cancel: async () => assert.fail('nobody is there'),
      onChange: () => void changes++,
      onError: (what, error) => assert.fail(`${what}: ${String(error)}`)
    } satisfies RolloutPorts)
    try {
      const begin = async (counter: number): Promise<string> => {
        const signed = offerOf({ ...OFFER, counter, kind: 'update', release: release.digest, selector: '*' })
        return (await rollouts.start(signed.bytes, planOf(0), 'admin')).id
      }
      const older = await begin(1)
      assert.equal(changes, 1)
      await begin(2)
      assert.ok(changes >= 2, String(changes))
      assert.equal((await state.rolloutDevice(older, away.peer))?.outcome, 'superseded')
    } finally {
      await rollouts.stop()
    }
  })
})
