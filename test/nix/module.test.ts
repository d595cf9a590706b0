// services.shoal evaluates and makes the units that it promises: in a stand-in of NixOS, with the module system of nixpkgs itself
// where NIXPKGS_LIB names its lib.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { z } from 'zod'
import { systemSpawn } from '../../src/host/spawn.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const EVAL = here('module/eval.nix')
const MODULE = here('../../nixos-module')
const LIBS = [null, process.env['NIXPKGS_LIB'] ?? null].filter((lib, index) => index === 0 || lib != null)

const serviceSchema = z.object({
  wantedBy: z.array(z.string()),
  wants: z.array(z.string()),
  after: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  path: z.array(z.string()),
  script: z.string(),
  restartIfChanged: z.boolean(),
  unitConfig: z.record(z.string(), z.unknown()),
  serviceConfig: z.record(z.string(), z.unknown())
})
const systemSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  timers: z.record(z.string(), z.unknown()),
  firewall: z.object({ allowedUDPPorts: z.array(z.number()), allowedTCPPorts: z.array(z.number()) }),
  users: z.object({ users: z.record(z.string(), z.unknown()), groups: z.record(z.string(), z.unknown()) }),
  nix: z.record(z.string(), z.unknown()),
  packages: z.array(z.string())
})
type System = z.infer<typeof systemSchema>
const evaluatedSchema = z.object({
  failed: z.array(z.string()),
  result: systemSchema.nullable(),
  options: z.record(
    z.string(),
    z.object({ description: z.string(), type: z.string(), hasDefault: z.boolean() })
  )
})

type Settings = Readonly<Record<string, unknown>>

async function run(lib: string | null, shoal: Settings, rest: Settings) {
  const configuration = JSON.stringify({ services: { shoal }, networking: { hostName: 'robot-1' }, ...rest })
  const args = ['--eval', '--strict', '--json', '--option', 'restrict-eval', 'false', EVAL]
  const given = ['--arg', 'module', MODULE, '--argstr', 'configuration', configuration]
  const own = lib == null ? [] : ['--arg', 'nixpkgsLib', lib]
  return await systemSpawn.run('nix-instantiate', [...args, '--readonly-mode', ...given, ...own], {
    signal: AbortSignal.timeout(60_000)
  })
}

async function evaluate(lib: string | null, shoal: Settings, rest: Settings = {}) {
  const { code, stdout, stderr } = await run(lib, shoal, rest)
  assert.equal(code, 0, stderr)
  return evaluatedSchema.parse(JSON.parse(stdout))
}

async function system(lib: string | null, shoal: Settings, rest?: Settings): Promise<System> {
  const { failed, result } = await evaluate(lib, { enable: true, ...shoal }, rest)
  assert.deepEqual(failed, [])
  assert.ok(result != null)
  return result
}

const TICKET = '/run/secrets/shoal-ticket'

/** The unit as systemd would read it, as far as its sandbox goes. */
function unitText(service: z.infer<typeof serviceSchema>): string {
  const lines = Object.entries(service.serviceConfig).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${key}=${String(each)}`)
  )
  return `[Service]\n${lines.join('\n')}\n`
}

/** The exposure that `systemd-analyze security` finds, 0 (none) to 10. */
async function exposure(name: string, unit: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'shoal-unit-'))
  try {
    const file = join(dir, `${name}.service`)
    // What is run does not count, and is not there.
    await writeFile(file, `${unit.replace(/^ExecStart.*\n/gm, '')}ExecStart=/bin/true\n`)
    const args = ['security', '--offline=true', '--no-pager', file]
    const { stdout, stderr } = await systemSpawn.run('systemd-analyze', args, {
      signal: AbortSignal.timeout(30_000)
    })
    const found = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)
    assert.ok(found != null, stdout + stderr)
    return Number(found[1])
  } finally {
    await rm(dir, { recursive: true })
  }
}

describe.each(LIBS)('with the lib of %s', (lib) => {
  test('nothing is set unless it is enabled', async () => {
    const { result, failed } = await evaluate(lib, {})
    assert.deepEqual(failed, [])
    assert.deepEqual(result?.services, {})
    assert.deepEqual(result?.packages, [])
  })

  test('every option has a type, a description and, but for none, a default', async () => {
    const { options } = await evaluate(lib, {})
    assert.ok(Object.keys(options).length >= 10)
    for (const [name, { description, type, hasDefault }] of Object.entries(options)) {
      assert.ok(description.length > 10 && type !== '' && hasDefault, name)
    }
  })

  test('a device joins by its ticket, outlives its own switch, and comes in again after it', async () => {
    const { services, timers, nix, users, firewall } = await system(lib, { ticketFile: TICKET })
    assert.deepEqual(Object.keys(services), ['shoal', 'shoal-join', 'shoal-refresh'])
    const { shoal, 'shoal-join': joining, 'shoal-refresh': refresh } = services
    assert.ok(shoal != null && joining != null && refresh != null)
    assert.deepEqual(joining.serviceConfig['LoadCredential'], [`ticket:${TICKET}`])
    assert.match(joining.script, /shoal join - --name '?robot-1'? < "\$CREDENTIALS_DIRECTORY\/ticket"/)
    assert.equal(joining.unitConfig['ConditionPathExists'], '!/var/lib/shoal/member.cbor')
    assert.equal(shoal.restartIfChanged, false)
    assert.ok(shoal.after.includes('shoal-join.service') && shoal.wants.includes('shoal-join.service'))
    assert.equal(shoal.serviceConfig['User'], 'root')
    assert.equal(shoal.environment['NIX_REMOTE'], 'daemon')
    assert.equal(shoal.environment['NODE_COMPILE_CACHE'], '/var/cache/shoal/compile')
    assert.match(refresh.script, /shoal-guard-\*/)
    assert.deepEqual(Object.keys(timers), ['shoal-refresh'])
    assert.deepEqual(nix, { 'fsync-store-paths': true })
    assert.deepEqual(users, { users: {}, groups: {} })
    assert.deepEqual(firewall, { allowedUDPPorts: [], allowedTCPPorts: [] })
    // No secret is on a command line, in the environment or in a file of the unit.
    assert.doesNotMatch(JSON.stringify(shoal), /ticket/i)
  })

  test('a Nix that does not know how to sync store paths is not told to', async () => {
    const old = { type: 'derivation', name: 'nix', version: '2.18.1', outPath: '/nix/store/stand-in-nix' }
    const { nix } = await system(lib, { ticketFile: TICKET }, { nix: { package: old } })
    assert.deepEqual(nix, {})
  })

  test('a coordinator listens, opens what it listens on, and is nobody in particular', async () => {
    const { services, firewall, users } = await system(lib, {
      role: 'coordinator',
      ticketFile: TICKET,
      openFirewall: true,
      credentials: { webhook: '/run/secrets/hook' }
    })
    const { shoal } = services
    assert.ok(shoal != null)
    assert.deepEqual(firewall, { allowedUDPPorts: [4711], allowedTCPPorts: [4711] })
    assert.equal(shoal.serviceConfig['User'], 'shoal')
    assert.deepEqual(Object.keys(users.users), ['shoal'])
    assert.equal(shoal.restartIfChanged, true)
    assert.deepEqual(shoal.serviceConfig['LoadCredential'], ['webhook:/run/secrets/hook'])
    assert.equal(shoal.environment['NIX_REMOTE'], undefined)
    assert.equal(shoal.serviceConfig['AmbientCapabilities'], undefined)
  })

  test('a shell for admins is not in the sandbox of the daemon', async () => {
    const { services } = await system(lib, { ticketFile: TICKET, settings: { remoteShell: true } })
    assert.equal(services['shoal']?.serviceConfig['CapabilityBoundingSet'], undefined)
    assert.equal(services['shoal-join']?.serviceConfig['CapabilityBoundingSet'], '')
    const { services: usual } = await system(lib, { ticketFile: TICKET })
    assert.equal(usual['shoal']?.serviceConfig['CapabilityBoundingSet'], '')
  })

  test('a low port is allowed to a server, and only then', async () => {
    const listen = ['/ip4/0.0.0.0/udp/4711/quic-v1', '/ip4/0.0.0.0/tcp/443']
    const shoal = { role: 'relay', ticketFile: TICKET, openFirewall: true, settings: { listen } }
    const { services, firewall } = await system(lib, shoal)
    assert.deepEqual(firewall, { allowedUDPPorts: [4711], allowedTCPPorts: [443] })
    assert.deepEqual(services['shoal']?.serviceConfig['AmbientCapabilities'], ['CAP_NET_BIND_SERVICE'])
  })

  test('an admin has the tools and no daemon', async () => {
    const { services, packages } = await system(lib, { role: 'admin' })
    assert.deepEqual(services, {})
    assert.deepEqual(packages, ['/nix/store/stand-in-shoal'])
  })

  test('what cannot work is refused, with words that help', async () => {
    const refused = async (shoal: Settings, pattern: RegExp): Promise<void> => {
      const { failed } = await evaluate(lib, { enable: true, ...shoal })
      assert.equal(failed.length, 1, JSON.stringify(failed))
      assert.match(failed[0] ?? '', pattern)
    }
    await refused({}, /needs a ticket .*'shoal ticket --role device'/s)
    await refused({ role: 'coordinator' }, /'shoal ticket --role coordinator'/)
    await refused({ ticketFile: '/nix/store/abc-ticket' }, /ticketFile lies in the Nix store/)
    await refused({ ticketFile: TICKET, name: 'Robot 1' }, /no name of a member/)
    await refused({ role: 'admin', ticketFile: TICKET }, /runs nothing/)
    await refused({ ticketFile: TICKET, credentials: { a: '/nix/store/abc-a' } }, /credentials\.a lies/)
    await refused({ ticketFile: TICKET, settings: { profile: '/home/me/profile' } }, /profile must lie/)
    await refused(
      { role: 'coordinator', ticketFile: TICKET, identityFile: '/etc/ssh/key' },
      /identityFile is for devices/
    )
    const { failed, result } = await evaluate(lib, { enable: true, joinByHand: true })
    assert.deepEqual(failed, [])
    assert.deepEqual(Object.keys(result?.services ?? {}), ['shoal', 'shoal-refresh'])
  })

  test('a wrong option, type or role is an error of the evaluation', async () => {
    const fails = async (shoal: Settings, pattern: RegExp): Promise<void> => {
      const { code, stderr } = await run(lib, { enable: true, ticketFile: TICKET, ...shoal }, {})
      assert.notEqual(code, 0)
      assert.match(stderr, pattern)
    }
    await fails({ tiketFile: TICKET }, /option `services\.shoal\.tiketFile' does not exist/)
    await fails({ role: 'server' }, /option `services\.shoal\.role' is not of type/)
    await fails({ role: 'coordinator', port: 70_000 }, /option `services\.shoal\.port' is not of type/)
  })

  test('the configuration is checked when the system is built', async () => {
    const { services } = await system(lib, { ticketFile: TICKET, settings: { logLevel: 'debug' } })
    assert.match(
      String(services['shoal']?.serviceConfig['ExecStartPre']),
      /install -m 0600 \/nix\/store\/stand-in-shoal-config\.json \/var\/lib\/shoal\/config\.json/
    )
  })
})

test('sandboxes: systemd finds little to object to', async () => {
  const device = await system(null, { ticketFile: TICKET })
  const hub = await system(null, { role: 'coordinator', ticketFile: TICKET })
  const found = {
    device: await exposure('shoal', unitText(device.services['shoal'] ?? assert.fail())),
    join: await exposure('shoal-join', unitText(device.services['shoal-join'] ?? assert.fail())),
    coordinator: await exposure('shoal', unitText(hub.services['shoal'] ?? assert.fail()))
  }
  console.log('exposure', JSON.stringify(found))
  // docs/figures.md has what was measured; systemd's next version may weigh a little differently.
  assert.ok(found.device <= 2.5, `device ${found.device}`)
  assert.ok(found.coordinator <= 1.5, `coordinator ${found.coordinator}`)
  assert.ok(found.join <= 1, `join ${found.join}`)
})
