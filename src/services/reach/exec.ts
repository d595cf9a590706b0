/** One command on a device, its outputs kept. */

import { errorCode, errorMessage, ProtocolError } from '../../base/errors.ts'
import type { ExecDevice } from '../../model/control.ts'
import type { Pipe } from '../../wire/pipe.ts'
import { CHANNEL } from '../../wire/pipe.ts'
import { decodeNote } from './note.ts'

/** The last bytes of an output. */
class Kept {
  readonly #max: number
  #parts: Uint8Array[] = []
  #bytes = 0
  isTruncated = false

  constructor(max: number) {
    this.#max = max
  }

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#bytes += bytes.byteLength
    for (;;) {
      const [first] = this.#parts
      if (first == null || this.#bytes <= this.#max) return
      this.isTruncated = true
      const surplus = this.#bytes - this.#max
      if (first.byteLength <= surplus) this.#parts.shift()
      else this.#parts[0] = first.subarray(surplus)
      this.#bytes -= Math.min(surplus, first.byteLength)
    }
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8')
  }
}

/** Runs the command that `open` starts, without input. What fails is in the result; only an abort of `signal` is thrown. */
export async function runOn(
  name: string,
  open: () => Promise<Pipe>,
  outputBytesMax: number,
  signal: AbortSignal
): Promise<ExecDevice> {
  const outputs = { stdout: new Kept(outputBytesMax), stderr: new Kept(outputBytesMax) }
  let exitCode: number | null = null
  let error: ExecDevice['error'] = null
  try {
    const pipe = await open()
    pipe.end()
    exitCode = await collect(pipe, outputs, signal)
  } catch (fault) {
    error = { code: errorCode(fault), message: errorMessage(fault) }
  }
  return {
    name,
    exitCode,
    stdout: outputs.stdout.text(),
    stderr: outputs.stderr.text(),
    truncated: outputs.stdout.isTruncated || outputs.stderr.isTruncated,
    error
  }
}

async function collect(
  pipe: Pipe,
  { stdout, stderr }: { stdout: Kept; stderr: Kept },
  signal: AbortSignal
): Promise<number> {
  for (;;) {
    const piece = await pipe.read(signal)
    if (piece == null) throw new ProtocolError('shell_end', 'the session ended without an exit code')
    if (piece.channel === CHANNEL.main) stdout.add(piece.bytes)
    else if (piece.channel === CHANNEL.stderr) stderr.add(piece.bytes)
    else if (piece.channel === CHANNEL.note) {
      const note = decodeNote(piece.bytes)
      if (note.kind === 'exit') return note.code
    }
  }
}
