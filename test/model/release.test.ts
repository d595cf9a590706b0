import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Release, Target } from '../../src/model/release.ts'
import { CHUNK_BYTES, chooseTarget, chunksCount } from '../../src/model/release.ts'

const target = (match: string, system = 'x86_64-linux'): Target => ({
  match,
  system,
  toplevel: `/nix/store/${'0'.repeat(32)}-${match.length}`,
  manifestRoot: new Uint8Array(32),
  pathsCount: 1,
  narBytes: 1
})
const release = (...targets: Target[]): Release => ({
  channel: 'main',
  version: '1',
  counter: 1,
  issued: 1,
  expires: 2,
  nixKeys: [],
  targets
})
const ROBOT = { name: 'robot', labels: { site: 'lyon' }, system: 'x86_64-linux' }

test('the one target that matches, and where it stands', () => {
  const mine = target('site=lyon')
  assert.deepEqual(chooseTarget(release(target('other'), mine), ROBOT), { target: mine, index: 1 })
})

test.each([
  [[target('other')], 'target_none'],
  [[], 'target_none'],
  [[target('robot'), target('*')], 'target_ambiguous'],
  // Which one is meant must not hang on the system: another label would change it.
  [[target('robot'), target('*', 'aarch64-linux')], 'target_ambiguous'],
  [[target('robot', 'aarch64-linux')], 'target_system'],
  [[target('role=admin')], 'target_none']
])('none, several, or another system', (targets, code) => {
  assert.deepEqual(chooseTarget(release(...targets), ROBOT), { code })
})

test('chunks of a NAR', () => {
  assert.deepEqual([1, CHUNK_BYTES, CHUNK_BYTES + 1].map(chunksCount), [1, 1, 2])
})
