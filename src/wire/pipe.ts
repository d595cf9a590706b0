/** A two-way channel of pieces, whatever carries it: a session of the mesh, or a stream of the control socket. */

/** Bytes of one of a pipe's few channels; order holds over all of them. */
export interface Piece {
  readonly channel: number
  readonly bytes: Uint8Array
}

/** Channels by use. The main one is stdin and stdout, or the bytes of a connection. */
export const CHANNEL = { main: 0, stderr: 1, note: 2, path: 3 } as const

export interface Pipe {
  /** Aborts when both sides have ended, or with the reason when the pipe failed. */
  readonly closed: AbortSignal
  /** The next piece; undefined after the other side's last one. Throws what ended the pipe, or the signal's reason. */
  read(signal: AbortSignal): Promise<Piece | undefined>
  /**
   * Takes bytes (not to be changed afterwards) once there is room. Throws what ended the pipe, or the signal's reason.
   */
  write(bytes: Uint8Array, signal: AbortSignal, channel?: number): Promise<void>
  /** Ends our side: the other side reads to the end of what was written. */
  end(): void
  /** Ends both sides at once; the other side is told the error's code. */
  abort(error: Error): void
}

/** Gives every piece of one pipe to another, and its end. Throws what either ended with. */
export async function pump(from: Pipe, to: Pipe, signal: AbortSignal): Promise<void> {
  for (;;) {
    const piece = await from.read(signal)
    if (piece == null) break
    await to.write(piece.bytes, signal, piece.channel)
  }
  to.end()
}
