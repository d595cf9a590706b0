// Interop with the transport that other js-libp2p nodes run, in both directions.
import assert from 'node:assert/strict'
import { quic as chainsafe } from '@chainsafe/libp2p-quic'
import { afterEach, beforeEach, it } from 'vitest'
import { describeWithAddon } from './addon.ts'
import { echoes, startNode, type TestNode } from './nodes.ts'

const MIB = 1_048_576

describeWithAddon('interop with @chainsafe/libp2p-quic', () => {
  let ours: TestNode
  let theirs: TestNode

  beforeEach(async () => {
    ours = await startNode()
    theirs = await startNode(undefined, {}, { other: chainsafe() as never })
  })

  afterEach(async () => {
    await ours.node.stop()
    await theirs.node.stop()
  })

  it('we dial, they dial: ping, 8 MiB echo', async () => {
    for (const [dialer, listener] of [
      [ours, theirs],
      [theirs, ours]
    ] as const) {
      const [address] = listener.node.getMultiaddrs()
      assert.ok(address)
      const connection = await dialer.node.dial(address, { force: true })
      assert.ok((await dialer.node.services.ping.ping(listener.node.peerId)) >= 0)
      await echoes(connection, 8 * MIB)
    }
  })
})
