/** Backup of a coordinator, while it runs or not, and restore into an empty directory. docs/operations.md, Backup. */

import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { rfc3339, seconds } from '../../base/clock.ts'
import { ConflictError, errorCode, InvalidError, NoRoomError, RefusedError } from '../../base/errors.ts'
import { writeFileDurably } from '../../host/disk.ts'
import { lockDirectory } from '../../host/lock.ts'
import { identityText } from '../../node/identity.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../state/coordinator.ts'
import { snapshotDatabase } from '../../state/snapshot.ts'
import { verifyBundle } from '../../trust/membership.ts'
import type { Home } from '../home.ts'
import { openHome, readIdentity } from '../home.ts'
import { BackupReader, BackupWriter } from './file.ts'

const DATABASE = 'coordinator.db'
const MEMBER = 'member.cbor'
/** What makes a coordinator the peer that it is; the identity and the database are written apart from these. */
const FILES = ['root.cbor', 'revocations.cbor', 'addresses.cbor', 'fleet.json', 'config.json', MEMBER]
/** What may be in a directory into which is restored: no state of any member. */
const HARMLESS = new Set(['config.json', 'lock.db', 'lock.db-journal', 'lock.pid'])

export interface BackupView {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly fleet: string
  readonly name: string
  readonly peer: string
  readonly at: string
  readonly content: boolean
}

/**
 * Writes the state of a coordinator at this moment to `file`, which is replaced only by a whole one. Throws RefusedError
 * (`backup_role`), NoRoomError, and what reading the directory throws.
 */
export async function backup(
  dir: string,
  file: string,
  options: { readonly content: boolean },
  now: number
): Promise<BackupView> {
  const home = await openHome(dir)
  requireCoordinator(home, now)
  const { seed, peer } = await readIdentity(dir)
  const temporary = `${file}.${randomUUID()}.tmp`
  const snapshot = join(dir, `backup-${randomUUID()}.db`)
  const { fleet, name } = home
  const { content } = options
  let writer: BackupWriter | undefined
  try {
    snapshotDatabase(join(dir, DATABASE), snapshot)
    writer = await BackupWriter.create(temporary, { fleet, name, peer, at: now, content })
    // An SSH host key as identity does not come along with its machine: its seed does.
    await addBytes(writer, 'identity.key', Buffer.from(identityText(seed)))
    for (const path of FILES) {
      if (existsSync(join(dir, path))) await addBytes(writer, path, await readFile(join(dir, path)))
    }
    await writer.add(DATABASE, (await stat(snapshot)).size, createReadStream(snapshot))
    if (content) await addContent(writer, dir)
    const sha256 = await writer.finish()
    await rename(temporary, file)
    return { file, bytes: writer.bytes, sha256, fleet, name, peer, at: rfc3339(now), content }
  } finally {
    await writer?.close()
    await rm(temporary, { force: true })
    await rm(snapshot, { force: true })
  }
}

function requireCoordinator(home: Home, now: number): void {
  const at = Math.max(seconds(now), home.root.issued)
  const { member } = verifyBundle(home.bundle, { fleet: home.fleet, root: home.root, now: at })
  if (member.role === 'coordinator') return
  throw new RefusedError(
    'backup_role',
    `${home.dir} is of the role ${member.role}; a coordinator is backed up`,
    {
      hint:
        member.role === 'admin'
          ? "copy an admin's directory as it is, to a second, encrypted place"
          : 'a device needs none: it can join again'
    }
  )
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function addBytes(writer: BackupWriter, path: string, bytes: Uint8Array): Promise<void> {
  await writer.add(path, bytes.byteLength, once(bytes))
}

/** Files of the content store never change; one that the running coordinator drops meanwhile is left out. */
async function addContent(writer: BackupWriter, dir: string): Promise<void> {
  const base = join(dir, 'content')
  if (!existsSync(base)) return
  for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.tmp')) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path).catch((error: unknown) => {
      if (errorCode(error) === 'enoent') return undefined
      throw error
    })
    if (bytes != null) await addBytes(writer, path.slice(dir.length + 1), bytes)
  }
}

export interface RestoreView {
  readonly fleet: string
  readonly name: string
  readonly peer: string
  readonly dir: string
  /** Time of the backup: what happened after it is not in it. */
  readonly backupAt: string
  /** Releases whose content has to be published again. */
  readonly withoutContent: readonly { readonly release: string; readonly version: string }[]
  /** Rollouts that were running, and go on. */
  readonly running: readonly string[]
}

/**
 * Makes a directory the coordinator of a backup. Throws InvalidError (`backup_damaged`: nothing was written),
 * ConflictError (`directory_not_empty`, `directory_locked`, `state_newer`), NoRoomError.
 */
export async function restore(
  file: string,
  dir: string,
  options: { readonly announce: readonly string[] },
  now: number
): Promise<RestoreView> {
  await using reader = await BackupReader.open(file)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await using lock = await lockDirectory(dir)
  const others = (await readdir(dir)).filter((name) => !HARMLESS.has(name))
  if (others.length > 0) {
    throw new ConflictError('directory_not_empty', `${dir} is not empty (${others.slice(0, 3).join(', ')})`, {
      hint: 'restore into an empty directory: --dir DIR; a coordinator that runs is never overwritten'
    })
  }
  const staged = await mkdtemp(join(dir, 'restore-'))
  try {
    await extract(reader, staged)
    const view = await prepare(reader, staged, now)
    await announceAs(dir, staged, options.announce)
    await moveIn(staged, dir)
    return { ...view, dir }
  } finally {
    await rm(staged, { recursive: true, force: true })
    void lock
  }
}

async function extract(reader: BackupReader, staged: string): Promise<void> {
  for await (const entry of reader.entries()) {
    const path = join(staged, entry.path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      for await (const piece of entry.read()) await file.writeFile(piece)
      await file.sync()
    } catch (cause) {
      if (!['enospc', 'edquot'].includes(errorCode(cause))) throw cause
      throw new NoRoomError('disk_full', `no room for ${path}`, { cause })
    } finally {
      await file.close()
    }
  }
}

/** Finds out whether it is whole, brings its schema up to date and marks it as restored. */
async function prepare(reader: BackupReader, staged: string, now: number): Promise<Omit<RestoreView, 'dir'>> {
  const { header } = reader
  const home = await openHome(staged)
  requireCoordinator(home, now)
  const { peer } = await readIdentity(staged)
  if (peer !== header.peer || home.fleet !== header.fleet) {
    throw new InvalidError('backup_damaged', 'the backup is not of the peer that it names')
  }
  await using database = await openCoordinatorDatabase(join(staged, DATABASE))
  const state = createCoordinatorState(database)
  await state.markRestored({ backupAt: header.at, at: now, hasContent: header.content, actor: peer })
  const missing = new Set(await state.contentMissing())
  const releases = await state.releases()
  return {
    fleet: home.fleet,
    name: home.name,
    peer,
    backupAt: rfc3339(header.at),
    withoutContent: releases
      .filter(({ id }) => missing.has(id))
      .map(({ id, version }) => ({ release: id, version })),
    running: await state.openRolloutIds()
  }
}

/** A configuration that the new machine has stays; where the coordinator is reached is written into it. */
async function announceAs(dir: string, staged: string, announce: readonly string[]): Promise<void> {
  const own = join(dir, 'config.json')
  const path = existsSync(own) ? own : join(staged, 'config.json')
  if (existsSync(own)) await rm(join(staged, 'config.json'), { force: true })
  if (announce.length === 0) return
  const before: unknown = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {}
  const after = { ...(before as Record<string, unknown>), announce }
  await writeFileDurably(path, `${JSON.stringify(after, null, 2)}\n`, 0o600)
}

/** The certificate comes last: a directory with it is complete. */
async function moveIn(staged: string, dir: string): Promise<void> {
  for (const name of (await readdir(staged)).filter((each) => each !== MEMBER)) {
    await rename(join(staged, name), join(dir, name))
  }
  await rename(join(staged, MEMBER), join(dir, MEMBER))
  await using directory = await open(dir, 'r')
  await directory.sync()
}
