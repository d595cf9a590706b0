// The completions in the shells themselves.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { UsageError } from '../../src/base/errors.ts'
import type { Shell } from '../../src/cli/completion.ts'
import { completionScript, placesOf, SHELLS } from '../../src/cli/completion.ts'
import { createProgram } from '../../src/cli/program.ts'

const execute = promisify(execFile)
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-completion-'))
  for (const shell of SHELLS) await writeFile(join(dir, shell), completionScript(createProgram(), shell))
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

/** What a shell offers at the end of a line. */
const offers: Readonly<Record<Shell, (line: string) => Promise<string[]>>> = {
  bash: async (line) => {
    const words = line.split(' ')
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shoal; printf '%s\\n' "\${COMPREPLY[@]}"`
    return await lines('bash', ['--norc', '-c', script, 'bash', join(dir, 'bash'), ...words])
  },
  fish: async (line) => {
    const script = `source ${join(dir, 'fish')}; complete -C '${line}'`
    return (await lines('fish', ['--no-config', '-c', script])).map((each) => each.split('\t')[0] ?? '')
  },
  // The completion of zsh runs on a terminal only: one is made for it, and it writes what it would list to a file.
  zsh: async (line) => {
    const out = join(dir, `zsh-${Buffer.from(line).toString('hex')}`)
    const rc = join(dir, 'zsh-rc')
    await writeFile(
      rc,
      `autoload -Uz compinit && compinit -D -u
source ${join(dir, 'zsh')}
_tell() { local -a hits; compadd() { builtin compadd -O hits "$@"; print -rl -- $hits >> "$OUT" }; _main_complete; unfunction compadd; print done >> "$OUT" }
zle -C tell complete-word _tell
bindkey '^X' tell
`
    )
    const script = `zmodload zsh/zpty; export OUT=$1; zpty z zsh -f -i; zpty -w z "source $2; print re''ady"; zpty -r z got '*ready*'
zpty -w -n z "$3"; zpty -w -n z $'\\x18'
until grep -qs '^done' $OUT; do zpty -r -t z got; sleep 0.05; done; cat $OUT`
    const all = await lines('zsh', ['-f', '-c', script, 'zsh', out, rc, line])
    return all.filter((each) => each !== '' && each !== 'done')
  }
}

async function lines(command: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await execute(command, [...args], { cwd: dir, timeout: 30_000 })
  return stdout.split('\n').filter((line) => line !== '')
}

describe.each(SHELLS)('%s', (shell) => {
  const sorted = async (line: string): Promise<string[]> => [...new Set(await offers[shell](line))].toSorted()

  test('commands, commands below them, flags and their values', async () => {
    const program = createProgram()
    assert.deepEqual(await sorted('shoal '), program.commands.map((each) => each.name()).toSorted())
    assert.deepEqual(await sorted('shoal res'), ['restore', 'resume'])
    assert.deepEqual(await sorted('shoal ticket '), ['list', 'revoke'])
    assert.deepEqual(await sorted('shoal --dir rollout ticket re'), ['revoke'])
    assert.deepEqual(await sorted('shoal rollout 1.4 --ma'), ['--max-failures'])
    assert.deepEqual(await sorted('shoal rollout 1.4 --action dr'), ['dry-activate'])
    assert.deepEqual(await sorted('shoal ticket --role '), ['admin', 'coordinator', 'device', 'relay'])
    assert.deepEqual(await sorted('shoal completion z'), ['zsh'])
  }, 60_000)
})

test('a flag takes a value everywhere or nowhere, and no word needs quoting', () => {
  const places = placesOf(createProgram(), 'shoal')
  const takes = new Map<string, boolean>()
  for (const { path, flags, commands } of places) {
    for (const { long, value } of flags) {
      assert.equal(takes.get(long) ?? value != null, value != null, `${path} ${long}`)
      takes.set(long, value != null)
    }
    for (const { name } of commands) assert.match(name, /^[a-z-]+$/)
  }
  assert.throws(() => completionScript(createProgram(), 'tcsh'), UsageError)
})
