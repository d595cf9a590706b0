/**
 * A coordinator looks up the relays that it knows, as long as they do not come to it: after a move to an address that nobody was told
 * of it is they who tell the others (docs/mesh.md, Links).
 */

import { errorMessage } from '../base/errors.ts'
import { parallel, Tasks } from '../base/tasks.ts'
import type { Member } from '../model/peer.ts'
import { announcedBy } from '../model/peer.ts'
import type { Ground } from './runtime.ts'

/** Relays that run dial by themselves; who restarted has them back before the second look. */
const PAUSE_MS = { min: 10_000, max: 300_000 }
const AT_ONCE = 4
const TIMEOUT_MS = 15_000

/** From the start of the node on, until the ground goes. */
export function greetRelays(ground: Ground, relays: () => Promise<readonly Member[]>): void {
  const { clock, log, node, stack } = ground
  const over = new AbortController()
  const tasks = new Tasks((name, error) => log.warn(name, error))
  stack.defer(async () => {
    over.abort()
    await tasks.idle()
  })
  const run = async (): Promise<void> => {
    for (let pauseMs = PAUSE_MS.min; !over.signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.max)) {
      const away = (await relays()).filter(({ peer }) => node.admission.member(peer) == null)
      await parallel(away, AT_ONCE, async (relay) => await greet(ground, relay, over.signal))
      await clock.sleep(pauseMs, over.signal).catch(() => undefined)
    }
  }
  node.libp2p.addEventListener('start', () => tasks.run('relays', run), { once: true })
}

async function greet({ membership, log }: Ground, relay: Member, signal: AbortSignal): Promise<void> {
  const addresses = announcedBy(relay.labels).map(
    (address) => `${address.replace(/\/p2p\/[^/]+$/, '')}/p2p/${relay.peer}`
  )
  if (addresses.length === 0) return
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  await membership.connect(addresses, limit).catch((error: unknown) => {
    if (!signal.aborted) log.info('a relay does not answer', { name: relay.name, error: errorMessage(error) })
  })
}
