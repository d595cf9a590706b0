/**
 * The addon of `native/quic`: its types, and where it is found. `docs/quic.md` tells how it works.
 */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Limits of one engine. Times in milliseconds, windows and buffers in bytes. */
export interface Settings {
  privateKey: Buffer
  connectionsMax: number
  handshakesMax: number
  handshakeTimeoutMs: number
  idleMaxMs: number
  idleMs: number
  keepAliveMs: number
  streamsMax: number
  streamWindow: number
  receiveWindow: number
  sendWindow: number
  congestion: 'cubic' | 'newreno' | 'bbr'
  socketBuffer: number
  gate: boolean
}

/** An open socket. */
export interface Bound {
  readonly id: number
  readonly ip: string
  readonly port: number
  /** Packets that one system call sends; 1: the kernel has no UDP segmentation offload. */
  readonly gsoSegments: number
  readonly groSegments: number
}

/** What the kernel has granted a socket, bytes. */
export interface Buffers {
  readonly receive: number
  readonly send: number
}

/** Figures of one connection. */
export interface ConnectionFigures {
  readonly remoteIp: string
  readonly remotePort: number
  readonly rttMs: number
  readonly minRttMs: number
  readonly cwndBytes: number
  readonly mtu: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly sentPackets: number
  readonly lostPackets: number
  readonly lostBytes: number
  readonly congestionEvents: number
  readonly keepAliveMs: number
  readonly idleMs: number
  readonly streams: number
}

/** Figures of an engine. */
export interface EngineTotals {
  readonly endpoints: number
  readonly connections: number
  readonly handshakes: number
  readonly queuedEvents: number
  readonly timers: number
  readonly accepted: number
  readonly refused: number
  readonly retried: number
  readonly rawDropped: number
  readonly sendErrors: number
}

/** Kinds of drained events; each is followed by an id and two values. */
export const KIND = {
  connected: 0,
  closed: 1,
  stream: 2,
  data: 3,
  peer: 4,
  writable: 5,
  stopped: 6,
  available: 7,
  path: 8,
  raw: 9,
  incoming: 10,
  unbound: 11,
  failed: 12,
  fin: 13,
  reset: 14
} as const

/** Every call is synchronous and short. */
export interface NativeEngine {
  bind(ip: string, port: number, accept: boolean, bufferBytes?: number): Bound
  buffers(endpoint: number): Buffers | null
  setAccept(endpoint: number, accept: boolean): void
  unbind(endpoint: number): void
  dial(endpoint: number, ip: string, port: number, peer: string | undefined): number
  answer(token: number, accept: boolean): void
  drain(bytesMax: number): unknown[]
  open(conn: number): number
  write(conn: number, stream: number, data: Uint8Array): number
  finish(conn: number, stream: number): void
  reset(conn: number, stream: number, code: number): void
  stopReading(conn: number, stream: number, code: number): void
  discard(conn: number, stream: number): void
  pause(conn: number, stream: number, paused: boolean): void
  close(conn: number, code: number, patienceMs: number): void
  setWindows(conn: number, receive: number, send: number, streams: number): void
  setKeepAlive(conn: number, intervalMs: number): void
  setIdle(conn: number, idleMs: number): void
  setRate(conn: number, bytesPerSecond: number): void
  figures(conn: number): ConnectionFigures | null
  totals(): EngineTotals
  sendRaw(endpoint: number, ip: string, port: number, data: Uint8Array, ttl: number): boolean
  networkChanged(): void
  stop(): void
}

export interface Addon {
  Engine: new (settings: Settings, doorbell: () => void) => NativeEngine
  certificatePeer(der: Uint8Array): string
}

/** Where the addon of this machine lies once it is built. */
export const ADDON_PATH = join(
  import.meta.dirname,
  '../../native/quic',
  `shoal-quic.${process.platform}-${process.arch}.node`
)

let addon: Addon | undefined

/** Whether the addon has been built for this machine. */
export const quicIsBuilt = (): boolean => existsSync(ADDON_PATH)

/** The addon; throws what Node throws where it is absent or does not load. */
export function loadAddon(): Addon {
  addon ??= createRequire(import.meta.url)(ADDON_PATH) as Addon
  return addon
}
