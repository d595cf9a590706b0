/** What shoal asks of systemd, as far as it asks: a manager that runs, units that fail, commands run apart. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './processes.ts'

const SYSTEMCTL = `#!/bin/sh
case $1 in
  is-system-running) if [ -s /run/failed-units ]; then echo degraded; exit 1; else echo running; fi ;;
  list-units) if [ -f /run/failed-units ]; then cat /run/failed-units; fi ;;
  *) exit 64 ;;
esac
`
const SYSTEMD_RUN = `#!/bin/sh
while [ "\${1#--}" != "$1" ]; do shift; done
setsid "$@" > /dev/null 2>&1 < /dev/null &
`

/** Makes a machine look as if systemd ran it; its daemon must not be up yet. */
export async function pretendSystemd(machine: Machine): Promise<void> {
  const { dir } = machine.world
  const programs = join(dir, 'programs')
  await mkdir(join(dir, 'run/systemd/system'), { recursive: true })
  await mkdir(programs, { recursive: true })
  await writeFile(join(programs, 'systemctl'), SYSTEMCTL, { mode: 0o755 })
  await writeFile(join(programs, 'systemd-run'), SYSTEMD_RUN, { mode: 0o755 })
  machine.env['PATH'] = `${programs}:${machine.env['PATH'] ?? ''}`
}

/** The units that fail from now on. */
export async function failUnits(machine: Machine, units: readonly string[]): Promise<void> {
  const lines = units.map((unit) => `${unit} loaded failed failed a unit\n`)
  await writeFile(join(machine.world.dir, 'run/failed-units'), lines.join(''))
}
