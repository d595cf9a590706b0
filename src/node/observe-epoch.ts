/** What is learned of the way out in one epoch: a handful of datagrams by each answerer. docs/mesh.md, Observed addresses. */

import { UnreachableError } from '../base/errors.ts'
import type { Filtering, Nat, NatFlow } from '../model/nat.ts'
import { classify } from '../model/nat.ts'
import type { Datagrams } from './datagrams.ts'
import type { Asker, Endpoint, Seen, Target } from './observe-asker.ts'
import type { Family, SocketAddress } from './quic-address.ts'
import type { Datagram, MeshTransport, RawSocket } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

/** Flows that are remembered for each family. */
const FLOWS_MAX = 16
/** Answerers whose word is taken in one epoch: two addresses tell what there is to tell, the third is for a lost one. */
export const ANSWERERS_MAX = 3
/** How long a test datagram is waited for after the answerer said that it was sent, beside two round trips; milliseconds. */
const TEST_MS = 150

export interface EpochPorts {
  readonly asker: Asker
  readonly datagrams: Datagrams
  transport(): MeshTransport
  /** Asks an answerer to send a test datagram to a port; gives whether it did. */
  test(target: Target, port: number, signal: AbortSignal): Promise<boolean>
  /** Called with each answer of a test on a socket. */
  onTest(listener: (datagram: Datagram) => void): () => void
  localIps(): readonly string[]
  /** More is known than before: whoever waits for the class need not wait for the end of a sample. */
  onNoted(): void
}

interface Way {
  /** In the order in which they were opened. */
  flows: NatFlow[]
  filtering: Filtering
  /** Answerers that were sampled, in order. */
  readonly targets: Target[]
}

/** Whether a test that `ask` asks for comes in on `socket`; undefined when none was sent. */
export async function hearsTest(
  ports: Pick<EpochPorts, 'onTest'>,
  socket: RawSocket,
  ask: () => Promise<boolean>,
  rttMs: number
): Promise<boolean | undefined> {
  const arrival = Promise.withResolvers<boolean>()
  const end = ports.onTest((datagram) => {
    if (datagram.socket === socket) arrival.resolve(true)
  })
  let timer: NodeJS.Timeout | undefined
  try {
    if (!(await ask())) return undefined
    timer = setTimeout(() => arrival.resolve(false), TEST_MS + 2 * rttMs)
    return await arrival.promise
  } finally {
    clearTimeout(timer)
    end()
  }
}

export class Epoch {
  readonly number: number
  readonly #ports: EpochPorts
  readonly #ways: Record<Family, Way> = { 4: newWay(), 6: newWay() }
  readonly #sampled = new Set<string>()
  #sockets = 0
  #isBlocked = false

  constructor(number: number, ports: EpochPorts) {
    this.number = number
    this.#ports = ports
  }

  /** The class of IPv4, where punching is hard; of IPv6 where nothing is known of the other. */
  get nat(): Nat {
    const family = this.#ways[4].flows.length === 0 && this.#ways[6].flows.length > 0 ? 6 : 4
    const { flows, filtering } = this.#ways[family]
    const isBlocked = this.#isBlocked && this.#ways[6].flows.length === 0
    return classify({ flows, filtering, localIps: this.#ports.localIps(), isBlocked })
  }

  /** Addresses at which the shared sockets were seen, newest first. */
  get external(): SocketAddress[] {
    return ([4, 6] as const).flatMap((family) => {
      const own = this.#ways[family].flows.filter(({ socket }) => socket === 0).toReversed()
      const seen = new Map(own.map(({ ip, port }) => [`${ip} ${port}`, { family, ip, port }]))
      return [...seen.values()]
    })
  }

  hasSampled(peer: string): boolean {
    return this.#sampled.has(peer)
  }

  /** Whether another answerer would tell something. */
  get isFull(): boolean {
    return this.#sampled.size >= ANSWERERS_MAX
  }

  /** What one answerer shows: some four datagrams, and three more where ports differ. */
  async sample(target: Target, signal: AbortSignal): Promise<void> {
    const [near] = target.endpoints
    if (near == null) return
    this.#sampled.add(target.peer)
    const { family } = near.main
    if (target.seen != null) this.#note(0, this.#shared(near.main)?.local.port ?? 0, near.main, target.seen)
    else await this.#askMain(target, near.main, signal)
    if (near.other != null) await this.#tryShared(target, near.other, signal)
    const way = this.#ways[family]
    if (way.flows.length > 0) {
      await this.#filter(target, way, signal)
      if (!way.targets.includes(target)) way.targets.push(target)
      if (this.nat.mapping === 'edm') await this.#burst(target, near, signal)
    }
    for (const far of target.endpoints.slice(1)) {
      if (far.main.family !== family) await this.#sampleFar(target, far, signal)
    }
  }

  /** The newest ports: one question, or three where each flow has another port. At most one round trip. */
  async refresh(signal: AbortSignal): Promise<void> {
    const way = this.#ways[4].targets.length > 0 ? this.#ways[4] : this.#ways[6]
    const target = way.targets[0]
    const near = target?.endpoints[0]
    if (target == null || near == null) return
    await Promise.all([
      this.#tryShared(target, near.main, signal),
      this.nat.mapping === 'edm' ? this.#burst(target, near, signal) : undefined
    ])
  }

  /** An answerer has seen the shared socket at this address; the one at which it saw it before, if another. */
  saw(to: SocketAddress, seen: SocketAddress): SocketAddress | undefined {
    const { family } = to
    const before = this.#ways[family].flows.find(
      (each) => each.socket === 0 && each.remoteIp === to.ip && each.remotePort === to.port
    )
    this.#note(0, this.#shared(to)?.local.port ?? 0, to, seen)
    if (before == null || (before.ip === seen.ip && before.port === seen.port)) return undefined
    return { family, ip: before.ip, port: before.port }
  }

  #shared(to: SocketAddress): RawSocket | undefined {
    const socket = this.#ports.transport().socketTo(to)
    return socket === UNSUPPORTED ? undefined : socket
  }

  /** By a connection that is not QUIC: is there a way for UDP at all? */
  async #askMain(target: Target, to: SocketAddress, signal: AbortSignal): Promise<void> {
    const isAnswered = await this.#tryShared(target, to, signal)
    if (this.#ways[4].flows.length + this.#ways[6].flows.length === 0) this.#isBlocked = !isAnswered
  }

  async #tryShared(target: Target, to: SocketAddress, signal: AbortSignal): Promise<boolean> {
    const socket = this.#shared(to)
    if (socket == null) return false
    const seen = await this.#try(target, socket, to, 'question', signal)
    if (seen != null) this.#note(0, socket.local.port, to, seen.address)
    return seen != null
  }

  /** Another family: a question to each of both ports. */
  async #sampleFar(target: Target, far: Endpoint, signal: AbortSignal): Promise<void> {
    const { family } = far.main
    const isReachable = this.#ports.localIps().some((ip) => (ip.includes(':') ? 6 : 4) === family)
    if (!isReachable || !(await this.#tryShared(target, far.main, signal))) return
    this.#ways[family].targets.push(target)
    if (far.other != null) await this.#tryShared(target, far.other, signal)
  }

  /**
   * Who may send to a mapping, on a socket of its own: a packet that comes in at a router before ours has gone out may
   * spoil the mapping of the shared one. The first answerer's other port shows adf; the address of another one eif.
   */
  async #filter(target: Target, way: Way, signal: AbortSignal): Promise<void> {
    const [first] = way.targets
    const by = first ?? target
    const near = by.endpoints[0]
    if (near?.other == null || way.filtering === 'eif' || (first != null && way.filtering !== 'adf')) return
    await this.#withSocket(near.main.family, async (socket, index) => {
      const seen = await this.#try(by, socket, near.main, 'sample', signal)
      if (seen == null) return
      this.#note(index, socket.local.port, near.main, seen.address)
      const arrived = await this.#testOn(socket, target, seen, signal)
      if (arrived == null) return
      if (first == null) way.filtering = arrived ? 'adf' : 'apdf'
      else if (arrived) way.filtering = 'eif'
    })
  }

  /** Whether a test datagram came in on `socket`; undefined when none was sent. */
  async #testOn(
    socket: RawSocket,
    target: Target,
    { address, rttMs }: Seen,
    signal: AbortSignal
  ): Promise<boolean | undefined> {
    const ask = async (): Promise<boolean> => await this.#ports.test(target, address.port, signal)
    return await hearsTest(this.#ports, socket, ask, rttMs)
  }

  /** Flows one right after another: what the next ports will be. */
  async #burst(target: Target, { main, other }: Endpoint, signal: AbortSignal): Promise<void> {
    const remotes = other == null ? [main] : [main, other]
    await this.#withSocket(main.family, async (a, first) => {
      await this.#withSocket(main.family, async (b, second) => {
        const flows = (
          [
            [a, first],
            [b, second]
          ] as const
        ).flatMap(([socket, index]) => remotes.map((to) => ({ socket, index, to })))
        const seen = await Promise.all(
          flows.map(async ({ socket, to }) => await this.#try(target, socket, to, 'sample', signal))
        )
        for (const [i, { socket, index, to }] of flows.entries()) {
          const found = seen[i]
          if (found != null) this.#note(index, socket.local.port, to, found.address)
        }
      })
    })
  }

  async #withSocket(family: Family, use: (socket: RawSocket, index: number) => Promise<void>): Promise<void> {
    const socket = this.#ports.transport().openSocket(family)
    if (socket === UNSUPPORTED) return
    const unfollow = this.#ports.datagrams.follow(socket)
    try {
      await use(socket, ++this.#sockets)
    } finally {
      unfollow()
      await socket.close()
    }
  }

  async #try(
    target: Target,
    socket: RawSocket,
    to: SocketAddress,
    kind: 'question' | 'sample',
    signal: AbortSignal
  ): Promise<Seen | undefined> {
    try {
      return await this.#ports.asker.ask(target, { socket, to, kind }, signal)
    } catch (error) {
      if (error instanceof UnreachableError && !signal.aborted) return undefined
      throw error
    }
  }

  /** Takes the place of what the same flow showed before. */
  #note(socket: number, localPort: number, remote: SocketAddress, { ip, port }: SocketAddress): void {
    const way = this.#ways[remote.family]
    const flow = { socket, localPort, remoteIp: remote.ip, remotePort: remote.port, ip, port }
    const isSame = (each: NatFlow): boolean =>
      each.socket === socket && each.remoteIp === remote.ip && each.remotePort === remote.port
    const at = way.flows.findIndex(isSame)
    if (at < 0) way.flows.push(flow)
    else way.flows[at] = flow
    const surplus = way.flows.findIndex((each) => each.socket !== 0)
    if (way.flows.length > FLOWS_MAX && surplus >= 0) way.flows.splice(surplus, 1)
    this.#isBlocked = false
    this.#ports.onNoted()
  }
}

const newWay = (): Way => ({ flows: [], filtering: 'unknown', targets: [] })
