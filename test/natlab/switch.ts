/**
 * The core of the laboratory's internet: a switch in user space that delays, shuffles and loses frames, and drops those
 * with few hops left as routers on the way would. Started by core.ts.
 *
 * Frames come and go as VXLAN (RFC 7348), one network identifier a port, because plain Node speaks UDP but cannot open
 * a TAP device. Two things follow: the kernel leaves inner checksums to a card that is not there, so they are made here;
 * and a burst is limited by the receive buffer of one socket, which stands for a router's queue.
 */

import { createSocket } from 'node:dgram'

export interface Port {
  /** VXLAN network identifier. */
  readonly id: number
  readonly mac: string
  /** Of a frame on its way between this port and the core, either way. */
  delayMs: number
  /** Up to so much more, evenly spread: frames may overtake each other. */
  jitterMs: number
  /** Share of frames lost, 0 to 1. */
  loss: number
}

/** What one address has sent another, as it left the core. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly protocol: number
  readonly packets: number
  /** Of IP packets. */
  readonly bytes: number
}

export interface Totals {
  readonly flows: readonly Flow[]
  /** Frames whose hops were used up in the core. */
  readonly expired: number
  readonly lost: number
  /** Frames that found the queue full. */
  readonly overflowed: number
}

export type Order =
  | { readonly type: 'ports'; readonly ports: readonly Port[]; readonly hopsLeftMin: number }
  | { readonly type: 'port'; readonly port: Port }
  | { readonly type: 'totals'; readonly id: number }

const HEADER_BYTES = 8
const ETHERNET_BYTES = 14
const IPV4 = 0x0800
const IPV6 = 0x86dd
const TCP = 6
const UDP = 17
/** Three seconds of a loaded 100 Mbit/s link. */
const QUEUE_FRAMES_MAX = 30_000
/** Timers fire late rather than early: half of their grain keeps the mean right. */
const GRAIN_MS = 0.5

/** Where frames come in, and where the kernel takes them back. */
const [ownAddress = '', ownPort = '', kernelAddress = '', kernelPort = ''] = process.argv.slice(2)
const ports = new Map<number, Port>()
const byMac = new Map<string, Port>()
const flows = new Map<
  string,
  { from: string; to: string; protocol: number; packets: number; bytes: number }
>()
const counts = { expired: 0, lost: 0, overflowed: 0 }
let hopsLeftMin = 0

const out = createSocket('udp4')
const into = createSocket('udp4')
const queue: { due: number; frame: Buffer; to: number }[] = []
let head = 0
let timer: NodeJS.Timeout | undefined

function receive(packet: Buffer): void {
  const from = ports.get(packet.readUIntBE(4, 3))
  if (from == null || packet.length < HEADER_BYTES + ETHERNET_BYTES) return
  if (expires(packet)) {
    counts.expired++
    return
  }
  const to = byMac.get(packet.toString('hex', HEADER_BYTES, HEADER_BYTES + 6))
  finishChecksum(packet)
  if (to != null) {
    send(packet, from, to)
    return
  }
  // To all, e.g. neighbour discovery.
  for (const each of ports.values()) if (each.id !== from.id) send(Buffer.from(packet), from, each)
}

function expires(packet: Buffer): boolean {
  const ip = HEADER_BYTES + ETHERNET_BYTES
  const kind = packet.readUInt16BE(ip - 2)
  if (kind === IPV4) return packet.readUInt8(ip + 8) < hopsLeftMin
  return kind === IPV6 && packet.readUInt8(ip + 6) !== 58 && packet.readUInt8(ip + 7) < hopsLeftMin
}

function send(packet: Buffer, from: Port, to: Port): void {
  if (Math.random() < from.loss || Math.random() < to.loss) {
    counts.lost++
    return
  }
  if (queue.length - head >= QUEUE_FRAMES_MAX) {
    counts.overflowed++
    return
  }
  const delay = from.delayMs + to.delayMs + Math.random() * (from.jitterMs + to.jitterMs)
  const due = performance.now() + delay
  let index = queue.length
  while (index > head && (queue[index - 1]?.due ?? 0) > due) index--
  queue.splice(index, 0, { due, frame: packet, to: to.id })
  schedule()
}

function schedule(): void {
  const next = queue[head]
  if (next == null || timer != null) return
  const wait = next.due - performance.now()
  if (wait <= GRAIN_MS) {
    deliver()
    return
  }
  timer = setTimeout(() => {
    timer = undefined
    deliver()
  }, wait - GRAIN_MS)
}

function deliver(): void {
  const now = performance.now() + GRAIN_MS
  for (let next = queue[head]; next != null && next.due <= now; next = queue[head]) {
    head++
    count(next.frame)
    next.frame.writeUIntBE(next.to, 4, 3)
    out.send(next.frame)
  }
  if (head > 1024 || head === queue.length) {
    queue.splice(0, head)
    head = 0
  }
  schedule()
}

function count(packet: Buffer): void {
  const ip = HEADER_BYTES + ETHERNET_BYTES
  const kind = packet.readUInt16BE(ip - 2)
  if (kind !== IPV4 && kind !== IPV6) return
  const [source, destination] =
    kind === IPV4
      ? [packet.subarray(ip + 12, ip + 16), packet.subarray(ip + 16, ip + 20)]
      : [packet.subarray(ip + 8, ip + 24), packet.subarray(ip + 24, ip + 40)]
  const protocol = packet.readUInt8(ip + (kind === IPV4 ? 9 : 6))
  const key = `${source.toString('latin1')}${destination.toString('latin1')}${protocol}`
  let flow = flows.get(key)
  if (flow == null) {
    flow = { from: textOf(source), to: textOf(destination), protocol, packets: 0, bytes: 0 }
    flows.set(key, flow)
  }
  flow.packets++
  flow.bytes += packet.length - ip
}

function textOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  return (bytes.toString('hex').match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':')
}

/** RFC 1071, over the pseudo header of RFC 9293 and RFC 8200. */
function finishChecksum(packet: Buffer): void {
  const ip = HEADER_BYTES + ETHERNET_BYTES
  const kind = packet.readUInt16BE(ip - 2)
  if (kind !== IPV4 && kind !== IPV6) return
  const four = kind === IPV4
  // A fragment has none of its own.
  if (four && (packet.readUInt16BE(ip + 6) & 0x3fff) !== 0) return
  const protocol = packet.readUInt8(ip + (four ? 9 : 6))
  if (protocol !== TCP && protocol !== UDP) return
  const start = ip + (four ? (packet.readUInt8(ip) & 15) * 4 : 40)
  const end = four ? ip + packet.readUInt16BE(ip + 2) : start + packet.readUInt16BE(ip + 4)
  const field = start + (protocol === TCP ? 16 : 6)
  if (end > packet.length || field + 2 > end) return
  packet.writeUInt16BE(0, field)
  let sum = protocol + (end - start)
  for (let at = ip + (four ? 12 : 8); at < ip + (four ? 20 : 40); at += 2) sum += packet.readUInt16BE(at)
  for (let at = start; at + 1 < end; at += 2) sum += ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0)
  if ((end - start) % 2 === 1) sum += (packet[end - 1] ?? 0) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  const checksum = ~sum & 0xffff
  packet.writeUInt16BE(protocol === UDP && checksum === 0 ? 0xffff : checksum, field)
}

function setPort(port: Port): void {
  ports.set(port.id, port)
  byMac.set(port.mac.replaceAll(':', ''), port)
}

process.on('message', (order: Order) => {
  if (order.type === 'port') setPort(order.port)
  if (order.type === 'ports') {
    hopsLeftMin = order.hopsLeftMin
    for (const port of order.ports) setPort(port)
  }
  if (order.type === 'totals')
    process.send?.({ id: order.id, totals: { ...counts, flows: [...flows.values()] } })
})
process.once('disconnect', () => process.exit(0))

into.on('message', receive)
// What the kernel says of a port that is gone concerns one frame only.
out.on('error', () => undefined)
into.bind(Number(ownPort), ownAddress, () => {
  out.connect(Number(kernelPort), kernelAddress, () => process.send?.({ id: 0 }))
})
