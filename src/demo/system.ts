/** The demo's system: three versions, built with real Nix out of files of this machine. */

import { opendir, realpath, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { NixError } from '../base/errors.ts'
import type { Spawn } from '../host/spawn.ts'
import type { World } from './world.ts'

export const VERSIONS = ['v1', 'v2', 'v3'] as const
export type Version = (typeof VERSIONS)[number]

/** What the service of a version says. v3 never comes to say anything: it is made to fail. */
export const answerOf = (version: Version): string => `hello from ${version}`

/** Files in every version, and how many of them are others in v1 than in v2 and v3. */
const FILES_COUNT = 40
const FILES_CHANGED_COUNT = 4
const FILE_BYTES_MIN = 8 * 1024
const FILE_BYTES_MAX = 1024 * 1024
const BUILD_TIMEOUT_MS = 10 * 60_000
const ANSWER_TIMEOUT_MS = 10_000

// From the root, which is two levels up in a bundle too.
const HERE = join(import.meta.dirname, '../../src/demo')
/** Looked through in this order until there are enough; the last is there on every machine that runs shoal. */
const PLACES = ['/usr/bin', '/usr/lib', '/usr/share', join(HERE, '../../node_modules')]
/** Entries looked at in one place: enough files are found long before. */
const ENTRIES_COUNT_MAX = 20_000

interface File {
  readonly path: string
  readonly name: string
  readonly bytes: number
}

/** Builds a version in `world` and holds it there with a GC root; its toplevel. Throws NixError (`demo_build`). */
export async function buildSystem(
  world: World,
  version: Version,
  files: readonly File[],
  spawn: Spawn,
  signal: AbortSignal
): Promise<string> {
  const skip = version === 'v1' ? 0 : FILES_CHANGED_COUNT
  const inputs = join(world.dir, `${version}.json`)
  await writeFile(
    inputs,
    JSON.stringify({
      version,
      path: world.env['PATH'],
      node: await realpath(process.execPath),
      service: join(HERE, 'service.mjs'),
      script: join(HERE, 'switch-to-configuration.sh'),
      answer: `${answerOf(version)}\n`,
      fails: version === 'v3',
      files: files.slice(skip, skip + FILES_COUNT)
    })
  )
  const root = join(world.dir, version)
  const [command, args] = world.enter([
    'nix-build',
    join(HERE, 'system.nix'),
    '--argstr',
    'inputs',
    inputs,
    '-o',
    root
  ])
  const run = await spawn.run(command, args, { signal, env: world.env, timeoutMs: BUILD_TIMEOUT_MS })
  if (run.code !== 0) {
    throw new NixError('demo_build', `Nix could not build ${version}`, run.stderr.trim().slice(-2000))
  }
  return run.stdout.trim()
}

/** Ordinary files of this machine, enough for all versions; large ones at both ends, where versions differ. */
export async function findFiles(): Promise<File[]> {
  const wanted = FILES_COUNT + FILES_CHANGED_COUNT
  const found: File[] = []
  for (const place of PLACES) {
    if (found.length < wanted) found.push(...(await filesBelow(place)))
  }
  const sorted = found.toSorted((a, b) => b.bytes - a.bytes).slice(0, wanted)
  const largest = sorted.splice(0, FILES_CHANGED_COUNT)
  return [...largest, ...sorted.splice(FILES_CHANGED_COUNT), ...sorted]
}

async function filesBelow(place: string): Promise<File[]> {
  const files: File[] = []
  let count = 0
  try {
    for await (const entry of await opendir(place, { recursive: true })) {
      if (++count > ENTRIES_COUNT_MAX) break
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const { size, mode } = await stat(path)
      if (size < FILE_BYTES_MIN || size > FILE_BYTES_MAX || (mode & 0o004) === 0) continue
      files.push({ path, name: `file-${basename(path).replaceAll(/[^A-Za-z0-9.+_-]/g, '-')}`, bytes: size })
    }
  } catch {
    // There is no such place here, or part of it is not ours to read: what was found will do.
  }
  return files
}

/** Where the service of the machine in `dir` listens, as seen from outside of its world. */
export const socketOf = (dir: string): string => join(dir, 'run/demo/socket')

/** What the service of the machine in `dir` says, or null when nothing answers. */
export async function askService(dir: string): Promise<string | null> {
  const socket = connect(socketOf(dir))
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
    socket.destroy(new Error('no answer'))
  })
  try {
    return (await text(socket)).trim()
  } catch {
    return null
  } finally {
    socket.destroy()
  }
}
