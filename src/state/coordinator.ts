import * as alarms from './alarms.ts'
import type { CoordinatorTables } from './coordinator-schema.ts'
import { COORDINATOR_MIGRATIONS } from './coordinator-schema.ts'
import type { Database } from './database.ts'
import { bindAll, openDatabase } from './database.ts'
import * as events from './events.ts'
import * as members from './members.ts'
import * as meta from './meta.ts'
import * as pauses from './pauses.ts'
import * as releases from './releases.ts'
import * as reports from './reports.ts'
import * as restored from './restored.ts'
import * as rollouts from './rollouts.ts'

/** Opens a coordinator's database; see openDatabase for what it throws. */
export const openCoordinatorDatabase = (path: string): Promise<Database<CoordinatorTables>> =>
  openDatabase(path, COORDINATOR_MIGRATIONS)

/** Everything a coordinator keeps, as plain methods. What changes the fleet appends its event by itself. */
export const createCoordinatorState = ({ kysely }: Database<CoordinatorTables>) =>
  bindAll(kysely, {
    getMeta: meta.getMeta,
    getMetaText: meta.getMetaText,
    setMeta: meta.setMeta,
    addTicket: members.addTicket,
    listTickets: members.listTickets,
    enrol: members.enrol,
    members: members.members,
    memberByName: members.memberByName,
    memberByPeer: members.memberByPeer,
    namesInRollout: members.namesInRollout,
    setLastSeen: members.setLastSeen,
    putMember: members.putMember,
    pin: members.pin,
    latestRevocations: members.latestRevocations,
    putRevocations: members.putRevocations,
    putRelease: releases.putRelease,
    release: releases.release,
    releaseByDigest: releases.releaseByDigest,
    releases: releases.releases,
    lastReleaseCounter: releases.lastReleaseCounter,
    putRollout: rollouts.putRollout,
    rollout: rollouts.rollout,
    rollouts: rollouts.rollouts,
    openRollouts: rollouts.openRollouts,
    openRolloutIds: rollouts.openRolloutIds,
    setRolloutProgress: rollouts.setRolloutProgress,
    joinRollout: rollouts.joinRollout,
    lastOfferCounter: rollouts.lastOfferCounter,
    rolloutDevice: rollouts.rolloutDevice,
    rolloutDevices: rollouts.rolloutDevices,
    activeRolloutsOf: rollouts.activeRolloutsOf,
    newestRolloutOf: rollouts.newestRolloutOf,
    updateRolloutDevice: rollouts.updateRolloutDevice,
    setPause: pauses.setPause,
    pauses: pauses.pauses,
    putReport: reports.putReport,
    report: reports.report,
    reports: reports.reports,
    putActivation: reports.putActivation,
    activations: reports.activations,
    appendLog: reports.appendLog,
    logs: reports.logs,
    raiseAlarm: alarms.raiseAlarm,
    nextDelivery: alarms.nextDelivery,
    deleteDelivery: alarms.deleteDelivery,
    postponeDelivery: alarms.postponeDelivery,
    keepReceivers: alarms.keepReceivers,
    rolledBackSince: alarms.rolledBackSince,
    haltedRollouts: alarms.haltedRollouts,
    markRestored: restored.markRestored,
    restoreEpoch: restored.restoreEpoch,
    contentMissing: restored.contentMissing,
    contentLost: restored.contentLost,
    contentReturned: restored.contentReturned,
    readmit: members.readmit,
    appendEvent: events.appendEvent,
    events: events.events
  })

export type CoordinatorState = ReturnType<typeof createCoordinatorState>
