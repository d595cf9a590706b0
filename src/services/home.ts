/** A node's state directory: who it is, which fleet, whose keys (docs/architecture.md, A state directory). */

import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { fromHex, toHex } from '../base/bytes.ts'
import { ConflictError, InvalidError, NotFoundError } from '../base/errors.ts'
import { writeFileDurably } from '../host/disk.ts'
import type { Identity } from '../node/identity.ts'
import { importSshKey, loadIdentity } from '../node/identity.ts'
import type { SigningKey } from '../trust/keys.ts'
import { generateSeed, signingKey } from '../trust/keys.ts'
import type { Root } from '../trust/root.ts'
import { openRoot } from '../trust/root.ts'

export const COORDINATORS_COUNT_MAX = 16

const fleetSchema = z.object({
  name: z.string(),
  coordinators: z.array(z.string()).max(COORDINATORS_COUNT_MAX),
  relays: z.array(z.string()).max(COORDINATORS_COUNT_MAX).default([])
})

/** The keys of a one-person fleet; on the admin's machine only. */
export interface FleetKeys {
  readonly admin: SigningKey
  readonly release: SigningKey
  /** Nix secret key, `name:base64`. */
  readonly nix: string
}

export interface Home {
  readonly dir: string
  readonly fleet: string
  readonly root: Root
  readonly rootBytes: Uint8Array
  /** Own name as certified. */
  readonly name: string
  /** Own membership bundle as stored. */
  readonly bundle: Uint8Array
  /** Newest revocation list as stored; empty when there is none. */
  readonly revocations: Uint8Array
  /** Newest record of where coordinators are reached, as stored; empty when there is none. */
  readonly addressRecord: Uint8Array
  /** Multiaddrs; of the fleet's own relays with their peer IDs. */
  readonly coordinators: readonly string[]
  readonly relays: readonly string[]
}

const path = {
  root: (dir: string) => join(dir, 'root.cbor'),
  member: (dir: string) => join(dir, 'member.cbor'),
  revocations: (dir: string) => join(dir, 'revocations.cbor'),
  addresses: (dir: string) => join(dir, 'addresses.cbor'),
  fleet: (dir: string) => join(dir, 'fleet.json'),
  key: (dir: string, name: string) => join(dir, 'keys', `${name}.key`)
}

/** True when the directory holds a membership. */
export const isHome = (dir: string): boolean => existsSync(path.member(dir))

/**
 * Writes a new membership. The member file comes last: a directory with it is complete.
 * Throws ConflictError (`already_member`) when the directory has one.
 */
export async function createHome(
  dir: string,
  parts: { rootBytes: Uint8Array; bundle: Uint8Array; name: string; coordinators: readonly string[] }
): Promise<void> {
  if (isHome(dir)) throw alreadyMember(dir)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeFileDurably(path.root(dir), parts.rootBytes, 0o644)
  await writeFleet(dir, { name: parts.name, coordinators: [...parts.coordinators], relays: [] })
  await writeFileDurably(path.member(dir), parts.bundle, 0o644)
}

export function alreadyMember(dir: string): ConflictError {
  return new ConflictError('already_member', `${dir} holds a membership already`, {
    hint: 'use another --dir, or remove the directory if that membership is to be lost'
  })
}

/** Reads a membership. Throws NotFoundError (`not_a_member`) or InvalidError (`home_invalid`). */
export async function openHome(dir: string): Promise<Home> {
  if (!isHome(dir)) {
    throw new NotFoundError('not_a_member', `${dir} holds no membership`, {
      hint: "'shoal init' makes a fleet here, 'shoal join TICKET' joins one; --dir names another directory"
    })
  }
  const [rootBytes, bundle, text] = await Promise.all([
    readFile(path.root(dir)),
    readFile(path.member(dir)),
    readFile(path.fleet(dir), 'utf8')
  ])
  const fleetFile = fleetSchema.safeParse(parseJson(text))
  if (!fleetFile.success) {
    throw new InvalidError('home_invalid', `${path.fleet(dir)} is damaged`, {
      hint: 'restore it from a backup'
    })
  }
  const { root, fleet } = openRoot(rootBytes)
  const revocations = await readIfThere(path.revocations(dir))
  const addressRecord = await readIfThere(path.addresses(dir))
  return { dir, fleet, root, rootBytes, bundle, revocations, addressRecord, ...fleetFile.data }
}

const readIfThere = async (file: string): Promise<Uint8Array> =>
  existsSync(file) ? await readFile(file) : new Uint8Array(0)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

let writing: Promise<unknown> = Promise.resolve()

/** What reads and then writes the list of addresses does so alone. */
async function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = writing.then(work)
  writing = turn.catch(() => undefined)
  await turn
}

async function writeFleet(dir: string, content: z.infer<typeof fleetSchema>): Promise<void> {
  await writeFileDurably(path.fleet(dir), Buffer.from(`${JSON.stringify(content, null, 2)}\n`), 0o644)
}

export async function storeBundle(dir: string, bundle: Uint8Array): Promise<void> {
  await writeFileDurably(path.member(dir), bundle, 0o644)
}

export async function storeRevocations(dir: string, bytes: Uint8Array): Promise<void> {
  await writeFileDurably(path.revocations(dir), bytes, 0o644)
}

/**
 * Takes a signed record of where coordinators are reached: its addresses are tried first, those known before stay behind them.
 * The record is stored last, so that what was interrupted is taken again.
 */
export async function storeAddressRecord(
  dir: string,
  signed: Uint8Array,
  addresses: readonly string[]
): Promise<void> {
  await inTurn(async () => {
    const { name, coordinators, relays } = await openHome(dir)
    await writeFleet(dir, {
      name,
      relays: [...relays],
      coordinators: firstOf([...addresses, ...coordinators])
    })
    await writeFileDurably(path.addresses(dir), signed, 0o644)
  })
}

/** Remembers coordinators' addresses, newest first, at most 16. */
export async function storeCoordinators(
  dir: string,
  name: string,
  addresses: readonly string[]
): Promise<void> {
  await inTurn(async () => {
    const { relays } = await openHome(dir)
    await writeFleet(dir, { name, relays: [...relays], coordinators: firstOf(addresses) })
  })
}

/**
 * Takes what a coordinator says of itself and of the relays. Addresses of other coordinators stay; those of the same peer,
 * and those without a peer ID that it names again, give way to what it says now.
 */
export async function storeFleetNews(
  dir: string,
  news: { readonly coordinators: readonly string[]; readonly relays: readonly string[] }
): Promise<void> {
  await inTurn(async () => {
    const { name, coordinators, relays } = await openHome(dir)
    const named = new Set(news.coordinators.map(peerIn))
    const bare = new Set(news.coordinators.map((address) => address.replace(/\/p2p\/[^/]+$/, '')))
    const others = coordinators.filter((address) => {
      const peer = peerIn(address)
      return peer == null ? !bare.has(address) : !named.has(peer)
    })
    const next = {
      name,
      coordinators: firstOf([...news.coordinators, ...others]),
      relays: news.relays.length > 0 ? firstOf(news.relays) : [...relays]
    }
    const isSame =
      next.coordinators.join() === coordinators.join() &&
      next.relays.toSorted().join() === relays.toSorted().join()
    if (!isSame) await writeFleet(dir, next)
  })
}

const firstOf = (addresses: readonly string[]): string[] =>
  [...new Set(addresses)].slice(0, COORDINATORS_COUNT_MAX)

/** The peer ID at the end of a multiaddr. */
export const peerIn = (address: string): string | undefined => /\/p2p\/([^/]+)$/.exec(address)?.[1]

/** Remembers that the identity is an SSH host key elsewhere. */
export async function storeIdentityPath(dir: string, sshKey: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const text = `${JSON.stringify({ sshKey: resolve(sshKey) })}\n`
  await writeFileDurably(join(dir, 'identity.json'), Buffer.from(text), 0o600)
}

/** The node's identity: its own key file, or the SSH host key that it was told to use. */
export async function readIdentity(dir: string): Promise<Identity> {
  const pointer = join(dir, 'identity.json')
  if (!existsSync(pointer)) return await loadIdentity(dir)
  const parsed = z.object({ sshKey: z.string() }).safeParse(parseJson(await readFile(pointer, 'utf8')))
  if (!parsed.success) {
    throw new InvalidError('home_invalid', `${pointer} is damaged`, { hint: 'restore it from a backup' })
  }
  return await importSshKey(parsed.data.sshKey)
}

/** Makes the fleet's keys; they never leave this directory. */
export async function createKeys(dir: string, nix: string): Promise<FleetKeys> {
  await mkdir(join(dir, 'keys'), { recursive: true, mode: 0o700 })
  const seeds = { admin: generateSeed(), release: generateSeed() }
  for (const [name, seed] of Object.entries(seeds)) {
    await writeFileDurably(path.key(dir, name), Buffer.from(`${toHex(seed)}\n`), 0o600)
  }
  await writeFileDurably(path.key(dir, 'nix'), Buffer.from(`${nix}\n`), 0o600)
  return { admin: signingKey(seeds.admin), release: signingKey(seeds.release), nix }
}

/** The fleet's keys, or undefined where this directory has none (a coordinator, a second admin). */
export async function readKeys(dir: string): Promise<FleetKeys | undefined> {
  if (!existsSync(path.key(dir, 'admin'))) return undefined
  const read = async (name: string): Promise<string> => (await readFile(path.key(dir, name), 'utf8')).trim()
  try {
    return {
      admin: signingKey(fromHex(await read('admin'))),
      release: signingKey(fromHex(await read('release'))),
      nix: await read('nix')
    }
  } catch (cause) {
    throw new InvalidError('keys_invalid', `the keys in ${join(dir, 'keys')} cannot be read`, {
      cause,
      hint: 'restore the directory from a backup'
    })
  }
}
