import type { Offer } from '../../src/model/offer.ts'
import type { Member } from '../../src/model/peer.ts'
import type { Release } from '../../src/model/release.ts'
import { planOf } from '../../src/model/rollout-plan.ts'
import type { CoordinatorState } from '../../src/state/coordinator.ts'
import { createCoordinatorState, openCoordinatorDatabase } from '../../src/state/coordinator.ts'
import type { Enrolment, TicketFacts } from '../../src/state/members.ts'

export const NOW = 1_800_000_000_000
export const EXPIRES = NOW / 1000 + 3600
export const by = { actor: 'admin', at: NOW }
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A coordinator's state in memory. */
export async function withState(work: (state: CoordinatorState) => Promise<void>): Promise<void> {
  await using db = await openCoordinatorDatabase(':memory:')
  await work(createCoordinatorState(db))
}

export const ticketOf = (id: string, uses = 1): TicketFacts => ({
  id,
  bytes: bytes(id),
  role: 'device',
  labels: { site: 'lyon', canary: '' },
  uses,
  expires: EXPIRES
})

export const memberOf = (name: string, changes: Partial<Member> = {}): Member => ({
  peer: `peer-${name}`,
  key: bytes(`key-${name}`),
  name,
  role: 'device',
  labels: { site: 'lyon' },
  serial: `serial-${name}`,
  ticket: 't-1',
  issued: EXPIRES - 7200,
  expires: EXPIRES,
  ...changes
})

export const enrolmentOf = (name: string, changes: Partial<Enrolment> = {}): Enrolment => ({
  ticket: ticketOf('t-1'),
  member: memberOf(name),
  memberDigest: bytes(`digest-${name}`),
  admit: () => bytes(`bundle-${name}`),
  now: NOW,
  ...changes
})

export const releaseOf = (version: string, counter: number, channel = 'main'): Release => ({
  channel,
  version,
  counter,
  issued: EXPIRES - 7200,
  expires: EXPIRES,
  nixKeys: [],
  targets: [
    {
      match: '*',
      system: 'x86_64-linux',
      toplevel: `/nix/store/${version}`,
      manifestRoot: bytes(version),
      pathsCount: 40,
      narBytes: 2 ** 40
    }
  ]
})

export const putRelease = async (
  state: CoordinatorState,
  release: Release,
  content = ''
): Promise<boolean> => {
  const id = `r-${release.channel}-${release.version}${content}`
  return await state.putRelease({ id, digest: bytes(id), bytes: bytes(`signed ${id}`), release }, by)
}

export const offerOf = (counter: number): Offer => ({
  counter,
  kind: 'update',
  action: 'switch',
  release: bytes('r-main-v1'),
  selector: '*',
  issued: EXPIRES - 7200,
  expires: EXPIRES,
  parallel: 2,
  again: true
})

export const putRollout = async (
  state: CoordinatorState,
  counter: number,
  devices: string[]
): Promise<boolean> =>
  await state.putRollout(
    {
      id: `o-${counter}`,
      bytes: bytes(`offer ${counter}`),
      release: 'r-main-v1',
      offer: offerOf(counter),
      plan: planOf(2)
    },
    devices,
    by
  )

export const code =
  (kind: new (...args: never[]) => Error, expected: string) =>
  (error: unknown): boolean =>
    error instanceof kind && 'code' in error && error.code === expected

export const types = async (state: CoordinatorState): Promise<string[]> =>
  (await state.events({ limit: 1000 })).map(({ type }) => type)
