/** What a person sees: stdout is data, stderr is talk; colour and redrawing only on a terminal. */

import { stripVTControlCharacters, styleText } from 'node:util'
import { errorView } from '../daemon/control.ts'

export interface Output {
  readonly isJson: boolean
  /** One JSON document on stdout: the only one, or one a line where a command follows. */
  json(document: unknown): void
  /** Data for people and pipes. */
  line(text: string): void
  /** Talk, on stderr. */
  say(text: string): void
  /** Rows that replace the rows before on a terminal, and are lines elsewhere when they have changed. */
  redraw(rows: readonly string[]): void
  /** Leaves what was drawn last on the screen. */
  settle(): void
  error(error: unknown): void
}

const COLUMNS_DEFAULT = 80

/** Control characters of names and messages, and those that turn text around, must not reach the terminal. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

export function createOutput(isJson: boolean): Output {
  let drawn = 0
  let last = ''
  const isTerminal = process.stderr.isTTY
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
    redraw: (rows) => {
      const text = rows.map((row) => fit(row, isTerminal)).join('\n')
      if (text === last) return
      if (isTerminal) {
        const up = drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : ''
        process.stderr.write(`${up}${text}\n`)
      } else {
        const before = new Set(last.split('\n'))
        const news = text.split('\n').filter((row) => !before.has(row))
        process.stderr.write(news.map((row) => `${row}\n`).join(''))
      }
      drawn = rows.length
      last = text
    },
    settle: () => {
      drawn = 0
      last = ''
    },
    error: (error) => {
      const { error: view } = errorView(error)
      process.stderr.write(`shoal: error: ${clean(view.message)}\n`)
      if (view.hint != null) process.stderr.write(`shoal: hint: ${clean(view.hint)}\n`)
      if (isJson) {
        const { code, message, hint } = view
        process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
      }
    }
  }
}

/** Cuts a row to the terminal's width. */
function fit(row: string, isTerminal: boolean): string {
  if (!isTerminal) return stripVTControlCharacters(row)
  const width = process.stderr.columns || COLUMNS_DEFAULT
  const plain = stripVTControlCharacters(row)
  return plain.length <= width ? row : `${plain.slice(0, width - 1)}…`
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

/** A word of state or outcome in the colour that it always has. */
export function coloured(word: string, shown = word): string {
  const colour = COLOURS[word]
  return colour == null ? shown : styleText(colour, shown, { stream: process.stdout })
}

/** Columns of equal width; the last one is as long as it is. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows]
  const width = (cell: string): number => stripVTControlCharacters(cell).length
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell) + 2)
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

/** A bar of ten cells. */
export function bar(done: number, total: number): string {
  const cells = total === 0 ? 0 : Math.floor((Math.min(done, total) / total) * 10)
  return `[${'#'.repeat(cells)}${'.'.repeat(10 - cells)}]`
}
