/**
 * Network namespaces that go away with us, as root or not: a process holds a mount and network namespace (without
 * root a user namespace too), and the others are files on a memory file system that only it mounts. Nothing of the
 * machine's own network is touched, and when the holder ends, however that happens, the kernel removes them all.
 */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const HOLD = 'mount -t tmpfs natlab "$1" && echo held && read -r _'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class Namespaces implements AsyncDisposable {
  readonly #holder: ChildProcess
  readonly #dir: string
  readonly #pid: number

  private constructor(holder: ChildProcess, dir: string, pid: number) {
    this.#holder = holder
    this.#dir = dir
    this.#pid = pid
  }

  /** Throws what the system says where it forbids namespaces. */
  static async create(): Promise<Namespaces> {
    const dir = await mkdtemp(join(tmpdir(), 'natlab-'))
    const own = isRoot() ? [] : ['-U', '-r']
    const holder = spawn('unshare', [...own, '-n', '-m', 'sh', '-c', HOLD, 'sh', dir], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: withSbin()
    })
    let said = ''
    holder.stderr.on('data', (piece: Buffer) => {
      said += piece.toString()
    })
    const held = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])
    assert.ok(String(held[0]).startsWith('held'), `no namespaces on this machine: ${said}`)
    assert.ok(holder.pid != null)
    return new Namespaces(holder, dir, holder.pid)
  }

  /** Where a namespace lies, for commands that run in the holder. */
  path(name: string): string {
    return join(this.#dir, name)
  }

  /** The command line that runs `command` in a namespace, or in the holder's own. */
  enter(name: string | null, command: readonly string[]): [string, string[]] {
    // The file is mounted in the holder's eyes only.
    const net = name == null ? '-n' : `--net=/proc/${this.#pid}/root${this.path(name)}`
    const user = isRoot() ? [] : ['-U', '--preserve-credentials']
    return ['nsenter', ['-t', String(this.#pid), ...user, '-m', net, '--', ...command]]
  }

  /** Runs a command to its end, whatever that is. */
  async run(name: string | null, command: readonly string[], input = ''): Promise<Ran> {
    const [program, args] = this.enter(name, command)
    const child = spawn(program, args, { stdio: 'pipe', env: withSbin() })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, stdout, stderr }
  }

  /** Runs a command that must succeed; its stdout. */
  async must(name: string | null, command: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(name, command, input)
    assert.equal(code, 0, `in ${name ?? 'the holder'}: ${command.join(' ')}\n${input}\n${stderr}`)
    return stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = this.#holder.exitCode == null ? once(this.#holder, 'close') : undefined
    this.#holder.stdin?.end()
    await gone
    await rm(this.#dir, { recursive: true, force: true })
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** Debian keeps ip and nft where other users do not look. */
export const withSbin = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
})
