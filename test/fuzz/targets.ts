/** Every decoder that reads what others wrote. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ProtocolError } from '../../src/base/errors.ts'
import { matches, parseSelector } from '../../src/model/selector.ts'
import { decodeManifest, encodeManifest } from '../../src/nix/manifest.ts'
import { parsePathInfo } from '../../src/nix/path-info.ts'
import { ADMIN } from '../../src/protocols/admin.ts'
import { CONTENT } from '../../src/protocols/content.ts'
import { ENROL } from '../../src/protocols/enrol.ts'
import { HELLO } from '../../src/protocols/hello.ts'
import { OFFER } from '../../src/protocols/offer.ts'
import { STATUS } from '../../src/protocols/status.ts'
import { decodeReport } from '../../src/services/report-codec.ts'
import { merkleRoot } from '../../src/trust/merkle.ts'
import { signPath } from '../../src/trust/nix-key.ts'
import { decodeTicketText, encodeTicketText } from '../../src/trust/ticket.ts'
import { shoal } from '../../src/wire/messages.js'
import * as fleet from '../trust/fleet.ts'
import { documents } from './documents.ts'
import type { Tree } from './mutate.ts'
import { joined, mutateBytes, mutateFields, mutateTree, pick, varintBytes } from './mutate.ts'
import type { Target } from './target.ts'

const utf8 = new TextEncoder()

const CODECS = [
  HELLO.request,
  HELLO.response,
  ENROL.request,
  ENROL.response,
  OFFER.request,
  OFFER.response,
  STATUS.device,
  STATUS.coordinator,
  CONTENT.request,
  CONTENT.response,
  ADMIN.request,
  ADMIN.response
]
type AnyCodec = { encode(message: unknown): { finish(): Uint8Array }; decode(bytes: Uint8Array): unknown }
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each codec gets back what it decoded itself
const codecs = CODECS as unknown as readonly AnyCodec[]

const REPORT = {
  seq: 7,
  atMs: 1_800_000_000_000,
  full: true,
  system: 'x86_64-linux',
  state: 'current',
  diskFreeBytes: 5_000_000_000,
  heartbeatMs: 50_000,
  running: { toplevel: '/nix/store/1p9q0bz6f22dyxh4lw8xs08p4201vyq4-system', generation: 3, version: 'v1' },
  progress: { step: 'fetching', bytesDone: 1, bytesTotal: 2 },
  units: { state: 'running', failed: ['a.service'] },
  activations: [{ rollout: 'o-aaaaaaaaaaaaaaaaaaaa', steps: [{ step: 'accepted', atMs: 1 }] }]
}

/** The first byte of an input names the codec. */
const messages: Target = {
  seeds: [
    codecs[0]?.encode({ membership: fleet.deviceBundle, revocations: 3 }),
    codecs[1]?.encode({ status: 1, membership: fleet.coordinatorBundle }),
    codecs[2]?.encode({ membership: fleet.pendingBundle }),
    codecs[3]?.encode({ status: 1, membership: fleet.deviceBundle, coordinator: fleet.coordinatorBundle }),
    codecs[4]?.encode({ offer: { offer: fleet.offer.bytes, release: fleet.release.bytes } }),
    codecs[5]?.encode({ status: 1, code: 'offer_old' }),
    codecs[6]?.encode({ report: REPORT }),
    codecs[7]?.encode({
      fleet: { revocationList: fleet.revocations, coordinators: ['/ip4/192.0.2.1/tcp/1'] }
    }),
    codecs[8]?.encode({ release: new Uint8Array(32), target: 1, chunk: { entry: 3, index: 4 } }),
    codecs[9]?.encode({ status: 1, data: new Uint8Array(64), more: true }),
    codecs[10]?.encode({ method: 'status', json: '{}', data: new Uint8Array(8) }),
    codecs[11]?.encode({ status: 1, json: '{}', more: true })
  ].map((message, index) => joined(Uint8Array.of(index), message?.finish() ?? new Uint8Array(0))),
  mutate: (input, draw, seeds) =>
    joined(
      input.subarray(0, 1),
      mutateFields(
        input.subarray(1),
        draw,
        seeds.map((seed) => seed.subarray(1))
      )
    ),
  run: (input) => {
    const codec = codecs[(input[0] ?? 0) % codecs.length]
    const message = codec == null ? undefined : decoded(codec, input.slice(1))
    codec?.encode(message)
    if (message instanceof shoal.status.v1.DeviceFrame && message.report != null) {
      decodeReport(shoal.status.v1.Report.create(message.report))
    }
  }
}

/** protobufjs has errors of its own, of which `wire/flow.ts` makes a ProtocolError. */
function decoded(codec: AnyCodec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes)
  } catch (cause) {
    throw new ProtocolError('message_invalid', String(cause), { cause })
  }
}

const PATHS = ['library', 'program', 'system'].map((name, index) => ({
  name,
  path: `/nix/store/${String(index).repeat(32)}-${name}`
}))
const ENTRIES = PATHS.map(({ path }, index) => {
  const facts = {
    storePath: path,
    narHash: new Uint8Array(createHash('sha256').update(path).digest()),
    narSize: 1_000_000 * (index + 1),
    references: PATHS.slice(0, index).map((each) => each.path)
  }
  return { ...facts, signatures: [signPath(fleet.NIX_KEY.secret, facts)], chunksDigest: facts.narHash }
})
const TOPLEVEL = PATHS.at(-1)?.path ?? ''

const manifest: Target = {
  seeds: [
    encodeManifest(ENTRIES).bytes,
    encodeManifest(ENTRIES.slice(-1).map((entry) => ({ ...entry, references: [] }))).bytes
  ],
  mutate: (input, draw, seeds) => {
    const leaves = leavesOf(input)
    if (leaves.length === 0 || draw(4) === 0) return mutateBytes(input, draw, seeds)
    const index = draw(leaves.length)
    const lent = pick(draw, leavesOf(pick(draw, seeds)))
    const changed = [
      leaves.toSpliced(index, 1),
      leaves.toSpliced(index, 0, lent),
      leaves.toReversed(),
      leaves.map((leaf, at) => (at === index ? mutateBytes(leaf, draw, leaves) : leaf))
    ]
    return joined(
      ...(changed[draw(8)] ?? leaves.with(index, mutateBytes(leaves[index] ?? lent, draw, leaves))).flatMap(
        (leaf) => [varintBytes(leaf.byteLength), leaf]
      )
    )
  },
  // The right root for these bytes: what lies behind that check is what is looked for.
  run: (input) => {
    const entries = decodeManifest(input, merkleRoot(leavesOf(input)), TOPLEVEL)
    assert.deepEqual(encodeManifest(entries).bytes, input)
  }
}

function leavesOf(input: Uint8Array): Uint8Array[] {
  const leaves: Uint8Array[] = []
  for (let at = 0; at < input.byteLength; ) {
    let length = 0
    let shift = 0
    for (let byte = 0x80; byte >= 0x80 && shift < 28; shift += 7) {
      byte = input[at++] ?? 0
      length |= (byte & 0x7f) << shift
    }
    leaves.push(input.subarray(at, at + length))
    at += length
  }
  return leaves
}

const PATH_INFO = {
  narHash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  narSize: 1234,
  references: PATHS.map(({ path }) => path),
  signatures: ['cache-1:abc'],
  deriver: null,
  valid: true
}

const narinfoJson: Target = {
  seeds: [
    [
      { path: TOPLEVEL, ...PATH_INFO },
      { path: 'missing', valid: false }
    ],
    { [TOPLEVEL]: PATH_INFO, missing: null }
  ].map((json) => utf8.encode(JSON.stringify(json))),
  mutate: (input, draw, seeds) => {
    let json: unknown
    try {
      json = JSON.parse(Buffer.from(input).toString())
    } catch {
      return mutateBytes(input, draw, seeds)
    }
    if (draw(4) === 0) return mutateBytes(input, draw, seeds)
    return utf8.encode(JSON.stringify(toJson(mutateTree(toTree(json), draw))))
  },
  run: (input) => {
    for (const info of parsePathInfo(Buffer.from(input).toString()).values()) {
      assert.equal(info.narHash.byteLength, 32)
    }
  }
}

function toTree(json: unknown): Tree {
  if (Array.isArray(json)) return json.map(toTree)
  if (typeof json === 'object' && json !== null) {
    return new Map(Object.entries(json).map(([key, value]) => [key, toTree(value)]))
  }
  return typeof json === 'number' || typeof json === 'string' || typeof json === 'boolean' ? json : null
}

function toJson(tree: Tree): unknown {
  if (tree instanceof Uint8Array) return [...tree]
  if (tree instanceof Map) return Object.fromEntries([...tree].map(([key, value]) => [key, toJson(value)]))
  return Array.isArray(tree) ? tree.map(toJson) : tree
}

const SUBJECT = { name: 'lyon-3', role: 'device', labels: { site: 'lyon', canary: '' } } as const

const selector: Target = {
  seeds: ['*', 'lyon-*', 'site=lyon&!@canary', 'role=device, a?b & !c', '*a*a*a*a*b'].map((text) =>
    utf8.encode(text)
  ),
  mutate: mutateBytes,
  run: (input) => {
    const parsed = parseSelector(Buffer.from(input).toString())
    matches(parsed, SUBJECT)
    matches(parsed, { ...SUBJECT, name: 'a'.repeat(255) })
  }
}

const TICKET_PREFIX = 'shoal1'
const CHECKSUM_BYTES = 4

const ticket: Target = {
  seeds: [utf8.encode(fleet.ticketText)],
  mutate: (input, draw, seeds) => {
    const text = Buffer.from(input).toString()
    if (!text.startsWith(TICKET_PREFIX) || draw(4) === 0) return mutateBytes(input, draw, seeds)
    const all = Buffer.from(text.slice(TICKET_PREFIX.length), 'base64url')
    const content = mutateBytes(all.subarray(0, -CHECKSUM_BYTES), draw, [all])
    const checksum = createHash('sha256').update(content).digest().subarray(0, CHECKSUM_BYTES)
    return utf8.encode(TICKET_PREFIX + Buffer.concat([content, checksum]).toString('base64url'))
  },
  run: (input) => {
    const text = Buffer.from(input).toString()
    const { root, ticketBytes, seed, addresses } = decodeTicketText(text)
    assert.equal(encodeTicketText({ root, ticket: ticketBytes, seed, addresses }), text.trim())
  }
}

export const TARGETS: Readonly<Record<string, Target>> = {
  documents,
  messages,
  manifest,
  'narinfo-json': narinfoJson,
  selector,
  ticket
}
