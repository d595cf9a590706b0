// Metrics: what is rendered is what the table says, and the documents follow it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { z } from 'zod'
import type { Device } from '../../src/model/control.ts'
import type { Sample } from '../../src/services/metrics.ts'
import { METRICS, metricsDocument, renderMetrics } from '../../src/services/metrics.ts'

const device = (name: string, more: Partial<Device>): Device => ({
  name,
  peer: name,
  role: 'device',
  labels: {},
  system: null,
  online: true,
  lastSeen: '2026-11-25T12:00:00Z',
  path: 'direct',
  relay: null,
  transport: 'quic',
  rttMs: 1,
  running: null,
  wanted: null,
  state: 'current',
  outcome: null,
  progress: null,
  units: { state: '', failed: [] },
  disk: { freeBytes: 5 },
  lastError: null,
  reportedAt: null,
  ...more
})
const sample = (role: Sample['role'], devices: Device[] | null): Sample => ({
  version: '0.1.0',
  role,
  name: 'hub "1"\n',
  startedMs: 1_000,
  cpuSeconds: 2,
  memoryBytes: 3,
  connected: ['device', 'device', 'admin'],
  certificateExpires: 4,
  diskFreeBytes: 5,
  diskReserveBytes: 6,
  status:
    devices == null ? null : { fleet: 'f', at: '2026-11-25T12:00:00Z', coordinators: [], relays: [], devices }
})

test('a coordinator tells of its fleet', async () => {
  const text = await renderMetrics(
    sample('coordinator', [
      device('a', { path: 'relay' }),
      device('b', {
        online: false,
        lastSeen: null,
        state: 'rolled-back',
        units: { state: '', failed: ['x'] }
      }),
      device('c', {
        wanted: { release: 'r', version: 'v', toplevel: '/nix/store/t' },
        disk: { freeBytes: null }
      })
    ])
  )
  const lines = text.split('\n')
  for (const line of [
    'shoal_info{version="0.1.0",role="coordinator",name="hub \\"1\\"\\n"} 1',
    'shoal_up_since_seconds 1',
    'shoal_cpu_seconds_total 2',
    'shoal_members_connected{role="device"} 2',
    'shoal_devices{state="current"} 2',
    'shoal_devices{state="rolled-back"} 1',
    'shoal_devices_online 2',
    'shoal_devices_relayed 1',
    'shoal_devices_behind 1',
    'shoal_device_last_seen_seconds{device="b"} 0',
    'shoal_device_failed_units{device="b"} 1'
  ]) {
    assert.ok(lines.includes(line), `${line}\n${text}`)
  }
  assert.ok(!text.includes('shoal_device_disk_free_bytes{device="c"}'), 'what was not reported is not shown')
  assert.ok(!text.includes('shoal_generation'), 'only metrics of its role')
})

test('a device tells of itself, an admin of its node', async () => {
  const own = await renderMetrics(sample('device', [device('a', { online: false, state: 'fetching' })]))
  assert.match(own, /^shoal_linked 0$/m)
  assert.match(own, /^shoal_state\{state="fetching"\} 1$/m)
  const admin = await renderMetrics(sample('admin', null))
  assert.match(admin, /^shoal_members_connected\{role="admin"\} 1$/m)
  assert.doesNotMatch(admin, /shoal_devices|shoal_linked/)
})

test('every metric that is rendered is in the table, with its labels', async () => {
  for (const role of ['coordinator', 'device', 'admin'] as const) {
    const text = await renderMetrics(sample(role, role === 'admin' ? null : [device('a', {})]))
    for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? /gm)) {
      const definition = Object.entries(METRICS).find(([each]) => each === name)?.[1]
      assert.ok(definition != null, name)
      const used = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
      assert.deepEqual(used, [...definition.labels], name)
    }
  }
})

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('docs/metrics.md is the table', () => {
  assert.equal(read('docs/metrics.md'), metricsDocument(), 'node scripts/metrics-document.ts')
})

test('the board asks for metrics that there are', () => {
  const board = z
    .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
    .parse(JSON.parse(read('docs/grafana.json')))
  const asked = board.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/shoal_[a-z_]+/g) ?? [])
  )
  assert.ok(asked.length > 10)
  assert.deepEqual(
    asked.filter((name) => !Object.hasOwn(METRICS, name)),
    []
  )
})
