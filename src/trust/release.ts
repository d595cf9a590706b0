/** What may be installed. Spec: docs/protocols.md section 1. */

import type { Release, Target } from '../model/release.ts'
import { PATHS_COUNT_MAX, TARGETS_COUNT_MAX } from '../model/release.ts'
import {
  bytes,
  document,
  documentFault,
  list,
  readDocument,
  refine,
  text,
  tuple,
  uint,
  writeDocument
} from './codec.ts'
import { documentId, openEnvelope, payloadDigest, RELEASE_BYTES_MAX, seal } from './envelope.ts'
import { checkTimes, lasting, name, nixKeys, selector, time } from './fields.ts'
import type { SigningKey } from './keys.ts'
import type { Root } from './root.ts'
import { requireRole } from './root.ts'
import { isStorePath } from './store-path.ts'

export interface OpenRelease {
  readonly release: Release
  /** `r-…` */
  readonly id: string
  /** SHA-256 of the payload: what an offer names. */
  readonly digest: Uint8Array
}

const MANIFEST_ROOT_BYTES = 32

const TARGET = tuple<Target>({
  match: selector,
  system: text('a Nix system', /^[a-z0-9_]{1,32}-[a-z0-9_]{1,32}$/),
  toplevel: text('a store path', isStorePath),
  manifestRoot: bytes(MANIFEST_ROOT_BYTES),
  pathsCount: uint(1, PATHS_COUNT_MAX),
  narBytes: uint(1)
})

const RELEASE = lasting(
  document<Release>({
    channel: name,
    version: text('a version', /^(?! )[ -~]{1,128}(?<! )$/),
    counter: uint(1),
    issued: time,
    expires: time,
    nixKeys,
    targets: refine(list(TARGET, 1, TARGETS_COUNT_MAX), (targets) => {
      if (new Set(targets.map(({ match }) => match)).size !== targets.length) {
        throw documentFault('two targets with the same selector')
      }
    })
  })
)

/** A signed release. Throws InvalidError (`name_invalid`, `selector_invalid`, `document_invalid`). */
export function createRelease(
  release: Release,
  fleet: string,
  keys: readonly SigningKey[]
): { readonly bytes: Uint8Array; readonly id: string; readonly digest: Uint8Array } {
  const payload = writeDocument(RELEASE, release, RELEASE_BYTES_MAX)
  const signed = seal('release', fleet, payload, keys)
  return { bytes: signed, id: documentId('r', payload), digest: payloadDigest(payload) }
}

/**
 * A release signed by the fleet's release keys; with `now` (seconds) its times and root's are checked.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`),
 * RefusedError (`document_expired`, `document_not_yet`).
 */
export function openRelease(signed: Uint8Array, fleet: string, root: Root, now?: number): OpenRelease {
  const envelope = openEnvelope(signed, RELEASE_BYTES_MAX)
  requireRole('release', fleet, envelope, root, 'release')
  const release = readDocument(RELEASE, envelope.payload, RELEASE_BYTES_MAX)
  if (now != null) {
    checkTimes('root', root, now)
    checkTimes('release', release, now)
  }
  return { release, id: documentId('r', envelope.payload), digest: payloadDigest(envelope.payload) }
}
