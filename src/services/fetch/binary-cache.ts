/**
 * An ordinary Nix binary cache on loopback: Nix itself takes the paths from here, with signature checks on.
 * NARs are uncompressed; a range from an offset lets Nix go on after a cut.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { ConflictError, errorCode, IntegrityError, ShoalError } from '../../base/errors.ts'
import { Tasks } from '../../base/tasks.ts'
import type { ManifestEntry } from '../../model/release.ts'
import { formatNarinfo } from '../../nix/narinfo.ts'
import { parseStorePath, STORE_DIR } from '../../nix/store-path.ts'
import { encodeNixBase32 } from '../../trust/nix-base32.ts'

export interface BinaryCacheInit {
  /** The path whose store hash (32 characters) this is, or undefined when it is not ours to serve. */
  entry(hash: string): ManifestEntry | undefined
  /**
   * The NAR's bytes from `offset` (below its size) to its end; `signal` aborts when the requester has gone.
   * A failure before the first byte answers 404, which Nix takes for final, or 503 when the error is
   * retryable; a later one cuts the connection, and Nix comes again with a range.
   */
  nar(entry: ManifestEntry, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Told of every answer that failed, with the path if it is known; not of requesters that went away. */
  onError(error: unknown, entry?: ManifestEntry): void
}

export interface BinaryCacheListenOptions {
  /** 0 takes any free port. Nix remembers answers by URL, so a fixed one is better. */
  port: number
  /** Closes the cache, as disposing of it does. */
  signal: AbortSignal
}

export interface ListeningCache extends AsyncDisposable {
  readonly port: number
  /** What Nix takes as substituter. */
  readonly url: string
}

export interface BinaryCache {
  /** Throws ConflictError (`cache_port_taken`) or ShoalError (`cache_listen_failed`). */
  listen(options: BinaryCacheListenOptions): Promise<ListeningCache>
}

const ADDRESS = '127.0.0.1'
const SOCKETS_COUNT_MAX = 32
const KEEP_ALIVE_MS = 30_000
const CACHE_INFO = `StoreDir: ${STORE_DIR}\nWantMassQuery: 1\nPriority: 10\n`
const NARINFO_PATH = /^\/([0-9a-z]{32})\.narinfo$/
/** The store hash finds the path; the NAR hash makes a URL that another content never had. */
const NAR_PATH = /^\/nar\/([0-9a-z]{32})-([0-9a-z]{52})\.nar$/
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i
const RANGE = /^bytes=(\d{1,15})-(\d{1,15})?$/

export function createBinaryCache(init: BinaryCacheInit): BinaryCache {
  return { listen: async (options) => await listen(init, options) }
}

async function listen(init: BinaryCacheInit, options: BinaryCacheListenOptions): Promise<ListeningCache> {
  options.signal.throwIfAborted()
  const shutdown = new AbortController()
  const tasks = new Tasks((_, error) => {
    init.onError(error)
  })
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    tasks.run('binary cache', async () => {
      await answer(init, request, response, shutdown.signal)
    })
  })
  server.maxConnections = SOCKETS_COUNT_MAX
  const port = await open(server, options.port)
  const close = async (): Promise<void> => {
    options.signal.removeEventListener('abort', onAbort)
    shutdown.abort()
    server.close()
    server.closeAllConnections()
    await tasks.idle()
  }
  const onAbort = (): void => {
    void close()
  }
  options.signal.addEventListener('abort', onAbort, { once: true })
  return { port, url: `http://${ADDRESS}:${port}`, [Symbol.asyncDispose]: close }
}

async function open(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = errorCode(cause) === 'eaddrinuse'
      reject(
        taken
          ? new ConflictError('cache_port_taken', `port ${port} of ${ADDRESS} is taken`, { cause })
          : new ShoalError('cache_listen_failed', `cannot listen on ${ADDRESS}:${port}`, { cause })
      )
    })
    server.listen(port, ADDRESS, resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address != null ? address.port : port
}

async function answer(
  init: BinaryCacheInit,
  request: IncomingMessage,
  response: ServerResponse,
  shutdown: AbortSignal
): Promise<void> {
  const { method = '', url = '' } = request
  // A web page whose name was made to resolve to loopback still sends that name.
  if (!LOCAL_HOST.test(request.headers.host ?? '')) {
    end(response, 403)
    return
  }
  if (method !== 'GET' && method !== 'HEAD') {
    end(response, 405)
    return
  }
  if (url === '/nix-cache-info') {
    end(response, 200, CACHE_INFO)
    return
  }
  const [, hash = '', narHash] = NARINFO_PATH.exec(url) ?? NAR_PATH.exec(url) ?? []
  const entry = init.entry(hash)
  if (entry == null || (narHash != null && narHash !== encodeNixBase32(entry.narHash))) {
    end(response, 404)
  } else if (narHash == null) {
    serveNarinfo(init, entry, response)
  } else {
    await serveNar(init, entry, request, response, shutdown)
  }
}

function end(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

function serveNarinfo(init: BinaryCacheInit, entry: ManifestEntry, response: ServerResponse): void {
  const { hash } = parseStorePath(entry.storePath)
  try {
    end(response, 200, formatNarinfo(entry, `nar/${hash}-${encodeNixBase32(entry.narHash)}.nar`))
  } catch (error) {
    init.onError(error, entry)
    end(response, 404)
  }
}

async function serveNar(
  init: BinaryCacheInit,
  entry: ManifestEntry,
  request: IncomingMessage,
  response: ServerResponse,
  shutdown: AbortSignal
): Promise<void> {
  const range = parseRange(request.headers.range, entry.narSize)
  if (range == null) {
    response.writeHead(416, { 'Content-Range': `bytes */${entry.narSize}`, 'Content-Length': 0 }).end()
    return
  }
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
  })
  const pieces = narPieces(init, entry, range, AbortSignal.any([gone.signal, shutdown]))
  try {
    // The status waits for the first bytes: it is the only place to say that there are none.
    const first = request.method === 'HEAD' ? undefined : await pieces.next()
    const headers = {
      'Content-Type': 'application/x-nix-nar',
      'Content-Length': range.end - range.start,
      'Accept-Ranges': 'bytes'
    }
    if (range.isPart) {
      const contentRange = `bytes ${range.start}-${range.end - 1}/${entry.narSize}`
      response.writeHead(206, { ...headers, 'Content-Range': contentRange })
    } else {
      response.writeHead(200, headers)
    }
    if (first == null) response.end()
    else await pipeline(chain(first, pieces), response)
  } catch (error) {
    // What the source did was reported by narPieces; else the requester has gone.
    if (!response.headersSent) end(response, error instanceof ShoalError && error.retryable ? 503 : 404)
    else response.destroy()
  }
}

interface Range {
  readonly start: number
  /** The first byte that is not wanted. */
  readonly end: number
  readonly isPart: boolean
}

/** One range from an offset; other kinds count as none, as HTTP allows. Undefined when it begins past the end. */
function parseRange(header: string | undefined, size: number): Range | undefined {
  const match = RANGE.exec(header ?? '')
  const start = Number(match?.[1] ?? 0)
  const last = Number(match?.[2] ?? Number.MAX_SAFE_INTEGER)
  if (match == null || last < start) return { start: 0, end: size, isPart: false }
  return start < size ? { start, end: Math.min(last + 1, size), isPart: true } : undefined
}

/** Exactly the bytes of the range, or an error, which is reported here. */
async function* narPieces(
  init: BinaryCacheInit,
  entry: ManifestEntry,
  range: Range,
  signal: AbortSignal
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = range.end - range.start
  try {
    for await (const piece of init.nar(entry, range.start, signal)) {
      yield piece.subarray(0, left)
      left -= Math.min(left, piece.byteLength)
      if (left === 0) return
    }
    // Nix would wait for the rest of what Content-Length announced.
    throw new IntegrityError('nar_length', `${left} bytes are missing from the NAR of ${entry.storePath}`)
  } catch (error) {
    if (!signal.aborted) init.onError(error, entry)
    throw error
  }
}

async function* chain(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void, undefined>
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (first.done !== true) yield first.value
    yield* rest
  } finally {
    // A reader that stops at the first piece has not reached `rest`.
    await rest.return()
  }
}
