/**
 * A Nix world of its own for a test: a directory that becomes `/nix` (and `/run`) in a private mount namespace.
 * Works as root and, where user namespaces are allowed, as an ordinary user; the machine's own /nix is not touched.
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Spawn } from '../../src/host/spawn.ts'
import { systemSpawn } from '../../src/host/spawn.ts'
import type { ManifestEntry } from '../../src/model/release.ts'
import type { Profile } from '../../src/nix/profile.ts'
import { createProfile } from '../../src/nix/profile.ts'
import type { NixStore } from '../../src/nix/store.ts'
import { createStore } from '../../src/nix/store.ts'
import { signPath } from '../../src/trust/nix-key.ts'

export interface DemoOptions {
  name: string
  version: string
  /** Paths that the toplevel refers to, `bytes` of incompressible data each, the same for the same `seed`. */
  dependencies?: readonly { readonly name: string; readonly bytes: number; readonly seed?: string }[]
  /** What `kernel` links to; kernel, initrd and modules are there only if this is given. */
  kernel?: string
  /** Shell text that `switch-to-configuration` runs (action in `$1`, toplevel in `$toplevel`) before it ends well. */
  activate?: string
}

export interface StoreRoot extends AsyncDisposable {
  /** Seen from outside, a store path is at `${dir}/nix/store/…`; pass it as `root` to store and profile. */
  readonly dir: string
  /** Put before a command line, this runs it inside; `env` belongs to it. */
  readonly prefix: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Runs inside. */
  readonly spawn: Spawn
  readonly store: NixStore
  readonly profile: Profile
  /** Builds a Nix expression that evaluates to one derivation, and returns its output's path. */
  build(expression: string): Promise<string>
  /**
   * Builds a toplevel with `bin/switch-to-configuration`, `nixos-version`, `sw` (links to the dependencies).
   * The script adds a line `ACTION TOPLEVEL` to /run/activations; test and switch set /run/current-system.
   */
  buildDemo(options: DemoOptions): Promise<string>
  /** The closure as manifest entries, signed with a Nix secret key if one is given; the chunks' digest is empty. */
  entries(toplevel: string, secretKey?: string): Promise<ManifestEntry[]>
}

const TIMEOUT_MS = 50_000
const MOUNT = 'mount --bind "$0/nix" /nix; mount --bind "$0/run" /run; exec "$@"'
const NIX_CONF = `build-users-group =
sandbox = false
experimental-features = nix-command flakes
substituters =
trusted-public-keys =
`

/** Memory where there is some: a store on a slow disk takes tens of times as long. */
export async function temporaryDirectory(): Promise<string> {
  return await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shoal-test-'))
}

/** Makes an empty store in `dir`, or in a fresh directory that goes when the store is disposed of. */
export async function createStoreRoot(dir?: string): Promise<StoreRoot> {
  const own = dir == null
  const root = dir ?? (await temporaryDirectory())
  const isRoot = process.getuid?.() === 0
  // The mount point has to be there; making it takes root, as installing Nix does.
  if (isRoot) await mkdir('/nix', { recursive: true })
  for (const name of ['nix/store', 'nix/var', 'run', 'conf', 'home', 'cache']) {
    await mkdir(join(root, name), { recursive: true })
  }
  await writeFile(join(root, 'conf/nix.conf'), NIX_CONF)
  const prefix = ['unshare', isRoot ? '-m' : '-rm', '--', 'sh', '-ec', MOUNT, root]
  const env = {
    NIX_CONF_DIR: join(root, 'conf'),
    NIX_REMOTE: '',
    NIX_PATH: '',
    HOME: join(root, 'home'),
    XDG_CACHE_HOME: join(root, 'cache')
  }
  const spawn = inside(prefix, env)
  const store = createStore({ spawn, root, cacheHome: join(root, 'cache') })
  const profile = createProfile({ spawn, root })
  // Two processes that come first to a store would get in each other's way.
  await command(spawn, ['nix-store', '--init'])
  const build = async (expression: string): Promise<string> =>
    (await command(spawn, ['nix-build', '--no-out-link', '--expr', expression])).trim()
  return {
    dir: root,
    prefix,
    env,
    spawn,
    store,
    profile,
    build,
    buildDemo: async (options) => await build(await demoExpression(root, options)),
    entries: async (toplevel, secretKey) => await entries(store, toplevel, secretKey),
    [Symbol.asyncDispose]: async () => {
      if (own) await removeStore(root)
    }
  }
}

function inside(prefix: readonly string[], env: Readonly<Record<string, string>>): Spawn {
  const [unshare = '', ...rest] = prefix
  return {
    run: async (name, args, options) =>
      await systemSpawn.run(unshare, [...rest, name, ...args], {
        ...options,
        env: { ...env, ...options.env }
      }),
    stream: (name, args, options) =>
      systemSpawn.stream(unshare, [...rest, name, ...args], { ...options, env: { ...env, ...options.env } }),
    detached: (name, args, options) =>
      systemSpawn.detached(unshare, [...rest, name, ...args], { ...options, env: { ...env, ...options.env } })
  }
}

async function command(spawn: Spawn, [name = '', ...args]: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await spawn.run(name, args, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: ${code}\n${stderr}`)
  return stdout
}

async function demoExpression(root: string, options: DemoOptions): Promise<string> {
  const sources = join(root, 'sources')
  await mkdir(sources, { recursive: true })
  const links: string[] = []
  for (const { name, bytes, seed } of options.dependencies ?? []) {
    const source = join(sources, `${name}-${createHash('sha256').update(`${seed} ${bytes}`).digest('hex')}`)
    await writeFile(
      source,
      createHash('shake256', { outputLength: bytes }).update(`${name} ${seed}`).digest()
    )
    links.push(`ln -s \${dependency ${text(name)} ${text(source)}} $out/sw/${name}`)
  }
  const kernel = options.kernel ?? ''
  const kernelText =
    kernel === '' ? '' : `for link in kernel initrd kernel-modules; do ln -s ${kernel}/$link $out/$link; done`
  return `
    let
      build = name: script: derivation {
        inherit name;
        system = builtins.currentSystem;
        builder = "/bin/sh";
        args = [ "-ec" ("export PATH=/usr/bin:/bin\\n" + script) ];
      };
      dependency = name: source: build name ''
        mkdir $out
        cp \${builtins.path { path = source; name = "source"; }} $out/data
      '';
      activate = builtins.toFile "activate" ${text(options.activate ?? ':')};
    in build ${text(`nixos-system-${options.name}-${options.version}`)} ''
      mkdir -p $out/bin $out/sw
      ${links.join('\n      ')}
      ${kernelText}
      printf %s ${options.version} > $out/nixos-version
      cat > $out/bin/switch-to-configuration << END
      #!/bin/sh
      export PATH=/usr/bin:/bin
      toplevel=$out
      echo "\\$1 $out" >> /run/activations
      . \${activate}
      case "\\$1" in switch|test) ln -sfn $out /run/current-system;; esac
      END
      chmod +x $out/bin/switch-to-configuration
    ''`
}

/** A Nix string. */
const text = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '\\${')}"`

async function entries(store: NixStore, toplevel: string, secretKey?: string): Promise<ManifestEntry[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const infos = await store.info(await store.closure(toplevel, signal), signal)
  return infos.map(({ path, narHash, narSize, references }) => {
    const entry = { storePath: path, narHash, narSize, references, chunksDigest: new Uint8Array(32) }
    return { ...entry, signatures: secretKey == null ? [] : [signPath(secretKey, entry)] }
  })
}

/** The store's directories are read-only, which stops everyone but root. */
async function removeStore(root: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    for (const item of await readdir(join(root, 'nix/store'), { recursive: true, withFileTypes: true })) {
      if (item.isDirectory()) await chmod(join(item.parentPath, item.name), 0o700)
    }
  }
  await rm(root, { recursive: true, force: true })
}
