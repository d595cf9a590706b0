// What the unit of a device may do is enough to import, verify and set a profile: no capabilities, and of /nix only the
// directories of its sandbox (nixos-module/hardening.nix) to write. The store is the Nix daemon's.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import type { Spawn } from '../../src/host/spawn.ts'
import { systemSpawn } from '../../src/host/spawn.ts'
import { dumpNar } from '../../src/nix/nar.ts'
import { createProfile } from '../../src/nix/profile.ts'
import { createStore } from '../../src/nix/store.ts'
import { parseStorePath } from '../../src/nix/store-path.ts'
import { createBinaryCache } from '../../src/services/fetch/binary-cache.ts'
import { generateNixKey } from '../../src/trust/nix-key.ts'
import type { StoreRoot } from '../support/nix-fixture.ts'
import { createStoreRoot } from '../support/nix-fixture.ts'

const SANDBOX = `
mount --bind "$0/nix" /nix
for place in /nix/var/nix/gcroots /nix/var/nix/profiles; do mount --bind "$place" "$place"; done
mount -o remount,bind,ro /nix
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
`

/** Runs as the unit would. */
function sandboxed(root: StoreRoot): Spawn {
  const flags = ['-m', '--', 'sh', '-ec', SANDBOX, root.dir]
  const env = { ...root.env, NIX_REMOTE: 'daemon', HOME: '/nonexistent' }
  return {
    ...systemSpawn,
    run: async (name, args, options) =>
      await systemSpawn.run('unshare', [...flags, name, ...args], {
        ...options,
        env: { ...env, ...options.env }
      })
  }
}

test.skipIf(process.getuid?.() !== 0)(
  'a device in its sandbox takes a closure and sets the profile',
  async () => {
    const signal = AbortSignal.timeout(50_000)
    const fleet = generateNixKey('fleet-1')
    const stranger = generateNixKey('stranger-1')
    await using source = await createStoreRoot()
    const toplevel = await source.buildDemo({
      name: 'demo',
      version: '1',
      dependencies: [{ name: 'one', bytes: 5000 }]
    })
    const entries = await source.entries(toplevel, fleet.secret)
    const byHash = new Map(entries.map((entry) => [parseStorePath(entry.storePath).hash, entry]))
    await using cache = await createBinaryCache({
      entry: (hash) => byHash.get(hash),
      nar: (entry) => dumpNar(source.dir + entry.storePath),
      onError: () => undefined
    }).listen({ port: 0, signal })

    await using target = await createStoreRoot()
    await mkdir(join(target.dir, 'nix/var/nix/gcroots/shoal'), { recursive: true })
    const over = new AbortController()
    const socket = join(target.dir, 'nix/var/nix/daemon-socket')
    await mkdir(socket, { recursive: true })
    const watcher = watch(socket)
    const there = once(watcher, 'change')
    const daemon = target.spawn.run('nix-daemon', [], { signal: over.signal })
    try {
      await there
      watcher.close()
      const spawn = sandboxed(target)
      const store = createStore({ spawn, root: target.dir, cacheHome: join(target.dir, 'cache') })
      const order = { toplevel, cacheUrl: cache.url, gcRoot: 'test', jobs: 4, signal }
      await assert.rejects(store.realise({ ...order, publicKeys: [stranger.public] }), {
        code: 'nix_import_failed'
      })
      await store.realise({ ...order, publicKeys: [fleet.public] })
      await store.verifyClosure(await store.closure(toplevel, signal), signal)
      const profile = createProfile({ spawn, root: target.dir })
      assert.deepEqual(await profile.set(toplevel, signal), { toplevel, generation: 1 })
      assert.equal(await readlink(join(target.dir, 'nix/var/nix/profiles/system-1-link')), toplevel)
      // The sandbox is one: the store cannot be written past the daemon.
      const written = await spawn.run('touch', [`${toplevel}/x`], { signal })
      assert.match(written.stderr, /Read-only file system/)
    } finally {
      over.abort()
      await daemon.catch(() => undefined)
    }
  }
)
