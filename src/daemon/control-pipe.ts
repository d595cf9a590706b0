/**
 * Pipes over the control socket: `GET /v1/METHOD` with `Upgrade: shoal-pipe`. The first piece from the client is the
 * request, the first one back says that the pipe is open; channel 3 tells how it is carried.
 */

import type { IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { InvalidError, ProtocolError } from '../base/errors.ts'
import type { PathNews } from '../model/control.ts'
import { errorSchema, pathNewsSchema } from '../model/control.ts'
import type { Piece, Pipe } from '../wire/pipe.ts'
import { CHANNEL, pump } from '../wire/pipe.ts'
import type { Control } from './control.ts'
import { errorOfView } from './control.ts'
import { SocketPipe } from './socket-pipe.ts'

const UPGRADE = 'shoal-pipe'
const ANSWER_BYTES_MAX = 65_536
const encode = (document: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(document)))
const decode = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'))
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** Serves one upgraded connection to its end. Never throws: a failure is told to the client. */
export async function servePipe(
  control: Control,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): Promise<void> {
  const method = /^\/v1\/([a-z.]{1,64})$/.exec(request.url ?? '')?.[1]
  if (request.headers.upgrade !== UPGRADE || method == null) {
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    return
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${UPGRADE}\r\n\r\n`)
  if (head.byteLength > 0) socket.unshift(head)
  const client = new SocketPipe(socket)
  const over = new AbortController()
  const { signal } = over
  // One that has ended on both sides leaves the session to deliver what is on its way.
  client.closed.addEventListener('abort', () => {
    if (client.failure != null) over.abort(client.failure)
  })
  let pipe: Pipe | undefined
  try {
    const asked = await client.read(signal)
    if (asked == null || control.open == null) {
      throw new InvalidError('method_unknown', 'nothing can be opened here', {
        hint: 'use the directory of an admin: --dir DIR'
      })
    }
    const tell = (path: PathNews): void => {
      client.write(encode(path), signal, CHANNEL.path).catch(() => undefined)
    }
    pipe = await control.open(method, decode(asked.bytes), signal, tell)
    await Promise.all([pump(client, pipe, signal), pump(pipe, client, signal)])
    await untilClosed(pipe)
  } catch (error) {
    pipe?.abort(asError(error))
    client.abort(asError(error))
  } finally {
    over.abort()
  }
}

/** Opens a pipe through the daemon whose socket is at `path`. Throws what the daemon answers. */
export async function openThroughDaemon(
  path: string,
  method: string,
  body: unknown,
  signal: AbortSignal,
  onPath: (path: PathNews) => void
): Promise<Pipe> {
  const socket = await upgrade(path, method, signal)
  const pipe = new SocketPipe(socket)
  const stop = (): void => pipe.abort(asError(signal.reason))
  signal.addEventListener('abort', stop, { once: true })
  pipe.closed.addEventListener('abort', () => signal.removeEventListener('abort', stop), { once: true })
  await pipe.write(encode(body), signal)
  // The first news: it is open.
  const first = await pipe.read(signal)
  if (first?.channel !== CHANNEL.path) throw new ProtocolError('pipe_answer', 'the daemon opened nothing')
  onPath(pathNewsSchema.parse(decode(first.bytes)))
  return withoutNews(pipe, onPath)
}

function withoutNews(pipe: SocketPipe, onPath: (path: PathNews) => void): Pipe {
  return {
    closed: pipe.closed,
    read: async (signal): Promise<Piece | undefined> => {
      for (;;) {
        const piece = await pipe.read(signal)
        if (piece?.channel !== CHANNEL.path) return piece
        onPath(pathNewsSchema.parse(decode(piece.bytes)))
      }
    },
    write: async (bytes, signal, channel) => await pipe.write(bytes, signal, channel),
    end: () => pipe.end(),
    abort: (error) => pipe.abort(error)
  }
}

async function upgrade(path: string, method: string, signal: AbortSignal): Promise<Duplex> {
  const request = httpRequest({
    socketPath: path,
    path: `/v1/${method}`,
    headers: { connection: 'Upgrade', upgrade: UPGRADE },
    signal
  })
  return await new Promise((resolve, reject) => {
    request.once('upgrade', (_response, socket: Duplex, head: Buffer) => {
      if (head.byteLength > 0) socket.unshift(head)
      resolve(socket)
    })
    request.once('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => {
        if (parts.reduce((sum, { byteLength }) => sum + byteLength, 0) < ANSWER_BYTES_MAX) parts.push(part)
      })
      response.once('end', () => reject(answered(Buffer.concat(parts))))
    })
    // Also after the upgrade, when the socket's own end says the same.
    request.on('error', reject)
    request.end()
  })
}

function answered(bytes: Buffer): Error {
  try {
    const told = errorSchema.safeParse(decode(bytes))
    if (told.success) return errorOfView(told.data)
  } catch {
    // Not of ours.
  }
  return new ProtocolError('pipe_answer', 'the daemon opens no pipes: it is of another version')
}

async function untilClosed(pipe: Pipe): Promise<void> {
  if (pipe.closed.aborted) return
  await new Promise<void>((resolve) => {
    pipe.closed.addEventListener('abort', () => resolve(), { once: true })
  })
}
