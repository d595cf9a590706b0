import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'vitest'
import { restartUnder } from '../support/restart.ts'

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

test('a coordinator that is killed wakes its devices when it is back, and all of them come', async () => {
  const same = (command: readonly string[]): readonly string[] => command
  const place = { address: '127.0.0.1', port: await freePort(), onHub: same, onDevices: same }
  // Nothing but the wake tells them: their keep-alive would look after 25 s at the earliest.
  const back = await restartUnder(place, 1, 12)
  assert.equal(back.length, 12)
})
