/** The time of a connection before it is one. */

import { RefusedError, UnreachableError } from '../base/errors.ts'
import { ABORTED, type QuicConnection } from './quic-connection.ts'
import type { ConnectionSink, QuicEngine } from './quic-engine.ts'

const nothing = (): void => {}

/** Events that nobody wants yet. */
export const IGNORE: Omit<ConnectionSink, 'onConnected'> = {
  onEnded: nothing,
  onStream: nothing,
  onStreamData: nothing,
  onStreamFin: nothing,
  onStreamReset: nothing,
  onStreamWritable: nothing,
  onStreamStopped: nothing,
  onAvailable: nothing,
  onPath: nothing
}

export interface Dialed {
  readonly connection: QuicConnection
  readonly peer: string
}

/**
 * Waits for a dialed connection. `adopt` is called in the very event that tells of it, since the next event may
 * be a stream. Throws RefusedError (`quic_wrong_peer`), UnreachableError (`quic_<reason>`) and the signal's reason.
 */
export async function handshake(
  engine: QuicEngine,
  conn: number,
  signal: AbortSignal,
  adopt: (peer: string, remote: string) => QuicConnection
): Promise<Dialed> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialed>()
  const onAbort = (): void => {
    engine.native.close(conn, ABORTED, 0)
    reject(signal.reason as Error)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  engine.addConnection(conn, {
    ...IGNORE,
    onConnected: (peer, remote) => {
      const connection = adopt(peer, remote)
      engine.addConnection(conn, connection)
      resolve({ connection, peer })
    },
    onEnded: (reason, code) => {
      reject(
        reason === 'wrong_peer'
          ? new RefusedError('quic_wrong_peer', 'another peer than the wanted one answered')
          : new UnreachableError(`quic_${reason}`, `handshake failed: ${reason} ${code}`, { retryable: true })
      )
    }
  })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
