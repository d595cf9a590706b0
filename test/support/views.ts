/** Documents of a large fleet, as a coordinator answers them. */

import type { Device, RolloutDeviceView, RolloutView, Status } from '../../src/model/control.ts'

const MB = 1_000_000

/** A rollout in the middle of its work: most devices done, some in trouble, some at work, some not begun. */
export function rolloutOf(count: number, tick = 0): RolloutView {
  const devices = Array.from({ length: count }, (_, at) => deviceOf(at, count, tick))
  return {
    rollout: 'o-abcdefghijklmnopqrst',
    release: 'r-abcdefghijklmnopqrst',
    version: '2026.11.28',
    kind: 'update',
    action: 'switch',
    selector: '*',
    createdAt: '2026-11-28T12:00:00Z',
    outcome: 'running',
    phase: 'running',
    reason: null,
    plan: { parallel: 50, canary: null, waves: [], soakSeconds: 0, maxFailures: null, at: null },
    wave: 1,
    wavesCount: 3,
    devices
  }
}

function deviceOf(at: number, count: number, tick: number): RolloutDeviceView {
  const share = at / count
  const base = {
    name: `robot-${String(at + 1).padStart(3, '0')}`,
    outcome: null,
    state: 'waiting',
    generation: null,
    bytesReceived: 0,
    seconds: null,
    progress: null,
    error: null,
    wave: null
  }
  if (share >= 0.8) return base
  if (share >= 0.7) {
    const bytesDone = ((at * 7 + tick) % 100) * MB
    const progress = { step: at % 3 === 0 ? 'health' : 'fetching', bytesDone, bytesTotal: 120 * MB }
    return { ...base, state: 'accepted', wave: 1, progress, bytesReceived: bytesDone / 2 }
  }
  const done = {
    ...base,
    state: 'done',
    generation: 42,
    bytesReceived: 40 * MB + at,
    seconds: 12.3 + at,
    wave: 0
  }
  if (at % 40 === 7) {
    const message =
      'robot.service has not become active: it ended with 1, and was started 5 times within 10 s'
    return { ...done, outcome: 'rolled-back', error: { code: 'health_units', message } }
  }
  return { ...done, outcome: 'committed' }
}

/** The fleet of that rollout. */
export function statusOf(count: number, tick = 0): Status {
  const { devices } = rolloutOf(count, tick)
  return {
    fleet: 'f'.repeat(52),
    at: '2026-11-28T12:00:00Z',
    coordinators: [],
    relays: [],
    devices: devices.map((device, at) => statusDevice(device, at))
  }
}

function statusDevice({ name, outcome, generation, progress, error }: RolloutDeviceView, at: number): Device {
  const toplevel = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-system'
  const time = '2026-11-28T11:59:00Z'
  return {
    name,
    peer: `12D3KooW${String(at).padStart(44, 'x')}`,
    role: 'device',
    labels: { site: 'lyon' },
    system: 'x86_64-linux',
    online: at % 9 !== 0,
    lastSeen: time,
    path: 'direct',
    relay: null,
    transport: 'quic',
    rttMs: 12.5,
    running: {
      toplevel,
      generation: generation ?? 41,
      release: null,
      version: outcome === 'committed' ? '2026.11.28' : '2026.11.1',
      bootedKernel: null,
      kernelChanged: false
    },
    wanted: { release: 'r-x', version: '2026.11.28', toplevel },
    state:
      outcome === 'committed'
        ? 'current'
        : outcome === 'rolled-back'
          ? 'rolled-back'
          : progress == null
            ? 'waiting'
            : 'fetching',
    outcome,
    progress,
    units: { state: 'running', failed: [] },
    disk: { freeBytes: 1 },
    lastError: error == null ? null : { ...error, at: time },
    reportedAt: time
  }
}
