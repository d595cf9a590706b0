/** The keeper of a ground's links, with what it learns of networks on disk. */

import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { MeshNode } from '../node/node.ts'
import { pingConnection } from '../node/ping.ts'
import { Keeper } from '../services/keep-alive.ts'
import { Networks } from '../services/keep-alive-networks.ts'
import type { Log } from './log.ts'

/** `close` waits for what is being written. */
export async function openKeeper(
  dir: string,
  heartbeatMs: number,
  node: Pick<MeshNode<Record<string, unknown>>, 'services' | 'transport'>,
  clock: Clock,
  log: Pick<Log, 'warn'>
): Promise<{ readonly keeper: Keeper; close(): Promise<void> }> {
  const networks = await Networks.open(join(dir, 'cache', 'networks.json'), (error) => {
    log.warn('networks', error)
  })
  const { observer } = node.services
  const keeper = new Keeper({
    heartbeatMs,
    clock,
    observer,
    transport: node.transport,
    networks,
    ping: pingConnection
  })
  return { keeper, close: async () => await networks.close() }
}
