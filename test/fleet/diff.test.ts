// `shoal diff`: what it says changes is what `nix store diff-closures` says of the same closures, and what it says the
// delivery costs is what the delivery then costs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify, stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, test } from 'vitest'
import { diffSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

const execute = promisify(execFile)
let fleet: RealFleet
let admin: Machine
let toplevels: string[]

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['robot'] })
  admin = fleet.admin
  toplevels = await fleet.lab.build(admin, [
    {
      version: '1.0',
      bytes: 2_500_000,
      packages: ['hello-1.0', 'gone-3', 'lib-2.0', 'lib-2.0-bin', 'hosts']
    },
    {
      version: '1.1',
      bytes: 1_500_000,
      packages: ['hello-1.1', 'new-0.1', 'lib-2.0', 'lib-2.1-bin', 'hosts']
    }
  ])
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const diff = async (...args: string[]) => await admin.ask(diffSchema, ['diff', 'robot', ...args])

test('a device that runs nothing of ours is compared with nothing', async () => {
  await admin.refused(['diff', 'robot'], { exit: 5, code: 'release_not_found' })
  await admin.refused(['diff', 'nobody'], { exit: 5, code: 'device_not_found' })
  const [one = ''] = toplevels
  await admin.publish('1.0', one)
  const first = await diff()
  assert.deepEqual([first.basis, first.to.version, first.removed], ['none', '1.0', []])
  assert.deepEqual(first.added.find(({ name }) => name === 'lib')?.versions, ['2.0'])
  const done = await admin.rollout(['1.0'])
  assert.equal(done.devices[0]?.bytesReceived, first.bytes)
})

test('packages and bytes, told before and found after', async () => {
  const [one = '', two = ''] = toplevels
  const same = await diff()
  assert.deepEqual([same.bytes, same.pathsCount, same.from?.version, same.to.version], [0, 0, '1.0', '1.0'])
  await admin.publish('1.1', two)
  const view = await diff()
  assert.deepEqual([view.basis, view.from?.version, view.to.version], ['closure', '1.0', '1.1'])
  assert.deepEqual(await diff('1.1'), view)
  // Nix names the versions that go and those that come, and leaves out those that stay.
  const without = (some: readonly string[], others: readonly string[]): string[] =>
    some.filter((each) => !others.includes(each))
  const ours = [
    ...view.changed.map(({ name, from, to }) => [name, without(from, to), without(to, from)]),
    ...view.added.map(({ name, versions }) => [name, [], versions]),
    ...view.removed.map(({ name, versions }) => [name, versions, []])
  ]
  assert.deepEqual(new Set(ours.map((each) => JSON.stringify(each))), await nixDiff(one, two))
  assert.ok(
    view.changed.some(({ name }) => name === 'hello') && view.added.some(({ name }) => name === 'new')
  )
  assert.ok(view.bytes > 1_000_000 && view.bytes < view.narBytes, `${view.bytes} of ${view.narBytes}`)
  const shown = await admin.run(['diff', 'robot'])
  assert.match(shown.stdout, /^robot runs 1\.0; this is what 1\.1 changes\n/)
  assert.match(shown.stdout, /changed +hello +1\.0 +1\.1 /)
  assert.match(shown.stdout, /removed +gone +3 +- /)
  assert.match(shown.stdout, /delivery: \d/)
  const done = await admin.rollout(['1.1'])
  assert.equal(done.devices[0]?.bytesReceived, view.bytes, 'what was told is what was received')
})

/** `[name, from, to]` for each package that differs, as real Nix says. */
async function nixDiff(before: string, after: string): Promise<Set<string>> {
  const nix = ['nix', '--extra-experimental-features', 'nix-command', 'store', 'diff-closures', before, after]
  const [command, args] = admin.world.enter(nix)
  const { stdout } = await execute(command, args, { env: { ...process.env, ...admin.world.env } })
  const versions = (text: string): string[] =>
    text.split(', ').flatMap((word) => (word === '∅' ? [] : [word === 'ε' ? '' : word]))
  const lines = stripVTControlCharacters(stdout).trim().split('\n')
  return new Set(
    lines.flatMap((line) => {
      const match = /^(\S+): (.+) → (.+?)(?:, [+-][\d.]+ KiB)?$/.exec(line)
      if (match == null) return []
      return [JSON.stringify([match[1], versions(match[2] ?? ''), versions(match[3] ?? '')])]
    })
  )
}
