/** The open rollouts as they were read last: a turn before which nothing was written reads nothing again. */

import type { CoordinatorState } from '../../state/coordinator.ts'
import type { RolloutDevice, StoredRollout } from '../../state/rollouts.ts'

export interface HeldRollout {
  readonly rollout: StoredRollout
  readonly rows: readonly RolloutDevice[]
}

/** Rows held over all rollouts; what is beyond is read at each turn. */
const ROWS_HELD_MAX = 20_000

/**
 * Stands before the state of a coordinator, which is the one writer of its database. Whatever is written through `state`
 * makes it read anew.
 */
export class OpenRollouts {
  readonly state: CoordinatorState
  readonly #held = new Map<string, HeldRollout>()
  #heldRows = 0
  #ids: readonly string[] | undefined
  /** Counts what was written: a read that began before a write is not kept. */
  #writes = 0

  constructor(state: CoordinatorState) {
    const written = <A extends unknown[], R>(
      write: (...args: A) => Promise<R>,
      endsNothing: (...args: A) => boolean = () => false
    ) => {
      return async (...args: A): Promise<R> => {
        try {
          return await write(...args)
        } finally {
          this.#forget(endsNothing(...args))
        }
      }
    }
    this.state = {
      ...state,
      putRollout: written(state.putRollout),
      joinRollout: written(state.joinRollout),
      setRolloutProgress: written(state.setRolloutProgress),
      updateRolloutDevice: written(
        state.updateRolloutDevice,
        (_id, _peer, changes) => changes.outcome === undefined
      )
    }
  }

  /** Ids of the open rollouts, newest first. */
  async ids(): Promise<readonly string[]> {
    const { state } = this
    const before = this.#writes
    const ids = this.#ids ?? (await state.openRolloutIds())
    if (this.#writes === before) this.#ids = ids
    return ids
  }

  /** A rollout with its rows; undefined when there is none of this id. */
  async read(id: string): Promise<HeldRollout | undefined> {
    const held = this.#held.get(id)
    if (held != null) return held
    const before = this.#writes
    const rollout = await this.state.rollout(id)
    if (rollout == null) return undefined
    const read = { rollout, rows: await this.state.rolloutDevices(id) }
    if (this.#writes === before && this.#heldRows + read.rows.length <= ROWS_HELD_MAX) {
      this.#held.set(id, read)
      this.#heldRows += read.rows.length
    }
    return read
  }

  /** A row that goes on neither opens nor ends a rollout. */
  #forget(areSameOpen: boolean): void {
    this.#writes++
    if (!areSameOpen) this.#ids = undefined
    this.#held.clear()
    this.#heldRows = 0
  }
}
