/** A coordinator that is killed under its devices, and started again: all of them come back, none is refused for good. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../../src/base/clock.ts'
import { initFleet, issueTicket, joinFleet } from '../../src/services/admin/fleet.ts'
import { openHome, readKeys } from '../../src/services/home.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const DEVICES = join(import.meta.dirname, 'restart-devices.ts')
const WARNINGS = '--disable-warning=ExperimentalWarning'

export interface RestartPlace {
  /** IPv4 address of the coordinator. */
  readonly address: string
  readonly port: number
  /** A command as it is run on the coordinator's, or the devices', side. */
  onHub(command: readonly string[]): readonly string[]
  onDevices(command: readonly string[]): readonly string[]
}

/** Gives the seconds from the restart until each was back, shortest first. */
export async function restartUnder(
  place: RestartPlace,
  processes: number,
  each: number
): Promise<readonly number[]> {
  await using cleanup = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'shoal-restart-'))
  cleanup.defer(async () => await rm(dir, { recursive: true, force: true }))
  const admin = await initFleet(join(dir, 'admin'), 'restart', Date.now())
  const keys = (await readKeys(admin.dir)) ?? assert.fail('no keys')
  const announce = [`/ip4/${place.address}/udp/${place.port}/quic-v1`]
  const order = { labels: {}, lifeSeconds: 3_600, uses: 1 }
  const forHub = await issueTicket(admin, keys, { ...order, role: 'coordinator', announce }, Date.now())
  const hubDir = join(dir, 'hub')
  await joinFleet(hubDir, { ticket: forHub.text, name: 'hub', sshKey: undefined }, Date.now())
  await mkdir(hubDir, { recursive: true })
  await writeFile(join(hubDir, 'config.json'), JSON.stringify({ announce }))
  const start = (command: readonly string[]) => {
    const [program = '', ...args] = command
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
    const end = async (): Promise<void> => {
      if (child.exitCode != null || child.signalCode != null || child.pid == null) return
      const gone = once(child, 'exit')
      process.kill(-child.pid, 'SIGKILL')
      await gone
    }
    cleanup.defer(end)
    return { child, end }
  }
  const hub = async () => {
    const up = [
      process.execPath,
      WARNINGS,
      MAIN,
      'up',
      '--json',
      '--dir',
      hubDir,
      '--listen',
      announce[0] ?? ''
    ]
    const { child, end } = start(place.onHub(up))
    const lines = createInterface({ input: child.stdout })
    await once(lines, 'line')
    return end
  }
  const kill = await hub()
  const count = processes * each
  const forDevices = await issueTicket(
    await openHome(admin.dir),
    keys,
    { ...order, role: 'device', uses: count, announce: [] },
    Date.now()
  )
  const seen = new Map<string, number>()
  const backMs = new Map<string, number>()
  let restartedMs: number | undefined
  let full = Promise.withResolvers<void>()
  for (let index = 0; index < processes; index++) {
    const prefix = `site-${index}`
    const { child } = start(place.onDevices([process.execPath, WARNINGS, DEVICES, dir, String(each), prefix]))
    child.stdin.end(forDevices.text)
    createInterface({ input: child.stdout }).on('line', (number) => {
      const id = `${prefix}-${number}`
      seen.set(id, (seen.get(id) ?? 0) + 1)
      if (restartedMs != null && !backMs.has(id)) backMs.set(id, (systemClock.now() - restartedMs) / 1000)
      if ((restartedMs == null ? seen : backMs).size === count) full.resolve()
    })
  }
  await full.promise
  // The coordinator writes down where they are a little later.
  await systemClock.sleep(7_000, new AbortController().signal)
  full = Promise.withResolvers<void>()
  await kill()
  restartedMs = systemClock.now()
  await hub()
  await full.promise
  return [...backMs.values()].toSorted((a, b) => a - b)
}
