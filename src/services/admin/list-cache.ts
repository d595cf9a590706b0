import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../../base/bytes.ts'

const CHECK_BYTES = 32

/**
 * Chunk digests of paths that this machine has read before, by NAR hash in hex: what was published once is not read
 * again to be published again. Each file ends in the SHA-256 of the rest, so a damaged one counts as absent.
 */
export class ListCache {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  async get(narHash: string): Promise<Uint8Array | undefined> {
    const bytes = await readFile(this.#path(narHash)).catch(() => undefined)
    if (bytes == null || bytes.byteLength < CHECK_BYTES) return undefined
    const list = bytes.subarray(0, -CHECK_BYTES)
    return equalBytes(check(list), bytes.subarray(-CHECK_BYTES)) ? list : undefined
  }

  async put(narHash: string, list: Uint8Array): Promise<void> {
    await mkdir(join(this.#dir, narHash.slice(0, 2)), { recursive: true })
    await writeFile(this.#path(narHash), Buffer.concat([list, check(list)]))
  }

  #path(narHash: string): string {
    return join(this.#dir, narHash.slice(0, 2), narHash)
  }
}

const check = (list: Uint8Array): Uint8Array => createHash('sha256').update(list).digest()
