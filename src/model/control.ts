/**
 * The control API: the one set of types between daemon, CLI, web and the admin protocol
 * (contract.md sections 3 and 4). It and its parts, control-reach.ts and control-diff.ts, alone import zod in `model`.
 */

import { z } from 'zod'
import { OUTCOMES } from './activation.ts'
import { diffSchema } from './control-diff.ts'
import {
  execDeviceSchema,
  forwardNewsSchema,
  forwardRequestSchema,
  netSchema,
  pingSchema,
  speedSchema
} from './control-reach.ts'
import { ACTIONS } from './offer.ts'
import { ROLES } from './peer.ts'
import { PHASES } from './rollout.ts'

export * from './control-diff.ts'
export * from './control-reach.ts'

export const STATES = [
  'current',
  'waiting',
  'fetching',
  'activating',
  'confirming',
  'rolled-back',
  'failed',
  'degraded',
  'deferred',
  'paused',
  'drifted',
  'unknown'
] as const
export type DeviceState = (typeof STATES)[number]

const time = z.string()
const failure = z.object({ code: z.string(), message: z.string() })

export const deviceSchema = z.object({
  name: z.string(),
  peer: z.string(),
  role: z.enum(ROLES),
  labels: z.record(z.string(), z.string()),
  system: z.string().nullable(),
  online: z.boolean(),
  lastSeen: time.nullable(),
  path: z.enum(['direct', 'relay']).nullable(),
  relay: z.string().nullable(),
  transport: z.string().nullable(),
  rttMs: z.number().nullable(),
  running: z
    .object({
      toplevel: z.string(),
      generation: z.number(),
      release: z.string().nullable(),
      version: z.string().nullable(),
      bootedKernel: z.string().nullable(),
      kernelChanged: z.boolean()
    })
    .nullable(),
  wanted: z.object({ release: z.string(), version: z.string(), toplevel: z.string() }).nullable(),
  state: z.enum(STATES),
  outcome: z.enum(OUTCOMES).nullable(),
  progress: z.object({ bytesDone: z.number(), bytesTotal: z.number(), step: z.string() }).nullable(),
  units: z.object({ state: z.string(), failed: z.array(z.string()) }),
  disk: z.object({ freeBytes: z.number().nullable() }),
  lastError: failure.extend({ at: time }).nullable(),
  reportedAt: time.nullable()
})
export type Device = z.infer<typeof deviceSchema>

export const activationSchema = z.object({
  rollout: z.string(),
  release: z.string(),
  outcome: z.enum(OUTCOMES).nullable(),
  error: failure.nullable(),
  steps: z.array(
    z.object({ step: z.string(), at: time, ms: z.number().nullable(), detail: z.string().nullable() })
  )
})
export type ActivationView = z.infer<typeof activationSchema>

export const deviceDetailSchema = deviceSchema.extend({ activations: z.array(activationSchema) })
export type DeviceDetail = z.infer<typeof deviceDetailSchema>

export const coordinatorSchema = z.object({
  name: z.string(),
  peer: z.string(),
  online: z.boolean(),
  addresses: z.array(z.string()),
  /** Of the coordinator that answers; of others it knows nothing. */
  disk: z.object({ freeBytes: z.number(), reserveBytes: z.number() }).nullable().default(null)
})

export const statusSchema = z.object({
  fleet: z.string(),
  at: time,
  coordinators: z.array(coordinatorSchema),
  /** Members that only relay. */
  relays: z.array(coordinatorSchema),
  devices: z.array(deviceSchema)
})
export type Status = z.infer<typeof statusSchema>

export const ROLLOUT_OUTCOMES = ['running', 'aborted', 'halted', 'paused', ...OUTCOMES] as const

export const rolloutDeviceSchema = z.object({
  name: z.string(),
  outcome: z.enum(OUTCOMES).nullable(),
  state: z.string(),
  generation: z.number().nullable(),
  bytesReceived: z.number(),
  seconds: z.number().nullable(),
  progress: z.object({ bytesDone: z.number(), bytesTotal: z.number(), step: z.string() }).nullable(),
  error: failure.nullable(),
  /** The wave in which it was offered; null before. */
  wave: z.number().nullable()
})

const size = z.union([
  z.strictObject({ count: z.number().int().min(1).max(1_000_000) }),
  z.strictObject({ percent: z.number().min(0.1).max(100) })
])
const failures = z.union([
  z.strictObject({ count: z.number().int().min(0).max(1_000_000) }),
  z.strictObject({ percent: z.number().min(0).max(100) })
])
/** A RolloutPlan (rollout-plan.ts). */
export const planSchema = z.object({
  parallel: z.number().int().min(0).max(1_000_000),
  canary: size.nullable(),
  waves: z.array(size).max(32),
  soakSeconds: z.number().int().min(0).max(2_592_000),
  maxFailures: failures.nullable(),
  notBefore: z.number().int().min(0)
})

export const rolloutSchema = z.object({
  rollout: z.string(),
  release: z.string(),
  version: z.string(),
  kind: z.enum(['update', 'rollback']),
  action: z.enum(ACTIONS),
  selector: z.string(),
  createdAt: time,
  outcome: z.enum(ROLLOUT_OUTCOMES),
  /** What it is doing: a rollout that runs may already show the outcome that it will have. */
  phase: z.enum(PHASES),
  /** Why it halted. */
  reason: z.string().nullable(),
  plan: planSchema.omit({ notBefore: true }).extend({ at: time.nullable() }),
  /** The present wave, counted from 0, and how many there are. */
  wave: z.number(),
  wavesCount: z.number(),
  devices: z.array(rolloutDeviceSchema)
})
export type RolloutView = z.infer<typeof rolloutSchema>
export type RolloutDeviceView = z.infer<typeof rolloutDeviceSchema>

export const targetSchema = z.object({
  match: z.string(),
  system: z.string(),
  toplevel: z.string(),
  pathsCount: z.number(),
  narBytes: z.number()
})
export const releaseSchema = z.object({
  release: z.string(),
  version: z.string(),
  channel: z.string(),
  counter: z.number(),
  issuedAt: time,
  targets: z.array(targetSchema)
})
export type ReleaseView = z.infer<typeof releaseSchema>

export const ticketSchema = z.object({
  id: z.string(),
  role: z.enum(ROLES),
  labels: z.record(z.string(), z.string()),
  uses: z.number(),
  used: z.number(),
  expires: time,
  revoked: z.boolean()
})
export type TicketView = z.infer<typeof ticketSchema>

export const logLineSchema = z.object({
  at: time,
  device: z.string(),
  rollout: z.string().nullable(),
  text: z.string()
})
export type LogLineView = z.infer<typeof logLineSchema>

const selector = z.string().max(1024).optional()
const id = z.string().min(1).max(255)

/** What each method of the control API and of the admin protocol takes. */
export const REQUESTS = {
  status: z.object({ selector }),
  watch: z.object({ selector }),
  device: z.object({ name: id }),
  diff: z.object({ name: id, release: z.string().min(1).max(4096).nullable() }),
  logs: z.object({ subject: id, follow: z.boolean(), sinceMs: z.number().nullable() }),
  rollouts: z.object({}),
  rollout: z.object({ rollout: id }),
  'rollout.watch': z.object({ rollout: id }),
  'rollout.start': z.object({ plan: planSchema.optional() }),
  'rollout.pause': z.object({ rollout: id }),
  'rollout.resume': z.object({ rollout: id }),
  'rollout.abort': z.object({ rollout: id }),
  'device.pause': z.object({ name: id, seconds: z.number().int().min(1).max(31_536_000) }),
  'device.resume': z.object({ name: id }),
  release: z.object({ release: z.string().max(4096) }),
  releases: z.object({}),
  tickets: z.object({}),
  order: z.object({ channel: z.string().max(128) }),
  member: z.object({ name: id }),
  revocations: z.object({}),
  'revocations.put': z.object({}),
  'release.begin': z.object({ bytes: z.number() }),
  'release.manifest': z.object({
    root: z.string().length(64),
    toplevel: z.string().max(255),
    last: z.boolean()
  }),
  'release.chunks': z.object({ lists: z.array(z.string().max(80)).max(4096) }),
  'release.chunk': z.object({ digest: z.string().length(64) }),
  'release.finish': z.object({})
} as const
export type Method = keyof typeof REQUESTS
export type RequestOf<M extends Method> = z.infer<(typeof REQUESTS)[M]>

const empty = z.object({})

/** What each method answers: one document, or one after another. */
export const ANSWERS = {
  status: statusSchema,
  watch: statusSchema,
  device: deviceDetailSchema,
  diff: diffSchema,
  logs: logLineSchema,
  rollouts: z.object({ rollouts: z.array(rolloutSchema) }),
  rollout: rolloutSchema,
  'rollout.watch': rolloutSchema,
  'rollout.start': rolloutSchema,
  'rollout.pause': rolloutSchema,
  'rollout.resume': rolloutSchema,
  'rollout.abort': rolloutSchema,
  'device.pause': z.object({ name: z.string(), until: time }),
  'device.resume': z.object({ name: z.string() }),
  release: releaseSchema.extend({ digest: z.string() }),
  releases: z.object({ releases: z.array(releaseSchema) }),
  tickets: z.object({ tickets: z.array(ticketSchema) }),
  /** Counters to go on from: the last release of the channel, the last offer of the fleet. */
  order: z.object({ release: z.number(), offer: z.number() }),
  member: z.object({
    name: z.string(),
    peer: z.string(),
    role: z.enum(ROLES),
    serial: z.string(),
    online: z.boolean()
  }),
  revocations: z.object({ base64: z.string() }),
  'revocations.put': empty,
  'release.begin': empty,
  'release.manifest': empty,
  /** Positions, in the lists as sent, of the chunks that are missing. */
  'release.chunks': z.object({ missing: z.array(z.number()) }),
  'release.chunk': empty,
  'release.finish': z.object({ release: z.string() })
} as const satisfies Record<Method, z.ZodType>
export type AnswerOf<M extends Method> = z.infer<(typeof ANSWERS)[M]>

const target = z.object({
  match: z.string().min(1).max(1024),
  path: z.string().min(1).max(4096),
  /** Nix system, for a path that does not say; default: that of the machine which publishes. */
  system: z.string().min(1).max(64).optional()
})

/** What the control socket takes beyond the methods above; the daemon of an admin has them all. */
export const LOCAL_REQUESTS = {
  publish: z.object({
    targets: z.array(target).min(1).max(4096),
    channel: z.string().min(1).max(64),
    version: z.string().min(1).max(128).nullable()
  }),
  'rollout.begin': z.object({
    release: z.string().min(1).max(4096),
    selector: z.string().min(1).max(1024),
    action: z.enum(ACTIONS),
    kind: z.enum(['update', 'rollback']),
    plan: planSchema,
    again: z.boolean()
  }),
  rollback: z.object({ selector: z.string().min(1).max(1024), to: z.string().max(4096).nullable() }),
  'ticket.list': z.object({}),
  'ticket.revoke': z.object({ id }),
  revoke: z.object({ name: id }),
  announce: z.object({ addresses: z.array(z.string().min(1).max(256)).min(1).max(16) }),
  ping: z.object({ name: id, count: z.number().int().min(1).max(1000) }),
  /** Answered by every role about its own node. */
  net: z.object({}),
  'forward.listen': forwardRequestSchema,
  /** Null: as fits the path. */
  speed: z.object({ name: id, bytes: z.number().int().min(1).max(1_073_741_824).nullable() }),
  exec: z.object({
    selector: z.string().min(1).max(1024),
    command: z.array(z.string().max(131_072)).min(1).max(1024),
    parallel: z.number().int().min(1).max(256),
    /** To reach a device and to run the command there; null: 30 s to reach it, and no limit. */
    timeoutMs: z.number().int().min(1).nullable(),
    /** Kept of each output of a device, the last bytes. */
    outputBytesMax: z.number().int().min(0).max(4_194_304)
  })
} as const
export type LocalMethod = keyof typeof LOCAL_REQUESTS
export type LocalRequestOf<M extends LocalMethod> = z.infer<(typeof LOCAL_REQUESTS)[M]>

export const publishedSchema = z.object({
  release: z.string(),
  version: z.string(),
  channel: z.string(),
  targets: z.array(targetSchema),
  sentBytes: z.number(),
  seconds: z.number()
})
export type PublishedView = z.infer<typeof publishedSchema>

export const announcedSchema = z.object({
  /** Of the record; rises with every one. */
  number: z.number(),
  issued: z.string(),
  peer: z.string(),
  name: z.string(),
  coordinators: z.array(z.string()),
  /** Members that have the record now. */
  told: z.array(z.string())
})
export type AnnouncedView = z.infer<typeof announcedSchema>

/** What a method that takes long yields before its result. */
export const progressSchema = z.object({
  progress: z.object({ step: z.string(), bytesDone: z.number(), bytesTotal: z.number() })
})
export type ProgressView = z.infer<typeof progressSchema>

/** What the local methods answer; those that take long yield progress before. */
export const LOCAL_ANSWERS = {
  publish: publishedSchema,
  'rollout.begin': rolloutSchema,
  rollback: rolloutSchema,
  'ticket.list': z.object({ tickets: z.array(ticketSchema) }),
  'ticket.revoke': z.object({ ticket: z.string(), revoked: z.boolean() }),
  revoke: z.object({ name: z.string(), revoked: z.boolean() }),
  announce: announcedSchema,
  ping: pingSchema,
  net: netSchema,
  'forward.listen': forwardNewsSchema,
  speed: speedSchema,
  exec: z.object({ device: execDeviceSchema })
} as const satisfies Record<LocalMethod, z.ZodType>

/** How an error crosses the control socket; `kind` is the class, from which the exit code follows. */
export const errorSchema = z.object({
  error: z.object({ kind: z.string(), code: z.string(), message: z.string(), hint: z.string().nullable() })
})
export type ErrorView = z.infer<typeof errorSchema>
