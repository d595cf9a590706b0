// One process of the bench with iroh's own Node binding. Commands as in peer.ts.
import { createInterface } from 'node:readline'
import { type Connection, Endpoint, EndpointAddr, EndpointId, presetMinimal } from '@number0/iroh'

const ALPN = [...Buffer.from('shoal-test')]
const SINK = 's'.charCodeAt(0)
const ECHO = 'e'.charCodeAt(0)
const BLOCK_BYTES = 65_536
const builder = Endpoint.builder()
presetMinimal(builder)
builder.alpns([ALPN])
builder.bindAddr('127.0.0.1:0')
const endpoint = await builder.bind()

async function serveStream(connection: Connection): Promise<void> {
  const { send, recv } = await connection.acceptBi()
  void serveStream(connection).catch(() => {})
  const [kind] = await recv.readExact(1)
  let count = 0
  for (;;) {
    const bytes = await recv.read(kind === ECHO ? 100 : BLOCK_BYTES)
    if (bytes.length === 0) break
    count += bytes.length
    if (kind === ECHO) await send.writeAll(bytes)
  }
  if (kind === SINK) await send.writeAll([...Buffer.from(`${count}`)])
  await send.finish()
}

async function serve(): Promise<void> {
  for (;;) {
    const incoming = await endpoint.acceptNext()
    if (incoming == null) return
    const connection = await (await incoming.accept()).connect()
    void serveStream(connection).catch(() => {})
  }
}
void serve()

async function sendBulk(connection: Connection, size: number): Promise<void> {
  const { send, recv } = await connection.openBi()
  await send.writeAll([SINK])
  const block = Array.from({ length: BLOCK_BYTES }, () => 7)
  for (let left = size; left > 0; left -= BLOCK_BYTES) await send.writeAll(block)
  await send.finish()
  await recv.readToEnd(32)
}

async function roundTrips(connection: Connection, count: number, fresh: boolean): Promise<void> {
  const block = Array.from({ length: 100 }, () => 1)
  let stream = await connection.openBi()
  await stream.send.writeAll([ECHO])
  for (let i = 0; i < count; i++) {
    if (fresh && i > 0) {
      await stream.send.finish()
      stream = await connection.openBi()
      await stream.send.writeAll([ECHO])
    }
    await stream.send.writeAll(block)
    await stream.recv.readExact(100)
  }
}

let connection: Connection | undefined
const held: Connection[] = []

async function run(words: string[]): Promise<unknown> {
  const [command, address = '', first, second] = words
  if (command === 'listen') return `${endpoint.id().toString()}@${endpoint.boundSockets()[0]}`
  if (command === 'usage') {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    return { cpu: (user + system) / 1e6, rss: process.memoryUsage.rss() / 1024 }
  }
  const [id = '', socket = ''] = address.split('@')
  const dial = (): Promise<Connection> =>
    endpoint.connect(new EndpointAddr(EndpointId.fromString(id), null, [socket]), ALPN)
  connection ??= await dial()
  const count = Number(first)
  const start = performance.now()
  if (command === 'bulk') {
    const open = connection
    await Promise.all(Array.from({ length: count }, () => sendBulk(open, Number(second) / count)))
  } else if (command === 'rtt') await roundTrips(connection, count, false)
  else if (command === 'streams') await roundTrips(connection, count, true)
  else if (command === 'conns') for (let i = 0; i < count; i++) (await dial()).close(0n, [])
  else if (command === 'idle') for (let i = 0; i < count; i++) held.push(await dial())
  return (performance.now() - start) / 1e3
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ ok: (await run(line.split(' '))) ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
process.exit()
