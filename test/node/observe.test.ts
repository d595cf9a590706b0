// Addresses as others see them, over loopback: what is asked, what is answered, and what is not taken.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Peer } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { test } from 'vitest'
import type { Observation } from '../../src/node/observation.ts'
import type { TestFleet, TestNode } from '../support/fleet.ts'
import { createFleet, next, soon } from '../support/fleet.ts'

type Member = TestNode<Record<never, never>>

async function observed(
  observer: { view(): Observation } & Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  when: (view: Observation) => boolean
): Promise<Observation> {
  if (when(observer.view())) return observer.view()
  return await next<Observation>(observer, 'change', when)
}

/** A device that is connected to a coordinator over QUIC. */
async function robotOf(fleet: TestFleet, hub: Member): Promise<Member> {
  const robot = await fleet.node({
    name: 'robot',
    role: 'device',
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1']
  })
  await robot.membership.connect(
    hub.addresses.filter((address) => address.includes('quic')),
    soon()
  )
  return robot
}

test('a device learns its address and class from one coordinator, and is heard by it', async () => {
  using fleet = createFleet()
  await using hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  await using robot = await robotOf(fleet, hub)
  const { observer } = robot.node.services
  const view = await observed(observer, ({ nat }) => nat.name === 'public')
  const own = robot.addresses[0]?.replace(/\/p2p\/.*/, '')
  assert.deepEqual(view.external.map(String), [own])
  assert.deepEqual(
    view.lan.map((address) => address.toString().replace(/\/p2p\/.*/, '')),
    [own]
  )
  assert.equal(view.nat.mapping, 'none')

  // What a router says counts at the IP at which others see us, and nowhere else.
  observer.setMapped([multiaddr('/ip4/25.9.9.9/udp/5/quic-v1')])
  assert.deepEqual([observer.view().mapped, observer.view().nat.isMapped], [[], false])
  const led = multiaddr('/ip4/127.0.0.1/udp/5/quic-v1')
  observer.setMapped([led])
  assert.deepEqual(observer.view().external.map(String), [own, String(led)])
  assert.deepEqual([observer.view().mapped, observer.view().nat.isMapped], [[led], true])
  observer.setMapped([])
  assert.equal(observer.view().nat.isMapped, false)

  const heard = next<{ peer: string; address: unknown }>(hub.node.services.observer, 'heard')
  const { address, rttMs } = await observer.probe(hub.node.peer, soon())
  assert.equal(address.toString(), own)
  assert.ok(rttMs > 0)
  const { peer, address: from } = await heard
  assert.equal(peer, robot.node.peer)
  assert.equal(`${String(from)}/quic-v1`, own)

  const woken = next<{ peer: string }>(observer, 'wake')
  hub.node.services.observer.wake(robot.node.peer, multiaddr(own ?? ''))
  assert.deepEqual(await woken, { peer: hub.node.peer })
})

test('who was expelled is not answered any more', async () => {
  using fleet = createFleet()
  await using hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  await using robot = await robotOf(fleet, hub)
  const { observer } = robot.node.services
  await observed(observer, ({ nat }) => nat.name === 'public')
  await observer.probe(hub.node.peer, soon())
  hub.node.admission.expel(({ name }) => name === 'somebody else')
  await observer.probe(hub.node.peer, soon())
  hub.node.admission.expel(({ name }) => name === 'robot')
  await assert.rejects(async () => await observer.probe(hub.node.peer, AbortSignal.timeout(2_000)))
})

test('others are told of a port that a router leads here once a stranger has come in by it, and while it counts', async () => {
  using fleet = createFleet()
  await using hub = await fleet.node({ name: 'hub', role: 'coordinator' })
  await using robot = await robotOf(fleet, hub)
  const { observer } = robot.node.services
  const { lan } = await observed(observer, ({ nat }) => nat.name === 'public')
  // What a router does: all that comes to its port goes to the robot's.
  const router = createSocket('udp4').bind(0, '127.0.0.1')
  await once(router, 'listening')
  const inside = Number(/udp\/(\d+)/.exec(String(lan[0]))?.[1])
  router.on('message', (bytes) => router.send(bytes, inside, '127.0.0.1'))
  const led = multiaddr(`/ip4/127.0.0.1/udp/${router.address().port}/quic-v1`)
  const dead = multiaddr('/ip4/127.0.0.1/udp/5/quic-v1')
  const isTold = ({ addresses }: Peer): boolean =>
    addresses.some(({ multiaddr: each }) => each.toString().startsWith(led.toString()))
  const known = (is: boolean): Promise<{ peer: Peer }> =>
    next<{ peer: Peer }>(
      hub.node.libp2p,
      'peer:update',
      ({ peer }) => peer.id.toString() === robot.node.peer && isTold(peer) === is
    )
  try {
    const told = known(true)
    observer.setMapped([dead, led])
    const { peer } = await told
    const texts = peer.addresses.map(({ multiaddr: each }) => each.toString())
    assert.ok(!texts.some((text) => text.startsWith(dead.toString())), texts.join())
    const withdrawn = known(false)
    observer.setMapped([])
    await withdrawn
  } finally {
    router.close()
  }
})
