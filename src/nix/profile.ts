/** A Nix profile: the link to what is installed, and its numbered generations. */

import { readdir, readlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { errorCode, InvalidError, NotFoundError, ShoalError } from '../base/errors.ts'
import type { CommandRunner } from './command.ts'
import { nixError } from './command.ts'
import { parseStorePath, STORE_DIR } from './store-path.ts'

export const SYSTEM_PROFILE = '/nix/var/nix/profiles/system'

export interface Generation {
  readonly toplevel: string
  readonly generation: number
}

export interface ProfileOptions {
  spawn: CommandRunner
  /** Default: the system's. */
  profile?: string
  /** Added to the environment of every command. */
  env?: Readonly<Record<string, string>>
  /** The directory under which this process sees the `/nix` that the commands work on; default: none, the machine's. */
  root?: string
}

export interface Profile {
  /** What the profile points to, or null when there is none yet. Throws InvalidError (`profile_invalid`). */
  current(): Promise<Generation | null>
  /** All generations, oldest first. */
  generations(): Promise<Generation[]>
  /**
   * Makes a valid path the current generation (a new one, unless it is the newest already) and returns it. Whatever
   * the path's files are made of is on the disk before, the profile's links after. Throws NixError
   * (`nix_profile_failed`), ShoalError (`sync_failed`).
   */
  set(toplevel: string, signal: AbortSignal): Promise<Generation>
  /** Makes an existing generation the current one; errors as `set`, and NotFoundError (`generation_missing`). */
  switchTo(generation: number, signal: AbortSignal): Promise<Generation>
}

const COMMAND_TIMEOUT_MS = 120_000
const SYNC_TIMEOUT_MS = 10 * 60_000

export function createProfile(options: ProfileOptions): Profile {
  return new NixProfile(options)
}

class NixProfile implements Profile {
  readonly #options: ProfileOptions
  readonly #profile: string
  /** The profile as this process sees it. */
  readonly #link: string

  constructor(options: ProfileOptions) {
    this.#options = options
    this.#profile = options.profile ?? SYSTEM_PROFILE
    this.#link = (options.root ?? '') + this.#profile
  }

  async current(): Promise<Generation | null> {
    const target = await readLink(this.#link)
    if (target == null) return null
    const generation = this.#generationOf(basename(target))
    const toplevel = generation == null ? undefined : await this.#toplevelOf(generation)
    if (generation == null || toplevel == null) {
      throw new InvalidError(
        'profile_invalid',
        `${this.#profile} points to ${target}, which is no generation`
      )
    }
    return { toplevel, generation }
  }

  async generations(): Promise<Generation[]> {
    const found: Generation[] = []
    for (const name of await readdir(dirname(this.#link)).catch(() => [])) {
      const generation = this.#generationOf(name)
      const toplevel = generation == null ? undefined : await this.#toplevelOf(generation)
      if (generation != null && toplevel != null) found.push({ toplevel, generation })
    }
    return found.toSorted((a, b) => a.generation - b.generation)
  }

  async set(toplevel: string, signal: AbortSignal): Promise<Generation> {
    const { path } = parseStorePath(toplevel)
    // Nix does not write the files of a path to the disk before it calls the path valid.
    await this.#sync(STORE_DIR, signal)
    return await this.#change(['--set', path], signal)
  }

  async switchTo(generation: number, signal: AbortSignal): Promise<Generation> {
    if ((await this.#toplevelOf(generation)) == null) {
      throw new NotFoundError('generation_missing', `${this.#profile} has no generation ${generation}`)
    }
    return await this.#change(['--switch-generation', String(generation)], signal)
  }

  async #change(args: readonly string[], signal: AbortSignal): Promise<Generation> {
    // A path that is not there is an error, nothing to be fetched or built now.
    const options = ['--option', 'substitute', 'false', '--option', 'builders', '']
    const { code, stderr } = await this.#options.spawn.run(
      'nix-env',
      ['--profile', this.#profile, ...args, ...options],
      { signal, timeoutMs: COMMAND_TIMEOUT_MS, env: this.#options.env ?? {} }
    )
    const current = code === 0 ? await this.current() : null
    if (current == null) throw nixError('nix_profile_failed', `nix-env ${args.join(' ')} failed`, stderr)
    await this.#sync(dirname(this.#profile), signal)
    return current
  }

  async #sync(path: string, signal: AbortSignal): Promise<void> {
    const { spawn } = this.#options
    const { code, stderr } = await spawn.run('sync', ['-f', path], { signal, timeoutMs: SYNC_TIMEOUT_MS })
    if (code !== 0) throw new ShoalError('sync_failed', `cannot sync ${path}: ${stderr.trim()}`)
  }

  /** The number in `system-12-link`. */
  #generationOf(name: string): number | undefined {
    const prefix = `${basename(this.#profile)}-`
    const match = name.startsWith(prefix) ? /^(\d{1,15})-link$/.exec(name.slice(prefix.length)) : null
    return match == null ? undefined : Number(match[1])
  }

  async #toplevelOf(generation: number): Promise<string | undefined> {
    return await readLink(`${this.#link}-${generation}-link`)
  }
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    if (errorCode(error) === 'enoent') return undefined
    throw error
  }
}
