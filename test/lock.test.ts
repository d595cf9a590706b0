// What `npm ci` needs of the lock: an entry for every optional package of every platform.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import type { Lock } from '../scripts/complete-lock.ts'
import { complete } from '../scripts/complete-lock.ts'

const read = (): Lock => JSON.parse(readFileSync('package-lock.json', 'utf8'))

test('the lock is complete', () => {
  assert.deepEqual(complete(read()), [])
})

test('what is missing is added for its platform only', () => {
  const lock = read()
  const name = '@biomejs/cli-linux-arm64-musl'
  delete lock.packages[`node_modules/${name}`]
  assert.deepEqual(complete(lock), [name])
  const { os, cpu, libc, optional } = lock.packages[`node_modules/${name}`] ?? {}
  assert.deepEqual(
    { os, cpu, libc, optional },
    { os: ['linux'], cpu: ['arm64'], libc: ['musl'], optional: true }
  )
})
