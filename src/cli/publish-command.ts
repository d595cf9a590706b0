/** publish: paths, or the systems of a flake. */

import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { NotFoundError, UsageError } from '../base/errors.ts'
import { nixSystem } from '../host/machine.ts'
import { systemSpawn } from '../host/spawn.ts'
import type { LocalRequestOf, ProgressView } from '../model/control.ts'
import type { FailedHost, FlakeBuild, HostProgress } from '../services/admin/publish-flake.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { ask, count, limited, runCommand, withControl } from './command.ts'
import { EXIT } from './exit.ts'
import { bar, bytesText, clean, table } from './output.ts'

/** Configurations at work at once: evaluating NixOS takes about a gigabyte of memory each. */
const JOBS_DEFAULT = 2

type Targets = LocalRequestOf<'publish'>['targets']

interface PublishOptions extends CommonOptions {
  readonly channel: string
  readonly as?: string
  readonly jobs: number
  readonly failFast?: boolean
}

export function addPublishCommand(program: Command): void {
  program
    .command('publish')
    .description('sign a release and hand its content to the coordinator')
    .argument(
      '<what...>',
      'a toplevel for all devices; NAME=PATH for one device or selector each; or FLAKE[#NAME,…]: its nixosConfigurations'
    )
    .option('--channel <channel>', 'channel of the release', 'main')
    .option('--as <version>', 'version for people (default: date and number)')
    .option('--jobs <n>', 'systems of a flake that are built at once', count(1), JOBS_DEFAULT)
    .option('--fail-fast', 'publish nothing when one system of a flake fails')
    .addHelpText(
      'after',
      '\nExamples:\n  shoal publish ./result --as 1.4\n  shoal publish robot-1=./a site=lyon=./b' +
        '\n  shoal publish . --as 1.5\n  shoal publish github:acme/fleet#robot-1,robot-2'
    )
    .action(async (words: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PublishOptions>()
      await runCommand(options, async (context) => {
        if (!words.some(isFlake)) return await publish(context, options, await pathTargets(words), [])
        if (words.length > 1) {
          throw new UsageError('targets', 'a flake stands alone', {
            hint: 'one release is one flake, or paths: shoal publish FLAKE#NAME,… or NAME=PATH…'
          })
        }
        await using build = await buildSystems(context, options, words[0] ?? '')
        const targets = build.built.map(({ name, toplevel, system }) => ({
          match: name,
          path: toplevel,
          system
        }))
        return await publish(context, options, targets, build.failed)
      })
    })
}

const FLAKE_URL =
  /^(?:(?:git|hg|tarball|file)\+[a-z]+|path|git|github|gitlab|sourcehut|tarball|flake|https?):/

/** A URL that Nix takes for a flake, a directory with a flake.nix, or either with `#`. */
function isFlake(word: string): boolean {
  if (FLAKE_URL.test(word)) return true
  const [place = '', names] = word.split('#', 2)
  if (existsSync(join(resolve(place), 'flake.nix'))) return true
  return names != null && !place.includes('=') && !existsSync(resolve(word))
}

async function buildSystems(
  context: CommandContext,
  options: PublishOptions,
  word: string
): Promise<FlakeBuild> {
  const { requireKeys } = await import('../services/admin/fleet.ts')
  const { openHome, readKeys } = await import('../services/home.ts')
  const { buildFlake } = await import('../services/admin/publish-flake.ts')
  // Before anything is built that could not be signed.
  const home = await openHome(context.dir)
  requireKeys(home, await readKeys(context.dir))
  const [place = ''] = word.split('#', 1)
  // Nix would look for a bare word in its registry, and for a path in the parents of this directory as well.
  const isPlace = !FLAKE_URL.test(word) && existsSync(resolve(place))
  const ports = {
    spawn: systemSpawn,
    system: nixSystem(),
    cacheDir: join(context.dir, 'cache', 'builds'),
    onHosts: (hosts: ReadonlyMap<string, HostProgress>) => {
      context.out.redraw(
        () => hostRows(hosts, true),
        () => hostRows(hosts, false)
      )
    }
  }
  const order = {
    word: isPlace ? resolve(place) + word.slice(place.length) : word,
    jobs: options.jobs,
    failFast: options.failFast === true
  }
  const build = await buildFlake(ports, order, limited(context, null))
  context.out.settle()
  return build
}

/** Off a terminal only what a host is at: Nix's lines would fill a log. */
function hostRows(hosts: ReadonlyMap<string, HostProgress>, isTerminal: boolean): string[] {
  const rows = [...hosts].map(([name, { step, detail }]) => [
    name,
    step,
    isTerminal || step === 'failed' ? clean(detail) : ''
  ])
  const [, ...lines] = table(['', '', ''], rows)
  return lines
}

async function pathTargets(words: readonly string[]): Promise<Targets> {
  const targets = await Promise.all(words.map(async (word) => await targetOf(word)))
  if (targets.length > 1 && targets.some(({ match }) => match === '*')) {
    throw new UsageError('targets', 'several paths need names', { hint: 'write NAME=PATH for each' })
  }
  return targets
}

/** `PATH`, or `NAME=PATH` where the part after the last `=` is the path (a selector may hold one itself). */
async function targetOf(word: string): Promise<{ match: string; path: string }> {
  const at = word.lastIndexOf('=')
  const match = at < 0 ? '*' : word.slice(0, at)
  const given = at < 0 ? word : word.slice(at + 1)
  try {
    return { match, path: await realpath(resolve(given)) }
  } catch (cause) {
    throw new NotFoundError('store_path_missing', `${given} does not exist`, { cause })
  }
}

/** Publishes; a release that lacks systems which were asked for is told as such, and ends with 7. */
async function publish(
  context: CommandContext,
  options: PublishOptions,
  targets: Targets,
  failed: readonly FailedHost[]
): Promise<number> {
  const { out } = context
  const body = { targets, channel: options.channel, version: options.as ?? null }
  const published = await withControl(
    context,
    async (control) =>
      await ask(control, 'publish', body, limited(context, null), (progress) => {
        showProgress(context, progress)
      })
  )
  out.settle()
  if (out.isJson) out.json({ ...published, failed })
  else {
    out.line(published.release)
    out.say(
      `published ${published.version} (${bytesText(published.sentBytes)} sent, ${published.seconds.toFixed(1)} s); next: shoal rollout ${published.version} --on '*' --wait`
    )
  }
  if (failed.length === 0) return EXIT.ok
  const names = failed.map(({ name }) => name).join(', ')
  out.say(`shoal: error: the release is without ${failed.length} of the flake's systems: ${clean(names)}`)
  for (const { name, code, message, hint } of failed) {
    out.say(`shoal: error: ${name}: ${code}: ${clean(message)}`)
    if (hint != null) out.say(`shoal: hint: ${clean(hint)}`)
  }
  return EXIT.invalid
}

function showProgress(context: CommandContext, progress: ProgressView['progress']): void {
  const { step, bytesDone, bytesTotal } = progress
  context.out.redraw(
    () => [`${bar(bytesDone, bytesTotal)} ${step} ${bytesText(bytesDone)} of ${bytesText(bytesTotal)}`],
    () => []
  )
}
