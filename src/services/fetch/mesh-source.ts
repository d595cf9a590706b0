import type { ContentLink } from '../../protocols/content-link.ts'
import type { ContentSource } from './source.ts'

/** A member of the mesh as a source of content, over one stream of the content protocol. */
export const contentSource = (name: string, link: ContentLink): ContentSource => ({
  name,
  manifest: async (key, signal) => await link.manifest(key, 0, signal),
  chunkLists: async (key, range, signal) => await link.chunks(key, range, signal),
  chunk: async (key, place, signal) => await link.chunk(key, place, signal)
})
