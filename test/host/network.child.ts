// Runs in a network namespace of its own, changes it, and prints what the watcher told of each change.
import { systemClock } from '../../src/base/clock.ts'
import type { NetworkState } from '../../src/host/network.ts'
import { watchNetwork } from '../../src/host/network.ts'
import type { Spawn } from '../../src/host/spawn.ts'
import { systemSpawn } from '../../src/host/spawn.ts'

const over = new AbortController()
const { signal } = over
const told: NetworkState[] = []
let wake = (): void => undefined

async function ip(...args: string[]): Promise<void> {
  const { code, stderr } = await systemSpawn.run('ip', args, { signal })
  if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

/** Makes changes and gives what was told once that is `expected`. */
async function change(expected: NetworkState, ...commands: string[][]): Promise<NetworkState | undefined> {
  for (const command of commands) await ip(...command)
  while (JSON.stringify(told.at(-1)) !== JSON.stringify(expected)) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return told.at(-1)
}

await ip('link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'far')
await ip('link', 'set', 'far', 'up')
await ip('link', 'set', 'wan', 'up')
const looked = Promise.withResolvers<void>()
let looks = 0
const spawn: Spawn = {
  ...systemSpawn,
  run: async (command, args, options) => {
    const result = await systemSpawn.run(command, args, options)
    // Two questions at the start, two after the first ring: from then on it is told of changes.
    if (++looks === 4) looked.resolve()
    return result
  },
  // Without `ip` the watcher looks by itself.
  stream: (command, args, options) =>
    systemSpawn.stream(process.argv[2] === 'poll' ? 'no-such-ip' : command, args, options)
}
const watching = watchNetwork(
  {
    spawn,
    clock: systemClock,
    onChange: (state) => {
      told.push(state)
      wake()
    },
    onLog: () => undefined
  },
  signal
)
await looked.promise
const addresses = ['25.9.0.2%wan']
const up = await change(
  { addresses, routes: ['25.9.0.1%wan'] },
  ['addr', 'add', '25.9.0.2/24', 'dev', 'wan'],
  ['route', 'add', 'default', 'via', '25.9.0.1']
)
// Neither a link-local address nor a route to some network says anything.
const toldBefore = told.length
await ip('addr', 'add', '169.254.7.7/16', 'dev', 'wan')
await ip('route', 'add', '25.8.0.0/16', 'via', '25.9.0.9')
const moved = await change({ addresses, routes: ['25.9.0.3%wan'] }, [
  'route',
  'replace',
  'default',
  'via',
  '25.9.0.3'
])
const times = told.length - toldBefore
// The kernel keeps a route over a link without carrier; the address is what cannot be used.
const down = await change({ addresses: [], routes: ['25.9.0.3%wan'] }, ['link', 'set', 'far', 'down'])
over.abort()
await watching
console.log(JSON.stringify({ up, moved, times, down }))
