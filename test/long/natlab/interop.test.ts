// go-libp2p and rust-libp2p behind home routers get direct connections with ours through our relay, in both roles of DCUtR.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { quicIsBuilt } from '../../../src/node/quic-native.ts'
import type { Lab } from '../../natlab/lab.ts'
import { createLab } from '../../natlab/lab.ts'
import { isRoot } from '../../natlab/namespaces.ts'
import { CORE } from '../../natlab/plan.ts'
import { LineProcess } from '../../quic/line-process.ts'

const root = join(import.meta.dirname, '../../..')
const sources = join(root, 'test/natlab/interop')
const target = process.env['CARGO_TARGET_DIR'] ?? join(root, 'target')
const BUILD_MS = 1_800_000

function buildGo(): string {
  const program = join(target, 'interop-holepunch-go')
  execFileSync('go', ['build', '-mod=readonly', '-o', program, '.'], { cwd: join(sources, 'go') })
  return program
}

function buildRust(): string {
  const env = { ...process.env, CARGO_TARGET_DIR: join(target, 'interop') }
  execFileSync('cargo', ['build', '--release', '--locked', '--quiet'], { cwd: join(sources, 'rust'), env })
  return join(target, 'interop/release/interop-holepunch')
}

const SIDES = [
  { name: 'go-libp2p', tool: 'go', version: ['version'], build: buildGo },
  { name: 'rust-libp2p', tool: 'cargo', version: ['--version'], build: buildRust }
]
const own = z.object({ peer: z.string() })
const state = z.object({ method: z.literal('punch'), reason: z.null(), address: z.string() })

for (const { name, tool, version, build } of SIDES) {
  const ready = quicIsBuilt() && isRoot() && spawnSync(tool, version).error == null
  const run = ready || process.env['CI'] === 'true' ? describe : describe.skip
  run(`a hole punch with ${name}${ready ? '' : ` (needs root, ${tool} and npm run build:native)`}`, () => {
    let lab: Lab
    let program: string
    let relay: LineProcess
    let address: string

    const start = (host: string, command: readonly string[]): LineProcess => {
      const [entered, args] = lab.enter(host, command)
      return new LineProcess(entered, args)
    }
    const ours = (host: string): LineProcess =>
      start(host, [process.execPath, join(root, 'test/natlab/punch-peer.ts')])

    beforeAll(async () => {
      program = build()
      lab = await createLab({
        rttMs: 20,
        nats: [
          { name: 'router-a', at: CORE, kind: 'prc' },
          { name: 'router-b', at: CORE, kind: 'prc' }
        ],
        hosts: [
          { name: 'relay', at: CORE },
          { name: 'a', at: 'router-a' },
          { name: 'b', at: 'router-b' }
        ]
      })
      relay = ours('relay')
      address = z.string().parse(await relay.ask(`relay ${lab.address('relay')}`))
    }, BUILD_MS)
    afterAll(async () => {
      relay.stop()
      await lab[Symbol.asyncDispose]()
    })

    // The side that is dialed over the relay begins the exchange and is the QUIC server.
    test.for(['theirs', 'ours'] as const)('%s dials through the relay', async (dialer) => {
      const [us, them] = [ours('a'), start('b', [program])]
      try {
        const { peer } = own.parse(await us.ask(`listen ${address} port-restricted`))
        const other = z.string().parse(await them.ask(`listen ${address}`))
        const before = await lab.between('a', 'b')
        if (dialer === 'theirs') await them.ask(`dial ${address} ${peer}`)
        const told = state.parse(
          await us.ask(dialer === 'ours' ? `dial ${address} ${other}` : `state ${other}`)
        )
        assert.ok(told.address.includes(lab.address('router-b')), told.address)
        assert.match(z.string().parse(await them.ask(`direct ${peer}`)), new RegExp(lab.address('router-a')))
        assert.ok((await lab.between('a', 'b')).packets > before.packets, 'it went from router to router')
      } finally {
        us.stop()
        them.stop()
      }
    })
  })
}
