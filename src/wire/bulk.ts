/** Bulk over a relay: within what the relay said that its quota allows. Control needs no leave. docs/mesh.md, Relays. */

import type { Connection } from '@libp2p/interface'
import { RefusedError } from '../base/errors.ts'

export const QUOTA_HINT =
  'it fills up again within the hour; a direct path has none: shoal ping NAME tells why there is none'

/** Bytes of bulk that a connection may still carry, both directions together; undefined: as many as one likes. */
export function bulkLeft(connection: Pick<Connection, 'direct' | 'limits'>): number | undefined {
  if (connection.direct) return undefined
  const { bytes } = connection.limits ?? {}
  return bytes == null ? undefined : Number(bytes)
}

/**
 * To be asked before bulk begins and after each piece of it. Throws RefusedError (`relay_quota`) when the connection is
 * relayed and the quota is used up: the same may go on when a direct path is found, or later.
 */
export function requireBulk(connection: Pick<Connection, 'direct' | 'limits'>): void {
  const left = bulkLeft(connection)
  if (left == null || left > 1) return
  throw new RefusedError('relay_quota', 'the quota of the relay is used up', {
    retryable: true,
    hint: QUOTA_HINT
  })
}

/** What a session may move at once, and for ever, and still be control: a person at a terminal is far below. */
const CONTROL_BYTES = 1_048_576
const CONTROL_BYTES_PER_SECOND = 8_192

/** Tells bulk from control by how much it moves: a bucket that a person at a terminal never empties. */
export class ControlMeter {
  #left = CONTROL_BYTES
  #moved = 0
  #atMs: number

  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  /** `moved` bytes since the beginning, both ways. Gives whether what moved since the last call was more than control. */
  isBulk(moved: number, nowMs: number): boolean {
    const filled = this.#left + ((nowMs - this.#atMs) / 1000) * CONTROL_BYTES_PER_SECOND
    const left = Math.min(CONTROL_BYTES, filled) - (moved - this.#moved)
    this.#moved = moved
    this.#atMs = nowMs
    this.#left = Math.max(0, left)
    return left < 0
  }
}
