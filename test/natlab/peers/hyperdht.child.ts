/**
 * A node of HyperDHT as its package makes one, driven by lines on standard input.
 *
 *   first IP         the first node of a network, public and for good
 *   node IP FIRST    another one that others rely on
 *   serve FIRST      a member as anybody's: waits for connections and echoes; answers with its key
 *   ready FIRST      a member that has found its network
 *   dial KEY         connects, and waits for an echo; answers with milliseconds until open and until the echo
 */

import { once } from 'node:events'
import { createInterface } from 'node:readline'
import DHT from 'hyperdht'

const PORT = 49_737
/** Longer than its slowest way of punching (1,750 probes at 50 a second). */
const PATIENCE_MS = 60_000
let dht: DHT | undefined

async function lasting(host: string, first: string): Promise<null> {
  const fixed = { host, port: PORT, anyPort: false, ephemeral: false, firewalled: false }
  dht = new DHT({ bootstrap: [first], ...fixed })
  await dht.fullyBootstrapped()
  return null
}

async function member(first: string): Promise<DHT> {
  dht = new DHT({ bootstrap: [first] })
  await dht.fullyBootstrapped()
  return dht
}

async function dial(key: string): Promise<unknown> {
  if (dht == null) throw new Error('ready comes first')
  const start = performance.now()
  const stream = dht.connect(Buffer.from(key, 'hex'))
  const signal = AbortSignal.timeout(PATIENCE_MS)
  await once(stream, 'open', { signal })
  const openMs = performance.now() - start
  stream.write('?')
  await once(stream, 'data', { signal })
  const firstByteMs = performance.now() - start
  return { openMs, firstByteMs, remote: stream.rawStream?.remoteHost ?? '', punches: dht.stats.punches }
}

const commands: Record<string, (...args: string[]) => Promise<unknown>> = {
  async first(host = '') {
    dht = DHT.bootstrapper(PORT, host)
    await dht.fullyBootstrapped()
    return `${host}:${PORT}`
  },
  async node(host = '', first = '') {
    return await lasting(host, first)
  },
  async serve(first = '') {
    const keys = DHT.keyPair()
    const server = (await member(first)).createServer((stream) => {
      stream.on('error', () => undefined)
      stream.on('data', (bytes) => stream.write(bytes))
    })
    await server.listen(keys)
    return keys.publicKey.toString('hex')
  },
  async ready(first = '') {
    await member(first)
    return null
  },
  async dial(key = '') {
    return await dial(key)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', ...args] = line.split(' ')
  let answer: unknown
  try {
    answer = { ok: await commands[name]?.(...args) }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    answer = { error: code ?? message }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
