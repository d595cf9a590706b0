/** The exchange of DCUtR on one stream and the attempt that follows it, in both roles. docs/protocols.md#dcutr. */

import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../base/clock.ts'
import { ProtocolError, UnreachableError } from '../../base/errors.ts'
import type { Nat } from '../../model/nat.ts'
import { UNKNOWN_NAT } from '../../model/nat.ts'
import type { Plan, PlanOptions, Reason, Side } from '../../model/punch.ts'
import { plansFor } from '../../model/punch.ts'
import type { Flow } from '../../wire/flow.ts'
import type { AttemptInit, Direct } from './attempt.ts'
import { Attempt } from './attempt.ts'
import type { Candidate } from './candidates.ts'
import { candidatesOf } from './candidates.ts'
import type { Chosen, ConnectMessage, HolePunch, MemberPart } from './messages.ts'
import { checkSync, decodeConnect, encodeConnect, encodeSync, KEY_BYTES, PUNCH_ID_BYTES } from './messages.ts'
import { PlainAttempt } from './plain.ts'
import type { SearchSlot } from './slot.ts'
import type { Local } from './transport.ts'

export type PunchFlow = Flow<HolePunch, HolePunch>

export interface ExchangePorts
  extends Pick<AttemptInit, 'peer' | 'transport' | 'upgrader' | 'clock' | 'tasks' | 'random' | 'signal'> {
  readonly relayed: Connection
  readonly local: Local
  readonly options: Pick<PlanOptions, 'mayPairBlocks'>
  readonly mayLoop: boolean
  readonly slot: SearchSlot
  readonly clock: Clock
  /** An attempt begins: it wants to hear of the other side's connections. */
  began(attempt: { taken(connection: Connection): void }, theirNat: Nat, attempts: number): void
}

/** Attempts of plain DCUtR, as its specification has them; members have as many as their NATs call for. */
const PLAIN_ATTEMPTS_MAX = 3
/** Above the longest list of plans. */
const ATTEMPTS_MAX = 4
/** How often, and after what time, a pair is tried again that found a search under way: longer than the pause after one. */
const BUSY_TRIES_MAX = 8
const BUSY_WAIT_MS = 3_000
/** Until a message comes. */
const MESSAGE_TIMEOUT_MS = 10_000

/** Ends with a connection, with the reason why there is none, or with nothing when this attempt failed. */
type Ended = Direct | Reason | undefined

/** Opens exchanges until one leads to a connection or no attempt is left. Throws what the streams throw. */
export async function initiatePunch(
  ports: ExchangePorts,
  open: () => Promise<PunchFlow>
): Promise<Direct | Reason> {
  let busy = 0
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; ) {
    const ended = await withFlow(
      await open(),
      ports,
      async (flow) => await initiateOnce(ports, flow, attempt)
    )
    if (ended === 'busy' && busy++ < BUSY_TRIES_MAX) {
      await ports.clock.sleep(BUSY_WAIT_MS * (0.5 + ports.random()), ports.signal)
      continue
    }
    if (ended != null) return ended
    attempt++
  }
  return 'punch_failed'
}

async function initiateOnce(ports: ExchangePorts, flow: PunchFlow, number: number): Promise<Ended> {
  const { local, clock } = ports
  const punchId = randomBytes(PUNCH_ID_BYTES)
  const key = randomBytes(KEY_BYTES)
  const { mayPairBlocks } = ports.options
  const own = { nat: local.nat, lan: local.lan, maySearch: ports.slot.isFree(ports.peer), mayPairBlocks }
  const sentMs = clock.now()
  await flow.write(
    encodeConnect({ addresses: local.external, member: { ...own, attempt: number, punchId, key } }),
    ports.signal
  )
  const answer = decodeConnect(await read(flow, ports))
  const rttMs = clock.now() - sentMs
  if (answer.member == null) return await initiatePlain(ports, flow, answer, { rttMs, number })
  const { plan: chosen, nat } = answer.member
  if (chosen == null) throw new ProtocolError('dcutr_plan', 'the answer says nothing of a plan')
  if ('reason' in chosen) {
    ports.began(NOBODY, nat, number - 1)
    return chosen.reason
  }
  const plan = planOf(
    chosen,
    plansFor(local.nat, nat, { ...ports.options, haveIpv6: haveIpv6(ports, answer) })
  )
  const candidates = candidatesFor(ports, answer)
  if (candidates.length === 0) return 'no_candidates'
  return await ports.slot.within(plan, ports.peer, async () => {
    const attempt = newAttempt(ports, { plan, candidates, theirNat: nat, side: 'initiator', punchId, key })
    ports.began(attempt, nat, number)
    return await ending(attempt, async () => {
      await attempt.open()
      // Our NAT is open now, the other side's was before it answered: nobody has to wait.
      attempt.go(rttMs)
      await flow.write(encodeSync(), ports.signal)
    })
  })
}

/** Answers an exchange. Throws what the stream throws. */
export async function answerPunch(ports: ExchangePorts, opened: PunchFlow): Promise<Ended> {
  return await withFlow(opened, ports, async (flow) => {
    const asked = decodeConnect(await read(flow, ports))
    const { member } = asked
    if (member == null || member.key.byteLength === 0) return await answerPlain(ports, flow, asked)
    const chosen = choose(ports, member, haveIpv6(ports, asked))
    const candidates = candidatesFor(ports, asked)
    const isNobodyKnown = candidates.length === 0 && ownAddresses(ports).length === 0
    if ('reason' in chosen || isNobodyKnown) {
      const reason = 'reason' in chosen ? chosen.reason : 'no_candidates'
      ports.began(NOBODY, member.nat, Math.max(0, member.attempt - 1))
      await reply(ports, flow, { reason })
      return reason
    }
    return await ports.slot.within(chosen, ports.peer, async () => {
      const { nat, punchId, key } = member
      const side: Side = 'responder'
      const attempt = newAttempt(ports, { plan: chosen, candidates, theirNat: nat, side, punchId, key })
      ports.began(attempt, nat, member.attempt)
      return await ending(attempt, async () => {
        await attempt.open()
        if (nat.name === 'public') attempt.go(0)
        await reply(ports, flow, { method: chosen.method, responderDials: chosen.client === 'responder' })
        const sentMs = ports.clock.now()
        checkSync(await read(flow, ports))
        attempt.go(ports.clock.now() - sentMs)
      })
    })
  })
}

function choose(
  ports: ExchangePorts,
  theirs: MemberPart,
  isIpv6: boolean
): Plan | { readonly reason: Reason } {
  const mayPairBlocks = theirs.mayPairBlocks && ports.options.mayPairBlocks
  const found = plansFor(theirs.nat, ports.local.nat, { mayPairBlocks, haveIpv6: isIpv6 })
  if ('reason' in found) return found
  const plan = found.plans[theirs.attempt - 1]
  if (plan == null) return { reason: 'punch_failed' }
  const isBusy = plan.search != null && !(theirs.maySearch && ports.slot.isFree(ports.peer))
  return isBusy ? { reason: 'busy' } : plan
}

async function reply(ports: ExchangePorts, flow: PunchFlow, plan: Chosen): Promise<void> {
  const { local, slot, peer } = ports
  const member = { nat: local.nat, lan: local.lan, maySearch: slot.isFree(peer), plan }
  await flow.write(encodeConnect({ addresses: local.external, member }), ports.signal)
}

/** Our own idea of the plan that the other side chose: sizes of searches are never the other side's to say. */
function planOf(chosen: Exclude<Chosen, { reason: Reason }>, found: ReturnType<typeof plansFor>): Plan {
  const client: Side = chosen.responderDials ? 'responder' : 'initiator'
  const plan = 'plans' in found ? found.plans.find(({ method }) => method === chosen.method) : undefined
  if (plan == null || plan.client !== client) {
    throw new ProtocolError('dcutr_plan', `the answer has a plan that the NATs do not call for`)
  }
  return plan
}

function newAttempt(
  ports: ExchangePorts,
  found: {
    readonly plan: Plan
    readonly candidates: readonly Candidate[]
    readonly theirNat: Nat
    readonly side: Side
    readonly punchId: Uint8Array
    readonly key: Uint8Array
  }
): Attempt {
  const { plan, candidates, theirNat, side, punchId, key } = found
  return new Attempt({ ...ports, plan, candidates, theirNat, keys: { id: punchId, key, side } })
}

/** Waits for an attempt whose beginning may fail, and ends it on every way out. */
async function ending(attempt: Attempt | PlainAttempt, begin: () => Promise<void>): Promise<Ended> {
  try {
    await begin()
    return await attempt.outcome
  } finally {
    await attempt.end()
  }
}

async function initiatePlain(
  ports: ExchangePorts,
  flow: PunchFlow,
  answered: ConnectMessage,
  { rttMs, number }: { rttMs: number; number: number }
): Promise<Ended> {
  const candidates = candidatesFor(ports, answered)
  if (candidates.length === 0) return 'no_candidates'
  const attempt = new PlainAttempt({ ...ports, candidates })
  ports.began(attempt, UNKNOWN_NAT, number)
  const ended = await ending(attempt, async () => {
    await attempt.open()
    await flow.write(encodeSync(), ports.signal)
    await ports.clock.sleep(rttMs / 2, ports.signal)
    attempt.knock()
    // The last one with the other role, as go-libp2p has it: it saves the pair whose own NAT is symmetric.
    if (number === PLAIN_ATTEMPTS_MAX) attempt.dial()
  })
  return ended ?? (number >= PLAIN_ATTEMPTS_MAX ? 'punch_failed' : undefined)
}

async function answerPlain(ports: ExchangePorts, flow: PunchFlow, asked: ConnectMessage): Promise<Ended> {
  const attempt = new PlainAttempt({ ...ports, candidates: candidatesFor(ports, asked) })
  ports.began(attempt, UNKNOWN_NAT, 1)
  return await ending(attempt, async () => {
    await attempt.open()
    await flow.write(encodeConnect({ addresses: ports.local.external }), ports.signal)
    checkSync(await read(flow, ports))
    attempt.dial()
  })
}

function candidatesFor(ports: ExchangePorts, theirs: ConnectMessage): Candidate[] {
  const named = { outside: theirs.addresses, lan: theirs.member?.lan ?? [] }
  return candidatesOf(named, ownAddresses(ports), ports.mayLoop)
}

const ownAddresses = ({ local }: ExchangePorts) => [...local.external, ...local.lan]

/** Of the addresses that went over the wire, so that both sides think the same. */
const haveIpv6 = (ports: ExchangePorts, theirs: ConnectMessage): boolean =>
  [ports.local.external, theirs.addresses].every((addresses) =>
    addresses.some((address) => address.getComponents()[0]?.name === 'ip6')
  )

const NOBODY = { taken: (): void => {} }

async function read(flow: PunchFlow, ports: ExchangePorts): Promise<HolePunch> {
  const timed = AbortSignal.any([ports.signal, AbortSignal.timeout(MESSAGE_TIMEOUT_MS)])
  const message = await flow.read(timed)
  if (message == null) throw new UnreachableError('dcutr_ended', 'the peer ended the exchange')
  return message
}

async function withFlow<T>(
  flow: PunchFlow,
  ports: ExchangePorts,
  body: (flow: PunchFlow) => Promise<T>
): Promise<T> {
  try {
    const result = await body(flow)
    await flow.close(ports.signal).catch(() => undefined)
    return result
  } catch (error) {
    flow.abort(error)
    throw error
  }
}
