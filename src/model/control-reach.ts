/**
 * The control API's part on reaching members: ping, net, speed, exec, forward and ssh. Others import it from control.ts, of
 * which it is a part.
 */

import { z } from 'zod'
import { METHODS, NAT_NAMES } from './nat.ts'
import { ROLES } from './peer.ts'

const time = z.string()
const failure = z.object({ code: z.string(), message: z.string() })
const id = z.string().min(1).max(255)

export const pingSchema = z.object({
  name: z.string(),
  peer: z.string(),
  path: z.enum(['direct', 'relay']).nullable(),
  relay: z.string().nullable(),
  transport: z.string().nullable(),
  nat: z.object({ ours: z.enum(NAT_NAMES), theirs: z.enum(NAT_NAMES) }),
  /** Before that: connecting to a coordinator, where none was connected, and asking it who has the name. */
  findMs: z.number(),
  /** From the start of connecting to the member to the first bytes of its answer. */
  firstByteMs: z.number().nullable(),
  /** From the relayed connection to the direct one; the time of the dial where there was no relay. */
  directMs: z.number().nullable(),
  method: z.enum(METHODS).nullable(),
  attempts: z.number(),
  /** Why the path is not direct, as a stable code. */
  reason: z.string().nullable(),
  rttMs: z.array(z.number()),
  sent: z.number(),
  received: z.number()
})
export type Ping = z.infer<typeof pingSchema>

const netPeerSchema = z.object({
  name: z.string(),
  peer: z.string(),
  role: z.enum(ROLES),
  address: z.string().nullable(),
  path: z.enum(['direct', 'relay']).nullable(),
  relay: z.string().nullable(),
  transport: z.string().nullable(),
  method: z.string().nullable(),
  /** Why the path is not direct: a stable code. */
  reason: z.string().nullable(),
  theirNat: z.string(),
  rttMs: z.number().nullable(),
  sentBytes: z.number().nullable(),
  receivedBytes: z.number().nullable()
})
export type NetPeer = z.infer<typeof netPeerSchema>

/** A node's own view of the mesh (contract.md section 3, `net`). */
export const netSchema = z.object({
  addresses: z.array(z.object({ address: z.string(), kind: z.enum(['own', 'observed', 'mapped']) })),
  nat: z.object({
    name: z.string(),
    mapping: z.string(),
    filtering: z.string(),
    ports: z.string(),
    portMin: z.number().nullable(),
    portMax: z.number().nullable(),
    portDelta: z.number().nullable(),
    lifetimeMs: z.number().nullable(),
    /** The protocol by which the router leads a port here, or a code of why it does not. */
    portMapping: z.string(),
    epoch: z.number(),
    observedAt: time.nullable()
  }),
  reservations: z.array(z.object({ relay: z.string(), name: z.string().nullable() })),
  peers: z.array(netPeerSchema)
})
export type Net = z.infer<typeof netSchema>

/** What opens a pipe: to a TCP address at the device, to a command there or a shell. */
export const PIPE_REQUESTS = {
  forward: z.object({
    name: id,
    host: z.string().min(1).max(255),
    port: z.number().int().min(1).max(65_535),
    timeoutMs: z.number().int().min(1)
  }),
  shell: z.object({
    name: id,
    command: z.array(z.string().max(131_072)).max(1024),
    pty: z.boolean(),
    term: z.string().max(64),
    rows: z.number().int().min(0).max(4096),
    columns: z.number().int().min(0).max(4096),
    timeoutMs: z.number().int().min(1)
  })
} as const
export type PipeMethod = keyof typeof PIPE_REQUESTS
export type PipeRequestOf<M extends PipeMethod> = z.infer<(typeof PIPE_REQUESTS)[M]>

/** How a pipe is carried: by which path, or it waits for one. */
export const pathNewsSchema = z.object({ state: z.enum(['direct', 'relay', 'waiting']) })
export type PathNews = z.infer<typeof pathNewsSchema>

/** A port where the node is that leads to one at a device, for as long as the call lasts; port 0 takes any. */
export const forwardRequestSchema = z.object({
  name: id,
  bind: z.string().min(1).max(255),
  port: z.number().int().min(0).max(65_535),
  host: z.string().min(1).max(255),
  remotePort: z.number().int().min(1).max(65_535),
  /** To reach the device, for each connection. */
  timeoutMs: z.number().int().min(1)
})

/** What a forward tells: first that it listens, then how its connections are carried, and which of them failed. */
export const forwardNewsSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('listening'), port: z.number() }),
  z.object({ event: z.literal('path'), state: pathNewsSchema.shape.state }),
  z.object({ event: z.literal('failed'), code: z.string(), message: z.string() })
])
export type ForwardNews = z.infer<typeof forwardNewsSchema>

export const speedSchema = z.object({
  name: z.string(),
  path: z.enum(['direct', 'relay']),
  downBytesPerSecond: z.number(),
  upBytesPerSecond: z.number(),
  downBytes: z.number(),
  upBytes: z.number(),
  downSeconds: z.number(),
  upSeconds: z.number(),
  rttMs: z.number().nullable()
})
export type SpeedView = z.infer<typeof speedSchema>

export const execDeviceSchema = z.object({
  name: z.string(),
  /** Null when the command did not run to its end. */
  exitCode: z.number().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  /** True when an output was longer than what was kept. */
  truncated: z.boolean(),
  error: failure.nullable()
})
export type ExecDevice = z.infer<typeof execDeviceSchema>
