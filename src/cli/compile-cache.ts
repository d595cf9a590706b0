/** Where Node keeps the compiled code of our modules between runs: docs/operations.md, Directories. */

import { mkdirSync, statSync } from 'node:fs'
import { constants, enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

const OTHERS_WRITE = 0o022

/**
 * Has Node keep compiled code, for this process and those that it starts. What cannot be kept is compiled anew: nothing
 * here fails. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` of the caller hold.
 */
export function keepCompiled(env: NodeJS.ProcessEnv): void {
  if (env['NODE_COMPILE_CACHE'] || env['NODE_DISABLE_COMPILE_CACHE']) return
  const directory = compileCacheDirectory(env)
  if (directory == null) return
  const { status } = enableCompileCache(directory)
  if (status === constants.compileCacheStatus.ENABLED) env['NODE_COMPILE_CACHE'] = directory
}

/**
 * `shoal/compile` below the user's cache directory, made when it is missing. Undefined where any directory on the way is
 * another user's or others may write to it (under sudo with the caller's HOME too): who can write there has us run
 * code of theirs.
 */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['XDG_CACHE_HOME']
  const home = env['HOME'] || homedir()
  const isNamed = named != null && isAbsolute(named)
  const top = isNamed ? named : join(home, '.cache')
  const directory = join(top, 'shoal', 'compile')
  try {
    const isSafe = (isNamed || isOurs(home)) && [top, join(top, 'shoal'), directory].every(makeOurs)
    return isSafe ? directory : undefined
  } catch {
    return undefined
  }
}

/** Makes the directory when it is missing, not what is above it. Gives whether it is ours alone. */
function makeOurs(directory: string): boolean {
  if (statSync(directory, { throwIfNoEntry: false }) == null) mkdirSync(directory, { mode: 0o700 })
  return isOurs(directory)
}

function isOurs(directory: string): boolean {
  const { uid, mode } = statSync(directory)
  return uid === process.geteuid?.() && (mode & OTHERS_WRITE) === 0
}
