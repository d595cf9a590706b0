import { InvalidError } from '../base/errors.ts'
import { isStorePath } from '../trust/store-path.ts'

export const STORE_DIR = '/nix/store'
const HASH_LENGTH = 32

export interface StorePath {
  /** The whole path. */
  readonly path: string
  /** 32 characters of Nix base32. */
  readonly hash: string
  readonly name: string
}

/** Takes a store path apart. Throws InvalidError (`store_path_invalid`) on anything else, paths below one included. */
export function parseStorePath(text: string): StorePath {
  if (!isStorePath(text)) {
    throw new InvalidError('store_path_invalid', `not a store path: ${JSON.stringify(text.slice(0, 300))}`)
  }
  const base = text.slice(STORE_DIR.length + 1)
  return { path: text, hash: base.slice(0, HASH_LENGTH), name: base.slice(HASH_LENGTH + 1) }
}
