import { InvalidError } from '../base/errors.ts'
import type { ManifestEntry } from '../model/release.ts'
import { encodeNixBase32 } from '../trust/nix-base32.ts'
import { parseStorePath, STORE_DIR } from './store-path.ts'

const SIGNATURE = /^[^\s:]+:[A-Za-z0-9+/]+={0,2}$/
const URL_PATH = /^[A-Za-z0-9._/-]+$/

/**
 * The narinfo of one path, whose uncompressed NAR is at `url`, relative to the cache.
 * Throws InvalidError (`narinfo_invalid`, `store_path_invalid`) on a field that could break out of its line.
 */
export function formatNarinfo(entry: ManifestEntry, url: string): string {
  const bad = URL_PATH.test(url) ? entry.signatures.find((signature) => !SIGNATURE.test(signature)) : url
  if (bad != null) {
    throw new InvalidError('narinfo_invalid', `not fit for a narinfo: ${JSON.stringify(bad.slice(0, 200))}`)
  }
  const references = entry.references.map((path) => parseStorePath(path).path.slice(STORE_DIR.length + 1))
  return [
    `StorePath: ${parseStorePath(entry.storePath).path}`,
    `URL: ${url}`,
    'Compression: none',
    `NarHash: sha256:${encodeNixBase32(entry.narHash)}`,
    `NarSize: ${entry.narSize}`,
    // Nix wants the space after the colon even where nothing follows.
    `References: ${references.join(' ')}`,
    ...entry.signatures.map((signature) => `Sig: ${signature}`),
    ''
  ].join('\n')
}
