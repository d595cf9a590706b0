/**
 * A port of the router that leads to this node: asked for when the node starts and after each change of its network, renewed,
 * given back at a clean end. It is a further address, never needed. docs/mesh.md, Port mapping.
 */

import type { Clock } from '../base/clock.ts'
import { errorCode, errorMessage } from '../base/errors.ts'
import { Doorbell } from '../base/tasks.ts'
import type { Mapping, MappingClient } from '../host/port-mapping/mapping.ts'
import type { Observer } from '../node/observation.ts'
import { quicAddress } from '../node/quic-address.ts'

/** How it stands: the protocol where there is a mapping, else why there is none. */
export type PortMappingState =
  | Mapping['protocol']
  /** Not asked: by configuration, a node for one command, or not asked yet. */
  | 'off'
  /** The machine has a public address, or no IPv4 router. */
  | 'not_needed'
  /** No router answers by any of the protocols. */
  | 'mapping_silent'
  | 'mapping_refused'
  /** The router stands behind another NAT. */
  | 'mapping_private'
  | 'mapping_invalid'
  | 'mapping_failed'

export interface PortMappingPorts {
  /** The router's IPv4 address, where this machine is behind one. */
  gateway(signal: AbortSignal): Promise<string | undefined>
  /** The UDP port that listens and dials. */
  internalPort(): number | undefined
  /** In the order in which they are tried. */
  readonly clients: readonly MappingClient[]
  readonly observer: Pick<Observer, 'setMapped'>
  readonly clock: Clock
  onLog(what: string, error?: unknown): void
}

const LIFETIME_SECONDS = 7_200
/** Routers forget their mappings when they start anew; a renewal makes them again. */
const RENEW_MS = { min: 30_000, max: 1_800_000 }
/** Where nothing answered, or a renewal failed: a router may be starting. A change of the network asks at once. */
const RETRY_MS = { min: 60_000, max: 21_600_000, factor: 4 }
/** A router that gave a port and is silent now is most likely starting; from there on ever more seldom. */
const LOST_MS = 5_000
/** All protocols, one after another. */
const ASK_TIMEOUT_MS = 20_000
const UNMAP_TIMEOUT_MS = 2_000
/** Changes of a network come in pairs and threes. */
const SETTLE_MS = 1_000

const CODES = ['mapping_silent', 'mapping_refused', 'mapping_private', 'mapping_invalid'] as const

interface Held {
  readonly client: MappingClient
  readonly gateway: string
  readonly internalPort: number
  readonly mapping: Mapping
}

export class PortMapping {
  readonly #ports: PortMappingPorts
  readonly #over = new AbortController()
  readonly #bell: Doorbell
  #held: Held | undefined
  #state: PortMappingState = 'off'
  #running: Promise<void> | undefined

  constructor(ports: PortMappingPorts) {
    this.#ports = ports
    this.#bell = new Doorbell(ports.clock)
  }

  get state(): PortMappingState {
    return this.#state
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Asks anew: what was mapped may be of another router. */
  networkChanged(): void {
    this.#bell.ring()
  }

  /** Gives the mapping back; waits two seconds for that at most. */
  async stop(): Promise<void> {
    this.#over.abort()
    await this.#running
    await this.#release()
  }

  async #run(): Promise<void> {
    const { signal } = this.#over
    const { clock, onLog } = this.#ports
    let retryMs: number = RETRY_MS.min
    while (!signal.aborted) {
      const wasHeld = this.#held != null
      try {
        await this.#ask(AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]))
      } catch (error) {
        if (signal.aborted) return
        this.#set(stateOf(error), undefined)
        onLog(`no port mapping: ${errorMessage(error)}`)
      }
      const isHeld = this.#held != null
      if (wasHeld && !isHeld) retryMs = LOST_MS
      await this.#bell.wait(signal, this.#held == null ? retryMs : renewMs(this.#held.mapping))
      retryMs = isHeld ? RETRY_MS.min : Math.min(retryMs * RETRY_MS.factor, RETRY_MS.max)
      await clock.sleep(SETTLE_MS, signal).catch(() => undefined)
    }
  }

  /** Renews what there is, by its own protocol first; makes a new one where the router or the port is another. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { clients, onLog } = this.#ports
    const gateway = await this.#ports.gateway(signal)
    const internalPort = this.#ports.internalPort()
    if (gateway == null || internalPort == null) {
      this.#set('not_needed', undefined)
      return
    }
    const held = this.#held
    const isSame = held?.gateway === gateway && held.internalPort === internalPort
    const before = isSame ? held : undefined
    const ordered =
      before == null ? clients : [before.client, ...clients.filter((each) => each !== before.client)]
    const wanted = {
      gateway,
      internalPort,
      externalPort: before?.mapping.externalPort ?? internalPort,
      lifetimeSeconds: LIFETIME_SECONDS
    }
    let worst: unknown
    for (const client of ordered) {
      try {
        const mapping = await client.map(wanted, signal)
        this.#set(client.protocol, { client, gateway, internalPort, mapping })
        return
      } catch (error) {
        signal.throwIfAborted()
        onLog(`port mapping by ${client.protocol}`, error)
        // A router that answers knows more than silence says.
        if (worst == null || errorCode(worst) === 'mapping_silent') worst = error
      }
    }
    throw worst
  }

  #set(state: PortMappingState, held: Held | undefined): void {
    this.#state = state
    this.#held = held
    const { observer } = this.#ports
    if (held == null) {
      observer.setMapped([])
      return
    }
    const { externalIp, externalPort } = held.mapping
    observer.setMapped([quicAddress({ family: 4, ip: externalIp, port: externalPort })])
  }

  async #release(): Promise<void> {
    const held = this.#held
    if (held == null) return
    this.#set('off', undefined)
    const { client, gateway, internalPort, mapping } = held
    const wanted = { gateway, internalPort, externalPort: mapping.externalPort, lifetimeSeconds: 0 }
    try {
      await client.unmap(wanted, mapping, AbortSignal.timeout(UNMAP_TIMEOUT_MS))
    } catch (error) {
      this.#ports.onLog('giving the port back', error)
    }
  }
}

function renewMs({ lifetimeSeconds }: Mapping): number {
  const halfMs = lifetimeSeconds == null ? RENEW_MS.max : (lifetimeSeconds * 1_000) / 2
  return Math.min(RENEW_MS.max, Math.max(RENEW_MS.min, halfMs))
}

function stateOf(error: unknown): PortMappingState {
  const code = errorCode(error)
  return CODES.find((each) => each === code) ?? 'mapping_failed'
}
