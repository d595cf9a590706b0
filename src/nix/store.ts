/** The Nix store of this machine, by way of Nix's own commands. */

import { mkdir, open, rename, rm, symlink } from 'node:fs/promises'
import { IntegrityError, InvalidError, NotFoundError } from '../base/errors.ts'
import type { CommandOptions, CommandResult, CommandRunner } from './command.ts'
import { nixError } from './command.ts'
import { type PathInfo, parsePathInfo } from './path-info.ts'
import { parseStorePath } from './store-path.ts'
import { compareNixVersions } from './version.ts'

export interface NixStoreOptions {
  spawn: CommandRunner
  /** A directory of our own for Nix's cache of narinfos; the user's would remember answers of other caches. */
  cacheHome: string
  /** Added to the environment of every command. */
  env?: Readonly<Record<string, string>>
  /** The directory under which this process sees the `/nix` that the commands work on; default: none, the machine's. */
  root?: string
}

export interface RealiseOptions {
  toplevel: string
  /** `http://127.0.0.1:PORT`, nothing else: a query on a substituter's URL can switch signature checks off. */
  cacheUrl: string
  /** `name:base64`; only these count. */
  publicKeys: readonly string[]
  /** Name of the GC root that is set before the first byte comes. */
  gcRoot: string
  /** Paths fetched at once. */
  jobs: number
  signal: AbortSignal
  /** What Nix writes as it works; for people, never to be read by a program. */
  onLine?: (line: string) => void
}

/** Every method throws NixError (`nix_query_failed` unless said otherwise) when Nix fails. */
export interface NixStore {
  /** The version of Nix, e.g. `2.8.0`. */
  version(signal: AbortSignal): Promise<string>
  /** All paths of a closure. Throws NotFoundError (`store_path_missing`). */
  closure(path: string, signal: AbortSignal): Promise<string[]>
  /** What the store knows of each path, in the order asked. Throws NotFoundError (`store_path_missing`). */
  info(paths: readonly string[], signal: AbortSignal): Promise<PathInfo[]>
  /** Whether each path is valid (there, whole and registered), in the order asked. */
  isValid(paths: readonly string[], signal: AbortSignal): Promise<boolean[]>
  /**
   * Fetches a closure from a cache on loopback; signatures are checked, nothing is built. What is valid stays so on
   * failure. Throws NixError (`nix_import_failed`) unless the toplevel is valid in the end, InvalidError
   * (`store_path_invalid`, `nix_cache_url_invalid`, `nix_key_invalid`).
   */
  realise(options: RealiseOptions): Promise<void>
  /**
   * Reads every path again and compares its hash with the one registered. Throws IntegrityError
   * (`store_path_corrupt`), NotFoundError (`store_path_missing`).
   */
  verifyClosure(paths: readonly string[], signal: AbortSignal): Promise<void>
  /** Keeps a path (which may be yet to come) from the garbage collector. Replaces a root of that name. */
  setRoot(name: string, path: string): Promise<void>
  /** Does nothing when there is none. */
  deleteRoot(name: string): Promise<void>
}

export const ROOTS_DIR = '/nix/var/nix/gcroots/shoal'
/** Keeps an argument list under 128 KiB. */
const BATCH_COUNT_MAX = 500
const QUERY_TIMEOUT_MS = 120_000
/** 65,536 paths of 255 bytes in a closure; 500 paths with 4096 references each are beyond what exists. */
const QUERY_BYTES_MAX = 32 * 1024 * 1024
const FETCH_JOBS_MAX = 64
const CACHE_URL = /^http:\/\/127\.0\.0\.1:\d{1,5}$/
const PUBLIC_KEY = /^[^\s:]+:[A-Za-z0-9+/]{43}=$/
const ROOT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

export function createStore(options: NixStoreOptions): NixStore {
  return new CommandStore(options)
}

class CommandStore implements NixStore {
  readonly #spawn: CommandRunner
  readonly #env: Readonly<Record<string, string>>
  readonly #cacheHome: string
  readonly #rootsDir: string
  #version: string | undefined

  constructor(options: NixStoreOptions) {
    this.#spawn = options.spawn
    this.#env = options.env ?? {}
    this.#cacheHome = options.cacheHome
    this.#rootsDir = (options.root ?? '') + ROOTS_DIR
  }

  async version(signal: AbortSignal): Promise<string> {
    if (this.#version == null) {
      const { stdout } = await this.#query(['nix-store', '--version'], signal)
      // `nix-store (Nix) 2.8.0`; other makers put their own name and number before the last word.
      this.#version = stdout.split('\n')[0]?.trim().split(' ').at(-1) ?? ''
    }
    return this.#version
  }

  async closure(path: string, signal: AbortSignal): Promise<string[]> {
    const { path: valid } = parseStorePath(path)
    await this.#demandValid([valid], signal)
    const { stdout } = await this.#query(['nix-store', '--query', '--requisites', valid], signal)
    return lines(stdout).map((line) => parseStorePath(line).path)
  }

  async info(paths: readonly string[], signal: AbortSignal): Promise<PathInfo[]> {
    const nix = ['nix', '--extra-experimental-features', 'nix-command', 'path-info', '--json', '--offline']
    const newest = compareNixVersions(await this.version(signal), '2.33.0') >= 0
    if (newest) nix.push('--json-format', '1')
    const infos: PathInfo[] = []
    for (const batch of batches(paths)) {
      const { stdout } = await this.#query([...nix, ...batch], signal)
      const found = parsePathInfo(stdout)
      for (const path of batch) {
        const info = found.get(path)
        if (info == null) throw missing(path)
        infos.push(info)
      }
    }
    return infos
  }

  async isValid(paths: readonly string[], signal: AbortSignal): Promise<boolean[]> {
    const answers: boolean[] = []
    for (const batch of batches(paths)) {
      const command = ['nix-store', '--check-validity', '--print-invalid', ...batch]
      const invalid = new Set(lines((await this.#query(command, signal)).stdout))
      for (const path of batch) answers.push(!invalid.has(path))
    }
    return answers
  }

  async realise(options: RealiseOptions): Promise<void> {
    const { signal, onLine } = options
    const toplevel = checkRealise(options)
    await this.setRoot(options.gcRoot, toplevel)
    const fetched = await this.#run(['nix-store', '--realise', toplevel, ...realiseOptions(options)], {
      signal,
      env: { XDG_CACHE_HOME: this.#cacheHome },
      ...(onLine == null ? {} : { onStderrLine: onLine })
    })
    const [valid] = await this.isValid([toplevel], signal)
    if (valid !== true) {
      throw nixError('nix_import_failed', `Nix did not take ${toplevel}`, fetched.stderr)
    }
  }

  async verifyClosure(paths: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#demandValid(paths, signal)
    for (const batch of batches(paths)) {
      const verified = await this.#run(['nix-store', '--verify-path', ...batch], { signal })
      if (verified.code !== 0) {
        throw new IntegrityError('store_path_corrupt', 'a store path is not what was registered', {
          cause: nixError('nix_verify_failed', 'nix-store --verify-path failed', verified.stderr),
          hint: 'nix-store --verify --check-contents --repair'
        })
      }
    }
  }

  async setRoot(name: string, path: string): Promise<void> {
    const root = this.#rootPath(name)
    const temporary = `${root}.tmp`
    await mkdir(this.#rootsDir, { recursive: true })
    await rm(temporary, { force: true })
    await symlink(parseStorePath(path).path, temporary)
    await rename(temporary, root)
    await this.#syncRoots()
  }

  async deleteRoot(name: string): Promise<void> {
    await rm(this.#rootPath(name), { force: true })
  }

  #rootPath(name: string): string {
    if (!ROOT_NAME.test(name)) {
      throw new InvalidError('gc_root_invalid', `not a name for a GC root: ${JSON.stringify(name)}`)
    }
    return `${this.#rootsDir}/${name}`
  }

  async #syncRoots(): Promise<void> {
    const directory = await open(this.#rootsDir, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  }

  async #demandValid(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const valid = await this.isValid(paths, signal)
    const path = paths.find((_, index) => valid[index] !== true)
    if (path != null) throw missing(path)
  }

  async #query(command: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    const result = await this.#run(command, {
      signal,
      outputBytesMax: QUERY_BYTES_MAX,
      timeoutMs: QUERY_TIMEOUT_MS
    })
    if (result.code === 0 && !result.truncated) return result
    throw nixError('nix_query_failed', `${command.slice(0, 4).join(' ')} … failed`, result.stderr)
  }

  async #run(command: readonly string[], options: CommandOptions): Promise<CommandResult> {
    const [name = '', ...args] = command
    return await this.#spawn.run(name, args, { ...options, env: { ...this.#env, ...options.env } })
  }
}

/** The toplevel, when nothing in the options could make Nix trust, build or fetch anything else. */
function checkRealise({ toplevel, cacheUrl, publicKeys }: RealiseOptions): string {
  const { path, name } = parseStorePath(toplevel)
  if (name.endsWith('.drv')) {
    throw new InvalidError('store_path_invalid', `a derivation would be built, not fetched: ${path}`)
  }
  if (!CACHE_URL.test(cacheUrl)) {
    throw new InvalidError('nix_cache_url_invalid', `not a cache on loopback: ${JSON.stringify(cacheUrl)}`)
  }
  const bad = publicKeys.find((key) => !PUBLIC_KEY.test(key))
  if (bad != null) throw new InvalidError('nix_key_invalid', `not a Nix public key: ${JSON.stringify(bad)}`)
  return path
}

/**
 * Settings for fetching from one cache only, over whatever nix.conf says. Before Nix 2.17 the number of jobs
 * governs how many paths are fetched at once; later versions have a setting for it, which older ones ignore.
 */
function realiseOptions({ cacheUrl, publicKeys, jobs }: RealiseOptions): string[] {
  const count = String(Math.min(Math.max(jobs, 1), FETCH_JOBS_MAX))
  const settings: Readonly<Record<string, string>> = {
    substituters: cacheUrl,
    substitute: 'true',
    'trusted-public-keys': publicKeys.join(' '),
    'require-sigs': 'true',
    builders: '',
    fallback: 'false',
    'narinfo-cache-negative-ttl': '0',
    'narinfo-cache-positive-ttl': '0',
    'max-substitution-jobs': count
  }
  return ['-j', count, ...Object.entries(settings).flatMap(([name, value]) => ['--option', name, value])]
}

const missing = (path: string): NotFoundError =>
  new NotFoundError('store_path_missing', `not in the store: ${path}`)

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

function* batches(paths: readonly string[]): Generator<string[]> {
  for (let start = 0; start < paths.length; start += BATCH_COUNT_MAX) {
    yield paths.slice(start, start + BATCH_COUNT_MAX).map((path) => parseStorePath(path).path)
  }
}
