/** RFC 6962 section 2.1: Merkle tree hashes. */

import { createHash } from 'node:crypto'

const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)

/** SHA-256 of 0x00 and the leaf. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(LEAF_PREFIX).update(leaf).digest())
}

/** The root over the leaves in order; that of no leaves is the SHA-256 of nothing. Keeps O(log n) hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  /** Roots of complete subtrees, the largest first; `leaves` counts what each covers. */
  const subtrees: { hash: Uint8Array; leaves: number }[] = []
  for (const leaf of leaves) {
    let subtree = { hash: leafHash(leaf), leaves: 1 }
    for (let last = subtrees.at(-1); last?.leaves === subtree.leaves; last = subtrees.at(-1)) {
      subtrees.pop()
      subtree = { hash: nodeHash(last.hash, subtree.hash), leaves: 2 * subtree.leaves }
    }
    subtrees.push(subtree)
  }
  const root = subtrees.pop()
  if (root == null) return new Uint8Array(createHash('sha256').digest())
  return subtrees.reduceRight((right, left) => nodeHash(left.hash, right), root.hash)
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest())
}
