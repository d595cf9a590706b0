// Replays every input of the corpus: each decoder takes or refuses it as the file's name says, and quickly.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { createDraw, pick } from './mutate.ts'
import { outcomeOf } from './outcome.ts'
import { TARGETS } from './targets.ts'

const CORPUS = join(import.meta.dirname, '../corpus')
const ROUNDS = 200

for (const [name, target] of Object.entries(TARGETS)) {
  const files = readdirSync(join(CORPUS, name))

  test(`${name}: the corpus is taken and refused as it was`, () => {
    const seen = new Set<string>()
    for (const file of files) {
      const outcome = outcomeOf(target, new Uint8Array(readFileSync(join(CORPUS, name, file))))
      assert.equal(outcome.name, file.slice(0, file.lastIndexOf('-')), `${file}: ${outcome.detail}`)
      seen.add(outcome.name)
    }
    assert.ok(seen.has('ok') && seen.size > 1, 'a corpus holds what is taken and what is refused')
  })

  test(`${name}: seeds are taken, and a few hundred changed ones are no fault`, () => {
    for (const seed of target.seeds) target.run(seed)
    const draw = createDraw(7)
    for (let round = 0; round < ROUNDS; round++) {
      const input = target.mutate(pick(draw, target.seeds), draw, target.seeds)
      const outcome = outcomeOf(target, input)
      assert.notEqual(outcome.name, 'fault', `${outcome.detail}: ${Buffer.from(input).toString('hex')}`)
    }
  })
}
