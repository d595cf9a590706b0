/**
 * A limit on what the handlers of libp2p itself decode. The DHT and the relay read messages of up to 4 MiB
 * without a limit on their elements: one such message of empty elements stalls the process for seconds.
 */

import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import type { Stream } from '@libp2p/interface'
import { ProtocolError } from '../base/errors.ts'

/** A circuit begins with one message that names a peer; then the stream carries the circuit's own bytes. */
const CIRCUIT_FRAME_BYTES_MAX = 4_096
/** A query is a key and perhaps one peer or one record of 1 KiB; a stream of ours carries one. */
const DHT_STREAM_BYTES_MAX = 16_384

/** Resets `stream` when its first message, or on the DHT all of it, is longer than any that is meant. */
export function guardFirstFrame(protocol: string, stream: Stream): void {
  const isCircuit = protocol === RELAY_V2_HOP_CODEC || protocol === RELAY_V2_STOP_CODEC
  if (!isCircuit && !protocol.endsWith('/kad/1.0.0')) return
  let received = 0
  let length = 0
  let lengthBytes = 0
  let isComplete = false
  const cut = (event: Event): void => {
    // The handler's own listener comes later in the row and must not see these bytes.
    event.stopImmediatePropagation()
    stream.removeEventListener('message', look)
    stream.abort(new ProtocolError('frame_size', `a message of ${protocol} is above the limit`))
  }
  const look = (event: Event & { data: { byteLength: number; subarray(): Uint8Array } }): void => {
    received += event.data.byteLength
    if (!isCircuit) {
      if (received > DHT_STREAM_BYTES_MAX) cut(event)
      return
    }
    for (const byte of event.data.subarray().subarray(0, 4)) {
      if (isComplete || lengthBytes === 4) break
      length += (byte & 0x7f) * 2 ** (7 * lengthBytes++)
      isComplete = byte < 0x80
    }
    if (length > CIRCUIT_FRAME_BYTES_MAX || (lengthBytes === 4 && !isComplete)) cut(event)
    else if (isComplete) stream.removeEventListener('message', look)
  }
  stream.addEventListener('message', look)
}
