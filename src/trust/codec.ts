/**
 * Strict deterministic CBOR (RFC 8949 section 4.2.1) and the small readers that documents are declared
 * with. Spec: docs/protocols.md section 1, Encoding.
 */

import type { Token } from 'cborg'
import { decode as cborDecode, encode as cborEncode, rfc8949EncodeOptions, Tokenizer, Type } from 'cborg'
import { equalBytes, fromHex, toHex } from '../base/bytes.ts'
import { InvalidError, ShoalError } from '../base/errors.ts'

/** What documents are made of. */
export type Value =
  | number
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<number | string, Value>

/** How one type of value stands in a document. `read` throws ShoalError on anything but that type. */
export interface Codec<T> {
  write(value: T): Value
  read(value: Value): T
}

type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> }

const NESTING_MAX = 8
const ELEMENTS_COUNT_MAX = 4096
const VERSION = 1

const DECODE_OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true
}

/** The error for a document that breaks its own format. */
export function documentFault(why: string, cause?: unknown): InvalidError {
  return new InvalidError('document_invalid', `not a valid document: ${why}`, { cause })
}

/** Deterministic CBOR of a value. */
export function encode(value: Value): Uint8Array {
  // A copy: cborg returns pieces of a pooled Buffer.
  return new Uint8Array(cborEncode(value, rfc8949EncodeOptions))
}

/**
 * The value of deterministic CBOR of at most `bytesMax` bytes.
 * Throws InvalidError (`document_invalid`) on anything else, a different re-encoding included.
 */
export function decode(encoded: Uint8Array, bytesMax: number): Value {
  if (encoded.byteLength > bytesMax) throw documentFault(`more than ${bytesMax} bytes`)
  // A plain view: cborg returns slices of a Buffer as Buffers.
  const plain = new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  let value: Value
  let again: Uint8Array
  try {
    const tokenizer = new BoundedTokenizer(plain, DECODE_OPTIONS)
    value = cborDecode(plain, { ...DECODE_OPTIONS, tokenizer })
    again = encode(value)
  } catch (error) {
    throw error instanceof ShoalError ? error : documentFault('not deterministic CBOR', error)
  }
  if (!equalBytes(again, encoded)) throw documentFault('not deterministic CBOR')
  return value
}

/** Stops at the limits on nesting and list length before anything is built. */
class BoundedTokenizer extends Tokenizer {
  /** Values still to come in each open list or map, the innermost last. */
  readonly #open: number[] = []

  override next(): Token {
    const token = super.next()
    const inner = this.#open.length - 1
    if (inner >= 0) this.#open[inner] = (this.#open[inner] ?? 0) - 1
    const isMapping = Type.equals(token.type, Type.map)
    if (isMapping || Type.equals(token.type, Type.array)) {
      const count: number = token.value
      if (count > ELEMENTS_COUNT_MAX)
        throw documentFault(`a list of more than ${ELEMENTS_COUNT_MAX} elements`)
      this.#open.push(isMapping ? 2 * count : count)
      if (this.#open.length > NESTING_MAX) throw documentFault(`nested deeper than ${NESTING_MAX}`)
    }
    while (this.#open.at(-1) === 0) this.#open.pop()
    return token
  }
}

/**
 * The bytes of a value, read back as a check: what is written here is what every reader accepts.
 * Throws the reader's own error (`name_invalid`, `label_invalid`, `document_invalid`…).
 */
export function writeDocument<T>(codec: Codec<T>, value: T, bytesMax: number): Uint8Array {
  const encoded = encode(codec.write(value))
  codec.read(decode(encoded, bytesMax))
  return encoded
}

/** The value in a document's bytes. Throws InvalidError (`document_invalid`), whatever the fault. */
export function readDocument<T>(codec: Codec<T>, encoded: Uint8Array, bytesMax: number): T {
  const value = decode(encoded, bytesMax)
  try {
    return codec.read(value)
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code === 'document_invalid') throw error
    throw documentFault(error.message, error)
  }
}

/** A whole number from `min` to `max`. */
export function uint(min = 0, max = Number.MAX_SAFE_INTEGER): Codec<number> {
  return {
    write: (value) => value,
    read: (value) => {
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
        return value
      throw documentFault(`expected a whole number from ${min} to ${max}`)
    }
  }
}

export const bool: Codec<boolean> = {
  write: (value) => value,
  read: (value) => {
    if (typeof value === 'boolean') return value
    throw documentFault('expected true or false')
  }
}

/** From `lengthMin` to `lengthMax` bytes; exactly `lengthMin` without the second. */
export function bytes(lengthMin: number, lengthMax = lengthMin): Codec<Uint8Array> {
  return {
    write: (value) => value,
    read: (value) => {
      const isRight =
        value instanceof Uint8Array && value.byteLength >= lengthMin && value.byteLength <= lengthMax
      if (isRight) return value
      throw documentFault(`expected ${lengthMin} to ${lengthMax} bytes`)
    }
  }
}

/** Exactly `length` bytes, lower-case hexadecimal outside the document. */
export function hex(length: number): Codec<string> {
  const raw = bytes(length)
  return {
    write: (value) => {
      if (/^(?:[0-9a-f]{2})*$/.test(value)) return fromHex(value)
      throw documentFault('expected lower-case hexadecimal')
    },
    read: (value) => toHex(raw.read(value))
  }
}

/** Text that `check` accepts; `check` returns false or throws a ShoalError on other text. */
export function text(what: string, check: RegExp | ((text: string) => unknown)): Codec<string> {
  const holds = check instanceof RegExp ? (value: string) => check.test(value) : check
  return {
    write: (value) => value,
    read: (value) => {
      if (typeof value === 'string' && holds(value) !== false) return value
      throw documentFault(`expected ${what}`)
    }
  }
}

/** One of a fixed list of texts, written as text. */
export function choice<const T extends string>(what: string, choices: readonly T[]): Codec<T> {
  return {
    write: (value) => value,
    read: (value) => {
      const found = choices.find((name) => name === value)
      if (found == null) throw documentFault(`expected ${what}`)
      return found
    }
  }
}

/** One of a fixed list of texts, written as its index. */
export function index<const T extends string>(what: string, choices: readonly T[]): Codec<T> {
  return {
    write: (value) => choices.indexOf(value),
    read: (value) => {
      const found = typeof value === 'number' ? choices[value] : undefined
      if (found == null) throw documentFault(`expected ${what}`)
      return found
    }
  }
}

/** A list with limits on its length. */
export function list<T>(item: Codec<T>, countMin: number, countMax: number): Codec<readonly T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read: (value) => {
      if (!isList(value)) throw documentFault('expected a list')
      if (value.length < countMin || value.length > countMax) {
        throw documentFault(`expected ${countMin} to ${countMax} elements`)
      }
      return value.map((element) => item.read(element))
    }
  }
}

/** A list in which no text and no run of bytes stands twice. */
export function unique<T extends string | Uint8Array>(
  item: Codec<T>,
  countMin: number,
  countMax: number
): Codec<readonly T[]> {
  return refine(list(item, countMin, countMax), (values) => {
    const seen = new Set(values.map((value) => (typeof value === 'string' ? value : toHex(value))))
    if (seen.size !== values.length) throw documentFault('the same element twice')
  })
}

/** A map from unsigned integers, numbered from 1 in the order of the fields. */
export function map<T extends object>(fields: Fields<T>): Codec<T> {
  return numbered(fields, [])
}

/** A document's payload: the map of its fields with the format version under key 0. */
export function document<T extends object>(fields: Fields<T>): Codec<T> {
  return numbered(fields, [[0, VERSION]])
}

function numbered<T extends object>(
  fields: Fields<T>,
  fixed: readonly (readonly [number, number])[]
): Codec<T> {
  const entries = fieldEntries(fields)
  return {
    write: (value) => {
      const result = new Map<number, Value>(fixed)
      entries.forEach(([name, codec], position) => result.set(position + 1, codec.write(value[name])))
      return result
    },
    read: (value) => {
      if (!isMap(value) || value.size !== fixed.length + entries.length)
        throw documentFault('expected other keys')
      if (fixed.some(([key, expected]) => value.get(key) !== expected)) {
        throw documentFault(`expected format version ${VERSION}`)
      }
      return object(entries, (position) => value.get(position + 1))
    }
  }
}

/** A list of fixed length, one field a position, in the order of the fields. */
export function tuple<T extends object>(fields: Fields<T>): Codec<T> {
  const entries = fieldEntries(fields)
  return {
    write: (value) => entries.map(([name, codec]) => codec.write(value[name])),
    read: (value) => {
      if (!isList(value) || value.length !== entries.length) {
        throw documentFault(`expected a list of ${entries.length} elements`)
      }
      return object(entries, (position) => value[position])
    }
  }
}

/** A map from text to text. */
export const textMap: Codec<Readonly<Record<string, string>>> = {
  write: (value) => new Map(Object.entries(value)),
  read: (value) => {
    if (!isMap(value)) throw documentFault('expected a map')
    return Object.fromEntries(
      [...value].map(([key, element]) => {
        if (typeof key === 'string' && typeof element === 'string') return [key, element]
        throw documentFault('expected text to text')
      })
    )
  }
}

/** A codec with a further rule, which throws where it does not hold. */
export function refine<T>(codec: Codec<T>, check: (value: T) => void): Codec<T> {
  return {
    write: (value) => codec.write(value),
    read: (value) => {
      const result = codec.read(value)
      check(result)
      return result
    }
  }
}

type FieldEntries<T> = readonly (readonly [keyof T, Codec<T[keyof T]>])[]

function fieldEntries<T extends object>(fields: Fields<T>): FieldEntries<T> {
  const entries: [keyof T, Codec<T[keyof T]>][] = []
  for (const name in fields) entries.push([name, fields[name]])
  return entries
}

function object<T extends object>(entries: FieldEntries<T>, at: (position: number) => Value | undefined): T {
  const result: Partial<T> = {}
  for (const [position, [name, codec]] of entries.entries()) {
    const value = at(position)
    if (value !== undefined) result[name] = codec.read(value)
  }
  if (isWhole(result, entries)) return result
  throw documentFault('a field is missing')
}

function isWhole<T extends object>(result: Partial<T>, entries: FieldEntries<T>): result is T {
  return entries.every(([name]) => Object.hasOwn(result, name))
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function isMap(value: Value): value is ReadonlyMap<number | string, Value> {
  return value instanceof Map
}
