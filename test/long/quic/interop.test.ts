// Real processes of go-libp2p and rust-libp2p, in both directions. Builds them first, outside the checkout.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, IdentifyResult } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { pEvent } from 'p-event'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { quicIsBuilt } from '../../../src/node/quic-native.ts'
import { LineProcess } from '../../quic/line-process.ts'
import { ECHO, echoes, startNode, type TestNode } from '../../quic/nodes.ts'

const BYTES = Number(process.env['INTEROP_BYTES'] ?? 100_000_000)
const root = join(import.meta.dirname, '../../..')
const target = process.env['CARGO_TARGET_DIR'] ?? join(root, 'target')
const BUILD_MS = 900_000

function buildGo(): string {
  const program = join(target, 'interop-go')
  execFileSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: join(root, 'test/quic/interop/go')
  })
  return program
}

function buildRust(): string {
  const cwd = join(root, 'test/quic/interop/rust')
  const env = { ...process.env, CARGO_TARGET_DIR: join(target, 'interop') }
  execFileSync('cargo', ['build', '--release', '--locked', '--quiet'], { cwd, env })
  return join(target, 'interop/release/interop-rust')
}

const SIDES = [
  { name: 'go-libp2p', tool: 'go', version: ['version'], agent: /go-libp2p|shoal\.test/, build: buildGo },
  { name: 'rust-libp2p', tool: 'cargo', version: ['--version'], agent: /rust-libp2p/, build: buildRust }
]

for (const { name, tool, version, agent, build } of SIDES) {
  const ready = quicIsBuilt() && spawnSync(tool, version).error == null
  const run = ready || process.env['CI'] === 'true' ? describe : describe.skip
  run(`interop with ${name}${ready ? '' : ` (needs ${tool} and npm run build:native)`}`, () => {
    let theirs: LineProcess
    let there: string
    let ours: TestNode
    let here: string

    beforeAll(async () => {
      theirs = new LineProcess(build())
      there = String(await theirs.ask('listen'))
      ours = await startNode()
      here = String(ours.node.getMultiaddrs()[0])
    }, BUILD_MS)

    afterAll(async () => {
      await ours.node.stop()
      theirs.stop()
    })

    const dial = (): Promise<Connection> => ours.node.dial(multiaddr(there), { force: true })

    it('we dial: ping, identify', async () => {
      const identified = pEvent<'peer:identify', CustomEvent<IdentifyResult>>(ours.node, 'peer:identify')
      const connection = await dial()
      assert.ok((await ours.node.services.ping.ping(connection.remotePeer)) >= 0)
      assert.match((await identified).detail.agentVersion ?? '', agent)
    })

    it(`we dial: an echo of ${BYTES} bytes`, { timeout: 300_000 }, async () => {
      await echoes(await dial(), BYTES)
    })

    it('we dial: abort in mid-stream, other streams go on', async () => {
      const connection = await dial()
      const stream = await connection.newStream(ECHO)
      stream.send(Buffer.alloc(1_000_000))
      stream.abort(new Error('enough'))
      await echoes(connection, 1_000_000)
    })

    it('we dial: another peer than the wanted one is refused', async () => {
      const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
      const wrong = there.replace(/\/p2p\/.*/, `/p2p/${other.toString()}`)
      await assert.rejects(ours.node.dial(multiaddr(wrong), { force: true }))
    })

    it('they dial: ping, identify', async () => {
      assert.match(String(await theirs.ask(`ping ${here}`)), /js-libp2p/)
    })

    it(`they dial: an echo of ${BYTES} bytes`, { timeout: 300_000 }, async () => {
      await theirs.ask(`echo ${here} ${BYTES}`)
    })

    it('they dial: abort in mid-stream, other streams go on', async () => {
      await theirs.ask(`abort ${here}`)
    })

    it('they dial: another peer than the wanted one is refused', async () => {
      const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
      await assert.rejects(theirs.ask(`dial ${here.replace(/\/p2p\/.*/, `/p2p/${other.toString()}`)}`))
    })
  })
}
