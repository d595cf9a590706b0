import { randomUUID } from 'node:crypto'
import { open, rename, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, NoRoomError, ShoalError } from '../base/errors.ts'
import type { Spawn } from './spawn.ts'

/** Bytes that are free for us on the file system of `path`. Throws Node's own error when there is no such path. */
export async function freeBytes(path: string): Promise<number> {
  const stats = await statfs(path)
  return stats.bavail * stats.bsize
}

const SYNC_TIMEOUT_MS = 10 * 60_000

/** Writes the file system of `path` to the disk. Throws ShoalError (`sync_failed`). */
export async function syncFilesystem(path: string, spawn: Spawn, signal: AbortSignal): Promise<void> {
  const { code, stderr } = await spawn.run('sync', ['-f', path], { signal, timeoutMs: SYNC_TIMEOUT_MS })
  if (code !== 0) throw new ShoalError('sync_failed', `cannot sync ${path}: ${stderr.trim()}`)
}

/**
 * Replaces a file so that after a power cut either the old or the new content is there, whole.
 * Throws NoRoomError (`disk_full`), or Node's own error.
 */
export async function writeFileDurably(
  path: string,
  bytes: Uint8Array | string,
  mode: number
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      // `open` subtracts the umask from the mode.
      await file.chmod(mode)
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    if (!['enospc', 'edquot'].includes(errorCode(error))) throw error
    throw new NoRoomError('disk_full', `no room for ${path}`, { cause: error, retryable: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
