// A lossy, far network between two peers of the bench: namespaces of their own and the switch of test/natlab.
// Ours and bare quinn, both with CUBIC and the same windows, in turns.
import { spawnSync } from 'node:child_process'
import { createLab } from '../../test/natlab/lab.ts'
import { CORE } from '../../test/natlab/plan.ts'
import type { Peer } from './process.ts'

const RTT_MS = 40
const LOSS = 0.01
/** A frame passes the link of each of the two peers. */
const LINKS = 2
const MIB = 1_048_576

export interface Loss {
  /** Seconds in all rounds, and the longest time in which nothing came, by name. */
  readonly seconds: Record<string, number>
  readonly stallMs: Record<string, number>
}

/** Why this machine cannot; undefined: it can. */
export function lossNeeds(): string | undefined {
  const found = spawnSync('unshare', ['-n', 'true'])
  return found.status === 0 ? undefined : 'network namespaces'
}

/** One stream of `bytes` for each name in each round. Rounds are added up: what counts is which packets are lost. */
export async function loss1(
  peers: Record<string, (enter: (command: string[]) => string[], ip: string) => Peer>,
  rounds: number,
  bytes: number
): Promise<Loss> {
  const seconds: Record<string, number> = {}
  const stallMs: Record<string, number> = {}
  await using lab = await createLab({
    nats: [],
    hosts: [
      { name: 'sender', at: CORE },
      { name: 'receiver', at: CORE }
    ],
    rttMs: RTT_MS,
    loss: LOSS / LINKS
  })
  const at = (host: string) => (command: string[]) => {
    const [program, args] = lab.enter(host, command)
    return [program, ...args]
  }
  for (let i = 0; i < rounds; i++) {
    for (const [name, start] of Object.entries(peers)) {
      const sender = start(at('sender'), lab.address('sender'))
      const receiver = start(at('receiver'), lab.address('receiver'))
      try {
        const to = await receiver.ask<string>('listen')
        await sender.ask('listen')
        seconds[name] = (seconds[name] ?? 0) + (await sender.ask<number>(`bulk ${to} 1 ${bytes}`))
        stallMs[name] = Math.max(stallMs[name] ?? 0, await receiver.ask<number>('stall'))
      } finally {
        sender.stop()
        receiver.stop()
      }
    }
  }
  return { seconds, stallMs }
}

/** Bytes of one transfer: some ten seconds, and a hundred lost packets. */
export const LOSS_BYTES = 8 * MIB
