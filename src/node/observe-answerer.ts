/** The side that tells others their addresses: sessions, the socket beside the main one, wakes. docs/mesh.md, Observed addresses. */

import { createHmac } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { isLoopback } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Member } from '../model/peer.ts'
import { shoal } from '../wire/messages.js'
import type { Unary } from '../wire/unary.ts'
import type { Datagrams } from './datagrams.ts'
import type { ObserveDatagram } from './observe-datagrams.ts'
import {
  decodeObserve,
  encodeObserve,
  ipBytes,
  KEY_BYTES,
  OBSERVE,
  SESSION_BYTES,
  sessionOf
} from './observe-datagrams.ts'
import type { Family, SocketAddress } from './quic-address.ts'
import { isQuic, socketOf, udpAddress } from './quic-address.ts'
import type { Datagram, MeshTransport, RawSocket } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

const { Request, Response, Endpoint } = shoal.observe.v1
export type ObserveRequest = shoal.observe.v1.Request
export type ObserveResponse = shoal.observe.v1.Response
export { Request as ObserveRequestCodec }

export const OBSERVE_PROTOCOL: Unary<ObserveRequest, ObserveResponse> = {
  id: '/shoal/observe/1.0.0',
  request: Request,
  response: Response,
  requestBytesMax: 64,
  responseBytesMax: 512,
  timeoutMs: 5_000
}

/** Members of a large fleet, twice; the one that was heard of longest ago is forgotten first. */
const SESSIONS_MAX = 16_384
/** Datagrams overtake each other; what is older than this is a replay. */
const COUNT_WINDOW = 64
/** Test datagrams for one asker within the time: one a network change, and some more for one that flaps. */
const TESTS_MAX = 8
const TESTS_MS = 60_000
/** A test is sent twice: one lost packet would make a NAT look stricter than it is. */
const TEST_COPIES = 2
const ENDPOINTS_MAX = 4
export const HOP_LIMIT = 64

interface Session {
  readonly id: number
  readonly peer: string
  /** Since it was admitted here; a session of before a restart has none until then. */
  member: Member | undefined
  readonly key: Uint8Array
  /** Highest count heard; 0 since the start of this process. */
  count: number
  tests: number
  testsSinceMs: number
}

export interface AnswererInit {
  /** From it come sessions and keys: the same after a restart, so that old sessions are understood. */
  readonly secret: Uint8Array
  transport(): MeshTransport
  /** Addresses that this node listens on or is announced at. */
  addresses(): readonly Multiaddr[]
  readonly datagrams: Datagrams
  /** Milliseconds since the epoch. */
  now(): number
  /** A question of a member came to the main socket. */
  onHeard(peer: string, address: SocketAddress): void
}

export class Answerer {
  readonly #init: AnswererInit
  readonly #sessions = new Map<string, Session>()
  readonly #byId = new Map<number, Set<Session>>()
  /** Beside the main sockets: nobody has sent anything to them. */
  readonly #others = new Map<Family, { readonly socket: RawSocket; readonly unfollow: () => void }>()

  constructor(init: AnswererInit) {
    this.#init = init
  }

  /** Answers the unary request of an admitted peer. */
  async answer(
    request: ObserveRequest,
    connection: Connection,
    member: Member | undefined
  ): Promise<ObserveResponse> {
    const session = this.#session(connection.remotePeer.toString())
    session.member = member
    const id = Buffer.alloc(SESSION_BYTES)
    id.writeUInt32BE(session.id)
    const seen = addressOn(connection)
    const common = { session: id, key: session.key, count: session.count + COUNT_WINDOW }
    if (seen == null) return Response.create(common)
    return Response.create({
      ...common,
      address: seen.address.bytes,
      endpoints: this.#endpoints(seen.socket),
      tested: await this.#test(session, seen.socket, request)
    })
  }

  /** Members whose sessions are understood again after a restart. */
  know(peers: Iterable<string>): void {
    for (const peer of peers) this.#session(peer)
  }

  /** A peer was admitted. */
  meet(member: Member): void {
    const session = this.#sessions.get(member.peer)
    if (session != null) session.member = member
  }

  /** Sessions of these members are not answered any more. */
  forget(which: (member: Member) => boolean): void {
    for (const session of this.#sessions.values()) {
      if (session.member != null && which(session.member)) this.#drop(session)
    }
  }

  /** A question or sample that came in: answered when its session and MAC are right, else dropped. */
  take(datagram: Datagram, from: SocketAddress): void {
    const found = this.#find(datagram.bytes)
    if (found == null) return
    const { session, question } = found
    if (question.count + COUNT_WINDOW <= session.count) return
    session.count = Math.max(session.count, question.count)
    const isRight = question.address?.ip === from.ip && question.address.port === from.port
    const answer = { ...question, kind: OBSERVE.answer, address: isRight ? undefined : from }
    this.#send(datagram.socket, datagram.from, encodeObserve(answer, session.key))
    const isMain = ![...this.#others.values()].some(({ socket }) => socket === datagram.socket)
    if (isMain && question.kind === OBSERVE.question) this.#init.onHeard(session.peer, from)
  }

  /** Asks a member to look at its link. */
  wake(peer: string, address: SocketAddress): void {
    const { id, key } = this.#session(peer)
    const count = Math.floor(this.#init.now() / 1000)
    const socket = this.#init.transport().socketTo(address)
    if (socket === UNSUPPORTED) return
    const wake = { kind: OBSERVE.wake, session: id, count, address: undefined }
    this.#send(socket, udpAddress(address), encodeObserve(wake, key))
  }

  /** Closes the sockets that were opened. */
  async close(): Promise<void> {
    const others = [...this.#others.values()]
    this.#others.clear()
    for (const { unfollow } of others) unfollow()
    await Promise.all(others.map(async ({ socket }) => await socket.close()))
  }

  #session(peer: string): Session {
    const known = this.#sessions.get(peer)
    if (known != null) {
      this.#sessions.delete(peer)
      this.#sessions.set(peer, known)
      return known
    }
    const oldest = this.#sessions.values().next().value
    if (this.#sessions.size >= SESSIONS_MAX && oldest != null) {
      this.#drop(oldest)
    }
    const session: Session = {
      id: this.#derive('session', peer, SESSION_BYTES).readUInt32BE(),
      key: this.#derive('key', peer, KEY_BYTES),
      peer,
      member: undefined,
      count: 0,
      tests: 0,
      testsSinceMs: 0
    }
    this.#sessions.set(peer, session)
    const same = this.#byId.get(session.id) ?? new Set()
    this.#byId.set(session.id, same.add(session))
    return session
  }

  #drop(session: Session): void {
    this.#sessions.delete(session.peer)
    const same = this.#byId.get(session.id)
    same?.delete(session)
    if (same?.size === 0) this.#byId.delete(session.id)
  }

  #derive(what: 'session' | 'key', peer: string, length: number): Buffer {
    const mac = createHmac('sha256', this.#init.secret).update(`shoal/observe/v1\n${what}\n${peer}\n`)
    return mac.digest().subarray(0, length)
  }

  /** Two members may have the same 4 bytes; the MAC tells which it is. */
  #find(bytes: Uint8Array): { session: Session; question: ObserveDatagram } | undefined {
    for (const session of this.#byId.get(sessionOf(bytes)) ?? []) {
      const question = decodeObserve(bytes, session.key)
      if (question != null) return { session, question }
    }
    return undefined
  }

  #endpoints(asker: SocketAddress) {
    const announced = this.#init
      .addresses()
      .filter(isQuic)
      .filter((address) => /^ip[46]$/.test(address.getComponents()[0]?.name ?? ''))
      .map((address) => ({ address, socket: socketOf(address) }))
    const own = this.#init.transport().socketTo(asker)
    if (own === UNSUPPORTED) return []
    const named = announced.find(({ socket }) => socket.family === asker.family)
    const first = Endpoint.create({
      port: named?.socket.port ?? own.local.port,
      otherPort: this.#other(asker.family, own.local.port)?.local.port ?? 0
    })
    const family = asker.family === 4 ? 6 : 4
    const elsewhere = announced.filter(
      ({ address, socket }) => socket.family === family && !isLoopback(address)
    )
    return [
      first,
      ...elsewhere.slice(0, ENDPOINTS_MAX - 1).map(({ socket }) =>
        Endpoint.create({
          ip: ipBytes(socket),
          port: socket.port,
          otherPort: this.#other(family, socket.port)?.local.port ?? 0
        })
      )
    ]
  }

  /** The port after the main one where it is free: a firewall can be told to let it in. */
  #other(family: Family, mainPort: number): RawSocket | undefined {
    const open = this.#others.get(family)
    if (open != null) return open.socket
    for (const port of [mainPort + 1, 0]) {
      try {
        const socket = this.#init.transport().openSocket(family, port)
        if (socket === UNSUPPORTED) return undefined
        this.#others.set(family, { socket, unfollow: this.#init.datagrams.follow(socket) })
        return socket
      } catch {
        // The port is taken, or the machine has no addresses of this family.
      }
    }
    return undefined
  }

  /** To the asker's own address only: whoever asks cannot aim it at another. */
  async #test(session: Session, asker: SocketAddress, request: ObserveRequest): Promise<boolean> {
    const { testPort: port, testAsStranger } = request
    if (port === 0 || port > 65_535) return false
    const now = this.#init.now()
    if (now - session.testsSinceMs >= TESTS_MS) {
      session.tests = 0
      session.testsSinceMs = now
    }
    if (++session.tests > TESTS_MAX) return false
    const test = { kind: OBSERVE.test, session: session.id, count: session.tests, address: undefined }
    const bytes = encodeObserve(test, session.key)
    const to = udpAddress({ ...asker, port })
    if (testAsStranger) return await this.#testAsStranger(asker.family, to, bytes)
    const socket = this.#others.get(asker.family)?.socket
    if (socket == null) return false
    for (let i = 0; i < TEST_COPIES; i++) this.#send(socket, to, bytes)
    return true
  }

  async #testAsStranger(family: Family, to: Multiaddr, bytes: Uint8Array): Promise<boolean> {
    const socket = this.#init.transport().openSocket(family)
    if (socket === UNSUPPORTED) return false
    try {
      for (let i = 0; i < TEST_COPIES; i++) await socket.send(to, bytes, HOP_LIMIT)
      return true
    } catch {
      return false
    } finally {
      await socket.close()
    }
  }

  /** What the kernel does not take is as good as lost on the way. */
  #send(socket: RawSocket, to: Multiaddr, bytes: Uint8Array): void {
    socket.send(to, bytes, HOP_LIMIT).catch(() => undefined)
  }
}

/** How the peer of a connection is seen on it; undefined on a relayed one. */
function addressOn(connection: Connection): { address: Multiaddr; socket: SocketAddress } | undefined {
  if (!connection.direct) return undefined
  const address = connection.remoteAddr.decapsulateCode(P2P_CODE)
  const [host, port] = address.getComponents()
  if (host?.value == null || port?.value == null || !/^ip[46]$/.test(host.name)) return undefined
  const family = host.name === 'ip4' ? 4 : 6
  return { address, socket: { family, ip: host.value, port: Number(port.value) } }
}

const P2P_CODE = 421
