/** How the frames of a session stand on the wire; a long piece is sent as the bytes that it came in. */

import type { Codec, Flow } from './flow.ts'
import { varint } from './flow.ts'
import { shoal } from './messages.js'
import { PIECE_BYTES_MAX } from './session-parts.ts'

const { Data, Frame } = shoal.tunnel.v1
export type SessionFrame = shoal.tunnel.v1.Frame
export type SessionFrameFields = shoal.tunnel.v1.Frame.$Properties
export type Carrier = Flow<SessionFrameFields, SessionFrame>

/** A piece below this is copied into its frame: that is cheaper than a write of its own. */
const LONG_BYTES = 4_096
/** Fields `data` of Frame (8) and of Data (2), both with a length (proto/tunnel.proto). */
const FRAME_DATA_TAG = Uint8Array.of((8 << 3) | 2)
const DATA_DATA_TAG = Uint8Array.of((2 << 3) | 2)

/** The order of fields is free in protobuf: the bytes of the piece come last. */
function parts(frame: SessionFrameFields): readonly Uint8Array[] {
  const { data: piece, ...rest } = frame
  const bytes = piece?.data
  if (bytes == null || bytes.byteLength < LONG_BYTES) return [Frame.encode(frame).finish()]
  const { data: _, ...fields } = piece ?? {}
  const inner = Buffer.concat([Data.encode(fields).finish(), DATA_DATA_TAG, varint(bytes.byteLength)])
  const length = varint(inner.byteLength + bytes.byteLength)
  return [Buffer.concat([Frame.encode(rest).finish(), FRAME_DATA_TAG, length, inner]), bytes]
}

export const SESSION_FRAMES: {
  readonly write: Codec<SessionFrameFields>
  readonly read: Codec<SessionFrame>
  readonly bytesMax: number
  readonly stallMs: number
} = {
  write: { encode: (frame) => Frame.encode(frame), decode: (bytes) => Frame.decode(bytes), parts },
  read: Frame,
  // An `open` with a command of 128 KiB, or a piece, and the fields beside them.
  bytesMax: PIECE_BYTES_MAX + 8_192,
  // A session looks for another way long before; this ends what is left of a carrier.
  stallMs: 30_000
}
