/** A pipe joined to a byte stream of Node: a socket, or the input and outputs of a process. */

import { once } from 'node:events'
import type { Duplex, Readable, Writable } from 'node:stream'
import { UnreachableError } from '../../base/errors.ts'
import type { Pipe } from '../../wire/pipe.ts'

/** Gives what `from` has to the pipe until it ends, as fast as the pipe takes it. Throws what either failed with. */
export async function send(from: Readable, pipe: Pipe, signal: AbortSignal, channel = 0): Promise<void> {
  // The plain iterator destroys a socket at the end of its input, its output with it.
  const chunks = from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  for await (const chunk of chunks) {
    await pipe.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength), signal, channel)
  }
}

/** Writes bytes and waits while the other end does not keep up. Throws the stream's error, or the signal's reason. */
export async function give(to: Writable, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if (to.destroyed || to.writableEnded) throw new UnreachableError('stream_closed', 'the other end is closed')
  if (!to.write(bytes)) await once(to, 'drain', { signal })
}

/** Joins a socket and a pipe, each half by itself, until both have ended. Throws what failed; then both are gone. */
export async function joinSocket(socket: Duplex, pipe: Pipe, signal: AbortSignal): Promise<void> {
  const gone = new AbortController()
  const failed = (error?: Error): void => gone.abort(error ?? new UnreachableError('stream_closed', 'closed'))
  socket.once('error', failed)
  const either = AbortSignal.any([signal, gone.signal])
  const outward = async (): Promise<void> => {
    await send(socket, pipe, either)
    pipe.end()
  }
  const inward = async (): Promise<void> => {
    for (;;) {
      const piece = await pipe.read(either)
      if (piece == null) break
      await give(socket, piece.bytes, either)
    }
    socket.end()
  }
  try {
    await Promise.all([outward(), inward()])
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error))
    pipe.abort(reason)
    socket.destroy()
    gone.abort(reason)
    throw error
  } finally {
    socket.off('error', failed)
  }
}
