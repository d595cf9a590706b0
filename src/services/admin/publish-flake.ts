/** Building a flake's systems for one release: a few at a time, and one that fails does not stop the others. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, errorMessage, InvalidError, ShoalError } from '../../base/errors.ts'
import { parallel } from '../../base/tasks.ts'
import { checkName } from '../../model/peer.ts'
import type { CommandRunner } from '../../nix/command.ts'
import type { BuiltSystem, Flake } from '../../nix/flake.ts'
import { buildConfiguration, configurationsOf, openFlake, parseFlakeWord } from '../../nix/flake.ts'

export interface FlakeOrder {
  /** `FLAKE` or `FLAKE#NAME,…`. */
  readonly word: string
  readonly jobs: number
  /** The first failure stops the others. */
  readonly failFast: boolean
}

export interface FlakePorts {
  readonly spawn: CommandRunner
  /** Nix system of this machine. */
  readonly system: string
  /** GC roots of what is built lie here until `dispose`. */
  readonly cacheDir: string
  /** Every host with what it is at, in the flake's order, at each change. */
  onHosts(hosts: ReadonlyMap<string, HostProgress>): void
}

export interface HostProgress {
  readonly step: 'waiting' | 'evaluating' | 'building' | 'built' | 'failed' | 'stopped'
  /** Nix's last line, or what went wrong. */
  readonly detail: string
}

export interface FailedHost {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

export interface FlakeBuild extends AsyncDisposable {
  /** In the flake's order. */
  readonly built: readonly BuiltSystem[]
  readonly failed: readonly FailedHost[]
}

/**
 * Builds what a word names. What it built is held against the garbage collector until it is disposed of.
 * Throws InvalidError (`flakes_unsupported`, `flake_invalid`; `flake_failed` when nothing was built, or one failed and
 * `failFast`), NotFoundError (`configuration_missing`).
 */
export async function buildFlake(
  ports: FlakePorts,
  order: FlakeOrder,
  signal: AbortSignal
): Promise<FlakeBuild> {
  const { flake: place, names: wanted } = parseFlakeWord(order.word)
  const flake = await openFlake(ports.spawn, place, signal)
  const names = configurationsOf(flake, wanted)
  await mkdir(ports.cacheDir, { recursive: true, mode: 0o700 })
  const roots = await mkdtemp(join(ports.cacheDir, 'build-'))
  const release = async (): Promise<void> => await rm(roots, { recursive: true, force: true })
  try {
    const { built, failed } = await buildAll(ports, order, { flake, names, roots }, signal)
    if (built.length === 0 || (order.failFast && failed.length > 0)) throw nothing(failed, names.length)
    return { built, failed, [Symbol.asyncDispose]: release }
  } catch (error) {
    await release()
    throw error
  }
}

interface Work {
  readonly flake: Flake
  readonly names: readonly string[]
  readonly roots: string
}

async function buildAll(
  ports: FlakePorts,
  { jobs, failFast }: FlakeOrder,
  { flake, names, roots }: Work,
  signal: AbortSignal
): Promise<{ built: BuiltSystem[]; failed: FailedHost[] }> {
  const hosts = new Map<string, HostProgress>(names.map((name) => [name, { step: 'waiting', detail: '' }]))
  const built = new Map<string, BuiltSystem>()
  const failed = new Map<string, FailedHost>()
  const stop = new AbortController()
  const scoped = AbortSignal.any([signal, stop.signal])
  const show = (name: string, step: HostProgress['step'], detail = ''): void => {
    hosts.set(name, { step, detail })
    ports.onHosts(hosts)
  }
  await parallel(names, jobs, async (name) => {
    if (stop.signal.aborted) return
    try {
      checkName(name)
      const options = {
        root: join(roots, name),
        system: ports.system,
        signal: scoped,
        onStep: (step: 'evaluating' | 'building') => show(name, step),
        onLine: (line: string) => show(name, hosts.get(name)?.step ?? 'building', line)
      }
      built.set(name, await buildConfiguration(ports.spawn, flake, name, options))
      show(name, 'built')
    } catch (error) {
      signal.throwIfAborted()
      if (stop.signal.aborted) {
        show(name, 'stopped')
        return
      }
      const host = failureOf(name, error)
      failed.set(name, host)
      show(name, 'failed', host.message)
      if (failFast) stop.abort()
    }
  })
  const inOrder = <T>(found: ReadonlyMap<string, T>): T[] => names.flatMap((name) => found.get(name) ?? [])
  return { built: inOrder(built), failed: inOrder(failed) }
}

const failureOf = (name: string, error: unknown): FailedHost => ({
  name,
  code: errorCode(error),
  message: errorMessage(error),
  hint: error instanceof ShoalError ? (error.hint ?? null) : null
})

function nothing(failed: readonly FailedHost[], count: number): InvalidError {
  const [first] = failed
  const rest = failed.length > 1 ? ` (and ${failed.length - 1} more)` : ''
  return new InvalidError(
    'flake_failed',
    `${failed.length} of ${count} systems failed, nothing was published: ${first?.message ?? ''}${rest}`,
    { hint: first?.hint ?? 'mend it, or name the others: shoal publish FLAKE#NAME,…' }
  )
}
