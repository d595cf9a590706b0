// A fleet out of one flake: every nixosConfiguration is a target of one release, and one that is broken is told, not hidden.
import assert from 'node:assert/strict'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { z } from 'zod'
import { nixSystem } from '../../src/host/machine.ts'
import { publishedSchema } from '../../src/model/control.ts'
import type { Machine } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'
import { fleetFlake } from '../support/systems.ts'

const own = nixSystem()
const foreign = own === 'aarch64-linux' ? 'x86_64-linux' : 'aarch64-linux'
const PUBLISHED = publishedSchema.extend({
  failed: z.array(
    z.object({ name: z.string(), code: z.string(), message: z.string(), hint: z.string().nullable() })
  )
})
const SCRIPT = '"bin/switch-to-configuration"'
const GOOD = {
  one: `make "one-1" ${SCRIPT} "" "of one"`,
  two: `make "two-1" ${SCRIPT} "" "of two"`
}

let fleet: RealFleet
let admin: Machine

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['one', 'two'] })
  admin = fleet.admin
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

/** Writes a flake beside the admin's state; its directory. */
async function flake(name: string, hosts: Readonly<Record<string, string>>): Promise<string> {
  const dir = join(admin.world.dir, name)
  await mkdir(dir)
  await writeFile(join(dir, 'flake.nix'), fleetFlake(hosts, admin.env['PATH'] ?? '', own))
  return dir
}

const held = async (): Promise<string[]> => await readdir(join(admin.dir, 'cache/builds'))

test('every configuration of a flake becomes a target of one release, and each device takes its own', async () => {
  const place = await flake('good', {
    ...GOOD,
    // Built here for another kind of machine: passes through as it is.
    far: `make "far-1" ${SCRIPT} "${foreign}" "of far"`
  })
  const published = await admin.ask(PUBLISHED, ['publish', place, '--as', 'v1'])
  assert.deepEqual(
    published.targets.map(({ match, system }) => [match, system]),
    [
      ['far', foreign],
      ['one', own],
      ['two', own]
    ]
  )
  assert.deepEqual(published.failed, [])
  assert.deepEqual(await held(), [], 'nothing is kept from the garbage collector any longer')
  await admin.rollout(['v1', '--on', '*'])
  for (const device of fleet.devices) {
    const target = published.targets.find(({ match }) => match === device.name)
    assert.deepEqual(await device.real(), { running: target?.toplevel, profile: target?.toplevel })
  }
})

test('a broken host does not stop the others, and the release says who is missing', async () => {
  const place = await flake('broken', {
    ...GOOD,
    wrong: 'throw "this one is not finished"',
    fails: `derivation { name = "fails"; system = "${own}"; builder = "/bin/sh"; args = [ "-c" "exit 3" ]; }`,
    other: `derivation { name = "other"; system = "${foreign}"; builder = "/bin/sh"; args = [ "-c" "exit 3" ]; }`,
    Bad_Name: `make "bad" ${SCRIPT} "" ""`
  })
  const published = await admin.ask(PUBLISHED, ['publish', place, '--as', 'v2'], 7)
  assert.deepEqual(
    published.targets.map(({ match }) => match),
    ['one', 'two']
  )
  assert.deepEqual(
    published.failed.map(({ name, code }) => [name, code]),
    [
      ['Bad_Name', 'name_invalid'],
      ['fails', 'build_failed'],
      ['other', 'build_failed_foreign'],
      ['wrong', 'evaluation_failed']
    ]
  )
  const wrong = published.failed.find(({ name }) => name === 'wrong')
  assert.match(wrong?.message ?? '', /this one is not finished/)
  // For people: what was published on stdout, who is missing on stderr, and the same exit code.
  const told = await admin.run(['publish', place, '--as', 'v2-again'])
  assert.equal(told.code, 7)
  assert.match(told.stdout, /^r-[a-z2-7]{20}\n$/)
  assert.match(
    told.stderr,
    /error: the release is without 4 of the flake's systems: Bad_Name, fails, other, wrong/
  )
  assert.match(told.stderr, /^one +built$/m)
  const hint = published.failed.find(({ name }) => name === 'other')?.hint ?? ''
  assert.ok(hint.includes(`this machine is ${own}`), hint)

  await admin.refused(['publish', place, '--as', 'v3', '--fail-fast'], { exit: 7, code: 'flake_failed' })
  await admin.refused(['publish', `${place}#wrong`, '--as', 'v3'], { exit: 7, code: 'flake_failed' })
  await admin.refused(['rollout', 'v3'], { exit: 5, code: 'release_not_found' })
  // Those that are named are all that is looked at.
  const named = await admin.ask(PUBLISHED, ['publish', `${place}#two`, '--as', 'v3'])
  assert.deepEqual(
    named.targets.map(({ match }) => match),
    ['two']
  )
  assert.deepEqual(await held(), [])
})

test('what is no flake is refused', async () => {
  const place = await flake('empty', {})
  const refuse = async (word: string, exit: number, code: string): Promise<string> =>
    await admin.refused(['publish', ...word.split(' ')], { exit, code })
  await refuse(place, 5, 'configuration_missing')
  assert.match(await refuse(`${join(admin.world.dir, 'good')}#three`, 5, 'configuration_missing'), /one, two/)
  await refuse(`${place}#one,`, 7, 'flake_invalid')
  await refuse(`path:${join(admin.world.dir, 'nowhere')}`, 7, 'flake_invalid')
  await refuse(`${place} one=/nix/store/x`, 2, 'targets')
  await writeFile(join(place, 'flake.nix'), '{ outputs = ')
  await refuse(place, 7, 'flake_invalid')
})

test('without a Nix that knows flakes it says so, and takes paths', async () => {
  const [built = ''] = await fleet.lab.build(admin, [{ version: 'by-path' }])
  const bin = join(admin.world.dir, 'old-nix')
  await mkdir(bin)
  await writeFile(join(bin, 'nix'), '#!/bin/sh\necho "nix (Nix) 2.3.16"\n', { mode: 0o755 })
  const path = admin.env['PATH'] ?? ''
  try {
    admin.env['PATH'] = `${bin}:${path}`
    const hint = await admin.refused(['publish', join(admin.world.dir, 'good')], {
      exit: 7,
      code: 'flakes_unsupported'
    })
    assert.match(hint, /publish NAME=PATH/)
  } finally {
    admin.env['PATH'] = path
    await rm(bin, { recursive: true })
  }
  await admin.publish('by-path', `one=${built}`)
})
