import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, test } from 'vitest'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'

const CHILD = join(import.meta.dirname, 'durability.child.ts')
const ROUNDS = 8

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-durability-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

/** Kills the writer when it has said `count` more, and returns the last that it said. */
async function writeUntilKilled(path: string, first: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exit = once(child, 'exit')
  let said = first - 1
  for await (const line of createInterface({ input: child.stdout })) {
    said = Number(line)
    if (said >= first + count) child.kill('SIGKILL')
  }
  const [, signal] = await exit
  assert.equal(signal, 'SIGKILL')
  return said
}

test('after kill -9 everything that was acknowledged is there, and nothing is half there', async () => {
  const path = join(dir, 'state.db')
  let first = 0
  for (let round = 0; round < ROUNDS; round++) {
    const said = await writeUntilKilled(path, first, Math.floor(Math.random() * 25))
    await using db = await openCoordinatorDatabase(path)
    const state = createCoordinatorState(db)
    for (let i = first; i <= said; i++) {
      const member = await state.memberByPeer(`peer-${i}`)
      assert.deepEqual(member?.bundle, new Uint8Array(3000).fill(i), `member ${i}`)
      assert.equal((await state.release(`r-${i}`))?.targets.length, 1, `release ${i}`)
      const outcomes = (await state.rolloutDevices(`o-${i}`)).map(({ outcome }) => outcome)
      assert.deepEqual(outcomes, ['committed', null], `rollout ${i}`)
      assert.equal((await state.logs({ peer: `peer-${i}`, limit: 9 })).length, 1, `log ${i}`)
      assert.equal((await state.report(`peer-${i}`))?.seq, i, `report ${i}`)
    }
    const members = (await state.members()).length
    const [ticket] = await state.listTickets()
    assert.equal(ticket?.used, members)
    const events = (await state.events({ limit: 10_000 })).map(({ type }) => type)
    const count = (type: string): number => events.filter((each) => each === type).length
    assert.equal(count('enrolled'), members)
    const releases = await state.releases()
    assert.equal(count('published'), releases.length)
    assert.ok(releases.every(({ targets }) => targets.length === 1))
    const rollouts = await state.rollouts()
    assert.equal(count('rollout_started'), rollouts.length)
    for (const { id } of rollouts) assert.equal((await state.rolloutDevices(id)).length, 2)
    first = Math.max(said + 1, members)
  }
  assert.ok(first > ROUNDS)
})
