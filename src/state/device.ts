import type { Database } from './database.ts'
import { bindAll, openDatabase } from './database.ts'
import type { DeviceTables } from './device-schema.ts'
import { DEVICE_MIGRATIONS } from './device-schema.ts'
import * as floor from './floor.ts'
import * as journal from './journal.ts'
import * as meta from './meta.ts'
import * as outbox from './outbox.ts'

/** Opens a device's database; see openDatabase for what it throws. */
export const openDeviceDatabase = (path: string): Promise<Database<DeviceTables>> =>
  openDatabase(path, DEVICE_MIGRATIONS)

/** Everything a device keeps, as plain methods. */
export const createDeviceState = (database: Database<DeviceTables>) => {
  const writes = (): number => database.writes
  const state = bindAll(database.kysely, {
    getMeta: meta.getMeta,
    getMetaText: meta.getMetaText,
    setMeta: meta.setMeta,
    activation: journal.activation,
    activationByOffer: journal.activationByOffer,
    bundle: journal.bundle,
    putActivation: journal.putActivation,
    updateActivation: journal.updateActivation,
    unfinished: journal.unfinished,
    recent: journal.recent,
    recentForms: journal.recentForms,
    lastEnded: journal.lastEnded,
    lastEndedOf: journal.lastEndedOf,
    addStep: journal.addStep,
    activationReport: journal.activationReport,
    acknowledge: journal.acknowledge,
    forgetAcknowledgements: journal.forgetAcknowledgements,
    floor: floor.floor,
    committed: floor.committed,
    commit: floor.commit,
    rolledBack: floor.rolledBack,
    addRolledBack: floor.addRolledBack,
    appendLog: outbox.appendLog,
    pendingLogs: outbox.pendingLogs,
    ackLogs: outbox.ackLogs
  })
  const { committed, lastEnded } = state
  return {
    ...state,
    /** Rises with whatever may have changed something: as long as it is the same, so is everything here. */
    writes,
    committed: remembered(committed, writes),
    lastEnded: remembered(lastEnded, writes)
  }
}

/** What was read last, until something is written: a device that idles asks for these at each heartbeat. */
function remembered<T>(read: () => Promise<T>, writes: () => number): () => Promise<T> {
  let held: { value: T; at: number } | undefined
  return async () => {
    const before = writes()
    if (held?.at === before) return held.value
    const value = await read()
    if (writes() === before) held = { value, at: before }
    return value
  }
}

export type DeviceState = ReturnType<typeof createDeviceState>
