// What a node learns of its NAT from two others, behind every kind.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'vitest'
import { z } from 'zod'
import type { NatName } from '../../../src/model/nat.ts'
import type { Lab } from '../../natlab/lab.ts'
import { createLab } from '../../natlab/lab.ts'
import type { NatKind } from '../../natlab/nat.ts'
import { CORE } from '../../natlab/plan.ts'

const CHILD = join(import.meta.dirname, '../../natlab/observe.child.ts')
const NAMES: Readonly<Record<Exclude<NatKind, 'public'>, NatName>> = {
  fc: 'full-cone',
  adf: 'address-restricted',
  prc: 'port-restricted',
  'prc-map': 'port-restricted',
  oi: 'port-restricted',
  sym: 'symmetric',
  'sym-full': 'symmetric',
  blk: 'symmetric-block',
  seq: 'symmetric-sequential',
  adm: 'symmetric-block'
}
const learnedSchema = z.object({
  external: z.array(z.string()),
  nat: z.object({ name: z.string(), portMin: z.number().nullable(), portMax: z.number().nullable() })
})

function start(lab: Lab, host: string, args: readonly string[]): ChildProcess {
  const [program, rest] = lab.enter(host, [process.execPath, CHILD, ...args])
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function firstLine(child: ChildProcess): Promise<unknown> {
  assert.ok(child.stdout != null)
  let text = ''
  for await (const piece of child.stdout) {
    text += String(piece)
    if (text.includes('\n')) return JSON.parse(text.split('\n')[0] ?? '')
  }
  throw new Error('it ended without a word')
}

test('behind every kind of NAT its class is found by two hubs, with a handful of datagrams', async () => {
  const kinds = Object.keys(NAMES) as (keyof typeof NAMES)[]
  await using lab = await createLab({
    nats: [
      ...kinds.map((kind) => ({ name: `nat-${kind}`, at: CORE, kind })),
      { name: 'nat-shut', at: CORE, kind: 'prc', blocks: 'udp' }
    ],
    hosts: [
      { name: 'one', at: CORE },
      { name: 'two', at: CORE },
      { name: 'open', at: CORE },
      { name: 'shut', at: 'nat-shut' },
      ...kinds.map((kind) => ({ name: kind, at: `nat-${kind}` }))
    ],
    rttMs: 20
  })
  const hubs = ['one', 'two'].map((name) =>
    start(lab, name, [
      'hub',
      `/ip4/${lab.address(name)}/udp/4711/quic-v1`,
      `/ip4/${lab.address(name)}/tcp/4711`
    ])
  )
  try {
    const addresses = (await Promise.all(hubs.map(firstLine))).map((found) =>
      z.array(z.string()).parse(found)
    )
    const quic = addresses.flatMap((own) => own.filter((address) => address.includes('/quic-v1')))
    const learn = async (host: string, to: readonly string[]) => {
      const child = start(lab, host, ['robot', ...to])
      const closed = once(child, 'close')
      const learned = learnedSchema.parse(await firstLine(child))
      await closed
      return learned
    }
    const found: Record<string, string> = {}
    for (const kind of kinds) found[kind] = (await learn(kind, quic)).nat.name
    assert.deepEqual(found, NAMES)
    assert.equal((await learn('open', quic)).nat.name, 'public')
    const tcp = addresses.flatMap((own) => own.filter((address) => address.includes('/tcp/')))
    assert.deepEqual(await learn('shut', tcp), {
      external: [],
      nat: { name: 'udp-blocked', portMin: null, portMax: null }
    })
    // By TCP alone it is seen that UDP passes.
    assert.equal((await learn('prc', tcp)).nat.name, 'port-restricted')
  } finally {
    for (const hub of hubs) hub.kill('SIGKILL')
  }
}, 240_000)
