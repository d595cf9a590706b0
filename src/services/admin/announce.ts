/** An admin's word on where a coordinator is reached from now on. docs/operations.md, Another address. */

import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { rfc3339, seconds } from '../../base/clock.ts'
import { RefusedError, ShoalError } from '../../base/errors.ts'
import { parallel } from '../../base/tasks.ts'
import type { AnnouncedView } from '../../model/control.ts'
import { ADDRESSES_COUNT_MAX, createAddressRecord, openAddressRecord } from '../../trust/addresses.ts'
import type { FleetKeys, Home } from '../home.ts'
import { peerIn } from '../home.ts'
import type { Membership } from '../membership.ts'

export interface AnnouncePorts {
  readonly home: Home
  readonly keys: FleetKeys
  readonly clock: Clock
  readonly membership: Pick<Membership, 'connect' | 'putAddresses' | 'tell' | 'addressRecord'>
  /** Members that pass it on to those that are connected to them. */
  relays(signal: AbortSignal): Promise<readonly string[]>
  /** Greets neighbours, who are told with it. */
  greetNeighbours(signal: AbortSignal): Promise<void>
  /** Admitted connections, and who is at their end. */
  connected(): readonly { readonly connection: Connection; readonly name: string }[]
}

const TOLD_AT_ONCE = 8
const RELAY_TIMEOUT_MS = 5_000

/**
 * Signs a record that names these addresses for the coordinator that answers at one of them, and tells it to the coordinator, the
 * relays and the neighbours; they tell others. Throws UnreachableError, RefusedError (`not_a_coordinator`), InvalidError
 * (`address_invalid`, `document_invalid`).
 */
export async function announceAddresses(
  ports: AnnouncePorts,
  addresses: readonly string[],
  signal: AbortSignal
): Promise<AnnouncedView> {
  const { home, keys, clock, membership } = ports
  const { peer, member } = await membership.connect(addresses, signal)
  if (member.role !== 'coordinator') {
    throw new RefusedError('not_a_coordinator', `${member.name} at that address is a ${member.role}`, {
      hint: 'name the address of a coordinator that runs'
    })
  }
  // What is newest in the fleet has come with the greeting.
  const { signed } = membership.addressRecord
  const before = signed.byteLength === 0 ? undefined : openAddressRecord(signed, home.fleet, home.root)
  const others = (before?.coordinators ?? []).filter((address) => peerIn(address) !== peer)
  const own = addresses.map((address) => (peerIn(address) == null ? `${address}/p2p/${peer}` : address))
  const record = {
    number: (before?.number ?? 0) + 1,
    issued: seconds(clock.now()),
    coordinators: [...new Set([...own, ...others])].slice(0, ADDRESSES_COUNT_MAX)
  }
  await membership.putAddresses(createAddressRecord(record, home.fleet, [keys.admin]))
  await parallel(await ports.relays(signal), TOLD_AT_ONCE, async (relay) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RELAY_TIMEOUT_MS)])
    // One that is away hears of it from the coordinator, or from who meets it.
    await membership.connect([relay], limit).catch(orAway)
  })
  await ports.greetNeighbours(signal)
  const told = new Set<string>()
  await parallel(ports.connected(), TOLD_AT_ONCE, async ({ connection, name }) => {
    if (await membership.tell(connection).catch(orAway)) told.add(name)
  })
  return {
    ...record,
    issued: rfc3339(record.issued * 1000),
    peer,
    name: member.name,
    told: [...told].toSorted()
  }
}

function orAway(error: unknown): undefined {
  if (error instanceof ShoalError || (error instanceof Error && error.name === 'TimeoutError'))
    return undefined
  throw error
}
