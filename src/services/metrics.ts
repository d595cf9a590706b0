/** What this program measures of itself for Prometheus: one table, from which registry and docs/metrics.md are made. */

import { Counter, Gauge, Registry } from 'prom-client'
import type { Status } from '../model/control.ts'
import type { Role } from '../model/peer.ts'

interface Definition {
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly labels: readonly string[]
  readonly roles: readonly Role[]
}

const ALL: readonly Role[] = ['device', 'coordinator', 'admin']
const FLEET: readonly Role[] = ['coordinator']
const OWN: readonly Role[] = ['device']

/** Every metric there is. Names and labels are an interface: they change like the contract does. */
export const METRICS = {
  shoal_info: {
    type: 'gauge',
    help: 'Always 1; its labels say what this node is.',
    labels: ['version', 'role', 'name'],
    roles: ALL
  },
  shoal_up_since_seconds: {
    type: 'gauge',
    help: 'When this node started, seconds since the epoch.',
    labels: [],
    roles: ALL
  },
  shoal_cpu_seconds_total: { type: 'counter', help: 'Processor time used.', labels: [], roles: ALL },
  shoal_memory_bytes: { type: 'gauge', help: 'Memory that is resident.', labels: [], roles: ALL },
  shoal_members_connected: {
    type: 'gauge',
    help: 'Admitted members with a connection to this node.',
    labels: ['role'],
    roles: ALL
  },
  shoal_certificate_expires_seconds: {
    type: 'gauge',
    help: "When this node's own certificate expires, seconds since the epoch.",
    labels: [],
    roles: ALL
  },
  shoal_disk_free_bytes: {
    type: 'gauge',
    help: 'Bytes free where this node writes: the state directory, on a device the Nix store.',
    labels: [],
    roles: ALL
  },
  shoal_disk_reserve_bytes: {
    type: 'gauge',
    help: 'Bytes that stay free (reserveBytes): below, nothing is published or fetched.',
    labels: [],
    roles: ALL
  },
  shoal_devices: {
    type: 'gauge',
    help: 'Devices of the fleet by what they are at.',
    labels: ['state'],
    roles: FLEET
  },
  shoal_devices_online: { type: 'gauge', help: 'Devices that are heard from.', labels: [], roles: FLEET },
  shoal_devices_relayed: {
    type: 'gauge',
    help: 'Devices that are here by way of a relay.',
    labels: [],
    roles: FLEET
  },
  shoal_devices_behind: {
    type: 'gauge',
    help: 'Devices that run another system than the newest order to them wants.',
    labels: [],
    roles: FLEET
  },
  shoal_device_last_seen_seconds: {
    type: 'gauge',
    help: 'When a device was last heard of, seconds since the epoch; 0 is never.',
    labels: ['device'],
    roles: FLEET
  },
  shoal_device_failed_units: {
    type: 'gauge',
    help: 'Units that have failed on a device, as it reported.',
    labels: ['device'],
    roles: FLEET
  },
  shoal_device_disk_free_bytes: {
    type: 'gauge',
    help: 'Bytes free on the store of a device, as it reported.',
    labels: ['device'],
    roles: FLEET
  },
  shoal_linked: {
    type: 'gauge',
    help: '1 while this device has a coordinator that answers.',
    labels: [],
    roles: OWN
  },
  shoal_state: {
    type: 'gauge',
    help: '1 for the state that this device is in.',
    labels: ['state'],
    roles: OWN
  },
  shoal_generation: {
    type: 'gauge',
    help: 'Generation of the profile that runs on this device.',
    labels: [],
    roles: OWN
  }
} as const satisfies Record<string, Definition>
export type MetricName = keyof typeof METRICS

/** What is measured at one scrape. `status` is null where it cannot be had without asking the network (an admin). */
export interface Sample {
  readonly version: string
  readonly role: Role
  readonly name: string
  readonly startedMs: number
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly connected: readonly Role[]
  readonly certificateExpires: number
  readonly diskFreeBytes: number
  readonly diskReserveBytes: number
  readonly status: Status | null
}

/** The sample in Prometheus' text format. */
export async function renderMetrics(sample: Sample): Promise<string> {
  const registry = new Registry()
  const set = (name: MetricName, value: number, labels: Record<string, string> = {}): void => {
    metric(registry, name).inc(labels, value)
  }
  for (const [name, { roles }] of Object.entries(METRICS)) {
    if (roles.some((role) => role === sample.role)) metric(registry, name as MetricName)
  }
  set('shoal_info', 1, { version: sample.version, role: sample.role, name: sample.name })
  set('shoal_up_since_seconds', sample.startedMs / 1000)
  set('shoal_cpu_seconds_total', sample.cpuSeconds)
  set('shoal_memory_bytes', sample.memoryBytes)
  for (const role of ALL) {
    set('shoal_members_connected', sample.connected.filter((each) => each === role).length, { role })
  }
  set('shoal_certificate_expires_seconds', sample.certificateExpires)
  set('shoal_disk_free_bytes', sample.diskFreeBytes)
  set('shoal_disk_reserve_bytes', sample.diskReserveBytes)
  if (sample.status != null && sample.role === 'coordinator') fleet(sample.status, set)
  if (sample.status != null && sample.role === 'device') own(sample.status, set)
  return await registry.metrics()
}

type Setter = (name: MetricName, value: number, labels?: Record<string, string>) => void

function fleet({ devices }: Status, set: Setter): void {
  const count = (name: MetricName, when: (device: Status['devices'][number]) => boolean): void =>
    set(name, devices.filter(when).length)
  for (const device of devices) {
    const labels = { device: device.name }
    set('shoal_devices', 1, { state: device.state })
    set(
      'shoal_device_last_seen_seconds',
      device.lastSeen == null ? 0 : Date.parse(device.lastSeen) / 1000,
      labels
    )
    set('shoal_device_failed_units', device.units.failed.length, labels)
    if (device.disk.freeBytes != null) set('shoal_device_disk_free_bytes', device.disk.freeBytes, labels)
  }
  count('shoal_devices_online', ({ online }) => online)
  count('shoal_devices_relayed', ({ path }) => path === 'relay')
  count(
    'shoal_devices_behind',
    ({ wanted, running }) => wanted != null && wanted.toplevel !== running?.toplevel
  )
}

function own({ devices }: Status, set: Setter): void {
  const [device] = devices
  if (device == null) return
  set('shoal_linked', device.online ? 1 : 0)
  set('shoal_state', 1, { state: device.state })
  set('shoal_generation', device.running?.generation ?? 0)
}

/** Each scrape has a registry of its own, so that a device that is gone leaves no series behind. */
function metric(registry: Registry, name: MetricName): Gauge | Counter {
  const held = registry.getSingleMetric(name)
  if (held instanceof Gauge || held instanceof Counter) return held
  const { type, help, labels } = METRICS[name]
  const options = { name, help, labelNames: [...labels], registers: [registry] }
  return type === 'counter' ? new Counter(options) : new Gauge(options)
}

/** docs/metrics.md. */
export function metricsDocument(): string {
  const rows = Object.entries(METRICS).map(
    ([name, { type, labels, roles, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${roles.length === ALL.length ? 'all' : roles.join(', ')} | ${help} |`
  )
  return `# Metrics

Made from the table in \`src/services/metrics.ts\` (\`node scripts/metrics-document.ts\`); a test holds the two together. How to switch them on:
[operations.md](operations.md#seen-from-outside). A board for Grafana: [grafana.json](grafana.json).

| metric | type | labels | roles | what |
|---|---|---|---|---|
${rows.join('\n')}
`
}
