/**
 * Membership on connections: greets whom we dial, answers who dials us, enrols newcomers on a coordinator, and
 * admits whoever has proved that it belongs. Spec: docs/protocols.md, hello and enrol; revocations in section 1.
 */

import type { Connection, Logger } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import { errorCode, errorMessage, IntegrityError, ProtocolError, RefusedError } from '../base/errors.ts'
import { Tasks } from '../base/tasks.ts'
import type { Member } from '../model/peer.ts'
import type { MeshNode } from '../node/node.ts'
import { identifyPeer } from '../node/node.ts'
import type { Enrol, EnrolAnswer } from '../protocols/enrol.ts'
import { ENROL } from '../protocols/enrol.ts'
import type { Hello, HelloAnswer, HelloRefusal, HelloRequest } from '../protocols/hello.ts'
import { openEnvelope, payloadDigest } from '../trust/envelope.ts'
import type { VerifiedMember, VerifyOptions } from '../trust/membership.ts'
import { createAdmission, decodeBundle, encodeBundle, verifyBundle } from '../trust/membership.ts'
import type { RevocationView } from '../trust/revocations.ts'
import { openRevocations, revocationView } from '../trust/revocations.ts'
import type { Root } from '../trust/root.ts'
import type { CallContext } from '../wire/unary.ts'
import type { AddressRecords } from './address-record.ts'
import { tellMembers } from './address-record.ts'
import { dialAny, dialOne, isCircuit } from './dialing.ts'
import type { Enrolments } from './enrolments.ts'
import { enrolRefusal, helloError, helloRefusal } from './membership-errors.ts'

export interface MembershipOptions {
  readonly fleet: string
  readonly root: Root
  /** Our own bundle. */
  readonly bundle: Uint8Array
  /** The newest revocation list as it was signed; empty when there is none. */
  readonly revocations: Uint8Array
  /** Where coordinators are reached, by an admin's word. */
  readonly addresses: AddressRecords
  readonly node: Pick<MeshNode<Record<string, unknown>>, 'admission' | 'dialBeside' | 'services'> & {
    readonly libp2p: Pick<MeshNode<Record<string, unknown>>['libp2p'], 'dial'>
  }
  readonly hello: Pick<Hello, 'hello'>
  readonly enrol: Pick<Enrol, 'enrol'>
  /** Given on a coordinator only. */
  readonly enrolments?: Enrolments
  readonly clock: Clock
  readonly log: Logger
  /** Makes our new bundle durable. */
  storeBundle(bundle: Uint8Array): Promise<void>
  /** Makes a newer revocation list durable. */
  storeRevocations(signed: Uint8Array): Promise<void>
  /** True when `key` is the first peer key seen for this coordinator's or admin's ticket, or the one pinned. */
  pin(ticket: string, key: Uint8Array): Promise<boolean>
  /** A member whose bundle has verified on a connection, before it is admitted; an error keeps it out. */
  seen(verified: VerifiedMember, bundle: Uint8Array): Promise<void>
}

export interface Connected {
  readonly peer: string
  readonly member: Member
  readonly connection: Connection
}

const IDENTIFY_TIMEOUT_MS = 5_000
/** hello and enrol, one after the other. */
const GREET_TIMEOUT_MS = 15_000
const NO_BYTES = new Uint8Array()
const NONE: RevocationView = { number: 0, revokes: () => false }

/** Throws InvalidError or IntegrityError when the stored revocation list is not the fleet's. */
export function createMembership(options: MembershipOptions): Membership {
  return new Membership(options)
}

export class Membership {
  readonly #options: MembershipOptions
  readonly #tasks: Tasks
  readonly #shutdown = new AbortController()
  /** Greetings of connections that we dialed, by connection: each is greeted once, whoever asks. */
  readonly #greetings = new WeakMap<Connection, Promise<Connected>>()
  #bundle: Uint8Array
  #revocations: { readonly signed: Uint8Array; readonly view: RevocationView }

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#bundle = options.bundle
    this.#revocations = { signed: options.revocations, view: this.#openRevocations(options.revocations) }
    this.#tasks = new Tasks((name, error) => {
      options.log('%s: %s (%s)', name, errorMessage(error), errorCode(error))
    })
    const { admission } = options.node
    admission.addEventListener('connection:new', (event) => {
      const connection = event.detail
      // A direct connection beside a relayed one may have been admitted with it.
      if (connection.direction === 'inbound' || admission.member(connection) != null) return
      this.#tasks.run(`greeting ${connection.remotePeer.toString()}`, async () => {
        await this.#greet(connection)
      })
    })
    admission.addEventListener('member:connected', (event) => {
      const { connection } = event.detail
      this.#tasks.run(`identify ${connection.remotePeer.toString()}`, async () => {
        const signal = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(IDENTIFY_TIMEOUT_MS)])
        await identifyPeer(options.node, connection, signal)
      })
    })
  }

  /** Our own bundle: with an admission once a device is enrolled. */
  get bundle(): Uint8Array {
    return this.#bundle
  }

  /** The newest revocation list as it was signed, and its number (0 and empty: none). */
  get revocations(): { readonly number: number; readonly signed: Uint8Array } {
    return { number: this.#revocations.view.number, signed: this.#revocations.signed }
  }

  /** The newest record of where coordinators are reached, and its number (0 and empty: none). */
  get addressRecord(): Pick<AddressRecords, 'number' | 'signed'> {
    return this.#options.addresses
  }

  /**
   * A member at one of the addresses (multiaddrs, the peer ID may be missing), dialed, greeted and admitted;
   * QUIC before TCP. Throws what the most telling attempt threw: RefusedError, InvalidError (`address_invalid`),
   * UnreachableError (`unreachable`), or the signal's reason.
   */
  async connect(addresses: readonly string[], signal: AbortSignal): Promise<Connected> {
    const scoped = AbortSignal.any([signal, this.#shutdown.signal])
    let circuits = 0
    return await dialAny(addresses, this.#options.clock, scoped, async (address, stop) => {
      await this.#greetRelay(address, stop)
      const { node } = this.#options
      const isBeside = isCircuit(address) && circuits++ > 0
      const dialed = isBeside ? node.dialBeside(address, stop) : dialOne(node, address, stop)
      return await this.#greet(await dialed)
    })
  }

  /**
   * A relay opens a circuit for members only: who is not admitted there yet is, before libp2p asks it for the circuit
   * in the same breath in which it dials it.
   */
  async #greetRelay(address: Multiaddr, signal: AbortSignal): Promise<void> {
    const [relay, circuit] = address.toString().split('/p2p-circuit')
    if (relay == null || circuit == null) return
    await this.#greet(await this.#options.node.libp2p.dial(multiaddr(relay), { signal }))
  }

  /**
   * Takes a signed revocation list: verifies, stores and applies it when it is newer than ours. Gives whether it
   * was. Throws InvalidError (`document_invalid`), IntegrityError (`document_signature`).
   */
  async putRevocations(signed: Uint8Array): Promise<boolean> {
    const view = this.#openRevocations(signed)
    if (view.number <= this.#revocations.view.number) return false
    await this.#options.storeRevocations(signed)
    // Another list may have come while this one was being stored.
    if (view.number <= this.#revocations.view.number) return false
    this.#revocations = { signed, view }
    this.#options.node.admission.expel((member) => view.revokes(member))
    return true
  }

  /** As `putRevocations`, for a record of where coordinators are reached; members that are connected are told of a newer one. */
  async putAddresses(signed: Uint8Array): Promise<boolean> {
    if (!(await this.#options.addresses.take(signed))) return false
    this.#tasks.run('telling an address record', async () => {
      await tellMembers(
        this.#options.node.admission.connections(),
        async (connection) => await this.tell(connection)
      )
    })
    return true
  }

  /** Tells an admitted peer of our address record and revocation list. Gives whether it has that record now. */
  async tell(connection: Connection): Promise<boolean> {
    const signal = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(GREET_TIMEOUT_MS)])
    const answer = await this.#options.hello.hello(connection, this.#request(), signal)
    return answer.status === 'ok' && answer.addresses >= this.#options.addresses.number
  }

  /** The answer to a greeting: for the hello protocol. */
  async answerHello(request: HelloRequest, context: CallContext): Promise<HelloAnswer> {
    const { node, addresses } = this.#options
    const { admission } = node
    const isAdmitted = admission.member(context.connection) != null
    if (request.fleet !== this.#options.fleet) return this.#refuse(context.connection, 'foreign_fleet')
    const verified = await this.#verify(request.membership, context.connection).catch((error: unknown) => {
      this.#options.log('refused %s: %s', context.peer, errorMessage(error))
      return helloRefusal(error)
    })
    if (typeof verified === 'string') return this.#refuse(context.connection, verified)
    if (!verified.admitted) {
      if (this.#options.enrolments == null) return this.#refuse(context.connection, 'refused')
      admission.permit(context.connection, ENROL.id, ENROL.timeoutMs)
      return { status: 'not_enrolled', membership: this.#bundle }
    }
    admission.admit(context.connection, verified.member)
    // Before it is admitted a dialer answers nothing: who knows something newer greets a second time.
    const isBehind =
      request.addresses > addresses.number || request.revocations > this.#revocations.view.number
    if (isAdmitted && isBehind) await this.#fetchNews(context)
    const { signed, view } = this.#revocations
    const revocationList = view.number > request.revocations ? signed : NO_BYTES
    const addressRecord = addresses.number > request.addresses ? addresses.signed : NO_BYTES
    return {
      status: 'ok',
      membership: this.#bundle,
      revocationList,
      revocations: view.number,
      addresses: addresses.number,
      addressRecord
    }
  }

  /** The answer to an enrolment: for the enrol protocol. */
  async answerEnrol(bundle: Uint8Array, context: CallContext): Promise<EnrolAnswer> {
    const { enrolments, node, log } = this.#options
    if (enrolments == null) return { status: 'refused' }
    try {
      const verified = await this.#verify(bundle, context.connection)
      if (verified.member.role !== 'device' || verified.ticket == null) return { status: 'refused' }
      const membership = await this.#countersign(enrolments, verified, bundle)
      node.admission.admit(context.connection, verified.member)
      return { status: 'ok', membership, coordinator: this.#bundle }
    } catch (error) {
      log('did not enrol %s: %s', context.peer, errorMessage(error))
      const status = enrolRefusal(error)
      if (status == null) throw error
      if (status !== 'busy') node.admission.refuse(context.connection)
      return { status }
    }
  }

  /** Waits for what is under way. The node is stopped by its owner. */
  async stop(): Promise<void> {
    this.#shutdown.abort()
    await this.#tasks.idle()
  }

  /** What a member has that says that it knows something newer. */
  async #fetchNews({ connection, signal }: CallContext): Promise<void> {
    try {
      const scoped = AbortSignal.any([signal, this.#shutdown.signal])
      const answer = await this.#options.hello.hello(connection, this.#request(), scoped)
      if (answer.status === 'ok') await this.#takeNews(answer)
    } catch (error) {
      this.#options.log('news of %p: %s', connection.remotePeer, errorMessage(error))
    }
  }

  #request(): HelloRequest {
    return {
      membership: this.#bundle,
      revocations: this.#revocations.view.number,
      fleet: this.#options.fleet,
      addresses: this.#options.addresses.number
    }
  }

  #refuse(connection: Connection, status: HelloRefusal): HelloAnswer {
    this.#options.node.admission.refuse(connection)
    return { status }
  }

  async #countersign(
    enrolments: Enrolments,
    verified: VerifiedMember,
    bundle: Uint8Array
  ): Promise<Uint8Array> {
    const { ticket, member } = verified
    const { member: certificate, ticket: ticketBytes } = decodeBundle(bundle)
    if (ticket == null) throw new RefusedError('member_ticket', 'the certificate comes from no ticket')
    const now = this.#options.clock.now()
    const admit = (): Uint8Array => {
      const content = { member: certificate, issued: seconds(now) }
      const admission = createAdmission(content, this.#options.fleet, enrolments.key)
      return encodeBundle({ member: certificate, ticket: ticketBytes, admission, coordinator: this.#bundle })
    }
    const { id, role, labels, uses, expires } = ticket
    const stored = await enrolments.enrol({
      ticket: { id, bytes: ticketBytes, role, labels, uses, expires },
      member,
      memberDigest: payloadDigest(openEnvelope(certificate).payload),
      admit,
      now
    })
    return stored.bundle
  }

  /** Greets the answerer of a connection that we dialed; one greeting, however many ask for it. */
  async #greet(connection: Connection): Promise<Connected> {
    const begun = this.#greetings.get(connection)
    if (begun != null) return await begun
    const greeting = this.#greetOnce(connection)
    this.#greetings.set(connection, greeting)
    try {
      return await greeting
    } catch (error) {
      connection.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  async #greetOnce(connection: Connection): Promise<Connected> {
    const signal = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(GREET_TIMEOUT_MS)])
    const answer = await this.#options.hello.hello(connection, this.#request(), signal)
    if (answer.status !== 'ok' && answer.status !== 'not_enrolled') throw helloError(answer.status)
    if (answer.status === 'ok') await this.#takeNews(answer)
    const { member, admitted } = await this.#verify(answer.membership, connection)
    if (!admitted) throw new RefusedError('member_refused', `${member.name} is not enrolled yet`)
    if (answer.status === 'not_enrolled') {
      if (member.role !== 'coordinator') throw new ProtocolError('hello_status', 'only coordinators enrol')
      await this.#enrol(connection, signal)
    }
    this.#options.node.admission.admit(connection, member)
    const { addresses, revocations } = this.#request()
    if (answer.status === 'ok' && (answer.addresses < addresses || answer.revocations < revocations)) {
      this.#tasks.run('telling news', async () => void (await this.tell(connection)))
    }
    return { peer: member.peer, member, connection }
  }

  async #takeNews(answer: { revocationList: Uint8Array; addressRecord: Uint8Array }): Promise<void> {
    const { revocationList, addressRecord } = answer
    if (revocationList.byteLength > 0) await this.putRevocations(revocationList)
    if (addressRecord.byteLength > 0) await this.putAddresses(addressRecord)
  }

  async #enrol(connection: Connection, signal: AbortSignal): Promise<void> {
    const answer = await this.#options.enrol.enrol(connection, this.#bundle, signal)
    if (answer.status !== 'ok') throw helloError(answer.status)
    const before = decodeBundle(this.#bundle)
    const after = decodeBundle(answer.membership)
    const { fleet, root, clock } = this.#options
    const { admitted } = verifyBundle(answer.membership, { fleet, root, now: seconds(clock.now()) })
    if (!admitted || payloadText(before.member) !== payloadText(after.member)) {
      throw new IntegrityError('document_signature', 'the coordinator did not countersign our certificate')
    }
    await this.#options.storeBundle(answer.membership)
    this.#bundle = answer.membership
  }

  /** Who the peer of a connection is by its bundle; pins are durable before this resolves. */
  async #verify(bundle: Uint8Array, connection: Connection): Promise<VerifiedMember> {
    const { fleet, root, clock } = this.#options
    const peerKey = connection.remotePeer.publicKey?.raw
    if (peerKey == null) throw new RefusedError('member_key', 'the peer has no Ed25519 key')
    const seen: { ticket: string; key: Uint8Array }[] = []
    const options = { fleet, root, now: seconds(clock.now()), peerKey }
    const verified = await this.#unlessRevoked(
      bundle,
      options,
      (ticket, key) => seen.push({ ticket, key }) > 0
    )
    for (const { ticket, key } of seen) {
      if (!(await this.#options.pin(ticket, key))) {
        throw new RefusedError('ticket_pinned', 'another peer has come with this ticket before')
      }
    }
    if (verified.admitted) await this.#options.seen(verified, bundle)
    return verified
  }

  /** A member that was revoked is refused, and known: it has used its ticket. */
  async #unlessRevoked(
    bundle: Uint8Array,
    options: VerifyOptions,
    pinned: NonNullable<VerifyOptions['pinned']>
  ): Promise<VerifiedMember> {
    try {
      return verifyBundle(bundle, { ...options, revocations: this.#revocations.view, pinned })
    } catch (error) {
      if (errorCode(error) === 'member_revoked') {
        const verified = verifyBundle(bundle, options)
        if (verified.admitted) await this.#options.seen(verified, bundle)
      }
      throw error
    }
  }

  #openRevocations(signed: Uint8Array): RevocationView {
    if (signed.byteLength === 0) return NONE
    return revocationView(openRevocations(signed, this.#options.fleet, this.#options.root))
  }
}

const payloadText = (document: Uint8Array): string => openEnvelope(document).payload.toHex()
