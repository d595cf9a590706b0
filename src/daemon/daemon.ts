/** `shoal up`: one node on one directory until it is told to stop; and the same node for the length of a command. */

import { notifySystemd } from '../host/machine.ts'
import { systemSpawn } from '../host/spawn.ts'
import { isRelaying } from '../model/peer.ts'
import type { Control } from './control.ts'
import { serveControl } from './control-socket.ts'
import { withNet } from './net.ts'
import type { Ground } from './runtime.ts'
import { openGround } from './runtime.ts'

/** Longer than every limit of the parts that stop. */
const STOP_MS_MAX = 5_000

export interface Ready {
  readonly peer: string
  readonly listen: readonly string[]
}

/** Runs a daemon until `signal` aborts. `onReady` is called once it can serve. Throws what starting throws. */
export async function runDaemon(
  dir: string,
  options: { readonly listen?: readonly string[] },
  signal: AbortSignal,
  onReady: (ready: Ready) => void
): Promise<void> {
  const ground = await openGround(dir, { ...options, isQuiet: false })
  await using bounded = new AsyncDisposableStack()
  bounded.defer(async () => await dispose(ground))
  const { stack } = ground
  const control = await startRole(ground, true)
  stack.use(await serveControl(dir, control))
  const { metricsListen } = ground.config
  if (metricsListen != null) {
    const { serveMetrics } = await import('./metrics.ts')
    stack.use(await serveMetrics(ground, control, metricsListen))
  }
  const listen = ground.node.libp2p.getMultiaddrs().map((address) => address.toString())
  if (ground.config.lanDiscovery) await ground.discovery.open()
  // Coordinators and relays are reached at the addresses in tickets, which their owners open.
  if (ground.config.portMapping && !isRelaying(ground.role)) ground.portMapping.start()
  ground.log.info('ready', { peer: ground.node.peer, listen })
  onReady({ peer: ground.node.peer, listen })
  await notifySystemd(systemSpawn, ['READY=1'], AbortSignal.timeout(5_000))
  const over = AbortSignal.any([signal, ground.end.signal])
  if (!over.aborted) {
    await new Promise<void>((resolve) => {
      over.addEventListener('abort', () => resolve(), { once: true })
    })
  }
  ground.end.signal.throwIfAborted()
  ground.log.info('stopping')
  await notifySystemd(systemSpawn, ['STOPPING=1'], AbortSignal.timeout(1_000))
}

/**
 * Ends what stands on a ground. Some of it waits for timers that do not keep a process alive: the one here does, so that a
 * process ends with its own exit code, and not with Node's for a wait that nothing can end.
 */
async function dispose(ground: Ground): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, STOP_MS_MAX)
  await Promise.race([ground.stack.disposeAsync(), late.promise])
  clearTimeout(timer)
}

/**
 * The control API of the role, and what every node says of itself. `holdsLinks`: an admin is there to be reached, not for
 * one command.
 */
async function startRole(ground: Ground, holdsLinks: boolean): Promise<Control> {
  return withNet(ground, await startOwnRole(ground, holdsLinks))
}

// Each role is loaded where it is played: a command waits for no database of a coordinator.
async function startOwnRole(ground: Ground, holdsLinks: boolean): Promise<Control> {
  if (ground.role === 'device') {
    const { openDevice } = await import('./device.ts')
    const device = await openDevice(ground)
    await ground.start()
    device.start()
    return device.control
  }
  if (ground.role === 'relay') {
    const { openRelay } = await import('./relay.ts')
    const relay = openRelay(ground)
    await ground.start()
    relay.start()
    return relay.control
  }
  if (ground.role === 'coordinator') {
    const { runCoordinator } = await import('./coordinator.ts')
    const control = await runCoordinator(ground)
    await ground.start()
    return control
  }
  const { holdLinks, runAdmin } = await import('./admin.ts')
  const control = runAdmin(ground)
  await ground.start()
  if (holdsLinks) holdLinks(ground)
  return control
}

/**
 * The control API on a node of our own, for the length of a command. Throws ConflictError (`directory_locked`) and what
 * starting throws.
 */
export async function startControl(dir: string): Promise<{ control: Control } & AsyncDisposable> {
  const ground = await openGround(dir, { isQuiet: true, isCommand: true })
  try {
    // A device that is only looked at neither dials nor works.
    const control =
      ground.role === 'device' ? withNet(ground, await lookAtDevice(ground)) : await startRole(ground, false)
    return { control, [Symbol.asyncDispose]: async () => await dispose(ground) }
  } catch (error) {
    await dispose(ground)
    throw error
  }
}

async function lookAtDevice(ground: Ground): Promise<Control> {
  const { openDevice } = await import('./device.ts')
  return (await openDevice(ground)).control
}
