/** What a person sees: stdout is data, stderr is talk; colour and redrawing only on a terminal. */

import { stripVTControlCharacters, styleText } from 'node:util'
import { errorView } from '../daemon/control.ts'
import { COLUMNS_DEFAULT, Drawing } from './drawing.ts'
import { hintOf } from './hints.ts'
import type { Paint, Size } from './rows.ts'
import { widthOf } from './rows.ts'

export interface Output {
  readonly isJson: boolean
  /** One JSON document on stdout: the only one, or one a line where a command follows. */
  json(document: unknown): void
  /** Data for people and pipes. */
  line(text: string): void
  /** Talk, on stderr. */
  say(text: string): void
  /** On a terminal rows that replace the rows before; elsewhere lines, each when it is new. All on stderr. */
  redraw(
    rows: (size: Size, paint: Paint) => readonly string[],
    lines: (paint: Paint) => readonly string[]
  ): void
  /** Leaves what was drawn last on the screen. */
  settle(): void
  error(error: unknown): void
}

/** Control characters of names and messages, and those that turn text around, must not reach the terminal. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

export function createOutput(isJson: boolean): Output {
  const drawing = new Drawing(process.stderr)
  const paint: Paint = (word, shown) => coloured(word, shown, process.stderr)
  return {
    isJson,
    json: (document) => {
      process.stdout.write(`${JSON.stringify(document)}\n`)
    },
    line: (text) => {
      process.stdout.write(`${text}\n`)
    },
    say: (text) => {
      process.stderr.write(`${text}\n`)
    },
    redraw: (rows, lines) => {
      if (drawing.isTerminal) drawing.draw(rows(drawing.size, paint))
      else drawing.tell(lines(paint))
    },
    settle: () => {
      drawing.settle()
    },
    error: (error) => {
      const { error: view } = errorView(error)
      const hint = view.hint ?? hintOf(error, view.code)
      process.stderr.write(`shoal: error: ${clean(view.message)}\n`)
      if (hint != null) process.stderr.write(`shoal: hint: ${clean(hint)}\n`)
      if (isJson) {
        const { code, message } = view
        process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
      }
    }
  }
}

type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'gray'

/** Green: as ordered. Yellow: a person should look. Red: not as ordered. Cyan: at work. Grey: nothing known. */
const COLOURS: Readonly<Record<string, Colour>> = {
  current: 'green',
  committed: 'green',
  done: 'green',
  degraded: 'yellow',
  deferred: 'yellow',
  drifted: 'yellow',
  paused: 'yellow',
  superseded: 'yellow',
  failed: 'red',
  'rolled-back': 'red',
  aborted: 'red',
  halted: 'red',
  fetching: 'cyan',
  activating: 'cyan',
  confirming: 'cyan',
  running: 'cyan',
  waiting: 'gray',
  unknown: 'gray'
}

/** A word of state or outcome in the colour that it always has, where the stream shows colours. */
export function coloured(word: string, shown = word, stream: NodeJS.WriteStream = process.stdout): string {
  const colour = COLOURS[word]
  return colour == null ? shown : styleText(colour, shown, { stream })
}

/** The size to write data for: the terminal's width, and as many rows as there are; off a terminal nothing is cut. */
export const pageSize = (): Size => ({
  columns: process.stdout.isTTY ? process.stdout.columns || COLUMNS_DEFAULT : Number.POSITIVE_INFINITY,
  rows: Number.POSITIVE_INFINITY
})

/** Columns of equal width; the last one is as long as it is. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell) + 2)
      )
      .join('')
      .trimEnd()
  )
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `12.3 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** `12 s`, `5 min`, `3 h`, `2 d` before now. */
export function agoText(at: string | null, nowMs: number): string {
  if (at == null) return 'never'
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} d ago`
}

/** A bar of ten cells, or as many as are told. */
export function bar(done: number, total: number, cells = 10): string {
  const full = total === 0 ? 0 : Math.floor((Math.min(done, total) / total) * cells)
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}]`
}
