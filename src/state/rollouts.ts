import { isDeepStrictEqual } from 'node:util'
import type { Selectable } from 'kysely'
import { equalBytes } from '../base/bytes.ts'
import { ConflictError, NotFoundError } from '../base/errors.ts'
import type { ActivationError } from '../model/activation.ts'
import type { Action, Offer, OfferKind } from '../model/offer.ts'
import type { Phase, RolloutProgress, RolloutRow } from '../model/rollout.ts'
import { BEGINNING, isFinal } from '../model/rollout.ts'
import type { RolloutPlan } from '../model/rollout-plan.ts'
import type { CoordinatorDatabase, CoordinatorTables } from './coordinator-schema.ts'
import type { By } from './events.ts'
import { appendEvent } from './events.ts'
import { kept } from './kept.ts'
import { counterFloor } from './restored.ts'

export interface StoredRollout {
  readonly id: string
  /** The signed offer. */
  readonly bytes: Uint8Array
  /** Id of the release. */
  readonly release: string
  readonly counter: number
  readonly kind: OfferKind
  readonly action: Action
  readonly selector: string
  readonly parallel: number
  readonly again: boolean
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
  readonly createdAt: number
  readonly state: Phase
  readonly plan: RolloutPlan
  readonly progress: RolloutProgress
}

export interface RolloutDevice extends Omit<RolloutRow, 'errorCode'> {
  readonly error: ActivationError | null
  readonly bytesReceived: number
  readonly generation: number | null
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly progress: DeviceProgress | null
}

export interface DeviceProgress {
  readonly step: string
  readonly bytesDone: number
  readonly bytesTotal: number
}

export type RolloutDeviceChanges = Partial<Omit<RolloutDevice, 'peer'>>

export const ROLLOUTS_LIST_MAX = 1000

/** Phases in which a rollout may still offer. */
const OPEN: readonly Phase[] = ['running', 'paused', 'halted']

/** Rows of one insert: nine values each, and SQLite takes 32,766 variables. */
const DEVICES_BATCH = 1024
/** What the coordinator concludes by itself, and a device's own word corrects. */
const CONCLUDED: ReadonlySet<string | null> = new Set(['offer_expired', 'rollout_aborted'])

/**
 * Starts a rollout: its signed offer, and a waiting row for each device in the order given. The same offer
 * again changes nothing. Returns whether it was new. Throws ConflictError (`offer_counter`) unless its
 * counter is above every one before, NotFoundError (`release_not_found`).
 */
export async function putRollout(
  db: CoordinatorDatabase,
  entry: { id: string; bytes: Uint8Array; release: string; offer: Offer; plan: RolloutPlan },
  devices: readonly string[],
  by: By
): Promise<boolean> {
  const { id, bytes, release, offer, plan } = entry
  return await db.transaction().execute(async (trx) => {
    const held = await rollout(trx, id)
    if (held != null && equalBytes(held.bytes, bytes)) return false
    const last = await lastOfferCounter(trx)
    if (offer.counter <= last) {
      throw new ConflictError('offer_counter', `the fleet is at offer counter ${last} already`, {
        retryable: true,
        hint: 'another offer came in between: start the rollout again'
      })
    }
    const known = trx.selectFrom('releases').select('id').where('id', '=', release)
    if ((await known.executeTakeFirst()) == null) {
      throw new NotFoundError('release_not_found', `no release ${release}`)
    }
    const { counter, kind, action, selector, parallel, issued, expires } = offer
    const facts = { counter, kind, action, selector, parallel, issued, expires, again: offer.again ? 1 : 0 }
    await trx
      .insertInto('rollouts')
      .values({
        ...facts,
        ...progressColumns(BEGINNING),
        id,
        bytes,
        release,
        createdAt: by.at,
        plan: JSON.stringify(plan)
      })
      .execute()
    await addDevices(trx, id, devices)
    const detail = { release, kind, action, selector, devices: devices.length, plan }
    await appendEvent(trx, { ...by, type: 'rollout_started', subject: id, detail })
    return true
  })
}

const FRESH = {
  state: 'waiting',
  bytesReceived: 0,
  progressBytesDone: 0,
  progressBytesTotal: 0,
  begun: 0,
  askAfter: 0
} as const

async function addDevices(trx: CoordinatorDatabase, id: string, devices: readonly string[]): Promise<void> {
  const fresh = { ...FRESH, late: 0 }
  const rows = devices.map((peer, position) => ({ ...fresh, rollout: id, peer, position }))
  for (let first = 0; first < rows.length; first += DEVICES_BATCH) {
    await trx
      .insertInto('rolloutDevices')
      .values(rows.slice(first, first + DEVICES_BATCH))
      .execute()
  }
}

/** Adds a device that came when the rollout was under way. False when it is in it already. */
export async function joinRollout(
  db: CoordinatorDatabase,
  id: string,
  peer: string,
  at: number
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const rows = trx.selectFrom('rolloutDevices').select('position').where('rollout', '=', id)
    const last = await rows.orderBy('position', 'desc').limit(1).executeTakeFirst()
    const row = { ...FRESH, rollout: id, peer, position: (last?.position ?? -1) + 1, late: 1 }
    const added = await trx
      .insertInto('rolloutDevices')
      .values(row)
      .onConflict((conflict) => conflict.columns(['rollout', 'peer']).doNothing())
      .returning('peer')
      .executeTakeFirst()
    if (added == null) return false
    await appendEvent(trx, { at, actor: 'coordinator', type: 'device_joined', subject: id, detail: { peer } })
    return true
  })
}

const byId = kept((db: CoordinatorDatabase, { id }: { id: string }) =>
  db.selectFrom('rollouts').selectAll().where('id', '=', id)
)

/** The rollout with this id. */
export async function rollout(db: CoordinatorDatabase, id: string): Promise<StoredRollout | undefined> {
  const [row] = await byId(db, { id })
  return row == null ? undefined : toRollout(row)
}

/** Rollouts, newest first. At most ROLLOUTS_LIST_MAX. */
export async function rollouts(db: CoordinatorDatabase): Promise<StoredRollout[]> {
  const newest = db.selectFrom('rollouts').selectAll().orderBy('counter', 'desc').limit(ROLLOUTS_LIST_MAX)
  return (await newest.execute()).map(toRollout)
}

const allOpen = (db: CoordinatorDatabase) => {
  const rows = db.selectFrom('rollouts').where((where) => {
    const own = where.selectFrom('rolloutDevices').whereRef('rolloutDevices.rollout', '=', 'rollouts.id')
    const unknown = own.where('outcome', 'is', null).select('peer')
    const isAborted = where('state', '=', 'aborted')
    return where.or([where('state', 'in', OPEN), where.and([isAborted, where.exists(unknown)])])
  })
  return rows.orderBy('counter', 'desc')
}
const openRows = kept((db: CoordinatorDatabase) => allOpen(db).selectAll())
const openIds = kept((db: CoordinatorDatabase) => allOpen(db).select('id'))

/** Rollouts that may still offer, and aborted ones in which a device has not said what became of it; newest first. */
export async function openRollouts(db: CoordinatorDatabase): Promise<StoredRollout[]> {
  return (await openRows(db, {})).map(toRollout)
}

/** Ids of the open rollouts, newest first. */
export async function openRolloutIds(db: CoordinatorDatabase): Promise<string[]> {
  return (await openIds(db, {})).map(({ id }) => id)
}

/** Counter of the fleet's last offer; 0 before the first. */
export async function lastOfferCounter(db: CoordinatorDatabase): Promise<number> {
  const counters = db.selectFrom('rollouts').select('counter').orderBy('counter', 'desc').limit(1)
  const last = (await counters.executeTakeFirst())?.counter ?? 0
  return Math.max(last, await counterFloor(db))
}

/** Stores how far a rollout is; a change of phase or wave becomes an event. */
export async function setRolloutProgress(
  db: CoordinatorDatabase,
  id: string,
  progress: RolloutProgress,
  by: By
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const columns = ['state', 'wave', 'settled', 'forgiven', 'waived', 'reason'] as const
    const held = await trx.selectFrom('rollouts').select(columns).where('id', '=', id).executeTakeFirst()
    const next = progressColumns(progress)
    if (held == null || isDeepStrictEqual({ ...held }, next)) return
    await trx.updateTable('rollouts').set(next).where('id', '=', id).execute()
    const { state, wave, reason } = next
    const detail = reason == null ? {} : { reason }
    const type = state === 'running' ? 'rollout_resumed' : `rollout_${state}`
    if (state !== held.state) await appendEvent(trx, { ...by, type, subject: id, detail })
    if (wave !== held.wave)
      await appendEvent(trx, { ...by, type: 'rollout_wave', subject: id, detail: { wave } })
  })
}

const progressColumns = (progress: RolloutProgress) => {
  const { phase: state, settledAt: settled, wave, forgiven, waived, reason } = progress
  return { state, wave, settled, forgiven, waived, reason }
}

const devicesOf = kept((db: CoordinatorDatabase, { id }: { id: string }) =>
  db.selectFrom('rolloutDevices').selectAll().where('rollout', '=', id).orderBy('position')
)

/** The devices of a rollout in the order in which they were given. */
export async function rolloutDevices(db: CoordinatorDatabase, id: string): Promise<RolloutDevice[]> {
  return (await devicesOf(db, { id })).map(toDevice)
}

const deviceOf = kept((db: CoordinatorDatabase, { id, peer }: { id: string; peer: string }) =>
  db.selectFrom('rolloutDevices').selectAll().where('rollout', '=', id).where('peer', '=', peer)
)

/** The row of one device in a rollout. */
export async function rolloutDevice(
  db: CoordinatorDatabase,
  id: string,
  peer: string
): Promise<RolloutDevice | undefined> {
  const [row] = await deviceOf(db, { id, peer })
  return row == null ? undefined : toDevice(row)
}

/** The open rollouts in which this device is not done, newest first, with its row in each. */
export async function activeRolloutsOf(
  db: CoordinatorDatabase,
  peer: string
): Promise<{ rollout: StoredRollout; device: RolloutDevice }[]> {
  const open = db.selectFrom('rolloutDevices').selectAll().where('peer', '=', peer)
  const devices = await open.where('state', '<>', 'done').execute()
  if (devices.length === 0) return []
  const byRollout = new Map(devices.map((row) => [row.rollout, toDevice(row)]))
  const running = db.selectFrom('rollouts').selectAll().where('state', '<>', 'done')
  const rows = await running
    .where('id', 'in', [...byRollout.keys()])
    .orderBy('counter', 'desc')
    .execute()
  return rows.flatMap((row) => {
    const device = byRollout.get(row.id)
    return device == null ? [] : [{ rollout: toRollout(row), device }]
  })
}

/** The newest rollout with this device, ended or not, with the device's row in it. */
export async function newestRolloutOf(
  db: CoordinatorDatabase,
  peer: string
): Promise<{ rollout: StoredRollout; device: RolloutDevice } | undefined> {
  const own = db.selectFrom('rolloutDevices').select('rollout').where('peer', '=', peer)
  const newest = db.selectFrom('rollouts').selectAll().where('id', 'in', own).orderBy('counter', 'desc')
  const row = await newest.limit(1).executeTakeFirst()
  if (row == null) return undefined
  const device = await rolloutDevice(db, row.id, peer)
  return device == null ? undefined : { rollout: toRollout(row), device }
}

const setDevice = kept(
  (db: CoordinatorDatabase, { id, peer, ...columns }: Columns & { id: string; peer: string }) =>
    db.updateTable('rolloutDevices').set(columns).where('rollout', '=', id).where('peer', '=', peer)
)

/**
 * Changes the row of one device. An outcome other than `deferred` is final: it makes the row `done`, and after
 * it only a change that names the same outcome is taken; what the coordinator had concluded by itself, a device's own
 * word (`told`) corrects. Returns whether anything changed; false also for a
 * device that is not in the rollout.
 */
export async function updateRolloutDevice(
  db: CoordinatorDatabase,
  id: string,
  peer: string,
  changes: RolloutDeviceChanges,
  at: number,
  told = false
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const [row] = await deviceOf(trx, { id, peer })
    if (row == null) return false
    if (isFinal(row.outcome) && changes.outcome !== row.outcome && !(told && isCorrection(row, changes))) {
      return false
    }
    const merged = { ...toDevice(row), ...changes }
    const next = toColumns({ ...merged, state: isFinal(merged.outcome) ? 'done' : merged.state })
    if (isDeepStrictEqual(next, toColumns(toDevice(row)))) return false
    await setDevice(trx, { ...next, id, peer })
    if (next.outcome != null && next.outcome !== row.outcome) {
      const detail = { rollout: id, outcome: next.outcome, errorCode: next.errorCode }
      await appendEvent(trx, { at, actor: peer, type: 'device_outcome', subject: peer, detail })
    }
    return true
  })
}

/** A device itself ends with `rollout_aborted` too: only an end of its own may follow that, no news from before it. */
const isCorrection = (row: DeviceRow, changes: RolloutDeviceChanges): boolean =>
  CONCLUDED.has(row.errorCode) && (row.errorCode === 'offer_expired' || isFinal(changes.outcome ?? null))

function toRollout(row: Selectable<CoordinatorTables['rollouts']>): StoredRollout {
  const { plan: text, wave, settled, forgiven, waived, reason, again, ...facts } = row
  const plan: RolloutPlan = JSON.parse(text)
  const progress = { phase: row.state, wave, settledAt: settled, forgiven, waived, reason }
  return { ...facts, again: again === 1, plan, progress }
}

type DeviceRow = Selectable<CoordinatorTables['rolloutDevices']>

function toDevice(row: DeviceRow): RolloutDevice {
  const { peer, state, outcome, bytesReceived, generation, startedAt, endedAt } = row
  const { errorCode, errorMessage, progressStep, progressBytesDone, progressBytesTotal } = row
  const { wave, late, begun, askAfter } = row
  return {
    wave,
    isLate: late === 1,
    hasBegun: begun === 1,
    askAfter,
    peer,
    state,
    outcome,
    bytesReceived,
    generation,
    startedAt,
    endedAt,
    error: errorCode == null ? null : { code: errorCode, message: errorMessage ?? '' },
    progress:
      progressStep == null
        ? null
        : { step: progressStep, bytesDone: progressBytesDone, bytesTotal: progressBytesTotal }
  }
}

type Columns = Omit<DeviceRow, 'rollout' | 'peer' | 'position'>

function toColumns(device: RolloutDevice): Columns {
  const { state, outcome, bytesReceived, generation, startedAt, endedAt, error, progress } = device
  return {
    wave: device.wave,
    late: device.isLate ? 1 : 0,
    begun: device.hasBegun ? 1 : 0,
    askAfter: device.askAfter,
    state,
    outcome,
    bytesReceived,
    generation,
    startedAt,
    endedAt,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    progressStep: progress?.step ?? null,
    progressBytesDone: progress?.bytesDone ?? 0,
    progressBytesTotal: progress?.bytesTotal ?? 0
  }
}
