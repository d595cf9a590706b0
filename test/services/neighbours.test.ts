// Content from neighbours: real store paths read as NARs by a provider that stored no chunk, taken by real fetching.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { toHex } from '../../src/base/bytes.ts'
import { NotFoundError, UnreachableError } from '../../src/base/errors.ts'
import type { Member } from '../../src/model/peer.ts'
import type { ManifestEntry, Target } from '../../src/model/release.ts'
import { chunksDigest, decodeManifest, encodeManifest } from '../../src/nix/manifest.ts'
import { dumpNar } from '../../src/nix/nar.ts'
import type { ContentStore } from '../../src/services/content-store.ts'
import { compressChunk, createContentStore, sha256 } from '../../src/services/content-store.ts'
import type { FetchPorts, FetchProgress, Plan } from '../../src/services/device/fetch.ts'
import { fetchChunks } from '../../src/services/device/fetch.ts'
import { heldContent } from '../../src/services/device/held-content.ts'
import { NearestSource } from '../../src/services/fetch/neighbours.ts'
import type { ContentSource } from '../../src/services/fetch/source.ts'
import { Provider } from '../../src/services/provider.ts'
import { generateNixKey } from '../../src/trust/nix-key.ts'
import type { StoreRoot } from '../support/nix-fixture.ts'
import { createStoreRoot } from '../support/nix-fixture.ts'

const signal = AbortSignal.timeout(55_000)
const KEY = { release: new Uint8Array(32).fill(7), target: 0 }
const [ROBOT, OTHER] = ['robot', 'other'].map(
  (name): Member => ({
    peer: name,
    key: new Uint8Array(32),
    name,
    role: 'device',
    labels: {},
    serial: '',
    ticket: '',
    issued: 0,
    expires: 1
  })
) as [Member, Member]

let dir: string
let source: StoreRoot
let entries: ManifestEntry[]
let target: Target
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-neighbours-'))
  source = await createStoreRoot()
  const dependencies = [
    { name: 'large', bytes: 3_500_000 },
    { name: 'small', bytes: 10 }
  ]
  const toplevel = await source.buildDemo({ name: 'demo', version: '1', dependencies })
  entries = []
  for (const entry of await source.entries(toplevel, generateNixKey('fleet-1').secret)) {
    const digests: Uint8Array[] = []
    for await (const piece of dumpNar(source.dir + entry.storePath)) {
      digests.push(Buffer.from(sha256(piece), 'hex'))
    }
    entries.push({ ...entry, chunksDigest: chunksDigest(Buffer.concat(digests)) })
  }
  const { bytes, root } = encodeManifest(entries)
  entries = [...decodeManifest(bytes, root, toplevel)]
  target = { match: 'robot', system: 'x', toplevel, manifestRoot: root, pathsCount: 0, narBytes: 0 }
})
afterAll(async () => {
  await source[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

let stores = 0
const emptyStore = async (): Promise<ContentStore> =>
  await createContentStore({ dir: join(dir, `store-${stores++}`), reserveBytes: 0 })

/** A device that has the closure in its Nix store, and its manifest; nothing else. */
async function neighbour(dump: (path: string) => ReturnType<typeof dumpNar> = dumpNar): Promise<Provider> {
  const staging = await emptyStore()
  await staging.putManifest(toHex(target.manifestRoot), encodeManifest(entries).bytes)
  return new Provider(
    heldContent({
      staging,
      targets: async () => [target],
      member: async (peer) => [ROBOT, OTHER].find((member) => member.peer === peer),
      isValid: async (path) => entries.some(({ storePath }) => storePath === path),
      dump: (path) => dump(source.dir + path)
    })
  )
}

/** A provider as it is asked over the mesh, and how often. */
function asked(name: string, provider: Provider, peer = ROBOT.peer): ContentSource & { chunks: number } {
  return {
    name,
    chunks: 0,
    manifest: async (key) => await provider.manifest(peer, key),
    chunkLists: async (key, { first, count }) => await provider.chunkLists(peer, key, first, count),
    async chunk(key, { entry, index }) {
      this.chunks++
      return await provider.chunk(peer, key, entry, index)
    }
  }
}

async function fetched(from: ContentSource): Promise<{ progress: FetchProgress; staging: ContentStore }> {
  const staging = await emptyStore()
  const ports = { staging } as unknown as FetchPorts
  const plan: Plan = { entries, missing: entries.map((entry, index) => ({ index, entry })) }
  const progress = { bytesDone: 0, bytesTotal: 0, bytesReceived: 0 }
  await fetchChunks(ports, from, KEY, plan, progress, signal)
  return { progress, staging }
}

async function requireWhole(staging: ContentStore): Promise<void> {
  for (const entry of entries) {
    const list = await staging.getChunkList(toHex(entry.chunksDigest))
    assert.ok(list != null && (await staging.has(list)).every(Boolean), entry.storePath)
  }
}

test('a device gives from its Nix store what it has not stored, each path read once', async () => {
  let dumps = 0
  const provider = await neighbour((path) => {
    dumps++
    return dumpNar(path)
  })
  const { staging, progress } = await fetched(asked('one', provider))
  await requireWhole(staging)
  assert.ok(progress.bytesReceived > 0)
  // Once for the digest list, once for the chunks.
  assert.equal(dumps, 2 * entries.length)
})

test('an earlier chunk is read anew, and what is not there is not found', async () => {
  const provider = await neighbour()
  const large = entries.findIndex(({ storePath }) => storePath.endsWith('-large'))
  const chunk = async (index: number) => await provider.chunk(ROBOT.peer, KEY, large, index)
  const [third, first] = [await chunk(2), await chunk(0)]
  assert.notDeepEqual(third, first)
  assert.deepEqual(await chunk(2), third)
  await assert.rejects(chunk(9), { code: 'chunk_range' })
})

test('scenario 9: a device is refused the closure of another, and so is a stranger', async () => {
  const provider = await neighbour()
  for (const peer of [OTHER.peer, 'stranger']) {
    for (const asking of [
      provider.manifest(peer, KEY),
      provider.chunkLists(peer, KEY, 0, 1),
      provider.chunk(peer, KEY, 0, 0)
    ]) {
      await assert.rejects(asking, { name: 'RefusedError', code: 'content_refused' })
    }
  }
  assert.ok((await provider.manifest(ROBOT.peer, KEY)).byteLength > 0)
})

test('a store that has rotted gives nothing', async () => {
  let rotten = false
  const provider = await neighbour(async function* (path) {
    let isFirst = true
    for await (const piece of dumpNar(path)) {
      // The digest list is read first, and must come out right.
      if (isFirst && rotten) piece[100] = (piece[100] ?? 0) ^ 1
      isFirst = false
      yield piece
    }
  })
  await provider.chunkLists(ROBOT.peer, KEY, 0, entries.length)
  rotten = true
  await assert.rejects(provider.chunk(ROBOT.peer, KEY, 0, 0), { code: 'chunk_missing' })
})

test('neighbours are asked first, and the coordinator for what they lack', async () => {
  const coordinator = asked('hub', await neighbour())
  const near = asked('near', await neighbour())
  const lost: string[] = []
  const nearest = new NearestSource({
    coordinator: async () => coordinator,
    find: async () => [near],
    onLog: (what) => lost.push(what)
  })
  await requireWhole((await fetched(nearest)).staging)
  assert.equal(coordinator.chunks, 0)
  assert.ok(near.chunks > 0 && nearest.nearBytes > 0)
  const empty = { ...near, chunk: async () => await Promise.reject(new NotFoundError('chunk_missing', 'no')) }
  const second = new NearestSource({
    coordinator: async () => coordinator,
    find: async () => [empty],
    onLog: (what) => lost.push(what)
  })
  await requireWhole((await fetched(second)).staging)
  assert.equal(second.nearBytes, 0)
  assert.deepEqual(lost, [])
})

test('a neighbour that gives a wrong chunk, or goes, is asked no more and costs nothing else', async () => {
  const coordinator = asked('hub', await neighbour())
  const bad = {
    ...asked('bad', await neighbour()),
    chunk: async () => await compressChunk(Buffer.from('wrong'))
  }
  const gone = {
    ...asked('gone', await neighbour()),
    chunk: async () => await Promise.reject(new UnreachableError('stream_closed', 'gone'))
  }
  const lost: string[] = []
  const nearest = new NearestSource({
    coordinator: async () => coordinator,
    find: async () => [bad, gone],
    onLog: (what) => lost.push(what)
  })
  await requireWhole((await fetched(nearest)).staging)
  assert.ok(coordinator.chunks > 0)
  assert.ok(lost.includes('bad gave a wrong chunk') && lost.includes('gone is not asked again'))
})

test('without neighbours, or when they cannot be found, the coordinator gives all', async () => {
  const coordinator = asked('hub', await neighbour())
  const find = async (): Promise<ContentSource[]> => await Promise.reject(new Error('no network'))
  const nearest = new NearestSource({ coordinator: async () => coordinator, find, onLog: () => undefined })
  await requireWhole((await fetched(nearest)).staging)
  assert.ok(coordinator.chunks > 0)
})

test('what a coordinator gave wrongly is not put on a neighbour', async () => {
  const wrong = {
    ...asked('hub', await neighbour()),
    chunk: async () => await compressChunk(Buffer.from('wrong'))
  }
  const nearest = new NearestSource({
    coordinator: async () => wrong,
    find: async () => [],
    onLog: () => undefined
  })
  await assert.rejects(fetched(nearest), { code: 'chunk_digest' })
})
