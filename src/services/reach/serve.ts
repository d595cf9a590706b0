/** What a device does with the sessions that it accepts, and which it accepts: docs/operations.md, Reach in. */

import type { Duplex } from 'node:stream'
import { RefusedError } from '../../base/errors.ts'
import type { Member } from '../../model/peer.ts'
import type { Service } from '../../protocols/tunnel.ts'
import type { Pipe } from '../../wire/pipe.ts'
import { joinSocket } from './join.ts'
import type { ShellPorts } from './shell.ts'
import { serveShell } from './shell.ts'
import { serveSpeed } from './speed.ts'

export interface ReachPolicy {
  /** May admins run commands as the daemon's user? */
  readonly remoteShell: boolean
  /** Where a forward may lead: `HOST`, `HOST:PORT` or `*`; `loopback` is this machine itself. */
  readonly forwardTo: readonly string[]
}

export interface ServePorts extends ShellPorts {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  connect(host: string, port: number, signal: AbortSignal): Promise<Duplex>
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1'])

/** Throws RefusedError (`not_an_admin`, `remote_shell_off`, `forward_refused`). */
export function allowService(policy: ReachPolicy, service: Service, member: Member): void {
  if (member.role !== 'admin') throw new RefusedError('not_an_admin', 'only admins may reach in')
  if (service.kind === 'shell' && !policy.remoteShell) {
    throw new RefusedError('remote_shell_off', 'remoteShell is off')
  }
  if (service.kind === 'forward' && !policy.forwardTo.some((rule) => isAllowed(rule, service))) {
    throw new RefusedError('forward_refused', `no forward to ${service.host}:${service.port}`)
  }
}

function isAllowed(rule: string, { host, port }: { host: string; port: number }): boolean {
  if (rule === '*' || rule === host || rule === `${host}:${port}`) return true
  return LOOPBACK.has(host) && (rule === 'loopback' || rule === `loopback:${port}`)
}

/** Serves one session to its end. Throws what ends it before. */
export async function serveService(
  ports: ServePorts,
  pipe: Pipe,
  service: Service,
  signal: AbortSignal
): Promise<void> {
  switch (service.kind) {
    case 'speed':
      await serveSpeed(pipe, service, ports.now, signal)
      return
    case 'forward': {
      const socket = await ports.connect(service.host, service.port, signal)
      await joinSocket(socket, pipe, signal)
      return
    }
    case 'shell':
      await serveShell(ports, pipe, service, signal)
  }
}
