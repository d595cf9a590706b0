import assert from 'node:assert/strict'
import { test } from 'vitest'
import { InvalidError } from '../../src/base/errors.ts'
import { createRoot } from '../../src/trust/root.ts'
import type { TicketText } from '../../src/trust/ticket.ts'
import { createTicket, decodeTicketText, encodeTicketText, openTicket } from '../../src/trust/ticket.ts'
import { DEVICE_TERMS, deviceTicket, FLEET, key, NOW, ROOT, rootBytes, ticketText } from './fleet.ts'

const bad = (error: unknown): boolean =>
  error instanceof InvalidError && error.code === 'ticket_invalid' && error.hint != null
const create = (changes: object = {}): ReturnType<typeof createTicket> =>
  createTicket({ ...DEVICE_TERMS, ...changes }, FLEET, [key('membership')])
const encode = (...addresses: string[]): string => encodeTicketText({ ...parts, addresses })
const parts: TicketText = {
  root: rootBytes,
  ticket: deviceTicket.bytes,
  seed: deviceTicket.seed,
  addresses: ['/dns4/hub.example/tcp/443', '/ip6/2001:db8::1/udp/4001/quic-v1']
}

test('a ticket reads back', () => {
  const ticket = openTicket(deviceTicket.bytes, FLEET, ROOT)
  assert.equal(ticket.id, deviceTicket.id)
  const { role, labels, uses, issued, expires } = ticket
  assert.deepEqual({ role, labels, uses, issued, expires }, DEVICE_TERMS)
})

test('two tickets of the same terms are two tickets', () => {
  assert.notEqual(create().id, create().id)
})

test('only membership keys make tickets', () => {
  const { bytes } = createTicket(DEVICE_TERMS, FLEET, [key('offer')])
  assert.throws(() => openTicket(bytes, FLEET, ROOT), { code: 'document_signature' })
})

test('terms that no ticket has', () => {
  const invalid = { code: 'document_invalid' }
  assert.throws(() => create({ role: 'relay' }), invalid)
  assert.throws(() => create({ role: 'coordinator', uses: 2 }), invalid)
  assert.throws(() => create({ role: 'admin', uses: 2 }), invalid)
  assert.throws(() => create({ uses: 0 }), invalid)
  assert.throws(() => create({ expires: NOW }), invalid)
  assert.throws(() => create({ labels: { Site: 'x' } }), { code: 'label_invalid' })
  assert.throws(() => create({ labels: { ['__proto__']: 'x' } }), { code: 'label_invalid' })
  const large = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`label-${index}`, 'value']))
  assert.throws(() => create({ labels: large }), invalid)
})

test('ticket text reads back, white space around it or not', () => {
  const line = encodeTicketText(parts)
  for (const text of [line, `  ${line}\n`, `\r\n\t${line}\r\n`]) {
    const { root, fleet, rootDoc, ticketBytes, ticket, seed, addresses } = decodeTicketText(text)
    assert.deepEqual({ root, ticket: ticketBytes, seed, addresses }, parts)
    assert.deepEqual([fleet, rootDoc, ticket.id], [FLEET, ROOT, deviceTicket.id])
  }
})

test('ticket text: every truncation, every changed character, every bit', () => {
  for (let length = 0; length < ticketText.length; length++) {
    assert.throws(() => decodeTicketText(ticketText.slice(0, length)), bad, `length ${length}`)
    assert.throws(() => decodeTicketText(ticketText.slice(length + 1)), bad, `from ${length + 1}`)
    for (let bit = 0; bit < 7; bit++) {
      const other = String.fromCharCode(ticketText.charCodeAt(length) ^ (1 << bit))
      const changed = ticketText.slice(0, length) + other + ticketText.slice(length + 1)
      assert.throws(() => decodeTicketText(changed), bad, `character ${length} bit ${bit}`)
    }
  }
})

test('ticket text: what is well written and yet wrong', () => {
  const otherRoot = createRoot({ ...ROOT, name: 'other' }, [key('membership')]).bytes
  const wrong: Record<string, Partial<TicketText>> = {
    'another fleet': { root: otherRoot },
    'no root': { root: deviceTicket.bytes },
    'no ticket': { ticket: rootBytes },
    "another ticket's seed": { seed: new Uint8Array(32) }
  }
  for (const [what, change] of Object.entries(wrong)) {
    assert.throws(() => decodeTicketText(encodeTicketText({ ...parts, ...change })), bad, what)
  }
  const line = encodeTicketText(parts)
  for (const text of [
    '',
    'hello',
    line.slice(1),
    line.replace('shoal1', 'shoal2'),
    `${line.slice(0, 80)}\n${line.slice(80)}`,
    `${line}=`,
    `${line} ${line}`,
    `shoal1${'A'.repeat(9000)}`
  ]) {
    assert.throws(() => decodeTicketText(text), bad, text)
  }
})

test('ticket text: addresses are multiaddrs, at most 16, and all fits 8 KiB', () => {
  assert.deepEqual(decodeTicketText(encode()).addresses, [])
  for (const address of [
    '',
    'hub.example',
    '/',
    '/ip4//tcp',
    '/ip4/1.2.3.4/',
    '/a b',
    `/${'x'.repeat(256)}`
  ]) {
    assert.throws(() => encode(address), bad, address)
  }
  assert.throws(() => encode(...Array.from({ length: 17 }, () => '/ip4/1.2.3.4/tcp/1')), bad)
  assert.ok(encode(...Array.from({ length: 16 }, () => '/ip4/1.2.3.4/tcp/1')))
  assert.throws(() => encodeTicketText({ ...parts, root: new Uint8Array(6000) }), bad)
  assert.throws(() => encodeTicketText({ ...parts, root: new Uint8Array(8192) }), bad)
})
