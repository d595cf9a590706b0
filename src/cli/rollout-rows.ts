/** What people see of a rollout: while they wait for it, and afterwards. */

import { fetchedShare } from '../model/activation.ts'
import type { RolloutDeviceView, RolloutView } from '../model/control.ts'
import { bar, bytesText, clean } from './output.ts'
import type { Column, Item, Paint, Size } from './rows.ts'
import { countLines, cut, fitTable, pick, wrap } from './rows.ts'

const COLUMNS: readonly Column[] = [
  { title: 'DEVICE', min: 10, drop: 0 },
  { title: 'OUTCOME', min: 11, drop: 0 },
  { title: '', drop: 2 },
  { title: 'GEN', isRight: true, min: 4, drop: 5 },
  { title: 'RECEIVED', isRight: true, min: 8, drop: 4 },
  { title: 'TIME', isRight: true, min: 8, drop: 3 }
]
const TROUBLE: ReadonlySet<string> = new Set(['failed', 'rolled-back', 'degraded', 'deferred'])
const WIDE_COLUMNS = 110
const ERROR_INDENT = '  '
/** Lines of an error: while others are at work, and once all is over. */
const ERROR_LINES = { running: 1, over: 4 }
/** Head, the table's header, the count of those not shown (two lines), and the line where the cursor stands. */
const ROWS_BESIDE = 5

/** Everything in rows that fit: all devices where there is room, else those in trouble or at work, and how many others. */
export function rolloutRows(view: RolloutView, size: Size, paint: Paint): string[] {
  const lines = view.phase === 'running' ? ERROR_LINES.running : ERROR_LINES.over
  const items = view.devices.map((device) => itemOf(device, size.columns, lines))
  const cells = size.columns >= WIDE_COLUMNS ? 24 : 10
  const summary = items.length > 1 ? summaryOf(items, cells, size.columns, paint) : []
  const { shown, hidden } = pick(items, Math.max(1, size.rows - ROWS_BESIDE - summary.length))
  const [header = '', ...rows] = fitTable(
    COLUMNS,
    shown.map(({ device }) => rowOf(device, cells, paint)),
    size.columns
  )
  return [
    cut(headOf(view, paint), size.columns),
    ...summary,
    ...(shown.length > 0 ? [header] : []),
    ...shown.flatMap(({ errors }, at) => [rows[at] ?? '', ...errors]),
    ...(hidden.length > 0 ? countLines(`and ${hidden.length} more`, hidden, size.columns, paint) : [])
  ]
}

/** Lines for where nothing can be drawn over: each says a state, and none of them changes with every byte. */
export function rolloutNews(view: RolloutView, paint: Paint): string[] {
  const isOver = view.outcome !== 'running'
  const items = view.devices.map((device) => itemOf(device, Number.POSITIVE_INFINITY, 1))
  return [
    headOf(view, paint),
    ...items.flatMap(({ device, word }) => {
      if (word === 'waiting') return []
      const error = device.error == null ? '' : ` (${errorText(device)})`
      return [`${clean(device.name)}: ${paint(word, word === 'running' ? stepOf(device) : word)}${error}`]
    }),
    ...(isOver && items.length > 1
      ? countLines(`${items.length} devices`, items, Number.POSITIVE_INFINITY, paint)
      : [])
  ]
}

interface DeviceItem extends Item {
  readonly device: RolloutDeviceView
  readonly errors: readonly string[]
}

function itemOf(device: RolloutDeviceView, columns: number, lines: number): DeviceItem {
  const { outcome, state } = device
  const word = outcome ?? (state === 'waiting' ? 'waiting' : 'running')
  const errors =
    device.error == null
      ? []
      : wrap(errorText(device), columns - ERROR_INDENT.length, lines).map((line) => ERROR_INDENT + line)
  const kind = TROUBLE.has(word) ? 'trouble' : word === 'running' ? 'work' : 'rest'
  return { device, word, kind, errors, height: 1 + errors.length }
}

const errorText = ({ error }: RolloutDeviceView): string =>
  error == null ? '' : clean(`${error.code}: ${error.message}`)

const stepOf = (device: RolloutDeviceView): string => device.progress?.step ?? device.state

function rowOf(device: RolloutDeviceView, cells: number, paint: Paint): string[] {
  const { outcome, progress } = device
  const word = outcome ?? (device.state === 'waiting' ? 'waiting' : 'running')
  const filled = bar(outcome != null ? 1 : progress == null ? 0 : fetchedShare(progress), 1, cells)
  return [
    clean(device.name),
    paint(word, word === 'running' ? stepOf(device) : word),
    paint(word, filled),
    device.generation == null ? '-' : String(device.generation),
    device.bytesReceived === 0 && outcome == null ? '-' : bytesText(device.bytesReceived),
    device.seconds == null ? '-' : `${device.seconds.toFixed(1)} s`
  ]
}

const headOf = (view: RolloutView, paint: Paint): string =>
  `${clean(view.version)}  ${view.kind === 'rollback' ? 'rollback' : view.action}  ${paint(view.outcome)}${stageOf(view)}  ${view.rollout}`

/** How many devices have an outcome, and what the others are at. */
function summaryOf(items: readonly DeviceItem[], cells: number, width: number, paint: Paint): string[] {
  const done = items.filter(({ device }) => device.outcome != null).length
  return countLines(`${bar(done, items.length, cells)} ${done} of ${items.length}`, items, width, paint)
}

/** Which wave, why it halted, when it begins. */
function stageOf(view: RolloutView): string {
  if (view.reason != null) return ` (${clean(view.reason)}); 'shoal rollout resume' or 'abort' decides`
  if (view.phase !== 'running') return ''
  if (view.plan.at != null && view.devices.every(({ wave }) => wave == null)) {
    return `  not before ${view.plan.at}`
  }
  return view.wavesCount > 1 ? `  wave ${Math.min(view.wave + 1, view.wavesCount)} of ${view.wavesCount}` : ''
}
