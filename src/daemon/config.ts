/** Configuration: DIR/config.json, the only file that is read for it (docs/operations.md lists the keys). */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { InvalidError } from '../base/errors.ts'
import { ALARMS } from '../model/alarms.ts'
import { parseWindow } from '../model/window.ts'

const seconds = (value: number): number => value * 1000
const GIB = 1024 ** 3

const configSchema = z.strictObject({
  /** Multiaddrs to listen on; `up --listen` replaces them. */
  listen: z.array(z.string()).max(16).optional(),
  /** Multiaddrs under which others reach this node, where they differ from those that it listens on. */
  announce: z.array(z.string()).max(16).default([]),
  /**
   * The longest silence on a link. Within it a device learns how seldom its NAT lets it speak (docs/mesh.md, Keep-alive);
   * below 20 s it does not learn, and sends a heartbeat on its stream this often.
   */
  heartbeatMs: z.number().int().min(1_000).max(180_000).default(120_000),
  /** Bytes that one member may have relayed here in an hour before it is slowed down; of coordinators and relays. */
  relayBytesPerHour: z
    .number()
    .int()
    .min(0)
    .default(GIB / 4),
  /** Lowest Nix version that this device activates with, instead of the versions without known holes. */
  nixVersionFloor: z.string().optional(),
  /** The profile that is set; by default the system's, or shoal's own for a toplevel that is not NixOS. */
  profile: z.string().startsWith('/').optional(),
  /** Port of the binary cache on loopback from which Nix imports; 0 takes any free one. */
  cachePort: z.number().int().min(0).max(65_535).default(0),
  /** Bytes that stay free on a device's store and a coordinator's disk. */
  reserveBytes: z
    .number()
    .int()
    .min(0)
    .default(GIB / 2),
  /** Bytes of content that a coordinator keeps. */
  contentBytesMax: z
    .number()
    .int()
    .min(1)
    .default(100 * GIB),
  /** A command (argv) that must end with 0 for a new system to count as healthy. */
  healthCommand: z.array(z.string()).min(1).max(64).optional(),
  /** Units (names or globs) that may fail: the activation then ends as degraded. */
  unitsMayFail: z.array(z.string()).max(64).default([]),
  /** Hours (UTC, every day) outside of which nothing is changed here: `22:00-05:30`. An ordered rollback does not wait. */
  updateWindow: z
    .string()
    .refine((text) => parseWindow(text) != null, 'write 22:00-05:30 (UTC)')
    .optional(),
  activationTimeoutMs: z.number().int().min(1_000).max(86_400_000).default(seconds(600)),
  healthTimeoutMs: z.number().int().min(1_000).max(86_400_000).default(seconds(60)),
  confirmTimeoutMs: z.number().int().min(1_000).max(86_400_000).default(seconds(120)),
  /**
   * On a device: may every admin run commands as the user of the daemon, which is root? Off unless its owner says so: an
   * admin by ticket may start rollouts of what others signed, and this is more.
   */
  remoteShell: z.boolean().default(false),
  /** On a device: where admins may forward to: `loopback`, `loopback:PORT`, `HOST`, `HOST:PORT`, `*`. */
  forwardTo: z.array(z.string().min(1).max(262)).max(64).default(['loopback']),
  /** `HOST:PORT` of /metrics and /healthz, on any role; absent: neither is served. */
  metricsListen: z
    .string()
    .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'write HOST:PORT')
    .optional(),
  /** On a coordinator: who is told of alarms, by POST. `secretFile` holds the key of the signature. */
  webhooks: z
    .array(
      z.strictObject({
        url: z.url({ protocol: /^https?$/ }).max(2048),
        secretFile: z.string().startsWith('/'),
        events: z.array(z.enum(ALARMS)).min(1).optional()
      })
    )
    .max(8)
    .default([]),
  /** A device that was not heard of for so long is an alarm. */
  silentMinutes: z.number().int().min(1).max(525_600).default(15),
  /** A certificate that expires within so many days is an alarm. */
  certificateDays: z.number().int().min(1).max(365).default(30),
  lanDiscovery: z.boolean().default(true),
  /** Ask the router for a port that leads here (PCP, NAT-PMP, UPnP), so that members behind hard NATs reach this one. */
  portMapping: z.boolean().default(true),
  /** Search for a direct path to a member where both NATs hand out blocks of ports (carriers): a thousand mappings on each side. */
  searchBlocks: z.boolean().default(false),
  logLevel: z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info')
})
export type Config = Readonly<z.infer<typeof configSchema>>

/** Reads the configuration; absent means defaults. Throws InvalidError (`config_invalid`) with every fault. */
export function readConfig(dir: string): Config {
  const path = join(dir, 'config.json')
  return existsSync(path) ? checkConfigFile(path) : parseConfig(path, {})
}

/** Reads a configuration from any file. Throws as `readConfig`, and InvalidError when it is not there. */
export const checkConfigFile = (path: string): Config => parseConfig(path, parseJson(path))

function parseConfig(path: string, content: unknown): Config {
  const parsed = configSchema.safeParse(content)
  if (parsed.success) return Object.freeze(parsed.data)
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
  throw new InvalidError('config_invalid', `${path}: ${faults.join('; ')}`, {
    hint: 'docs/operations.md lists every key'
  })
}

function parseJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new InvalidError('config_invalid', `cannot read ${path}`, {
      cause,
      hint: 'name a file that is there'
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidError('config_invalid', `${path} is not JSON`, { cause, hint: 'mend or remove it' })
  }
}
