import { InvalidError } from '../base/errors.ts'

/** What a member may be. `cache` and `builder` are services of any node, not memberships. */
export const ROLES = ['device', 'coordinator', 'admin', 'relay'] as const
export type Role = (typeof ROLES)[number]

/** Members of this role relay for others, serve the DHT and take reservations. */
export const isRelaying = (role: Role | undefined): boolean => role === 'coordinator' || role === 'relay'

/** Certified labels of a relay whose keys are this, or begin with this and a dash, name where it is reached. */
const ANNOUNCE_LABEL = 'announce'

/** The multiaddrs at which a relay is reached, as its ticket named them. */
export const announcedBy = (labels: Labels): string[] =>
  Object.entries(labels)
    .filter(([key, value]) => new RegExp(`^${ANNOUNCE_LABEL}(-|$)`).test(key) && value.startsWith('/'))
    .map(([, value]) => value)

/** Labels of a relay's ticket that carry its addresses. */
export const announceLabels = (addresses: readonly string[]): Labels =>
  Object.fromEntries(
    addresses.map((address, index) => [
      index === 0 ? ANNOUNCE_LABEL : `${ANNOUNCE_LABEL}-${index + 1}`,
      address
    ])
  )

/** Certified labels. A label without value (`@tag`) has the empty string as value. */
export type Labels = Readonly<Record<string, string>>

/** Facts about a member as its certificate states them. */
export interface Member {
  /** libp2p peer ID, the join key everywhere. */
  readonly peer: string
  /** Raw Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array
  readonly name: string
  readonly role: Role
  readonly labels: Labels
  /** Serial of the certificate, 16 bytes in hex: what a revocation names. */
  readonly serial: string
  /** The ticket that the certificate came from; empty for the fleet's first admin. */
  readonly ticket: string
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
}

export const LABELS_COUNT_MAX = 64
const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/
const LABEL_KEY = /^[a-z][a-z0-9._-]{0,62}$/
const LABEL_VALUE = /^[A-Za-z0-9._:/+-]{0,64}$/

/** Throws InvalidError (`name_invalid`) unless `name` is a host name: lower case, 1–64 characters. */
export function checkName(name: string): string {
  if (NAME.test(name)) return name
  throw new InvalidError('name_invalid', `not a valid name: ${JSON.stringify(name.slice(0, 80))}`, {
    hint: 'use 1 to 64 of a-z 0-9 . _ - and begin and end with a letter or digit'
  })
}

/** Throws InvalidError (`label_invalid`) unless all keys and values keep to the closed character sets. */
export function checkLabels(labels: Labels): Labels {
  const entries = Object.entries(labels)
  const bad =
    entries.length > LABELS_COUNT_MAX
      ? `more than ${LABELS_COUNT_MAX} labels`
      : entries.find(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value))?.join('=')
  if (bad == null) return labels
  throw new InvalidError('label_invalid', `not a valid label: ${bad.slice(0, 80)}`, {
    hint: 'write key=value, or key alone for a tag; keys begin with a-z, values hold letters, digits and . _ : / + -'
  })
}
