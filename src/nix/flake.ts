/** Nix flakes: which `nixosConfigurations` one has, and building them, by way of Nix's own commands. */

import { z } from 'zod'
import { InvalidError, NotFoundError } from '../base/errors.ts'
import type { CommandOptions, CommandResult, CommandRunner } from './command.ts'
import { nixError } from './command.ts'
import { parseStorePath } from './store-path.ts'
import { compareNixVersions } from './version.ts'

/** A flake held to one state: every configuration is built from the same source. */
export interface Flake {
  /** Locked, as Nix writes it (a git tree with uncommitted changes cannot be locked). */
  readonly url: string
  /** Names of all its `nixosConfigurations`, sorted. */
  readonly names: readonly string[]
}

export interface BuiltSystem {
  readonly name: string
  readonly toplevel: string
  /** Nix system that the derivation is built on, e.g. `aarch64-linux`. */
  readonly system: string
}

export interface BuildOptions {
  /** Path of a GC root for the result. */
  readonly root: string
  /** Nix system of this machine. */
  readonly system: string
  readonly signal: AbortSignal
  onStep(step: 'evaluating' | 'building'): void
  /** What Nix writes as it works; for people, never to be read by a program. */
  onLine(line: string): void
}

const FLAKES_SINCE = '2.4'
const FEATURES = ['--extra-experimental-features', 'nix-command flakes']
/** A fleet's names; NixOS' evaluation writes nothing else that is kept. */
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024
/** As many targets as one release may have (src/model/control.ts). */
const CONFIGURATIONS_COUNT_MAX = 4096

const TAKES_PATHS = 'build the systems yourself and publish paths: shoal publish NAME=PATH…'
const metadataSchema = z.object({ url: z.string() })
const namesSchema = z.array(z.string()).max(CONFIGURATIONS_COUNT_MAX)
/** An attribute set with `outPath` would be written as that path alone: hence names of our own. */
const SYSTEM = 't: { drv = t.drvPath; out = t.outPath; on = t.system; }'
const systemSchema = z.object({ drv: z.string(), out: z.string(), on: z.string() })

/** `FLAKE` or `FLAKE#NAME,…` in its parts; no names means all. Throws InvalidError (`flake_invalid`). */
export function parseFlakeWord(word: string): { flake: string; names: string[] } {
  const at = word.indexOf('#')
  if (at < 0) return { flake: word, names: [] }
  const names = word.slice(at + 1).split(',')
  if (names.some((name) => name === '')) {
    throw new InvalidError('flake_invalid', `a name is missing behind # in ${word}`, {
      hint: 'write FLAKE#NAME,NAME or FLAKE alone for every nixosConfiguration'
    })
  }
  return { flake: at === 0 ? '.' : word.slice(0, at), names: [...new Set(names)] }
}

/**
 * Locks a flake and lists what it has. Throws InvalidError (`flakes_unsupported`: no Nix here, or one that is too old;
 * `flake_invalid`, with Nix's words).
 */
export async function openFlake(spawn: CommandRunner, flake: string, signal: AbortSignal): Promise<Flake> {
  await demandFlakes(spawn, signal)
  const metadata = await nix(spawn, ['flake', 'metadata', '--json', flake], { signal })
  const { url } = parsed(metadataSchema, metadata, flake)
  const listing = ['eval', '--json', `${url}#nixosConfigurations`, '--apply', 'builtins.attrNames']
  const names = parsed(namesSchema, await nix(spawn, listing, { signal }), flake)
  return { url, names: names.toSorted() }
}

/** Those of `wanted` (all when empty). Throws NotFoundError (`configuration_missing`) for a flake without them. */
export function configurationsOf(flake: Flake, wanted: readonly string[]): readonly string[] {
  const missing = wanted.filter((name) => !flake.names.includes(name))
  if (missing.length === 0 && flake.names.length > 0) return wanted.length === 0 ? flake.names : wanted
  const what = missing.length === 0 ? 'any nixosConfigurations' : missing.join(', ')
  const hint = `it has ${flake.names.slice(0, 20).join(', ')}`
  throw new NotFoundError(
    'configuration_missing',
    `the flake does not have ${what}`,
    flake.names.length === 0 ? {} : { hint }
  )
}

/**
 * Evaluates and builds (or fetches) the toplevel of one configuration. Throws InvalidError (`evaluation_failed`,
 * `build_failed`; `build_failed_foreign` for a system that is not this machine's), with Nix's words as cause.
 */
export async function buildConfiguration(
  spawn: CommandRunner,
  flake: Flake,
  name: string,
  options: BuildOptions
): Promise<BuiltSystem> {
  const { signal, onLine: onStderrLine } = options
  options.onStep('evaluating')
  const attribute = `${flake.url}#nixosConfigurations."${name}".config.system.build.toplevel`
  const evaluated = await nix(spawn, ['eval', '--json', attribute, '--apply', SYSTEM], {
    signal,
    onStderrLine
  })
  if (evaluated.code !== 0) throw failed('evaluation_failed', `${name} does not evaluate`, evaluated.stderr)
  const { drv, out, on } = parsed(systemSchema, evaluated, name)
  options.onStep('building')
  const realise = ['--realise', parseStorePath(drv).path, '--add-root', options.root, '--indirect']
  const built = await spawn.run('nix-store', realise, { signal, onStderrLine })
  if (built.code !== 0) {
    // Only people can tell a missing builder from a bug by Nix's words; a program goes by the system that was asked for.
    const isOwn = on === options.system
    const hint = `this machine is ${options.system}: build ${name} on one of its kind and publish NAME=PATH, or give this Nix a remote builder`
    throw failed(
      isOwn ? 'build_failed' : 'build_failed_foreign',
      `${name} (${on}) could not be built`,
      built.stderr,
      isOwn ? undefined : hint
    )
  }
  return { name, toplevel: parseStorePath(out).path, system: on }
}

async function demandFlakes(spawn: CommandRunner, signal: AbortSignal): Promise<void> {
  let version = ''
  try {
    const { code, stdout } = await spawn.run('nix', ['--version'], { signal })
    if (code === 0) version = stdout.trim().split(' ').at(-1) ?? ''
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
  if (version !== '' && compareNixVersions(version, FLAKES_SINCE) >= 0) return
  const what = version === '' ? 'there is no Nix with flakes here' : `Nix ${version} knows no flakes`
  throw new InvalidError('flakes_unsupported', what, { hint: TAKES_PATHS })
}

async function nix(
  spawn: CommandRunner,
  args: readonly string[],
  options: CommandOptions
): Promise<CommandResult> {
  return await spawn.run('nix', [...FEATURES, ...args], { outputBytesMax: OUTPUT_BYTES_MAX, ...options })
}

function parsed<T>(schema: z.ZodType<T>, { code, stdout, stderr }: CommandResult, what: string): T {
  if (code !== 0) throw failed('flake_invalid', `${what} is no flake with nixosConfigurations`, stderr)
  try {
    return schema.parse(JSON.parse(stdout))
  } catch (cause) {
    throw new InvalidError('flake_invalid', `what Nix says of ${what} cannot be read`, { cause })
  }
}

/** The last line with something to read goes into the message: it is what a person looks for. */
function failed(code: string, message: string, stderr: string, hint?: string): InvalidError {
  const cause = nixError(code, message, stderr)
  const said = cause.detail.split('\n').findLast((line) => line.trim() !== '')
  return new InvalidError(code, said == null ? message : `${message}: ${said.trim()}`, {
    cause,
    ...(hint == null ? {} : { hint })
  })
}
