/** Neighbours of a device that hold a closure, as sources: members on the same local network, asked over a connection of their own. */

import type { Connection } from '@libp2p/interface'
import { NotFoundError } from '../../base/errors.ts'
import { parallel } from '../../base/tasks.ts'
import type { Member } from '../../model/peer.ts'
import type { Target } from '../../model/release.ts'
import type { LanPeer } from '../../node/lan.ts'
import type { Content } from '../../protocols/content.ts'
import type { Discovery } from '../discovery.ts'
import { contentSource } from '../fetch/mesh-source.ts'
import { NEIGHBOURS_MAX } from '../fetch/neighbours.ts'
import type { ContentKey, ContentSource } from '../fetch/source.ts'
import type { Connected } from '../membership.ts'

export interface NeighbourSourcePorts {
  readonly discovery: Pick<Discovery, 'neighbours' | 'providers'>
  readonly content: Pick<Content, 'open'>
  /** Dials, greets and is admitted. */
  connect(addresses: readonly string[], signal: AbortSignal): Promise<Connected>
  /** Admitted connections to a peer. */
  connections(peer: string): readonly Connection[]
  /** A member that is admitted now. */
  memberOf(peer: string): Member | undefined
  targets(release: Uint8Array): Promise<readonly Target[] | undefined>
  onLog(what: string, error?: unknown): void
}

/** Neighbours that are asked whether they hold the closure. */
const ASKED_MAX = 16
const ASKED_AT_ONCE = 8
const ASK_TIMEOUT_MS = 3_000
/** Behind the end of every manifest: the answer says whether there is one, and carries nothing. */
const BEHIND_THE_END = 2 ** 40

/** Those that hold it, the ones that the DHT names first. Throws the signal's reason. */
export async function findNeighbours(
  ports: NeighbourSourcePorts,
  key: ContentKey,
  signal: AbortSignal
): Promise<ContentSource[]> {
  const target = (await ports.targets(key.release))?.[key.target]
  if (target == null) return []
  const [near, providers] = await Promise.all([
    ports.discovery.neighbours(signal),
    ports.discovery.providers(target.manifestRoot, ASKED_MAX, signal)
  ])
  const named = new Set(providers.map(({ peer }) => peer))
  const asked = near.toSorted((a, b) => Number(named.has(b.peer)) - Number(named.has(a.peer)))
  const holders: ContentSource[] = []
  await parallel(asked.slice(0, ASKED_MAX), ASKED_AT_ONCE, async (neighbour) => {
    if (holders.length >= NEIGHBOURS_MAX) return
    const source = await ask(ports, neighbour, key, signal)
    if (source != null) holders.push(source)
  })
  return holders
}

async function ask(
  ports: NeighbourSourcePorts,
  { peer, addresses }: LanPeer,
  key: ContentKey,
  signal: AbortSignal
): Promise<ContentSource | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])
  try {
    const open = ports.connections(peer).findLast(({ direct }) => direct)
    const connection = open ?? (await ports.connect(addresses.map(String), limit)).connection
    // A coordinator on the same network is asked when no device has it.
    if (ports.memberOf(peer)?.role !== 'device') return undefined
    const link = await ports.content.open(connection, limit)
    await link.manifest(key, BEHIND_THE_END, limit)
    return contentSource(peer, link)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof NotFoundError)) ports.onLog(`the neighbour ${peer} could not be asked`, error)
    return undefined
  }
}
