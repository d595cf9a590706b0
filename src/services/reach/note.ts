/** Pieces of the note channel: what is said beside the bytes of a session. */

import { toSafeInteger } from '../../base/bytes.ts'
import { ProtocolError } from '../../base/errors.ts'
import { shoal } from '../../wire/messages.js'

const { Note: Wire, Exit, Size, Tally } = shoal.tunnel.v1

export type Note =
  | { readonly kind: 'size'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'exit'; readonly code: number; readonly signal: string }
  | { readonly kind: 'tally'; readonly bytes: number; readonly ms: number; readonly sha256: Uint8Array }

const NOTE_BYTES_MAX = 256

export function encodeNote(note: Note): Uint8Array {
  const bytes = Wire.encode({ [note.kind]: note }).finish()
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Throws ProtocolError (`session_note`). */
export function decodeNote(bytes: Uint8Array): Note {
  if (bytes.byteLength > NOTE_BYTES_MAX) throw invalid()
  const note = decode(bytes)
  if (note.size != null) {
    const { rows, columns } = Size.create(note.size)
    return { kind: 'size', rows, columns }
  }
  if (note.exit != null) {
    const { code, signal } = Exit.create(note.exit)
    return { kind: 'exit', code, signal }
  }
  if (note.tally == null) throw invalid()
  const { bytes: count, ms, sha256 } = Tally.create(note.tally)
  return { kind: 'tally', bytes: toSafeInteger(count), ms: toSafeInteger(ms), sha256 }
}

function decode(bytes: Uint8Array): shoal.tunnel.v1.Note {
  try {
    return Wire.decode(bytes)
  } catch (cause) {
    throw new ProtocolError('session_note', 'a note cannot be read', { cause })
  }
}

const invalid = (): ProtocolError => new ProtocolError('session_note', 'a note that says nothing')
