import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId, PeerStore } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { beforeEach, describe, it } from 'vitest'
import { noteProtocolsOnce } from '../../src/node/protocol-notes.ts'

describe('notes of protocols', () => {
  let puts = 0
  let time = 0
  let peer: PeerId
  let store: PeerStore

  beforeEach(async () => {
    const datastore = new MemoryDatastore()
    const put = datastore.put.bind(datastore)
    datastore.put = (...args: Parameters<typeof put>) => {
      puts++
      return put(...args)
    }
    store = (await createLibp2p({ start: false, datastore })).peerStore
    peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    time = 0
    noteProtocolsOnce(store, () => time)
    await store.merge(peer, { protocols: ['/a'] })
    puts = 0
  })

  it('are written once', async () => {
    const { protocols } = await store.merge(peer, { protocols: ['/a'] })
    assert.deepEqual(protocols, ['/a'])
    assert.equal(puts, 0)
  })

  it('are written when one is new, and all are kept', async () => {
    await store.merge(peer, { protocols: ['/b'] })
    await store.merge(peer, { protocols: ['/a'] })
    assert.equal(puts, 1)
    assert.deepEqual((await store.get(peer)).protocols, ['/a', '/b'])
  })

  it('are written again after what else is stored has replaced them', async () => {
    await store.patch(peer, { protocols: ['/c'] })
    await store.merge(peer, { protocols: ['/a'] })
    assert.equal(puts, 2)
    assert.deepEqual((await store.get(peer)).protocols, ['/a', '/c'])
  })

  it('are written again for a peer that was deleted', async () => {
    await store.delete(peer)
    await store.merge(peer, { protocols: ['/a'] })
    assert.equal(puts, 1)
    assert.ok(await store.has(peer))
  })

  it('are not kept from a note that was under way when the peer was deleted', async () => {
    await Promise.all([store.merge(peer, { protocols: ['/b'] }), store.delete(peer)])
    await store.merge(peer, { protocols: ['/b'] })
    assert.deepEqual([await store.has(peer), (await store.get(peer)).protocols.includes('/b')], [true, true])
  })

  it('are written again after a minute, as a sign of life', async () => {
    time = 60_000
    await store.merge(peer, { protocols: ['/a'] })
    assert.equal(puts, 1)
  })

  it('do not keep tags and addresses from being written', async () => {
    await store.merge(peer, { protocols: ['/a'], tags: { kept: { value: 1 } } })
    assert.equal(puts, 1)
    assert.ok((await store.get(peer)).tags.has('kept'))
  })
})
