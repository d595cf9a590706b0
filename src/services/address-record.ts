/**
 * The newest signed record of where coordinators are reached: taken from whoever has a newer one, and told to every member that is
 * connected. So a coordinator that came back elsewhere is found through any member. docs/mesh.md, Links.
 */

import type { Connection } from '@libp2p/interface'
import { parallel } from '../base/tasks.ts'
import { openAddressRecord } from '../trust/addresses.ts'
import type { Root } from '../trust/root.ts'

export interface AddressRecordsOptions {
  readonly fleet: string
  readonly root: Root
  /** The newest record as it was signed; empty when there is none. */
  readonly record: Uint8Array
  /** Makes a newer record durable, and its addresses those that are dialed first. */
  store(signed: Uint8Array, coordinators: readonly string[]): Promise<void>
  /** A newer record was stored. */
  changed(): void
}

/** What membership needs of it. */
export interface AddressRecords {
  /** 0: there is none. */
  readonly number: number
  readonly signed: Uint8Array
  /**
   * Takes a signed record when it is newer than ours, and says whether it was. Throws InvalidError (`document_invalid`),
   * IntegrityError (`document_signature`).
   */
  take(signed: Uint8Array): Promise<boolean>
}

/** Throws as `take` when the stored record is not the fleet's. */
export function createAddressRecords(options: AddressRecordsOptions): AddressRecords {
  const { fleet, root, store, changed } = options
  const open = (signed: Uint8Array) => openAddressRecord(signed, fleet, root)
  const isNone = options.record.byteLength === 0
  let newest = { number: isNone ? 0 : open(options.record).number, signed: options.record }
  let taking = Promise.resolve(false)
  const takeOne = async (signed: Uint8Array): Promise<boolean> => {
    const { number, coordinators } = open(signed)
    if (number <= newest.number) return false
    await store(signed, coordinators)
    newest = { number, signed }
    changed()
    return true
  }
  return {
    get number() {
      return newest.number
    },
    get signed() {
      return newest.signed
    },
    take: async (signed) => {
      // One after another: each is compared with the one that was stored last.
      const taken = taking.then(async () => await takeOne(signed))
      taking = taken.catch(() => false)
      return await taken
    }
  }
}

const TOLD_AT_ONCE = 8

/** Tells each member that is connected, once, by `tell`; who is gone meanwhile hears of it when it comes again. */
export async function tellMembers(
  connections: readonly Connection[],
  tell: (connection: Connection) => Promise<unknown>
): Promise<void> {
  const newest = new Map(connections.map((connection) => [connection.remotePeer.toString(), connection]))
  await parallel(newest.values(), TOLD_AT_ONCE, async (connection) => {
    await tell(connection).catch(() => undefined)
  })
}
