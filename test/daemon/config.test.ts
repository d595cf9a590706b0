import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { InvalidError } from '../../src/base/errors.ts'
import { checkConfigFile, readConfig } from '../../src/daemon/config.ts'

const dir = mkdtempSync(join(tmpdir(), 'shoal-config-'))
afterAll(() => {
  rmSync(dir, { recursive: true })
})

const read = (text: string) => {
  writeFileSync(join(dir, 'config.json'), text)
  return readConfig(dir)
}

test('an absent file and an empty object are the defaults', () => {
  const defaults = readConfig(join(dir, 'nowhere'))
  assert.deepEqual(read('{}'), defaults)
  assert.equal(defaults.heartbeatMs, 120_000)
  assert.ok(Object.isFrozen(defaults))
})

test('what is named replaces its default only', () => {
  const config = read('{"heartbeatMs": 1000, "healthCommand": ["true"]}')
  assert.equal(config.heartbeatMs, 1000)
  assert.deepEqual(config.healthCommand, ['true'])
  assert.equal(config.cachePort, 0)
})

test('every fault is told at once, by its key', () => {
  assert.throws(
    () => read('{"heartbeatMs": 0, "cachePort": "x", "healthCommand": [], "nonsense": 1}'),
    (error) => {
      assert.ok(error instanceof InvalidError)
      assert.equal(error.code, 'config_invalid')
      assert.notEqual(error.hint, undefined)
      for (const word of ['heartbeatMs', 'cachePort', 'healthCommand', 'nonsense']) {
        assert.ok(error.message.includes(word), `${word} in ${error.message}`)
      }
      return true
    }
  )
})

test.each(['', '{', '[]', 'null', '"text"'])('%j is no configuration', (text) => {
  assert.throws(() => read(text), { code: 'config_invalid' })
})

test('a file elsewhere is checked before it is used', () => {
  const file = join(dir, 'other.json')
  writeFileSync(file, '{"heartbeatMs": 2000}')
  assert.equal(checkConfigFile(file).heartbeatMs, 2000)
  writeFileSync(file, '{"hartbeatMs": 2000}')
  assert.throws(() => checkConfigFile(file), { code: 'config_invalid', message: /other\.json: .*hartbeatMs/ })
  assert.throws(() => checkConfigFile(join(dir, 'none.json')), { code: 'config_invalid' })
})
