/** Each thing that can be wrong on this host, with the cure. */

import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError } from '../base/errors.ts'
import { readConfig } from '../daemon/config.ts'
import { connectControl, socketPath } from '../daemon/control-socket.ts'
import type { OpenControl } from '../daemon/open.ts'
import { openControl } from '../daemon/open.ts'
import { freeBytes } from '../host/disk.ts'
import { systemSpawn } from '../host/spawn.ts'
import { isFilling } from '../model/alarms.ts'
import type { Net } from '../model/control.ts'
import { netSchema } from '../model/control.ts'
import type { Role } from '../model/peer.ts'
import { createStore } from '../nix/store.ts'
import { nixVersionAllowed } from '../nix/version.ts'
import type { Home } from '../services/home.ts'
import { isHome, openHome, readIdentity, readKeys } from '../services/home.ts'
import { verifyBundle } from '../trust/membership.ts'
import { portMappingText, whyRelayed } from './relayed.ts'

export interface Check {
  readonly id: string
  readonly ok: boolean
  readonly message: string
  readonly hint: string | null
}

const NODE_MAJOR_MIN = 26
const COORDINATOR_TIMEOUT_MS = 10_000

type Probe = () => Promise<{ ok: boolean; message: string; hint?: string }>

/** Looks at everything; a probe that fails unexpectedly is itself a finding. */
export async function diagnose(dir: string, signal: AbortSignal): Promise<Check[]> {
  const probes: [string, Probe][] = [
    ['node', nodeVersion],
    ['quic', quicTransportInUse],
    ['config', async () => ({ ok: Boolean(readConfig(dir)), message: 'the configuration is valid' })]
  ]
  if (!isHome(dir)) {
    probes.push([
      'membership',
      async () => ({
        ok: true,
        message: `${dir} belongs to no fleet yet`,
        hint: 'shoal init makes a fleet, shoal join TICKET joins one'
      })
    ])
    probes.push(['nix', async () => await nixPresent(dir, false, signal)])
  } else {
    const home = await openHome(dir).catch((error: unknown) => error)
    if (!isOpen(home)) return [finding('membership', home)]
    const role = roleOf(home)
    probes.push(['membership', async () => await membership(home)])
    probes.push(['identity', async () => ({ ok: true, message: `peer ${(await readIdentity(dir)).peer}` })])
    probes.push(['keys', async () => await keys(home, role)])
    probes.push(['socket', async () => ({ ok: true, message: `control socket ${socketPath(dir)}` })])
    probes.push(['disk', async () => await disk(role === 'device' ? '/nix/store' : dir, dir)])
    if (role !== 'coordinator')
      probes.push(['nix', async () => await nixPresent(dir, role === 'device', signal)])
    probes.push(['coordinator', async () => await coordinator(dir, role, home, signal)])
    if ((await connectControl(dir)) != null) probes.push(['paths', async () => await paths(dir, signal)])
  }
  const checks: Check[] = []
  for (const [id, probe] of probes) {
    const check = await probe().then(
      (found): Check => ({ id, ok: found.ok, message: found.message, hint: found.hint ?? null }),
      (error: unknown) => finding(id, error)
    )
    checks.push(check)
  }
  return checks
}

const isOpen = (value: unknown): value is Home =>
  typeof value === 'object' && value != null && 'rootBytes' in value

const finding = (id: string, error: unknown): Check => ({
  id,
  ok: false,
  message: errorMessage(error),
  hint: error instanceof ShoalError ? (error.hint ?? null) : null
})

const roleOf = (home: Home): Role =>
  verifyBundle(home.bundle, {
    fleet: home.fleet,
    root: home.root,
    now: Math.max(home.root.issued, Math.floor(Date.now() / 1000))
  }).member.role

async function quicTransportInUse(): ReturnType<Probe> {
  const { hasOwnQuic } = await import('../node/quic-choice.ts')
  return hasOwnQuic()
    ? { ok: true, message: "QUIC by shoal's own transport" }
    : {
        ok: true,
        message:
          'QUIC by @chainsafe/libp2p-quic: slower, and without hole punching; npm run build:native (with cargo) builds the own one'
      }
}

async function nodeVersion(): ReturnType<Probe> {
  const major = Number(process.versions.node.split('.')[0])
  return {
    ok: major >= NODE_MAJOR_MIN,
    message: `Node ${process.versions.node}`,
    hint: `Node ${NODE_MAJOR_MIN} or newer is needed; the launcher in a clone brings its own`
  }
}

async function membership(home: Home): ReturnType<Probe> {
  const now = Math.floor(Date.now() / 1000)
  const { member, admitted } = verifyBundle(home.bundle, { fleet: home.fleet, root: home.root, now })
  return {
    ok: true,
    message: `${member.role} ${member.name} of fleet ${home.root.name}${admitted ? '' : ', not enrolled yet'}`,
    ...(admitted ? {} : { hint: 'enrolment completes when shoal up reaches a coordinator' })
  }
}

async function keys(home: Home, role: Role): ReturnType<Probe> {
  const held = await readKeys(home.dir)
  if (held == null) return { ok: true, message: "the fleet's keys are not here" }
  if (role !== 'admin') {
    return {
      ok: false,
      message: `the fleet's keys stand on a ${role}`,
      hint: "move keys/ to an admin's machine: whoever takes this host could sign releases"
    }
  }
  const mode = (await stat(join(home.dir, 'keys', 'admin.key'))).mode & 0o077
  return mode === 0
    ? { ok: true, message: "the fleet's keys are here and private" }
    : { ok: false, message: "others can read the fleet's keys", hint: `chmod -R go= ${home.dir}/keys` }
}

async function disk(path: string, dir: string): ReturnType<Probe> {
  if (!existsSync(path)) return { ok: false, message: `${path} does not exist`, hint: 'install Nix' }
  const free = await freeBytes(path)
  const { reserveBytes } = readConfig(dir)
  const isLow = isFilling(free, reserveBytes)
  return {
    ok: !isLow,
    message: `${Math.floor(free / 1e6)} MB free at ${path}${isLow && free > reserveBytes ? ', and filling' : ''}`,
    hint: `free some: less than ${Math.floor(reserveBytes / 1e6)} MB stops updates and publishing (reserveBytes)`
  }
}

async function nixPresent(dir: string, isDevice: boolean, signal: AbortSignal): ReturnType<Probe> {
  const store = createStore({ spawn: systemSpawn, cacheHome: join(dir, 'cache') })
  const version = await store.version(signal).catch(() => undefined)
  if (version == null) {
    return {
      ok: !isDevice,
      message: 'Nix is not installed',
      hint: 'publishing and devices need it (apt-get install nix-bin)'
    }
  }
  const isAllowed = nixVersionAllowed(version, readConfig(dir).nixVersionFloor)
  return {
    ok: isAllowed || !isDevice,
    message: isAllowed ? `Nix ${version}` : `Nix ${version} has known holes`,
    hint: 'update Nix; "nixVersionFloor" in config.json lowers the floor by name'
  }
}

/** What a running daemon says of its NAT and of the members that it reaches over a relay only. */
async function paths(dir: string, signal: AbortSignal): ReturnType<Probe> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(COORDINATOR_TIMEOUT_MS)])
  await using open = await openControl(dir)
  let net: Net | undefined
  for await (const document of open.control.call('net', {}, limit)) net = netSchema.parse(document)
  if (net == null) return { ok: false, message: 'the daemon does not answer' }
  const relayed = net.peers.filter(({ path, reason }) => path === 'relay' && reason != null)
  const [first] = relayed
  const nat = `NAT: ${net.nat.name}, ${portMappingText(net.nat.portMapping)}`
  if (first == null) return { ok: true, message: `${nat}; every connected member is reached directly` }
  const { text, cure } = whyRelayed(first.reason ?? '')
  const others = relayed.length > 1 ? ` (and ${relayed.length - 1} more)` : ''
  return {
    ok: true,
    message: `${nat}; ${first.name}${others} is reached over a relay: ${text}`,
    ...(cure == null ? {} : { hint: cure })
  }
}

async function coordinator(dir: string, role: Role, home: Home, signal: AbortSignal): ReturnType<Probe> {
  const isRunning = (await connectControl(dir)) != null
  if (role === 'coordinator') {
    return { ok: true, message: isRunning ? 'the daemon runs' : 'the daemon does not run', hint: 'shoal up' }
  }
  if (home.coordinators.length === 0) {
    return {
      ok: false,
      message: 'no coordinator is known',
      hint: 'shoal ticket --role coordinator --announce MULTIADDR'
    }
  }
  if (role === 'device' && !isRunning)
    return { ok: false, message: 'the daemon does not run', hint: 'shoal up' }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(COORDINATOR_TIMEOUT_MS)])
  let open: OpenControl | undefined
  try {
    open = await openControl(dir)
    let isOnline = role !== 'device'
    for await (const document of open.control.call('status', {}, limit)) {
      if (role === 'device')
        isOnline = (document as { devices: { online: boolean }[] }).devices[0]?.online === true
    }
    return {
      ok: isOnline,
      message: isOnline ? 'a coordinator answers' : 'no coordinator answers',
      hint: 'look at the network, and whether it runs'
    }
  } finally {
    await open?.[Symbol.asyncDispose]()
  }
}
