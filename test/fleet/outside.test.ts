// Seen from outside: what a scraper reads and what a webhook is told are what the devices reported.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'vitest'
import { createRealFleet } from '../support/real-fleet.ts'

const SECRET = '0123456789abcdef0123456789abcdef'

test('metrics, health and a webhook of a rollback, beside one that hangs', async () => {
  const told = Promise.withResolvers<{ signature: string; body: string }>()
  const receiver = createServer((request, response) => {
    // The other receiver: takes the request and never answers.
    if (request.url === '/hangs') return
    text(request)
      .then((body) => {
        response.writeHead(204).end()
        if (request.headers['shoal-event'] !== 'rolled_back') return
        told.resolve({ signature: String(request.headers['shoal-signature']), body })
      })
      .catch(told.reject)
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  await using fleet = await createRealFleet({ devices: ['one'] })
  const { admin, coordinator } = fleet
  const [one] = fleet.devices
  assert.ok(one != null)
  const secretFile = join(coordinator.world.dir, 'secret')
  await writeFile(secretFile, `${SECRET}\n`)
  const [address = ''] = fleet.daemons.get(coordinator.name)?.ready.listen ?? []
  await fleet.down(coordinator)
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port: metricsPort } = free.address() as AddressInfo
  free.close()
  await coordinator.configure({
    announce: [address.replace(/\/p2p\/.*$/, '')],
    metricsListen: `127.0.0.1:${metricsPort}`,
    webhooks: [
      { url: `http://127.0.0.1:${port}/hangs`, secretFile },
      { url: `http://127.0.0.1:${port}/`, secretFile, events: ['rolled_back'] }
    ]
  })
  await fleet.up(coordinator)
  await coordinator.watchUntil(({ devices }) => devices.some(({ online }) => online))
  const [good = '', bad = ''] = await fleet.lab.build(admin, [{ version: 'v1' }, { version: 'v2' }])
  await admin.publish('v1', good)
  await admin.publish('v2', bad)
  await admin.rollout(['v1', '--on', 'one'])
  await one.endsWith('test', 'v2', 1)
  await admin.rollout(['v2', '--on', 'one'], 10)

  const { signature, body } = await told.promise
  const [, at = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  assert.equal(mac, createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex'))
  assert.equal(JSON.parse(body).subject, 'one')

  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}${path}`)
    return [response.status, await response.text()]
  }
  const [status, metrics] = await get('/metrics')
  assert.equal(status, 200)
  for (const line of [
    'shoal_devices_online 1',
    'shoal_devices{state="rolled-back"} 1',
    'shoal_members_connected{role="device"} 1'
  ]) {
    assert.ok(metrics.split('\n').includes(line), metrics)
  }
  const [healthy, health] = await get('/healthz')
  assert.deepEqual([healthy, JSON.parse(health)], [200, { ok: true, role: 'coordinator' }])
  assert.equal((await get('/else'))[0], 404)
  receiver.closeAllConnections()
  receiver.close()
}, 120_000)
