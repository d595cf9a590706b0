// Real OpenSSH and real Nix through the mesh: ssh with shoal as its ProxyCommand, to an sshd of the device's own. The
// commands are those that nixos-rebuild, Colmena and deploy-rs give to ssh and Nix (docs/operations.md, Reach in, names the
// sources); the tools themselves are not run.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { SshClient, startSshd } from '../support/openssh.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const PROFILE = '/nix/var/nix/profiles/system'
const TARGET = 'robot.fleet'
const VERSIONS = ['v1', 'v2', 'v3', 'v4']

let fleet: RealFleet
let robot: Machine
let client: SshClient
let systems: readonly string[]
const held = new AsyncDisposableStack()

beforeAll(async () => {
  fleet = held.use(await createRealFleet({ devices: ['robot'] }))
  const [device] = fleet.devices
  assert.ok(device != null)
  robot = device
  client = await SshClient.create(fleet.admin)
  const sshd = held.use(await startSshd(robot, client.publicKey))
  await client.use(sshd.port)
  systems = await fleet.lab.build(
    fleet.admin,
    VERSIONS.map((version) => ({ version, bytes: version === 'v1' ? 2_000_000 : 1_000 }))
  )
}, 180_000)
afterAll(async () => {
  await held.disposeAsync()
})

const systemOf = (version: string): string => systems[VERSIONS.indexOf(version)] ?? assert.fail(version)
/** What the device runs and what its profile points to; whether a path is in its store. */
const isThere = (path: string): boolean => existsSync(join(robot.world.dir, path))
async function assertRuns(version: string): Promise<void> {
  assert.deepEqual(await robot.real(), { running: systemOf(version), profile: systemOf(version) })
}

describe('an admin without a daemon', () => {
  test('ssh runs a command and gives its code; nixos-rebuild --target-host: copy, set the profile, switch', async () => {
    const run = await client.ssh(TARGET, [
      'cat /proc/self/mountinfo > /dev/null; echo out; echo err >&2; exit 7'
    ])
    assert.deepEqual([run.code, run.stdout], [7, 'out\n'], run.stderr)
    assert.match(run.stderr, /err\n/)

    const system = systemOf('v1')
    // One connection for all: a directory holds one node at a time, and here each command would start one.
    const shared = [
      '-o',
      'ControlMaster=auto',
      '-o',
      `ControlPath=${client.controlPath}`,
      '-o',
      'ControlPersist=60'
    ]
    const ssh = async (...args: string[]): Promise<string> =>
      await client.must(client.ssh(TARGET, args, shared))
    assert.equal(isThere(system), false)
    await client.must(client.run(['nix-copy-closure', '--to', TARGET, system]))
    assert.ok(isThere(system))
    await ssh('nix-env', '-p', PROFILE, '--set', system)
    const told = await ssh(
      'env',
      '-i',
      'LOCALE_ARCHIVE=',
      'NIXOS_INSTALL_BOOTLOADER=0',
      `${system}/bin/switch-to-configuration`,
      'switch'
    )
    assert.match(told, /switch of v1 ends with 0/)
    await client.ssh(TARGET, [], [...shared, '-O', 'exit'])
    await assertRuns('v1')
  }, 120_000)
})

describe('an admin with a daemon', () => {
  beforeAll(async () => {
    await fleet.up(fleet.admin)
  })

  test('nix copy --to ssh://, and Colmena: copy, nix-env --profile --set, switch, each by itself', async () => {
    const system = systemOf('v2')
    await client.must(client.run(['nix', 'copy', '--to', `ssh://${TARGET}`, system]))
    assert.ok(isThere(system))
    const options = ['-o', 'StrictHostKeyChecking=accept-new', '-T']
    const ssh = async (...args: string[]): Promise<string> =>
      await client.must(client.ssh(TARGET, [...options, '--', ...args]))
    await client.must(client.run(['nix-copy-closure', '--to', '--include-outputs', '--gzip', TARGET, system]))
    assert.equal((await ssh('realpath', PROFILE)).trim(), systemOf('v1'))
    await ssh('nix-env', '--profile', PROFILE, '--set', system)
    await ssh(`${system}/bin/switch-to-configuration`, 'switch')
    await assertRuns('v2')
  }, 120_000)

  /** Stands for deploy-rs' activate-rs: waits for the canary to be taken away, else goes back. */
  const activate = (system: string, canary: string, seconds: number): string =>
    `touch ${canary}; nix-env -p ${PROFILE} --set ${system} && ${system}/bin/switch-to-configuration switch; ` +
    `for i in $(seq ${seconds * 10}); do [ -e ${canary} ] || exit 0; sleep 0.1; done; ` +
    `nix-env -p ${PROFILE} --rollback; ${PROFILE}/bin/switch-to-configuration switch; exit 1`
  const wait = (system: string, canary: string): string =>
    `until [ -e ${canary} ] && [ "$(readlink /run/current-system)" = ${system} ]; do sleep 0.1; done`

  test('deploy-rs: activation, waiter and confirmation are three connections, two of them at once', async () => {
    const system = systemOf('v3')
    const canary = '/run/deploy-rs-canary-3'
    await client.must(client.run(['nix', 'copy', '--to', `ssh://${TARGET}`, system]))
    const activation = client.ssh(TARGET, [activate(system, canary, 60)])
    await client.must(client.ssh(TARGET, [wait(system, canary)]))
    await client.must(client.ssh(TARGET, [`rm ${canary}`]))
    assert.equal((await activation).code, 0)
    await assertRuns('v3')
  }, 120_000)

  test('deploy-rs without a confirmation goes back', async () => {
    const system = systemOf('v4')
    await client.must(client.run(['nix', 'copy', '--to', `ssh://${TARGET}`, system]))
    const run = await client.ssh(TARGET, [activate(system, '/run/deploy-rs-canary-4', 1)])
    assert.equal(run.code, 1, run.stderr)
    await assertRuns('v3')
  }, 120_000)

  test('a device that goes away ends ssh with a reason; the log names who, what and how long', async () => {
    const running = client.ssh(TARGET, ['touch /run/is-running; sleep 300'])
    while (!isThere('run/is-running')) await new Promise((resolve) => setTimeout(resolve, 100))
    await fleet.down(robot)
    const run = await running
    assert.equal(run.code, 255, run.stderr)
    assert.match(run.stderr, /shoal: error: .*device_stopping/)
    await fleet.up(robot)
    await robot.logged(
      /session [0-9a-f]{16} of admin: forward 127\.0\.0\.1:\d+: ended after \d+ ms \(device_stopping\)/
    )
    assert.equal(await readlink(join(robot.world.dir, 'run/current-system')), systemOf('v3'))
  }, 120_000)
})
