/** Rows that are drawn over on a terminal; elsewhere lines, each when it is new. */

import { stripVTControlCharacters } from 'node:util'
import type { Size } from './rows.ts'
import { cut, widthOf } from './rows.ts'

/** The part of a stream that is needed here; process.stderr is one. */
export interface Out {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export const COLUMNS_DEFAULT = 80
const ROWS_DEFAULT = 24

export class Drawing {
  readonly #out: Out
  /** What stands on the terminal now. */
  #drawn: readonly string[] = []
  /** Lines of the last time, where there is no terminal. */
  #told: ReadonlySet<string> = new Set()

  constructor(out: Out) {
    this.#out = out
  }

  get isTerminal(): boolean {
    return this.#out.isTTY === true
  }

  get size(): Size {
    const { columns, rows } = this.#out
    // A terminal that does not know its size says 0.
    return { columns: columns || COLUMNS_DEFAULT, rows: rows || ROWS_DEFAULT }
  }

  /**
   * Replaces the rows by these, in one write, each line overwritten and not cleared first, so that nothing flickers. What does not fit is
   * cut: rows that have left the screen could not be reached again.
   */
  draw(rows: readonly string[]): void {
    const { columns, rows: height } = this.size
    const next = rows.slice(0, Math.max(1, height - 1)).map((row) => cut(row, columns))
    if (next.length === this.#drawn.length && next.every((row, at) => row === this.#drawn[at])) return
    // A terminal that has become narrower has wrapped what stood there.
    const up = this.#drawn.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0)
    const back = up === 0 ? '' : `\u001b[${up}A\r`
    this.#out.write(`${back}${next.map((row) => `${row}\u001b[K\n`).join('')}${up === 0 ? '' : '\u001b[J'}`)
    this.#drawn = next
  }

  /** Writes those of these lines that were not there the last time. */
  tell(lines: readonly string[]): void {
    const news = lines.map(stripVTControlCharacters).filter((line) => !this.#told.has(line))
    if (news.length > 0) this.#out.write(news.map((line) => `${line}\n`).join(''))
    this.#told = new Set(lines.map(stripVTControlCharacters))
  }

  /** Lets what was drawn stand. */
  settle(): void {
    this.#drawn = []
    this.#told = new Set()
  }
}
