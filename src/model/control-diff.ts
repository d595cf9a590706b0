/** The part of the control API that compares closures. Everyone imports control.ts. */

import { z } from 'zod'

const side = z.object({
  release: z.string().nullable(),
  version: z.string().nullable(),
  toplevel: z.string()
})

const packageSchema = z.object({ name: z.string(), versions: z.array(z.string()), narBytes: z.number() })
export type PackageView = z.infer<typeof packageSchema>

const changeSchema = z.object({
  name: z.string(),
  from: z.array(z.string()),
  to: z.array(z.string()),
  /** What it grows by, less than 0 where it shrinks. */
  narBytes: z.number()
})
export type ChangeView = z.infer<typeof changeSchema>

export const diffSchema = z.object({
  device: z.string(),
  /** What the device runs, as it reported; null before its first report. */
  from: side.nullable(),
  to: side,
  added: z.array(packageSchema),
  removed: z.array(packageSchema),
  /** Other versions than before. */
  changed: z.array(changeSchema),
  /** The same versions as before, built anew. */
  rebuilt: z.array(changeSchema),
  /** Packages of all four lists that did not fit into the answer. */
  omitted: z.number(),
  /**
   * `closure`: compared with the closure that the device runs. `none`: what it runs was not published here, or its
   * content is no longer kept; then everything counts as added, and the bytes are an upper bound.
   */
  basis: z.enum(['closure', 'none']),
  /** Paths that are not in the closure that the device runs, as NARs and as chunks on their way. */
  pathsCount: z.number(),
  narBytes: z.number(),
  bytes: z.number()
})
export type DiffView = z.infer<typeof diffSchema>
