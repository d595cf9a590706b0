/**
 * The guard outside the daemon (design section 8): a process of its own that goes back to the previous system when
 * the deadline passes and nobody claimed the outcome. `mkdir claim` is the atomic decision: exactly one of guard and daemon wins.
 */

import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasSystemd } from '../../host/machine.ts'
import type { Spawn } from '../../host/spawn.ts'
import type { ActivationGuard } from '../../model/activation.ts'
import { activationCommand } from './script.ts'

/** "$1" directory, "$2" seconds, the rest is the command that goes back. */
const GUARD = `
D=$1; S=$2; shift 2
echo $$ > "$D/pid"
sleep "$S"
mkdir "$D/claim" 2>/dev/null || exit 0
"$@" > "$D/output" 2>&1 < /dev/null
echo $? > "$D/fired"
`

export interface Guard extends ActivationGuard {
  /** Takes the decision for the daemon; false when the guard has gone back, or is doing so. */
  claim(rollout: string): Promise<boolean>
}

export function createGuard(ports: { spawn: Spawn; dir: string }): Guard {
  const place = (rollout: string): string => join(ports.dir, `guard-${rollout}`)
  return {
    async arm(row, deadlineMs) {
      const dir = place(row.rollout)
      await mkdir(dir, { recursive: true })
      const back = row.previous === '' ? undefined : activationCommand(row.previous, 'test')
      if (back == null) return
      const shell = ['sh', '-c', GUARD, 'sh', dir, String(Math.ceil(deadlineMs / 1000)), ...back]
      const [program, ...args] = (await hasSystemd())
        ? [
            'systemd-run',
            '--quiet',
            '--collect',
            `--unit=shoal-guard-${row.rollout}`,
            '--setenv=PATH',
            ...shell
          ]
        : shell
      ports.spawn.detached(program ?? 'sh', args, { cwd: '/', stdoutFile: join(dir, 'guard-log') })
    },
    async claim(rollout) {
      const ours = join(place(rollout), 'claim', 'daemon')
      try {
        await mkdir(dirname(ours))
        await writeFile(ours, '')
        return true
      } catch (error) {
        // ENOENT: not armed, nobody else decides. EEXIST: ours from before a restart, else the guard's.
        return (error as NodeJS.ErrnoException).code === 'ENOENT' || existsSync(ours)
      }
    },
    async disarm(rollout) {
      const pid = await guardPid(place(rollout))
      if (pid != null) {
        for (const target of [-pid, pid]) {
          try {
            process.kill(target, 'SIGTERM')
          } catch {
            // It ended by itself.
          }
        }
      }
      await rm(place(rollout), { recursive: true, force: true })
    }
  }
}

/** The guard's pid while that very process sleeps. */
async function guardPid(dir: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(join(dir, 'pid'), 'utf8'), 10)
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(dir) ? pid : undefined
  } catch {
    return undefined
  }
}
