// What holds for every signed document: nothing but the signed bytes, type and fleet is ever accepted.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'vitest'
import { toHex } from '../../src/base/bytes.ts'
import { InvalidError, ShoalError } from '../../src/base/errors.ts'
import { openAddressRecord } from '../../src/trust/addresses.ts'
import type { DocumentType } from '../../src/trust/envelope.ts'
import { openEnvelope, requireSigners } from '../../src/trust/envelope.ts'
import { decodeBundle, verifyBundle } from '../../src/trust/membership.ts'
import { openOffer } from '../../src/trust/offer.ts'
import { openRelease } from '../../src/trust/release.ts'
import { openRevocations } from '../../src/trust/revocations.ts'
import { openRoot } from '../../src/trust/root.ts'
import { decodeTicketText, openTicket } from '../../src/trust/ticket.ts'
import * as own from './fleet.ts'

type Open = (bytes: Uint8Array, fleet: string) => unknown
interface Sample {
  readonly bytes: Uint8Array
  readonly open: Open
}

const bundle: Open = (bytes, fleet) => verifyBundle(bytes, { fleet, root: own.ROOT, now: own.NOW })
const objects: Record<string, Sample> = {
  ticket: { bytes: own.deviceTicket.bytes, open: (bytes, fleet) => openTicket(bytes, fleet, own.ROOT) },
  release: { bytes: own.release.bytes, open: (bytes, fleet) => openRelease(bytes, fleet, own.ROOT, own.NOW) },
  offer: { bytes: own.offer.bytes, open: (bytes, fleet) => openOffer(bytes, fleet, own.ROOT, own.NOW) },
  addresses: { bytes: own.addresses, open: (bytes, fleet) => openAddressRecord(bytes, fleet, own.ROOT) },
  revocations: { bytes: own.revocations, open: (bytes, fleet) => openRevocations(bytes, fleet, own.ROOT) },
  adminBundle: { bytes: own.adminBundle, open: bundle },
  coordinatorBundle: { bytes: own.coordinatorBundle, open: bundle },
  deviceBundle: { bytes: own.deviceBundle, open: bundle }
}
const root: Sample = { bytes: own.rootBytes, open: (bytes) => openRoot(bytes) }
const all: Record<string, Sample> = { root, ...objects }

const accepts = (work: () => unknown): boolean => {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof ShoalError) return false
    throw error
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

test.for(Object.entries(all))('%s: no flipped bit and no truncation is accepted', ([, { bytes, open }]) => {
  assert.ok(accepts(() => open(bytes, own.FLEET)))
  for (let bit = 0; bit < 8 * bytes.byteLength; bit++) {
    assert.ok(!accepts(() => open(flipped(bytes, bit), own.FLEET)), `bit ${bit}`)
  }
  for (let length = 0; length < bytes.byteLength; length++) {
    assert.ok(!accepts(() => open(bytes.subarray(0, length), own.FLEET)), `length ${length}`)
  }
  assert.ok(!accepts(() => open(new Uint8Array([...bytes, 0]), own.FLEET)), 'a byte too many')
})

test('a document of one fleet is none of another', () => {
  for (const [name, { bytes, open }] of Object.entries(objects)) {
    assert.ok(!accepts(() => open(bytes, own.OTHER_FLEET)), name)
  }
})

test('a document of one type is none of another, even under the same keys', () => {
  for (const [from, { bytes }] of Object.entries(all)) {
    for (const [to, { open }] of Object.entries(all)) {
      if (open !== all[from]?.open) assert.ok(!accepts(() => open(bytes, own.FLEET)), `${from} as ${to}`)
    }
  }
  const types: DocumentType[] = [
    'root',
    'ticket',
    'member',
    'admission',
    'release',
    'offer',
    'revocations',
    'addresses'
  ]
  const envelope = openEnvelope(own.offer.bytes)
  const signs = (type: DocumentType): boolean =>
    accepts(() => {
      requireSigners(type, own.FLEET, envelope, [own.key('offer').publicKey], 1)
    })
  assert.deepEqual(types.filter(signs), ['offer'])
})

test('opening anything at all throws nothing but ShoalError', () => {
  const samples = Object.values(all)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const { open } of samples) assert.ok(!accepts(() => open(bytes, own.FLEET)))
      assert.ok(!accepts(() => decodeTicketText(`shoal1${Buffer.from(bytes).toString('base64url')}`)))
    }),
    { numRuns: 500 }
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 4 })), {
        minLength: 1,
        maxLength: 5
      }),
      ({ bytes, open }, edits) => {
        const mutated = edits.reduce((before, [at, removed, added]) => {
          const position = at % (before.byteLength + 1)
          return new Uint8Array([
            ...before.subarray(0, position),
            ...added,
            ...before.subarray(position + removed)
          ])
        }, bytes)
        const isChanged = toHex(mutated) !== toHex(bytes)
        assert.equal(
          accepts(() => open(mutated, own.FLEET)),
          !isChanged
        )
      }
    ),
    { numRuns: 1000 }
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.throws(() => decodeTicketText(text), InvalidError)
    })
  )
})

test('the encoding of every document stays what it was', () => {
  const vectors: unknown = JSON.parse(readFileSync('test/vectors/trust.json', 'utf8'))
  const device = decodeBundle(own.deviceBundle)
  assert.deepEqual(vectors, {
    fleet: own.FLEET,
    root: toHex(own.rootBytes),
    ticket: toHex(own.deviceTicket.bytes),
    member: toHex(device.member),
    admission: toHex(device.admission),
    release: toHex(own.release.bytes),
    offer: toHex(own.offer.bytes),
    revocations: toHex(own.revocations),
    addresses: toHex(own.addresses),
    bundle: toHex(own.deviceBundle),
    ticketText: own.ticketText,
    ids: [own.deviceTicket.id, own.release.id, own.offer.id]
  })
})
