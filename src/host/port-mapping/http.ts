/** The little of HTTP and XML that a router's UPnP needs, within limits of bytes and time. */

import { request } from 'node:http'
import { ProtocolError, UnreachableError } from '../../base/errors.ts'

const TIMEOUT_MS = 3_000
/** Descriptions have some 5 to 20 KB. */
const BODY_BYTES_MAX = 131_072

/** A page that must be there. Throws UnreachableError, or ProtocolError (`mapping_http`). */
export async function readPage(url: URL, signal: AbortSignal): Promise<string> {
  const { status, text } = await send(url, { method: 'GET' }, '', signal)
  if (status !== 200) throw new ProtocolError('mapping_http', `the router answers ${status}`)
  return text
}

/** Calls a SOAP action. Throws as `readPage`, but for what the status says. */
export async function post(
  url: URL,
  action: string,
  body: string,
  signal: AbortSignal
): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'text/xml; charset="utf-8"', soapaction: action }
  return await send(url, { method: 'POST', headers }, body, signal)
}

async function send(
  url: URL,
  options: { readonly method: string; readonly headers?: Readonly<Record<string, string>> },
  body: string,
  signal: AbortSignal
): Promise<{ status: number; text: string }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  // No connection is kept: the next call is in an hour.
  const outgoing = request(url, { ...options, agent: false, signal: limit })
  outgoing.on('error', reject)
  outgoing.on('response', (response) => {
    const parts: Buffer[] = []
    let length = 0
    response.on('error', reject)
    response.on('data', (part: Buffer) => {
      length += part.byteLength
      if (length <= BODY_BYTES_MAX) parts.push(part)
      else outgoing.destroy(new ProtocolError('mapping_http', 'the router does not stop talking'))
    })
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() })
    })
  })
  outgoing.end(body)
  try {
    return await promise
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof ProtocolError) throw cause
    throw new UnreachableError('mapping_silent', 'the router does not answer', { cause, retryable: true })
  } finally {
    outgoing.destroy()
  }
}

/** The text of the first element of that name, spaces around it taken off. */
export function tagOf(text: string, name: string): string | undefined {
  return new RegExp(`<${name}(?:\\s[^<>]*)?>([^<]*)<`).exec(text)?.[1]?.trim()
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
