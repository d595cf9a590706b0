/** How a decoder took one input. */

import { createHash } from 'node:crypto'
import { errorMessage, ShoalError } from '../../src/base/errors.ts'
import type { Target } from './target.ts'

export interface Outcome {
  /** `ok`, the code of a refusal, or `fault` for an error that a decoder must not throw. */
  readonly name: string
  /** Tells kinds of the same refusal apart. */
  readonly detail: string
  readonly error: unknown
}

/** Runs the target on the input; never throws. */
export function outcomeOf(target: Target, input: Uint8Array): Outcome {
  try {
    target.run(input)
    return { name: 'ok', detail: '', error: undefined }
  } catch (error) {
    const name = error instanceof ShoalError ? error.code : 'fault'
    return { name, detail: errorMessage(error).replaceAll(/["'`].*|\d+/g, '#'), error }
  }
}

/** The name of an input in the corpus: its outcome is the part before the last dash. */
export function fileName({ name }: Outcome, input: Uint8Array): string {
  return `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`
}
