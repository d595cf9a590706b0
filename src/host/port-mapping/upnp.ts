/**
 * UPnP: the router is found by a multicast question, describes itself in XML, and is told by SOAP. Every answer is
 * limited and believed from the router's own address alone: others on the network could send us anywhere.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ProtocolError, UnreachableError } from '../../base/errors.ts'
import { escapeXml, post, readPage, tagOf } from './http.ts'
import type { Mapping, MappingClient, Wanted } from './mapping.ts'
import { checkMapping, refused, silent } from './mapping.ts'
import { answerTo } from './question.ts'

const protocol = 'upnp'
const SSDP = { address: '239.255.255.250', port: 1_900 }
const DEVICES = [1, 2].map((version) => `urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`)
const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1'
]
/** When the question is sent, and when it is given up, milliseconds. */
const SEARCH_AT_MS = [0, 600]
const SEARCH_MS = 2_500
const LOCATION_LENGTH_MAX = 512
const SERVICES_MAX = 64
/** Routers say that a port is taken, and that they keep mappings for ever only. */
const CONFLICT = 718
const PERMANENT_ONLY = 725
const TRIES_MAX = 4
const DESCRIPTION = 'shoal'

interface Service {
  readonly type: string
  readonly control: URL
}

/** Where the router describes itself. Throws UnreachableError (`mapping_silent`), or the signal's reason. */
export type Search = (gateway: string, localIp: string, signal: AbortSignal) => Promise<URL>

/** What is found stays known until it fails. `random` gives 0 to 1. */
export function upnpClient(random: () => number, search: Search = multicastSearch): MappingClient {
  let known: { readonly gateway: string; readonly localIp: string; readonly service: Service } | undefined
  const found = async (gateway: string, signal: AbortSignal) => {
    if (known?.gateway === gateway) return known
    const localIp = await localIpTo(gateway)
    const location = await search(gateway, localIp, signal)
    const service = await describe(gateway, location, signal)
    known = { gateway, localIp, service }
    return known
  }
  return {
    protocol,
    map: async (wanted, signal) => {
      const { localIp, service } = await found(wanted.gateway, signal)
      try {
        return await add(service, localIp, wanted, random, signal)
      } catch (error) {
        known = undefined
        throw error
      }
    },
    unmap: async ({ gateway }, { externalPort }, signal) => {
      const { service } = await found(gateway, signal)
      await call(service, 'DeletePortMapping', keyOf(externalPort), signal)
    }
  }
}

const keyOf = (externalPort: number): Record<string, string> => ({
  NewRemoteHost: '',
  NewExternalPort: String(externalPort),
  NewProtocol: 'UDP'
})

async function add(
  service: Service,
  localIp: string,
  { internalPort, externalPort, lifetimeSeconds }: Wanted,
  random: () => number,
  signal: AbortSignal
): Promise<Mapping> {
  let port = externalPort
  let lifetime: number | null = lifetimeSeconds
  for (let tries = 1; ; tries++) {
    const asked = {
      ...keyOf(port),
      NewInternalPort: String(internalPort),
      NewInternalClient: localIp,
      NewEnabled: '1',
      NewPortMappingDescription: DESCRIPTION,
      NewLeaseDuration: String(lifetime ?? 0)
    }
    const { fault } = await call(service, 'AddPortMapping', asked, signal)
    if (fault == null) break
    if (tries === TRIES_MAX || (fault !== CONFLICT && fault !== PERMANENT_ONLY))
      throw refused(protocol, fault)
    if (fault === PERMANENT_ONLY) lifetime = null
    else port = 32_768 + Math.floor(random() * 28_000)
  }
  const { text } = await call(service, 'GetExternalIPAddress', {}, signal)
  const externalIp = tagOf(text, 'NewExternalIPAddress') ?? ''
  const mapping = { protocol, externalIp, externalPort: port, lifetimeSeconds: lifetime } as const
  try {
    return checkMapping(mapping)
  } catch (error) {
    await call(service, 'DeletePortMapping', keyOf(port), signal)
    throw error
  }
}

async function call(
  { type, control }: Service,
  action: string,
  values: Readonly<Record<string, string>>,
  signal: AbortSignal
): Promise<{ text: string; fault: number | undefined }> {
  const fields = Object.entries(values).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
  const body =
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${escapeXml(type)}">${fields.join('')}</u:${action}></s:Body></s:Envelope>`
  const { status, text } = await post(control, `"${type}#${action}"`, body, signal)
  if (status === 200) return { text, fault: undefined }
  return { text, fault: Number(tagOf(text, 'errorCode') ?? status) }
}

async function multicastSearch(gateway: string, localIp: string, signal: AbortSignal): Promise<URL> {
  const location = await answerTo(
    {
      sendAtMs: SEARCH_AT_MS,
      giveUpMs: SEARCH_MS,
      begin: async (socket) => {
        socket.bind(0, localIp)
        await once(socket, 'listening')
        socket.setMulticastInterface(localIp)
        return () => {
          for (const device of DEVICES) socket.send(question(device), SSDP.port, SSDP.address)
        }
      },
      read: (message, { address }) =>
        address === gateway ? locationOf(message.toString('latin1'), gateway) : undefined
    },
    signal
  )
  if (location == null) throw silent(protocol)
  return location
}

const question = (device: string): string =>
  `M-SEARCH * HTTP/1.1\r\nHOST: ${SSDP.address}:${SSDP.port}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${device}\r\n\r\n`

function locationOf(text: string, gateway: string): URL | undefined {
  if (!/^HTTP\/1\.[01] 200/.test(text)) return undefined
  const line = text.split('\r\n').find((each) => each.toLowerCase().startsWith('location:'))
  return line == null ? undefined : ownUrl(line.slice('location:'.length).trim(), gateway)
}

/** A URL at the router itself, by its address. */
function ownUrl(text: string, gateway: string, base?: URL): URL | undefined {
  if (text.length > LOCATION_LENGTH_MAX || !URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  return url.protocol === 'http:' && url.hostname === gateway ? url : undefined
}

async function describe(gateway: string, location: URL, signal: AbortSignal): Promise<Service> {
  const text = await readPage(location, signal)
  const base = ownUrl(tagOf(text, 'URLBase') ?? '', gateway) ?? location
  const offered = text.split('<service>').slice(1, SERVICES_MAX)
  for (const type of SERVICES) {
    for (const part of offered) {
      if (tagOf(part, 'serviceType') !== type) continue
      const control = ownUrl(tagOf(part, 'controlURL') ?? '', gateway, base)
      if (control != null) return { type, control }
    }
  }
  throw new ProtocolError('mapping_upnp', 'the router describes no service that maps ports')
}

/** Our own address on the way to the router. */
async function localIpTo(gateway: string): Promise<string> {
  const socket = createSocket('udp4')
  try {
    socket.connect(SSDP.port, gateway)
    await once(socket, 'connect')
    return socket.address().address
  } catch (cause) {
    throw new UnreachableError('mapping_silent', `no way to ${gateway}`, { cause, retryable: true })
  } finally {
    socket.close()
  }
}
