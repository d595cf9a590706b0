/**
 * What the fleet's private DHT knows: where a peer is, and who holds a closure. Coordinators and relays serve it, everyone else
 * asks. It is a hint and never an authority: addresses are proved by the handshake, content by its digests.
 */

import type { Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { InvalidError } from '../base/errors.ts'

/** Multicodec codes: `raw` content named by its `sha2-256`. */
const RAW = 0x55
const SHA2_256 = 0x12
const DIGEST_BYTES = 32
const ADDRESSES_MAX = 16

export interface Provider {
  readonly peer: string
  readonly addresses: readonly Multiaddr[]
}

export interface Lookup {
  /** Addresses of a member; none when nobody knows any. Throws the signal's reason. */
  findPeer(peer: string, signal: AbortSignal): Promise<Multiaddr[]>
  /**
   * Tells the DHT that this node holds what a SHA-256 names. It is repeated daily, over restarts too, until `retract`.
   * Throws InvalidError (`digest_invalid`), what libp2p throws when nobody can be told, or the signal's reason.
   */
  provide(digest: Uint8Array, signal: AbortSignal): Promise<void>
  retract(digest: Uint8Array, signal: AbortSignal): Promise<void>
  /** At most `countMax` members that said that they hold it, this node left out. Throws as `provide`. */
  providers(digest: Uint8Array, countMax: number, signal: AbortSignal): Promise<Provider[]>
}

/** Asks the DHT of a node, its only routing. */
export function createLookup(node: Pick<Libp2p, 'contentRouting' | 'peerRouting' | 'peerId'>): Lookup {
  const { contentRouting: content, peerRouting: routing } = node
  const self = node.peerId.toString()
  return {
    findPeer: async (peer, signal) => {
      try {
        const { multiaddrs } = await routing.findPeer(peerIdFromString(peer), { signal, useCache: false })
        return multiaddrs.slice(0, ADDRESSES_MAX)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof Error && error.name === 'NotFoundError') return []
        throw error
      }
    },
    provide: async (digest, signal) => {
      await content.provide(cidOf(digest), { signal })
    },
    retract: async (digest, signal) => {
      await content.cancelReprovide(cidOf(digest), { signal })
    },
    providers: async (digest, countMax, signal) => {
      const found: Provider[] = []
      for await (const { id, multiaddrs } of content.findProviders(cidOf(digest), { signal })) {
        const peer = id.toString()
        if (peer === self || found.some((each) => each.peer === peer)) continue
        found.push({ peer, addresses: multiaddrs.slice(0, ADDRESSES_MAX) })
        if (found.length >= countMax) break
      }
      return found
    }
  }
}

function cidOf(digest: Uint8Array): CID {
  if (digest.byteLength !== DIGEST_BYTES) {
    throw new InvalidError('digest_invalid', `a digest of ${digest.byteLength} bytes`)
  }
  return CID.createV1(RAW, create(SHA2_256, digest))
}
