/** The hours in which a device may be changed. */

/** Minutes since midnight UTC; `to` may be below `from`: the window then lasts over midnight. */
export interface UpdateWindow {
  readonly from: number
  readonly to: number
}

const PATTERN = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/
const DAY_MINUTES = 24 * 60

/** Parses `22:00-05:30` (UTC, every day); undefined when it is none, or is empty. */
export function parseWindow(text: string): UpdateWindow | undefined {
  const match = PATTERN.exec(text)
  if (match == null) return undefined
  const [from, to] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])]
  return from === to ? undefined : { from, to }
}

/** Milliseconds until the window is open; 0 when it is. */
export function opensInMs(window: UpdateWindow, nowMs: number): number {
  const dayMs = DAY_MINUTES * 60_000
  const since = (((nowMs % dayMs) + dayMs) % dayMs) - window.from * 60_000
  const sinceOpening = since < 0 ? since + dayMs : since
  const lengthMs = ((window.to - window.from + DAY_MINUTES) % DAY_MINUTES) * 60_000
  return sinceOpening < lengthMs ? 0 : dayMs - sinceOpening
}
