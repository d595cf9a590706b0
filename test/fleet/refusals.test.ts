// What is refused, by whom, and how it is told: exit code, error code, hint.
import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { openHome, readKeys } from '../../src/services/home.ts'
import { createTicket, encodeTicketText } from '../../src/trust/ticket.ts'
import type { Machine } from '../support/processes.ts'
import { errorSchema } from '../support/processes.ts'
import type { RealFleet } from '../support/real-fleet.ts'
import { createRealFleet } from '../support/real-fleet.ts'

let fleet: RealFleet
let admin: Machine
let robot: Machine
/** The admin of another fleet. */
let stranger: Machine
let toplevel: string
let inert: string
let corrupt: string
const TICKET = z.object({ ticket: z.string(), id: z.string() })
const ANY = z.looseObject({})

beforeAll(async () => {
  fleet = await createRealFleet({ devices: ['robot'] })
  admin = fleet.admin
  const [first] = fleet.devices
  assert.ok(first != null)
  robot = first
  await fleet.up(admin)
  stranger = await fleet.lab.machine('stranger')
  await stranger.ask(ANY, ['init', '--name', 'other'])
  ;[toplevel = '', inert = '', corrupt = ''] = await fleet.lab.build(admin, [
    { version: 'v1' },
    { version: 'inert', kind: 'inert' },
    { version: 'corrupt' }
  ])
  await admin.publish('v1', toplevel)
}, 120_000)
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
})

const ticket = async (...args: string[]): Promise<{ ticket: string; id: string }> =>
  await admin.ask(TICKET, ['ticket', ...args])

/** A machine that has joined by a ticket. */
async function joined(name: string, text: string, as = name): Promise<Machine> {
  const machine = await fleet.lab.machine(name)
  await machine.configure({})
  await machine.ask(ANY, ['join', text, '--name', as])
  return machine
}

describe('tickets', () => {
  test('that are no ticket, or not a whole one', async () => {
    const machine = await fleet.lab.machine('nobody')
    const { ticket: good } = await ticket()
    const flipped = good.slice(0, 300) + (good[300] === 'A' ? 'B' : 'A') + good.slice(301)
    const cut = good.slice(0, -20)
    for (const text of ['shoal1', 'nonsense', cut, `${good}AAAA`]) {
      const hint = await machine.refused(['join', text, '--name', 'x'], { exit: 7, code: 'ticket_invalid' })
      assert.notEqual(hint, '')
    }
    const run = await machine.run(['join', flipped, '--name', 'x', '--json'])
    const { error } = errorSchema.parse(JSON.parse(run.stdout))
    assert.ok(['ticket_invalid', 'document_signature', 'document_invalid'].includes(error.code), error.code)
    assert.ok(run.code === 7 || run.code === 3)
    await machine.refused(['status'], { exit: 5, code: 'not_a_member' })
  })

  test('that have expired', async () => {
    const machine = await fleet.lab.machine('late')
    const home = await openHome(admin.dir)
    const keys = await readKeys(admin.dir)
    assert.ok(keys != null)
    const issued = Math.floor(Date.now() / 1000) - 7200
    const terms = { role: 'device', labels: {}, uses: 1, issued, expires: issued + 3600 } as const
    const { bytes, seed } = createTicket(terms, home.fleet, [keys.admin])
    const text = encodeTicketText({ root: home.rootBytes, ticket: bytes, seed, addresses: [] })
    await machine.refused(['join', text, '--name', 'late'], { exit: 3, code: 'ticket_expired' })
  })

  test('that are used up', async () => {
    const { ticket: text } = await ticket('--uses', '1')
    const first = await joined('first', text)
    const second = await joined('second', text)
    await fleet.up(first)
    await first.logged(/coordinator reached/)
    await second.refused(['up'], { exit: 3, code: 'ticket_used_up' })
    await fleet.down(first)
  })

  test('that were revoked', async () => {
    const { ticket: text, id } = await ticket()
    await admin.ask(ANY, ['ticket', 'revoke', id])
    const machine = await joined('unwanted', text)
    await machine.refused(['up'], { exit: 3, code: 'ticket_revoked' })
    await admin.refused(['ticket', 'revoke', 't-aaaaaaaaaaaaaaaaaaaa'], { exit: 5, code: 'ticket_not_found' })
  })

  test('of another fleet', async () => {
    const [address = ''] = fleet.daemons.get('hub')?.ready.listen ?? []
    const { ticket: text } = await stranger.ask(TICKET, ['ticket', '--announce', address])
    const machine = await joined('foreigner', text)
    const hint = await machine.refused(['up'], { exit: 3, code: 'document_foreign' })
    assert.match(hint, /another fleet/)
    const { devices } = await admin.status()
    assert.ok(devices.every(({ name }) => name !== 'foreigner'))
  })

  test('for a name that is taken', async () => {
    const { ticket: text } = await ticket()
    const machine = await joined('twin', text, 'robot')
    const hint = await machine.refused(['up'], { exit: 6, code: 'name_taken' })
    assert.match(hint, /join .*--name/)
  })

  test('a second time in one directory', async () => {
    const { ticket: text } = await ticket()
    await robot.refused(['join', text, '--name', 'again'], { exit: 6, code: 'already_member' })
    await admin.refused(['init', '--name', 'again'], { exit: 6, code: 'already_member' })
  })
})

describe('directories', () => {
  test('with a daemon take no second one', async () => {
    await robot.refused(['up'], { exit: 6, code: 'directory_locked' })
    await fleet.coordinator.refused(['up'], { exit: 6, code: 'directory_locked' })
  })

  test('without the keys change nothing', async () => {
    await robot.refused(['rollout', 'v1', '--on', '*'], { exit: 3, code: 'not_an_admin' })
    await fleet.coordinator.refused(['revoke', 'robot', '--yes'], { exit: 3, code: 'not_an_admin' })
    await robot.refused(['ticket'], { exit: 3, code: 'no_keys' })
  })

  test('with a bad configuration are told every fault', async () => {
    const { ticket: text } = await ticket()
    const machine = await joined('misconfigured', text)
    await machine.configure({ heartbeatMs: 1, nonsense: true })
    await machine.refused(['up'], { exit: 7, code: 'config_invalid' })
    const { stderr } = await machine.run(['up'])
    assert.match(stderr, /heartbeatMs.*nonsense|nonsense.*heartbeatMs/)
    await writeFile(join(machine.dir, 'config.json'), '{')
    await machine.refused(['up'], { exit: 7, code: 'config_invalid' })
  })
})

describe('publish', () => {
  test('what is not in the store, or no store path', async () => {
    const missing = '/nix/store/00000000000000000000000000000000-nothing'
    await admin.refused(['publish', missing], { exit: 5, code: 'store_path_missing' })
    await admin.refused(['publish', '/etc/passwd'], { exit: 7, code: 'store_path_invalid' })
  })

  test('what cannot be activated', async () => {
    await admin.refused(['publish', inert], { exit: 7, code: 'not_activatable' })
  })

  test('what is not what the store registered', async () => {
    const file = join(admin.world.dir, corrupt, 'bin/switch-to-configuration')
    await chmod(file, 0o755)
    await writeFile(file, 'something else')
    const hint = await admin.refused(['publish', corrupt], { exit: 7, code: 'store_path_corrupt' })
    assert.match(hint, /repair/)
  })

  test('a version twice, or with a name that is none', async () => {
    await admin.refused(['publish', toplevel, '--as', 'v1'], { exit: 6, code: 'release_exists' })
    await admin.refused(['publish', `a&&b=${toplevel}`], { exit: 7, code: 'selector_invalid' })
    await admin.refused(['publish', toplevel, toplevel], { exit: 2, code: 'targets' })
  })
})

describe('words that name nothing', () => {
  test.each([
    [['device', 'nobody'], 'device_not_found'],
    [['status', 'nobody'], 'selector_empty'],
    [['rollout', 'v1', '--on', 'nobody'], 'selector_empty'],
    [['rollout', 'v9', '--on', '*'], 'release_not_found'],
    [['rollout', 'show', 'o-aaaaaaaaaaaaaaaaaaaa'], 'rollout_not_found'],
    [['rollout', 'abort', 'o-aaaaaaaaaaaaaaaaaaaa'], 'rollout_not_found'],
    [['rollback', 'robot', '--to', 'v9'], 'release_not_found'],
    [['logs', 'nobody'], 'subject_not_found'],
    [['ping', 'nobody'], 'member_not_found'],
    [['revoke', 'nobody', '--yes'], 'member_not_found']
  ])('%j', async (args, code) => {
    assert.notEqual(await admin.refused(args, { exit: 5, code }), '', 'a hint')
  })

  test('selectors that cannot be read', async () => {
    await admin.refused(['status', 'a&&b'], { exit: 7, code: 'selector_invalid' })
    await admin.refused(['rollout', 'v1', '--on', 'a b'], { exit: 7, code: 'selector_invalid' })
  })
})

describe('rollouts', () => {
  test('a canary larger than what is selected', async () => {
    const hint = await admin.refused(['rollout', 'v1', '--on', 'robot', '--canary', '2'], {
      exit: 7,
      code: 'canary_too_large'
    })
    assert.match(hint, /canaries/)
  })

  test.each([
    ['no', [`nobody=toplevel`], 'target_none'],
    ['two', ['robot=toplevel', 'rob*=toplevel'], 'target_ambiguous']
  ] as const)('a release with %s targets for a device', async (count, targets, code) => {
    const before = await robot.real()
    const named = targets.map((target) => target.replace('toplevel', toplevel))
    await admin.publish(`for-${count}`, ...named)
    const view = await admin.rollout([`for-${count}`, '--on', 'robot'], 11)
    assert.equal(view.outcome, 'failed')
    assert.equal(view.devices[0]?.error?.code, code)
    assert.ok((view.devices[0]?.error?.message ?? '') !== '', 'words for people')
    assert.deepEqual(await robot.real(), before)
  })
})

test('wrong usage', async () => {
  for (const args of [
    ['nonsense'],
    ['status', '--nonsense'],
    ['rollout'],
    ['rollout', 'v1', '--on', '*', '--action', 'fly'],
    ['rollout', 'v1', '--on', '*', '--parallel', 'many'],
    ['ticket', '--role', 'king'],
    ['ticket', '--expires', 'soon'],
    ['status', '--timeout', '0'],
    ['revoke', 'robot']
  ]) {
    const run = await admin.run([...args, '--json'])
    assert.equal(run.code, 2, `${args.join(' ')}: ${run.stderr}`)
    errorSchema.parse(JSON.parse(run.stdout))
    assert.match(run.stderr, /shoal: error: /)
  }
})

test('a coordinator that is down: 4, within the time allowed', async () => {
  const { coordinator } = fleet
  await fleet.down(coordinator)
  try {
    for (const args of [['status'], ['rollout', 'v1', '--on', '*'], ['device', 'robot']]) {
      const run = await admin.run([...args, '--timeout', '1', '--json'])
      assert.equal(run.code, 4, run.stdout)
      assert.notEqual(errorSchema.parse(JSON.parse(run.stdout)).error.hint, null)
    }
  } finally {
    await fleet.up(coordinator)
    await robot.logged(/coordinator reached[^]*coordinator reached/)
  }
})

test('a member that was revoked is cut off, and refused when it comes again', async () => {
  await admin.watchUntil(({ devices }) => devices.some(({ name, online }) => name === 'robot' && online))
  await admin.ask(ANY, ['revoke', 'robot', '--yes'])
  await robot.logged(/member_revoked/)
  await admin.refused(['rollout', 'v1', '--on', 'robot'], { exit: 5, code: 'selector_empty' })
  await fleet.down(robot)
  const before = (await readFile(robot.logPath, 'utf8')).length
  await fleet.up(robot)
  const again = new RegExp(`^[^]{${before}}[^]*member_revoked`)
  await robot.logged(again)
  assert.ok((await admin.status()).devices.every(({ name, online }) => name !== 'robot' || !online))
})
