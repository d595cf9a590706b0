/** A session as it is written down: once when it begins, once when it ends. */
export interface SessionRecord {
  /** First 8 bytes of the session's id in hex. */
  readonly session: string
  /** Name and peer ID of the admin. */
  readonly admin: string
  readonly peer: string
  /** `shell CMD`, `forward HOST:PORT`, `speed`; at most WHAT_LENGTH_MAX characters. */
  readonly what: string
  /** Null while it runs: milliseconds, and `done` or the code of what ended it. */
  readonly ended: { readonly ms: number; readonly code: string } | null
}

export const WHAT_LENGTH_MAX = 256

/** A record as a line of the log. */
export function sessionText({ session, admin, what, ended }: SessionRecord): string {
  const about = `session ${session} of ${admin}: ${what}`
  return ended == null ? `${about}: began` : `${about}: ended after ${ended.ms} ms (${ended.code})`
}
