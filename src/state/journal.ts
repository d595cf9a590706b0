/** The activation journal of a device (src/model/activation.ts): rows, their timeline, what was acknowledged. */

import type { Selectable, Updateable } from 'kysely'
import { sql } from 'kysely'
import { NotFoundError } from '../base/errors.ts'
import type { Activation, Step } from '../model/activation.ts'
import type { ActivationReport } from '../model/report.ts'
import type { DeviceDatabase, DeviceTables } from './device-schema.ts'
import { kept } from './kept.ts'

/** The signed documents of an activation, as received. */
export interface ActivationDocuments {
  readonly offer: Uint8Array
  readonly release: Uint8Array
}

/** What may change in a row as long as it has no outcome. */
export type ActivationChanges = Partial<Omit<Activation, 'rollout'>>

/** Ended activations that are kept; those without an outcome always are. */
export const ACTIVATIONS_ENDED_MAX = 50
/** Entries of one timeline that are kept, the newest; as many as a report carries. */
export const STEPS_PER_ACTIVATION_MAX = 64

/** Rows in the order in which they were taken on: clocks jump, row ids do not. */
const INSERTED = sql`rowid`

/** Everything but the signed documents, which are read where they are wanted (`bundle`). */
const COLUMNS = [
  'rollout',
  'release',
  'version',
  'channel',
  'action',
  'toplevel',
  'previous',
  'step',
  'outcome',
  'bootId',
  'startedAt',
  'endedAt',
  'attempts',
  'bytesReceived',
  'generation',
  'errorCode',
  'errorMessage'
] as const

const byRollout = kept((db: DeviceDatabase, { rollout }: { rollout: string }) =>
  db.selectFrom('activations').select(COLUMNS).where('rollout', '=', rollout)
)

/** The row of this rollout. */
export async function activation(db: DeviceDatabase, rollout: string): Promise<Activation | undefined> {
  const [row] = await byRollout(db, { rollout })
  return row == null ? undefined : toActivation(row)
}

/** The row that this very offer made, byte for byte. */
export async function activationByOffer(
  db: DeviceDatabase,
  offer: Uint8Array
): Promise<Activation | undefined> {
  const rows = db.selectFrom('activations').select(COLUMNS).where('offerBytes', '=', offer)
  const row = await rows.executeTakeFirst()
  return row == null ? undefined : toActivation(row)
}

/** The documents of a rollout. Throws NotFoundError (`activation_not_found`). */
export async function bundle(db: DeviceDatabase, rollout: string): Promise<ActivationDocuments> {
  const columns = db.selectFrom('activations').select(['offerBytes', 'releaseBytes'])
  const row = await columns.where('rollout', '=', rollout).executeTakeFirst()
  if (row == null) throw new NotFoundError('activation_not_found', `no activation of rollout ${rollout}`)
  return { offer: row.offerBytes, release: row.releaseBytes }
}

/** Takes a rollout on. False, and nothing changed, when the journal has a row for it. */
export async function putActivation(
  db: DeviceDatabase,
  row: Activation,
  documents: ActivationDocuments
): Promise<boolean> {
  const { error, ...facts } = row
  return await db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('activations')
      .values({
        ...facts,
        ...errorColumns(error),
        offerBytes: documents.offer,
        releaseBytes: documents.release,
        acknowledgedForm: null
      })
      .onConflict((conflict) => conflict.column('rollout').doNothing())
      .returning('rollout')
      .executeTakeFirst()
    const ended = trx.selectFrom('activations').select('rollout').where('outcome', 'is not', null)
    const newest = ended.orderBy(INSERTED, 'desc').limit(ACTIVATIONS_ENDED_MAX)
    const stale = trx.deleteFrom('activations').where('outcome', 'is not', null)
    await stale.where('rollout', 'not in', newest).execute()
    return inserted != null
  })
}

/** Changes a row that has no outcome yet. Returns whether there was one to change. */
export async function updateActivation(
  db: DeviceDatabase,
  rollout: string,
  changes: ActivationChanges
): Promise<boolean> {
  const { error, ...plain } = changes
  const columns: Updateable<DeviceTables['activations']> = {
    ...plain,
    ...(error === undefined ? {} : errorColumns(error))
  }
  const shape = Object.keys(columns).join(' ')
  if (shape === '') return false
  const update = updates.get(shape) ?? keptUpdate()
  updates.set(shape, update)
  return (await update(db, { ...columns, own: rollout })).length > 0
}

/** By the columns that are set: the few sets that this program writes. */
const updates = new Map<string, ReturnType<typeof keptUpdate>>()
const keptUpdate = () =>
  kept((db: DeviceDatabase, { own, ...columns }: Updateable<DeviceTables['activations']> & { own: string }) =>
    db
      .updateTable('activations')
      .set(columns)
      .where('outcome', 'is', null)
      .where('rollout', '=', own)
      .returning('rollout')
  )

const errorColumns = (
  error: Activation['error']
): Pick<Selectable<DeviceTables['activations']>, 'errorCode' | 'errorMessage'> => ({
  errorCode: error?.code ?? null,
  errorMessage: error?.message ?? null
})

const withoutOutcome = kept((db: DeviceDatabase) =>
  db.selectFrom('activations').select(COLUMNS).where('outcome', 'is', null).orderBy(INSERTED)
)

/** Rows without an outcome, in the order in which they were taken on. */
export async function unfinished(db: DeviceDatabase): Promise<Activation[]> {
  return (await withoutOutcome(db, {})).map(toActivation)
}

/** The last `limit` rows, newest first. */
export async function recent(db: DeviceDatabase, limit: number): Promise<Activation[]> {
  const rows = db.selectFrom('activations').select(COLUMNS).orderBy(INSERTED, 'desc').limit(limit)
  return (await rows.execute()).map(toActivation)
}

const FORMS_READ_MAX = 32
const forms = kept((db: DeviceDatabase) =>
  db
    .selectFrom('activations')
    .select(['rollout', 'outcome', 'acknowledgedForm'])
    .orderBy(INSERTED, 'desc')
    .limit(FORMS_READ_MAX)
)

/** Of the last FORMS_READ_MAX rows, newest first, the outcome and the form that a coordinator has. */
export async function recentForms(
  db: DeviceDatabase
): Promise<Pick<Selectable<DeviceTables['activations']>, 'rollout' | 'outcome' | 'acknowledgedForm'>[]> {
  return await forms(db, {})
}

const allEnded = (db: DeviceDatabase) =>
  db.selectFrom('activations').select(COLUMNS).where('outcome', 'is not', null).orderBy(INSERTED, 'desc')
const newestEnded = kept((db: DeviceDatabase) => allEnded(db).where('outcome', '<>', 'superseded').limit(1))

/** The newest row that came to an end of its own. */
export async function lastEnded(db: DeviceDatabase): Promise<Activation | undefined> {
  const [row] = await newestEnded(db, {})
  return row == null ? undefined : toActivation(row)
}

const newestOf = kept((db: DeviceDatabase, { toplevel }: { toplevel: string }) =>
  allEnded(db).where('toplevel', '=', toplevel).limit(1)
)

/** The newest ended row of this toplevel. */
export async function lastEndedOf(db: DeviceDatabase, toplevel: string): Promise<Activation | undefined> {
  const [row] = await newestOf(db, { toplevel })
  return row == null ? undefined : toActivation(row)
}

type Row = Pick<Selectable<DeviceTables['activations']>, (typeof COLUMNS)[number]>

function toActivation(row: Row): Activation {
  const { errorCode, errorMessage, ...facts } = row
  return { ...facts, error: errorCode == null ? null : { code: errorCode, message: errorMessage ?? '' } }
}

type NewStep = Omit<Selectable<DeviceTables['steps']>, 'id'>
const putStep = kept((db: DeviceDatabase, step: NewStep) =>
  db.insertInto('steps').values({ rollout: step.rollout, step: step.step, at: step.at, detail: step.detail })
)
const surplusStep = kept((db: DeviceDatabase, { rollout }: { rollout: string }) => {
  const own = db.selectFrom('steps').select('id').where('rollout', '=', rollout).orderBy('id', 'desc')
  return own.limit(1).offset(STEPS_PER_ACTIVATION_MAX)
})

/** Adds to the timeline of an activation. */
export async function addStep(
  db: DeviceDatabase,
  rollout: string,
  entry: { step: Step; at: number; detail?: string }
): Promise<void> {
  const { step, at, detail = '' } = entry
  await db.transaction().execute(async (trx) => {
    await putStep(trx, { rollout, step, at, detail })
    const [surplus] = await surplusStep(trx, { rollout })
    if (surplus == null) return
    const stale = trx.deleteFrom('steps').where('rollout', '=', rollout)
    await stale.where('id', '<=', surplus.id).execute()
  })
}

const timeline = kept((db: DeviceDatabase, { rollout }: { rollout: string }) =>
  db.selectFrom('steps').select(['step', 'at', 'detail']).where('rollout', '=', rollout).orderBy('id')
)

/** An activation with its timeline, as it is reported. The step under way has 0 ms. */
export async function activationReport(
  db: DeviceDatabase,
  rollout: string
): Promise<ActivationReport | undefined> {
  const row = await activation(db, rollout)
  if (row == null) return undefined
  const entries = await timeline(db, { rollout })
  const { release, step, outcome, error, bytesReceived, generation, startedAt, endedAt } = row
  return {
    rollout,
    release,
    step,
    outcome,
    error,
    bytesReceived,
    generation,
    startedAtMs: startedAt,
    endedAtMs: endedAt,
    steps: entries.map((entry, index) => {
      const end = entries[index + 1]?.at ?? endedAt ?? entry.at
      const { step: name, at: atMs, detail } = entry
      return { step: name, atMs, ms: Math.max(0, end - atMs), detail }
    })
  }
}

const setForm = kept((db: DeviceDatabase, { rollout, form }: { rollout: string; form: string }) =>
  db.updateTable('activations').set({ acknowledgedForm: form }).where('rollout', '=', rollout)
)

/** Remembers which form of an activation (a hash of its report) a coordinator has made durable. */
export async function acknowledge(db: DeviceDatabase, rollout: string, form: string): Promise<void> {
  await setForm(db, { rollout, form })
}

/** Every activation is to be told again: what had it durable has lost it. */
export async function forgetAcknowledgements(db: DeviceDatabase): Promise<void> {
  await db.updateTable('activations').set({ acknowledgedForm: null }).execute()
}
