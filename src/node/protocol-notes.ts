/**
 * libp2p notes the protocol of every stream in the peer store, on both sides: what is stored is read, decoded, sorted,
 * encoded and written again, which costs more than opening the stream. What is noted already is not noted again for a
 * minute; only the time of the last sign of life would differ.
 */

import type { Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'

const FRESH_MS = 60_000
/** Peers kept; the one noted first is forgotten first. */
const PEERS_MAX = 1_024

/** From now on `peerStore` takes each note of a known protocol for done. */
export function noteProtocolsOnce(peerStore: PeerStore, now: () => number = Date.now): void {
  const noted = new Map<string, { readonly peer: Peer; readonly at: number }>()
  let deletions = 0
  const { merge, patch, save, delete: remove } = peerStore

  const remembering =
    (store: PeerStore['merge']): PeerStore['merge'] =>
    async (id, data, options) => {
      const before = deletions
      const peer = await store.call(peerStore, id, data, options)
      const key = id.toString()
      noted.delete(key)
      if (before === deletions) noted.set(key, { peer, at: now() })
      for (const oldest of noted.size > PEERS_MAX ? noted.keys() : []) {
        noted.delete(oldest)
        break
      }
      return peer
    }
  const mergeAndRemember = remembering(merge)

  peerStore.merge = async (id, data, options) => {
    const known = noted.get(id.toString())
    const isFresh = known != null && now() - known.at < FRESH_MS && isNoted(known.peer, data)
    return isFresh ? known.peer : await mergeAndRemember(id, data, options)
  }
  peerStore.patch = remembering(patch)
  peerStore.save = remembering(save)
  peerStore.delete = async (id: PeerId, options) => {
    deletions++
    noted.delete(id.toString())
    await remove.call(peerStore, id, options)
  }
}

function isNoted(peer: Peer, { protocols, ...rest }: PeerData): boolean {
  if (protocols == null || Object.keys(rest).length > 0) return false
  return protocols.every((protocol) => peer.protocols.includes(protocol))
}
