/** What people see of the fleet. */

import { fetchedShare } from '../model/activation.ts'
import type { Device, Status } from '../model/control.ts'
import { agoText, bar, clean } from './output.ts'
import type { Column, Item, Paint, Size } from './rows.ts'
import { countLines, cut, fitTable, pick } from './rows.ts'

const COLUMNS: readonly Column[] = [
  { title: 'DEVICE', min: 10, drop: 0 },
  { title: 'STATE', min: 11, drop: 0 },
  { title: 'RUNS', drop: 1 },
  { title: 'WANTED', drop: 2 },
  { title: 'SEEN', min: 10, drop: 3 },
  { title: 'GEN', isRight: true, drop: 5 },
  { title: 'PATH', drop: 4 },
  { title: '', drop: 0 }
]
const TROUBLE: ReadonlySet<string> = new Set(['failed', 'rolled-back', 'degraded', 'deferred', 'drifted'])
const WORK: ReadonlySet<string> = new Set(['fetching', 'activating', 'confirming'])
const ERROR_INDENT = '  '
/** The table's header, the counts of all and of those not shown (two lines each), and the line where the cursor stands. */
const ROWS_BESIDE = 6

interface DeviceItem extends Item {
  readonly device: Device
  readonly errors: readonly string[]
}

/** The fleet in rows that fit: all devices where there is room, else those in trouble or at work, and how many others. */
export function statusRows(status: Status, size: Size, paint: Paint): string[] {
  if (status.devices.length === 0) return ['no devices yet: shoal ticket makes a ticket for one']
  const now = Date.parse(status.at)
  const items = status.devices.map((device) => itemOf(device, size.columns))
  const { shown, hidden } = pick(items, Math.max(1, size.rows - ROWS_BESIDE))
  const [header = '', ...rows] = fitTable(
    COLUMNS,
    shown.map(({ device }) => rowOf(device, now, paint)),
    size.columns
  )
  const online = status.devices.filter((device) => device.online).length
  return [
    ...(hidden.length > 0
      ? countLines(`${items.length} devices, ${online} online`, items, size.columns, paint)
      : []),
    ...(shown.length > 0 ? [header] : []),
    ...shown.flatMap(({ errors }, at) => [rows[at] ?? '', ...errors]),
    ...(hidden.length > 0 ? countLines(`and ${hidden.length} more`, hidden, size.columns, paint) : [])
  ]
}

function itemOf(device: Device, columns: number): DeviceItem {
  const { state, lastError } = device
  const isTrouble = TROUBLE.has(state)
  const errors =
    isTrouble && lastError != null
      ? [cut(ERROR_INDENT + clean(`${lastError.code}: ${lastError.message}`), columns)]
      : []
  const kind = isTrouble ? 'trouble' : WORK.has(state) ? 'work' : 'rest'
  return { device, word: state, kind, errors, height: 1 + errors.length }
}

function rowOf(device: Device, now: number, paint: Paint): string[] {
  const { running, progress } = device
  return [
    clean(device.name),
    paint(device.state),
    clean(running?.version ?? (running == null ? '-' : 'other')),
    clean(device.wanted?.version ?? '-'),
    device.online ? 'online' : agoText(device.lastSeen, now),
    running == null ? '-' : String(running.generation),
    device.path ?? '-',
    progress == null ? '' : paint(device.state, bar(fetchedShare(progress), 1))
  ]
}
