/**
 * Content from whoever is near: chunks are asked of neighbours first and of a coordinator where no neighbour has them.
 * A neighbour that is slow, gone or wrong costs one question and is not asked again for this closure.
 */

import { NotFoundError, RefusedError } from '../../base/errors.ts'
import type { ChunkPlace, ContentKey, ContentSource } from './source.ts'

/** Neighbours asked at once; more only share the same air. */
export const NEIGHBOURS_MAX = 4
/** A chunk of at most 1 MiB, and those that were asked for before it: what takes longer comes quicker over most uplinks. */
const CHUNK_TIMEOUT_MS = 10_000
/** A neighbour that lacks so many chunks in a row is behind us. */
const MISSES_MAX = 8

export interface NeighbourPorts {
  /** The source that has everything; waits until there is one. */
  coordinator(signal: AbortSignal): Promise<ContentSource>
  /** Neighbours that may have a closure, each as a source of its own; called once a closure. */
  find(key: ContentKey, signal: AbortSignal): Promise<readonly ContentSource[]>
  onLog(what: string, error?: unknown): void
}

interface Neighbour {
  readonly source: ContentSource
  inFlight: number
  misses: number
}

/** A source over all of them. One for each closure. */
export class NearestSource implements ContentSource {
  readonly name = 'nearest'
  readonly #ports: NeighbourPorts
  #neighbours: Promise<Neighbour[]> | undefined
  /** Who gave a chunk, for its judgement. */
  readonly #givers = new WeakMap<Uint8Array, Neighbour>()
  /** Compressed bytes that did not come from a coordinator. */
  nearBytes = 0

  constructor(ports: NeighbourPorts) {
    this.#ports = ports
  }

  async manifest(key: ContentKey, signal: AbortSignal): Promise<Uint8Array> {
    return await (await this.#ports.coordinator(signal)).manifest(key, signal)
  }

  async chunkLists(
    key: ContentKey,
    range: { readonly first: number; readonly count: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array> {
    return await (await this.#ports.coordinator(signal)).chunkLists(key, range, signal)
  }

  async chunk(key: ContentKey, place: ChunkPlace, signal: AbortSignal): Promise<Uint8Array> {
    this.#neighbours ??= this.#find(key, signal)
    const neighbours = await this.#neighbours
    const asked = new Set<Neighbour>()
    for (;;) {
      const neighbour = freest(neighbours, asked)
      if (neighbour == null) break
      asked.add(neighbour)
      const bytes = await this.#ask(neighbours, neighbour, key, place, signal)
      if (bytes == null) continue
      this.#givers.set(bytes, neighbour)
      this.nearBytes += bytes.byteLength
      return bytes
    }
    return await (await this.#ports.coordinator(signal)).chunk(key, place, signal)
  }

  async reject(chunk: Uint8Array): Promise<boolean> {
    const giver = this.#givers.get(chunk)
    if (giver == null) return false
    drop((await this.#neighbours) ?? [], giver)
    this.#ports.onLog(`${giver.source.name} gave a wrong chunk`)
    return true
  }

  async #find(key: ContentKey, signal: AbortSignal): Promise<Neighbour[]> {
    try {
      const sources = (await this.#ports.find(key, signal)).slice(0, NEIGHBOURS_MAX)
      return sources.map((source) => ({ source, inFlight: 0, misses: 0 }))
    } catch (error) {
      signal.throwIfAborted()
      this.#ports.onLog('no neighbours', error)
      return []
    }
  }

  /** The chunk, or undefined when this neighbour did not give it. */
  async #ask(
    neighbours: Neighbour[],
    neighbour: Neighbour,
    key: ContentKey,
    place: ChunkPlace,
    signal: AbortSignal
  ): Promise<Uint8Array | undefined> {
    neighbour.inFlight++
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(CHUNK_TIMEOUT_MS)])
      const bytes = await neighbour.source.chunk(key, place, limit)
      neighbour.misses = 0
      return bytes
    } catch (error) {
      signal.throwIfAborted()
      const lacks = error instanceof NotFoundError || (error instanceof RefusedError && error.retryable)
      if (lacks && ++neighbour.misses < MISSES_MAX) return undefined
      drop(neighbours, neighbour)
      this.#ports.onLog(`${neighbour.source.name} is not asked again`, error)
      return undefined
    } finally {
      neighbour.inFlight--
    }
  }
}

/** The neighbour with the fewest questions under way, of those that were not asked for this chunk. */
function freest(neighbours: readonly Neighbour[], asked: ReadonlySet<Neighbour>): Neighbour | undefined {
  return neighbours.filter((each) => !asked.has(each)).toSorted((a, b) => a.inFlight - b.inFlight)[0]
}

function drop(neighbours: Neighbour[], neighbour: Neighbour): void {
  const at = neighbours.indexOf(neighbour)
  if (at >= 0) neighbours.splice(at, 1)
}
