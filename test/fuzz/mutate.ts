/** Blind mutation of inputs by their structure: bytes, trees of values, protobuf fields. The same for the same seed. */

/** A number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number

/** Trees of CBOR and of JSON, whose objects are maps here. */
export type Tree =
  | number
  | boolean
  | null
  | string
  | Uint8Array
  | readonly Tree[]
  | ReadonlyMap<number | string, Tree>

const NUMBERS = [0, 1, -1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 1_800_000_000]
const TEXTS = [
  '',
  '*',
  '__proto__',
  'toString',
  'device',
  'a'.repeat(300),
  'é\u0301',
  '\u0000',
  '/nix/store/x'
]
const LENGTHS = [0, 1, 16, 31, 32, 33, 64, 256]

/** mulberry32. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below)
  }
}

export function pick<T>(draw: Draw, items: readonly T[]): T {
  const item = items[draw(items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** Bits, ranges and lengths of bytes; `others` lend parts of theirs. */
export function mutateBytes(input: Uint8Array, draw: Draw, others: readonly Uint8Array[]): Uint8Array {
  const at = draw(input.byteLength + 1)
  const end = Math.min(input.byteLength, at + 1 + draw(draw(8) === 0 ? 4096 : 8))
  const [before, range, after] = [input.subarray(0, at), input.subarray(at, end), input.subarray(end)]
  switch (draw(7)) {
    case 0:
      return joined(before, after)
    case 1:
      return joined(before, range, range, after)
    case 2:
      return before.slice()
    case 3: {
      const other = pick(draw, others)
      const start = draw(other.byteLength)
      return joined(before, other.subarray(start, start + 1 + draw(64)), after)
    }
    case 4:
      return joined(before, range.toReversed(), after)
    default: {
      const changed = input.slice()
      if (at < changed.byteLength) {
        changed[at] = draw(2) === 0 ? pick(draw, [0, 1, 0x7f, 0x80, 0xff]) : (input[at] ?? 0) ^ (1 << draw(8))
      }
      return changed
    }
  }
}

/** One node of a tree replaced, dropped, doubled, moved into another or put deeper. */
export function mutateTree(tree: Tree, draw: Draw): Tree {
  const children = childrenOf(tree)
  if (children.length === 0 || draw(6) === 0) return replacement(tree, draw)
  const index = draw(children.length)
  const entry = children[index]
  if (entry == null) return tree
  const [key, child] = entry
  const rest = children.filter((_, other) => other !== index)
  switch (draw(8)) {
    case 0:
      return rebuilt(tree, rest)
    case 1:
      return rebuilt(tree, [...children, [typeof key === 'number' ? children.length : `${key}x`, child]])
    case 2:
      return rebuilt(tree, children.with(index, [key, pick(draw, children)[1]]))
    case 3:
      return rebuilt(tree, [...rest, [key, child]])
    default:
      return rebuilt(tree, children.with(index, [key, mutateTree(child, draw)]))
  }
}

function childrenOf(tree: Tree): readonly (readonly [number | string, Tree])[] {
  if (tree instanceof Map) return [...tree]
  return Array.isArray(tree) ? tree.map((child: Tree, index) => [index, child] as const) : []
}

function rebuilt(tree: Tree, children: readonly (readonly [number | string, Tree])[]): Tree {
  return tree instanceof Map ? new Map(children) : children.map(([, child]) => child)
}

function replacement(tree: Tree, draw: Draw): Tree {
  switch (draw(9)) {
    case 0:
      return pick(draw, NUMBERS)
    case 1:
      return pick(draw, TEXTS)
    case 2:
      return new Uint8Array(pick(draw, LENGTHS)).fill(draw(256))
    case 3:
      return draw(2) === 0
    case 4:
      return []
    case 5:
      return new Map([[draw(12), tree]])
    case 6:
      return Array.from({ length: 1 + draw(20) }, () => tree)
    default:
      return nudged(tree, draw)
  }
}

/** Another value of the same type. */
function nudged(tree: Tree, draw: Draw): Tree {
  if (typeof tree === 'number') return tree + pick(draw, [1, -1, 1000, 86_400 * 400])
  if (typeof tree === 'string') {
    const at = draw(tree.length + 1)
    return tree.slice(0, at) + pick(draw, ['', 'a', '/', '!', '-', ' ', '=', '\n']) + tree.slice(at + draw(2))
  }
  return tree instanceof Uint8Array ? mutateBytes(tree, draw, [tree]) : tree
}

/** One field of a protobuf message changed: number, wire type, length, order, or a field within it. */
export function mutateFields(input: Uint8Array, draw: Draw, others: readonly Uint8Array[]): Uint8Array {
  const fields = fieldsOf(input)
  const index = draw(fields.length)
  const field = fields[index]
  if (field == null || draw(4) === 0) return mutateBytes(input, draw, others)
  switch (draw(6)) {
    case 0:
      return joined(...fields.filter((_, other) => other !== index).map(fieldBytes))
    case 1:
      return joined(...fields.map(fieldBytes), fieldBytes(field))
    case 2:
      return joined(
        ...fields.with(index, { ...field, tag: (field.tag ^ (1 << draw(7))) >>> 0 }).map(fieldBytes)
      )
    case 3: {
      const lent = fieldsOf(pick(draw, others))
      return joined(...[...fields, ...lent].map(fieldBytes))
    }
    default:
      return joined(
        ...fields
          .with(index, { ...field, content: mutateFields(field.content, draw, others) })
          .map(fieldBytes)
      )
  }
}

interface Field {
  readonly tag: number
  /** Without the length, if the wire type has one. */
  readonly content: Uint8Array
}

const LENGTH_DELIMITED = 2
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

/** The fields of what may be a message; what cannot be read any more is left out. */
function fieldsOf(input: Uint8Array): Field[] {
  const fields: Field[] = []
  for (let at = 0; at < input.byteLength; ) {
    const tag = varint(input, at)
    at = tag.end
    const type = tag.value & 7
    const length = type === LENGTH_DELIMITED ? varint(input, at) : undefined
    const start = length?.end ?? at
    const end =
      length == null ? start + (FIXED_BYTES[type] ?? varint(input, at).end - at) : start + length.value
    if (end > input.byteLength || tag.value === 0) break
    fields.push({ tag: tag.value, content: input.subarray(start, end) })
    at = end
  }
  return fields
}

function fieldBytes({ tag, content }: Field): Uint8Array {
  const length = (tag & 7) === LENGTH_DELIMITED ? varintBytes(content.byteLength) : new Uint8Array(0)
  return joined(varintBytes(tag), length, content)
}

function varint(input: Uint8Array, from: number): { value: number; end: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = input[from + i]
    if (byte == null) break
    value = (value | ((byte & 0x7f) << (7 * i))) >>> 0
    if (byte < 0x80) return { value, end: from + i + 1 }
  }
  return { value: 0, end: input.byteLength }
}

/** Unsigned LEB128. */
export function varintBytes(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value >>> 0
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Uint8Array.of(...bytes, rest)
}

/** A plain copy: what a decoder gets from the network is no Buffer of ours either. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
