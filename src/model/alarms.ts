/** What somebody should be told of, from what is known of the fleet. Pure: the same facts give the same alarms. */

export const ALARMS = [
  'device_silent',
  'rolled_back',
  'rollout_halted',
  'certificate_expiring',
  'disk_filling'
] as const
export type AlarmEvent = (typeof ALARMS)[number]

export interface AlarmLimits {
  readonly silentMs: number
  readonly certificateMs: number
  /** Bytes that are to stay free. */
  readonly reserveBytes: number
}

/** A disk is called filling while there is still time to do something: below this many times what must stay free. */
const DISK_WARNS_AT = 2

export const isFilling = (freeBytes: number, reserveBytes: number): boolean =>
  freeBytes < reserveBytes * DISK_WARNS_AT

export interface AlarmFacts {
  readonly members: readonly {
    readonly peer: string
    readonly name: string
    readonly role: string
    readonly serial: string
    /** Seconds since the epoch. */
    readonly expires: number
    /** Null: never heard of. */
    readonly lastSeenMs: number | null
  }[]
  readonly rolledBack: readonly {
    readonly rollout: string
    readonly peer: string
    readonly code: string | null
  }[]
  readonly halted: readonly { readonly rollout: string; readonly reason: string | null }[]
  /** Of the coordinator, and of the devices as they reported. */
  readonly disks: readonly { readonly peer: string; readonly name: string; readonly freeBytes: number }[]
  readonly nowMs: number
}

export interface RaisedAlarm {
  readonly event: AlarmEvent
  /** One occasion has one key, however often it is looked at. */
  readonly key: string
  /** Name of the device or member, id of the rollout. */
  readonly subject: string
  readonly detail: Readonly<Record<string, string | number | null>>
}

/** All alarms that hold now, raised before or not. */
export function alarmsOf(facts: AlarmFacts, limits: AlarmLimits): RaisedAlarm[] {
  const { members, nowMs } = facts
  const names = new Map(members.map(({ peer, name }) => [peer, name]))
  const silent = members.flatMap(({ role, name, peer, lastSeenMs }): RaisedAlarm[] =>
    role === 'device' && lastSeenMs != null && nowMs - lastSeenMs >= limits.silentMs
      ? [
          {
            event: 'device_silent',
            key: `device_silent/${peer}/${lastSeenMs}`,
            subject: name,
            detail: { lastSeen: new Date(lastSeenMs).toISOString() }
          }
        ]
      : []
  )
  const expiring = members.flatMap(({ name, role, serial, expires }): RaisedAlarm[] =>
    expires * 1000 - nowMs <= limits.certificateMs
      ? [
          {
            event: 'certificate_expiring',
            key: `certificate_expiring/${serial}`,
            subject: name,
            detail: { role, expires: new Date(expires * 1000).toISOString() }
          }
        ]
      : []
  )
  const rolledBack = facts.rolledBack.map(
    ({ rollout, peer, code }): RaisedAlarm => ({
      event: 'rolled_back',
      key: `rolled_back/${rollout}/${peer}`,
      subject: names.get(peer) ?? peer,
      detail: { rollout, code }
    })
  )
  const halted = facts.halted.map(
    ({ rollout, reason }): RaisedAlarm => ({
      event: 'rollout_halted',
      key: `rollout_halted/${rollout}`,
      subject: rollout,
      detail: { reason }
    })
  )
  // While it lasts, once on each day.
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const { reserveBytes } = limits
  const filling = facts.disks
    .filter(({ freeBytes }) => isFilling(freeBytes, reserveBytes))
    .map(
      ({ peer, name, freeBytes }): RaisedAlarm => ({
        event: 'disk_filling',
        key: `disk_filling/${peer}/${today}`,
        subject: name,
        detail: { freeBytes, reserveBytes }
      })
    )
  return [...silent, ...expiring, ...rolledBack, ...halted, ...filling]
}
