/**
 * Round trips by libp2p's ping protocol (libp2p/specs, ping). Not by the client of `@libp2p/ping`: that closes its side
 * right after the question, and its own server drops a question whose end came along with it; and it counts whole milliseconds.
 */

import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import { equalBytes } from '../base/bytes.ts'
import { ProtocolError } from '../base/errors.ts'

const PING = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/** One round trip on a connection, direct or relayed, in milliseconds. Throws ProtocolError (`ping_echo`) or the signal's reason. */
export async function pingConnection(connection: Connection, signal: AbortSignal): Promise<number> {
  const stream = await connection.newStream(PING, { signal, runOnLimitedConnection: true })
  try {
    const bytes = byteStream(stream)
    const question = randomBytes(PING_BYTES)
    const began = performance.now()
    await bytes.write(question, { signal })
    const answer = await bytes.read({ bytes: PING_BYTES, signal })
    const rttMs = performance.now() - began
    if (!equalBytes(answer.subarray(), question)) throw new ProtocolError('ping_echo', 'the echo differs')
    await stream.close({ signal })
    return rttMs
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    throw error
  }
}
