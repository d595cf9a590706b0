/** Who has a name: the coordinator knows; on a site without any, the neighbours are asked. */

import type { Clock } from '../../base/clock.ts'
import { UnreachableError } from '../../base/errors.ts'

export interface Found {
  readonly name: string
  readonly peer: string
  readonly online: boolean
}

export interface FindPorts {
  readonly clock: Clock
  /** Asks a coordinator. Throws NotFoundError, UnreachableError. */
  ask(name: string, signal: AbortSignal): Promise<Found>
  /** A member of that name among the neighbours, connected. */
  byName(
    name: string,
    signal: AbortSignal
  ): Promise<{ readonly name: string; readonly peer: string } | undefined>
}

/** A coordinator that has not answered by then is perhaps not there: neighbours are asked beside it. */
const HEAD_START_MS = 1_500

/** A member by name. Throws what `ask` throws when no neighbour has the name either, or the signal's reason. */
export async function findMember(ports: FindPorts, name: string, signal: AbortSignal): Promise<Found> {
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  const asked = ports.ask(name, scoped)
  const silent = asked.then(
    () => false,
    (error: unknown) => error instanceof UnreachableError
  )
  const near = async (): Promise<Found> => {
    const late = ports.clock.sleep(HEAD_START_MS, scoped).then(() => true)
    if (!(await Promise.race([silent, late]))) return await asked
    const found = await ports.byName(name, scoped)
    return found == null ? await asked : { ...found, online: true }
  }
  try {
    return await Promise.any([asked, near()])
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof AggregateError ? error.errors[0] : error
  } finally {
    over.abort()
  }
}
