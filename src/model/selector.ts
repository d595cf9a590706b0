import { InvalidError } from '../base/errors.ts'
import type { Labels, Role } from './peer.ts'

/** What a selector looks at. */
export interface Subject {
  readonly name: string
  readonly role: Role
  readonly labels: Labels
}

type Term =
  | { readonly kind: 'glob'; readonly pattern: string }
  | { readonly kind: 'label'; readonly key: string; readonly value: string }

/** Disjunction of conjunctions, as in contract.md section 2. */
export type Selector = readonly (readonly { readonly not: boolean; readonly term: Term }[])[]

const SELECTOR_LENGTH_MAX = 1024
const TERM = /^[A-Za-z0-9.*?_:/+@=-]+$/

/**
 * Parses `name`, a glob, `key=value`, `@tag`, `role=…`, with `!`, `&` and `,` (loosest).
 * Throws InvalidError (`selector_invalid`).
 */
export function parseSelector(text: string): Selector {
  if (text.length > SELECTOR_LENGTH_MAX) throw invalid(text, `longer than ${SELECTOR_LENGTH_MAX} characters`)
  return text.split(',').map((all) =>
    all.split('&').map((word) => {
      const trimmed = word.trim()
      const not = trimmed.startsWith('!')
      return { not, term: parseTerm(not ? trimmed.slice(1).trim() : trimmed, text) }
    })
  )
}

function parseTerm(word: string, text: string): Term {
  if (!TERM.test(word)) throw invalid(text, word === '' ? 'an empty word' : `cannot read ${word}`)
  if (word.startsWith('@')) {
    if (word.length === 1) throw invalid(text, 'an empty tag')
    return { kind: 'label', key: word.slice(1), value: '' }
  }
  const equals = word.indexOf('=')
  if (equals === 0) throw invalid(text, 'a label without a key')
  if (equals > 0) return { kind: 'label', key: word.slice(0, equals), value: word.slice(equals + 1) }
  return { kind: 'glob', pattern: word }
}

function invalid(text: string, why: string): InvalidError {
  return new InvalidError(
    'selector_invalid',
    `not a selector: ${JSON.stringify(text.slice(0, 120))}: ${why}`,
    {
      hint: "write a name, a glob ('lyon-*'), key=value, @tag, role=…; ! not, & and, comma or; '*' is all"
    }
  )
}

/** True when the subject is selected. */
export function matches(selector: Selector, subject: Subject): boolean {
  return selector.some((all) => all.every(({ not, term }) => holds(term, subject) !== not))
}

function holds(term: Term, subject: Subject): boolean {
  if (term.kind === 'glob') return glob(term.pattern, subject.name)
  const value = term.key === 'role' ? subject.role : subject.labels[term.key]
  return value != null && Object.hasOwn({ role: 0, ...subject.labels }, term.key) && glob(term.value, value)
}

/** `*` any run, `?` one character. Linear in practice: one backtrack point, never exponential. */
function glob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let mark = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
