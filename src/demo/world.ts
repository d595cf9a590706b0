/**
 * A machine of its own as far as Nix can tell: a private mount namespace with its own /nix and /run, and its own home.
 * Every process of the demo runs in one. The state of a machine and its world lie in one directory.
 */

import { constants } from 'node:fs'
import { access, mkdir, open, realpath, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { InvalidError, RefusedError, ShoalError } from '../base/errors.ts'
import type { Spawn } from '../host/spawn.ts'

/** Where the world's /nix comes from. `overlay`: this machine's own programs lie in /nix/store and must stay visible. */
export const STORES = ['bind', 'pivot', 'overlay'] as const
export type Store = (typeof STORES)[number]

/** The world in which the admin's commands run. */
export const ADMIN_WORLD = 'admin-world'

/** How worlds are made on this machine. */
export interface Ground {
  readonly dir: string
  /** Source name of a mount in every world, so that whatever runs there can be found again. */
  readonly mark: string
  readonly unshare: readonly string[]
  readonly store: Store
  /** PATH without links through /run, which a world replaces. */
  readonly path: string
}

export interface World {
  readonly name: string
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** The command line that runs `command` in this world. */
  enter(command: readonly string[]): [string, string[]]
}

/** "$1" mark, "$2" directory of the machine, "$3" kind of store; the rest is the command. */
const ENTER = `
set -eu
mark=$1 dir=$2 store=$3; shift 3
old_path=$PATH
PATH=$PATH:/usr/sbin:/sbin
if [ "$store" = pivot ]; then
  # There is no /nix to mount on, and / is not ours to change: build a / of the same parts.
  root=$dir/root
  mount -t tmpfs "$mark" "$root"
  mount --make-unbindable "$root"
  for entry in /*; do
    if [ "$entry" = /nix ] || [ "$entry" = /run ]; then continue
    elif [ -L "$entry" ]; then cp -P "$entry" "$root$entry"
    elif [ -d "$entry" ]; then mkdir "$root$entry"; mount --rbind "$entry" "$root$entry"
    fi
  done
  mkdir "$root/nix" "$root/run" "$root/old"
  mount --bind "$dir/nix" "$root/nix"
  cd "$root"
  pivot_root . old
  cd /
  umount -l /old
  rmdir /old
else
  if [ "$store" = overlay ]; then
    mount -t overlay "$mark" -o "lowerdir=/nix/store,upperdir=$dir/upper,workdir=$dir/work" "$dir/nix/store"
  fi
  mount --rbind "$dir/nix" /nix
fi
mount -t tmpfs "$mark" /run
mount --bind "$dir/run" /run
PATH=$old_path
exec "$@"
`

const NIX_CONF = `build-users-group =
sandbox = false
substituters =
experimental-features = nix-command
`

/** Room that the path of a socket has, in bytes (unix(7), less the final zero). */
const SOCKET_PATH_BYTES_MAX = 107
/** The longest path of a socket below the demo's directory. */
const SOCKET_LONGEST = 'coordinator/run/demo/socket'
const PROBE_TIMEOUT_MS = 30_000

/**
 * Finds out how worlds can be made below `dir`.
 * Throws InvalidError (`demo_dir`) for a directory that will not do, RefusedError (`namespaces_forbidden`) where
 * the system does not let us, InvalidError (`nix_missing`) without Nix.
 */
export async function createGround(
  dir: string,
  mark: string,
  spawn: Spawn,
  signal: AbortSignal
): Promise<Ground> {
  await checkDirectory(dir)
  const path = await realPath(process.env['PATH'] ?? '')
  const nix = await findNix(path)
  const exists = await access('/nix').then(
    () => true,
    () => false
  )
  const store: Store = nix.startsWith('/nix/') ? 'overlay' : exists ? 'bind' : 'pivot'
  const ways = process.getuid?.() === 0 ? [['-m'], ['-r', '-m']] : [['-r', '-m']]
  let said = ''
  for (const unshare of ways) {
    const ground: Ground = { dir, mark, unshare, store, path }
    const world = await createWorld(ground, ADMIN_WORLD)
    const [command, args] = world.enter(['nix-store', '--version'])
    const run = await spawn.run(command, args, { signal, env: world.env, timeoutMs: PROBE_TIMEOUT_MS })
    if (run.code === 0) return ground
    said = run.stderr.trim()
  }
  throw new RefusedError(
    'namespaces_forbidden',
    `this machine does not let us make mount namespaces: ${said}`,
    {
      hint: namespacesHint()
    }
  )
}

function namespacesHint(): string {
  if (process.getuid?.() === 0) {
    return 'in a container, start it with --privileged (or --cap-add SYS_ADMIN and without its seccomp and AppArmor profiles)'
  }
  return (
    'run it as root, or allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), ' +
    'kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces=10000'
  )
}

async function checkDirectory(dir: string): Promise<void> {
  const real = await realpath(dir)
  if (['/run', '/var/run', '/nix'].some((taken) => `${real}/`.startsWith(`${taken}/`))) {
    throw new InvalidError('demo_dir', `${dir} lies in a place that each device of the demo has for itself`, {
      hint: '--dir names another directory'
    })
  }
  if (Buffer.byteLength(join(dir, SOCKET_LONGEST)) > SOCKET_PATH_BYTES_MAX || /[,:\\\s"'`$]/.test(dir)) {
    throw new InvalidError(
      'demo_dir',
      `the path ${dir} is too long, or has a space, comma, colon or quote in it`,
      {
        hint: '--dir names another directory, e.g. /var/tmp/demo'
      }
    )
  }
}

async function realPath(path: string): Promise<string> {
  const folders = await Promise.all(
    path.split(delimiter).map(async (folder) => await realpath(folder).catch(() => ''))
  )
  return [...new Set(folders.filter((folder) => folder !== ''))].join(delimiter)
}

async function findNix(path: string): Promise<string> {
  for (const folder of path.split(delimiter)) {
    try {
      await access(join(folder, 'nix-store'), constants.X_OK)
      return await realpath(join(folder, 'nix-store'))
    } catch {
      // Not in this folder.
    }
  }
  throw new InvalidError('nix_missing', 'the demo needs Nix, and there is none on PATH', {
    hint: "'./setup' installs it on Debian and Ubuntu; else see https://nixos.org/download"
  })
}

/** Makes the directories of a machine, or takes those that are there. */
export async function createWorld(ground: Ground, name: string): Promise<World> {
  const dir = join(ground.dir, name)
  const home = join(dir, 'home')
  for (const part of ['nix/store', 'nix/var', 'run', 'root', 'upper', 'work', 'home/nix-conf', 'home/tmp']) {
    await mkdir(join(dir, part), { recursive: true })
  }
  await writeFile(join(home, 'nix-conf/nix.conf'), NIX_CONF)
  return {
    name,
    dir,
    env: {
      HOME: home,
      PATH: ground.path,
      TMPDIR: join(home, 'tmp'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'data'),
      XDG_STATE_HOME: join(home, 'state'),
      NIX_CONF_DIR: join(home, 'nix-conf'),
      // What the caller's own Nix is told must not reach this one.
      NIX_CONFIG: '',
      NIX_PATH: '',
      NIX_REMOTE: '',
      NIX_USER_CONF_FILES: '',
      NOTIFY_SOCKET: ''
    },
    enter: (command) => [
      'unshare',
      [...ground.unshare, 'sh', '-c', ENTER, 'sh', ground.mark, dir, ground.store, ...command]
    ]
  }
}

/** "$1" fifo that the demo keeps open, "$2" mark, "$3" directory to remove or nothing. */
const REAP = `
read -r _ < "$1"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  found=$(grep -lsF -- " $2 " /proc/[0-9]*/mountinfo | cut -d/ -f3)
  [ -n "$found" ] || break
  kill -KILL $found 2>/dev/null
  sleep 0.1
done
[ -z "$3" ] || { chmod -R u+w "$3"; rm -rf "$3"; } 2>/dev/null
exit 0
`

/**
 * Starts a process that ends whatever runs in the worlds of `ground`, services included, and then (`removes`) its
 * directory, as soon as the result is disposed of or this process is gone, however it went.
 */
export async function createReaper(ground: Ground, removes: boolean, spawn: Spawn): Promise<AsyncDisposable> {
  const never = new AbortController().signal
  const fifo = join(ground.dir, 'alive')
  const made = await spawn.run('mkfifo', ['-m', '600', fifo], { signal: never })
  if (made.code !== 0) throw new ShoalError('demo_failed', `mkfifo: ${made.stderr.trim()}`)
  // Opened for both, so that opening does not wait for the other end.
  const alive = await open(fifo, 'r+')
  const reaped = spawn.run('sh', ['-c', REAP, 'sh', fifo, ground.mark, removes ? ground.dir : ''], {
    signal: never
  })
  return {
    [Symbol.asyncDispose]: async () => {
      // A line, not the end: that would be lost on a reader that is only about to open its side.
      await alive.write('\n')
      await reaped
      await alive.close()
    }
  }
}
