/** What ours is measured beside: Nix itself, from an ordinary binary cache over plain HTTP. */

import { once } from 'node:events'
import { join } from 'node:path'
import { NixError, ShoalError } from '../src/base/errors.ts'
import type { World } from '../src/demo/world.ts'
import { systemSpawn } from '../src/host/spawn.ts'
import { cpuSeconds, peakBytes, resetPeak } from './usage.ts'

export interface Sample {
  readonly seconds: number
  /** Processor seconds and peak resident bytes of the side that takes and of the side that gives. */
  readonly takerCpu: number
  readonly giverCpu: number
  readonly takerPeak: number
  readonly giverPeak: number
  /** Over the wire, where it is known. */
  readonly bytes: number | null
}

export interface Cache extends AsyncDisposable {
  readonly url: string
  readonly publicKey: string
  /** How long `nix copy --to file://` took to fill it. */
  readonly filledSeconds: number
  readonly pid: number
}

const TIMEOUT_MS = 10 * 60_000
const SAMPLE_MS = 10

/** Fills a binary cache with a closure of `world` and serves it. */
export async function createCache(
  world: World,
  toplevel: string,
  compression: 'none' | 'zstd',
  signal: AbortSignal
): Promise<Cache> {
  const dir = join(world.dir, `cache-${compression}`)
  const [secret, open] = [join(world.dir, `${compression}.secret`), join(world.dir, `${compression}.public`)]
  await nix(world, ['nix-store', '--generate-binary-cache-key', 'bench-1', secret, open], signal)
  const { stdout: publicKey } = await nix(world, ['cat', open], signal)
  const target = `file://${dir}?compression=${compression}&secret-key=${secret}`
  const began = performance.now()
  await nix(world, ['nix', 'copy', '--to', target, toplevel], signal)
  const filledSeconds = (performance.now() - began) / 1000

  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  const server = join(import.meta.dirname, 'static-cache.ts')
  const script = ['sh', '-c', 'echo $$; exec "$@"', 'sh', process.execPath, server, dir]
  const [command, args] = world.enter(script)
  const { stdout, done } = systemSpawn.stream(command, args, { signal: scoped, env: world.env })
  stdout.setEncoding('utf8')
  let text = ''
  while (text.split('\n').length < 3) {
    const [piece] = await once(stdout, 'data', { signal })
    text += String(piece)
  }
  const [pid, port] = text.split('\n')
  return {
    url: `http://127.0.0.1:${port}`,
    publicKey: publicKey.trim(),
    filledSeconds,
    pid: Number(pid),
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await done.catch(() => undefined)
    }
  }
}

/** `nix copy`: NARs one after another. */
export const copyCommand = (cache: Cache, toplevel: string): string[] => [
  'nix',
  'copy',
  '--from',
  cache.url,
  '--option',
  'trusted-public-keys',
  cache.publicKey,
  toplevel
]

/** `nix-store --realise` with 16 jobs: the quickest that Nix has over HTTP. */
export const realiseCommand = (cache: Cache, toplevel: string): string[] => [
  'nix-store',
  '--realise',
  toplevel,
  '-j16',
  '--option',
  'substituters',
  cache.url,
  '--option',
  'trusted-public-keys',
  cache.publicKey,
  '--option',
  'max-substitution-jobs',
  '16'
]

/** Runs a command of Nix in `world` and measures it together with the cache that it takes from. */
export async function measureNix(
  world: World,
  words: readonly string[],
  cache: Cache,
  signal: AbortSignal
): Promise<Sample> {
  const giverBefore = await cpuSeconds(cache.pid)
  await resetPeak(cache.pid)
  const script =
    'echo $$; "$@" >&2 & pid=$!; echo $pid; began=$(date +%s%N); wait $pid; code=$?; echo $began $(date +%s%N); times; exit $code'
  const [command, args] = world.enter(['sh', '-c', script, 'sh', ...words])
  const { stdout, done } = systemSpawn.stream(command, args, { signal, env: world.env })
  stdout.setEncoding('utf8')
  let text = ''
  stdout.on('data', (piece: string) => {
    text += piece
  })
  const state = { ended: false }
  const finished = done.finally(() => {
    state.ended = true
  })
  let takerPeak = 0
  while (!state.ended) {
    const pid = Number(text.split('\n')[1])
    // It may have ended between two looks; the last one counts.
    if (pid > 0) takerPeak = Math.max(takerPeak, await peakBytes(pid).catch(() => 0))
    await Promise.race([finished.catch(() => undefined), new Promise((wake) => setTimeout(wake, SAMPLE_MS))])
  }
  const { code, stderr } = await finished
  if (code !== 0) throw new NixError('bench_nix', `${words[0]} failed`, stderr.slice(-2000))
  const [, , span = '', , children = ''] = text.split('\n')
  const [began, ended] = span.split(' ').map(Number)
  if (began == null || ended == null) throw new ShoalError('bench_nix', `no times in ${text}`)
  return {
    seconds: (ended - began) / 1e9,
    takerCpu: children.split(' ').reduce((sum, word) => sum + secondsOf(word), 0),
    giverCpu: (await cpuSeconds(cache.pid)) - giverBefore,
    takerPeak,
    giverPeak: await peakBytes(cache.pid),
    bytes: null
  }
}

/** `1m2.345000s` as the shell prints it. */
function secondsOf(word: string): number {
  const [, minutes = '0', rest = '0'] = /^(\d+)m([\d.]+)s$/.exec(word) ?? []
  return Number(minutes) * 60 + Number(rest)
}

async function nix(
  world: World,
  words: readonly string[],
  signal: AbortSignal
): Promise<{ readonly stdout: string }> {
  const [command, args] = world.enter(words)
  const run = await systemSpawn.run(command, args, { signal, env: world.env, timeoutMs: TIMEOUT_MS })
  if (run.code !== 0) throw new NixError('bench_nix', `${words.join(' ')} failed`, run.stderr.slice(-2000))
  return run
}

/** Makes the store's database, so that whoever comes next need not. */
export async function initStore(world: World, signal: AbortSignal): Promise<void> {
  await nix(world, ['nix-store', '--init'], signal)
}
