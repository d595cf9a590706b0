import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { errorCode, NixError, ShoalError, UnreachableError } from '../../src/base/errors.ts'
import type { ManifestEntry } from '../../src/model/release.ts'
import { dumpNar } from '../../src/nix/nar.ts'
import { parseStorePath } from '../../src/nix/store-path.ts'
import type { BinaryCacheInit, ListeningCache } from '../../src/services/fetch/binary-cache.ts'
import { createBinaryCache } from '../../src/services/fetch/binary-cache.ts'
import { encodeNixBase32 } from '../../src/trust/nix-base32.ts'
import { generateNixKey } from '../../src/trust/nix-key.ts'
import type { StoreRoot } from '../support/nix-fixture.ts'
import { createStoreRoot } from '../support/nix-fixture.ts'

const signal = AbortSignal.timeout(55_000)
const fleet = generateNixKey('fleet-1')
const stranger = generateNixKey('stranger-1')

let source: StoreRoot
let toplevel: string
let signed: readonly ManifestEntry[]
beforeAll(async () => {
  source = await createStoreRoot()
  toplevel = await source.buildDemo({
    name: 'demo',
    version: '1',
    dependencies: [
      { name: 'small', bytes: 10 },
      { name: 'large', bytes: 3_000_000 },
      { name: 'third', bytes: 70_000 }
    ]
  })
  signed = await source.entries(toplevel, fleet.secret)
})
afterAll(async () => {
  await source[Symbol.asyncDispose]()
})

/** The bytes of a path of the source store, from an offset. */
async function* nar(entry: ManifestEntry, offset: number): AsyncGenerator<Uint8Array> {
  let skip = offset
  for await (const piece of dumpNar(source.dir + entry.storePath)) {
    if (skip < piece.byteLength) yield piece.subarray(skip)
    skip = Math.max(0, skip - piece.byteLength)
  }
}

interface Served extends AsyncDisposable {
  readonly cache: ListeningCache
  readonly errors: unknown[]
}

async function serve(
  entries: readonly ManifestEntry[],
  init: Partial<BinaryCacheInit> = {}
): Promise<Served> {
  const byHash = new Map(entries.map((entry) => [parseStorePath(entry.storePath).hash, entry]))
  const errors: unknown[] = []
  const cache = await createBinaryCache({
    entry: (hash) => byHash.get(hash),
    nar,
    onError: (error) => {
      errors.push(error)
    },
    ...init
  }).listen({ port: 0, signal })
  return { cache, errors, [Symbol.asyncDispose]: async () => await cache[Symbol.asyncDispose]() }
}

const find = (name: string): ManifestEntry => {
  const entry = signed.find(({ storePath }) => storePath.endsWith(`-${name}`))
  assert.ok(entry)
  return entry
}
const narPath = (entry: ManifestEntry): string =>
  `/nar/${parseStorePath(entry.storePath).hash}-${encodeNixBase32(entry.narHash)}.nar`

const realise = async (
  target: StoreRoot,
  cache: ListeningCache,
  publicKeys = [fleet.public]
): Promise<void> => {
  await target.store.realise({ toplevel, cacheUrl: cache.url, publicKeys, gcRoot: 'test', jobs: 16, signal })
}

test('a closure goes from store to store, signatures and all', async () => {
  await using target = await createStoreRoot()
  await using served = await serve(signed)
  await realise(target, served.cache)
  const paths = await source.store.closure(toplevel, signal)
  assert.deepEqual((await target.store.closure(toplevel, signal)).toSorted(), paths.toSorted())
  await target.store.verifyClosure(paths, signal)
  for (const info of await target.store.info(paths, signal)) {
    assert.deepEqual(info.signatures, signed.find((entry) => entry.storePath === info.path)?.signatures)
  }
  const { code } = await target.spawn.run(`${toplevel}/bin/switch-to-configuration`, ['test'], { signal })
  assert.equal(code, 0)
  assert.deepEqual(served.errors, [])
  // What is there already needs no cache.
  await served.cache[Symbol.asyncDispose]()
  await realise(target, served.cache)
})

/** One bit wrong in the middle of each large path: in a file, for a length made huge costs Nix as much memory. */
const flipped = async function* (entry: ManifestEntry, offset: number): AsyncGenerator<Uint8Array> {
  let position = offset
  for await (const piece of nar(entry, offset)) {
    const copy = Uint8Array.from(piece)
    const at = (entry.narSize >> 1) - position
    const byte = copy[at]
    if (entry.narSize > 10_000 && byte != null) copy[at] = byte ^ 1
    position += piece.byteLength
    yield copy
  }
}

type Change = (all: readonly ManifestEntry[]) => readonly ManifestEntry[]
const faults: readonly [string, Change, Partial<BinaryCacheInit>?][] = [
  ['no signature', (all) => all.map((entry) => ({ ...entry, signatures: [] }))],
  [
    'the signature of another path',
    (all) => all.map((entry) => ({ ...entry, signatures: find('small').signatures }))
  ],
  ['other references than were signed', (all) => all.map((entry) => ({ ...entry, references: [] }))],
  ['paths that are missing', (all) => all.filter((entry) => entry.storePath === toplevel)],
  ['a flipped bit', (all) => all, { nar: flipped }]
]

test.each(faults)('refused: %s', async (_, change, init = {}) => {
  await using target = await createStoreRoot()
  await using served = await serve(change(signed), init)
  await assert.rejects(realise(target, served.cache), (error) => {
    assert.ok(error instanceof NixError)
    assert.equal(error.code, 'nix_import_failed')
    assert.ok(error.detail !== '' && !error.detail.includes('\u001b'))
    return true
  })
  // A small path that came whole and signed may stay.
  const paths = [toplevel, find('large').storePath, find('third').storePath]
  assert.deepEqual(await target.store.isValid(paths, signal), [false, false, false])
})

test('refused: no signature, whatever nix.conf says', async () => {
  await using target = await createStoreRoot()
  await using served = await serve(signed.map((entry) => ({ ...entry, signatures: [] })))
  await appendFile(
    join(target.dir, 'conf/nix.conf'),
    `require-sigs = false\nextra-trusted-substituters = ${served.cache.url}\nextra-substituters = ${served.cache.url}\n`
  )
  await assert.rejects(realise(target, served.cache), { name: 'NixError', code: 'nix_import_failed' })
  assert.deepEqual(await target.store.isValid([toplevel], signal), [false])
})

test('refused: a key that is not among those given', async () => {
  await using target = await createStoreRoot()
  await using served = await serve(await source.entries(toplevel, stranger.secret))
  await assert.rejects(realise(target, served.cache), { name: 'NixError', code: 'nix_import_failed' })
  assert.deepEqual(await target.store.isValid([toplevel], signal), [false])
  // Nix remembers nothing that stands in the way of a better answer.
  await realise(target, served.cache, [fleet.public, stranger.public])
})

test('a NAR that breaks off is resumed from where it broke', async () => {
  await using target = await createStoreRoot()
  const offsets: number[] = []
  const breaking = async function* (entry: ManifestEntry, offset: number): AsyncGenerator<Uint8Array> {
    if (!entry.storePath.endsWith('-large')) {
      yield* nar(entry, offset)
      return
    }
    offsets.push(offset)
    for await (const piece of nar(entry, offset)) {
      yield piece
      if (offsets.length === 1) throw new UnreachableError('provider_gone', 'cut', { retryable: true })
    }
  }
  await using served = await serve(signed, { nar: breaking })
  await realise(target, served.cache)
  assert.deepEqual(await target.store.isValid([toplevel], signal), [true])
  assert.equal(offsets[0], 0)
  assert.ok(offsets.length === 2 && (offsets[1] ?? 0) > 0)
  assert.equal(served.errors.length, 1)
})

/** Fails before its first byte. */
const failing = (error: Error): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      throw error
    }
  })
})

test('a NAR that cannot be had fails the import at once', async () => {
  await using target = await createStoreRoot()
  let asked = 0
  const absent = (): AsyncIterable<Uint8Array> => {
    asked++
    return failing(new ShoalError('content_missing', 'nobody has it'))
  }
  await using served = await serve(signed, { nar: absent })
  await assert.rejects(realise(target, served.cache), { code: 'nix_import_failed' })
  assert.equal(asked, served.errors.length)
  assert.ok(asked >= 1 && asked <= signed.length)
})

test('plain HTTP: cache info, narinfo, NAR, ranges, HEAD', async () => {
  await using served = await serve(signed)
  const { url } = served.cache
  const entry = find('large')
  const whole = Buffer.concat(await Array.fromAsync(nar(entry, 0)))
  assert.equal(
    await (await fetch(`${url}/nix-cache-info`)).text(),
    'StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 10\n'
  )
  const narinfo = await (await fetch(`${url}/${parseStorePath(entry.storePath).hash}.narinfo`)).text()
  assert.ok(narinfo.includes(`\nURL: ${narPath(entry).slice(1)}\n`))

  const all = await fetch(url + narPath(entry))
  assert.equal(all.status, 200)
  assert.equal(all.headers.get('accept-ranges'), 'bytes')
  assert.equal(all.headers.get('content-length'), String(entry.narSize))
  assert.ok(whole.equals(await all.bytes()))

  const size = entry.narSize
  for (const [range, start, end] of [
    ['bytes=0-', 0, size],
    [`bytes=${size - 1}-`, size - 1, size],
    ['bytes=1000000-2000000', 1_000_000, 2_000_001],
    ['bytes=5-999999999', 5, size]
  ] as const) {
    const part = await fetch(url + narPath(entry), { headers: { range } })
    assert.equal(part.status, 206, range)
    assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/${size}`)
    assert.ok(whole.subarray(start, end).equals(await part.bytes()), range)
  }
  const past = await fetch(url + narPath(entry), { headers: { range: `bytes=${size}-` } })
  assert.equal(past.status, 416)
  for (const range of ['bytes=-5', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=9-3']) {
    const plain = await fetch(url + narPath(entry), { headers: { range } })
    assert.equal(plain.status, 200, range)
    assert.equal((await plain.bytes()).byteLength, size)
  }
  const head = await fetch(url + narPath(entry), { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), String(size))
  assert.equal((await head.bytes()).byteLength, 0)
  assert.deepEqual(served.errors, [])
})

async function status(cache: ListeningCache, path: string, method: string, host: string): Promise<number> {
  const asked = request({ host: '127.0.0.1', port: cache.port, path, method, headers: { host } })
  asked.end()
  const [response] = await once(asked, 'response')
  response.resume()
  return response.statusCode
}

test('what is not asked for properly gets nothing', async () => {
  await using served = await serve(signed)
  const { cache } = served
  const entry = find('small')
  const { hash } = parseStorePath(entry.storePath)
  for (const host of ['127.0.0.1', `localhost:${cache.port}`, '[::1]:1']) {
    assert.equal(await status(cache, '/nix-cache-info', 'GET', host), 200, host)
  }
  for (const host of ['example.org', '127.0.0.1.example.org', '10.0.0.1']) {
    assert.equal(await status(cache, '/nix-cache-info', 'GET', host), 403, host)
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    assert.equal(await status(cache, '/nix-cache-info', method, 'localhost'), 405, method)
  }
  const other = narPath({ ...entry, narHash: new Uint8Array(32) })
  for (const path of ['/', '/x.narinfo', `/${'0'.repeat(32)}.narinfo`, `/${hash}.narinfo?trusted=1`, other]) {
    assert.equal(await status(cache, path, 'GET', 'localhost'), 404, path)
  }
  const bad = { ...entry, signatures: ['a:AAAA\nURL: x'] }
  await using broken = await serve([bad])
  assert.equal(await status(broken.cache, `/${hash}.narinfo`, 'GET', 'localhost'), 404)
  assert.equal(broken.errors.length, 1)
})

test('a failure that may pass answers 503, another 404, and a short NAR is cut off', async () => {
  const entry = find('small')
  for (const [retryable, expected] of [
    [true, 503],
    [false, 404]
  ] as const) {
    const error = new ShoalError('test_failure', 'no', { retryable })
    await using served = await serve(signed, { nar: () => failing(error) })
    assert.equal((await fetch(served.cache.url + narPath(entry))).status, expected)
    assert.deepEqual(served.errors, [error])
  }
  const short = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(entry.narSize - 1)
  }
  await using served = await serve(signed, { nar: short })
  await assert.rejects(
    fetch(served.cache.url + narPath(entry)).then(async (response) => await response.bytes())
  )
  assert.deepEqual(served.errors.map(errorCode), ['nar_length'])
})

test('a requester that does not read stops the source, and its going away ends it', async () => {
  let given = 0
  const ended = Promise.withResolvers<void>()
  const waiting = Promise.withResolvers<void>()
  const entry = { ...find('large'), narSize: 1e9 }
  const endless = async function* (
    _: ManifestEntry,
    __: number,
    gone: AbortSignal
  ): AsyncGenerator<Uint8Array> {
    gone.addEventListener('abort', () => {
      ended.resolve()
    })
    try {
      for (;;) {
        given += 64 * 1024
        if (given > 64 * 1024 * 1024) throw new Error('no back-pressure')
        yield new Uint8Array(64 * 1024)
        waiting.resolve()
      }
    } finally {
      ended.resolve()
    }
  }
  await using served = await serve([entry], { nar: endless })
  const socket = connect(served.cache.port, '127.0.0.1')
  socket.pause()
  socket.write(`GET ${narPath(entry)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await waiting.promise
  // The source rests once the buffers on the way are full.
  for (let turns = 0, before = 0; turns < 100; turns = before === given ? turns + 1 : 0) {
    before = given
    await setImmediate()
  }
  socket.destroy()
  await ended.promise
  assert.deepEqual(served.errors, [])
})

test('at most 32 sockets', async () => {
  await using served = await serve(signed)
  const sockets: Socket[] = []
  for (let count = 0; count < 32; count++) {
    const socket = connect(served.cache.port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
  }
  const last = connect(served.cache.port, '127.0.0.1')
  last.resume()
  await once(last, 'close')
  for (const socket of sockets) socket.destroy()
})

test('a port that is taken, and the end of listening', async () => {
  await using served = await serve(signed)
  const { port } = served.cache
  const stop = new AbortController()
  const other = createBinaryCache({ entry: () => undefined, nar, onError: () => undefined })
  await assert.rejects(other.listen({ port, signal }), { name: 'ConflictError', code: 'cache_port_taken' })
  await served.cache[Symbol.asyncDispose]()
  await using again = await other.listen({ port, signal: stop.signal })
  assert.equal(again.port, port)
  stop.abort()
  await again[Symbol.asyncDispose]()
  await assert.rejects(fetch(`${again.url}/nix-cache-info`))
})
