/** What a device keeps. Columns ending in `At` are milliseconds since the epoch. */

import type { Generated, Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Outcome, Step } from '../model/activation.ts'
import type { Action } from '../model/offer.ts'
import type { Migrations } from './database.ts'
import type { MetaTables } from './meta.ts'

export interface DeviceTables extends MetaTables {
  activations: {
    rollout: string
    release: string
    version: string
    channel: string
    action: Action
    toplevel: string
    previous: string
    step: Step
    outcome: Outcome | null
    bootId: string
    errorCode: string | null
    errorMessage: string | null
    startedAt: number
    endedAt: number | null
    attempts: number
    bytesReceived: number
    generation: number
    /** The signed documents, as received. */
    offerBytes: Uint8Array
    releaseBytes: Uint8Array
    /** Hash of the form that a coordinator acknowledged last. */
    acknowledgedForm: string | null
  }
  steps: { id: Generated<number>; rollout: string; step: Step; at: number; detail: string }
  rolledBack: { release: string }
  outbox: { number: number; rollout: string | null; at: number; text: string; session: string | null }
}

/** A connection or a transaction on it. */
export type DeviceDatabase = Kysely<DeviceTables>

export const DEVICE_MIGRATIONS: Migrations = {
  '0001-device': {
    up: async (db: Kysely<unknown>) => {
      for (const statement of DEVICE) await sql.raw(statement).execute(db)
    }
  },
  '0002-sessions': {
    up: async (db: Kysely<unknown>) => {
      await sql.raw('alter table outbox add column session text').execute(db)
    }
  }
}

const DEVICE = [
  'create table meta (key text primary key, value blob not null)',
  `create table activations (
    rollout text primary key, release text not null, version text not null, channel text not null,
    action text not null, toplevel text not null, previous text not null, step text not null, outcome text,
    boot_id text not null, error_code text, error_message text, started_at bigint not null, ended_at bigint,
    attempts integer not null, bytes_received bigint not null, generation bigint not null,
    offer_bytes blob not null, release_bytes blob not null, acknowledged_form text)`,
  `create table steps (
    id integer primary key autoincrement,
    rollout text not null references activations (rollout) on delete cascade,
    step text not null, at bigint not null, detail text not null)`,
  'create index steps_rollout on steps (rollout, id)',
  'create table rolled_back (release text primary key)',
  'create table outbox (number bigint primary key, rollout text, at bigint not null, text text not null)'
]
