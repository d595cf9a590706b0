/** What the fleet's admin signs: releases with a manifest of one path, and offers. */

import { createHash } from 'node:crypto'
import type { Offer } from '../../src/model/offer.ts'
import type { Member } from '../../src/model/peer.ts'
import { encodeManifest } from '../../src/nix/manifest.ts'
import { encodeNixBase32 } from '../../src/trust/nix-base32.ts'
import { signPath } from '../../src/trust/nix-key.ts'
import { createOffer } from '../../src/trust/offer.ts'
import { createRelease } from '../../src/trust/release.ts'
import { FLEET, key, NIX_KEY, RELEASE_KEYS } from '../trust/fleet.ts'

export const SYSTEM = 'x86_64-linux'
const digest = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest())

export const toplevelOf = (version: string): string =>
  `/nix/store/${encodeNixBase32(digest(version).subarray(0, 20))}-nixos-system-${version}`

export interface SimRelease {
  readonly id: string
  readonly bytes: Uint8Array
  readonly digest: Uint8Array
  readonly toplevel: string
  readonly manifest: Uint8Array
  readonly release: Parameters<typeof createRelease>[0]
}

export function releaseOf(counter: number, issued: number): SimRelease {
  const version = `v${counter}`
  const storePath = toplevelOf(version)
  const path = { storePath, narHash: digest(`nar ${version}`), narSize: 4096, references: [] }
  const entry = { ...path, signatures: [signPath(NIX_KEY.secret, path)], chunksDigest: digest('') }
  const { bytes: manifest, root } = encodeManifest([entry])
  const release = {
    channel: 'main',
    version,
    counter,
    issued,
    expires: issued + 180 * 86_400,
    nixKeys: [NIX_KEY.public],
    targets: [
      { match: '*', system: SYSTEM, toplevel: storePath, manifestRoot: root, pathsCount: 1, narBytes: 4096 }
    ]
  }
  const { bytes, id, digest: payload } = createRelease(release, FLEET, RELEASE_KEYS)
  return { id, bytes, digest: payload, toplevel: storePath, manifest, release }
}

export const offerOf = (offer: Offer): { bytes: Uint8Array; id: string } =>
  createOffer(offer, FLEET, [key(offer.kind === 'rollback' ? 'rollback' : 'offer')])

export const memberOf = (name: string, issued: number): Member => ({
  peer: `peer-${name}`,
  key: digest(name),
  name,
  role: 'device',
  labels: {},
  serial: `serial-${name}`,
  ticket: 't-sim',
  issued,
  expires: issued + 3650 * 86_400
})
