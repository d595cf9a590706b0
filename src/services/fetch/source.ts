/** Where manifests and chunks come from: neighbours and coordinators; deltas and binary caches later. */

/** One target of one release. */
export interface ContentKey {
  /** SHA-256 of the release's payload, 32 bytes. */
  readonly release: Uint8Array
  readonly target: number
}

export interface ChunkPlace {
  /** Of the path in the manifest. */
  readonly entry: number
  /** Of the chunk in the path. */
  readonly index: number
  /** Its size, not compressed. */
  readonly bytes: number
}

/**
 * A source of content. Nothing that it gives is trusted: the caller checks manifests against the release,
 * chunk lists against the manifest and chunks against their list. Answers are in the order of the requests;
 * an implementation bounds what is under way.
 */
export interface ContentSource {
  /** For logs: the provider's name or peer ID. */
  readonly name: string
  /** Compressed bytes of chunks that did not come from a coordinator. */
  readonly nearBytes?: number
  /** The manifest's bytes. Throws NotFoundError, RefusedError, UnreachableError. */
  manifest(key: ContentKey, signal: AbortSignal): Promise<Uint8Array>
  /** The chunk digests (32 bytes each, one after another) of entries `first`…`first + count - 1`: `bytes` in all. */
  chunkLists(
    key: ContentKey,
    range: { readonly first: number; readonly count: number; readonly bytes: number },
    signal: AbortSignal
  ): Promise<Uint8Array>
  /** One chunk of one path as zstd-compressed bytes. */
  chunk(key: ContentKey, place: ChunkPlace, signal: AbortSignal): Promise<Uint8Array>
  /**
   * These bytes, as `chunk` gave them, are not the signed ones. True when whoever gave them will not be asked again and
   * another will be.
   */
  reject?(chunk: Uint8Array): Promise<boolean>
}
