/** Signed documents as a target: payloads are changed and signed again, so that what lies behind the signatures is reached. */

import { openAddressRecord } from '../../src/trust/addresses.ts'
import type { Value } from '../../src/trust/codec.ts'
import { decode, encode } from '../../src/trust/codec.ts'
import type { DocumentType } from '../../src/trust/envelope.ts'
import { openEnvelope, RELEASE_BYTES_MAX, seal } from '../../src/trust/envelope.ts'
import type { SigningKey } from '../../src/trust/keys.ts'
import { signingKey } from '../../src/trust/keys.ts'
import { decodeBundle, verifyBundle } from '../../src/trust/membership.ts'
import { openOffer } from '../../src/trust/offer.ts'
import { openRelease } from '../../src/trust/release.ts'
import { openRevocations } from '../../src/trust/revocations.ts'
import { openRoot } from '../../src/trust/root.ts'
import { openTicket } from '../../src/trust/ticket.ts'
import * as fleet from '../trust/fleet.ts'
import type { Draw } from './mutate.ts'
import { joined, mutateBytes, mutateTree, pick } from './mutate.ts'
import type { Target } from './target.ts'

interface Kind {
  readonly seed: Uint8Array
  readonly type: DocumentType | 'bundle'
  readonly keys: readonly SigningKey[]
  open(document: Uint8Array): unknown
}

const OPTIONS = { fleet: fleet.FLEET, root: fleet.ROOT, now: fleet.NOW }

/** The first byte of an input says which of these the rest is. */
const KINDS: readonly Kind[] = [
  { type: 'root', seed: fleet.rootBytes, keys: [fleet.key('membership')], open: openRoot },
  {
    type: 'ticket',
    seed: fleet.deviceTicket.bytes,
    keys: [fleet.key('membership')],
    open: (document) => openTicket(document, fleet.FLEET, fleet.ROOT)
  },
  {
    type: 'release',
    seed: fleet.release.bytes,
    keys: fleet.RELEASE_KEYS,
    open: (document) => openRelease(document, fleet.FLEET, fleet.ROOT, fleet.NOW)
  },
  {
    type: 'offer',
    seed: fleet.offer.bytes,
    keys: [fleet.key('offer')],
    open: (document) => openOffer(document, fleet.FLEET, fleet.ROOT, fleet.NOW)
  },
  {
    type: 'revocations',
    seed: fleet.revocations,
    keys: [fleet.key('revocation')],
    open: (document) => openRevocations(document, fleet.FLEET, fleet.ROOT)
  },
  ...[fleet.deviceBundle, fleet.pendingBundle, fleet.coordinatorBundle, fleet.adminBundle].map(
    (seed): Kind => ({
      type: 'bundle',
      seed,
      keys: [],
      open: (document) => verifyBundle(document, OPTIONS)
    })
  ),
  // Last: the corpus names kinds by their place.
  {
    type: 'addresses',
    seed: fleet.addresses,
    keys: [fleet.key('membership')],
    open: (document) => openAddressRecord(document, fleet.FLEET, fleet.ROOT)
  }
]

export const documents: Target = {
  seeds: KINDS.map(({ seed }, index) => joined(Uint8Array.of(index), seed)),
  mutate: (input, draw, seeds) => {
    const kind = KINDS[input[0] ?? 0]
    if (kind == null || draw(4) === 0) return mutateBytes(input, draw, seeds)
    const changed = orRaw(() => {
      if (kind.type === 'bundle') return changedBundle(input.subarray(1), draw)
      return signedAgain(input.subarray(1), kind.type, kind.keys, draw)
    })
    return changed == null ? mutateBytes(input, draw, seeds) : joined(input.subarray(0, 1), changed)
  },
  run: (input) => {
    KINDS[input[0] ?? 0]?.open(input.slice(1))
  }
}

/** Undefined for an input that is too broken for its structure to be changed. */
function orRaw(work: () => Uint8Array): Uint8Array | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function signedAgain(
  document: Uint8Array,
  type: DocumentType,
  keys: readonly SigningKey[],
  draw: Draw
): Uint8Array {
  const payload = decode(openEnvelope(document, RELEASE_BYTES_MAX).payload, RELEASE_BYTES_MAX)
  return seal(type, fleet.FLEET, encode(asValue(mutateTree(payload, draw))), keys)
}

/** One part of a bundle changed and signed by whoever signs it, or the bundle itself. */
function changedBundle(bundle: Uint8Array, draw: Draw): Uint8Array {
  const part = draw(5)
  const content = decode(bundle, RELEASE_BYTES_MAX)
  if (part > 3 || !Array.isArray(content)) return encode(asValue(mutateTree(content, draw)))
  const { member, ticket, admission, coordinator } = decodeBundle(bundle)
  const isDevice = admission.byteLength > 0 || coordinator.byteLength > 0
  const signer = isDevice ? signingKey(fleet.deviceTicket.seed) : fleet.key('membership')
  const parts = [
    () => signedAgain(member, 'member', [pick(draw, [signer, fleet.key('membership')])], draw),
    () => signedAgain(ticket, 'ticket', [fleet.key('membership')], draw),
    () => signedAgain(admission, 'admission', [fleet.key('hub')], draw),
    () => changedBundle(coordinator, draw)
  ]
  const changed = parts[part]?.() ?? bundle
  return encode([member, ticket, admission, coordinator].with(part, changed))
}

/** CBOR of ours has no null. */
function asValue(tree: ReturnType<typeof mutateTree>): Value {
  if (tree == null) return 0
  if (tree instanceof Map) return new Map([...tree].map(([key, child]) => [key, asValue(child)]))
  if (Array.isArray(tree)) return tree.map(asValue)
  return tree as Exclude<typeof tree, readonly unknown[] | ReadonlyMap<unknown, unknown>>
}
