// Every error that a command can end with says what helps.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import * as errors from '../../src/base/errors.ts'
import { exitCodeOf } from '../../src/cli/exit.ts'
import { hintOf } from '../../src/cli/hints.ts'
import { errorOf } from '../../src/protocols/admin-errors.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Where errors are raised that end a command; what devices and coordinators raise crosses as a code or in a report. */
const SHOWN = 'src/{cli,daemon,host,demo,services/admin,services/backup,trust,model}/**/*.ts'
/** Raised and caught inside, or only by a bug. */
const INSIDE = new Set([
  // A router that maps no port: logged, and tried again.
  'mapping_invalid',
  'mapping_private',
  'mapping_refused',
  'event_size',
  'request_size',
  'member_key',
  'offer_proof',
  'service_unknown',
  'session_ended',
  'seed_invalid',
  'nix_base32_invalid',
  'nix_key_invalid',
  'peer_id_invalid',
  'not_connected',
  'not_served'
])
/** What is said by exit code alone is too little here; of what cannot be reached and of wrong usage it is enough. */
const GENERIC = new Set(
  ['RefusedError', 'NotFoundError', 'ConflictError', 'InvalidError', 'NoRoomError'].map((name) =>
    hintOf(new errors[name as 'UsageError']('none', ''), 'none')
  )
)

/** `[code, class, body]` of each error that a source text makes. */
function raised(text: string): [code: string, kind: string, body: string][] {
  return [...text.matchAll(/new (?:errors\.)?(\w+Error)\(\s*'([a-z_0-9]+)',/g)].map((match) => {
    let depth = 1
    let end = (match.index ?? 0) + match[0].length
    while (depth > 0 && end < text.length) {
      if (text[end] === '(') depth++
      if (text[end] === ')') depth--
      end++
    }
    return [match[2] ?? '', match[1] ?? '', text.slice(match.index, end)]
  })
}

test('an error says by itself what helps, or its code does', () => {
  const bare = new Set<string>()
  let seen = 0
  for (const file of globSync(SHOWN, { cwd: ROOT })) {
    for (const [code, kind, body] of raised(readFileSync(join(ROOT, file), 'utf8'))) {
      seen++
      if (kind === 'ProtocolError' || kind === 'ShoalError' || INSIDE.has(code) || body.includes('hint'))
        continue
      const error = new errors.ShoalError(code, '')
      const Class = Object.values(errors).find((each) => each.name === kind)
      const own = Class == null ? error : new (Class as typeof errors.InvalidError)(code, '')
      const hint = hintOf(own, code)
      if (hint == null || GENERIC.has(hint)) bare.add(code)
    }
  }
  assert.ok(seen > 100, `${seen} errors were looked at`)
  assert.deepEqual([...bare].toSorted(), [])
})

test('an error without a hint of its own has one for its exit code; a bug asks to be reported', () => {
  assert.match(hintOf(new TypeError('x'), 'unexpected') ?? '', /bug/)
  assert.match(hintOf(new errors.UnreachableError('never_heard', ''), 'never_heard') ?? '', /doctor/)
  for (const code of ['target_none', 'manifest_missing', 'never_heard']) {
    const error = errorOf(code)
    assert.notEqual(error.hint ?? hintOf(error, code), null)
  }
  assert.equal(exitCodeOf(errorOf('target_none')), 5)
  assert.equal(exitCodeOf(errorOf('target_system')), 7)
})
