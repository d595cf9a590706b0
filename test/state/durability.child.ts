/** Writes to the database that it is given until it is killed; says on stdout what has been committed. */

import { writeSync } from 'node:fs'
import { EMPTY_REPORT } from '../../src/model/report.ts'
import { planOf } from '../../src/model/rollout-plan.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'
import { bytes, memberOf, NOW, offerOf, releaseOf, ticketOf } from './coordinator-fixture.ts'

const [path = '', first = '0'] = process.argv.slice(2)
await using db = await openCoordinatorDatabase(path)
const state = createCoordinatorState(db)

for (let i = Number(first); ; i++) {
  const by = { actor: 'child', at: NOW }
  const peer = `peer-${i}`
  await state.enrol({
    ticket: ticketOf('t-1', 1_000_000),
    member: memberOf(String(i)),
    memberDigest: bytes(`digest-${i}`),
    admit: () => new Uint8Array(3000).fill(i),
    now: NOW
  })
  const release = releaseOf(`v${i}`, i + 1)
  await state.putRelease({ id: `r-${i}`, digest: bytes(`r-${i}`), bytes: new Uint8Array(9000), release }, by)
  const offer = {
    id: `o-${i}`,
    bytes: bytes(`o-${i}`),
    release: `r-${i}`,
    offer: offerOf(i + 1),
    plan: planOf(0)
  }
  await state.putRollout(offer, [peer, 'other'], by)
  await state.updateRolloutDevice(`o-${i}`, peer, { outcome: 'committed' }, NOW)
  await state.appendLog(peer, [{ number: 1, rollout: null, at: NOW, text: `said ${i}` }])
  await state.putReport({ peer, report: EMPTY_REPORT, seq: i, reportedAt: NOW })
  // Not through process.stdout: what is in its queue would be lost, and this must be out once it is said.
  writeSync(1, `${i}\n`)
}
