/** What the fuzzer needs of a decoder. */

import type { Draw } from './mutate.ts'

export interface Target {
  readonly seeds: readonly Uint8Array[]
  /** Another input, near to this one. */
  mutate(input: Uint8Array, draw: Draw, seeds: readonly Uint8Array[]): Uint8Array
  /** Decodes, and checks what was decoded. Throws ShoalError to refuse the input; any other error is a fault. */
  run(input: Uint8Array): void
}
