/** Bugs on purpose: what the coordinator decides on is not what is so. The watch must find each of them. */

import type { CoordinatorState } from '../../src/state/coordinator.ts'
import type { RolloutDevice } from '../../src/state/rollouts.ts'

export const PLANTS = ['gate', 'wave', 'outcome', 'pause'] as const
export type Plant = (typeof PLANTS)[number]

const ROWS: Partial<Record<Plant, (row: RolloutDevice) => RolloutDevice>> = {
  // Failures pass the gate as if they were well.
  gate: (row) =>
    row.outcome === 'failed' || row.outcome === 'rolled-back'
      ? { ...row, outcome: 'committed', error: null }
      : row,
  // Whoever is at work is not counted in its wave.
  wave: (row) => (row.state === 'accepted' && row.outcome == null ? { ...row, outcome: 'superseded' } : row)
}

/** The state as a coordinator with this bug sees it. */
export function planted(state: CoordinatorState, plant: Plant | undefined): CoordinatorState {
  const lie = plant == null ? undefined : ROWS[plant]
  if (lie != null) {
    return { ...state, rolloutDevices: async (id) => (await state.rolloutDevices(id)).map(lie) }
  }
  if (plant !== 'pause') return state
  // A pause is written down and not kept.
  return {
    ...state,
    rollout: async (id) => {
      const held = await state.rollout(id)
      return held?.state === 'paused'
        ? { ...held, state: 'running', progress: { ...held.progress, phase: 'running' } }
        : held
    }
  }
}
