/** `/metrics` and `/healthz` over HTTP, where the configuration names an address for them (docs/operations.md). */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { ConflictError, errorMessage, InvalidError } from '../base/errors.ts'
import { freeBytes } from '../host/disk.ts'
import type { Status } from '../model/control.ts'
import { statusSchema } from '../model/control.ts'
import { renderMetrics } from '../services/metrics.ts'
import type { Control } from './control.ts'
import type { Ground } from './runtime.ts'

/** Scrapers at the same time. */
const CONNECTIONS_MAX = 16
/** A request that is not all here, or an answer that is not made, by then is given up. */
const TIMEOUT_MS = 5_000
const ADDRESS = /^(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i

export interface MetricsServer extends AsyncDisposable {
  readonly port: number
}

/** Serves until disposed of. Throws InvalidError (`config_invalid`), ConflictError (`metrics_listen`). */
export async function serveMetrics(ground: Ground, control: Control, listen: string): Promise<MetricsServer> {
  const match = ADDRESS.exec(listen)
  const host = match?.[1] ?? match?.[2]
  if (host == null || match == null) {
    throw new InvalidError('config_invalid', `metricsListen is no HOST:PORT: ${listen}`)
  }
  const startedMs = ground.clock.now()
  const server = createServer(
    { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS },
    (request, response) => {
      const answer = async (): Promise<[number, string, string]> => {
        if (request.method !== 'GET') return [405, 'text/plain', 'only GET\n']
        if (request.url === '/metrics') {
          return [200, 'text/plain; version=0.0.4; charset=utf-8', await metrics(ground, control, startedMs)]
        }
        if (request.url === '/healthz') {
          await statusOf(ground, control)
          return [200, 'application/json', `${JSON.stringify({ ok: true, role: ground.role })}\n`]
        }
        return [404, 'text/plain', 'there is /metrics and /healthz\n']
      }
      answer()
        .catch((error: unknown): [number, string, string] => {
          ground.log.warn('metrics', error)
          return [503, 'application/json', `${JSON.stringify({ ok: false, error: errorMessage(error) })}\n`]
        })
        .then(([status, type, text]) => response.writeHead(status, { 'content-type': type }).end(text))
        .catch((error: unknown) => ground.log.warn('metrics', error))
    }
  )
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ConflictError('metrics_listen', `cannot serve metrics on ${listen}: ${cause.message}`, {
          cause,
          hint: 'another process may hold the port: metricsListen in config.json'
        })
      )
    })
    server.listen(Number(match[3]), host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address != null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    }
  }
}

async function metrics(ground: Ground, control: Control, startedMs: number): Promise<string> {
  const { node, config, role } = ground
  const member = ground.self()
  const { user, system } = process.cpuUsage()
  const peers = new Set(node.admission.connections().map((each) => each.remotePeer.toString()))
  return await renderMetrics({
    version: VERSION,
    role,
    name: member.name,
    startedMs,
    cpuSeconds: (user + system) / 1e6,
    memoryBytes: process.memoryUsage.rss(),
    connected: [...peers].flatMap((peer) => node.admission.member(peer)?.role ?? []),
    certificateExpires: member.expires,
    diskFreeBytes: await freeBytes(role === 'device' ? '/nix/store' : ground.home.dir),
    diskReserveBytes: config.reserveBytes,
    status: await statusOf(ground, control)
  })
}

const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
) as { version: string }

/** What this node knows by itself; an admin would have to ask a coordinator, which a scrape is no reason for. */
async function statusOf(ground: Ground, control: Control): Promise<Status | null> {
  if (ground.role === 'admin') return null
  for await (const document of control.call('status', {}, AbortSignal.timeout(TIMEOUT_MS))) {
    return statusSchema.parse(document)
  }
  return null
}
