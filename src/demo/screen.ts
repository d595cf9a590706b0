/** What the demo shows while it runs: sentences above, one row a device below, redrawn on a terminal. */

import { stripVTControlCharacters, styleText } from 'node:util'
import { fetchedShare } from '../model/activation.ts'
import type { Device } from '../model/control.ts'

export interface Screen {
  /** A sentence that stays. */
  say(text: string): void
  /** The rows as they are now. */
  show(devices: readonly Device[]): void
  /** Lets the rows stand where they are. */
  settle(): void
}

/** The part of a stream that is needed here; process.stdout is one. */
interface Out {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const COLUMNS_DEFAULT = 80

/** Draws on `out`: redrawn rows on a terminal, elsewhere a line for each change of a device. */
export function createScreen(out: Out): Screen {
  const isTerminal = out.isTTY === true
  let rows: string[] = []
  let drawn = 0
  const last = new Map<string, string>()
  const clear = (): void => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[0J`)
    drawn = 0
  }
  const draw = (): void => {
    for (const text of rows) out.write(`${text}\n`)
    drawn = rows.length
  }
  return {
    say(text) {
      if (!isTerminal) {
        out.write(`${text}\n`)
        return
      }
      clear()
      out.write(`${styleText('bold', text, { validateStream: false })}\n`)
      draw()
    },
    show(devices) {
      if (isTerminal) {
        clear()
        rows = devices.map((device) => fit(row(device), out.columns ?? COLUMNS_DEFAULT))
        draw()
        return
      }
      for (const device of devices) {
        const text = plain(device)
        if (last.get(device.name) === text) continue
        last.set(device.name, text)
        out.write(`  ${text}\n`)
      }
    },
    settle() {
      rows = []
      drawn = 0
    }
  }
}

const COLOURS: Partial<Record<Device['state'], 'green' | 'yellow' | 'red'>> = {
  current: 'green',
  'rolled-back': 'red',
  failed: 'red',
  degraded: 'red',
  fetching: 'yellow',
  activating: 'yellow',
  confirming: 'yellow'
}
const BAR_WIDTH = 16

function row(device: Device): string {
  const state = device.online ? device.state : `${device.state}, away`
  const colour = COLOURS[device.state]
  const padded = state.padEnd(17)
  const shown = colour == null ? padded : styleText(colour, padded, { validateStream: false })
  return `  ${device.name.padEnd(10)} ${shown} ${versions(device).padEnd(8)} ${bar(device.progress)}`
}

/** What runs, and what is on its way there. */
function versions(device: Device): string {
  const running = device.running?.version ?? '-'
  const wanted = device.wanted?.version
  const isOver = device.state === 'rolled-back' || device.state === 'failed'
  return wanted == null || wanted === running || isOver ? running : `${running} → ${wanted}`
}

function bar(progress: Device['progress']): string {
  if (progress == null) return ''
  const full = Math.round(fetchedShare(progress) * BAR_WIDTH)
  const bytes =
    progress.bytesTotal === 0
      ? ''
      : ` ${megabytes(progress.bytesDone)} of ${megabytes(progress.bytesTotal)} MB`
  return `${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}${bytes}`
}

/** Bytes change too often for lines that stay: only states, steps and versions are told. */
function plain(device: Device): string {
  const step = device.progress == null ? '' : ` (${device.progress.step})`
  const away = device.online ? '' : ', away'
  return `${device.name}: ${device.state}${step}${away}, ${versions(device)}`
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** A row that wraps could not be redrawn. Colours are given up for the rare row that is too long. */
function fit(text: string, columns: number): string {
  const bare = stripVTControlCharacters(text)
  return bare.length < columns ? text : bare.slice(0, columns - 1)
}
