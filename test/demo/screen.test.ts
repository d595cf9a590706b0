import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'vitest'
import type { DemoRelease } from '../../src/demo/demo.ts'
import { surprises } from '../../src/demo/demo.ts'
import { createScreen } from '../../src/demo/screen.ts'
import type { Device } from '../../src/model/control.ts'

const device = (changes: Partial<Device>): Device => ({
  name: 'device-1',
  peer: 'p',
  role: 'device',
  labels: {},
  system: null,
  online: true,
  lastSeen: null,
  path: null,
  relay: null,
  transport: null,
  rttMs: null,
  running: null,
  wanted: null,
  state: 'fetching',
  outcome: null,
  progress: { bytesDone: 5e6, bytesTotal: 10e6, step: 'fetching' },
  units: { state: '', failed: [] },
  disk: { freeBytes: null },
  lastError: null,
  reportedAt: null,
  ...changes
})

test('off a terminal a line is printed for each change of state, none for bytes', () => {
  const out = new PassThrough({ encoding: 'utf8' })
  const screen = createScreen(out)
  screen.say('hello')
  screen.show([device({})])
  screen.show([device({ progress: { bytesDone: 6e6, bytesTotal: 10e6, step: 'fetching' } })])
  screen.show([device({ state: 'current', progress: null })])
  assert.equal(out.read(), 'hello\n  device-1: fetching (fetching), -\n  device-1: current, -\n')
})

test('on a terminal rows are redrawn in place and never wrap', () => {
  const out = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 })
  const screen = createScreen(out)
  screen.show([device({}), device({ name: 'device-2', state: 'waiting', progress: null })])
  screen.say('v1: published')
  const text = String(out.read())
  assert.ok(text.includes('\x1b[2A'), 'goes up over both rows')
  assert.ok(text.indexOf('v1: published') < text.lastIndexOf('device-1'), 'sentences stand above the rows')
  assert.match(stripVTControlCharacters(text), /5\.0 of 10/)
  for (const line of stripVTControlCharacters(text).split('\n')) assert.ok(line.length < 80, line)
})

const release = (
  name: DemoRelease['name'],
  outcome: 'committed' | 'rolled-back',
  answer: string | null
): DemoRelease => ({
  name,
  version: name,
  devices: [{ name: 'device-1', outcome, generation: 1, bytesReceived: 1, seconds: 1, error: null, answer }]
})

test('only the promised end is no surprise', () => {
  const good = [
    release('v1', 'committed', 'hello from v1'),
    release('v2', 'committed', 'hello from v2'),
    release('v3', 'rolled-back', 'hello from v2')
  ]
  assert.deepEqual(surprises(good, 1), [])
  assert.deepEqual(surprises(good, 2).length, 3)
  assert.deepEqual(surprises(good.slice(0, 2), 1), ['v3 did not reach every device'])
  assert.deepEqual(surprises([...good.slice(0, 2), release('v3', 'committed', 'hello from v2')], 1), [
    'v3 on device-1 is committed, not rolled-back'
  ])
  assert.deepEqual(surprises([...good.slice(0, 2), release('v3', 'rolled-back', null)], 1), [
    'after v3 the service of device-1 says nothing'
  ])
})
