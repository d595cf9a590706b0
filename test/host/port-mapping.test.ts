// Routers that answer well, badly or not at all; a real one is in test/natlab/port-mapping.test.ts.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError, RefusedError, UnreachableError } from '../../src/base/errors.ts'
import type { Wanted } from '../../src/host/port-mapping/mapping.ts'
import {
  decodePcpMap,
  decodePmpAddress,
  decodePmpMap,
  encodePcpMap,
  encodePmpMap
} from '../../src/host/port-mapping/messages.ts'
import { natPmpClient, pcpClient } from '../../src/host/port-mapping/pcp.ts'
import { upnpClient } from '../../src/host/port-mapping/upnp.ts'

const soon = (): AbortSignal => AbortSignal.timeout(30_000)
const REQUEST = { internalPort: 4711, externalPort: 4712, lifetimeSeconds: 7_200 }
const wantedOf = (gateway: string): Wanted => ({ gateway, ...REQUEST })
const aGateway = (): string => `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const coded =
  (kind: typeof RefusedError | typeof UnreachableError | typeof ProtocolError, code: string) =>
  (error: unknown) =>
    error instanceof kind && error.code === code

/** A UDP router; each question is answered with what `answer` gives. */
async function router(answer: (question: Buffer) => Buffer[]) {
  const gateway = aGateway()
  const asked: Buffer[] = []
  const socket = createSocket('udp4', (question, { port, address }) => {
    asked.push(question)
    for (const each of answer(question)) socket.send(each, port, address)
  })
  socket.bind(5351, gateway)
  await once(socket, 'listening')
  return { gateway, asked, [Symbol.dispose]: () => void socket.close() }
}

/** The answer of a PCP router to a question: the same with a result, an address, a port and a lifetime. */
function pcpAnswer(question: Buffer, ip: string, port: number, lifetime: number, result = 0): Buffer {
  const answer = Buffer.from(question)
  answer[1] = 0x81
  answer.fill(0, 8, 24)
  answer[3] = result
  answer.writeUInt32BE(lifetime, 4)
  answer.writeUInt16BE(port, 42)
  Buffer.from(ip.split('.').map(Number)).copy(answer, 56)
  return answer
}

function pmpAnswer(question: Buffer, ip: string, port: number, lifetime: number): Buffer {
  if (question[1] === 0)
    return Buffer.from(`0080000000000001${hex(Buffer.from(ip.split('.').map(Number)))}`, 'hex')
  const answer = Buffer.alloc(16)
  answer[1] = 0x81
  question.copy(answer, 8, 4, 6)
  answer.writeUInt16BE(port, 10)
  answer.writeUInt32BE(lifetime, 12)
  return answer
}

test('questions are byte for byte those of RFC 6887 and RFC 6886', () => {
  const nonce = Buffer.from('000102030405060708090a0b', 'hex')
  assert.equal(
    hex(encodePcpMap(REQUEST, '192.168.1.13', nonce)),
    `0201000000001c2000000000000000000000ffffc0a8010d${hex(nonce)}1100000012671268` +
      '00000000000000000000ffff00000000'
  )
  assert.equal(hex(encodePmpMap(REQUEST)), '000100001267126800001c20')
})

test('no bytes that a router sends throw', () => {
  const nonce = Buffer.alloc(12)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      for (const version of [0, 2]) {
        for (const opcode of [0x80, 0x81]) {
          const message = Buffer.from([version, opcode, ...bytes])
          decodePcpMap(message, REQUEST, nonce)
          decodePmpAddress(message)
          decodePmpMap(message, REQUEST, '25.1.2.3')
        }
      }
      decodePcpMap(bytes, REQUEST, nonce)
      decodePmpAddress(bytes)
    })
  )
})

test('PCP maps, renews and takes away what it made, by one nonce', async () => {
  using fake = await router((question) => [pcpAnswer(question, '25.1.2.3', 5_000, question.readUInt32BE(4))])
  const client = pcpClient()
  const wanted = wantedOf(fake.gateway)
  const mapping = await client.map(wanted, soon())
  assert.deepEqual(mapping, {
    protocol: 'pcp',
    externalIp: '25.1.2.3',
    externalPort: 5_000,
    lifetimeSeconds: 7_200
  })
  await client.map({ ...wanted, externalPort: 5_000 }, soon())
  await client.unmap(wanted, mapping, soon())
  const [first, again, last] = fake.asked
  assert.ok(first != null && again != null && last != null)
  assert.deepEqual(first.subarray(24, 36), last.subarray(24, 36))
  assert.equal(again.readUInt16BE(42), 5_000)
  assert.equal(last.readUInt32BE(4), 0)
})

test('NAT-PMP asks for the address, then for the port', async () => {
  using fake = await router((question) => [pmpAnswer(question, '25.1.2.3', 5_000, 3_600)])
  const mapping = await natPmpClient().map(wantedOf(fake.gateway), soon())
  assert.deepEqual(mapping, {
    protocol: 'nat-pmp',
    externalIp: '25.1.2.3',
    externalPort: 5_000,
    lifetimeSeconds: 3_600
  })
  assert.deepEqual(
    fake.asked.map((question) => question.byteLength),
    [2, 12]
  )
})

test.each([
  ['a private address: double NAT', '10.0.0.2', 5_000, 7_200, 'mapping_private'],
  ["a carrier's address", '100.64.0.2', 5_000, 7_200, 'mapping_private'],
  ['no address', '0.0.0.0', 5_000, 7_200, 'mapping_private'],
  ['no port', '25.1.2.3', 0, 7_200, 'mapping_invalid'],
  ['no time', '25.1.2.3', 5_000, 0, 'mapping_invalid']
] as const)('%s is no mapping', async (_, ip, port, lifetime, code) => {
  using pcp = await router((question) => [pcpAnswer(question, ip, port, lifetime)])
  await assert.rejects(pcpClient().map(wantedOf(pcp.gateway), soon()), coded(RefusedError, code))
  using pmp = await router((question) => [pmpAnswer(question, ip, port, lifetime)])
  await assert.rejects(natPmpClient().map(wantedOf(pmp.gateway), soon()), coded(RefusedError, code))
})

test('a router that refuses, or speaks another version, says so at once', async () => {
  using no = await router((question) => [pcpAnswer(question, '25.1.2.3', 0, 30, 2)])
  await assert.rejects(pcpClient().map(wantedOf(no.gateway), soon()), coded(RefusedError, 'mapping_refused'))
  using old = await router(() => [Buffer.from('0081000100000000', 'hex')])
  await assert.rejects(pcpClient().map(wantedOf(old.gateway), soon()), coded(RefusedError, 'mapping_refused'))
  assert.equal(old.asked.length, 1)
})

test('a router that floods with nonsense is given up, one that hangs is left with the signal', async () => {
  const wrong = (question: Buffer): Buffer => {
    const answer = pcpAnswer(question, '25.1.2.3', 5_000, 7_200)
    answer[30] = (answer[30] ?? 0) ^ 1
    return answer
  }
  using liar = await router((question) => Array.from({ length: 40 }, () => wrong(question)))
  await assert.rejects(
    pcpClient().map(wantedOf(liar.gateway), soon()),
    coded(UnreachableError, 'mapping_silent')
  )
  using mute = await router(() => [])
  const over = new AbortController()
  const asking = pcpClient().map(wantedOf(mute.gateway), over.signal)
  over.abort(new Error('enough'))
  await assert.rejects(asking, /enough/)
  await assert.rejects(
    natPmpClient().map(wantedOf(mute.gateway), soon()),
    coded(UnreachableError, 'mapping_silent')
  )
  assert.equal(mute.asked.filter((question) => question.byteLength === 2).length, 4)
})

test('where nobody listens that is known before any time is over', async () => {
  await assert.rejects(
    pcpClient().map(wantedOf(aGateway()), soon()),
    coded(UnreachableError, 'mapping_silent')
  )
})

type Answer = { readonly status?: number; readonly body: string }

const DESCRIPTION = (control: string): string =>
  '<root><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>' +
  `<controlURL>${control}</controlURL></service></serviceList></device></root>`
const fault = (code: number): Answer => ({
  status: 500,
  body: `<s:Fault><errorCode>${code}</errorCode></s:Fault>`
})
const addressAnswer = (ip: string): Answer => ({
  body: `<NewExternalIPAddress xmlns:dt="urn:x" dt:dt="string">${ip}</NewExternalIPAddress>`
})

/** A router that describes itself over HTTP and answers actions. */
async function upnpRouter(
  answer: (action: string, body: string) => Answer,
  page: (response: ServerResponse) => void = (response) => void response.end(DESCRIPTION('/control'))
) {
  const gateway = aGateway()
  const actions: string[] = []
  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      page(response)
      return
    }
    const body = await text(request)
    const action = /#(\w+)/.exec(String(request.headers['soapaction']))?.[1] ?? ''
    actions.push(action)
    const { status = 200, body: said } = answer(action, body)
    response.statusCode = status
    response.end(said)
  }
  const server = createServer((request, response) => void onRequest(request, response))
  server.listen(0, gateway)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const client = upnpClient(
    () => 0.5,
    async () => await Promise.resolve(new URL(`http://${gateway}:${port}/desc`))
  )
  return {
    client,
    gateway,
    actions,
    [Symbol.dispose]: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

test('UPnP takes another port where one is taken, and a mapping for ever where there is no other', async () => {
  const bodies: string[] = []
  using fake = await upnpRouter((action, body) => {
    if (action === 'GetExternalIPAddress') return addressAnswer('25.1.2.3')
    bodies.push(body)
    if (body.includes('<NewExternalPort>4712<')) return fault(718)
    return body.includes('<NewLeaseDuration>7200<') ? fault(725) : { body: '' }
  })
  const mapping = await fake.client.map(wantedOf(fake.gateway), soon())
  assert.deepEqual(mapping, {
    protocol: 'upnp',
    externalIp: '25.1.2.3',
    externalPort: 46_768,
    lifetimeSeconds: null
  })
  await fake.client.unmap(wantedOf(fake.gateway), mapping, soon())
  assert.deepEqual(fake.actions, [
    'AddPortMapping',
    'AddPortMapping',
    'AddPortMapping',
    'GetExternalIPAddress',
    'DeletePortMapping'
  ])
  assert.match(bodies.at(-1) ?? '', /<NewExternalPort>46768<.*<NewProtocol>UDP</)
})

test('a port of a UPnP router behind another NAT is given back', async () => {
  using fake = await upnpRouter((action) =>
    action === 'GetExternalIPAddress' ? addressAnswer('192.168.0.4') : { body: '' }
  )
  await assert.rejects(
    fake.client.map(wantedOf(fake.gateway), soon()),
    coded(RefusedError, 'mapping_private')
  )
  assert.equal(fake.actions.at(-1), 'DeletePortMapping')
})

test('a UPnP router that refuses is not asked for ever', async () => {
  using fake = await upnpRouter(() => fault(718))
  await assert.rejects(
    fake.client.map(wantedOf(fake.gateway), soon()),
    coded(RefusedError, 'mapping_refused')
  )
  assert.equal(fake.actions.length, 4)
})

test('nobody is called whom a description names elsewhere, nor read without end', async () => {
  const ok = (): Answer => ({ body: '' })
  using elsewhere = await upnpRouter(
    ok,
    (response) => void response.end(DESCRIPTION('http://25.9.9.9/control'))
  )
  await assert.rejects(
    elsewhere.client.map(wantedOf(elsewhere.gateway), soon()),
    coded(ProtocolError, 'mapping_upnp')
  )
  using endless = await upnpRouter(ok, (response) => void response.end('<service>'.repeat(100_000)))
  await assert.rejects(
    endless.client.map(wantedOf(endless.gateway), soon()),
    coded(ProtocolError, 'mapping_http')
  )
  using hanging = await upnpRouter(ok, () => undefined)
  await assert.rejects(
    hanging.client.map(wantedOf(hanging.gateway), soon()),
    coded(UnreachableError, 'mapping_silent')
  )
})
