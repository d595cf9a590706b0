/**
 * HTTP/1.1 on a Unix socket: `POST /v1/METHOD` with a JSON body. One document comes back as JSON; with
 * `Accept: text/event-stream` every document of the method is an event (contract.md section 4).
 */

import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { errorCode, InvalidError, UnreachableError } from '../base/errors.ts'
import { errorSchema } from '../model/control.ts'
import type { Control } from './control.ts'
import { errorOfView, errorView } from './control.ts'
import { openThroughDaemon, servePipe } from './control-pipe.ts'

const BODY_BYTES_MAX = 4 * 1024 * 1024
const EVENT_BYTES_MAX = 64 * 1024 * 1024
/** Each connection of a forward is one. */
const CONNECTIONS_MAX = 256
/** A Unix socket's path may have this many bytes, the final zero not counted. */
const SOCKET_PATH_BYTES_MAX = 107

/** Where the daemon of a directory listens. Throws InvalidError (`socket_path`) when the path is too long. */
export function socketPath(dir: string): string {
  const path = join(dir, 'control.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  throw new InvalidError('socket_path', `${path} is too long for a Unix socket`, {
    hint: 'use a state directory with a shorter path'
  })
}

/** Serves the control API until disposed of. The caller holds the directory's lock, so a socket that is there is a dead one. */
export async function serveControl(dir: string, control: Control): Promise<AsyncDisposable> {
  const path = socketPath(dir)
  await rm(path, { force: true })
  const server = createServer((request, response) => {
    void answer(control, request, response)
  })
  const piped = new Set<Duplex>()
  server.on('upgrade', (request, socket: Duplex, head) => {
    piped.add(socket)
    socket.once('close', () => piped.delete(socket))
    void servePipe(control, request, socket, head)
  })
  server.maxConnections = CONNECTIONS_MAX
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o600)
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      for (const socket of piped) socket.destroy()
      await rm(path, { force: true })
    }
  }
}

async function answer(control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const isStream = request.headers.accept === 'text/event-stream'
  try {
    const method = /^\/v1\/([a-z.]{1,64})$/.exec(request.url ?? '')?.[1]
    if (method == null || request.method !== 'POST')
      throw new InvalidError('method_unknown', 'no such method')
    const body = await readBody(request)
    let last: unknown
    for await (const document of control.call(method, body, gone.signal)) {
      last = document
      if (isStream) await writeEvent(response, document, gone.signal)
    }
    if (isStream) response.end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(last ?? null))
  } catch (error) {
    if (gone.signal.aborted) return
    const view = errorView(error)
    if (isStream) {
      await writeEvent(response, view, gone.signal).catch(() => undefined)
      response.end()
    } else response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(view))
  }
}

async function writeEvent(response: ServerResponse, document: unknown, signal: AbortSignal): Promise<void> {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (!response.write(`data: ${JSON.stringify(document)}\n\n`)) await once(response, 'drain', { signal })
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength
    if (size > BODY_BYTES_MAX) throw new InvalidError('request_size', 'the request is too large')
    parts.push(part)
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (cause) {
    throw new InvalidError('request_invalid', 'the request is not JSON', { cause })
  }
}

/** The control API of a running daemon, or undefined when none listens. */
export async function connectControl(dir: string): Promise<Control | undefined> {
  const path = socketPath(dir)
  const probe = httpRequest({ socketPath: path, path: '/v1/', method: 'HEAD' })
  try {
    probe.end()
    await once(probe, 'response', { signal: AbortSignal.timeout(2_000) })
  } catch {
    return undefined
  } finally {
    probe.destroy()
  }
  return {
    call: (method, body, signal) => callDaemon(path, method, body, signal),
    open: async (method, body, signal, onPath) => await openThroughDaemon(path, method, body, signal, onPath)
  }
}

/** What a connection says when the daemon at its other end has ended. */
const GONE_CODES = new Set(['econnreset', 'econnrefused', 'enoent', 'epipe'])

async function* callDaemon(path: string, method: string, body: unknown, signal: AbortSignal): AsyncGenerator {
  try {
    yield* stream(path, method, body, signal)
  } catch (error) {
    throw GONE_CODES.has(errorCode(error)) ? daemonGone(error) : error
  }
}

function daemonGone(cause?: unknown): UnreachableError {
  return new UnreachableError('daemon_gone', 'the daemon ended before it had answered', {
    cause,
    hint: "see its log; 'shoal up' starts it again"
  })
}

async function* stream(path: string, method: string, body: unknown, signal: AbortSignal): AsyncGenerator {
  const request = httpRequest({
    socketPath: path,
    path: `/v1/${method}`,
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    signal
  })
  request.end(JSON.stringify(body))
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage]
  response.setEncoding('utf8')
  let rest = ''
  let isEnded = false
  try {
    for await (const text of response as AsyncIterable<string>) {
      rest += text
      if (rest.length > EVENT_BYTES_MAX)
        throw new InvalidError('event_size', 'the daemon sent too large an event')
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const document: unknown = JSON.parse(event.slice('data: '.length))
        const failure = errorSchema.safeParse(document)
        if (failure.success) throw errorOfView(failure.data)
        yield document
      }
    }
    isEnded = true
  } finally {
    request.destroy()
  }
  if (!isEnded || !response.complete) throw daemonGone()
}
