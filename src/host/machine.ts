import { access, readFile, readlink } from 'node:fs/promises'
import { arch, platform } from 'node:process'
import { ShoalError } from '../base/errors.ts'
import type { Spawn } from './spawn.ts'

const BOOTED_SYSTEM = '/run/booted-system'
/** What only a reboot can change. */
const BOOT_LINKS = ['kernel', 'initrd', 'kernel-modules'] as const

/** The kernel's id of this boot: another one means that the machine has rebooted. */
export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

const NIX_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  arm: 'armv7l',
  ia32: 'i686'
}

/** Nix's name of this kind of machine, e.g. `x86_64-linux`. */
export function nixSystem(): string {
  return `${NIX_ARCHITECTURES[arch] ?? arch}-${platform}`
}

/** The store path of the kernel that was booted, or null where NixOS did not boot. */
export async function bootedKernel(): Promise<string | null> {
  return await linkTarget(`${BOOTED_SYSTEM}/kernel`)
}

/** True when `toplevel` has another kernel, initrd or modules than what was booted; false where NixOS did not boot. */
export async function kernelChanged(toplevel: string): Promise<boolean> {
  if (!(await exists(BOOTED_SYSTEM))) return false
  for (const name of BOOT_LINKS) {
    if ((await linkTarget(`${BOOTED_SYSTEM}/${name}`)) !== (await linkTarget(`${toplevel}/${name}`)))
      return true
  }
  return false
}

/** True where systemd runs as the system's manager (the test of sd_booted(3)). */
export async function hasSystemd(): Promise<boolean> {
  return await exists('/run/systemd/system')
}

const NOTIFY_TIMEOUT_MS = 10_000

/**
 * Tells the service manager `state`, e.g. `READY=1`; does nothing outside a notify unit.
 * Node cannot send datagrams to a Unix socket, so systemd-notify does; run by root it speaks as our process,
 * otherwise the unit needs NotifyAccess=all. Throws ShoalError (`notify_failed`).
 */
export async function notifySystemd(
  spawn: Spawn,
  state: readonly string[],
  signal: AbortSignal
): Promise<void> {
  if ((process.env['NOTIFY_SOCKET'] ?? '') === '') return
  const { code, stderr } = await spawn.run('systemd-notify', state, { signal, timeoutMs: NOTIFY_TIMEOUT_MS })
  if (code !== 0) throw new ShoalError('notify_failed', `systemd-notify: ${stderr.trim()}`)
}

const FAILED_UNITS_COUNT_MAX = 64
const SYSTEMCTL_TIMEOUT_MS = 30_000

/** systemd's state of the system, empty where there is no systemd, and at most 64 names of failed units. */
export async function failedUnits(
  spawn: Spawn,
  signal: AbortSignal
): Promise<{ state: string; failed: string[] }> {
  if (!(await hasSystemd())) return { state: '', failed: [] }
  const options = { signal, timeoutMs: SYSTEMCTL_TIMEOUT_MS }
  // Its exit code only repeats the state.
  const state = await spawn.run('systemctl', ['is-system-running'], options)
  const list = await spawn.run(
    'systemctl',
    ['list-units', '--failed', '--plain', '--full', '--no-legend', '--no-pager'],
    options
  )
  const failed = list.stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '')
  return { state: state.stdout.trim(), failed: failed.slice(0, FAILED_UNITS_COUNT_MAX) }
}

async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path)
  } catch {
    return null
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false
  )
}
