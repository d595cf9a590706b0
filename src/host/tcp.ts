/** TCP on this machine: connections and listeners whose halves end one by one. */

import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'
import { ConflictError, errorMessage, UnreachableError } from '../base/errors.ts'

/** Bytes that a connection holds each way: Node reads 64 KiB at a time, and what came meanwhile is sent on together. */
const AHEAD_BYTES = 1_048_576

/** Connects, names resolved here. Throws UnreachableError (`forward_failed`), or the signal's reason. */
export async function connectTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const ahead = { readableHighWaterMark: AHEAD_BYTES, writableHighWaterMark: AHEAD_BYTES }
  const socket = createConnection({ host, port, allowHalfOpen: true, ...ahead })
  try {
    await once(socket, 'connect', { signal })
  } catch (cause) {
    socket.destroy()
    signal.throwIfAborted()
    throw new UnreachableError(
      'forward_failed',
      `cannot connect to ${host}:${port}: ${errorMessage(cause)}`,
      {
        cause
      }
    )
  }
  socket.setNoDelay(true)
  return socket
}

export interface TcpListener extends AsyncDisposable {
  readonly port: number
}

/**
 * Listens; a port of 0 takes any free one. Throws ConflictError (`listen_failed`). Disposing ends the listener and every
 * connection that came.
 */
export async function listenTcp(
  host: string,
  port: number,
  onConnection: (socket: Socket) => void
): Promise<TcpListener> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(
    { allowHalfOpen: true, noDelay: true, highWaterMark: AHEAD_BYTES },
    (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      onConnection(socket)
    }
  )
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw new ConflictError('listen_failed', `cannot listen on ${host}:${port}: ${errorMessage(cause)}`, {
      cause,
      hint: 'another program may have the port'
    })
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address != null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}
