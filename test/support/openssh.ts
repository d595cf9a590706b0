/** OpenSSH as it is on this machine: an sshd in a device's world, and `ssh` in an admin's that goes through the mesh. */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { connectTcp } from '../../src/host/tcp.ts'
import type { Machine, Run } from './processes.ts'
import { MAIN } from './processes.ts'

const execute = promisify(execFile)
const SSHD = '/usr/sbin/sshd'

/** Of a world, what a command that comes in by ssh needs to find its Nix. */
const PASSED = ['PATH', 'NIX_CONF_DIR', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME']

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** An sshd that lets `publicKey` in, on loopback, with the /nix and /run of a device. */
export async function startSshd(
  device: Machine,
  publicKey: string
): Promise<{ readonly port: number } & AsyncDisposable> {
  const port = await freePort()
  const dir = join(device.world.dir, 'ssh')
  await mkdir(dir, { mode: 0o700 })
  await mkdir(join(device.world.dir, 'run/sshd'), { recursive: true, mode: 0o755 })
  await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'host_key')])
  await writeFile(join(dir, 'authorized_keys'), publicKey, { mode: 0o600 })
  const env = PASSED.map((name) => `${name}=${device.world.env[name] ?? ''}`).join(' ')
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(dir, 'host_key')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    `SetEnv ${env}`
  ]
  await writeFile(join(dir, 'sshd_config'), `${lines.join('\n')}\n`)
  const [command, args] = device.world.enter([SSHD, '-D', '-e', '-f', join(dir, 'sshd_config')])
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const said = text(child.stderr)
  await listening(port, child, said)
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await said
    }
  }
}

async function listening(port: number, child: ChildProcess, said: Promise<string>): Promise<void> {
  for (;;) {
    if (child.exitCode != null) assert.fail(await said)
    try {
      const socket = await connectTcp('127.0.0.1', port, AbortSignal.timeout(1_000))
      socket.destroy()
      return
    } catch {
      await new Promise(setImmediate)
    }
  }
}

/** `ssh` and what calls it, with the configuration that docs/operations.md gives. */
export class SshClient {
  readonly #admin: Machine
  readonly #config: string
  readonly publicKey: string

  private constructor(admin: Machine, config: string, publicKey: string) {
    this.#admin = admin
    this.#config = config
    this.publicKey = publicKey
  }

  /** Makes a key. `use` names the port of the sshd before the first connection. */
  static async create(admin: Machine): Promise<SshClient> {
    const dir = join(admin.world.dir, 'ssh')
    await mkdir(dir, { mode: 0o700 })
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'id')])
    return new SshClient(admin, join(dir, 'config'), await readFile(join(dir, 'id.pub'), 'utf8'))
  }

  async use(port: number): Promise<void> {
    const dir = join(this.#admin.world.dir, 'ssh')
    const shoal = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, '--dir', this.#admin.dir]
    const lines = [
      'Host *.fleet',
      `  ProxyCommand ${shoal.join(' ')} ssh --stdio --port ${port} $(basename %h .fleet)`,
      `  User ${userInfo().username}`,
      `  IdentityFile ${join(dir, 'id')}`,
      `  UserKnownHostsFile ${join(dir, 'known_hosts')}`,
      '  StrictHostKeyChecking accept-new',
      '  BatchMode yes'
    ]
    await writeFile(this.#config, `${lines.join('\n')}\n`)
  }

  /** Runs a program of the admin's that finds ssh and Nix as people have them set up. */
  async run(argv: readonly string[], input = ''): Promise<Run> {
    const [command, args] = this.#admin.world.enter(argv)
    const env = { ...process.env, ...this.#admin.env, NIX_SSHOPTS: `-F ${this.#config}` }
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, stdout, stderr }
  }

  /** `ssh HOST ARGS`, with further options in front. */
  async ssh(host: string, args: readonly string[], options: readonly string[] = []): Promise<Run> {
    return await this.run(['ssh', '-F', this.#config, ...options, host, ...args])
  }

  /** As `run` and `ssh`, and both must end with 0. */
  async must(run: Promise<Run>): Promise<string> {
    const { code, stdout, stderr } = await run
    assert.equal(code, 0, stdout + stderr)
    return stdout
  }

  get controlPath(): string {
    return join(this.#admin.world.dir, 'ssh', '%C')
  }
}
