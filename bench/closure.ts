/** The closure that the benches move: real files of this machine as packages that refer to one another. */

import { createHash } from 'node:crypto'
import { copyFile, mkdir, opendir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NixError } from '../src/base/errors.ts'
import type { World } from '../src/demo/world.ts'
import { systemSpawn } from '../src/host/spawn.ts'

export interface Shape {
  readonly packagesCount: number
  readonly bytes: number
}

export interface Closure {
  readonly toplevel: string
  readonly pathsCount: number
  readonly narBytes: number
}

interface Package {
  readonly name: string
  readonly source: string
  readonly references: readonly number[]
  readonly salt: string
}

const PLACES = ['/usr/lib', '/usr/share', '/usr/bin', '/usr/include']
const FILE_BYTES_MAX = 16 * 1024 * 1024
const ENTRIES_COUNT_MAX = 200_000
const BUILD_TIMEOUT_MS = 10 * 60_000
/** Each package refers to one of those before it, as a tree of this width: Nix imports references first. */
const TREE_WIDTH = 3

/** Copies files into one directory a package; which ones depends on their paths alone. */
export async function gatherPackages(world: World, shape: Shape): Promise<readonly Package[]> {
  const files = await findFiles(shape.bytes)
  const packages = Array.from({ length: shape.packagesCount }, (_, index) => ({
    name: `package-${String(index).padStart(3, '0')}`,
    source: join(world.dir, 'sources', String(index)),
    references: index === 0 ? [] : [Math.floor((index - 1) / TREE_WIDTH)],
    salt: ''
  }))
  for (const { source } of packages) await mkdir(source, { recursive: true })
  for (const [index, path] of files.entries()) {
    const source = packages[index % packages.length]?.source ?? ''
    await copyFile(path, join(source, `${index}-${path.slice(path.lastIndexOf('/') + 1)}`))
  }
  return packages
}

/** Builds the packages and their toplevel in `world`. Throws NixError (`bench_build`). */
export async function buildClosure(
  world: World,
  packages: readonly Package[],
  signal: AbortSignal
): Promise<Closure> {
  const inputs = join(world.dir, 'closure.json')
  await writeFile(inputs, JSON.stringify({ path: world.env['PATH'], packages }))
  const nix = async (...words: string[]): Promise<string> => {
    const [command, args] = world.enter(words)
    const options = { signal, env: world.env, timeoutMs: BUILD_TIMEOUT_MS }
    const run = await systemSpawn.run(command, args, options)
    if (run.code === 0) return run.stdout.trim()
    throw new NixError('bench_build', `${words[0]} failed`, run.stderr.slice(-2000))
  }
  const expression = join(import.meta.dirname, 'closure.nix')
  const toplevel = await nix('nix-build', '-j2', expression, '--no-out-link', '--argstr', 'inputs', inputs)
  const paths = (await nix('nix-store', '--query', '--requisites', toplevel)).split('\n')
  const sizes = (await nix('nix-store', '--query', '--size', ...paths)).split('\n')
  return { toplevel, pathsCount: paths.length, narBytes: sizes.reduce((sum, size) => sum + Number(size), 0) }
}

/** The packages with other content in the last one, to which only the environment refers: three paths change. */
export const changeOne = (packages: readonly Package[], salt: string): readonly Package[] =>
  packages.map((each, index) => (index === packages.length - 1 ? { ...each, salt } : each))

/** Files of `bytes` in all, in an order that mixes kinds and sizes and is the same on every run. */
async function findFiles(bytes: number): Promise<string[]> {
  const found: { path: string; size: number; rank: string }[] = []
  for (const place of PLACES) {
    let count = 0
    for await (const entry of await opendir(place, { recursive: true })) {
      if (++count > ENTRIES_COUNT_MAX) break
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const { size } = await stat(path)
      if (size === 0 || size > FILE_BYTES_MAX) continue
      found.push({ path, size, rank: createHash('sha1').update(path).digest('hex') })
    }
  }
  let left = bytes
  const chosen: string[] = []
  for (const { path, size } of found.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))) {
    if (left <= 0) break
    left -= size
    chosen.push(path)
  }
  return chosen
}
