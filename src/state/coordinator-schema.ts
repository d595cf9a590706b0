/**
 * What a coordinator keeps. Signed documents stand as the bytes that were received, and facts copied out of
 * them keep the documents' unit (`issued`, `expires`: seconds since the epoch); every column ending in `At`
 * is milliseconds since the epoch.
 */

import type { Generated, Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Outcome } from '../model/activation.ts'
import type { Action, OfferKind } from '../model/offer.ts'
import type { Role } from '../model/peer.ts'
import type { Phase, RowState } from '../model/rollout.ts'
import type { Migrations } from './database.ts'
import type { MetaTables } from './meta.ts'

export interface CoordinatorTables extends MetaTables {
  tickets: {
    id: string
    bytes: Uint8Array
    role: Role
    labels: string
    uses: number
    used: number
    expires: number
    revoked: number
  }
  members: {
    peer: string
    key: Uint8Array
    serial: string
    name: string
    role: Role
    labels: string
    ticket: string
    issued: number
    expires: number
    digest: Uint8Array
    bundle: Uint8Array
    admittedAt: number
    revoked: number
    lastSeenAt: number | null
  }
  pins: { ticket: string; key: Uint8Array }
  revocations: { number: number; bytes: Uint8Array }
  /** Everything that any list has revoked, seen here before or not. */
  revoked: { kind: 'serial' | 'ticket' | 'key'; value: string }
  releases: {
    id: string
    digest: Uint8Array
    bytes: Uint8Array
    channel: string
    version: string
    counter: number
    issued: number
    publishedAt: number
  }
  releaseTargets: {
    release: string
    idx: number
    match: string
    system: string
    toplevel: string
    manifestRoot: Uint8Array
    pathsCount: number
    narBytes: number
  }
  rollouts: {
    id: string
    bytes: Uint8Array
    release: string
    counter: number
    kind: OfferKind
    action: Action
    selector: string
    parallel: number
    again: number
    issued: number
    expires: number
    createdAt: number
    state: Phase
    /** A RolloutPlan as JSON. */
    plan: string
    wave: number
    /** Seconds since the epoch, as everything that the model decides with. */
    settled: number | null
    forgiven: number
    waived: number
    reason: string | null
  }
  rolloutDevices: {
    rollout: string
    peer: string
    position: number
    state: RowState
    outcome: Outcome | null
    errorCode: string | null
    errorMessage: string | null
    bytesReceived: number
    generation: number | null
    startedAt: number | null
    endedAt: number | null
    progressStep: string | null
    progressBytesDone: number
    progressBytesTotal: number
    wave: number | null
    late: number
    begun: number
    /** Seconds since the epoch. */
    askAfter: number
  }
  /** Devices that are not to be changed for a while; seconds since the epoch. */
  pauses: { peer: string; until: number }
  reports: { peer: string; report: string; seq: number; reportedAt: number }
  activations: { peer: string; rollout: string; view: string; startedAt: number; updatedAt: number }
  logLines: {
    id: Generated<number>
    peer: string
    number: number
    rollout: string | null
    at: number
    text: string
  }
  alarms: { key: string; at: number }
  deliveries: {
    id: Generated<number>
    url: string
    event: string
    body: string
    attempts: number
    nextAt: number
  }
  events: {
    id: Generated<number>
    at: number
    type: string
    actor: string
    subject: string
    detail: string
  }
}

/** A connection or a transaction on it. */
export type CoordinatorDatabase = Kysely<CoordinatorTables>

export const COORDINATOR_MIGRATIONS: Migrations = {
  '0001-fleet': {
    up: async (db: Kysely<unknown>) => {
      for (const statement of FLEET) await sql.raw(statement).execute(db)
    }
  },
  '0002-rollout-plans': {
    up: async (db: Kysely<unknown>) => {
      for (const statement of ROLLOUT_PLANS) await sql.raw(statement).execute(db)
    }
  },
  '0003-alarms': {
    up: async (db: Kysely<unknown>) => {
      for (const statement of ALARMS) await sql.raw(statement).execute(db)
    }
  }
}

/** Rollouts from before had one wave; whoever was offered anything was in it. */
const ROLLOUT_PLANS = [
  "alter table rollouts add column plan text not null default ''",
  `update rollouts set plan = json_object('parallel', parallel, 'canary', null, 'waves', json_array(),
    'soakSeconds', 0, 'maxFailures', null, 'notBefore', 0)`,
  'alter table rollouts add column wave integer not null default 0',
  'alter table rollouts add column settled bigint',
  'alter table rollouts add column forgiven integer not null default 0',
  'alter table rollouts add column waived integer not null default -1',
  'alter table rollouts add column reason text',
  'alter table rollout_devices add column wave integer',
  "update rollout_devices set wave = 0 where state <> 'waiting'",
  'alter table rollout_devices add column late integer not null default 0',
  'alter table rollout_devices add column begun integer not null default 0',
  'alter table rollout_devices add column ask_after bigint not null default 0',
  'create table pauses (peer text primary key, until bigint not null)'
]

const ALARMS = [
  'create table alarms (key text primary key, at bigint not null)',
  `create table deliveries (
    id integer primary key autoincrement, url text not null, event text not null, body text not null,
    attempts integer not null, next_at bigint not null)`,
  'create index deliveries_url on deliveries (url, next_at)'
]

const FLEET = [
  'create table meta (key text primary key, value blob not null)',
  `create table tickets (
    id text primary key, bytes blob not null, role text not null, labels text not null, uses bigint not null,
    used bigint not null, expires bigint not null, revoked integer not null,
    check (used <= uses))`,
  `create table members (
    peer text primary key, key blob not null, serial text not null, name text not null,
    role text not null, labels text not null, ticket text not null, issued bigint not null,
    expires bigint not null, digest blob not null, bundle blob not null, admitted_at bigint not null,
    revoked integer not null, last_seen_at bigint)`,
  'create unique index members_name on members (name) where revoked = 0',
  'create index members_serial on members (serial)',
  'create table pins (ticket text primary key, key blob not null)',
  'create table revocations (number bigint primary key, bytes blob not null)',
  'create table revoked (kind text not null, value text not null, primary key (kind, value))',
  `create table releases (
    id text primary key, digest blob not null unique, bytes blob not null, channel text not null,
    version text not null, counter bigint not null, issued bigint not null, published_at bigint not null,
    unique (channel, version), unique (channel, counter))`,
  `create table release_targets (
    release text not null references releases (id) on delete cascade, idx integer not null,
    match text not null, system text not null, toplevel text not null, manifest_root blob not null,
    paths_count integer not null, nar_bytes bigint not null, primary key (release, idx))`,
  'create index release_targets_toplevel on release_targets (toplevel)',
  `create table rollouts (
    id text primary key, bytes blob not null, release text not null references releases (id),
    counter bigint not null unique, kind text not null, action text not null, selector text not null,
    parallel integer not null, again integer not null, issued bigint not null, expires bigint not null,
    created_at bigint not null, state text not null)`,
  'create index rollouts_state on rollouts (state)',
  `create table rollout_devices (
    rollout text not null references rollouts (id) on delete cascade, peer text not null,
    position integer not null, state text not null, outcome text, error_code text, error_message text,
    bytes_received bigint not null, generation bigint, started_at bigint, ended_at bigint,
    progress_step text, progress_bytes_done bigint not null, progress_bytes_total bigint not null,
    primary key (rollout, peer))`,
  'create index rollout_devices_peer on rollout_devices (peer, state)',
  `create table reports (
    peer text primary key, report text not null, seq bigint not null, reported_at bigint not null)`,
  `create table activations (
    peer text not null, rollout text not null, view text not null, started_at bigint not null,
    updated_at bigint not null, primary key (peer, rollout))`,
  `create table log_lines (
    id integer primary key autoincrement, peer text not null, number bigint not null, rollout text,
    at bigint not null, text text not null, unique (peer, number))`,
  'create index log_lines_peer on log_lines (peer, id)',
  'create index log_lines_rollout on log_lines (rollout, id) where rollout is not null',
  `create table events (
    id integer primary key autoincrement, at bigint not null, type text not null, actor text not null,
    subject text not null, detail text not null)`
]
