/** What was made from a text is kept and given again. */

/**
 * `make`, with its last results kept: for what is costly to make, never changes, and is asked for again soon. When `countMax` are
 * held all are forgotten. What `make` throws is thrown and not kept.
 */
export function memo<T>(countMax: number, make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>()
  return (text) => {
    const held = made.get(text)
    if (held !== undefined) return held
    const fresh = make(text)
    if (made.size >= countMax) made.clear()
    made.set(text, fresh)
    return fresh
  }
}
