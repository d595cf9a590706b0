/** The fleet's first document: who may sign what. Spec: docs/protocols.md section 1. */

import { toBase32 } from '../base/bytes.ts'
import type { Codec } from './codec.ts'
import {
  bool,
  bytes,
  document,
  documentFault,
  map,
  readDocument,
  refine,
  tuple,
  uint,
  unique,
  writeDocument
} from './codec.ts'
import type { DocumentType, Envelope } from './envelope.ts'
import {
  DOCUMENT_BYTES_MAX,
  openEnvelope,
  payloadDigest,
  requireSigners,
  SIGNATURES_COUNT_MAX,
  seal
} from './envelope.ts'
import { lasting, name, nixKeys, time } from './fields.ts'
import type { SigningKey } from './keys.ts'
import { PUBLIC_KEY_BYTES } from './keys.ts'

export type RootRole = 'membership' | 'release' | 'offer' | 'rollback' | 'revocation'

export interface RoleKeys {
  /** How many distinct keys must sign. */
  readonly threshold: number
  /** Raw Ed25519 public keys, 1 to 16. */
  readonly keys: readonly Uint8Array[]
}

export interface Root {
  /** 1 for the fleet's first root. */
  readonly version: number
  readonly name: string
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
  readonly roles: Readonly<Record<RootRole, RoleKeys>>
  /** Nix public keys (`name:base64`) of the fleet. */
  readonly nixKeys: readonly string[]
  /** True: devices refuse an offer without a proof that it is in the log. */
  readonly offerProof: boolean
}

const FIRST_VERSION = 1

const roleKeys: Codec<RoleKeys> = refine(
  tuple<RoleKeys>({
    threshold: uint(1, SIGNATURES_COUNT_MAX),
    keys: unique(bytes(PUBLIC_KEY_BYTES), 1, SIGNATURES_COUNT_MAX)
  }),
  ({ threshold, keys }) => {
    if (threshold > keys.length) throw documentFault('a threshold above the number of keys')
  }
)

const ROOT = lasting(
  document<Root>({
    version: uint(FIRST_VERSION, FIRST_VERSION),
    name,
    issued: time,
    expires: time,
    roles: map<Root['roles']>({
      membership: roleKeys,
      release: roleKeys,
      offer: roleKeys,
      rollback: roleKeys,
      revocation: roleKeys
    }),
    nixKeys,
    offerProof: bool
  })
)

/** The fleet id of a first root's payload: 52 characters of base32. */
const fleetOf = (payload: Uint8Array): string => toBase32(payloadDigest(payload))

/**
 * A fleet's first root, signed under its own id.
 * Throws InvalidError (`name_invalid`, `document_invalid`).
 */
export function createRoot(
  root: Root,
  keys: readonly SigningKey[]
): { readonly bytes: Uint8Array; readonly fleet: string } {
  const payload = writeDocument(ROOT, root, DOCUMENT_BYTES_MAX)
  const fleet = fleetOf(payload)
  return { bytes: seal('root', fleet, payload, keys), fleet }
}

/**
 * A first root, signed under its own id by its own membership keys. Times are not looked at.
 * Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`).
 */
export function openRoot(signed: Uint8Array): {
  readonly root: Root
  readonly fleet: string
  readonly bytes: Uint8Array
} {
  const envelope = openEnvelope(signed)
  const root = readDocument(ROOT, envelope.payload, DOCUMENT_BYTES_MAX)
  const fleet = fleetOf(envelope.payload)
  requireRole('root', fleet, envelope, root, 'membership')
  return { root, fleet, bytes: signed }
}

/** Throws IntegrityError (`document_signature`) unless as many keys of the role as its threshold signed. */
export function requireRole(
  type: DocumentType,
  fleet: string,
  envelope: Envelope,
  root: Root,
  role: RootRole
): void {
  const { keys, threshold } = root.roles[role]
  requireSigners(type, fleet, envelope, keys, threshold)
}
