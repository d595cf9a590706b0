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
export const createDeviceState = ({ kysely }: Database<DeviceTables>) =>
  bindAll(kysely, {
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
    addStep: journal.addStep,
    activationReport: journal.activationReport,
    acknowledge: journal.acknowledge,
    acknowledged: journal.acknowledged,
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

export type DeviceState = ReturnType<typeof createDeviceState>
