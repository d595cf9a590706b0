/** Rows for a terminal of any size: columns that give way where it is narrow, and what is shown where not all fits. */

import { stripVTControlCharacters } from 'node:util'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** A word of state or outcome in its colour; `shown` instead of the word itself. */
export type Paint = (word: string, shown?: string) => string

export interface Column {
  readonly title: string
  /** It is at least so wide, so that rows stand still while their values change. */
  readonly min?: number
  /** Numbers end at the same place. */
  readonly isRight?: boolean
  /** Where the terminal is narrow the highest goes first; 0 stays. */
  readonly drop: number
}

const GAP = 2
const FIRST_COLUMN_MIN = 8

export const widthOf = (text: string): number => stripVTControlCharacters(text).length

/** Cuts to a width. A text that is cut loses its colours. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${stripVTControlCharacters(text).slice(0, Math.max(0, width - 1))}…`
}

/** A header and rows of at most `width`: columns are dropped, then the first one is cut, until it fits. */
export function fitTable(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width: number
): string[] {
  const rows = [columns.map(({ title }) => title), ...cells]
  const widths = columns.map(({ min = 0 }, at) => Math.max(min, ...rows.map((row) => widthOf(row[at] ?? ''))))
  // A column without any value says nothing.
  let kept = columns.flatMap((_, at) => (at === 0 || cells.some((row) => (row[at] ?? '') !== '') ? [at] : []))
  const total = (): number => kept.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP, -GAP)
  while (total() > width) {
    const [worst] = kept.toSorted((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))
    if (worst == null || (columns[worst]?.drop ?? 0) === 0) break
    kept = kept.filter((at) => at !== worst)
  }
  const first = Math.max(FIRST_COLUMN_MIN, (widths[0] ?? 0) - Math.max(0, total() - width))
  return rows.map((row) => {
    const parts = kept.map((at, place) => {
      const cell = at === 0 ? cut(row[0] ?? '', first) : (row[at] ?? '')
      const fill = ' '.repeat(Math.max(0, (at === 0 ? first : (widths[at] ?? 0)) - widthOf(cell)))
      if (columns[at]?.isRight === true) return fill + cell
      return place === kept.length - 1 ? cell : cell + fill
    })
    return cut(parts.join(' '.repeat(GAP)).trimEnd(), width)
  })
}

export type Kind = 'trouble' | 'work' | 'rest'

export interface Item {
  readonly kind: Kind
  /** State or outcome, as it is counted. */
  readonly word: string
  /** Rows that it takes. */
  readonly height: number
}

/**
 * Which items are shown in `rows` rows, in their own order: all where they fit, else those in trouble and those at work; either has
 * half of the rows for itself.
 */
export function pick<T extends Item>(items: readonly T[], rows: number): { shown: T[]; hidden: T[] } {
  const heightOf = (list: readonly T[]): number => list.reduce((sum, { height }) => sum + height, 0)
  if (heightOf(items) <= rows) return { shown: [...items], hidden: [] }
  const work = items.filter(({ kind }) => kind === 'work')
  const half = Math.max(Math.ceil(rows / 2), rows - heightOf(work))
  const chosen = new Set<T>()
  let used = 0
  const take = (kind: Kind, limit: number): void => {
    for (const item of items) {
      if (item.kind !== kind || used + item.height > limit) continue
      chosen.add(item)
      used += item.height
    }
  }
  take('trouble', half)
  take('work', rows)
  return {
    shown: items.filter((item) => chosen.has(item)),
    hidden: items.filter((item) => !chosen.has(item))
  }
}

const RANK: readonly Kind[] = ['trouble', 'work', 'rest']

/** `200 devices: 2 failed, 118 committed`, in trouble first, then at work; broken between counts into lines of at most `width`. */
export function countLines(
  title: string,
  items: readonly { readonly word: string; readonly kind: Kind }[],
  width: number,
  paint: Paint
): string[] {
  const counts = new Map<string, { kind: Kind; count: number }>()
  for (const { word, kind } of items) counts.set(word, { kind, count: (counts.get(word)?.count ?? 0) + 1 })
  const sorted = [...counts].toSorted(
    ([, a], [, b]) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind) || b.count - a.count
  )
  const lines: string[] = []
  let line = `${title}:`
  for (const [at, [word, { count }]] of sorted.entries()) {
    const part = ` ${paint(word, `${count} ${word}`)}${at < sorted.length - 1 ? ',' : ''}`
    if (widthOf(line + part) > width) {
      lines.push(line)
      line = ' '
    }
    line += part
  }
  return [...lines, line].map((text) => cut(text, width))
}

/** Words in lines of at most `width`, at most `lines` of them; what is left is cut. */
export function wrap(text: string, width: number, lines: number): string[] {
  const wrapped: string[] = []
  let rest = text
  while (wrapped.length < lines - 1 && rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const at = space > width / 2 ? space : width
    wrapped.push(rest.slice(0, at))
    rest = rest.slice(at).trimStart()
  }
  return [...wrapped, cut(rest, width)]
}
