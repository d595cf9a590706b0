/** Throughput of a session, both ways: the device sends, then the admin; who receives measures, and both compare hashes. */

import type { Hash } from 'node:crypto'
import { createHash, randomBytes } from 'node:crypto'
import { equalBytes } from '../../base/bytes.ts'
import { IntegrityError, ProtocolError } from '../../base/errors.ts'
import type { Pipe } from '../../wire/pipe.ts'
import { CHANNEL } from '../../wire/pipe.ts'
import { decodeNote, encodeNote } from './note.ts'

/** A measurement may not take more, each way. */
export const SPEED_BYTES_MAX = 1_073_741_824
export const SPEED_MS_MAX = 30_000
const BLOCK_BYTES = 131_072

export interface SpeedLimits {
  readonly bytesMax: number
  readonly msMax: number
}

export interface Tally {
  readonly bytes: number
  /** From the first byte to the last. */
  readonly ms: number
  readonly sha256: Uint8Array
}

export interface SpeedResult {
  readonly down: Tally
  readonly up: Tally
}

/** The device's side. Throws what the pipe throws, IntegrityError (`speed_hash`). */
export async function serveSpeed(
  pipe: Pipe,
  limits: SpeedLimits,
  now: () => number,
  signal: AbortSignal
): Promise<void> {
  const bounded = {
    bytesMax: Math.min(limits.bytesMax, SPEED_BYTES_MAX),
    msMax: Math.min(limits.msMax, SPEED_MS_MAX)
  }
  await sendBytes(pipe, bounded, now, signal)
  const { received } = await receiveBytes(pipe, now, signal)
  await note(pipe, received, signal)
}

/** The admin's side. Throws as `serveSpeed`. */
export async function runSpeed(
  pipe: Pipe,
  limits: SpeedLimits,
  now: () => number,
  signal: AbortSignal
): Promise<SpeedResult> {
  const { received: down } = await receiveBytes(pipe, now, signal)
  const sent = await sendBytes(pipe, limits, now, signal)
  const { received, told: up } = await receiveBytes(pipe, now, signal)
  if (received.bytes > 0 || up.bytes !== sent.bytes || !equalBytes(up.sha256, sent.sha256)) throw changed()
  pipe.end()
  return { down, up }
}

async function sendBytes(
  pipe: Pipe,
  { bytesMax, msMax }: SpeedLimits,
  now: () => number,
  signal: AbortSignal
): Promise<Tally> {
  const block = new Uint8Array(randomBytes(BLOCK_BYTES))
  const hash = createHash('sha256')
  const began = now()
  let bytes = 0
  while (bytes < bytesMax && now() - began < msMax) {
    const part = block.subarray(0, bytesMax - bytes)
    await pipe.write(part, signal)
    hash.update(part)
    bytes += part.byteLength
  }
  const tally = { bytes, ms: Math.round(now() - began), sha256: digest(hash) }
  await note(pipe, tally, signal)
  return tally
}

/** Bytes until a tally comes; that of the own measurement and the one that was told. */
async function receiveBytes(
  pipe: Pipe,
  now: () => number,
  signal: AbortSignal
): Promise<{ received: Tally; told: Tally }> {
  const hash = createHash('sha256')
  let bytes = 0
  let began: number | undefined
  let last = 0
  for (;;) {
    const piece = await pipe.read(signal)
    if (piece == null) throw new ProtocolError('speed_end', 'the measurement was broken off')
    if (piece.channel === CHANNEL.main) {
      last = now()
      began ??= last
      bytes += piece.bytes.byteLength
      hash.update(piece.bytes)
    } else if (piece.channel === CHANNEL.note) {
      const told = decodeNote(piece.bytes)
      if (told.kind !== 'tally') throw new ProtocolError('speed_note', 'not a tally')
      const received = { bytes, ms: Math.round(last - (began ?? last)), sha256: digest(hash) }
      const isSame = told.bytes === bytes && equalBytes(told.sha256, received.sha256)
      if (bytes > 0 && !isSame) throw changed()
      return { received, told }
    }
  }
}

async function note(pipe: Pipe, tally: Tally, signal: AbortSignal): Promise<void> {
  await pipe.write(encodeNote({ kind: 'tally', ...tally }), signal, CHANNEL.note)
}

const digest = (hash: Hash): Uint8Array => new Uint8Array(hash.digest())
const changed = (): IntegrityError => new IntegrityError('speed_hash', 'bytes were changed on the way')
